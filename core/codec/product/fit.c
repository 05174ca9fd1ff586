/*
 * Fits of product codecs, by passes over the rows whose states merge:
 *
 *   opq   two passes for the covariance (transform/covariance.h): the rotation to start from
 *   all   a pass that chooses the rows to train on, and one for the first centroids and the ends of values
 *   pq    12 passes of k-means
 *   opq   6 passes of k-means; then 10 rounds of a pass for sums of decoded times row, from which the rotation is
 *         made anew, and a pass of k-means
 *   rq    for each stage a pass for its first centroids (the first has them) and 12 passes of k-means of what the
 *         stages before leave
 */
#include "codec/product/product.h"
#include "codec/product/sample.h"

#include "base/bytes.h"
#include "base/fixed_sum.h"
#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"
#include "range/bounds.h"
#include "range/finite.h"
#include "transform/covariance.h"

#include <assert.h>

enum { PASSES = 12, OPQ_PASSES = 6, OPQ_ROUNDS = 10, ROWS_A_CENTROID = 256, STREAM_STARTS = 3000 };

typedef enum phase { COVARIANCE, SAMPLE, STARTS, MEANS, PRODUCTS, DONE } phase;

/* The codes of one chunk's rows in the stages that are fitted: kept, as each pass needs them. */
typedef struct known {
    double first;
    size_t count, stages; /* rows trained on, and stages known */
    uint8_t *codes;       /* (count, stages of the spec) */
} known;

typedef struct state {
    qsi_observed base;
    qsi_product_kind kind;
    qsi_pieces pieces; /* of pq and opq; of rq one piece, a stage */
    size_t stages;
    uint64_t seed;
    phase phase;
    size_t at, round; /* passes of k-means done; rounds of opq, or stages of rq, done */
    qsi_observer *covariance;
    qsi_sample sample;
    qsi_starts starts;
    int32_t *ends;  /* (2, dim) of rows trained on */
    double longest; /* of opq: the greatest squared length */
    qsi_clusters clusters;
    float *rotation;    /* of opq (dim, dim) */
    int64_t *products;  /* of opq (dim, dim) */
    double scale, most; /* of numbers in products */
    float *codebook;    /* of rq (stages, count, dim); else that of clusters */
    qsi_clusters *done; /* of rq: the stages that are fitted */
    known *chunks;
    size_t nchunks, room;
    size_t fewest;
} state;

qsi_product_kind qsi_product_kind_of(const qsi_spec *spec)
{
    return spec->format->family == &qsi_family_rq    ? QSI_RQ
           : spec->format->family == &qsi_family_opq ? QSI_OPQ
                                                     : QSI_PQ;
}

static double rows_to_train(const state *s)
{
    return s->sample.rows < (double)s->sample.most ? s->sample.rows : (double)s->sample.most;
}

/* ---- opening */

static int open(void *context)
{
    (void)context; /* what is to be opened is known once the spec is */
    return QS_OK;
}

static int open_phase(state *s);

/* The spec arrives as a digest's context. */
static int set_spec(void *context, const qsi_digest *digest)
{
    state *s = context;
    const qsi_spec *spec = digest->context;
    s->kind = qsi_product_kind_of(spec);
    s->seed = (uint64_t)spec->value[QSI_SEED];
    int status = qsi_pieces_of(spec, s->base.dim, &s->pieces);
    if (status) return status;
    s->stages = s->kind == QSI_RQ ? s->pieces.m : 1;
    if (s->kind == QSI_RQ) s->pieces.m = 1;
    qsi_sample_open(&s->sample, s->seed, ROWS_A_CENTROID * s->pieces.count);
    s->phase = s->kind == QSI_OPQ ? COVARIANCE : SAMPLE;
    s->fewest = s->pieces.count;
    return open_phase(s);
}

static int open_starts(state *s)
{
    qsi_starts_close(&s->starts);
    if (!s->ends) s->ends = qsi_array(s->base.dim, 2 * sizeof *s->ends);
    if (!s->ends) return QS_E_MEMORY;
    s->longest = 0;
    if (!s->round) qsi_bounds_clear(s->ends, s->base.dim);
    return qsi_starts_open(&s->starts, &s->pieces, s->seed, STREAM_STARTS + (s->kind == QSI_RQ ? s->round : 0));
}

