/* The check that values are finite. */
#include "range/finite.h"

#include "base/status.h"
#include "kernels/kernels.h"

#include <math.h>

int qsi_check_finite(double first_row, const float *rows, size_t nrows, size_t dim)
{
    size_t n = nrows * dim;
    if (qsi_kernels_now()->absmax(rows, n) < 0x7f800000U) return QS_OK;
    size_t i = 0;
    while (isfinite(rows[i])) i++;
    double row = first_row + (double)(i / dim);
    return qsi_fail_cell(row, (double)(i % dim),
                         "row %.0f, column %zu is %s, which this format cannot store; fix or remove that row, or "
                         "use f16, bf16 or f32",
                         row, i % dim,
                         isnan(rows[i]) ? "NaN"
                         : rows[i] > 0  ? "infinity"
                                        : "-infinity");
}
