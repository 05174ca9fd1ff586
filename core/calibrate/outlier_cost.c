/*
 * What outliers=T keeps beside the codes, to a calibration: the values that its histograms leave out, and what
 * their float16 costs. Sums of each scale's outliers, by a tree over chunks.
 */
#include "calibrate/calibrate.h"

#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"
#include "codec/outliers.h"

#include <math.h>

enum { SQUARED_ERROR, BIAS, SQUARE, FIGURES };

struct qsi_outlier_cost {
    qsi_spec spec;
    size_t dim, groups;
    qsi_tree_sum *sums; /* (FIGURES, groups) */
    double *chunk;      /* (FIGURES, groups), the totals once the first pass has ended */
    uint8_t *marks;     /* (QS_CHUNK_ROWS, dim) */
};

void qsi_outlier_cost_clear(qsi_outlier_cost *k)
{
    qsi_tree_sum_clear(k->sums);
}

qsi_outlier_cost *qsi_outlier_cost_open(const qsi_spec *spec, size_t dim, size_t groups)
{
    qsi_outlier_cost *k = qsi_array_zero(1, sizeof *k);
    if (!k) return NULL;
    *k = (qsi_outlier_cost){.spec = *spec, .dim = dim, .groups = groups};
    k->sums = qsi_tree_sum_open(FIGURES * groups);
    k->chunk = qsi_array(groups, FIGURES * sizeof *k->chunk);
    k->marks = qsi_array(QS_CHUNK_ROWS, dim);
    if (k->sums && k->chunk && k->marks) return k;
    qsi_outlier_cost_close(k);
    return NULL;
}

void qsi_outlier_cost_close(qsi_outlier_cost *k)
{
    if (!k) return;
    qsi_tree_sum_close(k->sums);
    qsi_array_free(k->chunk);
    qsi_array_free(k->marks);
    qsi_array_free(k);
}

int qsi_outlier_cost_mark(qsi_outlier_cost *k, double first_row, const float *rows, size_t nrows,
                          const uint8_t **marks)
{
    *marks = k->marks;
    return qsi_outliers_mark(&k->spec, first_row, rows, nrows, k->dim, k->marks);
}

double qsi_outlier_cost_error(float x)
{
    uint8_t half[2];
    float back;
    qsi_kernels_now()->f16_encode(&x, 1, half);
    qsi_kernels_now()->f16_decode(half, 1, &back);
    return (double)back - (double)x;
}

int qsi_outlier_cost_observe(qsi_outlier_cost *k, double first_row, const float *rows, size_t nrows)
{
    size_t step = k->groups > 1 ? 1 : 0;
    for (size_t i = 0; i < FIGURES * k->groups; i++) k->chunk[i] = 0;
    for (size_t i = 0; i < nrows * k->dim; i++) {
        if (!k->marks[i]) continue;
        double error = qsi_outlier_cost_error(rows[i]), *at = k->chunk + i % k->dim * step;
        if (isinf(error)) return qsi_outliers_beyond(first_row + (double)(i / k->dim), i % k->dim, rows[i]);
        at[SQUARED_ERROR * k->groups] += error * error;
        at[BIAS * k->groups] += error;
        at[SQUARE * k->groups] += (double)rows[i] * (double)rows[i];
    }
    return qsi_tree_sum_add(k->sums, floor(first_row / QS_CHUNK_ROWS), k->chunk);
}

size_t qsi_outlier_cost_save(const qsi_outlier_cost *k, uint8_t *dst, size_t cap)
{
    return qsi_tree_sum_save(k->sums, dst, cap);
}

int qsi_outlier_cost_merge(qsi_outlier_cost *k, const uint8_t *state, size_t bytes)
{
    size_t used;
    return qsi_tree_sum_merge(k->sums, state, bytes, &used);
}

void qsi_outlier_cost_finish(qsi_outlier_cost *k)
{
    qsi_tree_sum_total(k->sums, k->chunk);
}

double qsi_outlier_cost_squares(const qsi_outlier_cost *k, size_t group)
{
    return k->chunk[SQUARE * k->groups + group];
}

void qsi_outlier_cost_add(const qsi_outlier_cost *k, size_t group, qsi_split *split)
{
    split->rounding += k->chunk[SQUARED_ERROR * k->groups + group];
    split->bias += k->chunk[BIAS * k->groups + group];
}
