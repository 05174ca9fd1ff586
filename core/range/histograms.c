/*
 * Observer: histograms of all values or of each dim. The first pass finds the extremes, from which the edges
 * follow; each pass after it counts as many dims as fit into the memory given, and where it was coarse (counts.h) a
 * few more do so again; then their histograms go to the digest, whose few floats are all that is kept.
 */
#include "range/bounds.h"
#include "range/finite.h"
#include "range/observer.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "base/threads.h"
#include "range/counts.h"

#include <math.h>
#include <string.h>

/* Cells: four fifths of them are the bins of the first count. Rows and columns that are counted in one go, so that
 * their cells stay in the cache. */
enum { CELLS_ALL = 20480, CELLS_DIM = 2560, ROWS = 64, COLUMNS = 8, CELL_BYTES = 16 };

/* What is counted of one dim, or of all values. */
typedef struct group {
    qsi_counts counts;
    qsi_histogram histogram;
    double inverse; /* 1 / width of the bins of magnitudes */
} group;

typedef struct histograms {
    qsi_observed base; /* result: (groups, digest.width) */
    size_t cells;
    int32_t *bounds;           /* (2, groups) */
    float *extremes;           /* (2, groups): the same as floats, once the first pass is over */
    bool counting;             /* the first pass is over */
    bool refining;             /* these groups were counted before */
    size_t begin, room, count; /* groups begin ... begin + count are counted in this pass, room at most */
    size_t taken;              /* of them, those before the batch that is taken now */
    group *group;              /* (room) */
    qsi_cell *held;            /* (room, cells) */
    uint32_t *magnitudes;      /* (room, QSI_MAGNITUDES), NULL where nobody asks */
    double seen;               /* rows seen in this pass */
    qsi_digest digest;
} histograms;

static void clear(void *state)
{
    histograms *h = state;
    h->seen = 0;
    if (!h->counting) qsi_bounds_clear(h->bounds, h->base.groups);
    for (size_t g = 0; g < h->count; g++) qsi_counts_clear(&h->group[g].counts);
    if (h->magnitudes && !h->refining) memset(h->magnitudes, 0, h->count * QSI_MAGNITUDES * sizeof *h->magnitudes);
}

static int open(void *state)
{
    histograms *h = state;
    h->cells = h->base.per_dim ? CELLS_DIM : CELLS_ALL;
    h->bounds = qsi_array(h->base.groups, 2 * sizeof *h->bounds);
    h->extremes = qsi_array(h->base.groups, 2 * sizeof *h->extremes);
    return h->bounds && h->extremes ? QS_OK : QS_E_MEMORY;
}

static void close(void *state)
{
    histograms *h = state;
    qsi_array_free(h->bounds);
    qsi_array_free(h->extremes);
    qsi_array_free(h->group);
    qsi_array_free(h->held);
    qsi_array_free(h->magnitudes);
}

static int set_digest(void *state, const qsi_digest *digest)
{
    histograms *h = state;
    h->digest = *digest;
    h->base.result = qsi_array(h->base.groups, digest->width * sizeof *h->base.result);
    return h->base.result ? QS_OK : QS_E_MEMORY;
}

/* ---- counting */

/* Counts n values, each stride behind the one before. */
static void add(histograms *h, size_t g, const float *x, size_t n, size_t stride, const uint8_t *marks)
{
    qsi_counts_add(&h->group[g].counts, x, n, stride, marks);
    if (!h->magnitudes || h->refining) return;
    uint32_t *magnitudes = h->magnitudes + g * QSI_MAGNITUDES;
    double inverse = h->group[g].inverse;
    for (size_t i = 0; i < n * stride; i += stride)
        if (!marks || !marks[i]) magnitudes[qsi_magnitude_bin(inverse, x[i])]++;
}

static void add_dims(histograms *h, const float *rows, size_t nrows, const uint8_t *marks)
{
    for (size_t from = 0; from < h->count; from += COLUMNS) {
        size_t to = h->count - from < COLUMNS ? h->count : from + COLUMNS;
        for (size_t r = 0; r < nrows; r += ROWS)
            for (size_t g = from; g < to; g++) {
                size_t at = r * h->base.dim + h->begin + g;
                add(h, g, rows + at, nrows - r < ROWS ? nrows - r : ROWS, h->base.dim, marks ? marks + at : NULL);
            }
    }
}

