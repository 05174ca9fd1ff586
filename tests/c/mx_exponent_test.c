/* How the scales of microscaling and nvfp4 follow from the largest magnitude of a block: option exponent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"
#include "quantscope.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const char *const words[] = {"floor", "even", "rceil", "ceil"};

/* The scale's byte for a block whose largest magnitude is x. */
static int scale_byte(const char *format, const char *word, float x)
{
    char spec[60];
    uint8_t block[40];
    float row[32] = {0};
    snprintf(spec, sizeof spec, "%s:exponent=%s", format, word);
    row[17] = -x;
    qs_codec *codec = fit_codec(spec, 32, row, 1);
    assert_non_null(codec);
    assert_int_equal(qs_codec_encode(codec, 0, row, 1, block), QS_OK);
    qs_codec_close(codec);
    return block[0];
}

/* By hand. Largest elements: E2M1 6 (4 is its power of two, 1 bit of mantissa), E4M3 448 (256, 3), fixed 127/64 (1,
 * 6).
 */
static void test_by_hand(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        float x;
        int exponent[4]; /* floor, even, rceil, ceil */
    } cases[] = {
        {"mxfp4", 4, {0, 0, 0, 0}},
        {"mxfp4", 4.5F, {0, 0, 0, 1}},
        {"mxfp4", 6, {0, 0, 0, 1}},
        {"mxfp4", 6.5F, {0, 0, 1, 1}},
        {"mxfp4", 7, {0, 1, 1, 1}}, /* a half: up */
        {"mxfp4", 7.5F, {0, 1, 1, 1}},
        {"mxfp4", 8, {1, 1, 1, 1}},
        {"mxfp8_e4m3", 256, {0, 0, 0, 0}},
        {"mxfp8_e4m3", 448, {0, 0, 0, 1}},
        {"mxfp8_e4m3", 450, {0, 0, 1, 1}},
        {"mxfp8_e4m3", 495, {0, 0, 1, 1}}, /* nearest of 480 and 512 in 3 bits: 496 is the half between */
        {"mxfp8_e4m3", 496, {0, 1, 1, 1}},
        {"mxint8", 1.984375F, {0, 0, 0, 1}},
        {"mxint8", 1.99F, {0, 0, 1, 1}},
        {"mxint8", 1.9925F, {0, 1, 1, 1}},
        {"mxfp4", 0, {-127, -127, -127, -127}},
        {"mxfp4", 0x1p-149F, {-127, -127, -127, -127}},
        {"mxfp4", 3.4028235e38F, {125, 126, 126, 126}},
        {"mxint8", 3.4028235e38F, {127, 127, 127, 127}}, /* 2^128 is no scale: bounded */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t w = 0; w < 4; w++) {
            int told = scale_byte(cases[i].format, words[w], cases[i].x) - 127;
            if (told != cases[i].exponent[w])
                fail_msg("%s of %g with %s: 2^%d", cases[i].format, (double)cases[i].x, words[w], told);
        }
}

/* rceil is the least power of two that clips nothing, at every size; the plain spec is floor. */
static void test_least_that_clips_nothing(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        double most;
    } formats[] = {{"mxfp8_e4m3", 448}, {"mxfp8_e5m2", 57344}, {"mxfp6_e3m2", 28},
                   {"mxfp6_e2m3", 7.5}, {"mxfp4", 6},          {"mxint8", 127.0 / 64}};
    random_state r = random_from(11);
    for (size_t i = 0; i < 3000; i++) {
        size_t f = i % 6;
        float x = (float)ldexp(1 + random_unit(&r), (int)random_below(&r, 200) - 100);
        int byte = scale_byte(formats[f].format, "rceil", x);
        double scale = ldexp(1, byte - 127);
        assert_true((double)x <= scale * formats[f].most * (1 + 0x1p-23));
        assert_true((double)x > scale / 2 * formats[f].most * (1 - 0x1p-23));
        assert_int_equal(scale_byte(formats[f].format, "floor", x),
                         127 + ilogb((double)x) - ilogb(formats[f].most));
    }
}

/* The scale of nvfp4 that is rounded up is never below what it stands for, and the nearest or the next one. */
static void test_nvfp4(void **state)
{
    (void)state;
    float *rows = random_rows(5, 640, 1);
    qs_codec *up = fit_codec("nvfp4:exponent=rceil", 16, rows, 40), *nearest = fit_codec("nvfp4", 16, rows, 40);
    size_t raised = 0;
    for (size_t k = 0; k < 40; k++) {
        uint8_t a[9], b[9];
        const float *x = rows + 16 * k;
        assert_int_equal(qs_codec_encode(nearest, 0, x, 1, a), QS_OK);
        assert_int_equal(qs_codec_encode(up, 0, x, 1, b), QS_OK);
        assert_true(b[0] == a[0] || b[0] == a[0] + 1);
        raised += b[0] != a[0];
    }
    assert_in_range(raised, 8, 32);
    qs_codec_close(up);
    qs_codec_close(nearest);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_by_hand),
                                       cmocka_unit_test(test_least_that_clips_nothing),
                                       cmocka_unit_test(test_nvfp4)};
    return cmocka_run_group_tests_name("mx_exponent", tests, NULL, NULL);
}
