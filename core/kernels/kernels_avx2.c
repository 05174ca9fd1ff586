/* The AVX2 backend. It needs F16C too, which all processors with AVX2 have, but a virtual machine may hide. */
#include "kernels/vec_avx2.h"

#include <cpuid.h>
#include <stdbool.h>

static bool available(void)
{
    unsigned a, b, c = 0, d;
    return __builtin_cpu_supports("avx2") && __get_cpuid(1, &a, &b, &c, &d) && (c & bit_F16C) != 0;
}

#define QSI_BACKEND qsi_backend_avx2
#define QSI_NAME "avx2"
#define QSI_TITLE "AVX2, 8 floats at a time"
#include "kernels/kernels.inc"
