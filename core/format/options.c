/* Which options a format has. Apart from the registry, so that codecs, which its rows point to, do not need it. */
#include "format/format.h"

const qsi_offer *qsi_format_offer(const qsi_format *format, qsi_option option)
{
    for (const qsi_offer *offer = format->offers; offer->option != QSI_OPTIONS; offer++)
        if (offer->option == option) return offer;
    return NULL;
}
