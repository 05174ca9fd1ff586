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

float qsi_peak_encode(const float *x, size_t n, int half, uint8_t *codes)
{
    float d = qsi_peak(x, n) / (float)-half, id = qsi_inverse(d);
    for (size_t i = 0; i < n; i++)
        codes[i] = (uint8_t)qsi_clamp(qsi_whole(x[i] * id + ((float)half + 0.5F)), 0, 2 * half - 1);
    return d;
}

float qsi_span_encode(const float *x, size_t n, int most, uint8_t *codes, float *low)
{
    float min = x[0], max = x[0];
    for (size_t i = 1; i < n; i++) {
        if (x[i] < min) min = x[i];
        if (x[i] > max) max = x[i];
    }
    float d = (max - min) / (float)most, id = qsi_inverse(d);
    for (size_t i = 0; i < n; i++) codes[i] = (uint8_t)qsi_clamp(qsi_whole((x[i] - min) * id + 0.5F), 0, most);
    *low = min;
    return d;
}

float qsi_trits_encode(const float *x, size_t n, uint8_t *codes)
{
    float d = qsi_absmax(x, n), id = qsi_inverse(d);
    for (size_t i = 0; i < n; i++) codes[i] = (uint8_t)(qsi_clamp(qsi_nearest_away(x[i] * id), -1, 1) + 1);
    return d;
}

void qsi_steps_decode(const uint8_t *codes, size_t n, int zero, float d, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = (float)(codes[i] - zero) * d;
}

void qsi_span_decode(const uint8_t *codes, size_t n, float d, float low, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = (float)codes[i] * d + low;
}
