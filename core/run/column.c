/*
 * What a run says of this shard's rows beyond the report, for those who look at one value: how a column is spread
 * and which codes it uses, and how many rows come before one in the order of a query. Counts of shards are added.
 */
#include "run/run.h"

#include "base/size.h"
#include "bits/numbers.h"

#include <math.h>

enum { PIECE = 256 }; /* rows that are coded at a time */

/* Values of a column in cells of equal width from lo to hi, hi itself in the last, and those beyond. */
typedef struct spread {
    double lo, hi, rows, below, above;
    size_t bins;
    double *counts; /* (bins) */
} spread;

static void count_value(spread *s, double x)
{
    s->rows++;
    if (x < s->lo)
        s->below++;
    else if (x > s->hi)
        s->above++;
    else if (x >= s->lo) {
        size_t bin = (size_t)((x - s->lo) / (s->hi - s->lo) * (double)s->bins);
        s->counts[bin < s->bins ? bin : s->bins - 1]++;
    }
}

/* Adds the codes of a column in some rows of a chunk. */
static int count_codes(const qs_run *run, const qsi_numbers *n, const qsi_chunk *chunk, size_t column,
                       double counts[QSI_MOST_CODES])
{
    const qs_codec *codec = n->codec;
    size_t each = codec->layout.row_bytes;
    qsi_place place = qsi_numbers_place(n, column);
    uint8_t *codes = qsi_array(PIECE, each);
    int status = codes ? QS_OK : QS_E_MEMORY;
    for (size_t r = 0, some; r < chunk->rows && !status; r += some) {
        some = chunk->rows - r < PIECE ? chunk->rows - r : PIECE;
        for (size_t i = 0; i < some && !status; i++) /* rows of a chunk may leave numbers out */
            status =
                qs_codec_encode(codec, chunk->ids[r + i], chunk->values + (r + i) * run->dim, 1, codes + i * each);
        for (size_t i = 0; i < some && !status; i++) counts[qsi_place_get(n, &place, codes + i * each)]++;
    }
    qsi_array_free(codes);
    return status;
}

/* How often each code occurs, and how many codes there are: 0 where codes are wider than a byte or of no one value.
 */
static int use_of_codes(const qs_run *run, const qs_codec *codec, size_t column, double counts[QSI_MOST_CODES],
                        size_t *length)
{
    qsi_numbers n;
    *length = 0;
    if (codec->transform || codec->layout.row_bytes > QSI_ROW_BYTES || codec->dim > QSI_ROW_VALUES) return QS_OK;
    int status = qsi_numbers_open(&n, codec);
    qsi_place place = status ? (qsi_place){0} : qsi_numbers_place(&n, column);
    uint32_t codes = place.stored ? qsi_place_codes(&place) : 0;
    if (codes && codes <= QSI_MOST_CODES) *length = codes;
    for (size_t c = 0; c < run->nchunks && *length && !status; c++)
        status = count_codes(run, &n, &run->chunks[c], column, counts);
    qsi_numbers_close(&n);
    return status;
}

static void counts_member(qsi_json *json, const char *key, const double *counts, size_t length)
{
    qsi_json_key(json, key);
    qsi_json_open(json, '[');
    for (size_t i = 0; i < length; i++) qsi_json_whole(json, counts[i]);
    qsi_json_close(json, ']');
}

static size_t write(const spread *s, const double *codes, size_t length, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    const struct {
        const char *key;
        double value;
    } counts[] = {{"rows", s->rows}, {"below", s->below}, {"above", s->above}};
    qsi_json_open(&json, '{');
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        qsi_json_key(&json, counts[i].key);
        qsi_json_whole(&json, counts[i].value);
    }
    counts_member(&json, "counts", s->counts, s->bins);
    counts_member(&json, "codes", codes, length);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

size_t qs_run_column_json(const qs_run *run, size_t spec, size_t column, double lo, double hi, size_t bins,
                          char *dst, size_t cap)
{
    const qsi_result *result = qsi_run_measured(run, spec);
    double codes[QSI_MOST_CODES] = {0};
    size_t length = 0, wanted = 0;
    if (!result) return 0;
    if (column >= run->dim || !bins || !(lo < hi)) {
        qsi_fail_option("column", "column %zu from %g to %g in %zu bins: a row has %zu values", column, lo, hi,
                        bins, run->dim);
        return 0;
    }
    spread s = {.lo = lo, .hi = hi, .bins = bins, .counts = qsi_array_zero(bins, sizeof(double))};
    int status = s.counts ? use_of_codes(run, result->codec, column, codes, &wanted) : QS_E_MEMORY;
    for (size_t c = 0; c < run->nchunks && !status; c++)
        for (size_t r = 0; r < run->chunks[c].rows; r++)
            count_value(&s, (double)run->chunks[c].values[r * run->dim + column]);
    if (!status) length = write(&s, codes, wanted, dst, cap);
    qsi_array_free(s.counts);
    return length;
}

/* A query, and the score of the row that is looked for. */
typedef struct sought {
    const float *query;
    const char *metric;
    double row;
    float score;
} sought;

/* Rows of a chunk that come before it: of a higher score, or of the same and a lower number. */
static int count_ahead(const qs_run *run, const qs_codec *codec, const qsi_chunk *chunk, const sought *s,
                       double *ahead)
{
    uint8_t *codes = qsi_array(chunk->rows, codec->layout.row_bytes);
    uint32_t *ids = qsi_array(chunk->rows, sizeof *ids);
    float *scores = qsi_array(chunk->rows, sizeof *scores);
    int status = codes && ids && scores ? QS_OK : QS_E_MEMORY;
    for (size_t r = 0; r < chunk->rows && !status; r++)
        status = qs_codec_encode(codec, chunk->ids[r], chunk->values + r * run->dim, 1,
                                 codes + r * codec->layout.row_bytes);
    if (!status)
        status =
            qs_search(codec, codes, chunk->rows, chunk->values, s->query, 1, chunk->rows, s->metric, ids, scores);
    for (size_t i = 0; i < chunk->rows && !status && scores[i] >= s->score; i++)
        *ahead += scores[i] > s->score || (double)chunk->ids[ids[i]] < s->row;
    qsi_array_free(codes);
    qsi_array_free(ids);
    qsi_array_free(scores);
    return status;
}

double qs_run_ahead(const qs_run *run, size_t spec, double query, double number, const float *row)
{
    const qsi_result *result = qsi_run_measured(run, spec);
    double ahead = 0;
    uint32_t id;
    if (!result) return QS_E_STATE;
    if (!(query >= 0 && query < (double)run->nq) || floor(query) != query)
        return qsi_fail_option("query", "query=%.15g: this run has %zu queries", query, run->nq);
    const qs_codec *codec = result->codec;
    sought s = {run->queries + (size_t)query * run->dim, qsi_metric_name(run->metric), number, NAN};
    uint8_t *coded = qsi_array(1, codec->layout.row_bytes);
    int status = coded ? qs_codec_encode(codec, number, row, 1, coded) : QS_E_MEMORY;
    if (!status) status = qs_search(codec, coded, 1, row, s.query, 1, 1, s.metric, &id, &s.score);
    for (size_t c = 0; c < run->nchunks && !status; c++)
        if (run->chunks[c].rows) status = count_ahead(run, codec, &run->chunks[c], &s, &ahead);
    qsi_array_free(coded);
    return status ? status : ahead;
}
