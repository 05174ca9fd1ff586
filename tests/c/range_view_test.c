/* What a view of one range needs beside its cost: the choice of a row's own rules, the zero point before it is
 * rounded, which values lie in the upper half of the codes, and levels that are fitted in place of a range. */
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

enum { DIM = 96 };

/* The scale, zero point and low that coding a row by a rule stores with it. */
static qsi_affine stored(const char *map, const char *rule, const float *x)
{
    char spec[128];
    uint8_t codes[2 * DIM];
    qsi_affine a;
    snprintf(spec, sizeof spec, "int4:%s,range=%s", map, rule);
    qs_codec *codec = fit_codec(spec, DIM, x, 1);
    assert_non_null(codec);
    assert_true(qs_codec_row_bytes(codec) <= sizeof codes);
    assert_int_equal(qs_codec_encode(codec, 0, x, 1, codes), QS_OK);
    qsi_group_get(codec, codes, 0, 1, &a);
    qs_codec_close(codec);
    return a;
}

/* The ranges that are told give the very scales that coding stores. */
static void a_rows_own_rules(void **state)
{
    static const char *const maps[] = {"map=sym", "map=affine", "map=offset", "levels=full", "levels=pow2"};
    (void)state;
    float *x = random_rows(5, DIM, 1);
    x[7] *= 9;
    for (size_t m = 0; m < sizeof maps / sizeof *maps; m++) {
        char spec[64];
        qsi_spec parsed;
        size_t rules = 0;
        snprintf(spec, sizeof spec, "int4:%s", maps[m]);
        char *told = TEXT_OF(qs_range_one_scale_json, spec, x, DIM);
        assert_int_equal(qsi_spec_parse(spec, &parsed), QS_OK);
        for (char *at = told; (at = strstr(at, "\"range\":\"")); rules++) {
            char rule[16];
            at += 9;
            snprintf(rule, sizeof rule, "%.*s", (int)strcspn(at, "\""), at);
            qsi_affine wanted = stored(maps[m], rule, x), got;
            float lo = (float)number_of(at, "lo"), hi = (float)number_of(at, "hi");
            assert_int_equal(qsi_affine_from_range(&parsed, lo, hi, &got), QS_OK);
            assert_true(got.scale == wanted.scale && got.zero == wanted.zero && got.low == wanted.low);
        }
        assert_int_equal(rules, 4);
        assert_null(strstr(told, "\"kl\""));
        free(told);
    }
    x[3] = NAN;
    assert_int_equal(qs_range_one_scale_json("int4", x, DIM, NULL, 0), 0);
    assert_int_equal(qs_range_one_scale_json("f16", x, 3, NULL, 0), 0);
    free(x);
}

static char *at_range(const char *spec, const float *x, size_t n, double lo, double hi)
{
    qs_range *range = calibrated(spec, n, 0, x, 1);
    char *told = TEXT_OF(qs_range_at_json, range, 0, lo, hi);
    qs_range_close(range);
    return told;
}

/* Parameters of unsigned codes clip about half of evenly spread values when the codes are signed. */
static void codes_of_another_kind(void **state)
{
    enum { N = 100000 };
    (void)state;
    float *x = make_room(N * sizeof *x);
    for (size_t i = 0; i < N; i++) x[i] = (float)((2.0 * (double)i + 1) / N - 1);
    char *told = at_range("int8:map=affine,per=tensor", x, N, -1, 1);
    qsi_affine a = {.scale = (float)number_of(told, "scale"), .zero = (int32_t)number_of(told, "zero")};
    size_t upper = 0;
    for (size_t i = 0; i < N; i++) upper += rint((double)x[i] / (double)a.scale) + a.zero >= 0;
    assert_true(fabs(number_of(told, "upper_share") - (double)upper / N) < 1e-4);
    assert_true(abs((int)upper - N / 2) < N / 100);
    assert_true(fabs(number_of(told, "exact_zero") + 0.5) <
                1e-5); /* half-way, so no code stands for 0 without it */
    free(told);
    told = at_range("int8:map=affine,codes=unsigned,per=tensor", x, N, -1, 1);
    assert_true(fabs(number_of(told, "upper_share") - (double)upper / N) < 1e-4);
    assert_true(fabs(number_of(told, "exact_zero") - 127.5) < 1e-5);
    free(told);
    told = at_range("int8:per=tensor", x, N, -1, 1);
    assert_true(isnan(number_of(told, "upper_share")) && isnan(number_of(told, "exact_zero")));
    free(told);
    free(x);
}

