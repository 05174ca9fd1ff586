/* What a run says of one row, one value and one column, and of a row's rank, against codecs and qs_search(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"
#include "runs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 1500, NQ = 7 };

static const char *const specs[] = {"int4:map=offset,per=dim", "int8", "binary:query=f32", "f16", "nf4"};
static const char lines[] = "int4:map=offset,per=dim\nint8\nbinary:query=f32\nf16\nnf4";
enum { SPECS = sizeof specs / sizeof *specs };

static job make_job(void)
{
    return (job){lines, "cosine", random_rows(5, N * DIM, 1), random_rows(6, NQ * DIM, 1), N, NQ};
}

static void free_job(job *j)
{
    free((void *)(uintptr_t)j->base);
    free((void *)(uintptr_t)j->queries);
}

/* The numbers of an array of a JSON text by its key. Returns how many. */
static size_t numbers_of(const char *text, const char *key, double *out, size_t cap)
{
    char name[40];
    size_t count = 0;
    snprintf(name, sizeof name, "\"%s\":[", key);
    const char *at = strstr(text, name);
    if (!at) return 0;
    for (at += strlen(name); *at != ']' && count < cap; at += *at == ',') {
        char *end;
        out[count++] = strtod(at, &end);
        assert_true(end > at);
        at = end;
    }
    return count;
}

static char *row_text(const qs_run *run, size_t spec, size_t r, const float *row)
{
    size_t length = qs_run_row_json(run, spec, (double)r, row, NULL, 0);
    assert_true(length > 0);
    char *text = make_room(length + 1);
    assert_int_equal(qs_run_row_json(run, spec, (double)r, row, text, length + 1), length);
    return text;
}

static void test_rows(void **state)
{
    (void)state;
    job j = make_job();
    qs_run *run = do_run(&j, &(way){1, 1, 0, 0, "auto", 3});
    for (size_t s = 0; s < SPECS; s++) {
        qs_codec *codec = fit_codec(specs[s], DIM, j.base, j.rows);
        uint8_t *codes = make_room(qs_codec_row_bytes(codec));
        for (size_t r = 0; r < N; r += 499) {
            const float *row = j.base + r * DIM;
            float want[DIM];
            double decoded[DIM], low[DIM], high[DIM];
            char *text = row_text(run, s, r, row);
            assert_int_equal(qs_codec_encode(codec, (double)r, row, 1, codes), QS_OK);
            assert_int_equal(qs_codec_decode(codec, codes, 1, want), QS_OK);
            assert_int_equal(numbers_of(text, "decoded", decoded, DIM), DIM);
            for (size_t d = 0; d < DIM && strcmp(specs[s], "binary:query=f32"); d++)
                assert_true((float)decoded[d] == want[d]);
            double errors[DIM], worst[6];
            assert_int_equal(numbers_of(text, "errors", errors, DIM), DIM);
            assert_int_equal(numbers_of(text, "worst", worst, 6), 6);
            for (size_t i = 1; i < 6; i++)
                assert_true(fabs(errors[(size_t)worst[i]]) <= fabs(errors[(size_t)worst[i - 1]]));
            for (size_t d = 0; d < DIM; d++) {
                assert_true(fabs(errors[d] - ((double)(float)decoded[d] - (double)row[d])) <=
                            1e-5 * fabs(errors[d]));
                assert_true(fabs(errors[d]) <= fabs(errors[(size_t)worst[0]]));
            }
            if (!strcmp(specs[s], "f16")) {
                assert_null(strstr(text, "\"codes\""));
            } else {
                double count = number_of(text, "count");
                assert_true(count == (s == 1 ? 255 : s == 2 ? 2 : 16));
                assert_int_equal(numbers_of(text, "lowest", low, DIM), DIM);
                assert_int_equal(numbers_of(text, "highest", high, DIM), DIM);
                for (size_t d = 0; d < DIM; d++) assert_true(low[d] <= decoded[d] && decoded[d] <= high[d]);
                assert_int_equal(strstr(text, "\"levels\"") != NULL, count <= 16);
            }
            free(text);
        }
        free(codes);
        qs_codec_close(codec);
    }
    qs_run_close(run);
    free_job(&j);
}

