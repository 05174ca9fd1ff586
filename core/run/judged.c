/* What a run that is over is worth by people's judgements: figures of float32 and of every spec, and how they
 * differ. */
#include "run/run.h"

#include "base/size.h"
#include "measure/judged.h"

#include <stdio.h>

static const char *const names[QSI_JUDGED] = {"ndcg", "mrr", "judged_recall"};

static void interval(qsi_json *json, const char *key, const qsi_paired *p)
{
    char name[64];
    qsi_json_key(json, key);
    qsi_json_figure(json, p->difference);
    snprintf(name, sizeof name, "%s_ci95", key);
    qsi_json_key(json, name);
    qsi_json_open(json, '[');
    qsi_json_figure(json, p->low);
    qsi_json_figure(json, p->high);
    qsi_json_close(json, ']');
}

/* One figure: its mean and interval, and the paired difference from float32 (NULL: this is it). text: of ndcg. */
static int figure(const qs_run *run, int which, const double *values, const double *reference, size_t queries,
                  char *text, size_t cap, qsi_json *json)
{
    char key[64];
    qsi_paired mean, paired;
    double *differences = qsi_array(queries, sizeof *differences);
    int status = differences ? QS_OK : QS_E_MEMORY;
    if (!status) status = qsi_paired_differences(values, queries, 1, (uint64_t)run->seed, &mean);
    snprintf(key, sizeof key, "%s@%zu", names[which], run->k);
    if (!status) interval(json, key, &mean);
    for (size_t q = 0; q < queries && reference && !status; q++) differences[q] = values[q] - reference[q];
    if (!status && reference)
        status = qsi_paired_differences(differences, queries, 1, (uint64_t)run->seed, &paired);
    if (!status && reference) {
        snprintf(key, sizeof key, "%s@%zu_difference", names[which], run->k);
        interval(json, key, &paired);
        if (which == QSI_NDCG)
            qsi_run_difference_text(&paired, "float32", names[which], run->k, queries, text, cap);
    }
    qsi_array_free(differences);
    return status;
}

/* The figures of one result. values: room for (QSI_JUDGED, queries). */
static int result_json(const qs_run *run, const qsi_result *result, const qsi_judgements *all,
                       const double *reference, double *values, qsi_json *json)
{
    char text[QSI_SPEC_TEXT + 200] = "";
    int status = QS_OK;
    qsi_json_open(json, '{');
    qsi_json_key(json, "spec");
    qsi_spec_text(&result->spec, text);
    qsi_json_text(json, text);
    if (result->done && !result->problem.code) {
        qsi_judge(all, &result->found, values);
        for (int f = 0; f < QSI_JUDGED && !status; f++)
            status = figure(run, f, values + (size_t)f * all->queries,
                            reference ? reference + (size_t)f * all->queries : NULL, all->queries, text,
                            sizeof text, json);
        if (reference) {
            qsi_json_key(json, "text");
            qsi_json_text(json, text);
        }
    }
    qsi_json_close(json, '}');
    return status;
}

static int report(const qs_run *run, const qsi_judgements *all, qsi_json *json)
{
    const struct {
        const char *key;
        size_t count;
    } counts[] = {{"judgements", all->count},
                  {"queries", all->queries},
                  {"without_relevant", all->empty},
                  {"outside", all->outside}};
    size_t each = QSI_JUDGED * sizeof(double);
    double *reference = qsi_array(all->queries, each), *values = qsi_array(all->queries, each);
    int status = reference && values ? QS_OK : QS_E_MEMORY;
    qsi_json_open(json, '{');
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        qsi_json_key(json, counts[i].key);
        qsi_json_whole(json, (double)counts[i].count);
    }
    qsi_json_key(json, "float32");
    if (!status) status = result_json(run, &run->results[0], all, NULL, reference, json);
    qsi_json_key(json, "results");
    qsi_json_open(json, '[');
    for (size_t r = 1; r < run->count && !status; r++)
        status = result_json(run, &run->results[r], all, reference, values, json);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
    qsi_array_free(reference);
    qsi_array_free(values);
    return status;
}

size_t qs_run_judged_json(const qs_run *run, const uint32_t *queries, const uint32_t *rows, const int *grades,
                          size_t count, char *dst, size_t cap)
{
    qsi_judgements all;
    if (!run->finished) {
        qsi_fail(QS_E_STATE, "a run is judged when it is over");
        return 0;
    }
    if (qsi_judgements_open(&all, queries, rows, grades, count, run->nq, run->k)) return 0;
    qsi_json json = qsi_json_start(dst, cap);
    int status = all.queries ? report(run, &all, &json)
                             : qsi_fail_option("queries", "none of %zu queries has a judgement", run->nq);
    qsi_judgements_close(&all);
    return status ? 0 : qsi_json_end(&json);
}
