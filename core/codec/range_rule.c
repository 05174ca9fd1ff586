/* The range of a scale by the rule of a spec, as range_rule.h says. */
#include "codec/range_rule.h"

#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"

#include <math.h>
#include <stdio.h>

qsi_statistic qsi_range_rule_needs(const qsi_spec *spec)
{
    bool dims = qsi_word(spec, QSI_PER) == QSI_PER_DIM;
    switch (qsi_word(spec, QSI_RANGE)) {
    case QSI_RANGE_GIVEN: return QSI_NOTHING;
    case QSI_RANGE_MINMAX: return dims ? QSI_EXTREMES_DIMS : QSI_EXTREMES;
    case QSI_RANGE_STD: return dims ? QSI_MOMENTS_DIMS : QSI_MOMENTS;
    default: return dims ? QSI_HISTOGRAMS_DIMS : QSI_HISTOGRAMS;
    }
}

/* A constant has no range to choose, but by rule mse among full levels, of which none lies at the end. */
static bool is_fixed(const qsi_spec *spec, qsi_range data)
{
    bool full = qsi_range_rule_mirrored(spec) && qsi_word(spec, QSI_LEVELS) == QSI_LEVELS_FULL;
    return data.lo == data.hi && !(full && qsi_word(spec, QSI_RANGE) == QSI_RANGE_MSE);
}

/* ---- histograms */

typedef struct trial {
    const qsi_spec *spec;
    const qsi_cdf *cdf;
    bool exact; /* cuts */
} trial;

/* Whether ranges must be tried with exact cuts, which take three times as long. A value on a cut costs the same on
 * either side where levels are the nearest ones; toward zero it costs nothing or a whole step. That matters where
 * many values are one and the same, and where values are few: the outermost always lies on a cut. */
enum { FEW = 1024 };
static bool needs_exact(const qsi_spec *spec, const qsi_cdf *cdf)
{
    const qsi_histogram *h = cdf->h;
    double repeated = 0;
    if (qsi_word(spec, QSI_ROUND) != QSI_TRUNC) return false;
    if (qsi_cdf_total(cdf) <= FEW) return true;
    for (size_t i = 0; i < h->count; i++)
        if (h->cells[i].least == h->cells[i].greatest && h->cells[i].count > 1) repeated += h->cells[i].count;
    return repeated > qsi_cdf_total(cdf) / 64;
}

static double cost_on_cdf(void *context, qsi_range range, double most)
{
    const trial *t = context;
    qsi_cost cost;
    if (t->spec->format->family->cost(t->spec, range.lo, range.hi, t->exact, t->cdf, most, &cost)) return INFINITY;
    return cost.rounding + cost.clipping;
}

/* Rule mse, from ranges that hold center. Ranges that are mirrored have one bound, and so have those that must hold
 * 0 and have the data on one side of it. */
static qsi_range least_cost(const trial *t, qsi_range data, double center)
{
    bool mirrored = qsi_range_rule_mirrored(t->spec), holds_0 = qsi_word(t->spec, QSI_MAP) == QSI_MAP_AFFINE;
    if (mirrored) data = qsi_range_about_0(fmaxf(fabsf(data.lo), fabsf(data.hi)));
    if (holds_0) data = (qsi_range){fminf(data.lo, 0), fmaxf(data.hi, 0)};
    bool one = mirrored || (holds_0 && (data.lo == 0 || data.hi == 0));
    return qsi_rule_mse(data, center, one, cost_on_cdf, (void *)t);
}

/* The codes that magnitudes have: half of all where there are two signs. */
static size_t magnitude_codes(const qsi_spec *spec, const qsi_histogram *h)
{
    bool one_sign = !qsi_range_rule_mirrored(spec) && h->min >= 0;
    return (size_t)1 << (spec->format->code_bits - !one_sign);
}

int qsi_range_rule_histogram(const qsi_spec *spec, const qsi_cdf *cdf, qsi_range *range)
{
    const qsi_histogram *h = cdf->h;
    bool mirrored = qsi_range_rule_mirrored(spec);
    trial t = {.spec = spec, .cdf = cdf, .exact = needs_exact(spec, cdf)};
    *range = (qsi_range){h->min, h->max};
    if (is_fixed(spec, *range)) return QS_OK;
    switch (qsi_word(spec, QSI_RANGE)) {
    case QSI_RANGE_PERCENTILE: *range = qsi_rule_percentile(cdf, spec->value[QSI_P], mirrored); break;
    case QSI_RANGE_KL: return qsi_rule_kl(h, magnitude_codes(spec, h), mirrored, range);
    case QSI_RANGE_MSE: {
        double middle = qsi_cdf_ranked(cdf, qsi_cdf_total(cdf) / 2);
        *range = least_cost(&t, *range, middle);
        break;
    }
    default: break;
    }
    return QS_OK;
}

static bool is_kl(const qsi_spec *spec)
{
    return qsi_word(spec, QSI_RANGE) == QSI_RANGE_KL;
}

/* What is kept of a histogram: the two ends, and of kl whether it saw too little. */
static size_t width_of(const qsi_spec *spec)
{
    return is_kl(spec) ? 3 : 2;
}

