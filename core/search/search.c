/* The public exact search: all rows in tiles, the best k of each query, rescored if the spec says so. */
#include "search/scores.h"
#include "search/top.h"

#include "base/size.h"
#include "base/status.h"

#include <math.h>

/* All queries against rows [begin, end). */
static int search_tiles(const qsi_queries *q, const qs_codec *codec, const uint8_t *codes, size_t begin, size_t end,
                        qsi_top *top)
{
    uint32_t ids[QSI_TILE_ROWS];
    qsi_scratch *scratch = qsi_scratch_open(q);
    float *scores = qsi_array(top->nq, QSI_TILE_ROWS * sizeof *scores);
    int status = scratch && scores ? QS_OK : QS_E_MEMORY;
    for (size_t r = begin; r < end && !status; r += QSI_TILE_ROWS) {
        size_t n = end - r < QSI_TILE_ROWS ? end - r : QSI_TILE_ROWS;
        for (size_t i = 0; i < n; i++) ids[i] = (uint32_t)(r + i);
        status = qsi_scores(q, scratch, codes + r * codec->layout.row_bytes, n, scores);
        for (size_t i = 0; i < top->nq && !status; i++)
            qsi_top_offer_many(top, i, scores + i * QSI_TILE_ROWS, n, ids);
    }
    qsi_scratch_close(scratch);
    qsi_array_free(scores);
    return status;
}

/* The same by threads, each with tiles of its own. The first one's list is the result, into which the others'
 * merge, in any order. */
static int search_rows(const qsi_queries *q, const qs_codec *codec, const uint8_t *codes, size_t nrows,
                       qsi_top *top)
{
    size_t tiles = (nrows + QSI_TILE_ROWS - 1) / QSI_TILE_ROWS, threads = (size_t)qs_threads(0);
    int status = QS_OK;
    qsi_error why = {.code = QS_OK};
    if (threads > tiles) threads = tiles;
    if (threads <= 1) return search_tiles(q, codec, codes, 0, nrows, top);
    qsi_top *own = qsi_array_zero(threads, sizeof *own);
    if (!own) return QS_E_MEMORY;
#pragma omp parallel for num_threads((int)threads)
    for (long t = 0; t < (long)threads; t++) {
        size_t begin = tiles * (size_t)t / threads * QSI_TILE_ROWS,
               end = tiles * ((size_t)t + 1) / threads * QSI_TILE_ROWS;
        int failed = t ? qsi_top_open(&own[t], top->nq, top->k) : QS_OK;
        if (!failed) failed = search_tiles(q, codec, codes, begin, end < nrows ? end : nrows, t ? &own[t] : top);
#pragma omp critical
        {
            if (failed) qsi_error_get(&why);
            status = failed ? failed : status;
        }
    }
    for (size_t t = 1; t < threads; t++) {
        if (!status) qsi_top_merge(top, &own[t]);
        qsi_top_close(&own[t]);
    }
    qsi_array_free(own);
    if (status) qsi_error_set(&why);
    return status;
}

static void write_hits(const qsi_top *top, size_t k, uint32_t *ids, float *scores, bool exact)
{
    for (size_t q = 0; q < top->nq; q++)
        for (size_t i = 0; i < k; i++) {
            bool there = i < top->count[q];
            const qsi_hit *hit = &top->hits[q * top->k + (there ? i : 0)];
            ids[q * k + i] = there ? hit->row : UINT32_MAX;
            scores[q * k + i] = there ? (exact ? hit->exact : hit->score) : NAN;
        }
}

int qs_search(const qs_codec *codec, const uint8_t *codes, size_t nrows, const float *originals,
              const float *queries, size_t nq, size_t k, const char *metric, uint32_t *ids, float *scores)
{
    qsi_metric m;
    if (qsi_metric_parse(metric, &m)) return QS_E_OPTION;
    if (!k) return qsi_fail_option("k", "k=0: k takes a whole number from 1");
    if (nrows >= UINT32_MAX) return qsi_fail_option("rows", "one search takes less than 2^32 rows");
    size_t rescore = qsi_format_offer(codec->spec.format, QSI_RESCORE) ? (size_t)codec->spec.value[QSI_RESCORE] : 0;
    if (rescore && !originals) return qsi_fail_option("rescore", "rescore needs the original rows");
    size_t most = nrows ? nrows : 1, keep = k > most / (rescore ? rescore : 1) ? most : k * (rescore ? rescore : 1);
    qsi_top top;
    if (qsi_top_open(&top, nq, keep)) return QS_E_MEMORY;
    qsi_queries *q = qsi_queries_open(codec, m, queries, nq);
    int status = q ? search_rows(q, codec, codes, nrows, &top) : qsi_error_code();
    qsi_queries_close(q);
    if (!status) {
        qsi_top_sort(&top);
        for (size_t i = 0; i < nq && rescore; i++)
            for (size_t h = 0; h < top.count[i]; h++) {
                qsi_hit *hit = &top.hits[i * top.k + h];
                hit->exact =
                    qsi_score_pair(m, queries + i * codec->dim, originals + hit->row * codec->dim, codec->dim);
            }
        if (rescore) qsi_top_rescore(&top, k);
        write_hits(&top, k, ids, scores, rescore > 0);
    }
    qsi_top_close(&top);
    return status;
}
