/*
 * Which of two specs is better: the difference of their recall over the same queries.
 *
 *   difference  mean over queries of (a's count - b's count) / k, a count being how many true neighbours were found
 *   low, high   its 95 % interval: 1,000 bootstrap resamples of the queries (seeded), each query with both of its
 *               counts, the 2.5 and 97.5 percentiles by nearest rank
 *   queries     how many would show a difference of `shown`: (1.96 sd / shown)^2, sd that of the differences of
 * single queries; shown is the difference itself, 0.005 at least. NaN where no query differs
 */
#ifndef QSI_PAIRED_H
#define QSI_PAIRED_H

#include <stddef.h>
#include <stdint.h>

typedef struct qsi_paired {
    double difference, low, high, shown, queries;
} qsi_paired;

/* Whether the interval leaves 0 out: the difference can be shown. */
static inline int qsi_paired_differs(const qsi_paired *p)
{
    return p->low > 0 || p->high < 0;
}

/* a, b: (nq) counts, each of at most k. */
int qsi_paired_measure(const uint32_t *a, const uint32_t *b, size_t nq, double k, uint64_t seed, qsi_paired *out);

/* The same of any figure: (nq) differences, in units of `unit`; of values themselves, their mean and its interval.
 */
int qsi_paired_differences(const double *differences, size_t nq, double unit, uint64_t seed, qsi_paired *out);

#endif
