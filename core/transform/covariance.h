/*
 * The covariance of dims, in sums that any split reproduces: an observer of two passes. The first finds each dim's
 * ends; the second adds up whole numbers
 *
 *   t = (x - c) * 2^(bits - e), to the nearest, ties to even       c the middle of the ends as float32, |x - c| <
 * 2^e
 *
 * and their products, which are exact in double over a chunk and then in 64 bits. With n rows
 *
 *   C = (sum t t' - sum t * sum t' / n) / n, scaled back
 */
#ifndef QSI_COVARIANCE_H
#define QSI_COVARIANCE_H

#include "range/observer.h"

extern const qsi_observer_kind qsi_covariance;

/* After its passes, sums() is: how many rows there were, the means (dim), and the covariances (dim, dim). */

/* Adds the products of nrows <= 1,024 rows of whole numbers (nrows, dim), each up to 2^20, to sums (dim, other):
 * the sum over rows of a[i] * b[j]. upper: only those with j >= i are wanted, and any of the others may stay. */
int qsi_add_products(const double *a, const double *b, size_t nrows, size_t dim, size_t other, int upper,
                     int64_t *sums);

#endif
