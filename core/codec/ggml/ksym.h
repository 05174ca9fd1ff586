/*
 * Superblocks of 16 groups of 16 whose groups have a signed scale each and no minimum (q3_k, q6_k): what both
 * share. How a group's scale is found is said by the formats.
 */
#ifndef QSI_KSYM_H
#define QSI_KSYM_H

#include "codec/ggml/ggml.h"

enum { QSI_KSYM_GROUPS = 16, QSI_KSYM_GROUP = 16 };

/* A group whose largest magnitude is below this has scale 0 and codes 0. */
#define QSI_KSYM_LEAST 1e-15F

/* The codes nearest(x * iscale) + half of a group, and the sums that give the best scale for them, xl / ll: of x
 * times level and of level times level, each weighted with x * x. A level is code - half. */
typedef struct qsi_ksym_fit {
    float xl, ll;
    uint8_t codes[QSI_KSYM_GROUP];
} qsi_ksym_fit;
qsi_ksym_fit qsi_ksym_try(const float *x, float iscale, int half);

/* x' = (d * scale of the group) * (code - half); encoding leaves the codes of groups where d * scale is 0. */
#define QSI_KSYM_FORMULA "d * s * q"
void qsi_ksym_encode(const float *x, float d, const int8_t *scales, int half, uint8_t *codes);
/* Of n superblocks, whose d, half floats, are block bytes apart; scales and codes follow one another. */
void qsi_ksym_decode(const uint8_t *codes, const uint8_t *d, size_t block, const int8_t *scales, int half, size_t n,
                     float *x);

#endif
