/*
 * The best k rows of each query, kept while scores arrive in any order and from any thread's list.
 *
 * Better is: the higher score; of equal ones the lower row; NaN below everything. That order is total, so the list
 * is the same for any order of offers and merges.
 */
#ifndef QSI_TOP_H
#define QSI_TOP_H

#include <stddef.h>
#include <stdint.h>

typedef struct qsi_hit {
    float score, exact; /* exact: the score against the original row, where rescoring asks for it */
    uint32_t row;
} qsi_hit;

typedef struct qsi_top {
    size_t nq, k;
    size_t *count; /* (nq): hits held so far */
    qsi_hit *hits; /* (nq, k): each query's as a heap, its worst first; after qsi_top_sort() best first */
} qsi_top;

int qsi_top_open(qsi_top *top, size_t nq, size_t k);
void qsi_top_close(qsi_top *top);
void qsi_top_offer(qsi_top *top, size_t query, qsi_hit hit);
/* n scores of one query, score i of row rows[i]; rows rise. */
void qsi_top_offer_many(qsi_top *top, size_t query, const float *scores, size_t n, const uint32_t *rows);
void qsi_top_merge(qsi_top *top, const qsi_top *other);
/* Orders all lists best first; nothing may be offered afterwards. */
void qsi_top_sort(qsi_top *top);
/* Orders sorted lists by exact instead, and keeps the first k. */
void qsi_top_rescore(qsi_top *top, size_t k);

size_t qsi_top_save(const qsi_top *top, uint8_t *dst, size_t cap);
/* Offers the hits of a saved state; *used: the bytes it took. */
int qsi_top_merge_saved(qsi_top *top, const uint8_t *state, size_t bytes, size_t *used);

#endif
