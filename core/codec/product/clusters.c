/* k-means of pieces, as clusters.h says. */
#include "codec/product/clusters.h"

#include "base/bytes.h"
#include "base/fixed_sum.h"
#include "base/size.h"
#include "base/status.h"
#include "base/threads.h"
#include "kernels/kernels.h"

enum { PAD = 16, SHORT = 16, ROWS = 128, BAND = 64 }; /* the kernel takes pieces of up to SHORT values */

int qsi_clusters_open(qsi_clusters *c, const qsi_pieces *pieces)
{
    size_t values, cells;
    *c = (qsi_clusters){.pieces = *pieces, .padded = (pieces->count + PAD - 1) / PAD * PAD};
    if (!qsi_size_mul(pieces->dim, c->padded, &values) || !qsi_size_mul(pieces->m, pieces->count, &cells))
        return qsi_fail_memory(INFINITY);
    c->centroids = qsi_array_zero(values, sizeof *c->centroids);
    c->columns = qsi_array(values, sizeof *c->columns);
    c->used = qsi_array_zero(pieces->m, sizeof *c->used);
    c->scale = qsi_array_zero(pieces->dim, sizeof *c->scale);
    c->sums = qsi_array_zero(values, sizeof *c->sums);
    c->members = qsi_array_zero(cells, sizeof *c->members);
    return c->centroids && c->columns && c->used && c->scale && c->sums && c->members ? QS_OK : QS_E_MEMORY;
}

void qsi_clusters_close(qsi_clusters *c)
{
    void *const arrays[] = {c->centroids, c->columns, c->used, c->scale, c->sums, c->members};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) qsi_array_free(arrays[i]);
}

void qsi_clusters_ready(qsi_clusters *c)
{
    const qsi_pieces *p = &c->pieces;
    for (size_t j = 0; j < p->m; j++) {
        size_t n = qsi_piece_length(p, j);
        const float *from = c->centroids + qsi_piece_centroids(p, j);
        float *to = c->columns + c->padded * qsi_piece_first(p, j);
        for (size_t d = 0; d < n; d++)
            for (size_t k = 0; k < c->padded; k++)
                to[d * c->padded + k] = k < c->used[j] ? from[k * n + d] : INFINITY;
    }
}

void qsi_clusters_fill(qsi_clusters *c)
{
    const qsi_pieces *p = &c->pieces;
    for (size_t j = 0; j < p->m; j++) {
        size_t n = qsi_piece_length(p, j), used = c->used[j];
        float *all = c->centroids + qsi_piece_centroids(p, j);
        for (size_t k = used; k < p->count && used; k++) memcpy(all + k * n, all + (used - 1) * n, n * sizeof *all);
    }
}

/* ---- assigning */

size_t qsi_nearest_scratch(const qsi_pieces *p, size_t piece)
{
    size_t n = qsi_piece_length(p, piece);
    return n <= SHORT ? 0 : ROWS * (n + p->count);
}

static uint8_t least_of(const float *distance, size_t n)
{
    size_t best = 0;
    for (size_t k = 1; k < n; k++)
        if (distance[k] < distance[best]) best = k;
    return (uint8_t)best;
}

void qsi_nearest(const qsi_clusters *c, size_t piece, const float *x, size_t apart, size_t nrows, float *scratch,
                 uint8_t *codes, size_t apart_codes)
{
    const qsi_pieces *p = &c->pieces;
    const qsi_kernels *kernels = qsi_kernels_now();
    size_t n = qsi_piece_length(p, piece), count = c->used[piece];
    if (n <= SHORT) {
        kernels->nearest_centroid(x, nrows, apart, n, c->columns + c->padded * qsi_piece_first(p, piece), c->padded,
                                  codes, apart_codes);
        return;
    }
    float *points = scratch, *distances = scratch + ROWS * n;
    for (size_t r = 0, some; r < nrows; r += some) {
        some = nrows - r < ROWS ? nrows - r : ROWS;
        for (size_t i = 0; i < some && apart != n; i++)
            memcpy(points + i * n, x + (r + i) * apart, n * sizeof *points);
        kernels->distances(apart == n ? x + r * n : points, some, c->centroids + qsi_piece_centroids(p, piece),
                           count, n, distances, count);
        for (size_t i = 0; i < some; i++) codes[(r + i) * apart_codes] = least_of(distances + i * count, count);
    }
}

/* What threads share: parts are a piece and some rows, or a piece and some dims. */
typedef struct shared {
    const qsi_clusters *c;
    const float *rows;
    size_t nrows, parts; /* of each piece */
    uint8_t *codes;
} shared;

static int assign_part(void *context, size_t at)
{
    const shared *s = context;
    const qsi_pieces *p = &s->c->pieces;
    size_t piece = at / s->parts, first = at % s->parts * ROWS,
           n = s->nrows - first < ROWS ? s->nrows - first : ROWS;
    float *scratch = qsi_array(qsi_nearest_scratch(p, piece), sizeof *scratch);
    if (!scratch) return QS_E_MEMORY;
    qsi_nearest(s->c, piece, s->rows + first * p->dim + qsi_piece_first(p, piece), p->dim, n, scratch,
                s->codes + first * p->m + piece, p->m);
    qsi_array_free(scratch);
    return QS_OK;
}

