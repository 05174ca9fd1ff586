/*
 * Powers of two that rows and queries are multiplied by before scores are taken, so that no square leaves float32
 * and no difference vanishes: the scores of data times a power of two are those of the data.
 *
 * Nothing is scaled (1, 1) where the greatest value is from 2^-20 to 2^40: squares of so small differences as
 * float32 has, and sums of as many values as rows have, then stay inside. Else the greatest value comes to lie from
 * 1 to 2. cosine and ip scale rows and queries apart, which multiplies all scores alike; l2 both by one factor.
 */
#ifndef QSI_SCALING_H
#define QSI_SCALING_H

#include "codec/codec.h"

typedef struct qsi_scaling {
    float rows, queries;
} qsi_scaling;

#define QSI_UNSCALED ((qsi_scaling){1, 1})

/* rows, queries: bits of the greatest finite |x| of each. */
qsi_scaling qsi_scaling_of(qsi_metric metric, uint32_t rows, uint32_t queries);
/* By how much scores were multiplied. */
double qsi_scaling_factor(const qsi_scaling *scaling, qsi_metric metric);
/* x times a power of two, in place. */
void qsi_scale_values(float *x, size_t n, float by);

#endif
