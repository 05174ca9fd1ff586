/* The AVX-512 backend, for processors that have its integer dot product and its bit count too: what its
 * file is compiled for beyond the common AVX-512 is named here. */
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512vnni,avx512vpopcntdq"))), apply_to = function)
#else
#pragma GCC target("avx512vnni,avx512vpopcntdq")
#endif

#include "kernels/vec_avx512.h"

#include <stdbool.h>

static bool available(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vpopcntdq");
}

#define QSI_BACKEND qsi_backend_avx512
#define QSI_NAME "avx512"
#define QSI_TITLE "AVX-512 with VNNI and VPOPCNTDQ, 16 floats at a time"
#include "kernels/kernels.inc"

#if defined(__clang__)
#pragma clang attribute pop
#endif
