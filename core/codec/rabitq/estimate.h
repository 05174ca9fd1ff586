/*
 * Codecs whose decoded rows estimate dot products without bias, once rows are rotated at random: a value is coded
 * as one of 2^bits levels, and a row r with levels v stores the scale |r|^2 / (r . v), so that x' = scale * v has
 * x' . r = |r|^2. (Gao, Long 2024, arXiv:2405.12497: RaBitQ.)
 *
 * Row layout: codes of bits bits, low bits first, the last byte filled with zeros; then the scale, a float32, which
 * is 0 for a row of zeros.
 *
 * Where the metric is cosine (qs_codec.unit) rows are brought to length 1 before all else, and a score is not
 * divided by a row's length again.
 */
#ifndef QSI_ESTIMATE_H
#define QSI_ESTIMATE_H

#include "codec/codec.h"

extern const qsi_family qsi_family_rabitq, qsi_family_tq;

/* What tells these codecs apart. */
typedef struct qsi_estimate {
    float (*level)(unsigned bits, uint32_t code); /* levels ascend with codes */
    /* Codes of a row of n finite values, which are not all 0. */
    int (*code)(const float *r, size_t n, unsigned bits, uint8_t *codes);
} qsi_estimate;
extern const qsi_estimate qsi_estimate_rabitq, qsi_estimate_tq;

/* Sum of products in double, 16 partial sums. */
double qsi_estimate_dot(const float *a, const float *b, size_t n);

#endif
