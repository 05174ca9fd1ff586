/*
 * Scores of product codes by tables. For each query and piece a table holds the piece's score with each centroid,
 * by the f32 kernel; the score of a row is the sum of its entries, piece after piece:
 *
 *   ip       sum of dots, the query's rest added
 *   cosine   that sum * (1 / |q|) * (1 / |row|), |row|^2 the sum of the centroids' squares
 *   l2       minus the sum of squared distances
 *
 * rq has a table for each stage, of whole queries with whole centroids, and lengths of decoded rows; l2 goes
 * through decoded rows, as squared distances of stages do not add up.
 *
 * Centroids are moved by the mean of a transform first, as transform/transform.h has it.
 */
#include "codec/product/product.h"

#include "base/size.h"
#include "codec/transformed.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

typedef struct state {
    const qsi_query_set *set;
    const qsi_product *product;
    size_t m, count;
    float *tables;  /* (nq, m, count) */
    float *squares; /* (m, count), of cosine; else NULL, and of rq */
    bool stages;    /* rq */
    float rest;     /* what dims that are left out add to a row's squared length */
} state;

static bool applies(const qs_codec *codec, qsi_metric metric)
{
    return metric != QSI_L2 || qsi_product_kind_of(&codec->spec) != QSI_RQ;
}

static void close(void *context)
{
    state *s = context;
    if (!s) return;
    qsi_array_free(s->tables);
    qsi_array_free(s->squares);
    qsi_array_free(s);
}

/* The centroids of a piece, moved by the mean. */
static void move_centroids(const state *s, size_t j, float *moved)
{
    const qsi_pieces *p = &s->product->pieces;
    const qsi_transform *t = s->set->codec->transform;
    size_t n = qsi_piece_length(p, j);
    memcpy(moved, s->product->clusters->centroids + qsi_piece_centroids(p, j), p->count * n * sizeof *moved);
    for (size_t i = 0; i < p->count * n && t && t->moved; i++) moved[i] += t->moved[qsi_piece_first(p, j) + i % n];
}

enum { SHORT = 16 }; /* the kernel of columns takes pieces of up to so many values */

/* Centroids (count, n) to columns (n, count). */
static void to_columns(const float *centroids, size_t count, size_t n, float *columns)
{
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < n; i++) columns[i * count + k] = centroids[k * n + i];
}

static void fill_piece(state *s, size_t j, const float *centroids, float *columns)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const qsi_pieces *p = &s->product->pieces;
    size_t n = qsi_piece_length(p, j), first = qsi_piece_first(p, j);
    bool distances = s->set->metric == QSI_L2;
    if (n <= SHORT) to_columns(centroids, s->count, n, columns);
    for (size_t q = 0; q < s->set->nq; q++) {
        const float *x = s->set->values + q * p->dim + first;
        float *table = s->tables + (q * s->m + j) * s->count;
        if (n <= SHORT)
            kernels->centroid_scores(x, n, columns, s->count, distances, table);
        else
            (distances ? kernels->distances : kernels->dots)(x, 1, centroids, s->count, n, table, s->count);
    }
    for (size_t k = 0; k < s->count && s->squares; k++)
        kernels->dots(centroids + k * n, 1, centroids + k * n, 1, n, s->squares + j * s->count + k, 1);
}

/* The same of rq: all queries at once. The mean counts once, with the first stage. */
static void fill_stage(state *s, size_t j, float *moved)
{
    const qsi_clusters *c = &s->product->clusters[j];
    const qsi_transform *t = s->set->codec->transform;
    size_t dim = s->product->pieces.dim, n = s->count * dim;
    memcpy(moved, c->centroids, n * sizeof *moved);
    for (size_t i = 0; i < n && t && t->moved && !j; i++) moved[i] += t->moved[i % dim];
    qsi_kernels_now()->dots(s->set->values, s->set->nq, moved, s->count, dim, s->tables + j * s->count,
                            s->m * s->count);
}