/* The squared error of one dim (of all: dim == DIMS) coded by a codec, a value. */
static double measured(const qs_codec *codec, const float *x, size_t rows, size_t dims, size_t dim)
{
    uint8_t *codes = make_room(rows * qs_codec_row_bytes(codec));
    float *back = make_room(rows * dims * sizeof *back);
    double sum = 0;
    assert_int_equal(qs_codec_encode(codec, 0, x, rows, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, rows, back), QS_OK);
    for (size_t i = 0; i < rows * dims; i++)
        if (dim == dims || i % dims == dim) sum += pow((double)back[i] - (double)x[i], 2);
    free(codes);
    free(back);
    return sum / (double)(dim == dims ? rows * dims : rows);
}

/* The levels that a calibration tells are those that a fit finds, they cost what coding costs, and no range changes
 * them. */
static void fitted_levels(void **state)
{
    enum { ROWS = 500, DIMS = 4, LEVELS = 8 };
    static const char *const specs[] = {"lloyd3", "lloyd3:per=dim"};
    (void)state;
    float *x = random_rows(9, (size_t)ROWS * DIMS, 1);
    for (size_t i = 0; i < (size_t)ROWS * DIMS; i++) x[i] = x[i] * (float)(1 + i % DIMS) + (float)(i % DIMS);
    for (size_t s = 0; s < 2; s++) {
        qs_codec *codec = fit_codec(specs[s], DIMS, x, ROWS);
        const float *book = qsi_codec_param(codec, "codebook");
        assert_int_equal(qs_range_check(specs[s]), 1);
        qs_range *range = calibrated(specs[s], DIMS, 0, x, ROWS);
        size_t groups = s ? DIMS : 1;
        for (size_t g = 0; g < groups; g++) {
            char *told = TEXT_OF(qs_range_at_json, range, (double)g, -1, g), wanted[256] = "\"levels\":[";
            for (size_t i = 0; i < LEVELS; i++)
                snprintf(wanted + strlen(wanted), 24, "%s%.9g", i ? "," : "", (double)book[g * LEVELS + i]);
            assert_non_null(strstr(told, wanted));
            assert_true(fabs(number_of(told, "mse") / measured(codec, x, ROWS, DIMS, s ? g : DIMS) - 1) < 1e-3);
            assert_true((float)number_of(told, "hi") == book[g * LEVELS + LEVELS - 1]);
            assert_true(isnan(number_of(told, "scale")) && isnan(number_of(told, "zero")));
            free(told);
        }
        char *all = TEXT_OF(qs_range_json, range), *curve = TEXT_OF(qs_range_curve_json, range, 0, 0, 1, 2, 9);
        assert_non_null(strstr(all, "\"rules\":[{\"range\":\"fitted\","));
        assert_true(fabs(number_of(all, "mse") / measured(codec, x, ROWS, DIMS, DIMS) - 1) < 1e-3);
        assert_string_equal(curve, "{\"points\":[]}");
        free(all);
        free(curve);
        qs_range_close(range);
        qs_codec_close(codec);
    }
    assert_int_equal(qs_range_check("int4"), 0);
    assert_int_equal(qs_range_check("nf4"), QS_E_OPTION);
    assert_int_equal(qs_range_check("f8_e4m3"), QS_E_OPTION);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rows_own_rules),
        cmocka_unit_test(codes_of_another_kind),
        cmocka_unit_test(fitted_levels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
