/* Figures of values: by hand, for any split, and totals of tensors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The figures of rows, observed whole. */
static char *figures_of(const float *rows, size_t nrows, size_t dim)
{
    qs_values *values = qs_values_open(dim);
    assert_non_null(values);
    do assert_int_equal(qs_values_observe(values, 0, rows, nrows), QS_OK);
    while (qs_values_next_pass(values) > 0);
    char *text = TEXT_OF(qs_values_json, values);
    qs_values_close(values);
    return text;
}

static void assert_figures(const float *rows, size_t nrows, size_t dim, const char *expected)
{
    char *text = figures_of(rows, nrows, dim);
    assert_string_equal(text, expected);
    free(text);
}

static void test_by_hand(void **state)
{
    (void)state;
    /* mean 2, squares 4 0 0 4: std sqrt 2; fourth powers 16 0 0 16: 8 / 4 - 3 */
    const float four[4] = {0, 2, 2, 4};
    assert_figures(
        four, 2, 2,
        "{\"min\":0,\"max\":4,\"mean\":2,\"std\":1.41421,\"largest_sigma\":1.41421,\"excess_kurtosis\":-1}");
    /* a far one: mean 1, variance (9 * 1 + 81) / 10 = 9, fourth (9 + 6561) / 10 = 657 */
    const float far[10] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 10};
    assert_figures(far, 1, 10,
                   "{\"min\":0,\"max\":10,\"mean\":1,\"std\":3,\"largest_sigma\":3,\"excess_kurtosis\":5.11111}");
    /* far from zero: the sums are around the mean */
    const float high[4] = {16777214, 16777216, 16777216, 16777218};
    assert_figures(
        high, 4, 1,
        "{\"min\":16777214,\"max\":16777218,\"mean\":1.67772e+07,\"std\":1.41421,\"largest_sigma\":1.41421,"
        "\"excess_kurtosis\":-1}");
}

static void test_without_spread(void **state)
{
    (void)state;
    const float same[3] = {0.1F, 0.1F, 0.1F}, zeros[2] = {0, -0.0F}, one[1] = {-7};
    assert_figures(same, 1, 3,
                   "{\"min\":0.100000001,\"max\":0.100000001,\"mean\":0.1,\"std\":0,\"largest_sigma\":null,"
                   "\"excess_kurtosis\":null}");
    assert_figures(zeros, 1, 2,
                   "{\"min\":-0.0,\"max\":0,\"mean\":0,\"std\":0,\"largest_sigma\":null,\"excess_kurtosis\":null}");
    assert_figures(one, 1, 1,
                   "{\"min\":-7,\"max\":-7,\"mean\":-7,\"std\":0,\"largest_sigma\":null,\"excess_kurtosis\":null}");
    const float hole[3] = {1, NAN, 2}, huge[2] = {-INFINITY, 1};
    assert_figures(hole, 1, 3,
                   "{\"min\":1,\"max\":null,\"mean\":null,\"std\":null,\"largest_sigma\":null,"
                   "\"excess_kurtosis\":null}");
    assert_figures(huge, 2, 1,
                   "{\"min\":null,\"max\":1,\"mean\":null,\"std\":null,\"largest_sigma\":null,"
                   "\"excess_kurtosis\":null}");
}

enum { ROWS = 6 * QS_CHUNK_ROWS + 100, DIM = 19, SHARDS = 3 };

static void merge_all(qs_values *shards[SHARDS])
{
    uint8_t *states[SHARDS];
    size_t bytes[SHARDS];
    for (size_t s = 0; s < SHARDS; s++) {
        bytes[s] = qs_values_save(shards[s], NULL, 0);
        states[s] = make_room(bytes[s]);
        assert_int_equal(qs_values_save(shards[s], states[s], bytes[s]), bytes[s]);
    }
    for (size_t s = 0; s < SHARDS; s++)
        for (size_t other = SHARDS; other-- > 0;)
            if (other != s) assert_int_equal(qs_values_merge(shards[s], states[other], bytes[other]), QS_OK);
    for (size_t s = 0; s < SHARDS; s++) {
        for (size_t cut = 0; cut < bytes[s]; cut++)
            assert_int_not_equal(qs_values_merge(shards[s], states[s], cut), QS_OK);
        free(states[s]);
    }
}