static int take(void *context, size_t group, const qsi_histogram *h, float *kept)
{
    const qsi_spec *spec = context;
    qsi_range range;
    qsi_cdf cdf;
    (void)group;
    int status = qsi_cdf_open(&cdf, h);
    if (!status) status = qsi_range_rule_histogram(spec, &cdf, &range);
    qsi_cdf_close(&cdf);
    if (status) return status;
    kept[0] = range.lo;
    kept[1] = range.hi;
    if (is_kl(spec)) kept[2] = qsi_kl_sparse(h);
    return QS_OK;
}

void qsi_range_rule_digest(const qsi_spec *spec, qsi_digest *digest)
{
    digest->width = width_of(spec);
    digest->magnitudes = is_kl(spec);
    digest->take = take;
}

/* ---- what a fit saw */

qsi_range qsi_range_rule_moments(const qsi_spec *spec, double count, double sum, double squares, qsi_range data)
{
    return qsi_rule_std(count, sum, squares, data, spec->value[QSI_SD], qsi_range_rule_mirrored(spec));
}

qsi_range qsi_range_rule_observed(const qsi_spec *spec, const qsi_observer *seen, size_t g, size_t count)
{
    const float *lo = qsi_observer_lo(seen), *hi = qsi_observer_hi(seen), *kept = lo;
    const double *sums = qsi_observer_sums(seen);
    if (!lo) return (qsi_range){0, 0};
    switch (qsi_range_rule_needs(spec)) {
    case QSI_HISTOGRAMS:
    case QSI_HISTOGRAMS_DIMS: kept += g * width_of(spec); return (qsi_range){kept[0], kept[1]};
    case QSI_MOMENTS:
    case QSI_MOMENTS_DIMS:
        return qsi_range_rule_moments(spec, sums[2 * count + g], sums[g], sums[count + g],
                                      (qsi_range){lo[g], hi[g]});
    default: return (qsi_range){lo[g], hi[g]};
    }
}

double qsi_range_rule_sparse(const qsi_spec *spec, const qsi_observer *seen, size_t count)
{
    double sparse = 0;
    const float *kept = qsi_observer_digested(seen);
    for (size_t g = 0; kept && g < count; g++) sparse += (double)kept[g * width_of(spec) + 2];
    return sparse;
}

void qsi_range_rule_sparse_text(double sparse, double count, char *text)
{
    char scales[64] = "";
    if (count > 1) snprintf(scales, sizeof scales, "of %.0f of %.0f scales ", sparse, count);
    snprintf(text, QSI_KL_TEXT,
             "%srule kl saw magnitudes in fewer than %d of its %d bins: few values, few distinct ones, or some far "
             "from the others; its choice means little there",
             scales, QSI_KL_FEW, QSI_KL_BINS);
}

/* ---- a row's or a block's own values */

qsi_range qsi_range_rule_values(const qsi_spec *spec, const float *x, size_t n, qsi_range data, float *scratch)
{
    bool mirrored = qsi_range_rule_mirrored(spec);
    double sum = 0, squares = 0;
    if (is_fixed(spec, data)) return data;
    switch (qsi_word(spec, QSI_RANGE)) {
    case QSI_RANGE_PERCENTILE: return qsi_rule_percentile_values(x, n, spec->value[QSI_P], mirrored, scratch);
    case QSI_RANGE_STD:
        for (size_t i = 0; i < n; i++) {
            sum += (double)x[i];
            squares += (double)x[i] * (double)x[i];
        }
        return qsi_range_rule_moments(spec, (double)n, sum, squares, data);
    default: return data;
    }
}

/* From the least to the greatest as kernels order them, NaN being beyond all others. */
static qsi_range data_range(const qsi_spec *spec, const float *x, size_t n)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    int32_t low, high;
    if (!n) return (qsi_range){0, 0};
    if (qsi_range_rule_mirrored(spec)) return qsi_range_about_0(qsi_bits_float(kernels->absmax(x, n)));
    kernels->minmax(x, n, &low, &high);
    return (qsi_range){qsi_bits_float(qsi_unordered(low)), qsi_bits_float(qsi_unordered(high))};
}

int qsi_range_rule_one_scale(const qsi_spec *spec, const float *x, size_t n, qsi_range *range)
{
    int rule = qsi_word(spec, QSI_RANGE);
    *range = data_range(spec, x, n);
    if (!isfinite(range->lo) || !isfinite(range->hi)) return QS_E_DATA;
    if (!n || rule == QSI_RANGE_MINMAX || rule == QSI_RANGE_GIVEN) return QS_OK;
    if (rule == QSI_RANGE_MSE) return is_fixed(spec, *range) ? QS_OK : qsi_range_rule_mse(spec, x, n, range);
    float *scratch = rule == QSI_RANGE_PERCENTILE ? qsi_array(n, sizeof *scratch) : NULL;
    if (rule == QSI_RANGE_PERCENTILE && !scratch) return QS_E_MEMORY;
    *range = qsi_range_rule_values(spec, x, n, *range, scratch);
    qsi_array_free(scratch);
    return QS_OK;
}
