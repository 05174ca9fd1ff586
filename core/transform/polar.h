/*
 * The orthogonal matrix nearest to a matrix, its polar factor, by scaled Newton steps in double (Higham 1986):
 *
 *   X = M / |M|;  X <- (g X + X^-T / g) / 2,  g = sqrt(|X^-1| / |X|), 1 once |g - 1| < 0.01
 *
 * with Frobenius norms, until no entry moves by 1e-7, 30 steps at most. Inverses are by Gauss-Jordan elimination
 * with partial pivoting, of equal pivots the lower row.
 */
#ifndef QSI_POLAR_H
#define QSI_POLAR_H

#include <stdbool.h>
#include <stddef.h>

/* m (dim, dim) becomes its polar factor; found false: it is 0 or singular, and what it then holds means nothing. */
int qsi_polar(double *m, size_t dim, bool *found);

#endif
