/* Superblocks of groups with a signed scale, as ksym.h says. */
#include "codec/ggml/ksym.h"

static int level(float v, int half)
{
    return qsi_clamp(qsi_nearest_even(v), -half, half - 1);
}

qsi_ksym_fit qsi_ksym_try(const float *x, float iscale, int half)
{
    qsi_ksym_fit fit = {.xl = 0, .ll = 0};
    for (size_t i = 0; i < QSI_KSYM_GROUP; i++) {
        int l = level(iscale * x[i], half);
        float w = x[i] * x[i];
        fit.codes[i] = (uint8_t)(l + half);
        fit.xl += w * x[i] * (float)l;
        fit.ll += w * (float)l * (float)l;
    }
    return fit;
}

void qsi_ksym_encode(const float *x, float d, const int8_t *scales, int half, uint8_t *codes)
{
    for (size_t i = 0; i < QSI_SUPER; i++) {
        float step = d * (float)scales[i / QSI_KSYM_GROUP];
        if (step != 0) codes[i] = (uint8_t)(level(x[i] / step, half) + half);
    }
}

void qsi_ksym_decode(const uint8_t *codes, const uint8_t *d, size_t block, const int8_t *scales, int half, size_t n,
                     float *x)
{
    qsi_steps steps = {.zero = half, .most = UINT8_MAX};
    float supers[QSI_K_BLOCKS], step[QSI_K_BLOCKS * QSI_KSYM_GROUPS];
    qsi_get_halves(d, block, n, supers);
    for (size_t k = 0; k < n; k++)
        for (size_t g = k * QSI_KSYM_GROUPS, i = 0; i < QSI_KSYM_GROUPS; i++, g++)
            step[g] = supers[k] * (float)scales[g];
    qsi_kernels_now()->steps_decode(&steps, codes, n * QSI_KSYM_GROUPS, QSI_KSYM_GROUP, step, NULL, x);
}
