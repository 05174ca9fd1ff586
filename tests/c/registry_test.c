/*
 * What every row of the registry promises, with its variants: the ledger's bytes are those that encoding writes, no
 * byte more is touched, errors keep to the bound; and claims about formats that are often printed wrong.
 */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/affine.h"
#include "codec/codec.h"
#include "guard.h"
#include "make.h"
#include "specs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- bytes */

static void check_bytes(const qsi_spec *spec, const char *text)
{
    static const size_t dims[] = {1, 31, 32, 33, 100, 256, 512, 1000};
    enum { ROWS = 3 };
    for (size_t d = 0; d < sizeof dims / sizeof *dims; d++) {
        size_t dim = dims[d];
        if (spec->format->slow_fit && dim > 100) continue;
        float *rows = random_rows(dim, ROWS * dim, 0.1F), *back = make_room(ROWS * dim * sizeof *back);
        qs_codec *codec = fit_codec(text, dim, rows, ROWS);
        char *plan = TEXT_OF(qs_plan_json, text, ROWS, (double)dim),
             *params = TEXT_OF(qs_codec_params_json, codec, 1);
        size_t bytes = ROWS * qs_codec_row_bytes(codec);
        guard room = guard_open(bytes);
        uint8_t *codes = guard_output(&room, bytes, 0);
        assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
        if (!guard_intact(&room)) fail_msg("%s of dim %zu writes beyond its rows", text, dim);
        double total = number_of(plan, "total"), shared = number_of(plan, "params");
        if (total - shared != (double)bytes)
            fail_msg("%s of dim %zu: %.0f bytes, not %zu", text, dim, total, bytes);
        double parts = number_of(plan, "codes") + number_of(plan, "scales") + number_of(plan, "zeros") +
                       number_of(plan, "padding") + shared;
        assert_true(parts == total);
        assert_true(fabs(number_of(plan, "bits_per_value") - 8 * total / (double)(ROWS * dim)) <
                    1e-5 * number_of(plan, "bits_per_value"));
        assert_int_equal(qs_codec_decode(codec, codes, ROWS, back), QS_OK);
        qs_codec *again =
            qs_codec_open_params(params, strlen(params)); /* what was fitted is all that decoding needs */
        float *same = make_room(ROWS * dim * sizeof *same);
        assert_int_equal(qs_codec_decode(again, codes, ROWS, same), QS_OK);
        assert_memory_equal(back, same, ROWS * dim * sizeof *back);
        free(rows);
        free(back);
        free(same);
        free(plan);
        free(params);
        qs_codec_close(codec);
        qs_codec_close(again);
    }
}

static void test_bytes(void **state)
{
    (void)state;
    each_spec(check_bytes);
}

/* ---- bits: every bit of a row is told of, each number's places once */

