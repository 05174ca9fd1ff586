/* Observer: the least and the greatest value, of all values or of each dim. One pass. */
#include "range/observer.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"

#include <math.h>

typedef struct extremes {
    size_t dim, groups;
    int32_t *bounds; /* (2, groups): lows, then highs, as ordered integers */
    float *values;   /* the same as floats, once the pass has ended */
} extremes;

static int clear(void *state)
{
    extremes *e = state;
    for (size_t g = 0; g < e->groups; g++) {
        e->bounds[g] = INT32_MAX;
        e->bounds[e->groups + g] = INT32_MIN;
    }
    return QS_OK;
}

static void close(void *state)
{
    extremes *e = state;
    qsi_array_free(e->bounds);
    qsi_array_free(e->values);
}

static int open(void *state, size_t dim, bool dims)
{
    extremes *e = state;
    e->dim = dim;
    e->groups = dims ? dim : 1;
    e->bounds = qsi_array(e->groups, 2 * sizeof *e->bounds);
    e->values = qsi_array(e->groups, 2 * sizeof *e->values);
    return e->bounds && e->values ? clear(e) : QS_E_MEMORY;
}

static void fold(extremes *e, size_t group, int32_t lo, int32_t hi)
{
    if (lo < e->bounds[group]) e->bounds[group] = lo;
    if (hi > e->bounds[e->groups + group]) e->bounds[e->groups + group] = hi;
}

/* Of finite values, those that are not marked. */
static int observe_rest(extremes *e, const float *rows, size_t nrows, const uint8_t *marks)
{
    size_t step = e->groups > 1 ? 1 : 0;
    for (size_t r = 0; r < nrows; r++, rows += e->dim, marks += e->dim)
        for (size_t d = 0; d < e->dim; d++) {
            int32_t x = qsi_ordered(qsi_float_bits(rows[d]));
            if (!marks[d]) fold(e, d * step, x, x);
        }
    return QS_OK;
}

static int observe_all(extremes *e, double first_row, const float *rows, size_t nrows)
{
    int32_t lo, hi;
    qsi_kernels_now()->minmax(rows, nrows * e->dim, &lo, &hi);
    fold(e, 0, lo, hi);
    bool finite = lo > qsi_ordered(0xff800000U) && hi < qsi_ordered(0x7f800000U);
    return finite ? QS_OK : qsi_check_finite(first_row, rows, nrows, e->dim);
}

static int observe_dims(extremes *e, double first_row, const float *rows, size_t nrows)
{
    qsi_kernels_now()->minmax_dims(rows, nrows, e->dim, e->bounds, e->bounds + e->groups);
    for (size_t g = 0; g < e->groups; g++)
        if (e->bounds[g] <= qsi_ordered(0xff800000U) || e->bounds[e->groups + g] >= qsi_ordered(0x7f800000U))
            return qsi_check_finite(first_row, rows, nrows, e->dim);
    return QS_OK;
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    extremes *e = state;
    if (marks) return observe_rest(e, rows, nrows, marks);
    return (e->groups > 1 ? observe_dims : observe_all)(e, first_row, rows, nrows);
}

static int next_pass(void *state)
{
    extremes *e = state;
    for (size_t g = 0; g < e->groups; g++) {
        bool none = e->bounds[g] == INT32_MAX && e->bounds[e->groups + g] == INT32_MIN;
        float lo = none ? 0 : qsi_bits_float(qsi_unordered(e->bounds[g]));
        float hi = none ? 0 : qsi_bits_float(qsi_unordered(e->bounds[e->groups + g]));
        e->values[g] = lo;
        e->values[e->groups + g] = hi;
        if (!isfinite(lo) || !isfinite(hi) || lo > hi)
            return qsi_fail(QS_E_DATA, "the merged extremes go from %.9g to %.9g, which no rows do", (double)lo,
                            (double)hi);
    }
    return 0;
}

static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    const extremes *e = state;
    size_t bytes = e->groups * 8;
    if (!dst || cap < bytes) return bytes;
    for (size_t g = 0; g < 2 * e->groups; g++) qsi_put32(dst + 4 * g, (uint32_t)e->bounds[g]);
    return bytes;
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    extremes *e = state;
    if (nbytes != e->groups * 8) return qsi_fail(QS_E_DATA, "the saved extremes are not of this many dims");
    for (size_t g = 0; g < e->groups; g++) {
        int32_t lo = (int32_t)qsi_get32(bytes + 4 * g), hi = (int32_t)qsi_get32(bytes + 4 * (e->groups + g));
        fold(e, g, lo, hi);
    }
    return QS_OK;
}

static const float *result(const void *state, int which)
{
    const extremes *e = state;
    return e->values + (which ? e->groups : 0);
}

const qsi_observer_kind qsi_minmax = {.state_bytes = sizeof(extremes),
                                      .open = open,
                                      .observe = observe,
                                      .next_pass = next_pass,
                                      .save = save,
                                      .merge = merge,
                                      .clear = clear,
                                      .close = close,
                                      .result = result};
