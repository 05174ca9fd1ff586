/* What ranks before what in an exact search: equal scores, scores that are no numbers, rows without a length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"

#include <math.h>
#include <string.h>

/* Ranks by scores as they are, ties to the lower row: the definition, on values that are exact in float32. */
static void test_ties(void **state)
{
    (void)state;
    enum { ROWS = 200, NQ = 3 };
    random_state r = random_from(31);
    for (size_t k = 1; k <= 210; k += 19) {
        float rows[ROWS * 2], queries[NQ * 2] = {1, 0, 0, 1, -1, 2};
        uint32_t ids[NQ * 210];
        float scores[NQ * 210];
        for (size_t i = 0; i < ROWS * 2; i++) rows[i] = (float)random_below(&r, 4);
        qs_codec *codec = fit_codec("f32", 2, rows, 1);
        assert_int_equal(qs_search(codec, (const uint8_t *)rows, ROWS, NULL, queries, NQ, k, "ip", ids, scores),
                         QS_OK);
        for (size_t q = 0; q < NQ; q++) {
            bool taken[ROWS] = {false};
            for (size_t i = 0; i < k && i < ROWS; i++) {
                size_t best = ROWS;
                float most = -INFINITY;
                for (size_t row = 0; row < ROWS; row++) {
                    float s = queries[2 * q] * rows[2 * row] + queries[2 * q + 1] * rows[2 * row + 1];
                    if (!taken[row] && s > most) {
                        most = s;
                        best = row;
                    }
                }
                taken[best] = true;
                assert_int_equal(ids[q * k + i], best);
                assert_true(scores[q * k + i] == most);
            }
            for (size_t i = ROWS; i < k; i++) assert_true(ids[q * k + i] == UINT32_MAX && isnan(scores[q * k + i]));
        }
        qs_codec_close(codec);
    }
}

/* NaN ranks last, by row; infinities rank as they are. */
static void test_not_finite(void **state)
{
    (void)state;
    static const float rows[8] = {NAN, 1, INFINITY, 2, NAN, -INFINITY, 0, 2};
    static const uint32_t wanted[8] = {2, 3, 7, 1, 6, 5, 0, 4}, none[8] = {0, 1, 2, 3, 4, 5, 6, 7};
    float one = 1, nan = NAN, scores[8];
    uint32_t ids[8];
    qs_codec *codec = fit_codec("f32", 1, &one, 1);
    for (size_t k = 1; k <= 8; k++) {
        assert_int_equal(qs_search(codec, (const uint8_t *)rows, 8, NULL, &one, 1, k, "ip", ids, scores), QS_OK);
        assert_memory_equal(ids, wanted, k * sizeof *ids);
    }
    assert_true(isnan(scores[6]) && isnan(scores[7]) && scores[0] == INFINITY);
    assert_int_equal(qs_search(codec, (const uint8_t *)rows, 8, NULL, &nan, 1, 8, "ip", ids, scores), QS_OK);
    assert_memory_equal(ids, none, sizeof ids);
    qs_codec_close(codec);
}

/* Whatever sign processors give to a NaN, its score is the same one. */
static void test_one_nan(void **state)
{
    (void)state;
    static const uint16_t halves[4] = {0xfe00, 0x7e00, 0x7c00, 0xfd23};
    static const uint32_t floats[4] = {0xffc00000, 0x7fc00000, 0x7f800000, 0xffa46000}, nan = 0x7fc00000;
    const float query[2] = {1, 0};
    float originals[8], scores[4];
    uint16_t codes[8];
    uint32_t ids[4];
    for (size_t i = 0; i < 8; i++) {
        codes[i] = halves[i / 2];
        memcpy(&originals[i], &floats[i / 2], sizeof *originals);
    }
    for (size_t rescored = 0; rescored < 2; rescored++) {
        qs_codec *codec = fit_codec(rescored ? "f16:rescore=1" : "f16", 2, query, 1);
        assert_int_equal(qs_search(codec, (const uint8_t *)codes, 4, originals, query, 1, 4, "ip", ids, scores),
                         QS_OK);
        for (size_t i = 0; i < 4; i++) assert_memory_equal(&scores[i], &nan, sizeof nan);
        qs_codec_close(codec);
    }
}

static void test_zero_rows_have_no_cosine(void **state)
{
    (void)state;
    static const float rows[6] = {-1, 0, 0, 0, 3, 0}, query[4] = {1, 0, 0, 0};
    static const uint32_t wanted[6] = {2, 1, 0, 0, 1, 2};
    uint32_t ids[6];
    float scores[6];
    qs_codec *codec = fit_codec("f32", 2, rows, 1);
    assert_int_equal(qs_search(codec, (const uint8_t *)rows, 3, NULL, query, 2, 3, "cosine", ids, scores), QS_OK);
    assert_memory_equal(ids, wanted, sizeof ids);
    assert_true(scores[0] == 1 && scores[1] == 0 && scores[2] == -1 && scores[3] == 0 && scores[5] == 0);
    qs_codec_close(codec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_one_nan),
        cmocka_unit_test(test_zero_rows_have_no_cosine),
    };
    return cmocka_run_group_tests_name("search ranks", tests, NULL, NULL);
}