static void check_roles(const qsi_spec *spec, const char *text)
{
    enum { DIM = 300 };
    if (spec->format->family->code_of)
        return; /* a code of several values, or of a rotated row: product_test, estimate_test */
    float *rows = random_rows(1, DIM, 1);
    qs_codec *codec = fit_codec(text, DIM, rows, 1);
    uint8_t *row = make_room(qs_codec_row_bytes(codec)), seen[DIM] = {0};
    float *before = make_room(DIM * sizeof *before), *after = make_room(DIM * sizeof *after);
    assert_int_equal(qs_codec_encode(codec, 0, rows, 1, row), QS_OK);
    assert_int_equal(qs_codec_decode(codec, row, 1, before), QS_OK);
    for (size_t bit = 0; bit < 8 * qs_codec_row_bytes(codec); bit++) {
        qsi_role role = spec->format->family->role(codec, bit);
        if (role.kind != QSI_ROLE_CODE) continue;
        if (role.index >= DIM) continue; /* of what fills up a block */
        row[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(qs_codec_decode(codec, row, 1, after), QS_OK);
        row[bit / 8] ^= (uint8_t)(1U << bit % 8);
        for (size_t i = 0; i < DIM; i++)
            if (i != role.index && memcmp(&before[i], &after[i], sizeof *before) != 0)
                fail_msg("%s: bit %zu is also of value %zu", text, bit, i);
        seen[role.index]++;
    }
    bool shares = spec->format->coder ? spec->format->shared_bits > 0 : strstr(text, "pack=1.6") != NULL;
    for (size_t i = 0; i < DIM; i++)
        if (!shares) assert_int_equal(seen[i], spec->format->code_bits);
    free(rows);
    free(row);
    free(before);
    free(after);
    qs_codec_close(codec);
}

static void test_roles(void **state)
{
    (void)state;
    each_spec(check_roles);
}

/* ---- errors */

/* The largest magnitude that shares the scale of value i: in its block, in its row, or, where the scale is fitted,
 * in all rows. */
static double largest_beside(const qs_codec *codec, const float *x, size_t values, size_t i)
{
    size_t block = codec->spec.format->block, dim = codec->dim;
    size_t row = i / dim * dim, begin = row + (i - row) / block * block, end = begin + block;
    double most = 0;
    if (block == 1) {
        bool fitted = codec->params[0].name || codec->transform_params[0].name;
        begin = fitted ? 0 : row;
        end = fitted ? values : row + dim;
    }
    for (size_t j = begin; j < end; j++) most = fmax(most, fabs((double)x[j]));
    return most;
}

/* For the plain spec alone, as the registry's bound is. Powers of ten between rows, so that scales differ
 * and are still normal in every format. */
static void check_errors(const qsi_spec *spec, const char *text)
{
    enum { ROWS = 20, DIM = 256 }; /* whole blocks */
    const qsi_format *f = spec->format;
    bool is_float = !strcmp(f->kind, "float");
    if (strcmp(text, f->name) != 0 || f->family->signs_only) return;
    float *rows = random_rows(5, (size_t)ROWS * DIM, 1), *back = make_room(sizeof(float) * ROWS * DIM);
    for (size_t i = 0; i < (size_t)ROWS * DIM; i++) {
        rows[i] *= powf(10, (float)(i / DIM % 3));
        if (f->scales_only) rows[i] = fabsf(rows[i]);
    }
    qs_codec *codec = fit_codec(text, DIM, rows, ROWS);
    uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
    assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, ROWS, back), QS_OK);
    if (f->family->unit_length) to_unit(rows, ROWS, DIM);
    int top = (1 << f->exponent_bits) - (f->specials == QSI_IEEE ? 2 : 1) - f->bias;
    double worst = 0;
    for (size_t i = 0; i < (size_t)ROWS * DIM; i++) {
        double size = fabs((double)rows[i]), error = fabs((double)back[i] - (double)rows[i]);
        if (is_float && (size < ldexp(1, 1 - f->bias) || size > ldexp(1.5, top))) continue;
        double most = is_float ? size : largest_beside(codec, rows, (size_t)ROWS * DIM, i);
        if (error > most * (f->error_bound + 1e-6))
            fail_msg("%s: %g becomes %g, an error of %.4f of the largest", text, (double)rows[i], (double)back[i],
                     error / most);
        if (most > 0) worst = fmax(worst, error / most);
    }
    if (!codec->params[0].name && !codec->transform && worst < f->error_bound / 4)
        fail_msg("%s: the bound %g is far from %g", text, f->error_bound, worst);
    free(rows);
    free(back);
    free(codes);
    qs_codec_close(codec);
}

static void test_errors(void **state)
{
    (void)state;
    each_spec(check_errors);
}

/* ---- claims */

static double bits_per_value(const char *spec, double rows, double dim)
{
    char *plan = TEXT_OF(qs_plan_json, spec, rows, dim);
    double bits = number_of(plan, "bits_per_value");
    free(plan);
    return bits;
}

enum { RANGES = 40000 };

/* What the table of ranges says of a format, from there on. */
static const char *range_of(char text[RANGES], const char *name)
{
    char key[40];
    assert_in_range(qs_ranges_json(text, RANGES), 1, RANGES - 1);
    snprintf(key, sizeof key, "\"name\":\"%s\"", name);
    const char *found = strstr(text, key);
    assert_non_null(found);
    return found;
}

