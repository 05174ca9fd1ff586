/*
 * Observer: histograms of all values or of each dim. The first pass finds the extremes, from which the edges
 * follow; each pass after it counts as many dims as fit into the memory given and hands their histograms to the
 * digest, whose few floats are all that is kept.
 */
#include "range/observer.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "range/histogram.h"

#include <math.h>
#include <string.h>

/* A tensor has one histogram and can afford fine bins: outliers leave few of them to the other values. */
enum { BINS_ALL = 65536, BINS_DIM = 4096, COLUMNS = 16 };

typedef struct histograms {
    size_t dim, groups, bins, each; /* each: counts of a group, of its bins and then of its magnitudes */
    void *extremes;
    const qsi_observer_kind *kind; /* of the extremes */
    bool counting;                 /* the first pass is over */
    size_t begin, room, count;     /* groups begin ... begin + count are counted in this pass, room at most */
    uint32_t *counts;              /* (room, each) */
    qsi_histogram *edges;          /* (room) */
    double *inverse;               /* (2, room): 1 / width of bins, and of magnitudes */
    double seen;                   /* rows seen in this pass */
    qsi_digest digest;
    float *kept; /* (groups, digest.width) */
} histograms;

static int clear(void *state)
{
    histograms *h = state;
    h->seen = 0;
    if (!h->counting) return h->kind->clear(h->extremes);
    memset(h->counts, 0, h->room * h->each * sizeof *h->counts);
    return QS_OK;
}

static int open_groups(histograms *h, size_t dim, size_t groups, size_t bins, const qsi_observer_kind *kind)
{
    h->dim = dim;
    h->groups = groups;
    h->kind = kind;
    h->bins = bins;
    h->extremes = qsi_array_zero(1, kind->state_bytes);
    return h->extremes ? kind->open(h->extremes, dim) : QS_E_MEMORY;
}

static int open_all(void *state, size_t dim)
{
    return open_groups(state, dim, 1, BINS_ALL, &qsi_extremes);
}
static int open_dims(void *state, size_t dim)
{
    return open_groups(state, dim, dim, BINS_DIM, &qsi_extremes_dims);
}

static void close(void *state)
{
    histograms *h = state;
    if (h->extremes) h->kind->close(h->extremes);
    qsi_array_free(h->extremes);
    qsi_array_free(h->counts);
    qsi_array_free(h->edges);
    qsi_array_free(h->inverse);
    qsi_array_free(h->kept);
}

static int set_digest(void *state, const qsi_digest *digest)
{
    histograms *h = state;
    h->digest = *digest;
    h->each = h->bins + (digest->magnitudes && !digest->mirrored ? QSI_MAGNITUDES : 0);
    h->kept = qsi_array(h->groups, digest->width * sizeof *h->kept);
    return h->kept ? QS_OK : QS_E_MEMORY;
}

static void count(histograms *h, size_t group, float x)
{
    uint32_t *counts = h->counts + group * h->each;
    counts[qsi_histogram_bin(&h->edges[group], h->inverse[group], x)]++;
    if (h->each > h->bins) counts[h->bins + qsi_magnitude_bin(h->inverse[h->room + group], x)]++;
}

/* Counts a few columns at a time, so that their bins stay in the cache. */
static void count_dims(histograms *h, const float *rows, size_t nrows, const uint8_t *marks)
{
    for (size_t g = 0; g < h->count; g += COLUMNS) {
        size_t end = h->count - g < COLUMNS ? h->count : g + COLUMNS;
        for (size_t r = 0; r < nrows; r++) {
            size_t at = r * h->dim + h->begin;
            for (size_t i = g; i < end; i++)
                if (!marks || !marks[at + i]) count(h, i, rows[at + i]);
        }
    }
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    histograms *h = state;
    if (!h->counting) return h->kind->observe(h->extremes, first_row, rows, nrows, marks);
    int status = qsi_check_finite(first_row, rows, nrows, h->dim);
    if (status) return status;
    h->seen += (double)nrows;
    if (h->seen * (h->groups == 1 ? (double)h->dim : 1) > UINT32_MAX)
        return qsi_fail(QS_E_DATA, "a histogram counts up to 4294967295 values; take fewer rows");
    if (h->groups == h->dim)
        count_dims(h, rows, nrows, marks);
    else
        for (size_t i = 0; i < nrows * h->dim; i++)
            if (!marks || !marks[i]) count(h, 0, rows[i]);
    return QS_OK;
}

