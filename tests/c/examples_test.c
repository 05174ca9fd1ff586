/*
 * Worked examples, by hand or from PyTorch 1.13.1: what texts about quantization show, with what they get wrong put
 * right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Codes rows of dim values of int8 by spec: the codes (n = nrows * dim) and the decoded values. */
static void through(const char *spec, const float *rows, size_t nrows, size_t dim, int8_t *codes, float *decoded)
{
    uint8_t bytes[1024];
    qs_codec *codec = fit_codec(spec, dim, rows, nrows);
    assert_non_null(codec);
    size_t row_bytes = qs_codec_row_bytes(codec);
    assert_true(nrows * row_bytes <= sizeof bytes);
    assert_int_equal(qs_codec_encode(codec, 0, rows, nrows, bytes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, bytes, nrows, decoded), QS_OK);
    for (size_t r = 0; r < nrows; r++) memcpy(codes + r * dim, bytes + r * row_bytes, dim);
    qs_codec_close(codec);
}

static void codes_are(const char *spec, const float *rows, size_t n, const int8_t *wanted)
{
    int8_t codes[64];
    float decoded[64];
    through(spec, rows, 1, n, codes, decoded);
    for (size_t i = 0; i < n; i++)
        if (codes[i] != wanted[i])
            fail_msg("%s: %.9g is coded %d instead of %d", spec, (double)rows[i], codes[i], wanted[i]);
}

static double mean_error(const float *x, const float *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += fabs((double)x[i] - (double)y[i]);
    return sum / (double)n;
}

static const float weights[6] = {0.1F, -0.2F, 0.15F, 2.5F, -3.0F, 2.8F};

/* One scale of 3 / 127 for both rows. 2.8 * 127 / 3 is 118.53, so its code is 119. */
static void test_one_scale_for_the_tensor(void **state)
{
    (void)state;
    static const int8_t wanted[6] = {4, -8, 6, 106, -127, 119};
    static const float restored[6] = {
        0.09448818862438202F, -0.18897637724876404F, 0.14173227548599243F, 2.503937005996704F, -3.0F,
        2.811023712158203F};
    int8_t codes[6];
    float decoded[6];
    through("int8:per=tensor", weights, 2, 3, codes, decoded);
    assert_memory_equal(codes, wanted, 6);
    assert_memory_equal(decoded, restored, sizeof restored);
    assert_float_equal(mean_error(weights, decoded, 3), 0.0082677, 5e-8);
    through("int8:per=tensor,range=given,s=0.02362204724", weights, 2, 3, codes, decoded);
    assert_memory_equal(codes, wanted, 6);
}

/* A scale for each row: 21 times less error in the small one. 0.1 lies at 63.5, and goes to the even 64. */
static void test_a_scale_for_each_row(void **state)
{
    (void)state;
    static const int8_t wanted[6] = {64, -127, 95, 106, -127, 119};
    int8_t codes[6];
    float rows[6], tensor[6];
    through("int8", weights, 2, 3, codes, rows);
    assert_memory_equal(codes, wanted, 6);
    assert_float_equal(mean_error(weights, rows, 3), 0.00039370, 5e-9);
    assert_float_equal(mean_error(weights + 3, rows + 3, 3), 0.0049869, 5e-8);
    through("int8:per=tensor", weights, 2, 3, codes, tensor);
    assert_float_equal(mean_error(weights, tensor, 3) / mean_error(weights, rows, 3), 21, 0.01);
}

/* [-7.59, 10.8] is 18.39 wide: 13.866 steps a unit, and zero at -23. */
static void test_affine_range(void **state)
{
    (void)state;
    static const float x[6] = {-7.59F, 0, 10.8F, 1, -1, 5.47F};
    static const int8_t wanted[6] = {-128, -23, 127, -9, -37, 53};
    static const float restored[6] = {
        -7.572352409362793F, 0, 10.817646026611328F, 1.009647011756897F, -1.009647011756897F, 5.480940818786621F};
    static const char *const specs[] = {"int8:map=affine,per=tensor",
                                        "int8:map=affine,per=tensor,range=given,lo=-7.59,hi=10.8"};
    for (size_t i = 0; i < 2; i++) {
        float decoded[6];
        int8_t codes[6];
        through(specs[i], x, 1, 6, codes, decoded);
        assert_memory_equal(codes, wanted, 6);
        assert_memory_equal(decoded, restored, sizeof restored);
    }
    qs_codec *codec = fit_codec(specs[1], 6, x, 1);
    char *params = TEXT_OF(qs_codec_params_json, codec, 1);
    assert_float_equal(1 / strtod(strstr(params, "\"scale\":[") + 9, NULL), 13.866, 5e-4);
    assert_non_null(strstr(params, "\"zero\":[-23]"));
    free(params);
    qs_codec_close(codec);
}

