/* Views of one histogram of a calibration: its counts, and what any range would cost on it. */
#include "calibrate/calibrate.h"

#include "base/status.h"
#include "codec/affine.h"

#include <math.h>

/* The sums of a group's histogram, kept until another group is looked at. */
static const qsi_cdf *look(qs_range *r, double group)
{
    if (qsi_calibrate_done(r)) return NULL;
    const qsi_histogram *h =
        group >= 0 && group < (double)r->groups ? qsi_observer_histogram(r->histograms, (size_t)group) : NULL;
    if (!h) {
        qsi_fail_option("group", "the histogram of scale %.0f is no longer in memory; allow more memory", group);
        return NULL;
    }
    if (r->view.cdf.edges && r->view.group == (size_t)group) return &r->view.cdf;
    qsi_cdf_close(&r->view.cdf);
    r->view.group = (size_t)group;
    return qsi_cdf_open(&r->view.cdf, h) ? NULL : &r->view.cdf;
}

/* The sum of x * x of the group that is looked at. */
static double squares_at(const qs_range *r, const qsi_cdf *cdf)
{
    return qsi_cdf_squares(cdf) + (r->outlier_cost ? qsi_outlier_cost_squares(r->outlier_cost, r->view.group) : 0);
}

size_t qs_range_histogram_json(qs_range *r, double group, double lo, double hi, size_t bins, char *dst, size_t cap)
{
    const qsi_cdf *cdf = look(r, group);
    qsi_json json = qsi_json_start(dst, cap);
    if (!cdf) return 0;
    if (!(lo < hi)) {
        bool mirrored = !r->levels && qsi_range_rule_mirrored(&r->shared);
        hi = mirrored ? qsi_histogram_largest(cdf->h) : (double)cdf->h->max;
        lo = mirrored ? -hi : (double)cdf->h->min;
    }
    qsi_json_open(&json, '{');
    const struct {
        const char *key;
        double value;
    } ends[] = {{"min", (double)cdf->h->min}, {"max", (double)cdf->h->max}, {"lo", lo}, {"hi", hi}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        qsi_json_key(&json, ends[i].key);
        qsi_json_exact(&json, (float)ends[i].value);
    }
    qsi_json_key(&json, "values");
    qsi_json_whole(&json, qsi_cdf_total(cdf));
    qsi_json_key(&json, "counts");
    qsi_json_open(&json, '[');
    double before = qsi_cdf_below(cdf, lo);
    for (size_t i = 1; i <= bins; i++) {
        double edge = lo + (hi - lo) * (double)i / (double)bins; /* the last bin takes its end too */
        double now = qsi_cdf_below(cdf, i < bins ? edge : nextafter(hi, INFINITY));
        qsi_json_figure(&json, now - before);
        before = now;
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

/* The range that is dragged: its own spec, whatever rule was asked for. */
static qsi_spec dragged(const qs_range *r)
{
    qsi_spec spec = r->shared;
    spec.word[QSI_RANGE] = QSI_RANGE_MINMAX;
    spec.given = 0;
    return spec;
}

/* What a range means for the outermost value; of levels that are all a step apart (unless they are powers of two)
 * what values spread evenly over it would get, and the first code. */
static void more_figures(qsi_json *json, const qsi_spec *spec, const qsi_levels *levels, const qsi_histogram *h,
                         double clipped)
{
    int32_t first, last;
    bool counted = qsi_format_option(spec->format, QSI_MAP); /* codes are whole numbers */
    double below = levels->at[0] - (double)h->min, above = (double)h->max - levels->at[levels->count - 1];
    qsi_affine_codes(spec, &first, &last);
    qsi_json_key(json, "clipped");
    qsi_json_whole(json, floor(clipped + 0.5));
    qsi_json_key(json, "overshoot");
    qsi_json_figure(json, fmax(0, fmax(below, above)));
    qsi_json_key(json, "even_sqnr_db");
    qsi_json_figure(json, counted ? 20 * log((double)levels->count) / log(10) : NAN);
    qsi_json_key(json, "first_code");
    qsi_json_figure(json, counted ? first : NAN);
}

/* Affine maps: the zero point before it is rounded, and the share of values in the upper half of the codes, which
 * signed codes would clip if the parameters were made for unsigned ones. */
static void affine_figures(qsi_json *json, const qsi_spec *spec, const qsi_range_choice *c,
                           const qsi_levels *levels, const qsi_cdf *cdf, double n)
{
    int32_t first, last;
    bool affine = qsi_word(spec, QSI_MAP) == QSI_MAP_AFFINE;
    qsi_affine_codes(spec, &first, &last);
    qsi_json_key(json, "exact_zero");
    qsi_json_figure(json, affine ? first - (double)c->range.lo / (double)c->scale : NAN);
    qsi_json_key(json, "upper_share");
    qsi_json_figure(json, affine ? 1 - qsi_cdf_below(cdf, levels->threshold[levels->count / 2 - 1]) / n : NAN);
}

/* The levels of a float at scale 1: the format's own values. False for codes that are whole numbers. */
static bool units_of(const qsi_spec *spec, qsi_levels *levels)
{
    qsi_spec at_one = *spec;
    at_one.word[QSI_RANGE] = QSI_RANGE_GIVEN;
    at_one.value[QSI_S] = 1;
    at_one.given = 1U << QSI_S;
    return !qsi_format_option(spec->format, QSI_MAP) && !qsi_codebook_is_fitted(spec->format) &&
           !spec->format->family->levels(&at_one, 0, 0, false, levels);
}

/* null: there are none. */
static void levels_json(qsi_json *json, const char *key, const qsi_levels *levels)
{
    qsi_json_key(json, key);
    if (!levels->count) {
        qsi_json_null(json);
        return;
    }
    qsi_json_open(json, '[');
    for (size_t i = 0; i < levels->count; i++) qsi_json_exact(json, (float)levels->at[i]);
    qsi_json_close(json, ']');
}

/* What a range means for the group that is looked at; of levels that are fitted, those, whatever the range. */
static int choose(const qs_range *r, const qsi_spec *spec, qsi_range range, const qsi_cdf *cdf, qsi_range_choice *c,
                  qsi_levels *levels)
{
    size_t group = r->view.group;
    if (r->levels) {
        *c = r->choices[group];
        qsi_codebook_levels(r, group, levels);
        return QS_OK;
    }
    int status = qsi_calibrate_group(r, spec, group, range, cdf, c);
    return status ? status : spec->format->family->levels(spec, c->range.lo, c->range.hi, true, levels);
}

size_t qs_range_at_json(qs_range *r, double group, double lo, double hi, char *dst, size_t cap)
{
    const qsi_cdf *cdf = look(r, group);
    qsi_spec spec = dragged(r);
    qsi_range_choice c;
    qsi_levels levels;
    qsi_rounding rounds = {0};
    qsi_json json = qsi_json_start(dst, cap);
    if (!cdf) return 0;
    if (!(lo <= hi) || !isfinite((float)lo) || !isfinite((float)hi)) {
        qsi_fail_option("lo", "lo=%.9g is not below hi=%.9g", lo, hi);
        return 0;
    }
    if (choose(r, &spec, (qsi_range){(float)lo, (float)hi}, cdf, &c, &levels)) return 0;
    if (qsi_rounding_apply(&spec) && qsi_rounding_add(&rounds, &spec, c.range, cdf)) return 0;
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "lo");
    qsi_json_exact(&json, c.range.lo + 0.0F); /* a range ends at 0, whatever its sign */
    qsi_json_key(&json, "hi");
    qsi_json_exact(&json, c.range.hi + 0.0F);
    qsi_json_key(&json, "scale");
    qsi_json_exact(&json, c.scale);
    qsi_json_key(&json, "inverse_scale");
    qsi_json_exact(&json, c.scale == 0 ? 0 : 1 / c.scale);
    qsi_json_key(&json, "zero");
    qsi_json_figure(&json, r->levels || qsi_word(&spec, QSI_MAP) == QSI_MAP_OFFSET ? NAN : c.zero);
    qsi_json_key(&json, "stored");
    if (qsi_scale_stored_text(&spec))
        qsi_json_text(&json, qsi_scale_stored_text(&spec));
    else
        qsi_json_null(&json);
    qsi_json_key(&json, "floored");
    qsi_json_bool(&json, qsi_affine_floored(&spec, c.scale));
    qsi_calibrate_figures(&json, &c.split, qsi_calibrate_values(r), squares_at(r, cdf));
    more_figures(&json, &spec, &levels, cdf->h, c.split.clipped);
    affine_figures(&json, &spec, &c, &levels, cdf, qsi_calibrate_values(r));
    levels_json(&json, "levels", &levels);
    if (!units_of(&spec, &levels)) levels.count = 0;
    levels_json(&json, "units", &levels);
    qsi_rounding_json(&spec, &rounds, &json);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

size_t qs_range_curve_json(qs_range *r, double group, double center, double from, double to, size_t points,
                           char *dst, size_t cap)
{
    const qsi_cdf *cdf = look(r, group);
    qsi_spec spec = dragged(r);
    qsi_json json = qsi_json_start(dst, cap);
    if (!cdf) return 0;
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "points");
    qsi_json_open(&json, '[');
    for (size_t i = 0; i < points && !r->levels; i++) {
        double half = points > 1 ? from + (to - from) * (double)i / (double)(points - 1) : from;
        qsi_range_choice c;
        qsi_range range = {(float)(center - half), (float)(center + half)};
        if (!(half >= 0) || qsi_calibrate_group(r, &spec, r->view.group, range, cdf, &c)) continue;
        qsi_json_open(&json, '{');
        qsi_json_key(&json, "half_range");
        qsi_json_figure(&json, half);
        qsi_calibrate_figures(&json, &c.split, qsi_calibrate_values(r), squares_at(r, cdf));
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
