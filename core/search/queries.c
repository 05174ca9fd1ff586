/* Queries prepared for one codec and metric, as queries.h says. */
#include "search/queries.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/transformed.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

enum { PACKED_QUERIES = 6 }; /* so many at least are worth packing */

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

void qsi_integers_free(qsi_integers *v)
{
    qsi_array_free(v->codes);
    qsi_array_free(v->scale);
    qsi_array_free(v->zero);
    qsi_array_free(v->sum);
}

int qsi_integers_room(qsi_integers *v, size_t rows, size_t dim)
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

float qsi_inverse_length(const float *x, size_t dim)
{
    float square;
    qsi_kernels_now()->dots(x, 1, x, 1, dim, &square, 1);
    return inverse_root(square);
}

/* Signs of formats without that option are compared as they are. */
static bool is_same(const qs_codec *codec)
{
    if (codec->family->scorer) return false; /* which takes queries by itself */
    if (!qsi_format_option(codec->spec.format, QSI_QUERY)) return codec->family->signs_only;
    return qsi_word(&codec->spec, QSI_QUERY) == QSI_QUERY_SAME;
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
bool qsi_queries_want_rows(const qsi_queries *q)
{
    return wants_values(q) && q->mode != BY_FAMILY;
}

/* Rows as they are coded, the mean of the transform added: their dot products are those of decoded rows. */
int qsi_queries_decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    int status = qsi_codec_decode_coded(codec, codes, nrows, rows);
    if (!status && codec->transform && !codec->family->signs_only)
        qsi_transform_move(codec->transform, rows, nrows);
    return status;
}

float qsi_queries_inverse(const qsi_queries *q, const float *row)
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
        status = qsi_integers_room(&q->q, q->nq, q->dim);
        if (!status) status = codec->family->integers(codec, q->codes, q->nq, &q->q);
        if (!status) qsi_scale_values(q->q.scale, q->nq, q->scaling.queries);
    }
    if (!status && wants_values(q)) {
        status = qsi_queries_decode(codec, q->codes, q->nq, q->values);
        if (!status) qsi_scale_values(q->values, q->nq * q->dim, q->scaling.queries);
    }
    for (size_t i = 0; i < q->nq && !status && q->inverse; i++)
        q->inverse[i] = qsi_queries_inverse(q, q->values + i * q->dim);
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
    qsi_scale_values(to, q->dim, q->scaling.queries);
    if (q->inverse) /* of the whole query: a transform may leave out some of it */
        q->inverse[i] = t && !codec->family->signs_only ? qsi_inverse_length(query, codec->row_dim)
                                                        : qsi_inverse_length(to, q->dim);
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
const void *qsi_queries_for_kernel(const qsi_queries *q, size_t first, size_t *n)
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
    const void *queries = qsi_queries_for_kernel(q, 0, &n);
    q->block = q->nq;
    if (q->mode == BY_FAMILY || q->nq < PACKED_QUERIES || (q->mode == BY_INTEGER && q->dim > QSI_SUM_LENGTH))
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

/* Values of rows and queries as they are scored, but for signs, which have no size. */
static qsi_scaling choose_scaling(const qsi_queries *q, qsi_scaling scaling)
{
    if (q->codec->transform || q->mode == BY_FAMILY) return QSI_UNSCALED;
    if (q->codec->family->signs_only) scaling.rows = 1;
    return scaling;
}

qsi_queries *qsi_queries_open(const qs_codec *codec, qsi_metric metric, qsi_scaling scaling, double first,
                              const float *queries, size_t nq)
{
    qsi_queries *q = qsi_array_zero(1, sizeof *q);
    if (!q) return NULL;
    q->codec = codec;
    q->metric = metric;
    q->mode = choose_mode(codec, metric);
    q->scaling = choose_scaling(q, scaling);
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
    qsi_integers_free(&q->q);
    qsi_array_free(q);
}