int qsi_clusters_assign(const qsi_clusters *c, const float *rows, size_t nrows, uint8_t *codes)
{
    shared s = {c, rows, nrows, (nrows + ROWS - 1) / ROWS, codes};
    return qsi_each(qs_threads(0), c->pieces.m * s.parts, assign_part, &s);
}

void qsi_clusters_decode(const qsi_clusters *c, const uint8_t *codes, size_t nrows, float *rows)
{
    const qsi_pieces *p = &c->pieces;
    for (size_t j = 0; j < p->m; j++) {
        size_t n = qsi_piece_length(p, j), first = qsi_piece_first(p, j);
        const float *all = c->centroids + qsi_piece_centroids(p, j);
        for (size_t r = 0; r < nrows; r++)
            memcpy(rows + r * p->dim + first, all + codes[r * p->m + j] * n, n * sizeof *rows);
    }
}

/* ---- means */

/* Dims of a piece, some at a time, so that threads may share a long one. */
static int add_part(void *context, size_t at)
{
    const shared *s = context;
    const qsi_clusters *c = s->c;
    const qsi_pieces *p = &c->pieces;
    size_t piece = at / s->parts, n = qsi_piece_length(p, piece), from = at % s->parts * BAND;
    size_t first = qsi_piece_first(p, piece), end = from + BAND < n ? from + BAND : n;
    int64_t *sums = c->sums + qsi_piece_centroids(p, piece);
    for (size_t r = 0; r < s->nrows && from < n; r++) {
        const float *x = s->rows + r * p->dim + first;
        size_t code = s->codes[r * p->m + piece];
        for (size_t d = from; d < end; d++)
            sums[code * n + d] += qsi_fixed((double)x[d], c->scale[first + d], c->most);
        if (!from) c->members[piece * p->count + code]++;
    }
    return QS_OK;
}

void qsi_clusters_add(qsi_clusters *c, const float *rows, size_t nrows, const uint8_t *codes)
{
    shared s = {c, rows, nrows, (c->pieces.dim / c->pieces.m + BAND) / BAND, (uint8_t *)codes};
    qsi_each(qs_threads(0), c->pieces.m * s.parts, add_part, &s);
}

static size_t largest_of(const double *members, size_t n)
{
    size_t largest = 0;
    for (size_t k = 1; k < n; k++)
        if (members[k] > members[largest]) largest = k;
    return largest;
}

static void update_piece(qsi_clusters *c, size_t j)
{
    const qsi_pieces *p = &c->pieces;
    size_t n = qsi_piece_length(p, j), first = qsi_piece_first(p, j), at = qsi_piece_centroids(p, j);
    float *all = c->centroids + at;
    double *members = c->members + j * p->count;
    for (size_t k = 0; k < c->used[j]; k++)
        for (size_t d = 0; d < n && members[k] > 0; d++)
            all[k * n + d] = (float)((double)c->sums[at + k * n + d] / members[k] / c->scale[first + d]);
    for (size_t k = 0; k < c->used[j]; k++) {
        size_t large = largest_of(members, c->used[j]);
        if (members[k] > 0 || members[large] < 2) continue;
        members[k] = floor(members[large] / 2);
        members[large] -= members[k];
        for (size_t d = 0; d < n; d++) {
            all[k * n + d] = all[large * n + d] * (1 - 0x1p-10F);
            all[large * n + d] *= 1 + 0x1p-10F;
        }
    }
}

void qsi_clusters_update(qsi_clusters *c)
{
    for (size_t j = 0; j < c->pieces.m; j++) update_piece(c, j);
    qsi_clusters_ready(c);
    qsi_clusters_clear(c);
}

/* ---- states */

static size_t values_of(const qsi_clusters *c)
{
    return c->pieces.dim * c->pieces.count;
}

void qsi_clusters_clear(qsi_clusters *c)
{
    memset(c->sums, 0, values_of(c) * sizeof *c->sums);
    memset(c->members, 0, c->pieces.m * c->pieces.count * sizeof *c->members);
}

size_t qsi_clusters_save(const qsi_clusters *c, uint8_t *dst, size_t cap)
{
    size_t values = values_of(c), counts = c->pieces.m * c->pieces.count, bytes = 8 * (values + counts);
    if (!dst || cap < bytes) return bytes;
    for (size_t i = 0; i < values; i++) qsi_put64(dst + 8 * i, (uint64_t)c->sums[i]);
    for (size_t i = 0; i < counts; i++) qsi_put_double(dst + 8 * (values + i), c->members[i]);
    return bytes;
}

int qsi_clusters_merge(qsi_clusters *c, const uint8_t *state, size_t bytes)
{
    size_t values = values_of(c), counts = c->pieces.m * c->pieces.count;
    if (bytes != qsi_clusters_save(c, NULL, 0))
        return qsi_fail(QS_E_DATA, "the saved state of clusters is truncated");
    for (size_t i = 0; i < counts; i++) {
        double n = qsi_get_double(state + 8 * (values + i));
        if (!(n >= 0 && n < 0x1p53)) return qsi_fail(QS_E_DATA, "the saved state counts members that cannot be");
        c->members[i] += n;
    }
    for (size_t i = 0; i < values; i++) c->sums[i] = (int64_t)((uint64_t)c->sums[i] + qsi_get64(state + 8 * i));
    return QS_OK;
}
