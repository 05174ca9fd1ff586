/* Scores of queries against coded rows, as scores.h says. */
#include "search/scores.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/transformed.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

typedef enum mode { BY_FLOAT, BY_INTEGER, BY_BITS, BY_FAMILY } mode;

struct qsi_queries {
    const qs_codec *codec;
    qsi_metric metric;
    mode mode;
    size_t nq, dim;
    float *values;     /* (nq, dim): as the f32 kernel takes them, where it does or lengths are theirs */
    float *inverse;    /* (nq): 1 / length, for cosine of values */
    float *add;        /* (nq): what the dims that a transform leaves out add to sums; NULL: nothing */
    float lengths;     /* what they add to the squared length of a row */
    uint8_t *codes;    /* (nq, row_bytes): BY_BITS */
    qsi_integers q;    /* BY_INTEGER */
    qsi_query_set set; /* BY_FAMILY */
    void *state;       /* of its scorer */
    const qsi_packed_scores *packed; /* NULL: the kernels take queries and rows as they are */
    void *packed_queries;
    size_t block; /* queries that are scored at a time */
};

struct qsi_scratch {
    size_t nrows;
    const uint8_t *codes;
    float *rows;    /* (QSI_TILE_ROWS, dim) decoded, where values are wanted */
    qsi_integers x; /* of QSI_TILE_ROWS rows: BY_INTEGER */
    void *family;   /* of the scorer: BY_FAMILY */
    void *panel;    /* the rows, packed, where queries are */
    float *inverse; /* (QSI_TILE_ROWS): 1 / length of decoded rows, for cosine */
    float *scores;  /* (block, QSI_TILE_ROWS) */
    float ones[QSI_TILE_ROWS];
};

enum {
    SUM_LENGTH = 65536, /* the most dots_i8 takes */
    PACKED_QUERIES = 6  /* so many at least are worth packing */
};

static const char *const metrics[] = {[QSI_COSINE] = "cosine", [QSI_IP] = "ip", [QSI_L2] = "l2"};

const char *qsi_metric_name(qsi_metric metric)
{
    return metrics[metric];
}

int qsi_metric_parse(const char *name, qsi_metric *metric)
{
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++)
        if (name && !strcmp(name, metrics[m])) {
            *metric = (qsi_metric)m;
            return QS_OK;
        }
    return qsi_fail_option("metric", "metric=%s: metric takes cosine, ip or l2", name ? name : "");
}

static void integers_free(qsi_integers *v)
{
    qsi_array_free(v->codes);
    qsi_array_free(v->scale);
    qsi_array_free(v->zero);
    qsi_array_free(v->sum);
}

static int integers_room(qsi_integers *v, size_t rows, size_t dim)
{
    v->codes = qsi_array(rows, dim);
    v->scale = qsi_array(rows, sizeof *v->scale);
    v->zero = qsi_array(rows, sizeof *v->zero);
    v->sum = qsi_array(rows, sizeof *v->sum);
    return v->codes && v->scale && v->zero && v->sum ? QS_OK : QS_E_MEMORY;
}

static float inverse_root(float square)
{
    return square == 0 ? 0 : 1 / sqrtf(square);
}

static float inverse_length(const float *x, size_t dim)
{
    float square;
    qsi_kernels_now()->dots(x, 1, x, 1, dim, &square, 1);
    return inverse_root(square);
}

static bool is_same(const qs_codec *codec)
{
    return qsi_format_offer(codec->spec.format, QSI_QUERY) && qsi_word(&codec->spec, QSI_QUERY) == QSI_QUERY_SAME;
}

static mode choose_mode(const qs_codec *codec, qsi_metric metric)
{
    const qsi_family *family = codec->family;
    bool same = is_same(codec), moves = codec->transform && codec->transform->moved;
    if (!same && family->scorer && family->scorer->applies(codec, metric)) return BY_FAMILY;
    if (same && family->signs_only) return BY_BITS;
    if (same && !moves && metric != QSI_L2 && family->integers_apply && family->integers_apply(&codec->spec))
        return BY_INTEGER;
    return BY_FLOAT;
}

