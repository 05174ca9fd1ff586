/* The public exact search: all rows in tiles, the best k of each query, rescored if the spec says so. */
#include "search/scores.h"
#include "search/top.h"

#include "base/size.h"
#include "base/status.h"
#include "base/threads.h"

#include <math.h>

typedef struct search {
    const qs_codec *codec;
    qsi_metric metric;
    const uint8_t *codes;
    size_t nrows;
    const float *originals, *queries;
    size_t k, keep; /* hits wanted; found by codes */
    bool rescores;
    uint32_t *ids;
    float *scores;
} search;

/* All queries against rows [begin, end). */
static int search_tiles(const search *s, const qsi_queries *q, size_t begin, size_t end, qsi_top *top)
{
    uint32_t ids[QSI_TILE_ROWS];
    qsi_scratch *scratch = qsi_scratch_open(q);
    int status = scratch ? QS_OK : QS_E_MEMORY;
    for (size_t r = begin; r < end && !status; r += QSI_TILE_ROWS) {
        size_t n = end - r < QSI_TILE_ROWS ? end - r : QSI_TILE_ROWS;
        for (size_t i = 0; i < n; i++) ids[i] = (uint32_t)(r + i);
        status = qsi_search_tile(q, scratch, s->codes + r * s->codec->layout.row_bytes, n, ids, top);
    }
    qsi_scratch_close(scratch);
    return status;
}

/* Rows that threads share, each with tiles of its own. */
typedef struct shared_rows {
    const search *s;
    const qsi_queries *q;
    size_t tiles, threads;
    qsi_top *top, *own; /* the result, which is the first one's list too; (threads): the lists of the others */
} shared_rows;

static int search_part(void *context, size_t t)
{
    const shared_rows *all = context;
    size_t begin = all->tiles * t / all->threads * QSI_TILE_ROWS,
           end = all->tiles * (t + 1) / all->threads * QSI_TILE_ROWS;
    qsi_top *top = t ? &all->own[t] : all->top;
    int status = t ? qsi_top_open(top, all->top->nq, all->top->k) : QS_OK;
    return status ? status : search_tiles(all->s, all->q, begin, end < all->s->nrows ? end : all->s->nrows, top);
}

/* All queries against all rows by threads, whose lists merge in any order. */
static int search_rows(const search *s, const qsi_queries *q, size_t threads, qsi_top *top)
{
    size_t tiles = (s->nrows + QSI_TILE_ROWS - 1) / QSI_TILE_ROWS;
    if (threads > tiles) threads = tiles;
    if (threads <= 1) return search_tiles(s, q, 0, s->nrows, top);
    shared_rows all = {s, q, tiles, threads, top, qsi_array_zero(threads, sizeof *all.own)};
    if (!all.own) return QS_E_MEMORY;
    int status = qsi_each((int)threads, threads, search_part, &all);
    for (size_t t = 1; t < threads; t++) {
        if (!status) qsi_top_merge(top, &all.own[t]);
        qsi_top_close(&all.own[t]);
    }
    qsi_array_free(all.own);
    return status;
}

/* Scores of the kept hits against the original rows, by which the first k are chosen. */
static void rescore(const search *s, size_t first, qsi_top *top)
{
    size_t dim = s->codec->row_dim;
    for (size_t i = 0; i < top->nq; i++)
        for (size_t h = 0; h < top->count[i]; h++) {
            qsi_hit *hit = &top->hits[i * top->k + h];
            hit->exact = qsi_score_pair(s->metric, QSI_UNSCALED, s->queries + (first + i) * dim,
                                        s->originals + qsi_hit_row(hit) * dim, dim, NULL);
        }
    qsi_top_rescore(top, s->k);
}

static void write_hits(const search *s, size_t first, const qsi_top *top)
{
    for (size_t q = 0; q < top->nq; q++)
        for (size_t i = 0; i < s->k; i++) {
            size_t at = (first + q) * s->k + i;
            bool there = i < top->count[q];
            const qsi_hit *hit = &top->hits[q * top->k + (there ? i : 0)];
            s->ids[at] = there ? qsi_hit_row(hit) : UINT32_MAX;
            float score = !there ? NAN : s->rescores ? hit->exact + 0.0F : qsi_hit_score(hit);
            s->scores[at] = isnan(score) ? NAN : score; /* of whatever sign */
        }
}

/* All there is to do for nq queries from first on. */
static int search_queries(const search *s, size_t first, size_t nq, size_t threads)
{
    qsi_top top;
    if (qsi_top_open(&top, nq, s->keep)) return QS_E_MEMORY;
    qsi_queries *q = qsi_queries_open(s->codec, s->metric, QSI_UNSCALED, (double)first,
                                      s->queries + first * s->codec->row_dim, nq);
    int status = q ? search_rows(s, q, threads, &top) : qsi_error_code();
    qsi_queries_close(q);
    if (!status) {
        qsi_top_sort(&top);
        if (s->rescores) rescore(s, first, &top);
        write_hits(s, first, &top);
    }
    qsi_top_close(&top);
    return status;
}

/* Threads that have queries of their own go through all rows, and find out but once what is far off. Of so many
 * queries, that a row is decoded by each of them counts for little. */
enum { QUERIES_EACH = 64 };

typedef struct shared_queries {
    const search *s;
    size_t nq, threads;
} shared_queries;

static int search_share(void *context, size_t t)
{
    const shared_queries *all = context;
    size_t first = all->nq * t / all->threads, end = all->nq * (t + 1) / all->threads;
    return search_queries(all->s, first, end - first, 1);
}

static int search_all(const search *s, size_t nq)
{
    size_t threads = (size_t)qs_threads(0);
    if (threads == 1 || nq / threads < QUERIES_EACH) return search_queries(s, 0, nq, threads);
    return qsi_each((int)threads, threads, search_share, &(shared_queries){s, nq, threads});
}

int qs_search(const qs_codec *codec, const uint8_t *codes, size_t nrows, const float *originals,
              const float *queries, size_t nq, size_t k, const char *metric, uint32_t *ids, float *scores)
{
    search s = {codec, .codes = codes, nrows, originals, queries, k, .ids = ids, scores};
    if (qsi_metric_parse(metric, &s.metric)) return QS_E_OPTION;
    if (!k) return qsi_fail_option("k", "k=0: k takes a whole number from 1");
    if (nrows >= UINT32_MAX) return qsi_fail_option("rows", "one search takes less than 2^32 rows");
    size_t rescore =
        qsi_format_option(codec->spec.format, QSI_RESCORE) ? (size_t)codec->spec.value[QSI_RESCORE] : 0;
    if (rescore && !originals) return qsi_fail_option("rescore", "rescore needs the original rows");
    int status = qsi_check_candidates((double)k, (double)rescore, (double)nrows);
    if (status) return status;
    size_t most = nrows ? nrows : 1;
    s.rescores = rescore > 0;
    if (!rescore) rescore = 1;
    s.keep = k > most / rescore ? most : k * rescore;
    return search_all(&s, nq);
}
