/*
 * Cuts: the least float32 that coding takes to the upper of two neighbouring levels.
 *
 * A coder rounds t = (x - low) * inverse, computed in float32, to the codes' sizes. What lies on the bound between
 * two it takes outwards, away from 0, or inwards. Whole numbers lie on bounds often, so that a cut at the bound
 * itself, on whichever side, would tell errors that coding does not make.
 */
#ifndef QSI_THRESHOLDS_H
#define QSI_THRESHOLDS_H

#include "base/bytes.h"
#include "kernels/kernels.h"
#include "spec/spec.h"

#include <stdbool.h>

typedef struct qsi_coder {
    float inverse, low;
    int round;
} qsi_coder;

/* The next float32 up or down; of 0 only up. */
static inline float qsi_float_next(float x, bool up)
{
    uint32_t bits = qsi_float_bits(x);
    return qsi_bits_float((bits >> 31) == (uint32_t)up ? bits - 1 : bits + 1);
}

/* What float32 rounds to t or more begins half-way from the one below; there itself, if t is the even one. */
static inline double qsi_half_below(float t)
{
    return ((double)t + (double)qsi_float_next(t, false)) / 2;
}

/* The least float32 from a number on, which does not count itself where t is odd. */
static inline float qsi_least_from(double from, float t)
{
    float least = (float)from;
    bool odd = qsi_float_bits(t) & 1;
    return (double)least < from || ((double)least == from && odd) ? qsi_float_next(least, true) : least;
}

/* The cut between the codes inner and inner + 1 of these sizes, or between those negated. */
static inline double qsi_level_threshold(const qsi_coder *coder, int32_t inner, float size, float outer,
                                         bool negated)
{
    bool trunc = coder->round == QSI_TRUNC, outwards = trunc || coder->round == QSI_AWAY || (inner & 1);
    float bound = trunc ? outer : (size + outer) / 2, t = negated ? -bound : bound;
    if (outwards == negated) t = qsi_float_next(t, true); /* the bound itself goes to the lower level */
    /* inverse is a float32, so the quotient is exact where it is one too */
    float least = qsi_least_from(qsi_half_below(t) / (double)coder->inverse, t);
    if (coder->low != 0) least = qsi_least_from(qsi_half_below(least) + (double)coder->low, least);
    return (double)least;
}

#endif