/* Chunks in random order, in three shards that merge each pass: the same bits. */
static void test_any_split(void **state)
{
    (void)state;
    float *rows = random_rows(5, (size_t)ROWS * DIM, 3);
    rows[1234] = 400;
    char *whole = figures_of(rows, ROWS, DIM);
    for (uint64_t seed = 1; seed < 6; seed++) {
        random_state r = random_from(seed);
        qs_values *shards[SHARDS];
        for (size_t s = 0; s < SHARDS; s++) shards[s] = qs_values_open(DIM);
        size_t chunks = (ROWS + QS_CHUNK_ROWS - 1) / QS_CHUNK_ROWS;
        for (int pass = 0; pass < 2; pass++) {
            size_t *order = random_order(&r, chunks);
            for (size_t c = 0; c < chunks; c++) {
                size_t first = order[c] * QS_CHUNK_ROWS,
                       n = ROWS - first < QS_CHUNK_ROWS ? ROWS - first : QS_CHUNK_ROWS;
                qs_values *shard = shards[random_below(&r, SHARDS)];
                assert_int_equal(qs_values_observe(shard, (double)first, rows + first * DIM, n), QS_OK);
            }
            merge_all(shards);
            for (size_t s = 0; s < SHARDS; s++) assert_int_equal(qs_values_next_pass(shards[s]), pass == 0);
            free(order);
        }
        for (size_t s = 0; s < SHARDS; s++) {
            char *text = TEXT_OF(qs_values_json, shards[s]);
            assert_string_equal(text, whole);
            free(text);
            qs_values_close(shards[s]);
        }
    }
    free(whole);
    free(rows);
}

static void test_out_of_order(void **state)
{
    (void)state;
    const float row[2] = {1, 2};
    char text[100];
    assert_null(qs_values_open(0));
    qs_values *values = qs_values_open(2);
    assert_int_equal(qs_values_json(values, text, sizeof text), 0);
    check_error(QS_E_STATE, "second pass");
    assert_int_equal(qs_values_observe(values, 5, row, 1), QS_E_STATE);
    assert_int_equal(qs_values_observe(values, -QS_CHUNK_ROWS, row, 1), QS_E_OPTION);
    assert_int_equal(qs_values_observe(values, 0, row, 1), QS_OK);
    qs_values_next_pass(values);
    qs_values_next_pass(values);
    assert_int_equal(qs_values_observe(values, 0, row, 1), QS_E_STATE);
    qs_values_close(values);
    qs_values_close(NULL);
}

static void test_totals(void **state)
{
    (void)state;
    /* rows, dim, bytes in the file */
    const double shapes[] = {32, 64, 4096, 10, 32, 1280}, kept[] = {1, 32, 64, 1, 10, 40}, others[] = {100, 7};
    /* int8: 32 * (64 + 4) + 10 * (32 + 4); int4 by dim: 32 * 32 + 10 * 16 and scales for 64 + 32 dims */
    char *text = TEXT_OF(qs_totals_json, "int8\nint4:per=dim\n", shapes, 2, kept, 2, others, 2);
    assert_string_equal(
        text,
        "{\"kept\":{\"tensors\":2,\"values\":42,\"bytes\":104},\"not_measured\":{\"tensors\":2,\"bytes\":107},"
        "\"totals\":[{\"spec\":\"int8\",\"bytes\":2747,\"float32_bytes\":9640,\"file_bytes\":5587,"
        "\"times_smaller\":2.03386},{\"spec\":\"int4:per=dim\",\"bytes\":1779,\"float32_bytes\":9640,"
        "\"file_bytes\":5587,\"times_smaller\":3.14053}]}");
    free(text);
    char small[20];
    const double none[] = {0, 4, 0};
    assert_int_equal(qs_totals_json("int8", none, 1, NULL, 0, NULL, 0, small, sizeof small), 0);
    check_error(QS_E_OPTION, "is none");
    assert_int_equal(qs_totals_json("int88", shapes, 2, kept, 2, NULL, 0, small, sizeof small), 0);
    check_error(QS_E_OPTION, "int88 is no format");
    text = TEXT_OF(qs_totals_json, "", NULL, 0, NULL, 0, NULL, 0);
    assert_string_equal(text, "{\"kept\":{\"tensors\":0,\"values\":0,\"bytes\":0},\"not_measured\":{\"tensors\":0,"
                              "\"bytes\":0},\"totals\":[]}");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),   cmocka_unit_test(test_without_spread),
        cmocka_unit_test(test_any_split), cmocka_unit_test(test_out_of_order),
        cmocka_unit_test(test_totals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
