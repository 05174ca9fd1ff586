/* The recalls of a spec that is through: the plain one, that with ties counted, and that without the rows that are
 * copies of the query. */
#include "run/run.h"

#include "base/size.h"

#include <math.h>

bool qsi_run_rescores(const qsi_result *result)
{
    return qsi_format_option(result->spec.format, QSI_RESCORE) && result->spec.value[QSI_RESCORE] > 0;
}

size_t qsi_run_candidates(const qs_run *run, const qsi_result *result)
{
    double keep = (double)run->k * (qsi_run_rescores(result) ? result->spec.value[QSI_RESCORE] : 1);
    return (size_t)fmin(keep, run->rows);
}

/* With copies of queries lists hold so many rows more, and that of the truth one behind the k-th. */
size_t qsi_run_keep(const qs_run *run, const qsi_result *result)
{
    bool truth = result == run->results;
    double keep = truth ? (double)run->depth : (double)qsi_run_candidates(run, result);
    keep = truth ? fmax(keep, (double)run->k + 1 + (double)run->copies) : keep + (double)run->copies;
    return (size_t)fmin(keep, run->rows);
}

static bool is_copy(const qsi_copies *copies, size_t query, uint32_t row)
{
    for (size_t i = copies->first[query]; i < copies->first[query + 1]; i++)
        if (copies->list[i].row == row) return true;
    return false;
}

/* Sorted lists without the copies of their queries, the first keep of each. */
static int leave_out_copies(const qsi_copies *copies, const qsi_top *from, size_t keep, qsi_top *out)
{
    int status = qsi_top_open(out, from->nq, keep);
    for (size_t q = 0; q < from->nq && !status; q++)
        for (size_t i = 0; i < from->count[q] && out->count[q] < keep; i++) {
            const qsi_hit *hit = &from->hits[q * from->k + i];
            if (!is_copy(copies, q, qsi_hit_row(hit))) out->hits[q * keep + out->count[q]++] = *hit;
        }
    return status;
}

/* Over queries of which all copies are known, and to which other rows are left. */
static void measure_apart(const qs_run *run, const qsi_top *truth, const qsi_top *found, qsi_recall *recall)
{
    const qsi_copies *copies = &run->facts.copies;
    double first = 0, all = 0, queries = 0;
    for (size_t q = 0; q < truth->nq; q++) {
        double rows = run->rows - copies->count[q];
        if (copies->count[q] > QSI_COPIES || rows < 1) continue;
        queries++;
        first += qsi_recall_first(truth, found, q);
        all += qsi_recall_count(truth, found, q, run->k) / fmin((double)run->k, rows);
    }
    recall->apart_1 = queries > 0 ? first / queries : NAN;
    recall->apart_k = queries > 0 ? all / queries : NAN;
}

static int recall_apart(const qs_run *run, const qsi_result *result, qsi_recall *recall)
{
    qsi_top truth = {0}, found = {0};
    int status = leave_out_copies(&run->facts.copies, &run->results[0].found, run->k, &truth);
    if (!status)
        status = leave_out_copies(&run->facts.copies, &result->found, qsi_run_candidates(run, result), &found);
    if (!status && qsi_run_rescores(result)) qsi_top_rescore(&found, run->k);
    if (!status) measure_apart(run, &truth, &found, recall);
    qsi_top_close(&truth);
    qsi_top_close(&found);
    return status;
}

int qsi_run_recall(const qs_run *run, qsi_result *result)
{
    double apart[2] = {NAN, NAN};
    if (run->copies) {
        int status = recall_apart(run, result, &result->recall);
        if (status) return status;
        apart[0] = result->recall.apart_1;
        apart[1] = result->recall.apart_k;
    }
    qsi_top *found = &result->found;
    size_t candidates = qsi_run_candidates(run, result);
    for (size_t q = 0; q < found->nq; q++)
        if (found->count[q] > candidates) found->count[q] = candidates;
    if (qsi_run_rescores(result)) qsi_top_rescore(found, run->k);
    int status =
        qsi_recall_measure(&run->results[0].found, found, run->k, run->rows, (uint64_t)run->seed, &result->recall);
    result->recall.apart_1 = apart[0];
    result->recall.apart_k = apart[1];
    result->recall.tied_k = NAN;
    if (!status && run->tied)
        result->recall.tied_k = qsi_recall_tied(&run->results[0].found, found, run->k, run->rows);
    return status;
}

void qsi_run_truth(qs_run *run)
{
    const qsi_top *truth = &run->results[0].found;
    run->tied = qsi_recall_ties(truth, run->k, &run->pairs);
    run->pairs = run->pairs && (double)truth->k < run->rows;
}
