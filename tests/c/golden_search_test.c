/*
 * Engines' own formats against the engines: rows and queries encoded as they do, and their scores.
 * tests/golden/search.md says where the data comes from; lines of search.txt:
 *
 * A SPEC in braces is the JSON text of a codec, which is opened instead of fitted.
 *
 *   coded SPEC metric dim rows base count given coded FLOATS     count given rows are encoded as coded by what was
 *         fitted to base; FLOATS says which bytes of a row are float32, as first:last+1, which are equal to 1e-5
 *   scored SPEC fit_metric metric dim rows base count nq queries scores tolerance     (nq, count) scores of queries
 * with the first rows of base, larger is nearer, of that relative tolerance nearest SPEC metric dim rows base nq
 * queries k ids scores tolerance     the k best of three copies of base; of equal scores any
 *
 * Not in the data, for these reasons: "binary" of Sentence Transformers, which is usearch_b1 with the top bit
 * turned over; quantile=0.99 of Qdrant, int4 and 8 bits of Lucene 99, which are no formats here; b1 of USearch with
 * 100 dims, where memory that it did not clear shows in the last byte (the same codes are there from pgvector);
 * the opq and beam-5 rq of FAISS and its pq of 256
 * centroids, whose tables are large and which add no other rule; NaN, which no spec of one byte takes, though
 * sqlite-vec does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "codec/codec.h"
#include "golden.h"
#include "make.h"
#include "search/scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SPEC = 1 << 18 };

static qs_codec *fit_for(const char *spec, const char *metric, size_t dim, const float *rows, size_t nrows)
{
    qsi_metric m;
    assert_int_equal(qsi_metric_parse(metric, &m), QS_OK);
    if (*spec == '{') {
        qs_codec *given = qs_codec_open_params(spec, strlen(spec));
        if (!given) check_error(QS_OK, spec);
        given->metric = m;
        given->unit = m == QSI_COSINE && given->family->estimates;
        return given;
    }
    qs_fit *fit = qs_fit_open(spec, dim);
    if (!fit) check_error(QS_OK, spec);
    qsi_fit_for_metric(fit, m);
    do assert_int_equal(qs_fit_observe(fit, 0, rows, nrows), QS_OK);
    while (qs_fit_next_pass(fit) == 1);
    qs_codec *codec = qs_fit_finish(fit);
    if (!codec) check_error(QS_OK, spec);
    qs_fit_close(fit);
    return codec;
}

static bool near(double a, double b, double tolerance)
{
    return fabs(a - b) <= tolerance * fabs(b);
}

/* Engines give 1 - cosine, of which small cosines have lost digits, as scores near 0 have of others: these count as
 * a hundredth of the largest. */
static bool near_score(const char *metric, double a, double b, double tolerance, double largest)
{
    return fabs(a - b) <= tolerance * fmax(fabs(b), largest / 100) ||
           (!strcmp(metric, "cosine") && near(1 - a, 1 - b, tolerance));
}

static void check_coded(const char *line)
{
    char spec[SPEC], metric[24], places[24], *colon;
    size_t dim = golden_number(line, 3), rows = golden_number(line, 4), count = golden_number(line, 6);
    float *base = golden_floats(golden_number(line, 5), rows * dim);
    float *given = golden_floats(golden_number(line, 7), count * dim);
    const uint8_t *wanted = golden_bytes(golden_number(line, 8));
    qs_codec *codec = fit_for(golden_word(line, 1, spec, sizeof spec), golden_word(line, 2, metric, sizeof metric),
                              dim, base, rows);
    size_t each = qs_codec_row_bytes(codec), first = 0, last = 0;
    if (golden_word(line, 9, places, sizeof places)[0] != '-') {
        first = strtoul(places, &colon, 10);
        last = strtoul(colon + 1, NULL, 10);
    }
    uint8_t *codes = make_room(count * each);
    assert_int_equal(qs_codec_encode(codec, 0, given, count, codes), QS_OK);
    for (size_t i = 0; i < count * each; i++)
        if (codes[i] != wanted[i] && (i % each < first || i % each >= last))
            fail_msg("%.60s: row %zu, byte %zu is %02x, not %02x", line, i / each, i % each, codes[i], wanted[i]);
    for (size_t r = 0; r < count; r++)
        for (size_t b = first; b < last; b += 4) {
            double found = (double)qsi_get_float(codes + r * each + b),
                   value = (double)qsi_get_float(wanted + r * each + b);
            if (!near(found, value, 1e-5))
                fail_msg("%.60s: row %zu, byte %zu: %g, not %g", line, r, b, found, value);
        }
    free(base);
    free(given);
    free(codes);
    qs_codec_close(codec);
}

