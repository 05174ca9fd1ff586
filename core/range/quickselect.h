/* Which of an array's values come first by size. */
#ifndef QSI_RANKED_H
#define QSI_RANKED_H

#include <stddef.h>

/* A bound that count of the n finite values x are not below. Where there is none, as some are equal, it is value
 * number count of the largest, which more reach. 1 <= count <= n. Returns how many reach it. */
size_t qsi_quickselect_bound(const float *x, size_t n, size_t count, float *bound);
/* Value number count of the largest. */
float qsi_quickselect(const float *x, size_t n, size_t count);

#endif