static int open(const qsi_query_set *set, void **to)
{
    state *s = *to = qsi_array_zero(1, sizeof *s);
    size_t entries;
    if (!s) return QS_E_MEMORY;
    s->set = set;
    s->product = qsi_product_of(set->codec);
    s->m = s->product->m;
    s->count = s->product->pieces.count;
    if (!qsi_size_mul(set->nq, s->m * s->count, &entries)) return QS_E_MEMORY;
    if (set->codec->transform && set->codec->transform->dims < set->codec->transform->dim)
        s->rest = set->codec->transform->mean_rest_square;
    s->tables = qsi_array(entries, sizeof *s->tables);
    s->stages = qsi_product_kind_of(&set->codec->spec) == QSI_RQ;
    bool squares = set->metric == QSI_COSINE && !s->stages;
    if (squares) s->squares = qsi_array(s->m, s->count * sizeof *s->squares);
    size_t room = qsi_piece_length(&s->product->pieces, 0) * s->count;
    float *moved = qsi_array(room, 2 * sizeof *moved);
    int status = s->tables && moved && (s->squares || !squares) ? QS_OK : QS_E_MEMORY;
    for (size_t j = 0; j < s->m && !status; j++) {
        if (s->stages) {
            fill_stage(s, j, moved);
            continue;
        }
        move_centroids(s, j, moved);
        fill_piece(s, j, moved, moved + room);
    }
    qsi_array_free(moved);
    return status;
}

enum { TILE = 128 };

/* Codes, and of rq decoded rows where lengths are wanted. */
typedef struct scratch {
    float inverse[TILE], ones[TILE];
    float *rows;
    uint8_t codes[];
} scratch;

static size_t scratch_bytes(const void *context)
{
    const state *s = context;
    size_t rows = s->stages ? TILE * s->product->pieces.dim * sizeof(float) : 0;
    return sizeof(scratch) + s->m * TILE + rows + sizeof(float);
}

static float inverse_root(float square)
{
    return square == 0 ? 0 : 1 / sqrtf(square);
}

/* 1 / length of rows: by sums of their centroids' squares, of rq by the decoded rows. */
static int inverse_lengths(const state *s, const uint8_t *rows, size_t nrows, scratch *room)
{
    const qs_codec *codec = s->set->codec;
    size_t dim = s->product->pieces.dim;
    if (s->stages) {
        uint8_t *at = room->codes + s->m * TILE;
        at += (sizeof(float) - (uintptr_t)at % sizeof(float)) % sizeof(float);
        room->rows = (float *)(void *)at;
        int status = qsi_codec_decode_coded(codec, rows, nrows, room->rows);
        if (status) return status;
        if (codec->transform) qsi_transform_move(codec->transform, room->rows, nrows);
        for (size_t r = 0; r < nrows; r++)
            qsi_kernels_now()->dots(room->rows + r * dim, 1, room->rows + r * dim, 1, dim, room->inverse + r, 1);
    } else {
        qsi_kernels_now()->table_sums(s->squares, s->m, s->count, room->codes, nrows, room->inverse);
    }
    for (size_t r = 0; r < nrows; r++) room->inverse[r] = inverse_root(room->inverse[r] + s->rest);
    return QS_OK;
}

static int scores(const void *context, void *own, const uint8_t *codes, size_t nrows, float *out, size_t stride)
{
    const state *s = context;
    const qsi_kernels *kernels = qsi_kernels_now();
    qsi_metric metric = s->set->metric;
    scratch *room = own;
    qsi_product_unpack(s->set->codec, codes, nrows, room->codes);
    int status = metric == QSI_COSINE ? inverse_lengths(s, codes, nrows, room) : QS_OK;
    for (size_t r = 0; r < nrows; r++) room->ones[r] = 1;
    for (size_t q = 0; q < s->set->nq && !status; q++) {
        float *to = out + q * stride;
        kernels->table_sums(s->tables + q * s->m * s->count, s->m, s->count, room->codes, nrows, to);
        for (size_t r = 0; r < nrows && s->set->add; r++) to[r] += s->set->add[q];
        if (metric == QSI_COSINE) kernels->scale_scores(to, nrows, s->set->inverse[q], room->inverse);
        if (metric == QSI_L2) kernels->scale_scores(to, nrows, -1, room->ones);
    }
    return status;
}

const qsi_scorer qsi_product_scorer = {
    .applies = applies, .open = open, .close = close, .scratch_bytes = scratch_bytes, .scores = scores};
