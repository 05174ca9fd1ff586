/* Which options a format has. Apart from the registry, so that codecs, which its rows point to, do not need it. */
#include "format/format.h"

const qsi_option_values *qsi_format_option(const qsi_format *format, qsi_option option)
{
    for (const qsi_option_values *allowed = format->options; allowed->option != QSI_OPTIONS; allowed++)
        if (allowed->option == option) return allowed;
    return NULL;
}
