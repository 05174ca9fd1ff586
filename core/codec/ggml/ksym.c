/* Superblocks of groups with a signed scale, as ksym.h says. */
#include "codec/ggml/ksym.h"

enum { ALL_GROUPS = QSI_K_BLOCKS * QSI_KSYM_GROUPS + QSI_SUPER_ROOM };

void qsi_ksym_encode(const qsi_group *group, const float *x, size_t n, const uint8_t *d, size_t block,
                     const int8_t *scales, uint8_t *codes)
{
    static const float no_lows[ALL_GROUPS];
    float stored[ALL_GROUPS];
    qsi_kernels_now()->supers_decode(d, block, n, 1, scales, QSI_KSYM_GROUPS, QSI_KSYM_GROUPS, stored);
    qsi_kernels_now()->recode(group, x, n * QSI_KSYM_GROUPS, stored, no_lows, codes);
}

void qsi_ksym_decode(const qsi_group *group, const qsi_planes *codes, const uint8_t *blocks, size_t block, size_t d,
                     const int8_t *scales, size_t n, float *x)
{
    qsi_steps steps = {.zero = group->zero, .most = UINT8_MAX};
    float stored[ALL_GROUPS];
    qsi_kernels_now()->supers_decode(blocks + d, block, n, 1, scales, QSI_KSYM_GROUPS, QSI_KSYM_GROUPS, stored);
    qsi_kernels_now()->planes_decode(codes, &steps, blocks, block, n, QSI_KSYM_GROUP, stored, NULL, x);
}