static int check_seen(const histograms *h, double seen)
{
    if (seen * (h->base.groups == 1 ? (double)h->base.dim : 1) <= UINT32_MAX) return QS_OK;
    return qsi_fail(QS_E_DATA, "a histogram counts up to 4294967295 values; use fewer rows");
}

static int observe(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    histograms *h = state;
    if (!h->counting)
        return qsi_bounds_observe(h->bounds, h->base.groups, first_row, rows, nrows, h->base.dim, marks);
    int status = qsi_check_finite(first_row, rows, nrows, h->base.dim);
    h->seen += (double)nrows;
    if (!status) status = check_seen(h, h->seen);
    if (status) return status;
    if (h->base.groups == h->base.dim)
        add_dims(h, rows, nrows, marks);
    else
        add(h, 0, rows, nrows * h->base.dim, 1, marks);
    return QS_OK;
}

/* ---- passes */

/* Sets up the pass that counts the groups from begin on. */
static int begin_pass(histograms *h)
{
    const float *lo = h->extremes, *hi = h->extremes + h->base.groups;
    h->count = h->base.groups - h->begin < h->room ? h->base.groups - h->begin : h->room;
    h->refining = false;
    for (size_t i = 0; i < h->count; i++) {
        group *g = &h->group[i];
        float min = lo[h->begin + i], max = hi[h->begin + i];
        g->histogram = (qsi_histogram){.min = min, .max = max};
        g->inverse = qsi_magnitude_inverse(qsi_histogram_largest(&g->histogram));
        qsi_counts_begin(&g->counts, h->held + i * h->cells, h->cells, min, max);
    }
    clear(h);
    return 1;
}

static size_t magnitudes_bytes(const histograms *h)
{
    return h->digest.magnitudes ? QSI_MAGNITUDES * sizeof *h->magnitudes : 0;
}

/* How many groups there is memory for in one pass. */
static size_t room_for(const histograms *h)
{
    size_t each = sizeof *h->group + h->cells * sizeof *h->held + magnitudes_bytes(h);
    size_t room = h->digest.memory_bytes / each > 1 ? h->digest.memory_bytes / each : 1;
    return room < h->base.groups ? room : h->base.groups;
}

static size_t passes_left(const void *state)
{
    const histograms *h = state;
    size_t room = room_for(h);
    return (h->base.groups - h->begin + room - 1) / room + !h->counting;
}

static int begin_counting(histograms *h)
{
    size_t magnitudes = magnitudes_bytes(h);
    int status = qsi_bounds_finish(h->bounds, h->base.groups, h->extremes, h->extremes + h->base.groups);
    if (status) return status;
    h->room = room_for(h);
    h->group = qsi_array(h->room, sizeof *h->group);
    h->held = qsi_array(h->room, h->cells * sizeof *h->held);
    if (magnitudes) h->magnitudes = qsi_array(h->room, magnitudes);
    if (!h->group || !h->held || (magnitudes && !h->magnitudes)) return QS_E_MEMORY;
    h->counting = true;
    return begin_pass(h);
}

static int take(void *context, size_t in_batch)
{
    const histograms *h = context;
    size_t i = h->taken + in_batch;
    qsi_histogram *of = &h->group[i].histogram;
    *of = qsi_counts_histogram(&h->group[i].counts, of->min, of->max);
    if (h->magnitudes) of->magnitudes = h->magnitudes + i * QSI_MAGNITUDES;
    return h->digest.take(h->digest.context, h->begin + i, of, h->base.result + (h->begin + i) * h->digest.width);
}

static int next_pass(void *state)
{
    histograms *h = state;
    if (!h->counting) return begin_counting(h);
    bool more = false;
    for (size_t i = 0; i < h->count; i++) more |= qsi_counts_next(&h->group[i].counts);
    h->refining = true;
    h->seen = 0;
    if (more) return 1;
    for (h->taken = 0; h->taken < h->count; h->taken += QSI_DIGEST_BATCH) {
        size_t count = h->count - h->taken < QSI_DIGEST_BATCH ? h->count - h->taken : QSI_DIGEST_BATCH;
        int status = qsi_each(qs_threads(0), count, take, h);
        if (status) return status;
        if (h->digest.fold) h->digest.fold(h->digest.context, h->begin + h->taken, count);
    }
    h->begin += h->count;
    return h->begin < h->base.groups ? begin_pass(h) : 0;
}

/* ---- states: rows seen; of each group how many cells follow, and these with their places; then magnitudes */

static size_t count_magnitudes(const histograms *h)
{
    return h->magnitudes && !h->refining ? h->count * QSI_MAGNITUDES : 0;
}

