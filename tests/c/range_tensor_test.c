/*
 * Rules on whole numbers, many of which lie just on a cut between two levels: what a calibration tells of the
 * error, its sign too, is what coding the rows makes. Cuts are where coding takes values up, and nowhere else.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "codec/affine.h"
#include "codec/codec.h"
#include "make.h"

enum { DIM = 4, ROWS = 600, N = DIM * ROWS };

/* Mean error and mean squared error of coding all rows. */
static void measure(const char *spec, const float *rows, double *mse, double *bias)
{
    qs_codec *codec = fit_codec(spec, DIM, rows, ROWS);
    assert_non_null(codec);
    uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
    float *back = make_room(N * sizeof *back);
    assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, ROWS, back), QS_OK);
    *mse = *bias = 0;
    for (size_t i = 0; i < N; i++) {
        double error = (double)back[i] - (double)rows[i];
        *mse += error * error / N;
        *bias += error / N;
    }
    free(codes);
    free(back);
    qs_codec_close(codec);
}

static void told_is_measured(const char *all, const char *rule, const float *rows, double span)
{
    char key[40];
    double mse, bias;
    snprintf(key, sizeof key, "{\"range\":\"%s\"", rule);
    qs_range *range = calibrated(all, DIM, 0, rows, ROWS);
    char *told = LONG_TEXT_OF(qs_range_json, range), *at = strstr(told, key);
    assert_non_null(at);
    measure(all, rows, &mse, &bias);
    if (fabs(number_of(at, "mse") - mse) > 1e-5 * mse + 1e-10 * span * span)
        fail_msg("%s: mse %g is told, %g measured", all, number_of(at, "mse"), mse);
    if (fabs(number_of(at, "bias") - bias) > 1e-5 * fabs(bias) + 1e-6 * span)
        fail_msg("%s: bias %g is told, %g measured", all, number_of(at, "bias"), bias);
    free(told);
    qs_range_close(range);
}

/* 0 to 16; bytes with many zeros, or both signs. */
static float *whole_numbers(size_t kind, double *span)
{
    float *rows = make_room(N * sizeof *rows);
    random_state r = random_from(51 + kind);
    *span = kind == 1 ? 255 : 16;
    for (size_t i = 0; i < N; i++) {
        size_t most = i % DIM == 3 ? 9 : (size_t)*span + 1;
        rows[i] = (float)random_below(&r, most) - (kind == 2 ? 7 : 0);
        if (kind == 1 && random_below(&r, 2)) rows[i] = 0;
    }
    return rows;
}

static void told_of_whole_numbers(void **state)
{
    (void)state;
    static const char *const maps[] = {"map=sym", "levels=full", "levels=pow2", "map=affine", "map=offset"};
    static const char *const rounds[] = {"even", "away", "trunc"}, *const pers[] = {"tensor", "dim"};
    static const char *const floats[] = {"f8_e4m3", "f8_e5m2", "f6_e2m3", "f6_e3m2", "f4_e2m1"};
    static const char *const rules[] = {"minmax", "mse", "std"};
    static const int bits[] = {2, 3, 4, 5, 8};
    size_t number = 0;
    for (size_t kind = 0; kind < 3; kind++) {
        double span;
        char spec[100];
        float *rows = whole_numbers(kind, &span);
        for (size_t run = 0; run < (size_t)5 * 5 * 3 * 2 * 3; run++) {
            int b = bits[run % 5];
            const char *map = maps[run / 5 % 5], *round = rounds[run / 25 % 3], *per = pers[run / 75 % 2];
            const char *rule = rules[run / 150];
            if (!is_tested(number++) || (b == 8 && !strcmp(rule, "mse") && kind)) continue;
            snprintf(spec, sizeof spec, "int%d:%s,per=%s,round=%s,range=%s", b, map, per, round, rule);
            told_is_measured(spec, rule, rows, span);
        }
        for (size_t run = 0; run < (size_t)5 * 2 * 3; run++) {
            const char *rule = rules[run / 10];
            snprintf(spec, sizeof spec, "%s:per=%s,range=%s", floats[run % 5], pers[run / 5 % 2], rule);
            if (is_tested(number++)) told_is_measured(spec, rule, rows, span);
        }
        free(rows);
    }
}

