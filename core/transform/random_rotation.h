/*
 * A random rotation: orthonormal rows from normal random numbers. An entry is the sum of 12 uniform numbers less 6
 * (no library function), rows are made orthonormal one after another by Gram-Schmidt, twice each, in double with 16
 * partial sums, and rounded to float32. So the first k rows are the same for any number of rows.
 */
#ifndef QSI_RANDOM_ROTATION_H
#define QSI_RANDOM_ROTATION_H

#include <stddef.h>
#include <stdint.h>

/* rows rows of dim values, rows <= dim <= QSI_MATRIX_MOST, to rotation. */
int qsi_random_rotation(uint64_t seed, size_t dim, size_t rows, float *rotation);

#endif
