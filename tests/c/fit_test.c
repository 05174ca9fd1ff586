/* Fits: the same codec for any split of the rows, order of chunks and order of merging; hostile states. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIM = 5, ROWS = 6 * QS_CHUNK_ROWS + 391, CHUNKS = 7, SPECS_MOST = 56 };

/* Specs whose params come from data: each way to choose a range, of the tensor and of each dim; thresholds. */
static size_t list_specs(char specs[SPECS_MOST][64])
{
    static const char *const others[] = {"int8:map=affine,per=tensor",
                                         "int4:map=offset,per=dim,scale=f16",
                                         "int8",
                                         "binary:center=mean",
                                         "binary:center=median",
                                         "f16",
                                         "int8:rotate=pca,dims=3",
                                         "int4:per=dim,rotate=pca",
                                         "int8:per=tensor,rotate=hadamard,center=mean",
                                         "f32:rotate=random,dims=2,seed=9",
                                         "binary:rotate=pca,dims=2",
                                         "lloyd3:rotate=random,center=mean",
                                         "pq:m=2,bits=4",
                                         "pq:m=3",
                                         "pq:m=1,bits=4,rotate=pca,dims=2,seed=7",
                                         "opq:m=2,bits=4",
                                         "rq:m=2,bits=4,seed=1",
                                         "rabitq:bits=3",
                                         "tq:bits=2,center=mean"};
    size_t count = 0;
    const qsi_format *format = qsi_format_find("int5", 4);
    const qsi_option_values *ranges = qsi_format_option(format, QSI_RANGE);
    for (size_t w = 0; w < ranges->count; w++)
        for (int dims = 0; dims < 2; dims++)
            for (int map = 0; map < 2 && ranges->words[w] != QSI_RANGE_GIVEN; map++)
                snprintf(specs[count++], 64, "int5:map=%s,per=%s,range=%s", map ? "affine" : "sym",
                         dims ? "dim" : "tensor", qsi_option_rows[QSI_RANGE].words[ranges->words[w]]);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) snprintf(specs[count++], 64, "%s", others[i]);
    assert_true(count <= SPECS_MOST);
    return count;
}

static float *make_rows(void)
{
    float *rows = random_rows(20, ROWS * DIM, 1);
    for (size_t r = 0; r < ROWS; r++) {
        rows[r * DIM] *= 1e4F;
        rows[r * DIM + 1] = rows[r * DIM + 1] > 0 ? 0 : -0.0F;
        rows[r * DIM + 2] = 3;
        if (r % 500 == 7) rows[r * DIM + 3] *= 100;
    }
    return rows;
}

static char *json_of(qs_codec *codec)
{
    if (!codec) return NULL;
    char *text = TEXT_OF(qs_codec_params_json, codec, ROWS);
    qs_codec_close(codec);
    return text;
}

static uint8_t *state_of(const qs_fit *fit, size_t *bytes)
{
    *bytes = qs_fit_save(fit, NULL, 0);
    uint8_t *state = make_room(*bytes);
    assert_int_equal(qs_fit_save(fit, state, *bytes), *bytes);
    return state;
}

static size_t rows_of(size_t chunk)
{
    return chunk + 1 < CHUNKS ? QS_CHUNK_ROWS : ROWS - chunk * QS_CHUNK_ROWS;
}

/* One pass: chunks in random order, at times two in one call, each by a random part; then all states merged in
 * random order, and handed back to each part. */
static void pass_in_parts(random_state *r, qs_fit **parts, size_t count, const float *rows)
{
    size_t *order = random_order(r, CHUNKS), *joins = random_order(r, count), bytes;
    bool seen[CHUNKS + 1] = {false};
    for (size_t i = 0; i < CHUNKS; i++) {
        size_t c = order[i], n = rows_of(c);
        if (seen[c]) continue;
        bool two = c + 1 < CHUNKS && !seen[c + 1] && random_below(r, 2);
        seen[c] = true;
        if (two) {
            seen[c + 1] = true;
            n += rows_of(c + 1);
        }
        assert_int_equal(qs_fit_observe(parts[random_below(r, count)], (double)(c * QS_CHUNK_ROWS),
                                        rows + c * QS_CHUNK_ROWS * DIM, n),
                         QS_OK);
    }
    for (size_t p = 1; p < count; p++) {
        uint8_t *state = state_of(parts[joins[p]], &bytes);
        assert_int_equal(qs_fit_merge(parts[joins[0]], state, bytes), QS_OK);
        free(state);
    }
    uint8_t *merged = state_of(parts[joins[0]], &bytes);
    for (size_t p = 1; p < count; p++) assert_int_equal(qsi_fit_replace(parts[joins[p]], merged, bytes), QS_OK);
    free(merged);
    free(order);
    free(joins);
}

