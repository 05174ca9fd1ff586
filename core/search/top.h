/*
 * The best k rows of each query, kept while scores arrive in any order and from any thread's list.
 *
 * Better is: the higher score; of equal ones the lower row; NaN below everything. That order is total, so the list
 * is the same for any order of offers and merges. It is the order of one whole number, a hit's key:
 *
 *   bits 32 .. 63   the score in the order of floats, -0 as 0; 0: NaN
 *   bits 0 .. 31    ~row
 */
#ifndef QSI_TOP_H
#define QSI_TOP_H

#include "base/bytes.h"

#include <stddef.h>
#include <stdint.h>

typedef struct qsi_hit {
    uint64_t key; /* 0: no hit yet */
    float exact;  /* the score against the original row, where rescoring asks for it */
} qsi_hit;

/* row is below 2^32 - 1. */
static inline qsi_hit qsi_hit_of(float score, uint32_t row)
{
    uint32_t bits = qsi_float_bits(score + 0.0F), sign = 0 - (bits >> 31);
    uint32_t ordered = score != score ? 0 : bits ^ (sign | 0x80000000U);
    return (qsi_hit){.key = (uint64_t)ordered << 32 | (uint32_t)~row};
}
static inline uint32_t qsi_hit_row(const qsi_hit *hit)
{
    return (uint32_t)~hit->key;
}
static inline float qsi_hit_score(const qsi_hit *hit)
{
    uint32_t ordered = (uint32_t)(hit->key >> 32), sign = (ordered >> 31) - 1;
    return qsi_bits_float(ordered ? ordered ^ (sign | 0x80000000U) : 0x7fc00000U);
}

typedef struct qsi_top {
    size_t nq, k;
    size_t *count; /* (nq): hits held so far */
    qsi_hit *hits; /* (nq, k): each query's as a heap, its worst first; after qsi_top_sort() best first */
} qsi_top;

int qsi_top_open(qsi_top *top, size_t nq, size_t k);
void qsi_top_close(qsi_top *top);
void qsi_top_push(qsi_top *top, size_t query, qsi_hit hit);
/* n scores of each of nq queries, the first one's number being first: scores[i * stride + j] is of query first + i
 * and row rows[j]; rows rise. */
void qsi_top_push_tile(qsi_top *top, size_t first, size_t nq, const float *scores, size_t stride, size_t n,
                       const uint32_t *rows);
void qsi_top_merge(qsi_top *top, const qsi_top *other);
/* Orders all lists best first; nothing may be offered afterwards. */
void qsi_top_sort(qsi_top *top);
/* Orders sorted lists by exact instead, and keeps the first k. */
void qsi_top_rescore(qsi_top *top, size_t k);

/* The most rows that rescoring takes for each query: as many as its largest factor, 1,000, takes for k=10. */
enum { QSI_CANDIDATES_MOST = 10000 };
/* QS_OK, or QS_E_OPTION where k times rescore (0: no rescoring) of so many rows is beyond that. */
int qsi_check_candidates(double k, double rescore, double rows);

size_t qsi_top_save(const qsi_top *top, uint8_t *dst, size_t cap);
/* Offers the hits of a saved state, whose rows are below rows; *used: the bytes it took. */
int qsi_top_merge_saved(qsi_top *top, double rows, const uint8_t *state, size_t bytes, size_t *used);

#endif