const char *qsi_scores_kind(const qs_codec *codec, qsi_metric metric)
{
    static const char *const kinds[] = {
        [BY_FLOAT] = "f32", [BY_INTEGER] = "int8", [BY_BITS] = "bits", [BY_FAMILY] = "f32"};
    return kinds[choose_mode(codec, metric)];
}

/* Whether scores are of values: of whole numbers it is their lengths alone, where they count. */
static bool wants_values(const qsi_queries *q)
{
    return q->mode == BY_FLOAT || q->mode == BY_FAMILY || (q->mode == BY_INTEGER && q->metric == QSI_COSINE);
}

/* Whether rows are decoded for scores. */
static bool wants_rows(const qsi_queries *q)
{
    return wants_values(q) && q->mode != BY_FAMILY;
}

/* Rows as they are coded, the mean of the transform added: their dot products are those of decoded rows. */
static int decode_rows(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    int status = qsi_codec_decode_coded(codec, codes, nrows, rows);
    if (!status && codec->transform && !codec->family->signs_only)
        qsi_transform_move(codec->transform, rows, nrows);
    return status;
}

static float inverse_of_row(const qsi_queries *q, const float *row)
{
    float square;
    qsi_kernels_now()->dots(row, 1, row, 1, q->dim, &square, 1);
    return inverse_root(square + q->lengths);
}

/* Codes the queries as the rows are. */
static int code_queries(qsi_queries *q, double first, const float *queries)
{
    const qs_codec *codec = q->codec;
    q->codes = qsi_array(q->nq, codec->layout.row_bytes);
    if (!q->codes) return QS_E_MEMORY;
    int status = qs_codec_encode(codec, first, queries, q->nq, q->codes);
    if (status) {
        qsi_error why;
        qsi_error_get(&why);
        return why.row >= 0 ? qsi_fail_cell(why.row, why.column, "queries: %s", why.message)
                            : qsi_fail(status, "queries: %s", why.message);
    }
    if (q->mode == BY_INTEGER) {
        status = integers_room(&q->q, q->nq, q->dim);
        if (!status) status = codec->family->integers(codec, q->codes, q->nq, &q->q);
    }
    if (!status && wants_values(q)) status = decode_rows(codec, q->codes, q->nq, q->values);
    for (size_t i = 0; i < q->nq && !status && q->inverse; i++)
        q->inverse[i] = inverse_of_row(q, q->values + i * q->dim);
    for (size_t i = 0; i < q->nq && q->add; i++) q->add[i] = q->metric == QSI_L2 ? 0 : q->lengths;
    return status;
}

/* The query as it is, but turned as rows are. Signs are of rows less their mean, and so are their queries. */
static int take_query(const qsi_queries *q, size_t i, const float *query, float *scratch)
{
    const qs_codec *codec = q->codec;
    const qsi_transform *t = codec->transform;
    float *to = q->values + i * q->dim;
    qsi_left_out rest = {0, 0};
    int status = QS_OK;
    if (t) status = qsi_transform_apply(t, query, 1, codec->family->signs_only, to);
    if (!status && q->add) status = qsi_transform_rest(t, query, to, scratch, &rest);
    if (q->add) q->add[i] = q->metric == QSI_L2 ? rest.square : rest.dot;
    if (codec->family->query)
        codec->family->query(codec, t ? to : query, to);
    else if (!t)
        memcpy(to, query, q->dim * sizeof *to);
    if (q->inverse) /* of the whole query: a transform may leave out some of it */
        q->inverse[i] =
            t && !codec->family->signs_only ? inverse_length(query, codec->row_dim) : inverse_length(to, q->dim);
    return status;
}

static int take_queries(qsi_queries *q, const float *queries)
{
    size_t row_dim = q->codec->row_dim;
    float *scratch = qsi_array(row_dim, sizeof *scratch);
    int status = scratch ? QS_OK : QS_E_MEMORY;
    for (size_t i = 0; i < q->nq && !status; i++) status = take_query(q, i, queries + i * row_dim, scratch);
    qsi_array_free(scratch);
    return status;
}

static int open_scorer(qsi_queries *q)
{
    q->set = (qsi_query_set){q->codec, q->metric, q->nq, q->values, q->inverse, q->add};
    return q->codec->family->scorer->open(&q->set, &q->state);
}