/* The cells of a group that hold anything, to dst unless it is NULL. Returns how many they are. */
static uint32_t save_cells(const qsi_counts *c, uint8_t *dst)
{
    uint32_t saved = 0;
    for (size_t s = 0; s < c->spans; s++)
        for (uint32_t i = c->span[s].first; i < c->span[s].first + c->span[s].bins; i++) {
            const qsi_cell *cell = &c->cells[i];
            if (!cell->count) continue;
            saved++;
            if (!dst) continue;
            qsi_put32(dst, i);
            qsi_put32(dst + 4, cell->count);
            qsi_put_float(dst + 8, cell->least);
            qsi_put_float(dst + 12, cell->greatest);
            dst += CELL_BYTES;
        }
    return saved;
}

static size_t save(const void *state, uint8_t *dst, size_t cap)
{
    const histograms *h = state;
    size_t magnitudes = count_magnitudes(h), bytes = 8 + 4 * h->count + 4 * magnitudes;
    if (!h->counting) bytes = h->base.groups * QSI_BOUND_BYTES;
    for (size_t g = 0; g < h->count; g++) bytes += CELL_BYTES * (size_t)save_cells(&h->group[g].counts, NULL);
    if (!dst || cap < bytes) return bytes;
    if (!h->counting) {
        qsi_bounds_save(h->bounds, h->base.groups, dst);
        return bytes;
    }
    qsi_put_double(dst, h->seen);
    dst += 8;
    for (size_t g = 0; g < h->count; g++) {
        uint32_t cells = save_cells(&h->group[g].counts, dst + 4);
        qsi_put32(dst, cells);
        dst += 4 + CELL_BYTES * (size_t)cells;
    }
    for (size_t i = 0; i < magnitudes; i++) qsi_put32(dst + 4 * i, h->magnitudes[i]);
    return bytes;
}

/* Adds the cells of a group. Returns the bytes read, 0 where these are none. */
static size_t merge_cells(qsi_counts *c, const uint8_t *bytes, size_t nbytes)
{
    size_t cells = nbytes < 4 ? 0 : qsi_get32(bytes);
    if (nbytes < 4 || cells > (nbytes - 4) / CELL_BYTES) return 0;
    for (const uint8_t *at = bytes + 4; at < bytes + 4 + CELL_BYTES * cells; at += CELL_BYTES) {
        qsi_cell cell = {qsi_get32(at + 4), qsi_get_float(at + 8), qsi_get_float(at + 12)};
        if (!qsi_counts_merge(c, qsi_get32(at), &cell)) return 0;
    }
    return 4 + CELL_BYTES * cells;
}

static int merge_bounds(histograms *h, const uint8_t *bytes, size_t nbytes)
{
    if (nbytes != h->base.groups * QSI_BOUND_BYTES)
        return qsi_fail(QS_E_DATA, "the saved minimum and maximum belong to another number of dims");
    qsi_bounds_merge(h->bounds, h->base.groups, bytes);
    return QS_OK;
}

static int merge(void *state, const uint8_t *bytes, size_t nbytes)
{
    histograms *h = state;
    size_t magnitudes = count_magnitudes(h), used = 8;
    if (!h->counting) return merge_bounds(h, bytes, nbytes);
    double seen = nbytes < 8 ? NAN : qsi_get_double(bytes);
    int status = seen >= 0 ? check_seen(h, h->seen + seen) : QS_E_DATA;
    for (size_t g = 0; g < h->count && !status; g++) {
        size_t read = merge_cells(&h->group[g].counts, bytes + used, nbytes - used);
        if (!read) status = QS_E_DATA;
        used += read;
    }
    if (status || nbytes - used != 4 * magnitudes)
        return qsi_fail(QS_E_DATA, "the saved counts are not those of such a pass");
    h->seen += seen;
    for (size_t i = 0; i < magnitudes; i++) h->magnitudes[i] += qsi_get32(bytes + used + 4 * i);
    return QS_OK;
}

/* After the last pass begin stands behind the groups that were counted in it. */
static const qsi_histogram *histogram(const void *state, size_t group)
{
    const histograms *h = state;
    size_t first = h->begin - h->count;
    return h->begin == h->base.groups && group >= first && group < h->base.groups
               ? &h->group[group - first].histogram
               : NULL;
}

const qsi_observer_kind qsi_histograms = {QSI_OBSERVER(histograms), .set_digest = set_digest,
                                          .histogram = histogram, .passes_left = passes_left};
