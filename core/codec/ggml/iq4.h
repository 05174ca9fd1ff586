/*
 * Codes of 4 bits on a table of 16 uneven levels, finer near zero, and the search of a scale for 32 values: what
 * iq4_nl and iq4_xs share.
 */
#ifndef QSI_IQ4_H
#define QSI_IQ4_H

#include "codec/ggml/ggml.h"

enum { QSI_IQ4_GROUP = 32 };

/* The scale A / B, the least squares with weights x^2, A = sum w t x and B = sum w t t, over the levels t nearest
 * to x * f / m for that f of 127, -134, -133 .. -120 with the largest A^2 / B (the first of equals); m is the first
 * value of largest magnitude, and below 1e-15 the scale is 0. */
float qsi_iq4_scale(const float *x);

/* The codes of the levels nearest to x / scale, halves up; those of 0 for scale 0. */
void qsi_iq4_encode(const float *x, float scale, uint8_t *codes);
/* Of n groups, with a scale each. */
void qsi_iq4_decode(const uint8_t *codes, const float *scales, size_t n, float *x);

/* The level of a code, for those who look at it. */
float qsi_iq4_level(const struct qs_codec *codec, size_t value, uint32_t code);

#endif