/* Scores of all queries with the first count rows. */
static float *scores_of(const qs_codec *codec, const char *metric, const float *rows, size_t count,
                        const float *queries, size_t nq)
{
    qsi_metric m;
    assert_int_equal(qsi_metric_parse(metric, &m), QS_OK);
    uint8_t *codes = make_room(count * qs_codec_row_bytes(codec));
    float *scores = make_room(nq * QSI_TILE_ROWS * sizeof *scores);
    assert_true(count <= QSI_TILE_ROWS && nq <= QSI_QUERY_BLOCK);
    assert_int_equal(qs_codec_encode(codec, 0, rows, count, codes), QS_OK);
    qsi_queries *q = qsi_queries_open(codec, m, QSI_UNSCALED, 0, queries, nq);
    assert_non_null(q);
    qsi_scratch *scratch = qsi_scratch_open(q);
    assert_non_null(scratch);
    assert_int_equal(qsi_scores_rows(q, scratch, codes, count), QS_OK);
    assert_int_equal(qsi_scores(q, scratch, 0, nq, scores), QS_OK);
    qsi_scratch_close(scratch);
    qsi_queries_close(q);
    free(codes);
    return scores;
}

static void check_scored(const char *line)
{
    char spec[SPEC], fit_metric[24], metric[24], tolerance[24];
    size_t dim = golden_number(line, 4), rows = golden_number(line, 5), count = golden_number(line, 7),
           nq = golden_number(line, 8);
    float *base = golden_floats(golden_number(line, 6), rows * dim),
          *queries = golden_floats(golden_number(line, 9), nq * dim);
    float *wanted = golden_floats(golden_number(line, 10), nq * count);
    double most = strtod(golden_word(line, 11, tolerance, sizeof tolerance), NULL);
    golden_word(line, 3, metric, sizeof metric);
    qs_codec *codec = fit_for(golden_word(line, 1, spec, sizeof spec),
                              golden_word(line, 2, fit_metric, sizeof fit_metric), dim, base, rows);
    float *scores = scores_of(codec, metric, base, count, queries, nq);
    double largest = 0;
    for (size_t i = 0; i < nq * count; i++) largest = fmax(largest, fabs((double)wanted[i]));
    for (size_t i = 0; i < nq * count; i++) {
        double found = (double)scores[i / count * QSI_TILE_ROWS + i % count];
        if (!near_score(metric, found, (double)wanted[i], most, largest))
            fail_msg("%.60s: query %zu, row %zu: %.9g, not %.9g", line, i / count, i % count, found,
                     (double)wanted[i]);
    }
    free(base);
    free(queries);
    free(wanted);
    free(scores);
    qs_codec_close(codec);
}

static void check_nearest(const char *line)
{
    char spec[SPEC], metric[24], tolerance[24];
    size_t dim = golden_number(line, 3), rows = golden_number(line, 4), nq = golden_number(line, 6),
           k = golden_number(line, 8);
    float *base = golden_floats(golden_number(line, 5), rows * dim),
          *queries = golden_floats(golden_number(line, 7), nq * dim);
    float *wanted = golden_floats(golden_number(line, 10), nq * k);
    double most = strtod(golden_word(line, 11, tolerance, sizeof tolerance), NULL);
    golden_word(line, 2, metric, sizeof metric);
    qs_codec *codec = fit_for(golden_word(line, 1, spec, sizeof spec), metric, dim, base, rows);
    float *scores = scores_of(codec, metric, base, rows, queries, nq);
    double largest = 0;
    for (size_t i = 0; i < nq * k; i++) largest = fmax(largest, fabs((double)wanted[i]));
    for (size_t i = 0; i < nq * k; i++) {
        const float *own = scores + i / k * QSI_TILE_ROWS;
        double found = (double)own[qsi_get32(golden_bytes(golden_number(line, 9)) + 4 * i)];
        if (!near_score(metric, found, (double)wanted[i], most, largest))
            fail_msg("%.60s: query %zu, place %zu: %.9g, not %.9g", line, i / k, i % k, found, (double)wanted[i]);
    }
    free(base);
    free(queries);
    free(wanted);
    free(scores);
    qs_codec_close(codec);
}

static int open_golden(void **state)
{
    (void)state;
    return golden_open("search");
}

static int close_golden(void **state)
{
    (void)state;
    golden_close();
    return 0;
}

static void coded(void **state)
{
    (void)state;
    assert_int_equal(golden_each("coded", check_coded), 42);
}

static void scored(void **state)
{
    (void)state;
    assert_int_equal(golden_each("scored", check_scored), 35);
}

static void nearest(void **state)
{
    (void)state;
    assert_int_equal(golden_each("nearest", check_nearest), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(coded), cmocka_unit_test(scored),
                                       cmocka_unit_test(nearest)};
    return cmocka_run_group_tests_name("golden_search", tests, open_golden, close_golden);
}
