/*
 * Queries that are rows of the base, byte for byte: which rows are copies of which query. A fold over chunks.
 *
 * A row is looked up by its hash among the queries and then compared. Of each query all copies are counted and the
 * first QSI_COPIES rows are held. Memory: 24 bytes a query, and 8 for each row that is held.
 */
#ifndef QSI_COPIES_H
#define QSI_COPIES_H

#include <stddef.h>
#include <stdint.h>

enum { QSI_COPIES = 16 };

typedef struct qsi_copy {
    uint32_t query, row;
} qsi_copy;

typedef struct qsi_copies {
    const float *queries; /* (nq, dim), not owned */
    size_t nq, dim, places;
    uint64_t *hash;  /* (nq) */
    uint32_t *table; /* (places): a query's number + 1; 0: a free place */
    uint32_t *count; /* (nq): copies, those that are not held too */
    qsi_copy *list;  /* (held); after qsi_copies_finish() by query, then by row */
    size_t held, room;
    size_t *first; /* (nq + 1) after qsi_copies_finish(): where a query's copies begin in list */
} qsi_copies;

/* The queries are looked at when the first row is, so they may still be fed. */
int qsi_copies_open(qsi_copies *copies, const float *queries, size_t nq, size_t dim);
void qsi_copies_close(qsi_copies *copies);
/* One row, by its number and qsi_row_hash(); rows of a shard ascend. */
int qsi_copies_observe(qsi_copies *copies, uint64_t hash, const float *x, uint32_t row);
size_t qsi_copies_save(const qsi_copies *copies, uint8_t *dst, size_t cap);
int qsi_copies_merge(qsi_copies *copies, const uint8_t *state, size_t bytes, size_t *used);
/* All rows were seen: puts the list in order. */
int qsi_copies_finish(qsi_copies *copies);
/* How many queries have copies, and the most that are held of one. */
size_t qsi_copies_queries(const qsi_copies *copies);
size_t qsi_copies_most(const qsi_copies *copies);

#endif
