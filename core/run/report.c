/* What a run tells: the report, the neighbours of a query, and what was lost. */
#include "run/run.h"

#include "base/size.h"

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

/* A further recall, where it was counted. */
static void recall_figure(qsi_json *json, size_t k, const char *suffix, double value)
{
    if (isnan(value)) return;
    recall_member(json, k, suffix);
    qsi_json_figure(json, value);
}

static void truth_members(const qs_run *run, const qsi_result *result, qsi_json *json)
{
    recall_figure(json, run->k, "_truth", result->given.mean);
    recall_member(json, run->k, "_truth_ci95");
    qsi_json_open(json, '[');
    qsi_json_figure(json, result->given.low);
    qsi_json_figure(json, result->given.high);
    qsi_json_close(json, ']');
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
    recall_figure(json, run->k, "_ties", result->recall.tied_k);
    recall_figure(json, 1, "_without_self", result->recall.apart_1);
    if (run->k > 1) recall_figure(json, run->k, "_without_self", result->recall.apart_k);
    if (run->given.depth) truth_members(run, result, json);
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
        if (run->dtype) {
            double file = run->rows * run->file_row_bytes;
            qsi_json_key(json, "file");
            qsi_json_whole(json, file);
            qsi_json_key(json, "times_smaller");
            qsi_json_figure(json, file / ledger.total);
        }
        qsi_json_close(json, '}');
        qsi_json_key(json, "error");
        qsi_json_open(json, '{');
        qsi_errors_json(&result->errors, result->spec.format->family, json);
        qsi_json_close(json, '}');
        search_json(run, result, json);
    }
    qsi_json_close(json, '}');
}

/* What was noticed, of the data and of all specs done so far. */
static void findings_json(const qs_run *run, qsi_json *json)
{
    qsi_findings found = {.count = 0};
    qsi_measured *specs = qsi_array_zero(run->count, sizeof *specs);
    qsi_subject subject = {.dim = run->dim,
                           .rows = run->rows,
                           .dtype = run->dtype,
                           .shape = run->axes == 3 ? run->shape : NULL,
                           .row_bytes = run->file_row_bytes,
                           .facts = run->results[0].done ? &run->facts : NULL,
                           .queries = run->results[0].done ? run->queries : NULL,
                           .nq = run->nq,
                           .k = run->k,
                           .drawn = run->draws ? run->drawn : NULL,
                           .metric = run->metric,
                           .searched = run->nq > 0,
                           .tied = run->tied,
                           .given = &run->given,
                           .scaling = run->scaling,
                           .specs = specs};
    for (size_t r = 1; specs && r < run->count; r++) {
        const qsi_result *result = &run->results[r];
        qsi_ledger ledger;
        if (!result->done || result->problem.code) continue;
        if (qsi_ledger_make(&result->spec, run->rows, run->dim, &ledger)) continue;
        specs[subject.count++] = (qsi_measured){.spec = &result->spec,
                                                .codec = result->codec,
                                                .values = qsi_errors_totals(&result->errors)[QSI_SUM_VALUES],
                                                .undefined = !qsi_errors_defined(&result->errors),
                                                .lost = result->errors.lost,
                                                .clipping = result->errors.clipping,
                                                .bytes = ledger.total,
                                                .recall = run->nq ? &result->recall : NULL,
                                                .candidates = (double)qsi_run_candidates(run, result),
                                                .floored = result->floored,
                                                .sparse = result->sparse,
                                                .elsewhere = run->calibration.rows > 0 && run->facts.sum != 0};
    }
    qsi_find(&subject, &found);
    qsi_findings_json(&found, json);
    qsi_findings_close(&found);
    qsi_array_free(specs);
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

/* "truth": neighbours that came with the set, and what float32 finds of them. */
static void truth_json(const qs_run *run, qsi_json *json)
{
    qsi_json_key(json, "truth");
    qsi_json_open(json, '{');
    qsi_json_key(json, "neighbours");
    qsi_json_whole(json, (double)run->given.depth);
    truth_members(run, &run->results[0], json);
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
    if (run->dtype) {
        qsi_json_key(&json, "dtype");
        qsi_json_text(&json, run->dtype);
        qsi_json_key(&json, "row_bytes");
        qsi_json_whole(&json, run->file_row_bytes);
    }
    calibration_json(&run->calibration, &json);
    qsi_json_close(&json, '}');
    qsi_json_key(&json, "metric");
    qsi_json_text(&json, qsi_metric_name(run->metric));
    qsi_json_key(&json, "k");
    qsi_json_whole(&json, (double)run->k);
    qsi_json_key(&json, "seed");
    qsi_json_whole(&json, run->seed);
    findings_json(run, &json);
    qsi_json_key(&json, "results");
    qsi_json_open(&json, '[');
    for (size_t r = 1; r < run->count && run->results[r].done; r++) result_json(run, &run->results[r], &json);
    qsi_json_close(&json, ']');
    qsi_run_against_json(run, &json);
    if (run->given.depth) truth_json(run, &json);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

/* One of the three lists of a result's neighbours: 0 rows, 1 true ranks, 2 true scores. */
static void neighbour_list(const qs_run *run, const qsi_result *result, size_t query, int which, qsi_json *json)
{
    static const char *const keys[] = {"rows", "ranks", "scores"};
    const qsi_top *truth = &run->results[0].found;
    size_t most = result == run->results ? run->depth : run->k;
    qsi_json_key(json, keys[which]);
    qsi_json_open(json, '[');
    for (size_t i = 0; i < result->found.count[query] && i < most; i++) {
        uint32_t row = qsi_hit_row(&result->found.hits[query * result->found.k + i]);
        size_t rank = qsi_rank(truth, query, row);
        if (which == 0)
            qsi_json_whole(json, row);
        else if (!rank || rank > run->depth)
            qsi_json_null(json);
        else if (which == 1)
            qsi_json_whole(json, (double)rank);
        else
            qsi_json_figure(json, (double)qsi_hit_score(&truth->hits[query * truth->k + rank - 1]) /
                                      qsi_scaling_factor(&run->scaling, run->metric));
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
