/*
 * What ggml's block formats have in common: half floats, extremes, rounding, codes that are whole steps. All in
 * float32, in the order that is written, sums from the first value to the last.
 *
 * The formats have no rule for NaN and infinity, which never come here. Magnitudes can still be such that a scale
 * overflows a half float, or its inverse a float: then a block decodes to what that gives, but every step is
 * defined.
 */
#ifndef QSI_GGML_H
#define QSI_GGML_H

#include "base/bytes.h"
#include "codec/block.h"
#include "codec/ggml/planes.h"
#include "kernels/kernels.h"

#include <math.h>

/* Numbers in a superblock, the block of the K formats. */
enum { QSI_SUPER = 256, QSI_K_BLOCKS = QSI_RUN / QSI_SUPER };

/* 1 / d, 0 for 0. */
static inline float qsi_inverse(float d)
{
    return d != 0 ? 1 / d : 0;
}

static inline int qsi_clamp(int q, int lo, int hi)
{
    return q < lo ? lo : q > hi ? hi : q;
}

/* Toward zero; beyond any code, where it does not matter, no further than 2^30. */
static inline int qsi_whole(float x)
{
    if (x != x) return 0;
    return x < -0x1p30F ? -(1 << 30) : x > 0x1p30F ? 1 << 30 : (int)x;
}

/* The first value of largest magnitude, with its sign; +0 if all are zero. NaN is passed over. */
float qsi_peak(const float *x, size_t n);

/* n half floats, QSI_MOST_BLOCKS at most, to and from their two bytes, step bytes from one to the next: nearest,
 * ties to even; one NaN, as its sign would depend on the processor. */
void qsi_put_halves(const float *x, size_t n, uint8_t *bytes, size_t step);
void qsi_get_halves(const uint8_t *bytes, size_t step, size_t n, float *x);

#endif
