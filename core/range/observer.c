/* One interface for every kind of observer. */
#include "range/observer.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "quantscope.h"

/* A state's head: statistic and layout of states, pass, rows seen as a double. */
enum { HEAD_BYTES = 16, LAYOUT = 2 << 16 };

struct qsi_observer {
    uint32_t mark; /* the statistic, or that of the kind */
    const qsi_observer_kind *kind;
    size_t dim;
    uint32_t pass;
    double rows;         /* seen in this pass */
    qsi_observed *state; /* the kind's own struct */
};

static const struct {
    const qsi_observer_kind *kind;
    bool dims; /* each by itself */
} kinds[] = {[QSI_EXTREMES] = {&qsi_minmax, false},
             [QSI_EXTREMES_DIMS] = {&qsi_minmax, true},
             [QSI_MEANS] = {&qsi_means, true},
             [QSI_MEDIANS] = {&qsi_medians, true},
             [QSI_MOMENTS] = {&qsi_moments, false},
             [QSI_MOMENTS_DIMS] = {&qsi_moments, true},
             [QSI_HISTOGRAMS] = {&qsi_histograms, false},
             [QSI_HISTOGRAMS_DIMS] = {&qsi_histograms, true}};

static qsi_observer *open_kind(const qsi_observer_kind *kind, uint32_t mark, size_t dim, bool dims)
{
    qsi_observer *o = qsi_array_zero(1, sizeof *o);
    if (!o) return NULL;
    o->mark = mark;
    o->dim = dim;
    if (!kind) return o;
    o->kind = kind;
    o->state = qsi_array_zero(1, o->kind->state_bytes);
    if (o->state) {
        *o->state = (qsi_observed){.dim = dim, .groups = dims ? dim : 1, .per_dim = dims};
        if (!o->kind->open(o->state)) {
            o->kind->clear(o->state);
            return o;
        }
    }
    qsi_observer_close(o);
    return NULL;
}

qsi_observer *qsi_observer_open(qsi_statistic statistic, size_t dim)
{
    return open_kind(kinds[statistic].kind, statistic, dim, kinds[statistic].dims);
}

qsi_observer *qsi_observer_open_kind(const qsi_observer_kind *kind, size_t dim)
{
    return open_kind(kind, kind->mark, dim, true);
}

void qsi_observer_follow(qsi_observer *o, const qsi_observer *before)
{
    o->pass = before->pass;
}

int qsi_observer_digest(qsi_observer *o, const qsi_digest *digest)
{
    return o->kind && o->kind->set_digest ? o->kind->set_digest(o->state, digest) : QS_OK;
}

void qsi_observer_close(qsi_observer *o)
{
    if (!o) return;
    if (o->state) {
        o->kind->close(o->state);
        qsi_array_free(o->state->result);
        qsi_array_free(o->state->sums);
    }
    qsi_array_free(o->state);
    qsi_array_free(o);
}

int qsi_observer_observe(qsi_observer *o, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    int status = QS_OK;
    o->rows += (double)nrows;
    for (size_t r = 0; o->kind && r < nrows && !status; r += QS_CHUNK_ROWS) {
        size_t n = nrows - r < QS_CHUNK_ROWS ? nrows - r : QS_CHUNK_ROWS, at = r * o->dim;
        status = o->kind->observe(o->state, first_row + (double)r, rows + at, n, marks ? marks + at : NULL);
    }
    return status;
}

int qsi_observer_next_pass(qsi_observer *o)
{
    if (!o->kind) return 0;
    if (!o->rows) return qsi_fail(QS_E_DATA, "there are no rows to fit on");
    o->rows = 0;
    o->pass++;
    return o->kind->next_pass(o->state);
}

size_t qsi_observer_passes_left(const qsi_observer *o)
{
    return o->kind->passes_left(o->state);
}

size_t qsi_observer_save(const qsi_observer *o, uint8_t *dst, size_t cap)
{
    size_t inner = o->kind ? o->kind->save(o->state, NULL, 0) : 0;
    if (!dst || cap < HEAD_BYTES + inner) return HEAD_BYTES + inner;
    qsi_put32(dst, LAYOUT | o->mark);
    qsi_put32(dst + 4, o->pass);
    qsi_put_double(dst + 8, o->rows);
    if (o->kind) o->kind->save(o->state, dst + HEAD_BYTES, inner);
    return HEAD_BYTES + inner;
}

int qsi_observer_merge(qsi_observer *o, const uint8_t *bytes, size_t nbytes)
{
    if (nbytes < HEAD_BYTES || qsi_get32(bytes) != (LAYOUT | o->mark) || qsi_get32(bytes + 4) != o->pass)
        return qsi_fail(QS_E_DATA, "the saved state is not of this fit in this pass");
    double rows = qsi_get_double(bytes + 8);
    if (!(rows >= 0 && rows < 0x1p53)) return qsi_fail(QS_E_DATA, "the saved state has an impossible row count");
    o->rows += rows;
    return o->kind ? o->kind->merge(o->state, bytes + HEAD_BYTES, nbytes - HEAD_BYTES) : QS_OK;
}

int qsi_observer_replace(qsi_observer *o, const uint8_t *bytes, size_t nbytes)
{
    if (o->kind) o->kind->clear(o->state);
    o->rows = 0;
    return qsi_observer_merge(o, bytes, nbytes);
}

const float *qsi_observer_lo(const qsi_observer *o)
{
    return o->state ? o->state->result : NULL;
}
const float *qsi_observer_hi(const qsi_observer *o)
{
    return o->state && o->state->result ? o->state->result + o->state->groups : NULL;
}
const float *qsi_observer_center(const qsi_observer *o)
{
    return qsi_observer_lo(o);
}
const struct qsi_histogram *qsi_observer_histogram(const qsi_observer *o, size_t group)
{
    return o->kind && o->kind->histogram ? o->kind->histogram(o->state, group) : NULL;
}
const float *qsi_observer_digested(const qsi_observer *o)
{
    return qsi_observer_lo(o);
}
void *qsi_observer_state(const qsi_observer *o)
{
    return o->state;
}
const double *qsi_observer_sums(const qsi_observer *o)
{
    return o->state ? o->state->sums : NULL;
}
