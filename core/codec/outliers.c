/* Outliers beside the codes, as outliers.h says. */
#include "codec/outliers.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"
#include "range/quickselect.h"
#include "range/finite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { HALF_BYTES = 2, SHORT_DIM = 65536 };

static size_t column_bytes(size_t dim)
{
    return dim <= SHORT_DIM ? 2 : 4;
}

size_t qsi_outliers_count(const qsi_spec *spec, size_t dim)
{
    return ((size_t)spec->value[QSI_OUTLIERS] * dim + 999) / 1000;
}

size_t qsi_outliers_bytes(const qsi_spec *spec, size_t dim)
{
    return qsi_outliers_count(spec, dim) * (HALF_BYTES + column_bytes(dim));
}

bool qsi_outliers_exceed(const qsi_spec *spec, size_t dim, char *text, size_t cap)
{
    double kept = (double)qsi_outliers_count(spec, dim), asked = spec->value[QSI_OUTLIERS] * (double)dim / 1000;
    snprintf(text, cap, "outliers=%.0f asks for %.3g of the %zu values of a row; %.0f %s kept, %.4g per mille",
             spec->value[QSI_OUTLIERS], asked, dim, kept, kept == 1 ? "is" : "are", 1000 * kept / (double)dim);
    return kept > 1.1 * asked;
}

/* The first marked value from i on, n where there is none; most words of marks have none. */
static size_t next_marked(const uint8_t *marks, size_t i, size_t n)
{
    while (i + sizeof(uint64_t) <= n && !qsi_get64(marks + i)) i += sizeof(uint64_t);
    while (i < n && !marks[i]) i++;
    return i;
}
#define EACH_MARKED(i, marks, n) \
    for (size_t i = next_marked(marks, 0, n); i < (n); i = next_marked(marks, i + 1, n))

size_t qsi_inliers_gather(const float *x, const uint8_t *marks, size_t n, float *out)
{
    size_t count = 0;
    for (size_t i = 0, end; i < n; i = end + 1) {
        end = next_marked(marks, i, n);
        memcpy(out + count, x + i, (end - i) * sizeof *out);
        count += end - i;
    }
    return count;
}

/* Marks the count > 0 values largest by magnitude, all being finite: of the same ones the first. sizes: room. */
static void mark_largest(const float *x, size_t dim, size_t count, float *sizes, uint8_t *marks)
{
    float least;
    for (size_t i = 0; i < dim; i++) sizes[i] = fabsf(x[i]);
    size_t reach = qsi_quickselect_bound(sizes, dim, count, &least);
    memset(marks, 0, dim);
    for (size_t i = 0; i < dim; i += 64) {
        uint64_t bits;
        qsi_kernels_now()->not_below(sizes + i, dim - i < 64 ? dim - i : 64, least, &bits);
        for (; bits; bits &= bits - 1) marks[i + (size_t)__builtin_ctzll(bits)] = 1;
    }
    for (size_t i = dim; i-- > 0 && reach > count;) {
        if (!marks[i] || sizes[i] > least) continue;
        marks[i] = 0;
        reach--;
    }
}

/* ---- in coded rows */

static const uint8_t *halves_of(const qs_codec *codec, const uint8_t *row)
{
    return row + codec->layout.row_bytes - codec->layout.outlier_bytes;
}

/* The column of outlier j, whose row has count of them. */
static size_t column_of(const qs_codec *codec, const uint8_t *row, size_t count, size_t j)
{
    const uint8_t *columns = halves_of(codec, row) + HALF_BYTES * count;
    return column_bytes(codec->dim) == 2 ? qsi_get16(columns + 2 * j) : qsi_get32(columns + 4 * j);
}

static int check_columns(const qs_codec *codec, const uint8_t *row, size_t count)
{
    for (size_t j = 0; j < count; j++) {
        size_t column = column_of(codec, row, count, j);
        if (column >= codec->dim)
            return qsi_fail(QS_E_DATA, "an outlier is of column %zu; rows have %zu values", column, codec->dim);
    }
    return QS_OK;
}

int qsi_outliers_beyond(double row, size_t column, float value)
{
    return qsi_fail_cell(row, (double)column,
                         "row %.0f, column %zu: the outlier %.9g is beyond float16, which holds it", row, column,
                         (double)value);
}

