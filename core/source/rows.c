/* Which bytes the rows of a tensor are, and their floats. Rows that lie one after another are one range; of columns
 * each has a range, or one range spans them all where most of what lies between is wanted. */
#include "base/status.h"
#include "source/source.h"

#include <string.h>

enum { SPANNED = 1 << 26 }; /* the most bytes that are read to skip some */

/* Values from one column's rows to the next's, as they are read; the whole column's where one range spans all. */
static double column_step(const qsi_tensor *t, size_t rows)
{
    double span = (((double)t->dim - 1) * t->rows + (double)rows) * (double)t->dtype->bytes;
    return (double)rows == t->rows || ((double)rows * 4 >= t->rows && span <= SPANNED) ? t->rows : (double)rows;
}

size_t qsi_rows_plan(const qs_source *source, const qsi_tensor *t, double first_row, size_t rows, double *ranges,
                     size_t cap)
{
    double part = (double)t->part, row_bytes = (double)t->row_bytes, value = (double)t->dtype->bytes;
    double one[3] = {part, t->offset + first_row * row_bytes, (double)rows * row_bytes};
    size_t count = 1;
    if (t->order == QSI_BY_RECORDS) source->reader->records(source, first_row, rows, one + 1);
    if (t->order == QSI_BY_COLUMNS) {
        one[1] = t->offset + first_row * value;
        bool spans = column_step(t, rows) == t->rows;
        count = spans ? 1 : t->dim;
        one[2] = (spans ? ((double)t->dim - 1) * t->rows + (double)rows : (double)rows) * value;
    }
    for (size_t i = 0; i < count && i < cap; i++) {
        memcpy(ranges + 3 * i, one, sizeof one);
        one[1] += t->rows * value; /* a column further */
    }
    return count;
}

static int fail_range(double row, double column)
{
    return qsi_fail_cell(row, column,
                         "row %.0f, column %.0f is beyond the range of float32 (3.4e38): scale the data down", row,
                         column);
}

/* Which column of a file by columns the value is that comes at place `column` of a row: of three axes and more the
 * second counts fastest there. */
static size_t stored_column(const qsi_tensor *t, size_t column)
{
    size_t stored = 0;
    for (size_t axis = t->axes; axis-- > 1;) {
        size_t length = (size_t)t->shape[axis], index = column % length, step = 1;
        for (size_t i = 1; i < axis; i++) step *= (size_t)t->shape[i];
        stored += index * step;
        column /= length;
    }
    return stored;
}

enum { SOME = 256 };

/* One column's rows, from raw to every dim-th float of dst. */
static int column_floats(const qsi_tensor *t, const uint8_t *raw, double first_row, size_t rows, size_t column,
                         float *dst)
{
    float some[SOME];
    for (size_t row = 0, n; row < rows; row += n) {
        n = rows - row < SOME ? rows - row : SOME;
        size_t good = qsi_dtype_floats(t->dtype, t->swap, raw + row * t->dtype->bytes, n, some);
        if (good < n) return fail_range(first_row + (double)(row + good), (double)column);
        for (size_t i = 0; i < n; i++) dst[(row + i) * t->dim + column] = some[i];
    }
    return QS_OK;
}

int qsi_rows_floats(const qs_source *source, const qsi_tensor *t, double first_row, const uint8_t *raw, size_t rows,
                    float *dst)
{
    if (t->order == QSI_BY_RECORDS) return source->reader->floats(source, first_row, raw, rows, dst);
    if (t->order == QSI_BY_COLUMNS) {
        size_t step = (size_t)column_step(t, rows);
        int status = QS_OK;
        for (size_t c = 0; c < t->dim && !status; c++)
            status = column_floats(t, raw + stored_column(t, c) * step * t->dtype->bytes, first_row, rows, c, dst);
        return status;
    }
    for (size_t r = 0; r < rows; r++) {
        size_t column =
            qsi_dtype_floats(t->dtype, t->swap, raw + r * t->row_bytes + t->skip, t->dim, dst + r * t->dim);
        if (column < t->dim) return fail_range(first_row + (double)r, (double)column);
    }
    return QS_OK;
}

int qs_source_rows_axes(qs_source *source, size_t tensor, size_t leading)
{
    if (tensor >= source->count || !leading)
        return qsi_fail_option("rows-axes", "tensor %zu of %zu with %zu leading axes", tensor, source->count,
                               leading);
    qsi_tensor folded = source->tensors[tensor];
    if (folded.axes <= leading || folded.order != QSI_BY_ROWS || !folded.dtype) return 0;
    const char *problem = qsi_tensor_fold_at(&folded, leading);
    if (problem) return qsi_fail_option("rows-axes", "%s: %s", folded.name, problem);
    source->tensors[tensor] = folded;
    return 1;
}
