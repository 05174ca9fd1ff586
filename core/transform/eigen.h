/*
 * Eigenvectors of a symmetric matrix, in double with no library function but sqrt, so that they are the same bits
 * on every machine: Householder's reduction to a tridiagonal matrix, then QL steps with implicit shifts (Wilkinson
 * and Reinsch 1971, Handbook for Automatic Computation II, tred2 and imtql2).
 *
 * Dot products are 16 partial sums; columns are scaled by a power of two before they are squared. An off-diagonal
 * e[i] counts as 0 where |e[i]| <= 2^-53 * max(|w[i]| + |w[i+1]|, norm), norm the largest |w[i]| + |e[i]| at the
 * start: without the norm data of low rank never converge. Rotations of rows are collected and applied to panels of
 * 16 columns, which stay in the first cache.
 */
#ifndef QSI_EIGEN_H
#define QSI_EIGEN_H

#include <stddef.h>

/* a (dim, dim) is used up. values (dim): largest first, of equal ones that of the lower index first. vectors
 * (count, dim): the unit vectors of the first count; of the entry of largest magnitude, the first of equal ones,
 * the sign is positive. QS_E_DATA where it does not converge. */
int qsi_eigen(double *a, size_t dim, size_t count, double *values, double *vectors);

#endif
