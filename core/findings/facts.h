/*
 * Facts of rows that rules decide by: gathered chunk by chunk, saved and merged like all that looks at data, and
 * the same for any split.
 *
 * Memory: 8 bytes a dim, of repeated rows at most 32 MiB (repeats.h), of queries as copies.h says.
 */
#ifndef QSI_FACTS_H
#define QSI_FACTS_H

#include "findings/copies.h"
#include "findings/repeats.h"

#include <stdint.h>

typedef struct qsi_facts {
    size_t dim;
    bool ranges_only; /* rows that repeat are not looked for: 8 bytes a dim are all that is held */
    double rows;
    int32_t *bounds;          /* (2, dim): least and greatest value of each dim, as ordered integers */
    double shortest, longest; /* length of a row; those of zeros or with NaN or infinity are left out */
    double zeros, first_zero; /* rows of zeros, and the number of the first */
    double broken, broken_values, first_broken,
        first_column; /* rows with NaN or infinity, such values, the first */
    uint32_t largest; /* bits of the greatest finite |x| */
    uint64_t sum; /* of the hashes of rows in any order, less that of rows fitted on: 0 if both are the same rows */
    qsi_repeats repeats, originals; /* of rows as float32; with what float32 lost of them, where it can lose any */
    qsi_copies copies;              /* of queries; nothing unless it was opened */
} qsi_facts;

int qsi_facts_open(qsi_facts *facts, size_t dim);
void qsi_facts_close(qsi_facts *facts);
/* Rows (nrows, dim). ids: their numbers; NULL: first and those that follow. */
int qsi_facts_observe(qsi_facts *facts, double first, const float *rows, const uint32_t *ids, size_t nrows);
/* Rows of the file, and what float32 left out of each of their values. */
int qsi_facts_observe_originals(qsi_facts *facts, double first, const float *rows, const float *rests,
                                size_t nrows);
size_t qsi_facts_save(const qsi_facts *facts, uint8_t *dst, size_t cap);
/* Adds what another saved; *used: the bytes of it. */
int qsi_facts_merge(qsi_facts *facts, const uint8_t *state, size_t bytes, size_t *used);

/* The length of a row in double, which no square of a float leaves. */
double qsi_row_length(const float *x, size_t dim);
/* Whether a row holds NaN or infinity; whether it is all zeros. */
bool qsi_row_broken(const float *x, size_t dim);
bool qsi_row_zero(const float *x, size_t dim);
/* Bits of the greatest finite |x|. */
uint32_t qsi_largest_finite(const float *x, size_t n);

#endif
