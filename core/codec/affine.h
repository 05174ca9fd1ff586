/*
 * From a range to a scale and a zero point: the rules of map, levels, codes and scale, all in float32.
 *
 *   sym     s = absmax / (2^(b-1) - 1); powers of two: s = absmax;
 *           full levels: s = absmax / ((2^b - 1) / 2), at least 2^-23 (PyTorch, symmetric)
 *   affine  lo = min(0, lo), hi = max(0, hi); s = max((hi - lo) / (2^b - 1), 2^-23),
 *           z = clamp(qmin - even(lo / s))
 *   offset  s = (hi - lo) / (2^b - 1); the decoded value is lo + s * q
 *
 * A scale (and a low) is rounded to how it is stored, and the stored value is the one used. A scale above 0 is
 * stored as the least that its type can use at least, 2^-126 or for f16 2^-24, so that 1 / s is finite. A scale of
 * type e8m0 is the power of two from s up, so that nothing is clipped for it; it has no 0, for which 2^-127 stands.
 */
#ifndef QSI_AFFINE_H
#define QSI_AFFINE_H

#include "kernels/kernels.h"
#include "range/histogram.h"
#include "spec/spec.h"

typedef struct qsi_affine {
    float scale, low;
    int32_t zero;
} qsi_affine;

/* Whether levels are powers of two times the scale: the level of code q at scale 1, most being the highest code. */
static inline bool qsi_is_pow2(const qsi_spec *spec)
{
    return qsi_word(spec, QSI_MAP) == QSI_MAP_SYM && qsi_word(spec, QSI_LEVELS) == QSI_LEVELS_POW2;
}
double qsi_pow2_level(int32_t q, int32_t most);

/* Lowest and highest code. */
void qsi_affine_codes(const qsi_spec *spec, int32_t *qmin, int32_t *qmax);
/* The parameters for values from lo to hi; for range=given those of the spec. Fails when float32 (or the type of
 * the scale) cannot hold them. */
int qsi_affine_from_range(const qsi_spec *spec, float lo, float hi, qsi_affine *out);
/* Whether a scale was raised to the least that can be used. */
bool qsi_affine_floored(const qsi_spec *spec, float scale);

/* The levels of the grid for values from lo to hi, and the sum of squared errors of n values on it (where rounding
 * is by chance, the one expected). */
int qsi_affine_levels(const qsi_spec *spec, float lo, float hi, bool exact, qsi_levels *levels);
/* What they cost on a histogram, once that is most or more only in part. */
int qsi_affine_cost(const qsi_spec *spec, float lo, float hi, bool exact, const qsi_cdf *cdf, double most,
                    qsi_cost *cost);
double qsi_affine_squared(const qsi_spec *spec, float lo, float hi, const float *x, size_t n);

/* Bytes of a stored scale or low, and the two ways between them and floats. */
size_t qsi_scale_bytes(const qsi_spec *spec);
/* With map=sym: how many steps the range from 0 on has. */
float qsi_sym_steps(const qsi_spec *spec);
/* What becomes of wanted scales: the floors, then their stored type. Fails beyond that type; the error names the
 * first such scale, and what scales holds then means nothing. */
int qsi_scales_stored(const qsi_spec *spec, float *scales, size_t n);
int qsi_scale_stored(const qsi_spec *spec, float scale, float *stored);
/* A scale or low as its type holds it, infinite beyond. */
float qsi_as_stored(const qsi_spec *spec, float value);
void qsi_scale_put(const qsi_spec *spec, float value, uint8_t *bytes);
void qsi_scales_put(const qsi_spec *spec, const float *values, size_t n, uint8_t *bytes);
float qsi_scale_get(const qsi_spec *spec, const uint8_t *bytes);
void qsi_scales_get(const qsi_spec *spec, const uint8_t *bytes, size_t n, float *values);
/* What of a scale is stored, in words; NULL: all of it. */
const char *qsi_scale_stored_text(const qsi_spec *spec);

#endif
