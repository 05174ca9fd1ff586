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

typedef struct grid {
    const qsi_spec *spec;
    qsi_affine a;
    qsi_coder coder;
    int32_t qmin, qmax;
    bool exact;
} grid;

static int open_grid(grid *g, const qsi_spec *spec, float lo, float hi, bool exact)
{
    *g = (grid){.spec = spec, .exact = exact};
    int status = qsi_affine_from_range(spec, lo, hi, &g->a);
    if (status) return status;
    qsi_affine_codes(spec, &g->qmin, &g->qmax);
    g->coder = (qsi_coder){qsi_inverse(g->a.scale), g->a.low, qsi_word(spec, QSI_ROUND)};
    return QS_OK;
}

/* As decoded. */
static double level_at(const void *context, size_t i)
{
    const grid *g = context;
    return (double)(g->a.low + g->a.scale * size_of(g->spec, g->qmin + (int32_t)i - g->a.zero, g->qmax));
}

static double threshold_at(const void *context, size_t i)
{
    const grid *g = context;
    int32_t q = g->qmin + (int32_t)i, zero = g->a.zero, inner = q < zero ? zero - q - 1 : q - zero;
    if (g->a.scale == 0 || (!g->exact && g->coder.round != QSI_TRUNC))
        return (level_at(g, i) + level_at(g, i + 1)) / 2;
    if (!g->exact) /* toward zero: a level reaches as far as the next one outwards */
        return q < zero ? nextafter(level_at(g, i), INFINITY) : level_at(g, i + 1);
    float size = size_of(g->spec, inner, g->qmax), outer = size_of(g->spec, inner + 1, g->qmax);
    return qsi_level_threshold(&g->coder, inner, size, outer, q < zero);
}

static qsi_level_source all_of(const grid *g)
{
    return (qsi_level_source){(size_t)(g->qmax - g->qmin) + 1, level_at, threshold_at, g,
                              g->coder.round == QSI_STOCHASTIC};
}

int qsi_affine_levels(const qsi_spec *spec, float lo, float hi, bool exact, qsi_levels *levels)
{
    grid g;
    int status = open_grid(&g, spec, lo, hi, exact);
    qsi_level_source all = all_of(&g);
    if (!status) qsi_levels_of(&all, levels);
    return status;
}

int qsi_affine_cost(const qsi_spec *spec, float lo, float hi, bool exact, const qsi_cdf *cdf, double most,
                    qsi_cost *cost)
{
    grid g;
    int status = open_grid(&g, spec, lo, hi, exact);
    qsi_level_source all = all_of(&g);
    if (!status) qsi_levels_cost(cdf, &all, most, cost);
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
