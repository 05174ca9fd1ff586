/*
 * Superblocks of 16 groups of 16 whose groups have a signed scale each and no minimum (q3_k, q6_k): what both
 * share.
 */
#ifndef QSI_KSYM_H
#define QSI_KSYM_H

#include "codec/ggml/ggml.h"

enum { QSI_KSYM_GROUPS = 16, QSI_KSYM_GROUP = 16 };

/* n superblocks, QSI_RUN values at most, whose d, half floats, are block bytes apart; scales and codes follow one
 * another. Codes are made for scales as they are stored; those of groups where d * scale is 0 stay.
 * x' = (d * scale of the group) * (code - zero) */
#define QSI_KSYM_FORMULA "d * s * q"
void qsi_ksym_encode(const qsi_group *group, const float *x, size_t n, const uint8_t *d, size_t block,
                     const int8_t *scales, uint8_t *codes);
void qsi_ksym_decode(const qsi_group *group, const qsi_planes *codes, const uint8_t *blocks, size_t block, size_t d,
                     const int8_t *scales, size_t n, float *x);

#endif