/* What the kernel takes: a query's first element, and how many there are. */
static const void *kernel_queries(const qsi_queries *q, size_t first, size_t *n)
{
    *n = q->mode == BY_BITS ? q->codec->layout.row_bytes : q->dim;
    if (q->mode == BY_INTEGER) return q->q.codes + first * q->dim;
    return q->mode == BY_BITS ? q->codes + first * *n : (const uint8_t *)(q->values + first * q->dim);
}

/* Packs the queries, where the kernels have a faster way for many of them. */
static int pack_queries(qsi_queries *q)
{
    static const qsi_score_kind kinds[] = {
        [BY_FLOAT] = QSI_SCORE_DOTS, [BY_INTEGER] = QSI_SCORE_DOTS_I8, [BY_BITS] = QSI_SCORE_HAMMINGS};
    bool distances = q->mode == BY_FLOAT && q->metric == QSI_L2;
    size_t n;
    const void *queries = kernel_queries(q, 0, &n);
    q->block = q->nq;
    if (q->mode == BY_FAMILY || q->nq < PACKED_QUERIES || (q->mode == BY_INTEGER && q->dim > SUM_LENGTH))
        return QS_OK;
    q->packed = qsi_kernels_now()->packed_scores(distances ? QSI_SCORE_DISTANCES : kinds[q->mode]);
    if (!q->packed) return QS_OK;
    q->block = q->nq < QSI_QUERY_BLOCK ? q->nq : QSI_QUERY_BLOCK;
    q->packed_queries = qsi_array(q->packed->query_bytes(q->nq, n), 1);
    if (!q->packed_queries) return QS_E_MEMORY;
    q->packed->pack_queries(queries, q->nq, n, q->packed_queries);
    return QS_OK;
}

static int prepare(qsi_queries *q, double first, const float *queries)
{
    const qsi_transform *t = q->codec->transform;
    bool lengths = wants_values(q) && q->metric == QSI_COSINE;
    bool adds = wants_values(q) && t && t->dims < t->dim && !q->codec->family->signs_only;
    size_t cells;
    if (!qsi_size_mul(q->nq, q->dim, &cells)) return qsi_fail_memory(INFINITY);
    if (wants_values(q)) q->values = qsi_array(cells, sizeof *q->values);
    if (lengths) q->inverse = qsi_array(q->nq, sizeof *q->inverse);
    if (adds) q->add = qsi_array(q->nq, sizeof *q->add);
    if ((wants_values(q) && !q->values) || (lengths && !q->inverse) || (adds && !q->add)) return QS_E_MEMORY;
    q->lengths = adds ? t->mean_rest_square : 0;
    int status = is_same(q->codec) ? code_queries(q, first, queries) : take_queries(q, queries);
    if (!status && q->mode == BY_FAMILY) status = open_scorer(q);
    return status ? status : pack_queries(q);
}

qsi_queries *qsi_queries_open(const qs_codec *codec, qsi_metric metric, double first, const float *queries,
                              size_t nq)
{
    qsi_queries *q = qsi_array_zero(1, sizeof *q);
    if (!q) return NULL;
    q->codec = codec;
    q->metric = metric;
    q->mode = choose_mode(codec, metric);
    q->nq = nq;
    q->dim = codec->dim;
    if (!prepare(q, first, queries)) return q;
    qsi_queries_close(q);
    return NULL;
}

void qsi_queries_close(qsi_queries *q)
{
    if (!q) return;
    qsi_array_free(q->values);
    if (q->state) q->codec->family->scorer->close(q->state);
    qsi_array_free(q->inverse);
    qsi_array_free(q->add);
    qsi_array_free(q->codes);
    qsi_array_free(q->packed_queries);
    integers_free(&q->q);
    qsi_array_free(q);
}

