/* The version of the library. */
#include "quantscope.h"

const char *qs_version(void)
{
    return QS_VERSION;
}
