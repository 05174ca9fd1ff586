/* The processor is asked, as features.h says. Operating systems that save the registers of a backend save those of
 * its features too. */
#include "kernels/features.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#if defined(__x86_64__)
#include <cpuid.h>

static unsigned found(void)
{
    unsigned a = 0, b, c, d;
    bool more = __builtin_cpu_supports("avx2") && __get_cpuid_count(7, 1, &a, &b, &c, &d);
    return (more && a >> 4 & 1 ? QSI_AVX_VNNI : 0U) |
           (__builtin_cpu_supports("avx512vnni") ? QSI_AVX512_VNNI : 0U) |
           (__builtin_cpu_supports("avx512vpopcntdq") ? QSI_AVX512_VPOPCNTDQ : 0U) |
           (__builtin_cpu_supports("avx512vbmi") ? QSI_AVX512_VBMI : 0U);
}
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>

static unsigned found(void)
{
    return getauxval(AT_HWCAP) >> 20 & 1 ? QSI_NEON_DOTPROD : 0;
}
#else
static unsigned found(void) /* what compilers may take for granted there, the backend has already */
{
    return 0;
}
#endif

enum { ASKED = 1 << 30 };
static _Atomic unsigned now;

unsigned qsi_features(void)
{
    unsigned features = atomic_load_explicit(&now, memory_order_relaxed);
    if (!features) atomic_store_explicit(&now, features = found() | ASKED, memory_order_relaxed);
    return features & ~(unsigned)ASKED;
}

void qsi_features_hide(unsigned hidden)
{
    atomic_store_explicit(&now, (found() & ~hidden) | ASKED, memory_order_relaxed);
}

const char *qsi_feature_name(unsigned feature)
{
    switch (feature) {
    case QSI_AVX_VNNI: return "avx_vnni";
    case QSI_AVX512_VNNI: return "avx512_vnni";
    case QSI_AVX512_VPOPCNTDQ: return "avx512_vpopcntdq";
    case QSI_AVX512_VBMI: return "avx512_vbmi";
    case QSI_NEON_DOTPROD: return "dotprod";
    default: return NULL;
    }
}
