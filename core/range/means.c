/* Observer: the mean of each dim. One pass; sums in double, chunk by chunk, joined by a tree. */
#include "range/observer.h"

#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"
#include "quantscope.h"

#include <math.h>
#include <string.h>

typedef struct means {
    size_t dim;
    qsi_tree_sum *sums; /* of dim columns, and of the rows */
    double *chunk;      /* (dim + 1) */
    float *values;      /* (dim), once the pass has ended */
} means;

static int clear(void *state)
{
    means *m = state;
    qsi_tree_sum_close(m->sums);
    m->sums = qsi_tree_sum_open(m->dim + 1);
    return m->sums ? QS_OK : QS_E_MEMORY;
}

static int open(void *state, size_t dim, bool dims)
{
    (void)dims;
    means *m = state;
    m->dim = dim;
    m->chunk = qsi_array(dim + 1, sizeof *m->chunk);
    m->values = qsi_array(dim, sizeof *m->values);
    return m->chunk && m->values ? clear(m) : QS_E_MEMORY;
}

static void close(void *state)
{
    means *m = state;
    qsi_tree_sum_close(m->sums);
    qsi_array_free(m->chunk);
    qsi_array_free(m->values);
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    means *m = state;
    (void)marks;
    int status = qsi_check_finite(first_row, rows, nrows, m->dim);
    for (size_t done = 0; done < nrows && !status; done += QS_CHUNK_ROWS) {
        size_t count = nrows - done < QS_CHUNK_ROWS ? nrows - done : QS_CHUNK_ROWS;
        memset(m->chunk, 0, m->dim * sizeof *m->chunk);
        for (size_t r = done; r < done + count; r++)
            for (size_t d = 0; d < m->dim; d++) m->chunk[d] += (double)rows[r * m->dim + d];
        m->chunk[m->dim] = (double)count;
        status = qsi_tree_sum_add(m->sums, floor((first_row + (double)done) / QS_CHUNK_ROWS), m->chunk);
    }
    return status;
}

static int next_pass(void *state)
{
    means *m = state;
    qsi_tree_sum_total(m->sums, m->chunk);
    for (size_t d = 0; d < m->dim; d++) m->values[d] = (float)(m->chunk[d] / m->chunk[m->dim]);
    return 0;
}

static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    return qsi_tree_sum_save(((const means *)state)->sums, dst, cap);
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    size_t used;
    return qsi_tree_sum_merge(((means *)state)->sums, bytes, nbytes, &used);
}

static const float *result(const void *state, int which)
{
    (void)which;
    return ((const means *)state)->values;
}

const qsi_observer_kind qsi_means = {.state_bytes = sizeof(means),
                                     .open = open,
                                     .observe = observe,
                                     .next_pass = next_pass,
                                     .save = save,
                                     .merge = merge,
                                     .clear = clear,
                                     .close = close,
                                     .result = result};
