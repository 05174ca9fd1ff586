/*
 * A rotation by random signs and Walsh-Hadamard transforms, which costs dim * log(dim) a row and stores nothing but
 * its seed. With w the greatest power of two up to dim, three rounds r of
 *
 *   signs (stream 1000 + r) on all values; transform of the first w;
 *   unless w = dim: signs (stream 1100 + r) on all values; transform of the last w
 *
 * The second signs are needed: without them the second transform undoes the first where both meet. A transform is
 * butterflies (a + b, a - b) of distance 1, 2, 4 ... and one multiplication by the float32 nearest to 1 / sqrt(w),
 * so that lengths stay. (Ailon and Chazelle 2006, the fast Johnson-Lindenstrauss transform; Andoni et al. 2015,
 * arXiv:1509.02897, rounds of it.)
 */
#ifndef QSI_HADAMARD_H
#define QSI_HADAMARD_H

#include <stddef.h>
#include <stdint.h>

typedef struct qsi_hadamard {
    size_t dim, width; /* width: w */
    float scale;
    float *signs; /* (rounds, 2, dim): 1 or -1, in the order in which they are used */
} qsi_hadamard;

int qsi_hadamard_open(qsi_hadamard *h, size_t dim, uint64_t seed);
void qsi_hadamard_close(qsi_hadamard *h);
/* Rotates nrows rows of dim values in place. */
void qsi_hadamard_apply(const qsi_hadamard *h, float *rows, size_t nrows);
void qsi_hadamard_undo(const qsi_hadamard *h, float *rows, size_t nrows);

#endif
