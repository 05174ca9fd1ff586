/* Running totals of what decoding adds to the values of a row: to the first, to the first two and so on. */
#ifndef QSI_PREFIX_H
#define QSI_PREFIX_H

#include <stddef.h>

typedef struct qsi_prefix {
    double sum, squares; /* that of the whole row; of all prefix sums, their squares added up */
} qsi_prefix;

enum { QSI_PREFIX_ROWS = 4 };

/* Of each row of x (rows, dim), decoded to y, to out (rows); QSI_PREFIX_ROWS rows at most. Everything is added up
 * from a row's first value to its last. */
void qsi_prefix_sums(const float *x, const float *y, size_t rows, size_t dim, qsi_prefix *out);

#endif
