/* Observer: the smallest and the largest value, of all values or of each dim. One pass. */
#include "range/bounds.h"
#include "range/observer.h"

#include "base/size.h"
#include "base/status.h"

typedef struct minmax {
    qsi_observed base; /* result: (2, groups) */
    int32_t *bounds;   /* (2, groups) */
} minmax;

static void clear(void *state)
{
    minmax *m = state;
    qsi_bounds_clear(m->bounds, m->base.groups);
}

static int open(void *state)
{
    minmax *m = state;
    m->bounds = qsi_array(m->base.groups, 2 * sizeof *m->bounds);
    m->base.result = qsi_array(m->base.groups, 2 * sizeof *m->base.result);
    return m->bounds && m->base.result ? QS_OK : QS_E_MEMORY;
}

static void close(void *state)
{
    qsi_array_free(((minmax *)state)->bounds);
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    minmax *m = state;
    return qsi_bounds_observe(m->bounds, m->base.groups, first_row, rows, nrows, m->base.dim, marks);
}

static int next_pass(void *state)
{
    minmax *m = state;
    return qsi_bounds_finish(m->bounds, m->base.groups, m->base.result, m->base.result + m->base.groups);
}

static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    const minmax *m = state;
    size_t bytes = m->base.groups * QSI_BOUND_BYTES;
    if (dst && cap >= bytes) qsi_bounds_save(m->bounds, m->base.groups, dst);
    return bytes;
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    minmax *m = state;
    if (nbytes != save(m, NULL, 0))
        return qsi_fail(QS_E_DATA, "the saved minimum and maximum belong to another number of dims");
    qsi_bounds_merge(m->bounds, m->base.groups, bytes);
    return QS_OK;
}

const qsi_observer_kind qsi_minmax = {QSI_OBSERVER(minmax)};
