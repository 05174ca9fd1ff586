/* The report of a calibration: what every rule chose, and what that costs. */
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

double qsi_calibrate_values(const qs_range *r)
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
            span_json(json, r, choices, m, qsi_calibrate_values(r));
        else
            choices_json(json, r, choices, r->groups, m, qsi_calibrate_values(r));
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

int qsi_calibrate_done(const qs_range *r)
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
    if (qsi_calibrate_done(r)) return 0;
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