qsi_scratch *qsi_scratch_open(const qsi_queries *q)
{
    qsi_scratch *s = qsi_array_zero(1, sizeof *s);
    size_t n;
    if (!s) return NULL;
    kernel_queries(q, 0, &n);
    bool there = q->mode != BY_INTEGER || !integers_room(&s->x, QSI_TILE_ROWS, q->dim);
    for (size_t j = 0; j < QSI_TILE_ROWS; j++) s->ones[j] = 1;
    if (wants_rows(q)) there = (s->rows = qsi_array(QSI_TILE_ROWS, q->dim * sizeof *s->rows)) && there;
    if (q->mode == BY_FAMILY)
        there = (s->family = qsi_array(1, q->codec->family->scorer->scratch_bytes(q->state))) && there;
    if (q->packed) there = (s->panel = qsi_array(q->packed->row_bytes(QSI_TILE_ROWS, n), 1)) && there;
    if (q->inverse) there = (s->inverse = qsi_array(QSI_TILE_ROWS, sizeof *s->inverse)) && there;
    there = (s->scores = qsi_array(q->block, QSI_TILE_ROWS * sizeof *s->scores)) && there;
    if (there) return s;
    qsi_scratch_close(s);
    return NULL;
}

void qsi_scratch_close(qsi_scratch *s)
{
    if (!s) return;
    qsi_array_free(s->rows);
    qsi_array_free(s->family);
    qsi_array_free(s->panel);
    qsi_array_free(s->inverse);
    qsi_array_free(s->scores);
    integers_free(&s->x);
    qsi_array_free(s);
}

int qsi_scores_rows(const qsi_queries *q, qsi_scratch *s, const uint8_t *codes, size_t nrows)
{
    int status = QS_OK;
    size_t n;
    s->codes = codes;
    s->nrows = nrows;
    kernel_queries(q, 0, &n);
    if (q->mode == BY_INTEGER) status = q->codec->family->integers(q->codec, codes, nrows, &s->x);
    if (!status && wants_rows(q)) status = decode_rows(q->codec, codes, nrows, s->rows);
    if (status) return status;
    for (size_t j = 0; q->inverse && wants_rows(q) && j < nrows; j++)
        s->inverse[j] = inverse_of_row(q, s->rows + j * q->dim);
    const void *rows = q->mode == BY_BITS ? codes : q->mode == BY_INTEGER ? (const void *)s->x.codes : s->rows;
    if (q->packed) q->packed->pack_rows(rows, nrows, n, s->panel);
    return QS_OK;
}

/* What the kernel of packed queries gives, where there is one. */
static bool packed_scores(const qsi_queries *q, const qsi_scratch *s, size_t first, size_t nq, void *scores)
{
    size_t n;
    if (!q->packed) return false;
    kernel_queries(q, 0, &n);
    const uint8_t *queries = (const uint8_t *)q->packed_queries + q->packed->query_bytes(first, n);
    q->packed->scores(queries, nq, s->panel, s->nrows, n, scores, QSI_TILE_ROWS);
    return true;
}

/* Multiplies dot products by the inverse lengths of queries and decoded rows. */
static void to_cosine(const qsi_queries *q, const qsi_scratch *s, size_t first, size_t nq, float *scores)
{
    for (size_t i = 0; i < nq; i++)
        qsi_kernels_now()->scale_scores(scores + i * QSI_TILE_ROWS, s->nrows, q->inverse[first + i], s->inverse);
}

/* What a transform left out, added to the sums of each query. */
static void add_rest(const qsi_queries *q, const qsi_scratch *s, size_t first, size_t nq, float *scores)
{
    for (size_t i = 0; i < nq && q->add; i++)
        for (size_t j = 0; j < s->nrows; j++) scores[i * QSI_TILE_ROWS + j] += q->add[first + i];
}

static void by_float(const qsi_queries *q, const qsi_scratch *s, size_t first, size_t nq, float *scores)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    if (!packed_scores(q, s, first, nq, scores))
        (q->metric == QSI_L2 ? kernels->distances : kernels->dots)(q->values + first * q->dim, nq, s->rows,
                                                                   s->nrows, q->dim, scores, QSI_TILE_ROWS);
    add_rest(q, s, first, nq, scores);
    for (size_t i = 0; i < nq && q->metric == QSI_L2; i++)
        kernels->scale_scores(scores + i * QSI_TILE_ROWS, s->nrows, -1, s->ones);
    if (q->metric == QSI_COSINE) to_cosine(q, s, first, nq, scores);
}