/* What a phase fills. */
static int open_phase(state *s)
{
    size_t cells = s->base.dim * s->base.dim;
    switch (s->phase) {
    case COVARIANCE:
        s->covariance = qsi_observer_open_kind(&qsi_covariance, s->base.dim);
        return s->covariance ? QS_OK : QS_E_MEMORY;
    case STARTS: return open_starts(s);
    case MEANS: return s->clusters.sums ? QS_OK : qsi_clusters_open(&s->clusters, &s->pieces);
    case PRODUCTS:
        if (!s->products) s->products = qsi_array_zero(cells, sizeof *s->products);
        return s->products ? QS_OK : QS_E_MEMORY;
    default: return QS_OK;
    }
}

static void close(void *context)
{
    state *s = context;
    qsi_observer_close(s->covariance);
    qsi_sample_close(&s->sample);
    qsi_starts_close(&s->starts);
    qsi_clusters_close(&s->clusters);
    for (size_t i = 0; s->done && i < s->stages; i++) qsi_clusters_close(&s->done[i]);
    for (size_t i = 0; i < s->nchunks; i++) qsi_array_free(s->chunks[i].codes);
    void *const arrays[] = {s->ends, s->rotation, s->products, s->codebook, s->done, s->chunks};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) qsi_array_free(arrays[i]);
}

/* ---- the rows of a chunk that are trained on */

typedef struct training {
    float *rows;  /* (count, dim): as they are clustered */
    float *whole; /* (count, dim): before rotation, of opq */
    double *numbers;
    uint8_t *codes; /* (count, m) */
    size_t count;
} training;

static void close_training(training *t)
{
    qsi_array_free(t->rows);
    qsi_array_free(t->whole);
    qsi_array_free(t->numbers);
    qsi_array_free(t->codes);
}

static known *known_chunk(state *s, double first, size_t count)
{
    for (size_t i = 0; i < s->nchunks; i++)
        if (s->chunks[i].first == first && s->chunks[i].count == count) return &s->chunks[i];
    if (s->nchunks == s->room) {
        size_t room = s->room ? 2 * s->room : 64;
        known *chunks = qsi_array(room, sizeof *chunks);
        if (!chunks) return NULL;
        if (s->nchunks) memcpy(chunks, s->chunks, s->nchunks * sizeof *chunks);
        qsi_array_free(s->chunks);
        s->chunks = chunks;
        s->room = room;
    }
    known *chunk = &s->chunks[s->nchunks];
    *chunk = (known){first, count, 0, qsi_array(count, s->stages)};
    if (!chunk->codes) return NULL;
    s->nchunks++;
    return chunk;
}

static void subtract(float *restrict x, const float *restrict y, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] -= y[i];
}

/* What the stages that are fitted leave of rows. */
static int leave_residuals(state *s, double first, training *t)
{
    known *chunk = s->round ? known_chunk(s, first, t->count) : NULL;
    float *decoded = s->round ? qsi_array(t->count, s->base.dim * sizeof *decoded) : NULL;
    int status = !s->round || (chunk && decoded) ? QS_OK : QS_E_MEMORY;
    for (size_t stage = 0; stage < s->round && !status; stage++) {
        uint8_t *codes = chunk->codes + stage * t->count;
        if (stage >= chunk->stages) {
            status = qsi_clusters_assign(&s->done[stage], t->rows, t->count, codes);
            chunk->stages = stage + 1;
        }
        if (status) break;
        qsi_clusters_decode(&s->done[stage], codes, t->count, decoded);
        subtract(t->rows, decoded, t->count * s->base.dim);
    }
    qsi_array_free(decoded);
    return status;
}

static int rotate(const state *s, training *t)
{
    size_t dim = s->base.dim;
    t->whole = qsi_array(t->count, dim * sizeof *t->whole);
    if (!t->whole) return QS_E_MEMORY;
    memcpy(t->whole, t->rows, t->count * dim * sizeof *t->whole);
    qsi_kernels_now()->dots(t->whole, t->count, s->rotation, dim, dim, t->rows, dim);
    return QS_OK;
}

