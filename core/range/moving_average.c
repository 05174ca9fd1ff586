/* The moving average of moving.h: batches in order of their numbers, each with its extremes. */
#include "range/moving_average.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"
#include "range/observer.h"

#include <math.h>
#include <string.h>

struct qsi_moving_average {
    size_t dim, groups, count, room;
    double *numbers; /* (room), ascending */
    int32_t *bounds; /* (room, 2, groups): lows, then highs, as ordered integers */
};

enum { HEAD_BYTES = 8 }; /* groups, count */

qsi_moving_average *qsi_moving_average_open(size_t dim, size_t groups)
{
    qsi_moving_average *m = qsi_array_zero(1, sizeof *m);
    if (!m) return NULL;
    m->dim = dim;
    m->groups = groups;
    return m;
}

void qsi_moving_average_close(qsi_moving_average *m)
{
    if (!m) return;
    qsi_array_free(m->numbers);
    qsi_array_free(m->bounds);
    qsi_array_free(m);
}

static int make_room(qsi_moving_average *m)
{
    if (m->count < m->room) return QS_OK;
    size_t room = m->room ? 2 * m->room : 16, each = 2 * m->groups * sizeof *m->bounds;
    double *numbers = qsi_array(room, sizeof *numbers);
    int32_t *bounds = qsi_array(room, each);
    if (!numbers || !bounds) {
        qsi_array_free(numbers);
        qsi_array_free(bounds);
        return QS_E_MEMORY;
    }
    if (m->count) memcpy(numbers, m->numbers, m->count * sizeof *numbers);
    if (m->count) memcpy(bounds, m->bounds, m->count * each);
    qsi_array_free(m->numbers);
    qsi_array_free(m->bounds);
    m->numbers = numbers;
    m->bounds = bounds;
    m->room = room;
    return QS_OK;
}

/* The bounds of a batch, new ones where it was not seen yet. */
static int32_t *batch_at(qsi_moving_average *m, double number)
{
    size_t at = m->count, width = 2 * m->groups;
    while (at > 0 && m->numbers[at - 1] >= number) at--;
    if (at < m->count && m->numbers[at] == number) return m->bounds + at * width;
    if (make_room(m)) return NULL;
    memmove(m->numbers + at + 1, m->numbers + at, (m->count - at) * sizeof *m->numbers);
    memmove(m->bounds + (at + 1) * width, m->bounds + at * width, (m->count - at) * width * sizeof *m->bounds);
    m->numbers[at] = number;
    m->count++;
    for (size_t g = 0; g < width; g++) m->bounds[at * width + g] = g < m->groups ? INT32_MAX : INT32_MIN;
    return m->bounds + at * width;
}

int qsi_moving_average_observe(qsi_moving_average *m, double batch, const float *rows, size_t nrows)
{
    if (!nrows) return QS_OK;
    int status = qsi_check_finite(0, rows, nrows, m->dim);
    int32_t *bounds = status ? NULL : batch_at(m, batch);
    if (!bounds) return status ? status : QS_E_MEMORY;
    if (m->groups == m->dim) {
        qsi_kernels_now()->minmax_dims(rows, nrows, m->dim, bounds, bounds + m->groups);
        return QS_OK;
    }
    int32_t lo, hi;
    qsi_kernels_now()->minmax(rows, nrows * m->dim, &lo, &hi);
    if (lo < bounds[0]) bounds[0] = lo;
    if (hi > bounds[1]) bounds[1] = hi;
    return QS_OK;
}

size_t qsi_moving_average_save(const qsi_moving_average *m, uint8_t *dst, size_t cap)
{
    size_t width = 2 * m->groups, each = 8 + width * 4, bytes = HEAD_BYTES + m->count * each;
    if (!dst || cap < bytes) return bytes;
    qsi_put32(dst, (uint32_t)m->groups);
    qsi_put32(dst + 4, (uint32_t)m->count);
    for (size_t b = 0; b < m->count; b++) {
        uint8_t *p = dst + HEAD_BYTES + b * each;
        qsi_put_double(p, m->numbers[b]);
        for (size_t g = 0; g < width; g++) qsi_put32(p + 8 + 4 * g, (uint32_t)m->bounds[b * width + g]);
    }
    return bytes;
}

int qsi_moving_average_merge(qsi_moving_average *m, const uint8_t *bytes, size_t nbytes)
{
    size_t width = 2 * m->groups, each = 8 + width * 4;
    if (nbytes < HEAD_BYTES || qsi_get32(bytes) != m->groups ||
        (double)nbytes != HEAD_BYTES + (double)qsi_get32(bytes + 4) * (double)each)
        return qsi_fail(QS_E_DATA, "the saved batches are cut off or are not of this many dims");
    for (size_t b = 0, count = qsi_get32(bytes + 4); b < count; b++) {
        const uint8_t *p = bytes + HEAD_BYTES + b * each;
        int32_t *bounds = batch_at(m, qsi_get_double(p));
        if (!bounds) return QS_E_MEMORY;
        for (size_t g = 0; g < width; g++) {
            int32_t bound = (int32_t)qsi_get32(p + 8 + 4 * g);
            if (g < m->groups ? bound < bounds[g] : bound > bounds[g]) bounds[g] = bound;
        }
    }
    return QS_OK;
}

int qsi_moving_average_finish(const qsi_moving_average *m, float *lo, float *hi)
{
    if (!m->count) return qsi_fail(QS_E_DATA, "there are no batches to take the range of");
    for (size_t b = 0; b < m->count; b++)
        for (size_t g = 0; g < m->groups; g++) {
            const int32_t *bounds = m->bounds + b * 2 * m->groups;
            float low = qsi_bits_float(qsi_unordered(bounds[g]));
            float high = qsi_bits_float(qsi_unordered(bounds[m->groups + g]));
            lo[g] = b ? lo[g] + 0.01F * (low - lo[g]) : low;
            hi[g] = b ? hi[g] + 0.01F * (high - hi[g]) : high;
        }
    return QS_OK;
}
