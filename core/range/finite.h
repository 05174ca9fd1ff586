/* The check that values are finite. */
#ifndef QSI_FINITE_H
#define QSI_FINITE_H

#include <stddef.h>

/* QS_OK, or an error that names the first NaN or infinity of rows (nrows, dim) by row and column. */
int qsi_check_finite(double first_row, const float *rows, size_t nrows, size_t dim);

#endif