static int take_training(state *s, double first_row, const float *rows, size_t nrows, training *t)
{
    *t = (training){.rows = qsi_array(nrows, s->base.dim * sizeof *t->rows),
                    .numbers = qsi_array(nrows, sizeof *t->numbers)};
    if (!t->rows || !t->numbers) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        double number = first_row + (double)r;
        if (!qsi_sample_has(&s->sample, number)) continue;
        memcpy(t->rows + t->count * s->base.dim, rows + r * s->base.dim, s->base.dim * sizeof *rows);
        t->numbers[t->count++] = number;
    }
    t->codes = qsi_array(t->count, s->pieces.m);
    if (!t->codes) return QS_E_MEMORY;
    if (!t->count) return QS_OK;
    return s->kind == QSI_OPQ ? rotate(s, t) : s->kind == QSI_RQ ? leave_residuals(s, first_row, t) : QS_OK;
}

/* ---- what a pass adds */

static void add_starts(state *s, const training *t)
{
    for (size_t r = 0; r < t->count; r++) {
        const float *x = t->rows + r * s->base.dim;
        float square;
        qsi_starts_observe(&s->starts, t->numbers[r], x);
        if (s->kind != QSI_OPQ) continue;
        qsi_kernels_now()->dots(x, 1, x, 1, s->base.dim, &square, 1);
        s->longest = (double)square > s->longest ? (double)square : s->longest;
    }
    if (!s->round) qsi_kernels_now()->minmax_dims(t->rows, t->count, s->base.dim, s->ends, s->ends + s->base.dim);
}

static void to_whole(const state *s, const float *x, size_t n, double *t)
{
    for (size_t i = 0; i < n; i++) t[i] = (double)qsi_fixed((double)x[i], s->scale, s->most);
}

/* Adds decoded times row of each row. */
static int add_products(state *s, const training *t)
{
    size_t n = t->count * s->base.dim;
    float *decoded = qsi_array(n, sizeof *decoded);
    double *a = qsi_array(n, sizeof *a), *b = qsi_array(n, sizeof *b);
    if (decoded && a && b) {
        assert(t->whole);
        qsi_clusters_decode(&s->clusters, t->codes, t->count, decoded);
        to_whole(s, decoded, n, a);
        to_whole(s, t->whole, n, b);
        qsi_add_products(a, b, t->count, s->base.dim, s->base.dim, 0, s->products);
    }
    int status = decoded && a && b ? QS_OK : QS_E_MEMORY;
    qsi_array_free(decoded);
    qsi_array_free(a);
    qsi_array_free(b);
    return status;
}

static int observe_chunk(state *s, double first_row, const float *rows, size_t nrows)
{
    training t;
    int status = take_training(s, first_row, rows, nrows, &t);
    if (!status && t.count && s->phase == STARTS) add_starts(s, &t);
    if (!status && t.count && s->phase != STARTS) {
        status = qsi_clusters_assign(&s->clusters, t.rows, t.count, t.codes);
        if (!status && s->phase == MEANS) qsi_clusters_add(&s->clusters, t.rows, t.count, t.codes);
        if (!status && s->phase == PRODUCTS) status = add_products(s, &t);
    }
    close_training(&t);
    return status;
}

static int observe(void *context, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    state *s = context;
    (void)marks;
    int status = qsi_check_finite(first_row, rows, nrows, s->base.dim);
    if (status) return status;
    if (s->phase == COVARIANCE) return qsi_observer_observe(s->covariance, first_row, rows, nrows, NULL);
    if (s->phase == SAMPLE) return qsi_sample_observe(&s->sample, first_row, nrows);
    for (size_t r = 0, n; r < nrows && !status; r += n) {
        n = nrows - r < QS_CHUNK_ROWS ? nrows - r : QS_CHUNK_ROWS;
        status = observe_chunk(s, first_row + (double)r, rows + r * s->base.dim, n);
    }
    return status;
}

/* ---- from one pass to the next */

static int go(state *s, phase next)
{
    s->phase = next;
    int status = open_phase(s);
    return status ? status : 1;
}

static int end_covariance(state *s)
{
    int more = qsi_observer_next_pass(s->covariance);
    if (more) return more;
    s->rotation = qsi_array(s->base.dim, s->base.dim * sizeof *s->rotation);
    int status = s->rotation ? qsi_opq_start(s->covariance, &s->pieces, s->rotation) : QS_E_MEMORY;
    qsi_observer_close(s->covariance);
    s->covariance = NULL;
    return status ? status : go(s, SAMPLE);
}

