/* Observer: the mean of each dim. One pass; sums in double, chunk by chunk, joined by a tree. */
#include "range/finite.h"
#include "range/observer.h"

#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"
#include "quantscope.h"

#include <math.h>
#include <string.h>

typedef struct means {
    qsi_observed base;  /* result: (dim) */
    qsi_tree_sum *tree; /* sums of dim columns, and the number of rows */
    double *chunk;      /* (dim + 1) */
} means;

static void clear(void *state)
{
    qsi_tree_sum_clear(((means *)state)->tree);
}

static int open(void *state)
{
    means *m = state;
    m->tree = qsi_tree_sum_open(m->base.dim + 1);
    m->chunk = qsi_array(m->base.dim + 1, sizeof *m->chunk);
    m->base.result = qsi_array(m->base.dim, sizeof *m->base.result);
    return m->tree && m->chunk && m->base.result ? QS_OK : QS_E_MEMORY;
}

static void close(void *state)
{
    means *m = state;
    qsi_tree_sum_close(m->tree);
    qsi_array_free(m->chunk);
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    means *m = state;
    size_t dim = m->base.dim;
    (void)marks;
    int status = qsi_check_finite(first_row, rows, nrows, dim);
    if (status) return status;
    memset(m->chunk, 0, dim * sizeof *m->chunk);
    for (size_t r = 0; r < nrows; r++)
        for (size_t d = 0; d < dim; d++) m->chunk[d] += (double)rows[r * dim + d];
    m->chunk[dim] = (double)nrows;
    return qsi_tree_sum_add(m->tree, floor(first_row / QS_CHUNK_ROWS), m->chunk);
}

static int next_pass(void *state)
{
    means *m = state;
    qsi_tree_sum_total(m->tree, m->chunk);
    for (size_t d = 0; d < m->base.dim; d++) m->base.result[d] = (float)(m->chunk[d] / m->chunk[m->base.dim]);
    return 0;
}

static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    return qsi_tree_sum_save(((const means *)state)->tree, dst, cap);
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    size_t used;
    return qsi_tree_sum_merge(((means *)state)->tree, bytes, nbytes, &used);
}

const qsi_observer_kind qsi_means = {QSI_OBSERVER(means)};
