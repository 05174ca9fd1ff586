/*
 * Rows that repeat an earlier one, counted by a hash of their bytes.
 *
 * The table holds the hash of each distinct row, how often it occurs and its first row. Up to 2^20 distinct rows
 * the count is exact (two rows of one 64-bit hash would count as equal: of a million rows once in 2^25 files).
 * Beyond that, only hashes below 2^(64 - s) stay, s the least for which they are no more than 2^20: a sample of
 * rows by their contents, the same for any split, of which the share of repeated rows is exact. 16 bytes an entry,
 * the table at most 32 MiB.
 */
#ifndef QSI_REPEATS_H
#define QSI_REPEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct qsi_repeat {
    uint64_t hash; /* 0: a free place */
    uint32_t count, first;
} qsi_repeat;

typedef struct qsi_repeats {
    qsi_repeat *table; /* (places), a power of two; NULL while empty */
    size_t places, entries;
    unsigned shift; /* s: only hashes below 2^(64 - s) are held */
} qsi_repeats;

void qsi_repeats_close(qsi_repeats *all);
/* Adds count rows of one hash, the first of them row first. */
int qsi_repeats_add(qsi_repeats *all, uint64_t hash, uint32_t count, uint32_t first);
size_t qsi_repeats_save(const qsi_repeats *all, uint8_t *dst, size_t cap);
int qsi_repeats_merge(qsi_repeats *all, const uint8_t *state, size_t bytes, size_t *used);

/* Of the rows in the table: how many there are, how many repeat an earlier one, and the row that occurs most often
 * (of equals the first). */
typedef struct qsi_repeats_total {
    double rows, repeated;
    qsi_repeat most;
} qsi_repeats_total;
qsi_repeats_total qsi_repeats_sum(const qsi_repeats *all);

/* A 64-bit hash of n floats by their bits; never 0. */
uint64_t qsi_row_hash(const float *x, size_t n);

#endif
