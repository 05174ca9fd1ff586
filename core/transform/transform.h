/*
 * Transforms: what is done to rows before they are coded, and undone after they are decoded.
 *
 *   y = the first dims values of R (x - mean)          x' = R' y + mean, what was left out decoded as 0 there
 *
 *   rotate=none      R is 1
 *   rotate=hadamard  of hadamard.h, from a seed
 *   rotate=random    of random_rotation.h, a matrix from a seed
 *   rotate=pca       eigenvectors of the covariance, the largest eigenvalue first; mean is that of the rows
 *   center=mean      mean is that of the rows, else 0
 *
 * Rotations keep dot products, so scores are taken of rotated queries and of rows as they are coded, moved by what
 * the mean is there (qsi_transform_move). What the dims that are left out add to a score is one number a query, as
 * all rows decode to the same there: the rest of the mean. So
 *
 *   q . x'        = q_kept . y_moved + rest of q . rest of mean
 *   |q - x'|^2    = |q_kept - y_moved|^2 + |rest of q - rest of mean|^2
 *   |x'|^2        = |y_moved|^2 + |rest of mean|^2
 *
 * The mean and the matrix are the caller's, and stay as long; nothing here knows of codes.
 */
#ifndef QSI_TRANSFORM_H
#define QSI_TRANSFORM_H

#include "transform/hadamard.h"

#include <stdbool.h>

enum { QSI_MATRIX_MOST = 4096 }; /* the most dims of a rotation that is a matrix */

typedef struct qsi_transform {
    size_t dim, dims; /* values of a row, and those that are kept: 1 .. dim */
    int rotate;       /* QSI_ROTATE_* of format/format.h */
    uint64_t seed;
    const float *mean;   /* (dim), or NULL */
    const float *matrix; /* (dims, dim), or NULL */

    qsi_hadamard hadamard;
    float *back;            /* (dim, dims): the matrix transposed */
    float *moved;           /* (dims): the mean as rows are encoded; NULL: it is 0 */
    float *mean_rest;       /* (dim): what of the mean is left out, where there is a mean */
    float mean_rest_square; /* its dot product with itself */
} qsi_transform;

/* Whether it does anything that NaN and infinity cannot go through: they would spread over their row. */
static inline bool qsi_transform_mixes(const qsi_transform *t)
{
    return t->rotate || t->mean;
}

/* Derives what is used from dim, dims, rotate, seed, mean and matrix, which the caller has set. */
int qsi_transform_open(qsi_transform *t);
void qsi_transform_close(qsi_transform *t);

/* nrows rows of dim values to rows of dims values, and back. Rows are independent of each other. centered false: of
 * queries, from which the mean is not taken. */
int qsi_transform_apply(const qsi_transform *t, const float *rows, size_t nrows, bool centered, float *out);
int qsi_transform_undo(const qsi_transform *t, const float *coded, size_t nrows, float *rows);

/* Adds the mean, as coded, to decoded rows in place. */
void qsi_transform_move(const qsi_transform *t, float *coded, size_t nrows);

/* What the dims that are left out add to the scores of one query, of which kept is what apply gave: to its dot
 * products, and to squared distances. scratch: (dim). */
typedef struct qsi_left_out {
    float dot, square;
} qsi_left_out;
int qsi_transform_rest(const qsi_transform *t, const float *query, const float *kept, float *scratch,
                       qsi_left_out *rest);

#endif
