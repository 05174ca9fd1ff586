/* The NEON backend. All of AArch64 has it; its dot product serves where it is. */
#include "kernels/isa/vec_neon.h"

#include "kernels/features.h"

#include <stdbool.h>

static bool available(void)
{
    return true;
}

#define QSI_BACKEND qsi_backend_neon
#define QSI_NAME "neon"
#define QSI_TITLE "NEON, 4 floats at a time"
#define QSI_FEATURES QSI_NEON_DOTPROD
#define QSI_MORE_PRODUCTS (qsi_features() & QSI_NEON_DOTPROD ? &qsi_neon_dotprod : NULL)
#include "kernels/isa/kernels.inc"
