/* Half floats, and peaks, as ggml.h says. */
#include "codec/ggml/ggml.h"

float qsi_peak(const float *x, size_t n)
{
    float most = 0, peak = 0;
    for (size_t i = 0; i < n; i++) {
        if (!(fabsf(x[i]) > most)) continue;
        most = fabsf(x[i]);
        peak = x[i];
    }
    return peak;
}

/* In sixteens, as no vector has more lanes. */
static size_t whole_sixteens(size_t n)
{
    return (n + 15) / 16 * 16;
}

void qsi_put_halves(const float *x, size_t n, uint8_t *bytes, size_t step)
{
    float y[QSI_MOST_BLOCKS] = {0};
    uint8_t halves[2 * QSI_MOST_BLOCKS];
    memcpy(y, x, n * sizeof *x);
    qsi_kernels_now()->f16_encode(y, whole_sixteens(n), halves);
    for (size_t i = 0; i < n; i++) {
        uint16_t half = qsi_get16(halves + 2 * i);
        qsi_put16(bytes + i * step, (half & 0x7fff) > 0x7c00 ? 0x7e00 : half);
    }
}

void qsi_get_halves(const uint8_t *bytes, size_t step, size_t n, float *x)
{
    float y[QSI_MOST_BLOCKS];
    uint8_t halves[2 * QSI_MOST_BLOCKS] = {0};
    for (size_t i = 0; i < n; i++) memcpy(halves + 2 * i, bytes + i * step, 2);
    qsi_kernels_now()->f16_decode(halves, whole_sixteens(n), y);
    memcpy(x, y, n * sizeof *x);
}
