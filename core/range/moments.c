/*
 * Observer: count, sum, sum of squares and extremes, of all values or of each dim. One pass; sums in double, chunk
 * by chunk, joined by a tree.
 */
#include "range/observer.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"
#include "quantscope.h"

#include <math.h>
#include <string.h>

typedef struct moments {
    size_t dim, groups;
    void *extremes;
    qsi_tree_sum *sums; /* of (3, groups): sums of x, of x * x, and counts */
    double *chunk;      /* (3, groups), the totals once the pass has ended */
} moments;

static int clear(void *state)
{
    moments *m = state;
    qsi_tree_sum_close(m->sums);
    m->sums = qsi_tree_sum_open(3 * m->groups);
    return m->sums ? qsi_minmax.clear(m->extremes) : QS_E_MEMORY;
}

static int open(void *state, size_t dim, bool dims)
{
    moments *m = state;
    m->dim = dim;
    m->groups = dims ? dim : 1;
    m->chunk = qsi_array(m->groups, 3 * sizeof *m->chunk);
    m->extremes = qsi_array_zero(1, qsi_minmax.state_bytes);
    if (!m->chunk || !m->extremes || qsi_minmax.open(m->extremes, dim, dims)) return QS_E_MEMORY;
    return clear(m);
}

static void close(void *state)
{
    moments *m = state;
    if (m->extremes) qsi_minmax.close(m->extremes);
    qsi_array_free(m->extremes);
    qsi_tree_sum_close(m->sums);
    qsi_array_free(m->chunk);
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    moments *m = state;
    int status = qsi_minmax.observe(m->extremes, first_row, rows, nrows, marks);
    double *sum = m->chunk, *squares = sum + m->groups, *counts = squares + m->groups;
    size_t step = m->groups > 1 || m->dim == 1 ? 1 : 0;
    for (size_t done = 0; done < nrows && !status; done += QS_CHUNK_ROWS) {
        size_t count = nrows - done < QS_CHUNK_ROWS ? nrows - done : QS_CHUNK_ROWS;
        memset(m->chunk, 0, 3 * m->groups * sizeof *m->chunk);
        for (size_t r = done; r < done + count; r++)
            for (size_t d = 0; d < m->dim; d++) {
                double x = (double)rows[r * m->dim + d];
                if (marks && marks[r * m->dim + d]) continue;
                sum[d * step] += x;
                squares[d * step] += x * x;
                counts[d * step]++;
            }
        status = qsi_tree_sum_add(m->sums, floor((first_row + (double)done) / QS_CHUNK_ROWS), m->chunk);
    }
    return status;
}

static int next_pass(void *state)
{
    moments *m = state;
    qsi_tree_sum_total(m->sums, m->chunk);
    return qsi_minmax.next_pass(m->extremes);
}

static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    const moments *m = state;
    size_t extremes = qsi_minmax.save(m->extremes, NULL, 0), bytes = extremes + qsi_tree_sum_save(m->sums, NULL, 0);
    if (!dst || cap < bytes) return bytes;
    qsi_minmax.save(m->extremes, dst, extremes);
    qsi_tree_sum_save(m->sums, dst + extremes, bytes - extremes);
    return bytes;
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    moments *m = state;
    size_t extremes = qsi_minmax.save(m->extremes, NULL, 0), used;
    if (nbytes < extremes) return qsi_fail(QS_E_DATA, "the saved moments are cut off");
    int status = qsi_minmax.merge(m->extremes, bytes, extremes);
    return status ? status : qsi_tree_sum_merge(m->sums, bytes + extremes, nbytes - extremes, &used);
}

static const float *result(const void *state, int which)
{
    const moments *m = state;
    return qsi_minmax.result(m->extremes, which);
}

static const double *sums(const void *state)
{
    return ((const moments *)state)->chunk;
}

const qsi_observer_kind qsi_moments = {.state_bytes = sizeof(moments),
                                       .open = open,
                                       .observe = observe,
                                       .next_pass = next_pass,
                                       .save = save,
                                       .merge = merge,
                                       .clear = clear,
                                       .close = close,
                                       .result = result,
                                       .sums = sums};