/* Often told as 93.75 %, which is what 2 bits save. */
static void test_int4_saves_87_5_per_cent(void **state)
{
    (void)state;
    assert_true(1 - (bits_per_value("int4:per=tensor,range=given,s=1", 1e9, 1000) / 32) > 0.875 - 1e-6);
    assert_true(1 - (bits_per_value("int4:per=tensor,range=given,s=1", 1e9, 1000) / 32) < 0.875 + 1e-6);
    assert_true(fabs(1 - bits_per_value("int2:per=tensor,range=given,s=1", 1e9, 1000) / 32 - 0.9375) < 1e-6);
    assert_true(1 - bits_per_value("int4", 1000, 768) / 32 < 0.875); /* a scale in each row */
    char ranges[RANGES];
    assert_true(number_of(range_of(ranges, "int4"), "saved") == 0.875);
    assert_true(number_of(range_of(ranges, "int2"), "saved") == 0.9375);
    assert_true(number_of(range_of(ranges, "q4_0"), "saved") == 1 - 4.5 / 32); /* 16 bits of scale for 32 values */
}

/* Formats are told apart by their titles too; a float in a block is as small as its scale makes it. */
static void test_titles_and_least_floats(void **state)
{
    (void)state;
    for (size_t i = 0; i < qsi_format_count(); i++)
        for (size_t j = 0; j < i; j++) assert_string_not_equal(qsi_format_at(i)->title, qsi_format_at(j)->title);
    char ranges[RANGES];
    assert_true(number_of(range_of(ranges, "f4_e2m1"), "smallest_normal") == 1);
    /* mxfp4: 1 is 4 times a scale of 1/4 */
    assert_true(number_of(range_of(ranges, "mxfp4"), "smallest_normal") == 0.25);
    assert_true(number_of(range_of(ranges, "mxfp4"), "smallest_subnormal") == 0.125);
    assert_true(number_of(range_of(ranges, "mxfp6_e2m3"), "smallest_subnormal") == 0x1p-5);
}

/* A table of embeddings as unsigned bytes, a scale and a zero point for each dim: a lookup is decoding a row, and
 * gives what decoding all of them does. The codes are constants: whoever trains does so on floats, which are coded
 * anew; a table of bytes cannot hold gradients. */
static void test_lookup_is_decoding(void **state)
{
    (void)state;
    enum { ROWS = 50, DIM = 33 };
    float *rows = random_rows(8, (size_t)ROWS * DIM, 1), *all = make_room(sizeof(float) * ROWS * DIM), one[DIM];
    qs_codec *codec = fit_codec("int8:map=affine,codes=unsigned,per=dim", DIM, rows, ROWS);
    assert_int_equal(qs_codec_row_bytes(codec), DIM); /* a byte each: scales and zero points are shared */
    uint8_t codes[ROWS * DIM], again[ROWS * DIM];
    assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, ROWS, all), QS_OK);
    for (size_t r = 0; r < ROWS; r++) {
        assert_int_equal(qs_codec_decode(codec, codes + r * DIM, 1, one), QS_OK);
        assert_memory_equal(one, all + r * DIM, sizeof one);
    }
    assert_int_equal(qs_codec_encode(codec, 0, all, ROWS, again), QS_OK);
    assert_memory_equal(again, codes, sizeof codes); /* the floats that a lookup gave have the same codes */
    free(rows);
    free(all);
    qs_codec_close(codec);
}

/* The half nearest to 0.123456789 is 0.12347412109375, exactly; 0.1235 is that to four digits. */
static void test_f16_of_0_123456789(void **state)
{
    (void)state;
    float x = 0.123456789F, y;
    uint8_t code[2];
    qs_codec *codec = fit_codec("f16", 1, &x, 1);
    assert_int_equal(qs_codec_encode(codec, 0, &x, 1, code), QS_OK);
    assert_int_equal(qs_codec_decode(codec, code, 1, &y), QS_OK);
    assert_true((double)y == 0.12347412109375);
    qs_codec_close(codec);
}

