/* The AVX-512 backend. VNNI, VPOPCNTDQ and VBMI serve it where they are. */
#include "kernels/isa/vec_avx512.h"

#include "kernels/features.h"

#include <stdbool.h>

static bool available(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}

#define QSI_BACKEND qsi_backend_avx512
#define QSI_NAME "avx512"
#define QSI_TITLE "AVX-512 F, BW, DQ and VL, 16 floats at a time"
#define QSI_FEATURES (QSI_AVX512_VNNI | QSI_AVX512_VPOPCNTDQ | QSI_AVX512_VBMI)
#define QSI_MORE_PRODUCTS (qsi_features() & QSI_AVX512_VNNI ? &qsi_avx512_vnni : NULL)
#define QSI_MORE_DIFFERENCES (qsi_features() & QSI_AVX512_VPOPCNTDQ ? &qsi_avx512_vpopcntdq : NULL)
#define QSI_MORE_BOOKS (qsi_features() & QSI_AVX512_VBMI ? &qsi_avx512_vbmi : NULL)
#include "kernels/isa/kernels.inc"
