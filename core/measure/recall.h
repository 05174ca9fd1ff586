/*
 * Search figures: how many of the true neighbours a search over codes finds.
 *
 *   recall@k       mean over queries of |first k by codes, and true first k| / min(k, rows)
 *   recall@1       share of queries whose first row is the true first row
 *   recall@k_ci95  1,000 bootstrap resamples of the queries (seeded): the 2.5 and 97.5 percentiles of their means
 *                  by nearest rank (Efron and Tibshirani 1993, An Introduction to the Bootstrap)
 */
#ifndef QSI_RECALL_H
#define QSI_RECALL_H

#include "search/top.h"

typedef struct qsi_recall {
    double at_1, at_k, low, high;
} qsi_recall;

/* truth and found: sorted, of the same queries; rows: of the base. */
int qsi_recall_measure(const qsi_top *truth, const qsi_top *found, size_t k, double rows, uint64_t seed,
                       qsi_recall *out);
/* The place of a row in a query's sorted hits from 1, 0 when it is not there. */
size_t qsi_rank(const qsi_top *top, size_t query, uint32_t row);

#endif
