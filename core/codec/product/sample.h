/*
 * The rows that k-means trains on, and the centroids it starts from, chosen by hashes of row numbers so that any
 * split of the rows chooses the same.
 *
 *   rows       of all rows the most with the smallest hash(seed, 2000, row)
 *   centroids  of piece j: of those rows the 2^bits with the smallest hash(seed, 3000 + j, row) whose pieces differ
 */
#ifndef QSI_SAMPLE_H
#define QSI_SAMPLE_H

#include "codec/product/pieces.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct qsi_ranked {
    uint64_t hash;
    double row;
} qsi_ranked;

/* ---- rows: kept as a heap, the largest first */

typedef struct qsi_sample {
    uint64_t seed;
    size_t most, count, room;
    qsi_ranked *heap; /* (room) */
    double rows;      /* seen in all */
} qsi_sample;

void qsi_sample_open(qsi_sample *s, uint64_t seed, size_t most);
void qsi_sample_close(qsi_sample *s);
void qsi_sample_clear(qsi_sample *s);
int qsi_sample_observe(qsi_sample *s, double first_row, size_t nrows);
/* Whether a row is one of them, once all rows were seen. */
bool qsi_sample_has(const qsi_sample *s, double row);
size_t qsi_sample_save(const qsi_sample *s, uint8_t *dst, size_t cap);
int qsi_sample_merge(qsi_sample *s, const uint8_t *state, size_t bytes);

/* ---- centroids to start from */

typedef struct qsi_starts {
    qsi_pieces pieces;
    uint64_t seed, stream; /* stream: of piece 0 */
    size_t *count;         /* (m) */
    qsi_ranked *ranks;     /* (m, count of a piece) */
    float *values;         /* as centroids are kept */
} qsi_starts;

int qsi_starts_open(qsi_starts *s, const qsi_pieces *pieces, uint64_t seed, uint64_t stream);
void qsi_starts_close(qsi_starts *s);
void qsi_starts_clear(qsi_starts *s);
void qsi_starts_observe(qsi_starts *s, double row, const float *x);
/* Centroids in the order of their hashes; used (m): how many there are. */
void qsi_starts_take(const qsi_starts *s, float *centroids, size_t *used);
size_t qsi_starts_save(const qsi_starts *s, uint8_t *dst, size_t cap);
int qsi_starts_merge(qsi_starts *s, const uint8_t *state, size_t bytes, size_t *used);

#endif
