/* Prefix sums, as prefix_sum.h says. Each waits for the one before it: rows lie side by side, so that there is
 * always something to add, and a compiler makes vectors of them where their number is a constant. */
#include "measure/prefix_sum.h"

static inline __attribute__((always_inline)) void sums_beside(const float *x, const float *y, const size_t rows,
                                                              size_t dim, qsi_prefix *out)
{
    double sum[QSI_PREFIX_ROWS] = {0}, squares[QSI_PREFIX_ROWS] = {0};
    for (size_t i = 0; i < dim; i++)
        for (size_t r = 0; r < rows; r++) {
            sum[r] += (double)y[r * dim + i] - (double)x[r * dim + i];
            squares[r] += sum[r] * sum[r];
        }
    for (size_t r = 0; r < rows; r++) out[r] = (qsi_prefix){sum[r], squares[r]};
}

void qsi_prefix_sums(const float *x, const float *y, size_t rows, size_t dim, qsi_prefix *out)
{
    if (rows == QSI_PREFIX_ROWS)
        sums_beside(x, y, QSI_PREFIX_ROWS, dim, out);
    else
        for (size_t r = 0; r < rows; r++) sums_beside(x + r * dim, y + r * dim, 1, dim, out + r);
}