/* Integers have no sign bit of their own, and are signed: -2^(b-1) to 2^(b-1) - 1, or one less below. One bit is
 * +1 or -1. */
static void test_integers_are_signed(void **state)
{
    (void)state;
    for (unsigned bits = 2; bits <= 8; bits++) {
        char spec[80];
        qsi_spec parsed;
        int32_t qmin, qmax, half = 1 << (bits - 1);
        static const char *const maps[] = {"", ":levels=full", ":map=affine", ":map=affine,codes=unsigned"};
        const int32_t wanted[4][2] = {
            {1 - half, half - 1}, {-half, half - 1}, {-half, half - 1}, {0, 2 * half - 1}};
        for (size_t m = 0; m < 4; m++) {
            snprintf(spec, sizeof spec, "int%u%s", bits, maps[m]);
            assert_int_equal(qsi_spec_parse(spec, &parsed), QS_OK);
            qsi_affine_codes(&parsed, &qmin, &qmax);
            assert_true(qmin == wanted[m][0] && qmax == wanted[m][1]);
        }
    }
    const float row[3] = {-5, 0, 5};
    float back[3];
    uint8_t code;
    qs_codec *codec = fit_codec("binary", 3, row, 1);
    assert_int_equal(qs_codec_encode(codec, 0, row, 1, &code), QS_OK);
    assert_int_equal(qs_codec_decode(codec, &code, 1, back), QS_OK);
    assert_true(back[0] == -1 && back[1] == -1 && back[2] == 1);
    qs_codec_close(codec);
    char ranges[RANGES];
    assert_true(number_of(range_of(ranges, "int8"), "lowest") == -127);
    assert_true(number_of(range_of(ranges, "int4"), "lowest") == -7);
    assert_true(number_of(range_of(ranges, "int2"), "lowest") == -1);
    assert_true(number_of(range_of(ranges, "binary"), "lowest") == -1);
    assert_true(number_of(range_of(ranges, "binary"), "largest") == 1);
    static const char *const signs[][2] = {
        {"f16", "sign bit"},   {"e8m0", "none"},      {"int8", "two's complement"}, {"binary", "levels"},
        {"nf4", "levels"},     {"q4_0", "code - 8"},  {"q4_1", "minimum"},          {"q6_k", "code - 32"},
        {"tq1_0", "code - 1"}, {"mxfp4", "sign bit"}, {"ggml_mxfp4", "sign bit"}};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        char wanted[60];
        snprintf(wanted, sizeof wanted, "\"negative\":\"%s\"", signs[i][1]);
        const char *from = range_of(ranges, signs[i][0]), *found = strstr(from, "\"negative\"");
        assert_int_equal(strncmp(found, wanted, strlen(wanted)), 0);
    }
}

/* 3.3895e38, not 3.38e38; a half float ends at 65504. */
static void test_largest_bf16(void **state)
{
    (void)state;
    char ranges[RANGES];
    double largest = number_of(range_of(ranges, "bf16"), "largest");
    assert_true(fabs(largest / 3.38953e38 - 1) < 1e-5);
    assert_true(number_of(strstr(ranges, "\"f16\""), "largest") == 65504);
    assert_true(number_of(strstr(ranges, "\"f8_e4m3\""), "largest") == 448);
    assert_true(number_of(strstr(ranges, "\"f8_e5m2\""), "largest") == 57344);
    assert_true(number_of(strstr(ranges, "\"f4_e2m1\""), "exact_integers") == 4);
    assert_true(fabs(number_of(strstr(ranges, "\"e8m0\""), "largest") / 0x1p127 - 1) < 1e-5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_roles),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_titles_and_least_floats),
        cmocka_unit_test(test_int4_saves_87_5_per_cent),
        cmocka_unit_test(test_lookup_is_decoding),
        cmocka_unit_test(test_f16_of_0_123456789),
        cmocka_unit_test(test_integers_are_signed),
        cmocka_unit_test(test_largest_bf16),
    };
    return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}
