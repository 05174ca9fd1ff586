/* Uneven levels, as iq4.h says. */
#include "codec/ggml/iq4.h"

static const int8_t levels[16] = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

/* Of the nearest level. */
static uint8_t nearest(float v)
{
    if (!(v > levels[0])) return 0;
    if (v >= levels[15]) return 15;
    uint8_t i = 1;
    while (v >= levels[i]) i++;
    return v - levels[i - 1] < levels[i] - v ? i - 1 : i;
}

/* A and B for x * inverse on the nearest levels. */
static void sums(const float *x, float inverse, float *a, float *b)
{
    *a = *b = 0;
    for (size_t i = 0; i < QSI_IQ4_GROUP; i++) {
        float t = levels[nearest(inverse * x[i])], w = x[i] * x[i];
        *a += w * t * x[i];
        *b += w * t * t;
    }
}

float qsi_iq4_scale(const float *x)
{
    float m = qsi_peak(x, QSI_IQ4_GROUP), a, b;
    if (fabsf(m) < 1e-15F) return 0;
    sums(x, 1 / (-m / levels[0]), &a, &b);
    float scale = b > 0 ? a / b : 0, best = scale * a;
    for (int n = -7; n <= 7; n++) {
        sums(x, (float)(n + levels[0]) / m, &a, &b);
        if (!(b > 0 && a * a > best * b)) continue;
        scale = a / b;
        best = scale * a;
    }
    return scale;
}

void qsi_iq4_encode(const float *x, float scale, uint8_t *codes)
{
    float inverse = qsi_inverse(scale);
    for (size_t i = 0; i < QSI_IQ4_GROUP; i++) codes[i] = nearest(inverse * x[i]);
}

void qsi_iq4_decode(const uint8_t *codes, const float *scales, size_t n, float *x)
{
    float values[16];
    for (size_t c = 0; c < 16; c++) values[c] = levels[c];
    qsi_kernels_now()->levels_decode(values, codes, n, QSI_IQ4_GROUP, scales, x);
}

float qsi_iq4_level(const struct qs_codec *codec, size_t value, uint32_t code)
{
    (void)codec, (void)value;
    return levels[code];
}
