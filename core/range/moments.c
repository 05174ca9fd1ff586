/*
 * Observer: count, sum, sum of squares, minimum and maximum, of all values or of each dim. One pass; sums in
 * double, chunk by chunk, joined by a tree.
 */
#include "range/bounds.h"
#include "range/observer.h"

#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"
#include "quantscope.h"

#include <math.h>
#include <string.h>

typedef struct moments {
    qsi_observed base; /* result: (2, groups); sums: (3, groups) of a chunk, in the end of all rows */
    int32_t *bounds;   /* (2, groups) */
    qsi_tree_sum *tree;
} moments;

static void clear(void *state)
{
    moments *m = state;
    qsi_tree_sum_clear(m->tree);
    qsi_bounds_clear(m->bounds, m->base.groups);
}

static int open(void *state)
{
    moments *m = state;
    m->tree = qsi_tree_sum_open(3 * m->base.groups);
    m->bounds = qsi_array(m->base.groups, 2 * sizeof *m->bounds);
    m->base.sums = qsi_array(m->base.groups, 3 * sizeof *m->base.sums);
    m->base.result = qsi_array(m->base.groups, 2 * sizeof *m->base.result);
    return m->tree && m->bounds && m->base.sums && m->base.result ? QS_OK : QS_E_MEMORY;
}

static void close(void *state)
{
    moments *m = state;
    qsi_tree_sum_close(m->tree);
    qsi_array_free(m->bounds);
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    moments *m = state;
    size_t dim = m->base.dim, groups = m->base.groups, step = groups > 1 || dim == 1 ? 1 : 0;
    double *sum = m->base.sums, *squares = sum + groups, *counts = squares + groups;
    int status = qsi_bounds_observe(m->bounds, groups, first_row, rows, nrows, dim, marks);
    if (status) return status;
    memset(sum, 0, 3 * groups * sizeof *sum);
    for (size_t r = 0; r < nrows; r++)
        for (size_t d = 0; d < dim; d++) {
            double x = (double)rows[r * dim + d];
            if (marks && marks[r * dim + d]) continue;
            sum[d * step] += x;
            squares[d * step] += x * x;
            counts[d * step]++;
        }
    return qsi_tree_sum_add(m->tree, floor(first_row / QS_CHUNK_ROWS), sum);
}

static int next_pass(void *state)
{
    moments *m = state;
    qsi_tree_sum_total(m->tree, m->base.sums);
    return qsi_bounds_finish(m->bounds, m->base.groups, m->base.result, m->base.result + m->base.groups);
}

static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    const moments *m = state;
    size_t bounds = m->base.groups * QSI_BOUND_BYTES, bytes = bounds + qsi_tree_sum_save(m->tree, NULL, 0);
    if (!dst || cap < bytes) return bytes;
    qsi_bounds_save(m->bounds, m->base.groups, dst);
    qsi_tree_sum_save(m->tree, dst + bounds, bytes - bounds);
    return bytes;
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    moments *m = state;
    size_t bounds = m->base.groups * QSI_BOUND_BYTES, used;
    if (nbytes < bounds) return qsi_fail(QS_E_DATA, "the saved moments are truncated");
    qsi_bounds_merge(m->bounds, m->base.groups, bytes);
    return qsi_tree_sum_merge(m->tree, bytes + bounds, nbytes - bounds, &used);
}

const qsi_observer_kind qsi_moments = {QSI_OBSERVER(moments)};
