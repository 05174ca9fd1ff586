/*
 * Scores of queries against coded rows, by one definition for all formats.
 *
 *   float     the f32 kernel between the query and the decoded row (query=same: the query coded and decoded first)
 *   integer   query=same with one scale for a row: (float)(exact integer sum) * s_query * s_row; not for l2
 *   Hamming   binary with query=same: minus the number of differing bits
 *
 *   ip        the dot product
 *   cosine    (dot * (1/|q|)) * (1/|row|), lengths of decoded rows by the same kernel, 0 for a zero row
 *   l2        minus the sum of (q - x)^2
 *
 * Both sides are scaled first (scaling.h), but for signs, which have no size, and where a transform or a family's
 * own scorer is at work.
 *
 * Where a family's decoded rows estimate dot products, cosine is dot * (1/|q|), the row one that was brought to
 * length 1 (codec/unit.h); a codec that was fitted without a metric divides by the decoded length as others do.
 *
 * With a transform (transform/transform.h) rows are not turned back: both sides are as they are coded, the mean
 * added, and what the dims that are left out add to a score is one number a query. A family may score codes by
 * itself (its scorer); what it adds up then is said there.
 */
#ifndef QSI_SCORES_H
#define QSI_SCORES_H

#include "codec/codec.h"
#include "search/scaling.h"
#include "search/top.h"

int qsi_metric_parse(const char *name, qsi_metric *metric);
const char *qsi_metric_name(qsi_metric metric);
/* By what rows of a codec are scored, as qs_limit_peak() names it: "f32", "int8" or "bits". */
const char *qsi_scores_kind(const qs_codec *codec, qsi_metric metric);

/* Queries prepared for one codec and metric; read-only afterwards, so threads may share them. first: the number of
 * the first one, as qs_codec_encode() takes it. */
typedef struct qsi_queries qsi_queries;
qsi_queries *qsi_queries_open(const qs_codec *codec, qsi_metric metric, qsi_scaling scaling, double first,
                              const float *queries, size_t nq);
void qsi_queries_close(qsi_queries *queries);

/* Working space of one thread for tiles of at most QSI_TILE_ROWS rows. */
#define QSI_TILE_ROWS 128
typedef struct qsi_scratch qsi_scratch;
qsi_scratch *qsi_scratch_open(const qsi_queries *queries);
void qsi_scratch_close(qsi_scratch *scratch);

/* Prepares nrows <= QSI_TILE_ROWS coded rows; then scores of queries [first, first + nq) against them, where first
 * is a multiple of QSI_QUERY_BLOCK: scores[i * QSI_TILE_ROWS + j] is query first + i, row j. */
#define QSI_QUERY_BLOCK 48
int qsi_scores_rows(const qsi_queries *queries, qsi_scratch *scratch, const uint8_t *codes, size_t nrows);
int qsi_scores(const qsi_queries *queries, qsi_scratch *scratch, size_t first, size_t nq, float *scores);

/* Offers the scores of all queries against nrows <= QSI_TILE_ROWS coded rows, whose numbers are ids, to top.
 * Queries are taken some at a time, so that scores are filtered while they are in the first cache. */
int qsi_search_tile(const qsi_queries *queries, qsi_scratch *scratch, const uint8_t *codes, size_t nrows,
                    const uint32_t *ids, qsi_top *top);

/* The score of one float query and one float row. room: 2 * dim floats, used where values are scaled. */
float qsi_score_pair(qsi_metric metric, qsi_scaling scaling, const float *query, const float *row, size_t dim,
                     float *room);

#endif
