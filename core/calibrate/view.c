/* What a calibration tells: the choice of every rule, one histogram, and what other ranges would cost on it. */
#include "calibrate/calibrate.h"

#include "base/status.h"
#include "codec/affine.h"

#include <math.h>
#include <string.h>

void qsi_calibrate_figures(qsi_json *json, const qsi_split *split, double n, double squares)
{
    double noise = split->rounding + split->clipping;
    const struct {
        const char *key;
        double value;
    } figures[] = {{"mse", noise / n},
                   {"rounding_mse", split->rounding / n},
                   {"clipping_mse", split->clipping / n},
                   {"clipped_share", split->clipped / n},
                   {"bias", split->bias / n},
                   {"sqnr_db", squares > 0 && noise > 0 ? 10 * log(squares / noise) / log(10) : NAN}};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        qsi_json_key(json, figures[i].key);
        qsi_json_figure(json, figures[i].value);
    }
}

static void null_member(qsi_json *json, const char *key)
{
    qsi_json_key(json, key);
    qsi_json_null(json);
}

static void spec_members(qsi_json *json, const qsi_spec *spec)
{
    char text[QSI_SPEC_TEXT];
    qsi_json_key(json, "range");
    qsi_json_text(json, qsi_codebook_is_fitted(spec->format)
                            ? "fitted"
                            : qsi_option_rows[QSI_RANGE].words[qsi_word(spec, QSI_RANGE)]);
    qsi_spec_text(spec, text);
    qsi_json_key(json, "spec");
    qsi_json_text(json, text);
}

/* The values of a group, and of all. */
static double values_of(const qs_range *r)
{
    return r->rows * (r->groups == 1 ? (double)r->dim : 1);
}

static double squares_of(const qs_range *r)
{
    const double *sums = qsi_observer_sums(r->moments);
    double squares = 0;
    for (size_t g = 0; g < r->groups; g++)
        squares += sums[r->groups + g] + (r->outlier_cost ? qsi_outlier_cost_squares(r->outlier_cost, g) : 0);
    return squares;
}

enum member { LO, HI, SCALE, ZERO, MSE, MEMBERS };
static const char *const members[MEMBERS] = {"lo", "hi", "scale", "zero", "scale_mse"};

/* n: values that share a scale */
static void choice_member(qsi_json *json, const qsi_range_choice *c, enum member m, double n)
{
    switch (m) {
    case LO: qsi_json_exact(json, c->range.lo + 0.0F); break; /* a range ends at 0, whatever its sign */
    case HI: qsi_json_exact(json, c->range.hi + 0.0F); break;
    case SCALE: qsi_json_exact(json, c->scale); break;
    case ZERO: qsi_json_whole(json, c->zero); break;
    default: qsi_json_figure(json, (c->split.rounding + c->split.clipping) / n);
    }
}

/* An array of one member of every choice; null for zero points where codes count from lo, and for scales and zero
 * points of levels that are fitted. */
static void choices_json(qsi_json *json, const qs_range *r, const qsi_range_choice *choices, size_t count,
                         enum member m, double n)
{
    bool from_lo = qsi_word(&r->spec, QSI_MAP) == QSI_MAP_OFFSET;
    if ((m == ZERO && from_lo) || ((m == ZERO || m == SCALE) && r->levels)) {
        qsi_json_null(json);
        return;
    }
    qsi_json_open(json, '[');
    for (size_t i = 0; i < count; i++) choice_member(json, &choices[i], m, n);
    qsi_json_close(json, ']');
}

static bool is_less(const qsi_range_choice *a, const qsi_range_choice *b, enum member m)
{
    switch (m) {
    case LO: return a->range.lo < b->range.lo;
    case HI: return a->range.hi < b->range.hi;
    case SCALE: return a->scale < b->scale;
    case ZERO: return a->zero < b->zero;
    default: return a->split.rounding + a->split.clipping < b->split.rounding + b->split.clipping;
    }
}

/* The same of the least and the greatest alone. */
static void span_json(qsi_json *json, const qs_range *r, const qsi_range_choice *choices, enum member m, double n)
{
    qsi_range_choice ends[2] = {choices[0], choices[0]};
    for (size_t g = 1; g < r->groups; g++) {
        if (is_less(&choices[g], &ends[0], m)) ends[0] = choices[g];
        if (is_less(&ends[1], &choices[g], m)) ends[1] = choices[g];
    }
    choices_json(json, r, ends, 2, m, n);
}

static void rule_json(qsi_json *json, const qs_range *r, size_t rule, bool spans)
{
    const qsi_range_choice *choices = r->choices + rule * r->groups;
    qsi_split all = {0};
    qsi_worst worst = {NAN, NAN, NAN};
    qsi_json_open(json, '{');
    spec_members(json, &r->rules[rule]);
    for (enum member m = LO; m < MEMBERS; m++) {
        qsi_json_key(json, members[m]);
        if (spans && r->groups > 2)
            span_json(json, r, choices, m, values_of(r));
        else
            choices_json(json, r, choices, r->groups, m, values_of(r));
    }
    for (size_t g = 0; g < r->groups; g++) {
        all.rounding += choices[g].split.rounding;
        all.clipping += choices[g].split.clipping;
        all.clipped += choices[g].split.clipped;
        all.bias += choices[g].split.bias;
    }
    qsi_calibrate_figures(json, &all, r->rows * (double)r->dim, squares_of(r));
    if (r->worst) {
        for (size_t g = 0; g < r->dim; g++) r->worst[g] = choices[g].split.rounding + choices[g].split.clipping;
        worst = qsi_worst_dims(r->worst, r->dim, r->worst + r->dim);
    }
    qsi_worst_json(&worst, json);
    qsi_json_close(json, '}');
}

