/* Uneven levels, as iq4.h says. */
#include "codec/ggml/iq4.h"

static const float levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

void qsi_iq4_scales(const float *x, size_t n, float *scales)
{
    qsi_kernels_now()->fit_levels(levels, x, n, scales);
}

void qsi_iq4_encode(const float *x, const float *scales, size_t n, uint8_t *codes)
{
    float inverse[QSI_RUN / QSI_IQ4_GROUP];
    for (size_t g = 0; g < n; g++) inverse[g] = qsi_inverse(scales[g]);
    qsi_kernels_now()->levels_encode(levels, x, n, QSI_IQ4_GROUP, inverse, codes);
}

void qsi_iq4_decode(const uint8_t *codes, const float *scales, size_t n, float *x)
{
    qsi_kernels_now()->levels_decode(levels, codes, n, QSI_IQ4_GROUP, scales, x);
}

float qsi_iq4_level(const struct qs_codec *codec, size_t value, uint32_t code)
{
    (void)codec, (void)value;
    return levels[code];
}