/* So far from 0 the levels of a fitted codebook are whole numbers too, and values lie half-way between two. */
static void told_of_codebooks(void **state)
{
    (void)state;
    static const char *const specs[] = {"lloyd2", "lloyd2:per=dim", "lloyd3", "lloyd3:per=dim"};
    double span;
    float *rows = whole_numbers(2, &span);
    for (size_t i = 0; i < N; i++) rows[i] += 0x1p24F;
    for (size_t i = 0; i < 4; i++) told_is_measured(specs[i], "fitted", rows, span);
    free(rows);
}

/* Toward zero a value just below a level costs a whole step: ranges are tried as coding would have it. */
static void mse_toward_zero(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:map=offset,per=tensor,round=trunc,range=mse",
                                        "int4:per=tensor,round=trunc,range=mse",
                                        "int3:levels=full,per=tensor,round=trunc,range=mse"};
    for (size_t run = 0; run < 18; run++) {
        double span, mse, bias, least = INFINITY;
        float *rows = whole_numbers(0, &span), unit = 1 / (float)(run / 3 * 2 + 1);
        qsi_spec spec;
        for (size_t i = 0; i < N; i++) rows[i] = i % 2 ? 0 : i % 3 ? 16 * unit : rows[i] * unit;
        assert_int_equal(qsi_spec_parse(specs[run % 3], &spec), QS_OK);
        measure(specs[run % 3], rows, &mse, &bias);
        for (int part = 8; part <= 64; part++) {
            float hi = (float)span * unit * (float)part / 64, lo = run % 3 ? -hi : 0;
            least = fmin(least, spec.format->family->squared(&spec, lo, hi, rows, N) / N);
        }
        if (mse > least * 1.02) fail_msg("%s, %g: costs %g, %g is found", specs[run % 3], (double)unit, mse, least);
        free(rows);
    }
}

/* A value at each cut goes to the upper level, the float32 below it to the lower one. */
static void cuts_are_those_of_coding(void **state)
{
    (void)state;
    static const char *const formats[] = {"int8:map=offset",   "int8:map=affine",    "int8:levels=full",
                                          "int5:levels=pow2",  "int3:map=offset",    "int4:map=affine,codes=signed",
                                          "int6:map=sym",      "f8_e4m3:per=tensor", "f6_e3m2:per=tensor",
                                          "f4_e2m1:per=tensor"};
    static const char *const rounds[] = {"even", "away", "trunc"};
    random_state r = random_from(61);
    for (size_t run = 0; run < (size_t)10 * 3 * 12; run++) {
        char text[160];
        float lo = random_normal(&r) - (run & 1 ? 8 : 0), hi = lo + 4 * (float)(random_unit(&r) + 0.001);
        bool is_float = formats[run % 10][0] == 'f';
        snprintf(text, sizeof text, "%s%s%s,range=given,lo=%.9g,hi=%.9g", formats[run % 10],
                 is_float ? "" : ",per=tensor,round=", is_float ? "" : rounds[run / 10 % 3], (double)lo,
                 (double)hi);
        qsi_spec spec;
        qsi_levels levels;
        if (!strstr(text, "map=offset") && !strstr(text, "affine"))
            snprintf(strstr(text, ",lo="), 40, ",lo=-%.9g,hi=%.9g", fabs((double)hi), fabs((double)hi));
        assert_int_equal(qsi_spec_parse(text, &spec), QS_OK);
        assert_int_equal(spec.format->family->levels(&spec, lo, hi, true, &levels), QS_OK);
        float ends[2 * QSI_LEVELS_MOST] = {0}, back[2 * QSI_LEVELS_MOST] = {0};
        uint8_t codes[2 * QSI_LEVELS_MOST];
        for (size_t i = 0; i + 1 < levels.count; i++) {
            ends[2 * i + 1] = (float)levels.threshold[i];
            ends[2 * i] = nextafterf(ends[2 * i + 1], -INFINITY);
        }
        size_t n = 2 * (levels.count - 1);
        qs_codec *codec = fit_codec(text, 1, ends, n);
        assert_non_null(codec);
        assert_int_equal(qs_codec_encode(codec, 0, ends, n, codes), QS_OK);
        assert_int_equal(qs_codec_decode(codec, codes, n, back), QS_OK);
        for (size_t i = 0; i < n; i++)
            if ((double)back[i] != levels.at[(i + 1) / 2])
                fail_msg("%s: %.9g goes to %.9g, not %.9g", text, (double)ends[i], (double)back[i],
                         levels.at[(i + 1) / 2]);
        qs_codec_close(codec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(told_of_whole_numbers),
        cmocka_unit_test(told_of_codebooks),
        cmocka_unit_test(mse_toward_zero),
        cmocka_unit_test(cuts_are_those_of_coding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
