/* Gaussian data without chance: the normal quantiles of (i + 0.5) / n in an order drawn by a seed. */
#ifndef GAUSSIAN_H
#define GAUSSIAN_H

#include <stddef.h>

#define GAUSSIAN_COUNT 1000000

/* The inverse of the normal distribution, by Wichura's algorithm AS 241 (PPND16, relative error about 1e-16). */
double normal_quantile(double p);
/* n values; free() them. */
float *gaussian(size_t n, unsigned seed);

#endif
