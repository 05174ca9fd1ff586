/* What a range costs: the levels that affine.h gives it, and the errors of values on them. */
#include "codec/affine.h"
#include "codec/thresholds.h"
#include "codec/scaled.h"

#include <math.h>

/* The size of a code on the scale that coding rounds on. */
static float size_of(const qsi_spec *spec, int32_t code, int32_t qmax)
{
    return qsi_is_pow2(spec) ? (float)qsi_pow2_level(code, qmax) : (float)code;
}

int qsi_affine_levels(const qsi_spec *spec, float lo, float hi, bool exact, qsi_levels *levels)
{
    int32_t qmin, qmax;
    qsi_affine a;
    int status = qsi_affine_from_range(spec, lo, hi, &a);
    if (status) return status;
    qsi_affine_codes(spec, &qmin, &qmax);
    qsi_coder coder = {qsi_inverse(a.scale), a.low, qsi_word(spec, QSI_ROUND)};
    levels->count = (size_t)(qmax - qmin) + 1;
    levels->by_chance = coder.round == QSI_STOCHASTIC;
    for (int32_t q = qmin; q <= qmax; q++)
        levels->at[q - qmin] = (double)(a.low + a.scale * size_of(spec, q - a.zero, qmax)); /* as decoded */
    qsi_levels_nearest(levels);
    if (a.scale == 0 || (!exact && coder.round != QSI_TRUNC)) return status;
    for (int32_t q = qmin; q < qmax; q++) {
        int32_t inner = q < a.zero ? a.zero - q - 1 : q - a.zero;
        float size = size_of(spec, inner, qmax), outer = size_of(spec, inner + 1, qmax);
        double *threshold = &levels->threshold[q - qmin];
        if (exact)
            *threshold = qsi_level_threshold(&coder, inner, size, outer, q < a.zero);
        else /* toward zero: a level reaches as far as the next one outwards */
            *threshold = q < a.zero ? nextafter(levels->at[q - qmin], INFINITY) : levels->at[q - qmin + 1];
    }
    return status;
}

/* float32 to the nearest whole number, ties to even; |v| below 2^22. */
static float even(float v)
{
    return (v + 0x1.8p23F) - 0x1.8p23F;
}

/* The same on levels of any spacing. */
static double squared_on_levels(const qsi_levels *l, const float *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double v = (double)x[i], above = INFINITY;
        size_t at = 0, end = l->count - 1;
        while (at < end) { /* the last level at or below v, or that v is nearest to */
            size_t middle = (at + end) / 2;
            if (v < (l->by_chance ? l->at[middle + 1] : l->threshold[middle]))
                end = middle;
            else
                at = middle + 1;
        }
        if (l->by_chance && at + 1 < l->count && v >= l->at[at]) above = l->at[at + 1];
        sum += isinf(above) ? (l->at[at] - v) * (l->at[at] - v) : (v - l->at[at]) * (above - v);
    }
    return sum;
}

double qsi_affine_squared(const qsi_spec *spec, float lo, float hi, const float *x, size_t n)
{
    int32_t qmin, qmax;
    qsi_affine a;
    if (qsi_is_pow2(spec)) {
        qsi_levels levels;
        return qsi_affine_levels(spec, lo, hi, true, &levels) ? INFINITY : squared_on_levels(&levels, x, n);
    }
    if (qsi_affine_from_range(spec, lo, hi, &a)) return INFINITY;
    qsi_affine_codes(spec, &qmin, &qmax);
    float inv = a.scale == 0 ? 0 : 1 / a.scale, low = (float)(qmin - a.zero), high = (float)(qmax - a.zero);
    int round = qsi_word(spec, QSI_ROUND);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        float exact = fminf(fmaxf((x[i] - a.low) * inv, low), high), q = even(exact);
        if (round == QSI_AWAY) q = roundf(exact);
        if (round == QSI_TRUNC) q = truncf(exact);
        double error = (double)(a.low + a.scale * q) - (double)x[i], chance = 0;
        if (round == QSI_STOCHASTIC) {
            double part = (double)exact - floor((double)exact);
            chance = part * (1 - part) * (double)a.scale * (double)a.scale;
            error = ((double)a.low + (double)a.scale * (double)exact) - (double)x[i];
        }
        sum += error * error + chance;
    }
    return sum;
}
