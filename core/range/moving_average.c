/* The moving average of moving_average.h: batches in order of their numbers, each with its bounds. */
#include "range/moving_average.h"

#include "base/bytes.h"
#include "base/row_list.h"
#include "base/size.h"
#include "base/status.h"
#include "range/bounds.h"
#include "range/finite.h"

typedef struct batch {
    double number;
    int32_t bounds[]; /* (2, groups) */
} batch;

struct qsi_moving_average {
    size_t dim, groups;
    qsi_row_list batches; /* by number, ascending */
};

enum { HEAD_BYTES = 8 }; /* groups, count */

qsi_moving_average *qsi_moving_average_open(size_t dim, size_t groups)
{
    qsi_moving_average *m = qsi_array_zero(1, sizeof *m);
    if (!m) return NULL;
    m->dim = dim;
    m->groups = groups;
    m->batches.row_bytes = sizeof(batch) + 2 * groups * sizeof(int32_t);
    return m;
}

void qsi_moving_average_close(qsi_moving_average *m)
{
    if (!m) return;
    qsi_row_list_free(&m->batches);
    qsi_array_free(m);
}

static batch *batch_at(const qsi_moving_average *m, size_t at)
{
    return qsi_row_list_at(&m->batches, at);
}

/* The bounds of a batch, new ones if it was not seen yet. */
static int32_t *bounds_of(qsi_moving_average *m, double number)
{
    size_t at = m->batches.count;
    while (at > 0 && batch_at(m, at - 1)->number >= number) at--;
    if (at < m->batches.count && batch_at(m, at)->number == number) return batch_at(m, at)->bounds;
    batch *added = qsi_row_list_insert(&m->batches, at);
    if (!added) return NULL;
    added->number = number;
    qsi_bounds_clear(added->bounds, m->groups);
    return added->bounds;
}

int qsi_moving_average_observe(qsi_moving_average *m, double batch, const float *rows, size_t nrows)
{
    if (!nrows) return QS_OK;
    int status = qsi_check_finite(0, rows, nrows, m->dim);
    int32_t *bounds = status ? NULL : bounds_of(m, batch);
    if (!bounds) return status ? status : QS_E_MEMORY;
    return qsi_bounds_observe(bounds, m->groups, 0, rows, nrows, m->dim, NULL);
}

size_t qsi_moving_average_save(const qsi_moving_average *m, uint8_t *dst, size_t cap)
{
    size_t each = 8 + m->groups * QSI_BOUND_BYTES, bytes = HEAD_BYTES + m->batches.count * each;
    if (!dst || cap < bytes) return bytes;
    qsi_put32(dst, (uint32_t)m->groups);
    qsi_put32(dst + 4, (uint32_t)m->batches.count);
    for (size_t b = 0; b < m->batches.count; b++) {
        uint8_t *p = dst + HEAD_BYTES + b * each;
        qsi_put_double(p, batch_at(m, b)->number);
        qsi_bounds_save(batch_at(m, b)->bounds, m->groups, p + 8);
    }
    return bytes;
}

int qsi_moving_average_merge(qsi_moving_average *m, const uint8_t *bytes, size_t nbytes)
{
    size_t each = 8 + m->groups * QSI_BOUND_BYTES;
    if (nbytes < HEAD_BYTES || qsi_get32(bytes) != m->groups ||
        (double)nbytes != HEAD_BYTES + (double)qsi_get32(bytes + 4) * (double)each)
        return qsi_fail(QS_E_DATA, "the saved batches are truncated or belong to another number of dims");
    for (size_t b = 0, count = qsi_get32(bytes + 4); b < count; b++) {
        const uint8_t *p = bytes + HEAD_BYTES + b * each;
        int32_t *bounds = bounds_of(m, qsi_get_double(p));
        if (!bounds) return QS_E_MEMORY;
        qsi_bounds_merge(bounds, m->groups, p + 8);
    }
    return QS_OK;
}

int qsi_moving_average_finish(const qsi_moving_average *m, float *lo, float *hi)
{
    if (!m->batches.count) return qsi_fail(QS_E_DATA, "no batch was observed, so there is no range");
    for (size_t b = 0; b < m->batches.count; b++)
        for (size_t g = 0; g < m->groups; g++) {
            const int32_t *bounds = batch_at(m, b)->bounds;
            float low = qsi_bound_float(bounds[g]), high = qsi_bound_float(bounds[m->groups + g]);
            lo[g] = b ? lo[g] + 0.01F * (low - lo[g]) : low;
            hi[g] = b ? hi[g] + 0.01F * (high - hi[g]) : high;
        }
    return QS_OK;
}
