/* What a run tells: the report, the neighbours of a query, and what was lost. */
#include "run/run.h"

#include "codec/range_rule.h"
#include "codec/outliers.h"
#include "codec/scaled.h"

#include <math.h>
#include <stdio.h>

static void spec_member(qsi_json *json, const qsi_spec *spec)
{
    char text[QSI_SPEC_TEXT];
    qsi_spec_text(spec, text);
    qsi_json_key(json, "spec");
    qsi_json_text(json, text);
}

static void recall_member(qsi_json *json, size_t k, const char *suffix)
{
    char key[48];
    snprintf(key, sizeof key, "recall@%zu%s", k, suffix);
    qsi_json_key(json, key);
}

static void search_json(const qs_run *run, const qsi_result *result, qsi_json *json)
{
    qsi_json_key(json, "search");
    if (!run->nq) {
        qsi_json_null(json);
        return;
    }
    qsi_json_open(json, '{');
    recall_member(json, 1, "");
    qsi_json_figure(json, result->recall.at_1);
    if (run->k > 1) {
        recall_member(json, run->k, "");
        qsi_json_figure(json, result->recall.at_k);
    }
    recall_member(json, run->k, "_ci95");
    qsi_json_open(json, '[');
    qsi_json_figure(json, result->recall.low);
    qsi_json_figure(json, result->recall.high);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

static void result_json(const qs_run *run, const qsi_result *result, qsi_json *json)
{
    qsi_ledger ledger;
    qsi_json_open(json, '{');
    spec_member(json, &result->spec);
    if (result->problem.code) {
        qsi_json_key(json, "problem");
        qsi_json_text(json, result->problem.message);
    } else if (!qsi_ledger_make(&result->spec, run->rows, run->dim, &ledger)) {
        qsi_json_key(json, "bytes");
        qsi_json_open(json, '{');
        qsi_ledger_json(&ledger, json);
        qsi_json_close(json, '}');
        qsi_json_key(json, "error");
        qsi_json_open(json, '{');
        qsi_errors_json(&result->errors, result->spec.format->family, json);
        qsi_json_close(json, '}');
        search_json(run, result, json);
    }
    qsi_json_close(json, '}');
}

static void warnings_json(const qs_run *run, qsi_json *json)
{
    qsi_json_key(json, "warnings");
    qsi_json_open(json, '[');
    if (run->results[0].done) qsi_data_warnings_warn(run, json);
    for (size_t r = 1; r < run->count; r++) {
        const qsi_result *result = &run->results[r];
        if (!result->done || result->problem.code) continue;
        char spec[QSI_SPEC_TEXT], text[QSI_SPEC_TEXT + 260], kept[150];
        qsi_spec_text(&result->spec, spec);
        if (qsi_outliers_exceed(&result->spec, run->dim, kept, sizeof kept)) {
            snprintf(text, sizeof text, "%s: %s", spec, kept);
            qsi_json_text(json, text);
        }
        if (!run->facts.broken && !qsi_errors_defined(&result->errors)) {
            snprintf(
                text, sizeof text,
                "%s: some values decode to NaN or infinity, so its errors have no number; a row whose score is NaN "
                "is found last",
                spec);
            qsi_json_text(json, text);
        }
        if (result->floored > 0) {
            snprintf(text, sizeof text,
                     "%s: %.0f scales were smaller than can be used and were raised to the least", spec,
                     result->floored);
            qsi_json_text(json, text);
        }
        if (result->sparse > 0) {
            char few[QSI_KL_TEXT];
            qsi_range_rule_sparse_text(result->sparse, (double)qsi_shared_scales(&result->spec, run->dim), few);
            snprintf(text, sizeof text, "%s: %s", spec, few);
            qsi_json_text(json, text);
        }
    }
    qsi_json_close(json, ']');
}

static void calibration_json(const qsi_calibration *calibration, qsi_json *json)
{
    if (!calibration->rows) return;
    qsi_json_key(json, "calibration");
    qsi_json_open(json, '{');
    qsi_json_key(json, "rows");
    qsi_json_whole(json, calibration->rows);
    qsi_json_key(json, "from");
    qsi_json_text(json, calibration->drawn ? "drawn" : "file");
    qsi_json_close(json, '}');
}

size_t qs_run_json(const qs_run *run, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    const struct {
        const char *key;
        double value;
    } data[] = {{"rows", run->rows}, {"dim", (double)run->dim}, {"queries", (double)run->nq}};
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "quantscope");
    qsi_json_text(&json, qs_version());
    qsi_json_key(&json, "data");
    qsi_json_open(&json, '{');
    for (size_t i = 0; i < 3; i++) {
        qsi_json_key(&json, data[i].key);
        qsi_json_whole(&json, data[i].value);
    }
    calibration_json(&run->calibration, &json);
    qsi_json_close(&json, '}');
    qsi_json_key(&json, "metric");
    qsi_json_text(&json, qsi_metric_name(run->metric));
    qsi_json_key(&json, "k");
    qsi_json_whole(&json, (double)run->k);
    qsi_json_key(&json, "seed");
    qsi_json_whole(&json, run->seed);
    warnings_json(run, &json);
    qsi_json_key(&json, "results");
    qsi_json_open(&json, '[');
    for (size_t r = 1; r < run->count && run->results[r].done; r++) result_json(run, &run->results[r], &json);
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

/* One of the three lists of a result's neighbours: 0 rows, 1 true ranks, 2 true scores. */
static void neighbour_list(const qs_run *run, const qsi_result *result, size_t query, int which, qsi_json *json)
{
    static const char *const keys[] = {"rows", "ranks", "scores"};
    const qsi_top *truth = &run->results[0].found;
    qsi_json_key(json, keys[which]);
    qsi_json_open(json, '[');
    for (size_t i = 0; i < result->found.count[query] && (result == run->results || i < run->k); i++) {
        uint32_t row = qsi_hit_row(&result->found.hits[query * result->found.k + i]);
        size_t rank = qsi_rank(truth, query, row);
        if (which == 0)
            qsi_json_whole(json, row);
        else if (!rank)
            qsi_json_null(json);
        else if (which == 1)
            qsi_json_whole(json, (double)rank);
        else
            qsi_json_figure(json, (double)qsi_hit_score(&truth->hits[query * truth->k + rank - 1]));
    }
    qsi_json_close(json, ']');
}

size_t qs_run_neighbours_json(const qs_run *run, double query, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    if (!run->results[0].done || !(query >= 0 && query < (double)run->nq) || floor(query) != query) {
        qsi_fail_option("query", "query=%.15g: this run has %zu queries%s", query, run->nq,
                        run->results[0].done ? "" : ", and their true neighbours are not known yet");
        return 0;
    }
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "query");
    qsi_json_whole(&json, query);
    qsi_json_key(&json, "k");
    qsi_json_whole(&json, (double)run->k);
    qsi_json_key(&json, "truth");
    qsi_json_open(&json, '{');
    neighbour_list(run, &run->results[0], (size_t)query, 0, &json);
    neighbour_list(run, &run->results[0], (size_t)query, 2, &json);
    qsi_json_close(&json, '}');
    qsi_json_key(&json, "results");
    qsi_json_open(&json, '[');
    for (size_t r = 1; r < run->count && run->results[r].done; r++) {
        qsi_json_open(&json, '{');
        spec_member(&json, &run->results[r].spec);
        if (run->results[r].problem.code) {
            qsi_json_key(&json, "problem");
            qsi_json_text(&json, run->results[r].problem.message);
        } else {
            for (int which = 0; which < 3; which++)
                neighbour_list(run, &run->results[r], (size_t)query, which, &json);
        }
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

size_t qs_run_dims_json(const qs_run *run, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "dim");
    qsi_json_whole(&json, (double)run->dim);
    qsi_json_key(&json, "results");
    qsi_json_open(&json, '[');
    for (size_t r = 1; r < run->count && run->results[r].done; r++) {
        const qsi_result *result = &run->results[r];
        qsi_json_open(&json, '{');
        spec_member(&json, &result->spec);
        qsi_json_key(&json, "shares");
        if (result->problem.code)
            qsi_json_null(&json);
        else
            qsi_errors_shares_json(&result->errors, &json);
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

static void lost_json(const qs_run *run, const qsi_result *result, qsi_json *json)
{
    const qsi_top *truth = &run->results[0].found;
    qsi_json_key(json, "lost");
    qsi_json_open(json, '[');
    for (size_t q = 0; q < run->nq; q++)
        for (size_t i = 0; i < run->k && i < truth->count[q]; i++) {
            if (qsi_rank(&result->found, q, qsi_hit_row(&truth->hits[q * truth->k + i]))) continue;
            qsi_json_open(json, '[');
            qsi_json_whole(json, (double)q);
            qsi_json_whole(json, (double)i + 1);
            qsi_json_close(json, ']');
        }
    qsi_json_close(json, ']');
}

size_t qs_run_lost_json(const qs_run *run, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "k");
    qsi_json_whole(&json, (double)run->k);
    qsi_json_key(&json, "queries");
    qsi_json_whole(&json, (double)run->nq);
    qsi_json_key(&json, "results");
    qsi_json_open(&json, '[');
    for (size_t r = 1; r < run->count && run->results[r].done; r++) {
        qsi_json_open(&json, '{');
        spec_member(&json, &run->results[r].spec);
        if (!run->results[r].problem.code) lost_json(run, &run->results[r], &json);
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
