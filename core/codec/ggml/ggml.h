/* What ggml's block formats have in common: half floats, absolute maxima, rounding. All in float32, in a fixed
 * order. */
#ifndef QSI_GGML_H
#define QSI_GGML_H

#include "base/bytes.h"
#include "codec/block.h"
#include "kernels/kernels.h"

#include <math.h>

/* A half float to and from its two bytes: nearest, ties to even. */
static inline void qsi_put_half(uint8_t *bytes, float x)
{
    qsi_kernels_now()->f16_encode(&x, 1, bytes);
}
static inline float qsi_get_half(const uint8_t *bytes)
{
    float x;
    qsi_kernels_now()->f16_decode(bytes, 1, &x);
    return x;
}

static inline float qsi_absmax(const float *x, size_t n)
{
    return qsi_bits_float(qsi_kernels_now()->absmax(x, n));
}

/* 1 / d, 0 for 0. */
static inline float qsi_inverse(float d)
{
    return d != 0 ? 1 / d : 0;
}

/* To the nearest whole number, halves away from zero. */
static inline int qsi_nearest_away(float x)
{
    return (int)roundf(x);
}

#endif