/* Sets up the pass that counts the groups from begin on. */
static int begin_pass(histograms *h)
{
    const float *lo = h->kind->result(h->extremes, 0), *hi = h->kind->result(h->extremes, 1);
    h->count = h->groups - h->begin < h->room ? h->groups - h->begin : h->room;
    for (size_t i = 0; i < h->count; i++) {
        qsi_histogram_edges(&h->edges[i], lo[h->begin + i], hi[h->begin + i], h->digest.mirrored, h->bins);
        h->edges[i].counts = h->counts + i * h->each;
        h->inverse[i] = 1 / h->edges[i].width;
        h->inverse[h->room + i] = QSI_MAGNITUDES / fmax(qsi_histogram_largest(&h->edges[i]), 0x1p-1000);
        if (h->each > h->bins) h->edges[i].magnitudes = h->edges[i].counts + h->bins;
    }
    clear(h);
    return 1;
}

static int begin_counting(histograms *h)
{
    size_t each = h->each * sizeof *h->counts;
    int status = h->kind->next_pass(h->extremes);
    if (status) return status;
    h->room = h->digest.memory_bytes / each > 1 ? h->digest.memory_bytes / each : 1;
    if (h->room > h->groups) h->room = h->groups;
    h->counts = qsi_array(h->room, each);
    h->edges = qsi_array(h->room, sizeof *h->edges);
    h->inverse = qsi_array(h->room, 2 * sizeof *h->inverse);
    if (!h->counts || !h->edges || !h->inverse) return QS_E_MEMORY;
    h->counting = true;
    return begin_pass(h);
}

static int next_pass(void *state)
{
    histograms *h = state;
    if (!h->counting) return begin_counting(h);
    for (size_t i = 0; i < h->count; i++) {
        float *column = h->kept + (h->begin + i) * h->digest.width;
        int status = h->digest.take(h->digest.context, h->begin + i, &h->edges[i], column);
        if (status) return status;
    }
    h->begin += h->count;
    return h->begin < h->groups ? begin_pass(h) : 0;
}

static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    const histograms *h = state;
    size_t count = h->count * h->each;
    if (!h->counting) return h->kind->save(h->extremes, dst, cap);
    if (!dst || cap < 8 + count * 4) return 8 + count * 4;
    qsi_put_double(dst, h->seen);
    for (size_t i = 0; i < count; i++) qsi_put32(dst + 8 + 4 * i, h->counts[i]);
    return 8 + count * 4;
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    histograms *h = state;
    size_t count = h->count * h->each;
    if (!h->counting) return h->kind->merge(h->extremes, bytes, nbytes);
    if (nbytes != 8 + count * 4) return qsi_fail(QS_E_DATA, "the saved counts are not of this many dims");
    double seen = qsi_get_double(bytes);
    if (!(seen >= 0) || (h->seen + seen) * (h->groups == 1 ? (double)h->dim : 1) > UINT32_MAX)
        return qsi_fail(QS_E_DATA, "a histogram counts up to 4294967295 values; take fewer rows");
    h->seen += seen;
    for (size_t i = 0; i < count; i++) h->counts[i] += qsi_get32(bytes + 8 + 4 * i);
    return QS_OK;
}

static const float *result(const void *state, int which)
{
    (void)which;
    return ((const histograms *)state)->kept;
}

/* After the last pass begin stands behind the groups that were counted in it. */
static const qsi_histogram *histogram(const void *state, size_t group)
{
    const histograms *h = state;
    size_t first = h->begin - h->count;
    return h->begin == h->groups && group >= first && group < h->groups ? &h->edges[group - first] : NULL;
}

const qsi_observer_kind qsi_histograms = {.state_bytes = sizeof(histograms),
                                          .open = open_all,
                                          .observe = observe,
                                          .next_pass = next_pass,
                                          .save = save,
                                          .merge = merge,
                                          .clear = clear,
                                          .close = close,
                                          .result = result,
                                          .set_digest = set_digest,
                                          .histogram = histogram};
const qsi_observer_kind qsi_histograms_dims = {.state_bytes = sizeof(histograms),
                                               .open = open_dims,
                                               .observe = observe,
                                               .next_pass = next_pass,
                                               .save = save,
                                               .merge = merge,
                                               .clear = clear,
                                               .close = close,
                                               .result = result,
                                               .set_digest = set_digest,
                                               .histogram = histogram};
