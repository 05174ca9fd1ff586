/* What each rule chooses for values that share one scale, as a row or a block does while it is encoded. */
#include "calibrate/calibrate.h"

#include "base/rows.h"
#include "base/size.h"
#include "base/status.h"
#include "base/threads.h"
#include "codec/outliers.h"
#include "codec/scaled.h"
#include "range/finite.h"

#include <math.h>

size_t qs_range_one_scale_json(const char *text, const float *values, size_t n, char *dst, size_t cap)
{
    qsi_spec spec;
    qsi_json json = qsi_json_start(dst, cap);
    if (qsi_spec_parse(text, &spec) || qsi_check_dim((double)n) || qsi_check_finite(0, values, 1, n)) return 0;
    if (!qsi_format_option(spec.format, QSI_RANGE)) {
        qsi_fail_option("range", "%s has no range to choose", text);
        return 0;
    }
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "rules");
    qsi_json_open(&json, '[');
    for (int rule = QSI_RANGE_MINMAX; rule < QSI_RANGE_GIVEN; rule++) {
        qsi_range range;
        if (rule == QSI_RANGE_KL) continue;
        qsi_spec by = qsi_calibrate_rule(&spec, rule);
        if (qsi_range_rule_one_scale(&by, values, n, &range)) return 0;
        qsi_json_open(&json, '{');
        qsi_json_key(&json, "range");
        qsi_json_text(&json, qsi_option_rows[QSI_RANGE].words[rule]);
        qsi_json_key(&json, "lo");
        qsi_json_exact(&json, range.lo);
        qsi_json_key(&json, "hi");
        qsi_json_exact(&json, range.hi);
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

/* Rows whose scales are listed. */
typedef struct listing {
    const qsi_spec *spec;
    size_t dim;
    qsi_cut cut;
    double first_row;
    const float *rows;
    uint8_t *marks; /* (rows, dim): of outliers; NULL without any */
    float *inliers; /* (rows, dim): room for what they leave */
    qsi_range_choice *choices;
} listing;

/* One scale, of n values from the first on: its choice, and the mean of their squared errors. */
static int list_group(const listing *l, size_t first, size_t n, qsi_range_choice *choice)
{
    const float *x = l->rows + first;
    size_t inliers = n;
    double squared = 0;
    qsi_range range;
    if (l->marks) {
        x = l->inliers + first;
        inliers = qsi_inliers_gather(l->rows + first, l->marks + first, n, l->inliers + first);
        for (size_t i = first; i < first + n; i++) {
            double error = l->marks[i] ? qsi_outlier_cost_error(l->rows[i]) : 0;
            squared += error * error;
        }
    }
    int status = qsi_range_rule_one_scale(l->spec, x, inliers, &range);
    if (!status) status = qsi_calibrate_params(l->spec, range, choice);
    if (status) return status;
    squared += l->spec->format->family->squared(l->spec, choice->range.lo, choice->range.hi, x, inliers);
    choice->split.rounding = squared / (double)n;
    return QS_OK;
}

static int list_row(void *context, size_t row)
{
    const listing *l = context;
    for (size_t g = 0; g < l->cut.groups; g++) {
        size_t begin = g * l->cut.length, n = l->dim - begin < l->cut.length ? l->dim - begin : l->cut.length;
        int status = list_group(l, row * l->dim + begin, n, &l->choices[row * l->cut.groups + g]);
        if (status) return qsi_fail_group(status, l->first_row + (double)row, begin);
    }
    return QS_OK;
}

static int list_rows(qs_range *r, listing *l, size_t nrows)
{
    size_t count;
    qsi_array_free(r->listed.choices);
    r->listed.choices = NULL;
    if (!qsi_size_mul(nrows, l->cut.groups, &count)) return qsi_fail_memory(INFINITY);
    if (!(r->listed.choices = l->choices = qsi_array(count, sizeof *l->choices))) return QS_E_MEMORY;
    int status = qsi_check_finite(l->first_row, l->rows, nrows, l->dim);
    if (!status && l->spec->value[QSI_OUTLIERS] > 0) {
        l->marks = qsi_array(nrows, l->dim);
        l->inliers = qsi_array(nrows, l->dim * sizeof *l->inliers);
        status = l->marks && l->inliers ? qsi_outliers_mark(l->spec, l->first_row, l->rows, nrows, l->dim, l->marks)
                                        : QS_E_MEMORY;
    }
    if (!status) status = qsi_each(qsi_calibrate_threads(l->spec), nrows, list_row, l);
    if (!status) r->listed.count = count;
    return status;
}

int qs_range_scales(qs_range *r, size_t rule, double first_row, const float *rows, size_t nrows)
{
    r->listed.count = 0;
    if (!r->trials || rule >= qsi_trials_count(r->trials))
        return qsi_fail(QS_E_STATE, "there is no rule %zu of scales of rows or blocks to list", rule);
    int status = qsi_check_rows(first_row, nrows);
    if (status) return status;
    const qsi_spec *spec = qsi_trials_spec(r->trials, rule);
    listing l = {spec, r->dim, qsi_cut_row(spec, r->dim), first_row, rows, NULL, NULL, NULL};
    status = list_rows(r, &l, nrows);
    qsi_array_free(l.marks);
    qsi_array_free(l.inliers);
    return status;
}