static int end_sample(state *s)
{
    if (s->sample.rows < 2)
        return qsi_fail(QS_E_DATA, "1 row: centroids are fitted to 2 rows or more, best to %zu",
                        ROWS_A_CENTROID * s->pieces.count);
    return go(s, STARTS);
}

/* The fixed-point numbers of rows: from the ends of each dim, of opq from the greatest length, of rq with room for
 * what stages leave. */
static int set_scales(state *s)
{
    size_t dim = s->base.dim;
    int bits = qsi_fixed_bits(rows_to_train(s)), products = qsi_fixed_product_bits(rows_to_train(s));
    int longest = qsi_fixed_exponent(sqrt(s->longest));
    float *ends = qsi_array(dim, 2 * sizeof *ends);
    int status = ends ? qsi_bounds_finish(s->ends, dim, ends, ends + dim) : QS_E_MEMORY;
    for (size_t d = 0; d < dim && !status; d++) {
        int e = qsi_fixed_exponent((double)fmaxf(fabsf(ends[d]), fabsf(ends[dim + d]))) + (s->kind == QSI_RQ);
        s->clusters.scale[d] = ldexp(1, bits - (s->kind == QSI_OPQ ? longest : e));
    }
    s->clusters.most = ldexp(1, bits);
    s->scale = ldexp(1, products - longest);
    s->most = ldexp(1, products);
    qsi_array_free(ends);
    return status;
}

static int end_starts(state *s)
{
    int more = go(s, MEANS);
    if (more < 0) return more;
    int status = s->round ? QS_OK : set_scales(s);
    if (status) return status;
    qsi_starts_take(&s->starts, s->clusters.centroids, s->clusters.used);
    for (size_t j = 0; j < s->pieces.m; j++)
        if (s->clusters.used[j] < s->fewest) s->fewest = s->clusters.used[j];
    qsi_starts_close(&s->starts);
    if (!s->fewest) return qsi_fail(QS_E_DATA, "there are no rows to train on");
    qsi_clusters_ready(&s->clusters);
    s->at = 0;
    return 1;
}

static int finish(state *s)
{
    qsi_clusters_fill(&s->clusters);
    s->phase = DONE;
    return 0;
}

/* Keeps a stage that is fitted, and goes on to the next. */
static int end_stage(state *s)
{
    size_t values = s->pieces.count * s->base.dim;
    if (!s->codebook) s->codebook = qsi_array(s->stages, values * sizeof *s->codebook);
    if (!s->done) s->done = qsi_array_zero(s->stages, sizeof *s->done);
    if (!s->codebook || !s->done) return QS_E_MEMORY;
    qsi_clusters_fill(&s->clusters);
    memcpy(s->codebook + s->round * values, s->clusters.centroids, values * sizeof *s->codebook);
    qsi_clusters *done = &s->done[s->round++];
    if (qsi_clusters_open(done, &s->pieces)) return QS_E_MEMORY;
    memcpy(done->centroids, s->clusters.centroids, values * sizeof *done->centroids);
    memcpy(done->used, s->clusters.used, s->pieces.m * sizeof *done->used);
    qsi_clusters_ready(done);
    if (s->round < s->stages) return go(s, STARTS);
    s->phase = DONE;
    return 0;
}

static int end_means(state *s)
{
    qsi_clusters_update(&s->clusters);
    s->at++;
    if (s->kind == QSI_OPQ) {
        if (s->at < OPQ_PASSES) return 1;
        return s->at < OPQ_PASSES + OPQ_ROUNDS ? go(s, PRODUCTS) : finish(s);
    }
    if (s->at < PASSES) return 1;
    return s->kind == QSI_RQ ? end_stage(s) : finish(s);
}

static int end_products(state *s)
{
    int status = qsi_opq_turn(s->products, s->base.dim, s->rotation);
    memset(s->products, 0, s->base.dim * s->base.dim * sizeof *s->products);
    return status ? status : go(s, MEANS);
}

static int next_pass(void *context)
{
    state *s = context;
    switch (s->phase) {
    case COVARIANCE: return end_covariance(s);
    case SAMPLE: return end_sample(s);
    case STARTS: return end_starts(s);
    case MEANS: return end_means(s);
    case PRODUCTS: return end_products(s);
    default: return 0;
    }
}