/* -1.57079 / (3.14159 / 127) is -63.4998: -63, and never the -1.57 it came from. */
static void test_three_angles(void **state)
{
    (void)state;
    static const float x[3] = {3.14159F, -1.57079F, 0.5F};
    static const int8_t wanted[3] = {127, -63, 20};
    float decoded[3];
    int8_t codes[3];
    codes_are("int8", x, 3, wanted);
    through("int8", x, 1, 3, codes, decoded);
    assert_float_equal(decoded[1], -1.558, 5e-4);
}

/* The zero point is added after rounding: 0.5 rounds to 0, and 1 is its code, not round(1.5) = 2. */
static void test_zero_point_after_rounding(void **state)
{
    (void)state;
    static const float x[6] = {0.5F, 1.5F, 2.5F, -0.5F, -1.5F, 126.5F};
    static const int8_t even[6] = {1, 3, 3, 1, -1, 127}, away[6] = {2, 3, 4, 0, -1, 127};
    static const int8_t trunc[6] = {1, 2, 3, 1, 0, 127};
    codes_are("int8:map=affine,range=given,s=1,z=1", x, 6, even);
    codes_are("int8:map=affine,range=given,s=1,z=1,round=away", x, 6, away);
    codes_are("int8:map=affine,range=given,s=1,z=1,round=trunc", x, 6, trunc);
}

/* Data in [10, 11]: the range is widened to 0, else the zero point would not fit and all would decode to 1. */
static void test_range_without_zero(void **state)
{
    (void)state;
    static const float x[5] = {10, 10.25F, 10.5F, 10.75F, 11};
    float decoded[5];
    int8_t codes[5];
    through("int8:map=affine,per=tensor", x, 1, 5, codes, decoded);
    for (size_t i = 0; i < 5; i++) assert_float_equal(decoded[i], x[i], 11.0 / 255 / 2 + 1e-5);
    assert_int_equal(codes[4], 127);
    through("int8:map=offset,per=tensor", x, 1, 5, codes, decoded); /* the offset map needs no zero */
    for (size_t i = 0; i < 5; i++) assert_float_equal(decoded[i], x[i], 1.0 / 255 / 2 + 1e-5);
}

/* A constant comes back as itself, not as 0. */
static void test_constant_tensor(void **state)
{
    (void)state;
    static const float values[] = {5, -5, 0.001F, 1e10F, -3e-5F};
    static const char *const specs[] = {"int8", "int8:map=affine",         "int8:map=offset", "int8:per=tensor",
                                        "int4", "int8:map=offset,per=dim", "int2:map=offset"};
    for (size_t v = 0; v < 5; v++)
        for (size_t s = 0; s < 7; s++) {
            float x[4] = {values[v], values[v], values[v], values[v]}, decoded[4];
            int8_t codes[4];
            bool packed = strstr(specs[s], "int4") || strstr(specs[s], "int2");
            if (packed) { /* four codes of fewer bits are not four bytes */
                qs_codec *codec = fit_codec(specs[s], 4, x, 1);
                uint8_t bytes[16];
                assert_non_null(codec);
                assert_int_equal(qs_codec_encode(codec, 0, x, 1, bytes), QS_OK);
                assert_int_equal(qs_codec_decode(codec, bytes, 1, decoded), QS_OK);
                qs_codec_close(codec);
            } else {
                through(specs[s], x, 1, 4, codes, decoded);
            }
            bool floored = fabsf(values[v]) < 1e-4F && strstr(specs[s], "affine"); /* a scale of 2^-23 at least */
            for (size_t i = 0; i < 4; i++)
                if (fabsf(decoded[i] - x[i]) > (floored ? 0x1p-24F : 1e-6F * fabsf(x[i])))
                    fail_msg("%s: %g becomes %g", specs[s], (double)x[i], (double)decoded[i]);
        }
}

/* PyTorch's symmetric observer divides by 127.5, and uses -128. */
static void test_all_levels(void **state)
{
    (void)state;
    static const float x[4] = {-3, 3, 1.5F, 0};
    static const int8_t wanted[4] = {-128, 127, 64, 0}, narrow[4] = {-127, 127, 64, 0};
    codes_are("int8:levels=full", x, 4, wanted);
    codes_are("int8", x, 4, narrow);
}