/* The exact sum of code products of query i and row j, of any length. */
static int64_t long_sum(const qsi_queries *q, const qsi_scratch *s, size_t i, size_t j)
{
    int64_t sum = 0;
    for (size_t d = 0; d < q->dim; d += SUM_LENGTH) {
        size_t n = q->dim - d < SUM_LENGTH ? q->dim - d : SUM_LENGTH;
        int32_t part;
        qsi_kernels_now()->dots_i8(q->q.codes + i * q->dim + d, 1, s->x.codes + j * q->dim + d, 1, n, &part, 1);
        sum += part;
    }
    return sum;
}

static bool all_zero(const int32_t *zeros, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (zeros[i]) return false;
    return true;
}

/* Scores of rows as whole numbers. Sums of products are where their scores will be. */
static void by_integer(const qsi_queries *q, const qsi_scratch *s, size_t first, size_t nq, float *scores)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    bool fits = q->dim <= SUM_LENGTH,
         plain = fits && all_zero(q->q.zero + first, nq) && all_zero(s->x.zero, s->nrows);
    int32_t *sums = (int32_t *)(void *)scores;
    if (fits && !packed_scores(q, s, first, nq, sums))
        kernels->dots_i8(q->q.codes + first * q->dim, nq, s->x.codes, s->nrows, q->dim, sums, QSI_TILE_ROWS);
    for (size_t k = 0; k < nq; k++) {
        size_t at = k * QSI_TILE_ROWS, i = first + k;
        if (plain) {
            kernels->scale_sums(sums + at, s->nrows, q->q.scale[i], s->x.scale, scores + at);
            continue;
        }
        for (size_t j = 0; j < s->nrows; j++) {
            int64_t zq = q->q.zero[i], zx = s->x.zero[j], sum = fits ? sums[at + j] : long_sum(q, s, i, j);
            sum += (int64_t)q->dim * zq * zx - zx * q->q.sum[i] - zq * s->x.sum[j];
            scores[at + j] = (float)sum * q->q.scale[i] * s->x.scale[j];
        }
    }
    if (q->metric == QSI_COSINE) to_cosine(q, s, first, nq, scores);
}

static void by_bits(const qsi_queries *q, const qsi_scratch *s, size_t first, size_t nq, float *scores)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    size_t bytes = q->codec->layout.row_bytes;
    uint32_t *differ = (uint32_t *)(void *)scores; /* where their scores will be */
    if (!packed_scores(q, s, first, nq, differ))
        kernels->hammings(q->codes + first * bytes, nq, s->codes, s->nrows, bytes, differ, QSI_TILE_ROWS);
    for (size_t i = 0; i < nq; i++) {
        size_t at = i * QSI_TILE_ROWS;
        kernels->scale_sums((const int32_t *)differ + at, s->nrows, -1, s->ones, scores + at);
    }
}

int qsi_scores(const qsi_queries *q, qsi_scratch *s, size_t first, size_t nq, float *scores)
{
    switch (q->mode) {
    case BY_FAMILY:
        return q->codec->family->scorer->scores(q->state, s->family, s->codes, s->nrows, scores, QSI_TILE_ROWS);
    case BY_INTEGER: by_integer(q, s, first, nq, scores); return QS_OK;
    case BY_BITS: by_bits(q, s, first, nq, scores); return QS_OK;
    default: by_float(q, s, first, nq, scores); return QS_OK;
    }
}

int qsi_search_tile(const qsi_queries *q, qsi_scratch *s, const uint8_t *codes, size_t nrows, const uint32_t *ids,
                    qsi_top *top)
{
    int status = qsi_scores_rows(q, s, codes, nrows);
    for (size_t first = 0; first < q->nq && !status; first += q->block) {
        size_t nq = q->nq - first < q->block ? q->nq - first : q->block;
        status = qsi_scores(q, s, first, nq, s->scores);
        if (!status) qsi_top_offer_tile(top, first, nq, s->scores, QSI_TILE_ROWS, nrows, ids);
    }
    return status;
}

float qsi_score_pair(qsi_metric metric, const float *query, const float *row, size_t dim)
{
    float sum;
    if (metric == QSI_L2) {
        qsi_kernels_now()->distances(query, 1, row, 1, dim, &sum, 1);
        return -sum;
    }
    qsi_kernels_now()->dots(query, 1, row, 1, dim, &sum, 1);
    return metric == QSI_IP ? sum : sum * inverse_length(query, dim) * inverse_length(row, dim);
}
