/* The NEON backend. All of AArch64 has it. */
#include "kernels/vec_neon.h"

#include <stdbool.h>

static bool available(void)
{
    return true;
}

#define QSI_BACKEND qsi_backend_neon
#define QSI_NAME "neon"
#define QSI_TITLE "NEON, 4 floats at a time"
#include "kernels/kernels.inc"
