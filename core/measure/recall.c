/* Recall and its interval, as recall.h says. */
#include "measure/recall.h"

#include "base/random.h"
#include "base/size.h"
#include "quantscope.h"

#include <stdlib.h>

enum { RESAMPLES = 1000, LOW = 25, HIGH = 975 }; /* nearest rank: the 25th and the 975th */

size_t qsi_rank(const qsi_top *top, size_t query, uint32_t row)
{
    for (size_t i = 0; i < top->count[query]; i++)
        if (qsi_hit_row(&top->hits[query * top->k + i]) == row) return i + 1;
    return 0;
}

bool qsi_recall_first(const qsi_top *truth, const qsi_top *found, size_t q)
{
    return truth->count[q] && found->count[q] &&
           qsi_hit_row(&truth->hits[q * truth->k]) == qsi_hit_row(&found->hits[q * found->k]);
}

uint32_t qsi_recall_count(const qsi_top *truth, const qsi_top *found, size_t query, size_t k)
{
    uint32_t count = 0;
    for (size_t i = 0; i < k && i < found->count[query]; i++) {
        size_t rank = qsi_rank(truth, query, qsi_hit_row(&found->hits[query * found->k + i]));
        count += rank && rank <= k;
    }
    return count;
}

static int by_number(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

int qsi_recall_measure(const qsi_top *truth, const qsi_top *found, size_t k, double rows, uint64_t seed,
                       qsi_recall *out)
{
    size_t nq = truth->nq;
    uint32_t *counts = qsi_array(nq, sizeof *counts);
    uint64_t *means = qsi_array(RESAMPLES, sizeof *means); /* sums of counts: exact, and ordered as the means are */
    int status = counts && means ? QS_OK : QS_E_MEMORY;
    if (!status) {
        uint64_t all = 0, first = 0;
        for (size_t q = 0; q < nq; q++) {
            counts[q] = qsi_recall_count(truth, found, q, k);
            all += counts[q];
            first += qsi_recall_first(truth, found, q);
        }
        for (size_t s = 0; s < RESAMPLES; s++) {
            means[s] = 0;
            for (size_t i = 0; i < nq; i++) means[s] += counts[qsi_random_below(seed, s * nq + i, (uint32_t)nq)];
        }
        qsort(means, RESAMPLES, sizeof *means, by_number);
        double whole = (double)nq * (rows < (double)k ? rows : (double)k);
        *out = (qsi_recall){.at_1 = (double)first / (double)nq,
                            .at_k = (double)all / whole,
                            .low = (double)means[LOW - 1] / whole,
                            .high = (double)means[HIGH - 1] / whole};
    }
    qsi_array_free(counts);
    qsi_array_free(means);
    return status;
}

size_t qsi_recall_ties(const qsi_top *truth, size_t k, bool *beyond)
{
    size_t tied = 0;
    *beyond = false;
    for (size_t q = 0; q < truth->nq; q++) {
        const qsi_hit *hits = truth->hits + q * truth->k;
        if (truth->count[q] <= k) continue;
        float last = qsi_hit_score(&hits[k - 1]);
        tied += qsi_hit_score(&hits[k]) == last;
        *beyond = *beyond || qsi_hit_score(&hits[truth->count[q] - 1]) == last;
    }
    return tied;
}

double qsi_recall_tied(const qsi_top *truth, const qsi_top *found, size_t k, double rows)
{
    uint64_t all = 0;
    for (size_t q = 0; q < truth->nq; q++) {
        const qsi_hit *hits = truth->hits + q * truth->k;
        size_t known = truth->count[q], last = known < k ? known : k;
        for (size_t i = 0; last && i < k && i < found->count[q]; i++) {
            const qsi_hit *hit = &found->hits[q * found->k + i];
            size_t rank = qsi_rank(truth, q, qsi_hit_row(hit));
            float score = rank ? qsi_hit_score(&hits[rank - 1]) : hit->exact;
            all += (rank && rank <= k) || score >= qsi_hit_score(&hits[last - 1]);
        }
    }
    return (double)all / ((double)truth->nq * (rows < (double)k ? rows : (double)k));
}