/* [-1, 3] has its zero at -63.75, [-2, 2] at -127.5 (to the even 128); code 50 of scale 0.02 and zero -25 is 1.5.
 */
static void test_zero_points(void **state)
{
    (void)state;
    static const float x[2] = {0, 1.5F};
    static const int8_t a[2] = {-64, 32}, b[2] = {-1, 95}, c[2] = {-25, 50};
    codes_are("int8:map=affine,range=given,lo=-1,hi=3", x, 2, a);
    codes_are("int8:map=affine,range=given,lo=-2,hi=2", x, 2, b);
    codes_are("int8:map=affine,range=given,s=0.02,z=-25", x, 2, c);
}

/* Codes from 0 to 255 with their own zero point: nothing saturates, and the error is that of rounding alone. */
static void test_unsigned_codes_do_not_saturate(void **state)
{
    (void)state;
    enum { N = 20000 };
    random_state r = random_from(5);
    float *x = make_room(N * sizeof *x), *y = make_room(N * sizeof *y);
    uint8_t *codes = make_room(N);
    double sum = 0;
    size_t ends = 0;
    for (size_t i = 0; i < N; i++) x[i] = (float)(2 * random_unit(&r) - 1);
    qs_codec *codec = fit_codec("int8:map=affine,codes=unsigned,per=tensor", 1, x, N);
    assert_int_equal(qs_codec_encode(codec, 0, x, N, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, N, y), QS_OK);
    for (size_t i = 0; i < N; i++) {
        sum += pow((double)x[i] - (double)y[i], 2);
        ends += codes[i] == 0 || codes[i] == 255;
    }
    assert_float_equal(sqrt(sum / N), 0.00226, 0.00002);
    assert_true(ends < N / 100);
    qs_codec_close(codec);
    free(x);
    free(y);
    free(codes);
}

/* 0 is no more above 0 than -0 is. */
static void test_sign_of_zero(void **state)
{
    (void)state;
    static const float x[9] = {0, -0.0F, 0x1p-149F, -0x1p-149F, 1, -1, 0, 2, 3};
    static const float wanted[9] = {-1, -1, 1, -1, 1, -1, -1, 1, 1};
    float decoded[9];
    uint8_t bits[2];
    qs_codec *codec = fit_codec("binary", 9, x, 1);
    assert_int_equal(qs_codec_row_bytes(codec), 2);
    assert_int_equal(qs_codec_encode(codec, 0, x, 1, bits), QS_OK);
    assert_int_equal(bits[0], 0x94);
    assert_int_equal(bits[1], 0x01);
    assert_int_equal(qs_codec_decode(codec, bits, 1, decoded), QS_OK);
    assert_memory_equal(decoded, wanted, sizeof wanted);
    qs_codec_close(codec);
}

/* 0.123456789 in half a float; the largest bfloat16. */
static void test_half_floats(void **state)
{
    (void)state;
    static const float x[2] = {0.123456789F, 3.3895314e38F};
    float y[2];
    uint8_t bytes[4];
    qs_codec *half = fit_codec("f16", 2, x, 1), *brain = fit_codec("bf16", 2, x, 1);
    assert_int_equal(qs_codec_encode(half, 0, x, 1, bytes), QS_OK);
    assert_int_equal(qs_codec_decode(half, bytes, 1, y), QS_OK);
    assert_true(y[0] == 0.12347412109375F && isinf(y[1]));
    assert_int_equal(qs_codec_encode(brain, 0, x, 1, bytes), QS_OK);
    assert_int_equal(qs_codec_decode(brain, bytes, 1, y), QS_OK);
    assert_true(y[1] == 0x1.fep127F);
    qs_codec_close(half);
    qs_codec_close(brain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_scale_for_the_tensor),
        cmocka_unit_test(test_a_scale_for_each_row),
        cmocka_unit_test(test_affine_range),
        cmocka_unit_test(test_three_angles),
        cmocka_unit_test(test_zero_point_after_rounding),
        cmocka_unit_test(test_range_without_zero),
        cmocka_unit_test(test_constant_tensor),
        cmocka_unit_test(test_all_levels),
        cmocka_unit_test(test_zero_points),
        cmocka_unit_test(test_unsigned_codes_do_not_saturate),
        cmocka_unit_test(test_sign_of_zero),
        cmocka_unit_test(test_half_floats),
    };
    return cmocka_run_group_tests_name("examples", tests, NULL, NULL);
}
