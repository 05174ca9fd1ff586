/*
 * Codes of 4 bits on a table of 16 uneven levels, finer near zero, and the search of a scale for 32 values: what
 * iq4_nl and iq4_xs share.
 */
#ifndef QSI_IQ4_H
#define QSI_IQ4_H

#include "codec/ggml/ggml.h"

enum { QSI_IQ4_GROUP = 32 };

/* Of n groups, with a scale each, QSI_RUN values at most: the scales, as fit_levels of kernels.h searches them; the
 * codes of the levels nearest to x / scale, those of 0 for scale 0. */
void qsi_iq4_scales(const float *x, size_t n, float *scales);
void qsi_iq4_encode(const float *x, const float *scales, size_t n, uint8_t *codes);
void qsi_iq4_decode(const uint8_t *codes, const float *scales, size_t n, float *x);

/* The level of a code, for inspection. */
float qsi_iq4_level(const struct qs_codec *codec, size_t value, uint32_t code);

#endif
