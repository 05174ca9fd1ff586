/* Half floats, and codes in equal steps, as ggml.h says. */
#include "codec/ggml/ggml.h"

/* Not inline: clang 14 for WebAssembly may read x once more where it is used, after its place on the stack was
 * given to something else. */
void qsi_put_half(uint8_t *bytes, float x)
{
    float y = x == x ? x : qsi_bits_float(0x7fc00000);
    qsi_kernels_now()->f16_encode(&y, 1, bytes);
}

float qsi_get_half(const uint8_t *bytes)
{
    float x;
    qsi_kernels_now()->f16_decode(bytes, 1, &x);
    return x;
}

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

/* Greatest less least, and the least, of equal ones the first. */
static void spans(const float *x, size_t n, size_t length, float *d, float *low)
{
    for (size_t k = 0; k < n; k++, x += length) {
        float min = x[0], max = x[0];
        for (size_t i = 1; i < length; i++) {
            if (x[i] < min) min = x[i];
            if (x[i] > max) max = x[i];
        }
        d[k] = max - min;
        low[k] = min;
    }
}

bool qsi_shape_encode(const qsi_shape *shape, const float *x, size_t n, uint8_t *blocks)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    float d[QSI_MOST_BLOCKS], inverse[QSI_MOST_BLOCKS], low[QSI_MOST_BLOCKS];
    uint8_t codes[QSI_RUN];
    size_t length = shape->planes.n;
    if (shape->rule != QSI_BY_ABSMAX && !qsi_all_finite(x, n * length)) return false;
    switch (shape->rule) {
    case QSI_BY_ABSMAX: kernels->absmaxes(x, n, length, d); break;
    case QSI_BY_PEAK: kernels->peaks(x, n, length, d); break;
    case QSI_BY_SPAN: spans(x, n, length, d, low); break;
    }
    if (shape->rule == QSI_BY_ABSMAX && !qsi_all_finite(d, n)) return false;
    kernels->divide(d, n, shape->by, inverse);
    kernels->steps_encode(&shape->steps, x, n, length, inverse, shape->rule == QSI_BY_SPAN ? low : NULL, codes);
    kernels->planes_put(&shape->planes, codes, n, blocks, shape->bytes);
    qsi_put_halves(d, n, blocks + shape->d, shape->bytes);
    if (shape->rule == QSI_BY_SPAN) qsi_put_halves(low, n, blocks + shape->d + 2, shape->bytes);
    return true;
}

void qsi_shape_decode(const qsi_shape *shape, const uint8_t *blocks, size_t n, float *x)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    float d[QSI_MOST_BLOCKS], low[QSI_MOST_BLOCKS], *from = NULL;
    uint8_t codes[QSI_RUN];
    kernels->planes_get(&shape->planes, blocks, shape->bytes, n, codes);
    qsi_get_halves(blocks + shape->d, shape->bytes, n, d);
    if (shape->rule == QSI_BY_SPAN) qsi_get_halves(blocks + shape->d + 2, shape->bytes, n, from = low);
    kernels->steps_decode(&shape->steps, codes, n, shape->planes.n, d, from, x);
}
