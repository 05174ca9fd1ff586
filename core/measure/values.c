/* Figures of values, as values.h says. */
#include "measure/values.h"

#include "base/bytes.h"
#include "base/rows.h"
#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"
#include "codec/codec.h"
#include "kernels/kernels.h"

#include <math.h>

/* What the sums are: of x in the first pass, of powers of x - mean in the second. */
enum { COUNT, FIRST, FOURTH };

qs_values *qs_values_open(size_t dim)
{
    if (qsi_check_dim((double)dim)) return NULL;
    qs_values *values = qsi_array_zero(1, sizeof *values);
    if (!values) return NULL;
    *values = (qs_values){.dim = dim, .lo = INT32_MAX, .hi = INT32_MIN, .sums = qsi_tree_sum_open(QSI_VALUE_SUMS)};
    if (values->sums) return values;
    qs_values_close(values);
    return NULL;
}

void qs_values_close(qs_values *values)
{
    if (!values) return;
    qsi_tree_sum_close(values->sums);
    qsi_array_free(values);
}

/* Adds a row's sums: of x, or of (x - mean)^2 and (x - mean)^4. */
static void add_row(const qs_values *values, const float *x, double sums[QSI_VALUE_SUMS])
{
    double first[QSI_LANES] = {0}, fourth[QSI_LANES] = {0};
    for (size_t i = 0; i < values->dim; i++) {
        double away = (double)x[i] - values->mean, square = away * away;
        first[i % QSI_LANES] += values->pass ? square : (double)x[i];
        fourth[i % QSI_LANES] += values->pass ? square * square : 0;
    }
    sums[COUNT] += (double)values->dim;
    sums[FIRST] += qsi_fold(first);
    sums[FOURTH] += qsi_fold(fourth);
}

static void fold_extremes(qs_values *values, int32_t lo, int32_t hi)
{
    if (lo < values->lo) values->lo = lo;
    if (hi > values->hi) values->hi = hi;
}

int qs_values_observe(qs_values *values, double first_row, const float *rows, size_t nrows)
{
    double number = first_row / QS_CHUNK_ROWS, sums[QSI_VALUE_SUMS];
    if (values->pass > 1) return qsi_fail(QS_E_STATE, "values are observed in two passes");
    int status = qsi_check_chunk(first_row, nrows);
    if (status) return status;
    for (size_t begin = 0; begin < nrows; begin += QS_CHUNK_ROWS, number++) {
        size_t n = nrows - begin < QS_CHUNK_ROWS ? nrows - begin : QS_CHUNK_ROWS;
        const float *x = rows + begin * values->dim;
        int32_t lo, hi;
        qsi_kernels_now()->minmax(x, n * values->dim, &lo, &hi);
        fold_extremes(values, lo, hi);
        for (size_t i = 0; i < QSI_VALUE_SUMS; i++) sums[i] = 0;
        for (size_t r = 0; r < n; r++) add_row(values, x + r * values->dim, sums);
        if (qsi_tree_sum_add(values->sums, number, sums)) return QS_E_MEMORY;
    }
    return QS_OK;
}

int qs_values_next_pass(qs_values *values)
{
    double sums[QSI_VALUE_SUMS];
    if (values->pass) {
        values->pass = 2;
        return 0;
    }
    qsi_tree_sum_total(values->sums, sums);
    qsi_tree_sum_close(values->sums);
    values->sums = qsi_tree_sum_open(QSI_VALUE_SUMS);
    if (!values->sums) return QS_E_MEMORY;
    values->mean = sums[FIRST] / sums[COUNT];
    values->pass = 1;
    return 1;
}

enum { HEAD_BYTES = 4 + 4 + 4 };

size_t qs_values_save(const qs_values *values, uint8_t *dst, size_t cap)
{
    size_t sums = qsi_tree_sum_save(values->sums, NULL, 0);
    if (!dst || cap < HEAD_BYTES + sums) return HEAD_BYTES + sums;
    qsi_put32(dst, (uint32_t)values->pass);
    qsi_put32(dst + 4, (uint32_t)values->lo);
    qsi_put32(dst + 8, (uint32_t)values->hi);
    qsi_tree_sum_save(values->sums, dst + HEAD_BYTES, sums);
    return HEAD_BYTES + sums;
}

int qs_values_merge(qs_values *values, const uint8_t *state, size_t bytes)
{
    size_t used;
    if (bytes < HEAD_BYTES || qsi_get32(state) != (uint32_t)values->pass)
        return qsi_fail(QS_E_STATE, "this state is not of the pass the values are in");
    int status = qsi_tree_sum_merge(values->sums, state + HEAD_BYTES, bytes - HEAD_BYTES, &used);
    if (!status) fold_extremes(values, (int32_t)qsi_get32(state + 4), (int32_t)qsi_get32(state + 8));
    return status;
}

size_t qs_values_json(const qs_values *values, char *dst, size_t cap)
{
    double sums[QSI_VALUE_SUMS];
    qsi_json json = qsi_json_start(dst, cap);
    if (values->pass < 2) {
        qsi_fail(QS_E_STATE, "the figures of values are there after their second pass");
        return 0;
    }
    qsi_tree_sum_total(values->sums, sums);
    float min = qsi_bits_float(qsi_unordered(values->lo)), max = qsi_bits_float(qsi_unordered(values->hi));
    double std = min == max ? 0 : sqrt(sums[FIRST] / sums[COUNT]), mean = values->mean;
    const struct {
        const char *key;
        double value;
    } figures[] = {
        {"mean", mean},
        {"std", std},
        {"largest_sigma", std > 0 ? fmax((double)max - mean, mean - (double)min) / std : NAN},
        {"excess_kurtosis", std > 0 ? sums[FOURTH] / sums[COUNT] / (std * std * std * std) - 3 : NAN},
    };
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "min");
    qsi_json_exact(&json, min);
    qsi_json_key(&json, "max");
    qsi_json_exact(&json, max);
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        qsi_json_key(&json, figures[i].key);
        qsi_json_figure(&json, figures[i].value);
    }
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
