/*
 * Affine integers with a given scale and zero point, and the casts to half floats, against PyTorch's: codes equal,
 * decoded floats equal in bits. tests/golden/torch.md says where the data comes from.
 *
 * Not in the data, for these reasons: per channel PyTorch decodes with scales in float64, none of which is a
 * float32 exactly, so only its codes are compared; quint4x2 has a zero point with a fraction, which no spec can
 * say; of the special values NaN and infinity are refused here, and 3.4e38 gives the lowest code there, an overflow
 * of its conversion to an integer; NaN payloads mean nothing. Observers and fake quantization: range_torch_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "golden.h"
#include "make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int open_golden(void **state)
{
    (void)state;
    return golden_open("torch");
}

static int close_golden(void **state)
{
    (void)state;
    golden_close();
    return 0;
}

/* 38 per tensor, two casts */
static void cases(void **state)
{
    (void)state;
    assert_int_equal(golden_check("case"), 38 + 2);
}

static void channels(void **state)
{
    (void)state;
    assert_int_equal(golden_check("params"), 4);
}

static void all_halves(void **state)
{
    (void)state;
    assert_int_equal(golden_check("table"), 1);
}

/* Two rows in one spec, a row at a time: their codes, and the mean error of the first. */
static double weights(const char *spec, int8_t codes[6], float decoded[6])
{
    static const float x[6] = {0.1F, -0.2F, 0.15F, 2.5F, -3.0F, 2.8F};
    uint8_t bytes[2 * 16];
    qs_codec *codec = fit_codec(spec, 3, x, 2);
    size_t each = qs_codec_row_bytes(codec);
    double error = 0;
    assert_int_equal(qs_codec_encode(codec, 0, x, 2, bytes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, bytes, 2, decoded), QS_OK);
    for (size_t r = 0; r < 2; r++) memcpy(codes + 3 * r, bytes + r * each, 3);
    for (size_t i = 0; i < 3; i++) error += fabs((double)decoded[i] - (double)x[i]) / 3;
    qs_codec_close(codec);
    return error;
}

/* One scale for the matrix against one for each row: 21 times the error in the small row. */
static void example_of_channels(void **state)
{
    (void)state;
    static const int8_t tensor[6] = {4, -8, 6, 106, -127, 119}, row[6] = {64, -127, 95, 106, -127, 119};
    static const float of_row[6] = {0.10078740119934082F, -0.2F, 0.14960630238056183F,
                                    2.503937005996704F,   -3.0F, 2.811023712158203F};
    int8_t codes[6];
    float decoded[6];
    assert_true(fabs(weights("int8:per=tensor", codes, decoded) - 0.0082677) < 5e-8);
    assert_memory_equal(codes, tensor, 6);
    assert_true(fabs(weights("int8:per=row", codes, decoded) - 0.00039370) < 5e-9);
    assert_memory_equal(codes, row, 6);
    assert_memory_equal(decoded, of_row, sizeof of_row);
}

/* From -7.59 to 10.8: 13.866 steps a unit, and 0 is code -23. */
static void example_of_a_zero_point(void **state)
{
    (void)state;
    static const float x[6] = {-7.59F, 0, 10.8F, 1, -1, 5.47F};
    static const int8_t wanted[6] = {-128, -23, 127, -9, -37, 53};
    static const float values[6] = {
        -7.572352409362793F, 0, 10.817646026611328F, 1.009647011756897F, -1.009647011756897F, 5.480940818786621F};
    uint8_t codes[6];
    float decoded[6];
    qs_codec *codec = fit_codec("int8:map=affine,per=tensor", 6, x, 1);
    char *params = TEXT_OF(qs_codec_params_json, codec, 1);
    double scale = strtod(strstr(params, "\"scale\":[") + 9, NULL);
    assert_true(fabs(1 / scale - 13.866) < 0.0005);
    assert_non_null(strstr(params, "\"zero\":[-23]"));
    assert_int_equal(qs_codec_encode(codec, 0, x, 1, codes), QS_OK);
    assert_memory_equal(codes, wanted, 6);
    assert_int_equal(qs_codec_decode(codec, codes, 1, decoded), QS_OK);
    assert_memory_equal(decoded, values, sizeof values);
    free(params);
    qs_codec_close(codec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases),
        cmocka_unit_test(channels),
        cmocka_unit_test(all_halves),
        cmocka_unit_test(example_of_channels),
        cmocka_unit_test(example_of_a_zero_point),
    };
    return cmocka_run_group_tests_name("golden_torch", tests, open_golden, close_golden);
}
