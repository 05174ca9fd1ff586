/*
 * Search figures: how many of the true neighbours a search over codes finds.
 *
 *   recall@k       mean over queries of |first k by codes, and true first k| / min(k, rows)
 *   recall@1       share of queries whose first row is the true first row
 *   recall@k_ci95  1,000 bootstrap resamples of the queries (seeded): the 2.5 and 97.5 percentiles of their means
 *                  by nearest rank (Efron and Tibshirani 1993, An Introduction to the Bootstrap)
 *   recall@k_ties  as recall@k, but a found row counts if its true score is that of the k-th true row or better
 *   recall@k_without_self, recall@1_without_self
 *                  as recall@k and @1, with the rows that equal the query left out of both searches
 */
#ifndef QSI_RECALL_H
#define QSI_RECALL_H

#include "search/top.h"

#include <stdbool.h>

typedef struct qsi_recall {
    double at_1, at_k, low, high;
    double tied_k;           /* NaN: no query has ties at the k-th place */
    double apart_1, apart_k; /* NaN: no row is a query */
} qsi_recall;

/* truth and found: sorted, of the same queries; rows: of the base. */
int qsi_recall_measure(const qsi_top *truth, const qsi_top *found, size_t k, double rows, uint64_t seed,
                       qsi_recall *out);
/* Of one query: whether its first rows are the same; how many of its true first k are among the first k found. */
bool qsi_recall_first(const qsi_top *truth, const qsi_top *found, size_t query);
uint32_t qsi_recall_count(const qsi_top *truth, const qsi_top *found, size_t query, size_t k);
/* How many queries' k-th and next true scores are equal; *beyond: some's are so to the end of the list. */
size_t qsi_recall_ties(const qsi_top *truth, size_t k, bool *beyond);
/* recall@k_ties; hits of found that the lists of truth lack are judged by exact, their true score. */
double qsi_recall_tied(const qsi_top *truth, const qsi_top *found, size_t k, double rows);
/* The place of a row in a query's sorted hits from 1, 0 when it is not there. */
size_t qsi_rank(const qsi_top *top, size_t query, uint32_t row);

#endif
