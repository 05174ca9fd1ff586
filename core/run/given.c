/* Neighbours that came with a set, compared with those that a run found by float32, and with what each spec found.
 */
#include "run/run.h"

#include "base/size.h"

#include <math.h>

#define NO_ROW 4294967295U

static const double ROUNDING = 1e-5, ORDERED = 0.99, SHIFTED = 0.95;

typedef struct given {
    const qs_run *run;
    const uint32_t *rows; /* (nq, depth) */
    size_t depth;
    float *room; /* (2, dim) */
} given;

/* The score of a query and a row of the base; NaN: there is no such row. */
static float score(const given *g, qsi_metric metric, size_t q, uint32_t row)
{
    const qs_run *run = g->run;
    if ((double)row >= run->rows) return NAN;
    const float *values = run->chunks[row / QS_CHUNK_ROWS].values + (size_t)(row % QS_CHUNK_ROWS) * run->dim;
    return qsi_score_pair(metric, run->scaling, run->queries + q * run->dim, values, run->dim, g->room);
}

static bool close_to(float a, float b)
{
    return fabs((double)a - (double)b) <= ROUNDING * fmax(fabs((double)a), fabs((double)b));
}

/* How many of a query's given first k are among the first k of a list, less is taken from their numbers. */
static uint32_t count_found(const given *g, const qsi_top *found, size_t q, uint32_t less)
{
    uint32_t count = 0;
    for (size_t i = 0; i < g->run->k; i++) {
        uint32_t row = g->rows[q * g->depth + i];
        size_t rank = row == NO_ROW ? 0 : qsi_rank(found, q, row - less);
        count += rank && rank <= g->run->k;
    }
    return count;
}

/* Why a query's given first k are others: 0 they are not, 1 ties, 2 rounding, 3 error. */
static int why(const given *g, size_t q, size_t *outside)
{
    const qs_run *run = g->run;
    const qsi_top *truth = &run->results[0].found;
    size_t last = run->k < truth->count[q] ? run->k : truth->count[q];
    float least = qsi_hit_score(&truth->hits[q * truth->k + last - 1]);
    int worst = 0;
    for (size_t i = 0; i < run->k; i++) {
        uint32_t row = g->rows[q * g->depth + i];
        size_t rank = row == NO_ROW ? 0 : qsi_rank(truth, q, row);
        if (rank && rank <= run->k) continue;
        float other = score(g, run->metric, q, row);
        int reason = other == least ? 1 : close_to(other, least) ? 2 : 3;
        *outside += isnan(other);
        if (reason > worst) worst = reason;
    }
    return worst;
}

/* The share of neighbouring pairs of the given first k whose scores fall, or are equal but for rounding. */
static double order_share(const given *g, qsi_metric metric)
{
    double fall = 0, pairs = 0;
    for (size_t q = 0; q < g->run->nq; q++)
        for (size_t i = 0; i + 1 < g->run->k; i++) {
            const uint32_t *row = g->rows + q * g->depth + i;
            float a = score(g, metric, q, row[0]), b = score(g, metric, q, row[1]);
            if (isnan(a) || isnan(b)) continue;
            pairs++;
            fall += a >= b || close_to(a, b);
        }
    return pairs > 0 ? fall / pairs : 0;
}

/* The mean over queries of the share of the given first k that a list holds. */
static int found_share(const given *g, const qsi_top *found, double counts[], qsi_paired *share)
{
    for (size_t q = 0; q < g->run->nq; q++) counts[q] = count_found(g, found, q, 0);
    return qsi_paired_differences(counts, g->run->nq, fmin((double)g->run->k, g->run->rows), (uint64_t)g->run->seed,
                                  share);
}

/* What may explain errors: numbers that count from 1, or another metric. */
static void explain(const given *g, qsi_given *out)
{
    const qs_run *run = g->run;
    double shifted = 0;
    bool zero = false;
    for (size_t q = 0; q < run->nq; q++) {
        for (size_t i = 0; i < run->k; i++) zero = zero || !g->rows[q * g->depth + i];
        shifted += count_found(g, &run->results[0].found, q, 1);
    }
    out->from_one = !zero && shifted >= SHIFTED * (double)(run->nq * run->k);
    if (out->from_one || order_share(g, run->metric) >= ORDERED) return;
    for (int m = QSI_COSINE; m <= QSI_L2 && !out->metric; m++)
        if (order_share(g, (qsi_metric)m) >= ORDERED) out->metric = qsi_metric_name((qsi_metric)m);
}

static int compare(qs_run *run, const given *g, double counts[])
{
    qsi_given *out = &run->given;
    qsi_paired share;
    size_t by[4] = {0};
    for (size_t q = 0; q < run->nq; q++) by[why(g, q, &out->outside)]++;
    out->ties = by[1];
    out->rounding = by[2];
    out->error = by[3];
    if (out->error) explain(g, out);
    int status = QS_OK;
    for (size_t r = 0; r < run->count && !status; r++) {
        qsi_result *result = &run->results[r];
        if (!result->done || result->problem.code) continue;
        status = found_share(g, &result->found, counts, &share);
        result->given = (qsi_interval){share.difference, share.low, share.high};
    }
    out->found = run->results[0].given.mean;
    out->depth = g->depth;
    return status;
}

int qs_run_truth(qs_run *run, const uint32_t *rows, size_t depth)
{
    if (!run->finished) return qsi_fail(QS_E_STATE, "neighbours are compared when a run is over");
    if (run->draws || !run->nq) return qsi_fail_option("truth", "given neighbours are of given queries");
    if (depth < run->k)
        return qsi_fail_option("truth", "%zu neighbours are given for each query, recall@%zu needs %zu", depth,
                               run->k, run->k);
    for (size_t c = 0; c < run->nchunks; c++)
        if (run->chunks[c].rows != run->chunks[c].expected) return qsi_fail(QS_E_STATE, "this run lacks rows");
    const given g = {run, rows, depth, qsi_array(2, run->dim * sizeof(float))};
    double *counts = qsi_array(run->nq, sizeof *counts);
    run->given = (qsi_given){.depth = 0};
    int status = g.room && counts ? compare(run, &g, counts) : QS_E_MEMORY;
    qsi_array_free(g.room);
    qsi_array_free(counts);
    return status;
}
