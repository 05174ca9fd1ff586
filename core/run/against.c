/* Every spec against one of them: paired differences over the same queries. */
#include "run/run.h"

#include "base/size.h"

#include <math.h>
#include <stdio.h>

int qs_run_against(qs_run *run, size_t spec)
{
    if (run->started) return qsi_fail(QS_E_STATE, "a run has started before it was said what to compare with");
    if (spec + 1 >= run->count)
        return qsi_fail_option("against", "spec %zu of %zu specs of a run", spec, run->count - 1);
    run->against = spec + 1;
    return QS_OK;
}

/* Of each query, how many of its true first k were found. */
static uint32_t *counts_of(const qs_run *run, const qsi_result *result)
{
    uint32_t *counts = qsi_array(run->nq, sizeof *counts);
    for (size_t q = 0; counts && q < run->nq; q++)
        counts[q] = qsi_recall_count(&run->results[0].found, &result->found, q, run->k);
    return counts;
}

/* The paired difference of a result and one with these counts. */
static int measure(const qs_run *run, const uint32_t *reference, const qsi_result *result, qsi_paired *paired)
{
    uint32_t *counts = counts_of(run, result);
    if (!counts) return QS_E_MEMORY;
    int status = qsi_paired_measure(counts, reference, run->nq, fmin((double)run->k, run->rows),
                                    (uint64_t)run->seed, paired);
    qsi_array_free(counts);
    return status;
}

static int compare(const qs_run *run, const uint32_t *reference, qsi_result *result)
{
    int status = measure(run, reference, result, &result->paired);
    result->compared = status != QS_E_MEMORY;
    return status;
}

int qsi_run_compare(qs_run *run)
{
    const qsi_result *reference = &run->results[run->against];
    if (!run->nq || run->count <= run->against || !reference->done || reference->problem.code) return QS_OK;
    uint32_t *counts = counts_of(run, reference);
    int status = counts ? QS_OK : QS_E_MEMORY;
    for (size_t r = 1; r < run->count && !status; r++) {
        qsi_result *result = &run->results[r];
        bool wanted = result->done && !result->problem.code && !result->compared && r != run->against;
        if (wanted) status = compare(run, counts, result);
    }
    qsi_array_free(counts);
    return status;
}

void qsi_run_difference_text(const qsi_paired *p, const char *reference, const char *figure, size_t k, size_t nq,
                             char *text, size_t cap)
{
    if (qsi_paired_differs(p))
        snprintf(text, cap, "%s than %s by %.4f %s@%zu (95 %%: %.4f to %.4f)",
                 p->difference > 0 ? "better" : "worse", reference, fabs(p->difference), figure, k,
                 fmin(fabs(p->low), fabs(p->high)), fmax(fabs(p->low), fabs(p->high)));
    else if (p->queries <= (double)nq)
        snprintf(text, cap, "no difference from %s can be shown with these %zu queries, which would show %.4g",
                 reference, nq, p->shown);
    else if (isnan(p->queries))
        snprintf(text, cap, "no difference from %s on any of these %zu queries", reference, nq);
    else
        snprintf(text, cap, "no difference from %s can be shown with these %zu queries; about %.0f would show %.4g",
                 reference, nq, p->queries, p->shown);
}

static void difference(const qs_run *run, size_t against, const qsi_result *result, const qsi_paired *p,
                       qsi_json *json)
{
    char reference[QSI_SPEC_TEXT], text[QSI_SPEC_TEXT + 200];
    qsi_json_open(json, '{');
    qsi_json_key(json, "spec");
    qsi_spec_text(&result->spec, text);
    qsi_json_text(json, text);
    qsi_json_key(json, "difference");
    qsi_json_figure(json, p->difference);
    qsi_json_key(json, "difference_ci95");
    qsi_json_open(json, '[');
    qsi_json_figure(json, p->low);
    qsi_json_figure(json, p->high);
    qsi_json_close(json, ']');
    qsi_json_key(json, "differs");
    qsi_json_bool(json, qsi_paired_differs(p));
    qsi_json_key(json, "shown");
    qsi_json_figure(json, p->shown);
    qsi_json_key(json, "queries");
    qsi_json_figure(json, p->queries);
    qsi_json_key(json, "text");
    qsi_spec_text(&run->results[against].spec, reference);
    qsi_run_difference_text(p, reference, "recall", run->k, run->nq, text, sizeof text);
    qsi_json_text(json, text);
    qsi_json_close(json, '}');
}

void qsi_run_against_json(const qs_run *run, qsi_json *json)
{
    char text[QSI_SPEC_TEXT];
    if (!run->nq || run->count < 3) return;
    qsi_json_key(json, "against");
    qsi_json_open(json, '{');
    qsi_json_key(json, "spec");
    qsi_spec_text(&run->results[run->against].spec, text);
    qsi_json_text(json, text);
    qsi_json_key(json, "results");
    qsi_json_open(json, '[');
    for (size_t r = 1; r < run->count; r++) {
        const qsi_result *result = &run->results[r];
        if (result->compared) difference(run, run->against, result, &result->paired, json);
    }
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

/* The result of a spec that has been searched, or NULL with an error. */
static const qsi_result *searched(const qs_run *run, size_t spec)
{
    const qsi_result *result = spec + 1 < run->count ? &run->results[spec + 1] : NULL;
    if (result && run->nq && result->done && !result->problem.code) return result;
    qsi_fail_option("spec", "spec %zu of %zu specs of a run is not measured", spec, run->count - 1);
    return NULL;
}

size_t qs_run_pair_json(const qs_run *run, size_t a, size_t b, char *dst, size_t cap)
{
    qsi_paired paired;
    const qsi_result *first = searched(run, a), *second = first ? searched(run, b) : NULL;
    if (!second) return 0;
    uint32_t *counts = counts_of(run, first);
    int status = counts ? measure(run, counts, second, &paired) : QS_E_MEMORY;
    qsi_array_free(counts);
    if (status) return 0;
    qsi_json json = qsi_json_start(dst, cap);
    difference(run, a + 1, second, &paired, &json);
    return qsi_json_end(&json);
}