static void trial_json(qsi_json *json, const qs_range *r, size_t rule)
{
    const qsi_errors *errors = qsi_trials_errors(r->trials, rule);
    const double *sums = qsi_errors_totals(errors);
    qsi_split split = {sums[QSI_SUM_ROUNDING], sums[QSI_SUM_CLIPPING], errors->clipping.count, sums[QSI_SUM_DRIFT]};
    qsi_worst worst = qsi_errors_worst(errors);
    qsi_json_open(json, '{');
    spec_members(json, qsi_trials_spec(r->trials, rule));
    for (enum member m = LO; m < MEMBERS; m++) null_member(json, members[m]);
    qsi_calibrate_figures(json, &split, sums[QSI_SUM_VALUES], sums[QSI_SUM_SQUARE]);
    qsi_worst_json(&worst, json);
    qsi_json_close(json, '}');
}

static int check_done(const qs_range *r)
{
    return r->pass < 0 ? QS_OK : qsi_fail(QS_E_STATE, "the calibration has a pass to go");
}

/* What is to be said of rule kl. */
static void notes_json(qsi_json *json, const qs_range *r)
{
    char text[QSI_KL_TEXT];
    qsi_json_key(json, "notes");
    qsi_json_open(json, '[');
    if (r->trials)
        qsi_json_text(json,
                      "kl is left out: it compares histograms of 2,048 bins, and a row or a block has too few "
                      "values for one; use per=tensor or per=dim");
    if (!r->trials && r->sparse > 0) {
        qsi_range_rule_sparse_text(r->sparse, (double)r->groups, text);
        qsi_json_text(json, text);
    }
    qsi_json_close(json, ']');
}

static size_t report(const qs_range *r, bool spans, char *dst, size_t cap)
{
    char text[QSI_SPEC_TEXT];
    qsi_json json = qsi_json_start(dst, cap);
    if (check_done(r)) return 0;
    qsi_spec_text(&r->spec, text);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "spec");
    qsi_json_text(&json, text);
    qsi_json_key(&json, "rows");
    qsi_json_whole(&json, r->rows);
    qsi_json_key(&json, "dim");
    qsi_json_whole(&json, (double)r->dim);
    qsi_json_key(&json, "figures");
    qsi_json_text(&json, r->trials ? "measured" : "computed");
    qsi_json_key(&json, "rules");
    qsi_json_open(&json, '[');
    size_t count = r->trials ? qsi_trials_count(r->trials) : r->nrules;
    for (size_t i = 0; i < count; i++) {
        if (r->trials)
            trial_json(&json, r, i);
        else
            rule_json(&json, r, i, spans);
    }
    qsi_json_close(&json, ']');
    qsi_rounding rounds = r->trials ? qsi_trials_rounds(r->trials) : r->rounds;
    qsi_rounding_json(&r->spec, &rounds, &json);
    notes_json(&json, r);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

size_t qs_range_json(const qs_range *r, char *dst, size_t cap)
{
    return report(r, false, dst, cap);
}

size_t qs_range_spans_json(const qs_range *r, char *dst, size_t cap)
{
    return report(r, true, dst, cap);
}

size_t qs_range_scales_json(const qs_range *r, const char *member, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    for (enum member m = LO; m < MEMBERS; m++) {
        if (strcmp(member, members[m]) != 0) continue;
        choices_json(&json, r, r->listed.choices, r->listed.count, m, 1);
        return qsi_json_end(&json);
    }
    qsi_fail_option("member", "scales have no %s", member);
    return 0;
}

/* ---- views of one histogram */

/* The sums of a group's histogram, kept until another group is looked at. */
static const qsi_cdf *look(qs_range *r, double group)
{
    if (check_done(r)) return NULL;
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

static void levels_json(qsi_json *json, const char *key, const qsi_levels *levels)
{
    qsi_json_key(json, key);
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
    for (enum member m = LO; m <= SCALE; m++) {
        qsi_json_key(&json, members[m]);
        choice_member(&json, &c, m, 1);
    }
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
    qsi_calibrate_figures(&json, &c.split, values_of(r), squares_at(r, cdf));
    more_figures(&json, &spec, &levels, cdf->h, c.split.clipped);
    affine_figures(&json, &spec, &c, &levels, cdf, values_of(r));
    levels_json(&json, "levels", &levels);
    if (units_of(&spec, &levels))
        levels_json(&json, "units", &levels);
    else
        null_member(&json, "units");
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
        qsi_calibrate_figures(&json, &c.split, values_of(r), squares_at(r, cdf));
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