/* A value is looked at by the scales of the run: with code and decoded value as in its row. */
static void test_values(void **state)
{
    (void)state;
    job j = make_job();
    qs_run *run = do_run(&j, &(way){1, 1, 0, 0, "auto", 3});
    for (size_t s = 0; s < SPECS; s++)
        for (size_t d = 0; d < DIM; d++) {
            const float *row = j.base + (size_t)77 * DIM;
            char text[4096], *whole = row_text(run, s, 77, row);
            double decoded[DIM], codes[DIM];
            assert_in_range(qs_run_value_json(run, s, 77, row, d, text, sizeof text), 1, sizeof text - 1);
            numbers_of(whole, "decoded", decoded, DIM);
            if (s != 2) assert_true(number_of(text, "decoded") == decoded[d]);
            if (numbers_of(whole, "codes", codes, DIM)) assert_true(number_of(text, "code") == codes[d]);
            assert_true((float)number_of(text, "value") == row[d]);
            assert_non_null(strstr(text, "\"scale_from\":null"));
            free(whole);
        }
    assert_int_equal(qs_run_value_json(run, 0, 77, j.base, DIM, NULL, 0), 0);
    assert_int_equal(qs_run_row_json(run, SPECS, 77, j.base, NULL, 0), 0);
    qs_run_close(run);
    free_job(&j);
}

static void test_columns(void **state)
{
    (void)state;
    enum { BINS = 8 };
    job j = make_job();
    qs_run *run = do_run(&j, &(way){1, 1, 0, 0, "auto", 3});
    for (size_t d = 0; d < DIM; d++) {
        char text[4096];
        double counts[BINS], codes[256], want[BINS] = {0}, below = 0, above = 0, sum = 0;
        for (size_t r = 0; r < N; r++) {
            double x = (double)j.base[r * DIM + d];
            if (x < -0.5)
                below++;
            else if (x > 0.5)
                above++;
            else
                want[x == 0.5 ? BINS - 1 : (size_t)((x + 0.5) * BINS)]++;
        }
        assert_in_range(qs_run_column_json(run, 0, d, -0.5, 0.5, BINS, text, sizeof text), 1, sizeof text - 1);
        assert_int_equal(numbers_of(text, "counts", counts, BINS), BINS);
        assert_memory_equal(counts, want, sizeof want);
        assert_true(number_of(text, "below") == below && number_of(text, "above") == above);
        assert_true(number_of(text, "rows") == N);
        assert_int_equal(numbers_of(text, "codes", codes, 256), 16);
        for (size_t c = 0; c < 16; c++) sum += codes[c];
        assert_true(sum == N && codes[0] > 0 && codes[15] > 0); /* the least and the greatest are levels */
    }
    assert_int_equal(qs_run_column_json(run, 0, 0, 1, 1, BINS, NULL, 0), 0);
    assert_int_equal(qs_run_column_json(run, 0, DIM, 0, 1, BINS, NULL, 0), 0);
    qs_run_close(run);
    free_job(&j);
}

/* A row's rank is that of a search for all rows. */
static void test_ranks(void **state)
{
    (void)state;
    job j = make_job();
    uint32_t *ids = make_room(N * sizeof *ids);
    float *scores = make_room(N * sizeof *scores);
    qs_run *run = do_run(&j, &(way){1, 1, 0, 0, "auto", 3});
    for (size_t s = 0; s < SPECS; s++) {
        qs_codec *codec = fit_codec(specs[s], DIM, j.base, j.rows);
        uint8_t *codes = make_room(N * qs_codec_row_bytes(codec));
        assert_int_equal(qs_codec_encode(codec, 0, j.base, N, codes), QS_OK);
        for (size_t q = 0; q < NQ; q += 3) {
            assert_int_equal(qs_search(codec, codes, N, j.base, j.queries + q * DIM, 1, N, j.metric, ids, scores),
                             QS_OK);
            for (size_t i = 0; i < N; i += i < 12 ? 1 : 701)
                assert_true(qs_run_ahead(run, s, (double)q, ids[i], j.base + (size_t)ids[i] * DIM) == (double)i);
        }
        free(codes);
        qs_codec_close(codec);
    }
    assert_true(qs_run_ahead(run, 0, NQ, 0, j.base) < 0);
    assert_true(qs_run_ahead(run, SPECS, 0, 0, j.base) < 0);
    qs_run_close(run);
    free(ids);
    free(scores);
    free_job(&j);
}

int main(void)
{
    settle();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_columns),
        cmocka_unit_test(test_ranks),
    };
    return cmocka_run_group_tests_name("run_row", tests, NULL, NULL);
}
