/* Scores of queries against coded rows, as scores.h says. */
#include "search/queries.h"

#include "base/size.h"

#include <assert.h>
#include <math.h>
#include <string.h>

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

qsi_scratch *qsi_scratch_open(const qsi_queries *q)
{
    qsi_scratch *s = qsi_array_zero(1, sizeof *s);
    size_t n;
    if (!s) return NULL;
    qsi_queries_for_kernel(q, 0, &n);
    bool there = q->mode != BY_INTEGER || !qsi_integers_room(&s->x, QSI_TILE_ROWS, q->dim);
    for (size_t j = 0; j < QSI_TILE_ROWS; j++) s->ones[j] = 1;
    if (qsi_queries_want_rows(q)) there = (s->rows = qsi_array(QSI_TILE_ROWS, q->dim * sizeof *s->rows)) && there;
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
    qsi_integers_free(&s->x);
    qsi_array_free(s);
}

int qsi_scores_rows(const qsi_queries *q, qsi_scratch *s, const uint8_t *codes, size_t nrows)
{
    int status = QS_OK;
    size_t n;
    s->codes = codes;
    s->nrows = nrows;
    qsi_queries_for_kernel(q, 0, &n);
    if (q->mode == BY_INTEGER) status = q->codec->family->integers(q->codec, codes, nrows, &s->x);
    if (!status && qsi_queries_want_rows(q)) status = qsi_queries_decode(q->codec, codes, nrows, s->rows);
    if (status) return status;
    if (q->mode == BY_INTEGER) qsi_scale_values(s->x.scale, nrows, q->scaling.rows);
    if (qsi_queries_want_rows(q)) qsi_scale_values(s->rows, nrows * q->dim, q->scaling.rows);
    for (size_t j = 0; q->inverse && qsi_queries_want_rows(q) && j < nrows; j++)
        s->inverse[j] = q->codec->unit ? 1 : qsi_queries_inverse(q, s->rows + j * q->dim);
    const void *rows = q->mode == BY_BITS ? codes : q->mode == BY_INTEGER ? (const void *)s->x.codes : s->rows;
    if (q->packed) q->packed->pack_rows(rows, nrows, n, s->panel);
    return QS_OK;
}

/* What the kernel of packed queries gives, where there is one. */
static bool packed_scores(const qsi_queries *q, const qsi_scratch *s, size_t first, size_t nq, void *scores)
{
    size_t n;
    if (!q->packed) return false;
    qsi_queries_for_kernel(q, 0, &n);
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
    for (size_t d = 0; d < q->dim; d += QSI_SUM_LENGTH) {
        size_t n = q->dim - d < QSI_SUM_LENGTH ? q->dim - d : QSI_SUM_LENGTH;
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
    bool fits = q->dim <= QSI_SUM_LENGTH,
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
        if (!status) qsi_top_push_tile(top, first, nq, s->scores, QSI_TILE_ROWS, nrows, ids);
    }
    return status;
}

static const float *scaled(const float *x, size_t dim, float by, float *room)
{
    if (by == 1) return x;
    assert(room);
    memcpy(room, x, dim * sizeof *room);
    qsi_scale_values(room, dim, by);
    return room;
}

float qsi_score_pair(qsi_metric metric, qsi_scaling scaling, const float *query, const float *row, size_t dim,
                     float *room)
{
    float sum;
    query = scaled(query, dim, scaling.queries, room);
    row = scaled(row, dim, scaling.rows, room ? room + dim : NULL);
    if (metric == QSI_L2) {
        qsi_kernels_now()->distances(query, 1, row, 1, dim, &sum, 1);
        return -sum;
    }
    qsi_kernels_now()->dots(query, 1, row, 1, dim, &sum, 1);
    return metric == QSI_IP ? sum : sum * qsi_inverse_length(query, dim) * qsi_inverse_length(row, dim);
}