/* Writes the values of a row that are marked. */
static int append(const qs_codec *codec, double number, const float *x, const uint8_t *marks, uint8_t *row)
{
    size_t count = qsi_outliers_count(&codec->spec, codec->dim), wide = column_bytes(codec->dim);
    uint8_t *half = row + codec->layout.row_bytes - codec->layout.outlier_bytes,
            *column = half + HALF_BYTES * count;
    EACH_MARKED(i, marks, codec->dim)
    {
        qsi_kernels_now()->f16_encode(&x[i], 1, half);
        if ((qsi_get16(half) & 0x7fff) == 0x7c00) return qsi_outliers_beyond(number, i, x[i]);
        if (wide == 2)
            qsi_put16(column, (uint16_t)i);
        else
            qsi_put32(column, (uint32_t)i);
        half += HALF_BYTES;
        column += wide;
    }
    return QS_OK;
}

int qsi_outliers_encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows,
                        qsi_inliers_encode *encode, uint8_t *codes)
{
    size_t dim = codec->dim, count = qsi_outliers_count(&codec->spec, dim);
    qsi_inliers inliers = {qsi_array(dim, 1), qsi_array(dim, sizeof(float))};
    float *zeroed = qsi_array(dim, sizeof *zeroed);
    int status = inliers.marks && inliers.room && zeroed ? QS_OK : QS_E_MEMORY;
    if (!status) status = qsi_check_finite(first_row, rows, nrows, dim);
    for (size_t r = 0; r < nrows && !status; r++) {
        const float *x = rows + r * dim;
        uint8_t *row = codes + r * codec->layout.row_bytes;
        double number = first_row + (double)r;
        mark_largest(x, dim, count, zeroed, inliers.marks);
        memcpy(zeroed, x, dim * sizeof *zeroed);
        EACH_MARKED(i, inliers.marks, dim) zeroed[i] = 0;
        status = encode(codec, number, zeroed, 1, &inliers, row);
        if (!status) status = append(codec, number, x, inliers.marks, row);
    }
    qsi_array_free(inliers.marks);
    qsi_array_free(inliers.room);
    qsi_array_free(zeroed);
    return status;
}

int qsi_outliers_put_back(const qs_codec *codec, const uint8_t *row, float *x)
{
    size_t count = qsi_outliers_count(&codec->spec, codec->dim);
    int status = check_columns(codec, row, count);
    for (size_t j = 0; j < count && !status; j++)
        qsi_kernels_now()->f16_decode(halves_of(codec, row) + HALF_BYTES * j, 1,
                                      &x[column_of(codec, row, count, j)]);
    return status;
}

int qsi_outliers_marked(const qs_codec *codec, const uint8_t *row, uint8_t *marks)
{
    size_t count = qsi_outliers_count(&codec->spec, codec->dim);
    int status = check_columns(codec, row, count);
    memset(marks, 0, codec->dim);
    for (size_t j = 0; j < count && !status; j++) marks[column_of(codec, row, count, j)] = 1;
    return status;
}

qsi_role qsi_outliers_role(const qs_codec *codec, size_t bit)
{
    size_t halves = (size_t)8 * HALF_BYTES * qsi_outliers_count(&codec->spec, codec->dim);
    size_t each = (size_t)8 * (bit < halves ? HALF_BYTES : column_bytes(codec->dim)),
           at = bit < halves ? bit : bit - halves;
    return (qsi_role){bit < halves ? QSI_ROLE_OUTLIER : QSI_ROLE_COLUMN, (uint16_t)(at / each),
                      (uint8_t)(at % each)};
}

/* ---- before a fit */

int qsi_outliers_mark(const qsi_spec *spec, double first_row, const float *rows, size_t nrows, size_t dim,
                      uint8_t *marks)
{
    size_t count = qsi_outliers_count(spec, dim);
    int status = qsi_check_finite(first_row, rows, nrows, dim);
    float *sizes = status ? NULL : qsi_array(dim, sizeof *sizes);
    if (!status && !sizes) status = QS_E_MEMORY;
    for (size_t r = 0; r < nrows && !status; r++) mark_largest(rows + r * dim, dim, count, sizes, marks + r * dim);
    qsi_array_free(sizes);
    return status;
}