/* ---- states: what a pass adds up, and nothing that all shards know already */

static void clear(void *context)
{
    state *s = context;
    size_t dim = s->base.dim;
    if (s->phase == COVARIANCE && s->covariance) qsi_covariance.clear(qsi_observer_state(s->covariance));
    if (s->phase == SAMPLE) qsi_sample_clear(&s->sample);
    if (s->phase == STARTS) qsi_starts_clear(&s->starts);
    if (s->phase == STARTS) s->longest = 0;
    if (s->phase == STARTS && !s->round) qsi_bounds_clear(s->ends, dim);
    if (s->phase == MEANS) qsi_clusters_clear(&s->clusters);
    if (s->phase == PRODUCTS) memset(s->products, 0, dim * dim * sizeof *s->products);
}

static size_t save_ends(const state *s, uint8_t *dst, size_t cap)
{
    size_t ends = 8 + 8 * s->base.dim, bytes = ends + qsi_starts_save(&s->starts, NULL, 0);
    if (!dst || cap < bytes) return bytes;
    qsi_put_double(dst, s->longest);
    qsi_bounds_save(s->ends, s->base.dim, dst + 8);
    qsi_starts_save(&s->starts, dst + ends, bytes - ends);
    return bytes;
}

static size_t save_products(const state *s, uint8_t *dst, size_t cap)
{
    size_t bytes = 8 * s->base.dim * s->base.dim;
    if (!dst || cap < bytes) return bytes;
    for (size_t i = 0; i < s->base.dim * s->base.dim; i++) qsi_put64(dst + 8 * i, (uint64_t)s->products[i]);
    return bytes;
}

static size_t save(const void *context, uint8_t *dst, size_t cap)
{
    const state *s = context;
    switch (s->phase) {
    case COVARIANCE: return qsi_observer_save(s->covariance, dst, cap);
    case SAMPLE: return qsi_sample_save(&s->sample, dst, cap);
    case STARTS: return save_ends(s, dst, cap);
    case MEANS: return qsi_clusters_save(&s->clusters, dst, cap);
    case PRODUCTS: return save_products(s, dst, cap);
    default: return 0;
    }
}

static int merge_ends(state *s, const uint8_t *state_, size_t bytes)
{
    size_t ends = 8 + 8 * s->base.dim, used;
    const uint8_t *from = state_ + 8;
    if (bytes < ends) return qsi_fail(QS_E_DATA, "the saved state of first centroids is truncated");
    double longest = qsi_get_double(state_);
    if (!(longest >= 0 && isfinite(longest)))
        return qsi_fail(QS_E_DATA, "the saved state holds a length that is none");
    s->longest = longest > s->longest ? longest : s->longest;
    qsi_bounds_merge(s->ends, s->base.dim, from);
    return qsi_starts_merge(&s->starts, state_ + ends, bytes - ends, &used);
}

static int merge(void *context, const uint8_t *bytes, size_t nbytes)
{
    state *s = context;
    switch (s->phase) {
    case COVARIANCE: return qsi_observer_merge(s->covariance, bytes, nbytes);
    case SAMPLE: return qsi_sample_merge(&s->sample, bytes, nbytes);
    case STARTS: return merge_ends(s, bytes, nbytes);
    case MEANS: return qsi_clusters_merge(&s->clusters, bytes, nbytes);
    case PRODUCTS:
        if (nbytes != save_products(s, NULL, 0))
            return qsi_fail(QS_E_DATA, "the saved state of products is truncated");
        for (size_t i = 0; i < s->base.dim * s->base.dim; i++)
            s->products[i] = (int64_t)((uint64_t)s->products[i] + qsi_get64(bytes + 8 * i));
        return QS_OK;
    default: return QS_OK;
    }
}

void qsi_product_fitted(const qsi_observer *seen, qsi_product_result *result)
{
    const state *s = qsi_observer_state(seen);
    *result = (qsi_product_result){s->kind == QSI_RQ ? s->codebook : s->clusters.centroids, s->rotation,
                                   s->sample.rows, s->fewest};
}

const qsi_observer_kind qsi_product_fits = {QSI_OBSERVER(state), .set_digest = set_spec,
                                            .mark = QSI_FAMILY_MARK + 1};
