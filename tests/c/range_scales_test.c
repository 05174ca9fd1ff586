/* The scales of rows and blocks that a calibration lists: those that encoding stores, bit by bit, whatever rows
 * they are listed with, and errors that add up to those of coding the rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "codec/integer/integer.h"
#include "make.h"

enum { DIM = 70, ROWS = 40, N = DIM * ROWS };

/* The next number of an array. */
static double next_number(const char **at)
{
    char *end;
    double value = strtod(*at + 1, &end);
    assert_true(*end == ',' || *end == ']');
    *at = end;
    return value;
}

/* Lists the rows from first on by a rule, and compares them with what codec stored; returns the sum of their
 * squared errors. */
static double compare_rows(qs_range *range, size_t rule, const qs_codec *codec, const float *rows,
                           const uint8_t *codes, size_t first, size_t count)
{
    qsi_cut cut = qsi_cut_row(&codec->spec, DIM);
    bool whole = qsi_format_option(codec->spec.format, QSI_MAP);
    bool offset = qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_OFFSET;
    double squared = 0;
    assert_int_equal(qs_range_scales(range, rule, (double)first, rows + first * DIM, count), QS_OK);
    char *lows = TEXT_OF(qs_range_scales_json, range, "lo"),
         *scales = TEXT_OF(qs_range_scales_json, range, "scale");
    char *zeros = TEXT_OF(qs_range_scales_json, range, "zero");
    char *errors = TEXT_OF(qs_range_scales_json, range, "scale_mse");
    const char *low = lows, *scale = scales, *zero = zeros, *error = errors;
    for (size_t i = first * cut.groups; i < (first + count) * cut.groups; i++) {
        const uint8_t *row = codes + i / cut.groups * codec->layout.row_bytes;
        size_t group = i % cut.groups, begin = group * cut.length;
        qsi_affine a = {0};
        if (whole)
            qsi_group_get(codec, row, group, cut.groups, &a);
        else
            qsi_scaled_get(codec, row, group, 1, &a.scale);
        float told = (float)next_number(&scale);
        assert_memory_equal(&told, &a.scale, sizeof told);
        if (offset && qsi_word(&codec->spec, QSI_SCALE) == 0) assert_true((float)next_number(&low) == a.low);
        if (!offset) assert_true((int32_t)next_number(&zero) == a.zero);
        squared += next_number(&error) * (double)(DIM - begin < cut.length ? DIM - begin : cut.length);
    }
    assert_true(offset == !strcmp(zeros, "null"));
    assert_string_equal(scale, "]"); /* of each row and block one */
    free(lows);
    free(scales);
    free(zeros);
    free(errors);
    return squared;
}

static void compare_rules(const char *spec, const float *rows)
{
    qs_range *range = calibrated(spec, DIM, 0, rows, ROWS);
    char *told = TEXT_OF(qs_range_json, range), *at = told;
    size_t rule = 0;
    for (; (at = strstr(at, "{\"range\"")); at++, rule++) {
        char text[100];
        const char *of = strstr(at, "\"spec\":\"") + strlen("\"spec\":\"");
        snprintf(text, sizeof text, "%.*s", (int)strcspn(of, "\""), of);
        qs_codec *codec = fit_codec(text, DIM, rows, ROWS);
        assert_non_null(codec);
        uint8_t *codes = make_room(ROWS * codec->layout.row_bytes);
        assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
        double squared = compare_rows(range, rule, codec, rows, codes, 0, ROWS);
        double parts = compare_rows(range, rule, codec, rows, codes, 7, ROWS - 7) +
                       compare_rows(range, rule, codec, rows, codes, 0, 7);
        assert_float_equal(parts, squared, squared * 1e-12);
        if (!strstr(spec, "stochastic") && !strstr(spec, "feedback") &&
            fabs(squared / N - number_of(at, "mse")) > 1e-5 * squared / N)
            fail_msg("%s: mse %g of scales, %g of rows", text, squared / N, number_of(at, "mse"));
        free(codes);
        qs_codec_close(codec);
    }
    assert_int_equal(rule, strstr(spec, "given") ? 5 : 4);
    free(told);
    qs_range_close(range);
}

static void listed_is_stored(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4",
                                        "int8:map=affine",
                                        "int8:map=affine,codes=unsigned,per=block",
                                        "int3:map=offset,per=block,block=16",
                                        "int5:levels=full,scale=f16",
                                        "int4:levels=pow2,per=block",
                                        "int4:outliers=20",
                                        "int4:map=offset,per=block,block=1,outliers=300",
                                        "int4:map=offset,scale=bf16,round=trunc",
                                        "int6:feedback=1",
                                        "int2:round=stochastic,per=block,block=64",
                                        "int4:range=given,lo=-0.5,hi=0.75,map=affine",
                                        "int4:range=given,s=0.125",
                                        "f8_e4m3:per=row",
                                        "f8_e4m3:per=row,range=given,s=0.125",
                                        "f4_e2m1:per=block,scale=e8m0",
                                        "f6_e3m2:per=block,block=7,scale=f16"};
    float *rows = random_rows(81, N, 1);
    rows[3 * DIM + 5] = 30;                                /* far from its row's others */
    memset(rows + (size_t)4 * DIM, 0, DIM * sizeof *rows); /* and a row of zeros */
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) compare_rules(specs[i], rows);
    free(rows);
}

/* Lists are asked for where there are none. */
static void assert_listed(const qs_range *range, bool any)
{
    char *text = TEXT_OF(qs_range_scales_json, range, "lo");
    assert_int_equal(strcmp(text, "[]") != 0, any);
    free(text);
}

static void what_is_not_listed(void **state)
{
    (void)state;
    float *rows = random_rows(82, N, 1);
    qs_range *shared = calibrated("int4:per=dim", DIM, 0, rows, ROWS),
             *own = calibrated("int4", DIM, 0, rows, ROWS);
    assert_int_equal(qs_range_scales(shared, 0, 0, rows, 1), QS_E_STATE);
    assert_listed(own, false);
    assert_int_equal(qs_range_scales(own, 3, 0, rows, 1), QS_OK);
    assert_listed(own, true);
    assert_int_equal(qs_range_scales(own, 4, 0, rows, 1), QS_E_STATE);
    check_error(QS_E_STATE, "no rule 4");
    assert_listed(own, false);
    assert_int_equal(qs_range_scales(own, 3, 0, rows, 1), QS_OK);
    assert_int_equal(qs_range_scales_json(own, "mse", NULL, 0), 0);
    check_error(QS_E_OPTION, "scales have no mse");
    rows[DIM + 9] = INFINITY;
    assert_int_equal(qs_range_scales(own, 0, 6, rows, 2), QS_E_DATA);
    check_error(QS_E_DATA, "\"row\":7,\"column\":9");
    assert_listed(own, false);
    rows[DIM + 9] = 3e38F;
    rows[DIM + 7] = -3e38F;
    qs_range *offset = qs_range_open("int4:map=offset,per=block,block=8", DIM, 0);
    assert_int_equal(qs_range_scales(offset, 0, 6, rows, 2), QS_OK);
    rows[DIM + 10] = -3e38F; /* now in one block with the other */
    assert_int_equal(qs_range_scales(offset, 0, 6, rows, 2), QS_E_DATA);
    check_error(QS_E_DATA, "\"row\":7,\"column\":8");
    qs_range_close(offset);
    qs_range_close(shared);
    qs_range_close(own);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(listed_is_stored), cmocka_unit_test(what_is_not_listed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