static void test_any_split(void **state)
{
    (void)state;
    char specs[SPECS_MOST][64];
    size_t count = list_specs(specs);
    float *rows = make_rows();
    random_state r = random_from(21);
    for (size_t s = 0; s < count; s++) {
        char *wanted = json_of(fit_codec(specs[s], DIM, rows, ROWS));
        if (!wanted) fail_msg("%s cannot be fitted", specs[s]);
        for (int round = 0; round < 4; round++) {
            if (!is_tested(s + (size_t)round)) continue;
            size_t nparts = 1 + random_below(&r, 4);
            qs_fit *parts[4];
            int more = 1;
            for (size_t p = 0; p < nparts; p++) assert_non_null(parts[p] = qs_fit_open(specs[s], DIM));
            while (more) {
                pass_in_parts(&r, parts, nparts, rows);
                more = qs_fit_next_pass(parts[0]);
                for (size_t p = 1; p < nparts; p++) assert_int_equal(qs_fit_next_pass(parts[p]), more);
            }
            for (size_t p = 0; p < nparts; p++) {
                char *text = json_of(qs_fit_finish(parts[p]));
                assert_string_equal(text, wanted);
                free(text);
                qs_fit_close(parts[p]);
            }
        }
        free(wanted);
    }
    free(rows);
}

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float *thresholds(const char *spec, const float *rows, size_t nrows, size_t dim)
{
    qs_codec *codec = fit_codec(spec, dim, rows, nrows);
    assert_non_null(codec);
    float *values = make_room(dim * sizeof *values);
    memcpy(values, qsi_codec_param(codec, "threshold"), dim * sizeof *values);
    qs_codec_close(codec);
    return values;
}

/* Medians against sorting: odd and even counts, few and many rows, both zeros, the ends of float32. */
static void test_medians(void **state)
{
    (void)state;
    static const size_t counts[] = {1, 2, 3, 4, 5, 10, 101, 1024, 1025};
    static const float odd[] = {0, -0.0F, 3e38F, -3e38F, 0x1p-149F, -0x1p-149F, 1, 1.00000012F};
    random_state r = random_from(22);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (int kind = 0; kind < 3; kind++) {
            size_t n = counts[i], dim = 3;
            float *rows = random_rows(i, n * dim, 1), *column = make_room(n * sizeof *column);
            for (size_t v = 0; v < n * dim && kind; v++)
                rows[v] = kind == 1 ? odd[random_below(&r, 8)] : floorf(rows[v]);
            float *found = thresholds("binary:center=median", rows, n, dim);
            for (size_t d = 0; d < dim; d++) {
                for (size_t row = 0; row < n; row++) column[row] = rows[row * dim + d];
                qsort(column, n, sizeof *column, by_value);
                float wanted = (float)(((double)column[(n - 1) / 2] + (double)column[n / 2]) / 2);
                if (!(found[d] == wanted))
                    fail_msg("median of %zu is %a, not %a", n, (double)found[d], (double)wanted);
            }
            free(rows);
            free(column);
            free(found);
        }
}

/* Means: the sum in double over the rows, by hand where doubles are exact. */
static void test_means(void **state)
{
    (void)state;
    enum { N = 3000 };
    float *rows = make_room(N * 2 * sizeof *rows);
    for (size_t r = 0; r < N; r++) {
        rows[2 * r] = (float)r;                                     /* mean 1499.5 */
        rows[2 * r + 1] = r == 0 ? 0x1p60F : r == 1 ? -0x1p60F : 1; /* cancels within the first chunk */
    }
    float *found = thresholds("binary:center=mean", rows, N, 2);
    assert_true(found[0] == 1499.5F);
    assert_true(found[1] == (float)(2998.0 / 3000));
    free(found);
    free(rows);
}

/* Rows are numbered from 0 to 2^53, whoever takes them: numbers beyond are multiples of 1,024 too. */
static void test_numbers_of_rows(void **state)
{
    (void)state;
    static const double wrong[] = {-1024, NAN, INFINITY, -INFINITY, 0.5, 1e300, -1e300, 0x1p53};
    const float rows[2] = {1, 2};
    qs_fit *fit = qs_fit_open("int8:per=dim", 2);
    qs_fit *no_data = qs_fit_open("f32", 2);
    qs_values *values = qs_values_open(2);
    qs_range *by_tensor = qs_range_open("int8:per=tensor", 2, 0), *by_row = qs_range_open("int8", 2, 0);
    assert_true(fit && no_data && values && by_tensor && by_row);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const int results[] = {
            qs_fit_observe(fit, wrong[i], rows, 1),       qs_fit_observe(no_data, wrong[i], rows, 1),
            qs_values_observe(values, wrong[i], rows, 1), qs_range_observe(by_tensor, wrong[i], rows, 1),
            qs_range_observe(by_row, wrong[i], rows, 1),  qs_range_scales(by_row, 0, wrong[i], rows, 1)};
        for (size_t r = 0; r < sizeof results / sizeof *results; r++) assert_int_equal(results[r], QS_E_OPTION);
        check_error(QS_E_OPTION, "rows are numbered by whole numbers from 0 to 2^53");
    }
    assert_int_equal(qs_fit_observe(fit, 0x1p53 - 1024, rows, 1), QS_OK);
    qs_fit_close(fit);
    qs_fit_close(no_data);
    qs_values_close(values);
    qs_range_close(by_tensor);
    qs_range_close(by_row);
}

