/* Superblocks of groups with a signed scale, as ksym.h says. */
#include "codec/ggml/ksym.h"

enum { ALL_GROUPS = QSI_K_BLOCKS * QSI_KSYM_GROUPS };

static void stored_scales(const uint8_t *d, size_t block, const int8_t *scales, size_t n, float *stored)
{
    float supers[QSI_K_BLOCKS];
    qsi_get_halves(d, block, n, supers);
    for (size_t k = 0; k < n; k++)
        for (size_t g = k * QSI_KSYM_GROUPS, i = 0; i < QSI_KSYM_GROUPS; i++, g++)
            stored[g] = supers[k] * (float)scales[g];
}

void qsi_ksym_encode(const qsi_group *group, const float *x, size_t n, const uint8_t *d, size_t block,
                     const int8_t *scales, uint8_t *codes)
{
    static const float no_lows[ALL_GROUPS];
    float stored[ALL_GROUPS];
    stored_scales(d, block, scales, n, stored);
    qsi_kernels_now()->recode(group, x, n * QSI_KSYM_GROUPS, stored, no_lows, codes);
}

void qsi_ksym_decode(const qsi_group *group, const uint8_t *codes, const uint8_t *d, size_t block,
                     const int8_t *scales, size_t n, float *x)
{
    qsi_steps steps = {.zero = group->zero, .most = UINT8_MAX};
    float stored[ALL_GROUPS];
    stored_scales(d, block, scales, n, stored);
    qsi_kernels_now()->steps_decode(&steps, codes, n * QSI_KSYM_GROUPS, QSI_KSYM_GROUP, stored, NULL, x);
}
