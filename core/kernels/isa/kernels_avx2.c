/* The AVX2 backend. It needs F16C and POPCNT too, which all processors with AVX2 have, but a virtual machine may
 * hide; FMA it does not use. AVX-VNNI serves it where it is. */
#include "kernels/isa/vec_avx2.h"

#include "kernels/features.h"

#include <cpuid.h>
#include <stdbool.h>

static bool available(void)
{
    unsigned a, b, c = 0, d;
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") && __get_cpuid(1, &a, &b, &c, &d) &&
           (c & bit_F16C) != 0;
}

#define QSI_BACKEND qsi_backend_avx2
#define QSI_NAME "avx2"
#define QSI_TITLE "AVX2, 8 floats at a time"
#define QSI_FEATURES QSI_AVX_VNNI
#define QSI_MORE_PRODUCTS (qsi_features() & QSI_AVX_VNNI ? &qsi_avx2_vnni : NULL)
#include "kernels/isa/kernels.inc"