static void test_order_of_calls(void **state)
{
    (void)state;
    float rows[6] = {1, 2, 3, 4, 5, 6};
    size_t bytes;
    qs_fit *fit = qs_fit_open("binary:center=median", 2), *other = qs_fit_open("binary:center=median", 2);
    assert_int_equal(qs_fit_next_pass(fit), QS_E_DATA);
    check_error(QS_E_DATA, "there are no rows to fit on");
    assert_null(qs_fit_finish(fit));
    check_error(QS_E_STATE, "the fit has a pass to go");
    for (int i = 0; i < 2; i++) {
        assert_int_equal(qs_fit_observe(fit, i ? 1023 : 1, rows, 3), QS_E_STATE);
        check_error(QS_E_STATE, "they begin at a multiple of 1024");
    }
    assert_int_equal(qs_fit_observe(fit, 0, rows, 3), QS_OK);
    assert_int_equal(qs_fit_observe(other, 1024, rows, 3), QS_OK);
    uint8_t *first = state_of(other, &bytes);
    assert_int_equal(qs_fit_next_pass(fit), 1);
    assert_int_equal(qs_fit_merge(fit, first, bytes), QS_E_DATA); /* of the pass before */
    check_error(QS_E_DATA, "the saved state is not of this fit in this pass");
    qs_fit_close(other);
    other = qs_fit_open("binary:center=mean", 2);
    assert_int_equal(qs_fit_merge(other, first, bytes), QS_E_DATA); /* of another statistic */
    free(first);
    qs_fit_close(fit);
    qs_fit_close(other);

    fit = qs_fit_open("int8:per=dim", 2);
    other = qs_fit_open("int8:per=dim", 3);
    assert_int_equal(qs_fit_observe(other, 0, rows, 2), QS_OK);
    first = state_of(other, &bytes);
    assert_int_equal(qs_fit_merge(fit, first, bytes), QS_E_DATA); /* of another dim */
    free(first);
    qs_fit_close(fit);
    qs_fit_close(other);

    fit = qs_fit_open("int8", 2); /* needs no data */
    assert_int_equal(qs_fit_next_pass(fit), 0);
    qs_codec *codec = qs_fit_finish(fit);
    assert_non_null(codec);
    qs_codec_close(codec);
    qs_fit_close(fit);
}

/* States truncated anywhere are refused; with bits turned they are refused or give a codec whose text can be
 * opened.
 */
static void test_hostile(void **state)
{
    (void)state;
    enum { SMALL = 3 };
    char specs[SPECS_MOST][64];
    size_t count = list_specs(specs);
    random_state r = random_from(23);
    float *rows = random_rows(24, SMALL * 200, 1);
    for (size_t s = 0; s < count; s++) {
        qs_fit *fit = qs_fit_open(specs[s], SMALL);
        for (int more = 1; more;) {
            size_t bytes;
            assert_int_equal(qs_fit_observe(fit, 0, rows, 200), QS_OK);
            uint8_t *saved = state_of(fit, &bytes);
            size_t step = bytes > 2000 ? bytes / 500 : 1;
            for (size_t n = 0; n < bytes; n += n < 100 ? 1 : step) {
                uint8_t *cut = make_room(n);
                memcpy(cut, saved, n);
                if (qs_fit_merge(fit, cut, n) != QS_E_DATA)
                    fail_msg("%s: taken: %zu of %zu bytes", specs[s], n, bytes);
                free(cut);
            }
            for (int i = 0; i < 60; i++) {
                uint8_t *bad = make_room(bytes);
                memcpy(bad, saved, bytes);
                for (size_t n = 1 + random_below(&r, 4); n; n--) {
                    size_t at =
                        16 + random_below(&r, i % 2 && bytes > 80 ? 64 : bytes - 16); /* not only the many counts */
                    if (at < bytes) bad[at] ^= (uint8_t)(1 << random_below(&r, 8));
                }
                if (i % 10 == 0) memset(bad + 16, i % 20 ? 0xff : 0x80, bytes - 16);
                qs_fit *victim = qs_fit_open(specs[s], SMALL);
                int status = qsi_fit_replace(victim, bad, bytes), passes = 0;
                while (!status && qs_fit_next_pass(victim) == 1 && passes++ < 60)
                    status = qs_fit_observe(victim, 0, rows, 200);
                char *text = status ? NULL : json_of(qs_fit_finish(victim));
                qs_codec *again = text ? qs_codec_open_params(text, strlen(text)) : NULL;
                if (text && !again) fail_msg("%s: cannot be opened: %s", specs[s], text);
                qs_codec_close(again);
                free(text);
                qs_fit_close(victim);
                free(bad);
            }
            assert_int_equal(qsi_fit_replace(fit, saved, bytes), QS_OK);
            free(saved);
            more = qs_fit_next_pass(fit);
            assert_true(more >= 0);
        }
        qs_fit_close(fit);
    }
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_split),      cmocka_unit_test(test_medians),
        cmocka_unit_test(test_means),          cmocka_unit_test(test_numbers_of_rows),
        cmocka_unit_test(test_order_of_calls), cmocka_unit_test(test_hostile),
    };
    return cmocka_run_group_tests_name("fit", tests, NULL, NULL);
}
