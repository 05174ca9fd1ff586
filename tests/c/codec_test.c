/* What every format of the registry promises, and the edges: what is refused, what is floored, what rounding does.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/codec.h"
#include "format/format.h"
#include "make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows coded and decoded; the codes are handed back, to be freed. */
static uint8_t *through(const char *spec, size_t dim, const float *rows, size_t nrows, float *decoded)
{
    qs_codec *codec = fit_codec(spec, dim, rows, nrows);
    if (!codec) fail_msg("%s cannot be fitted", spec);
    uint8_t *codes = make_room(nrows * qs_codec_row_bytes(codec));
    assert_int_equal(qs_codec_encode(codec, 0, rows, nrows, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, nrows, decoded), QS_OK);
    qs_codec_close(codec);
    return codes;
}

/* ---- every format */

/* Whether a plain float's bound speaks of x: it lies between the least normal and the largest value. */
static bool in_normal_range(const qsi_format *format, float x)
{
    int top = (1 << format->exponent_bits) - (format->specials == QSI_IEEE ? 2 : 1) - format->bias;
    if (format->scales_only) return x > 0;
    return fabs((double)x) >= ldexp(1, 1 - format->bias) && fabs((double)x) <= ldexp(1.5, top);
}

/* fitted: what rows share was fitted to all n values, of which a bound then speaks. */
static void check_bound(const qsi_format *format, bool fitted, const float *x, const float *y, size_t n, size_t dim)
{
    for (size_t i = 0; i < n; i++) {
        bool is_float = !strcmp(format->kind, "float"), is_block = format->block > 1;
        size_t row = i / dim * dim, block = row + (i - row) / format->block * format->block;
        size_t begin = is_float ? i : is_block ? block : fitted ? 0 : row;
        size_t end = is_float                                        ? i + 1
                     : is_block && begin + format->block < row + dim ? begin + format->block
                     : fitted                                        ? n
                                                                     : row + dim;
        if (is_float && !in_normal_range(format, x[i])) continue;
        double most = 0, error = fabs((double)x[i] - (double)y[i]);
        for (size_t j = begin; j < end; j++) most = fmax(most, fabs((double)x[j]));
        if (error > most * (format->error_bound + 1e-6))
            fail_msg("%s: %g becomes %g of a largest %g", format->name, (double)x[i], (double)y[i], most);
    }
}

/* The ledger's bytes are those written, and errors keep to the bound that the registry tells. */
static void test_every_format(void **state)
{
    (void)state;
    static const size_t dims[] = {1, 3, 31, 32, 33, 64, 100, 256, 300};
    enum { ROWS = 5 };
    for (size_t f = 0; f < qsi_format_count(); f++) {
        const qsi_format *format = qsi_format_at(f);
        for (size_t d = 0; d < sizeof dims / sizeof *dims; d++) {
            size_t dim = dims[d];
            float *rows = random_rows(d, ROWS * dim, 1), *decoded = make_room(ROWS * dim * sizeof *decoded);
            qs_codec *codec = fit_codec(format->name, dim, rows, ROWS);
            assert_non_null(codec);
            char *plan = TEXT_OF(qs_plan_json, format->name, ROWS, (double)dim);
            size_t row_bytes = qs_codec_row_bytes(codec);
            assert_true(number_of(plan, "total") - number_of(plan, "params") == (double)(ROWS * row_bytes));
            assert_true(number_of(plan, "originals") == 0);
            free(plan);
            bool fitted = codec->params[0].name != NULL;
            qs_codec_close(codec);
            uint8_t *codes = through(format->name, dim, rows, ROWS, decoded);
            if (format->family->unit_length) to_unit(rows, ROWS, dim);
            if (!format->family->signs_only) check_bound(format, fitted, rows, decoded, ROWS * dim, dim);
            for (size_t i = 0; i < ROWS * dim && format->family->signs_only; i++)
                assert_true(decoded[i] == (rows[i] > 0 ? 1 : -1));
            free(codes);
            free(rows);
            free(decoded);
        }
    }
}

/* What a code is for NaN or infinity stands for: the same, or where there is no infinity the largest value. */
static bool is_kept(const qsi_format *format, float bad, float y)
{
    if (isnan(bad) || format->scales_only) return isnan(y);
    if (format->code_bits >= 16) return y == bad;
    return isfinite(y) && !signbit(y) == !signbit(bad) && fabsf(y) > 1;
}

/* NaN and infinity are refused by name of row and column, or kept. */
static void test_not_finite(void **state)
{
    (void)state;
    static const float bad[] = {NAN, INFINITY, -INFINITY};
    static const char *const names[] = {"NaN", "is infinity", "-infinity"};
    enum { ROWS = 3, DIM = 40 };
    for (size_t f = 0; f < qsi_format_count(); f++)
        for (size_t b = 0; b < 3; b++) {
            const qsi_format *format = qsi_format_at(f);
            float *rows = random_rows(f, ROWS * DIM, 1);
            qs_codec *codec = fit_codec(format->name, DIM, rows, ROWS);
            rows[2 * DIM + 35] = bad[b];
            uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
            int status = qs_codec_encode(codec, 1000, rows, ROWS, codes);
            assert_int_equal(status, format->refuses_nonfinite ? QS_E_DATA : QS_OK);
            if (status) {
                check_error(QS_E_DATA, "\"row\":1002,\"column\":35}");
                check_error(QS_E_DATA, names[b]);
                check_error(QS_E_DATA, "row 1002, column 35 is");
            } else {
                float back[ROWS * DIM];
                assert_int_equal(qs_codec_decode(codec, codes, ROWS, back), QS_OK);
                assert_true(is_kept(format, bad[b], back[2 * DIM + 35]));
            }
            qs_codec_close(codec);
            free(codes);
            free(rows);
        }
}

/* Blocks tell the same, whatever their scales are kept as, and a scale beyond its type by row and block. */
static void test_blocks_not_finite(void **state)
{
    (void)state;
    static const char *const scales[] = {"f32", "f16", "bf16", "e8m0"};
    static const char *const maps[] = {"sym", "affine", "offset"};
    static const float bad[] = {NAN, INFINITY, -INFINITY, 1e30F};
    enum { ROWS = 9, DIM = 96 };
    for (size_t s = 0; s < 4; s++)
        for (size_t m = 0; m < 3; m++)
            for (size_t b = 0; b < 4; b++) {
                char spec[64];
                snprintf(spec, sizeof spec, "int8:map=%s,per=block,block=16,scale=%s", maps[m], scales[s]);
                if (s == 3 && m == 2) continue; /* lows have signs */
                float *rows = random_rows(s, ROWS * DIM, 1);
                qs_codec *codec = fit_codec(spec, DIM, rows, ROWS);
                assert_non_null(codec);
                rows[7 * DIM + 35] = bad[b];
                uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
                bool fits = b == 3 && s != 1;
                assert_int_equal(qs_codec_encode(codec, 1000, rows, ROWS, codes), fits ? QS_OK : QS_E_DATA);
                if (!fits)
                    check_error(QS_E_DATA, b < 3 ? "\"row\":1007,\"column\":35}" : "\"row\":1007,\"column\":32}");
                qs_codec_close(codec);
                free(codes);
                free(rows);
            }
}

/* A fit refuses them too, whatever it looks at. */
static void test_fit_not_finite(void **state)
{
    (void)state;
    static const char *const specs[] = {"int8:per=tensor", "int8:per=dim", "int8:map=offset,per=dim",
                                        "binary:center=mean", "binary:center=median"};
    for (size_t s = 0; s < 5; s++) {
        float rows[6] = {1, 2, 3, 4, INFINITY, 6};
        qs_fit *fit = qs_fit_open(specs[s], 2);
        assert_int_equal(qs_fit_observe(fit, 2048, rows, 3), QS_E_DATA);
        check_error(QS_E_DATA, "\"row\":2050,\"column\":0}");
        qs_fit_close(fit);
    }
}

static void test_dims(void **state)
{
    (void)state;
    assert_null(qs_fit_open("int8", 0));
    check_error(QS_E_OPTION, "dim=0: rows hold a whole number of values from 1 to 1048576");
    assert_null(qs_fit_open("int8", 1048577));
    check_error(QS_E_OPTION, "\"option\":\"dim\"");
    assert_null(qs_fit_open("int8:nothing=1", 3));
    check_error(QS_E_OPTION, "is no option");
    assert_int_equal(qs_plan_json("int8", 0, 3, NULL, 0), 0);
    check_error(QS_E_OPTION, "rows=0");
    assert_int_equal(qs_plan_json("int8", 1.5, 3, NULL, 0), 0);
    assert_int_equal(qs_plan_json("int8", NAN, 3, NULL, 0), 0);
    assert_int_equal(qs_plan_json("int8", 3, 2.5, NULL, 0), 0);
    assert_int_equal(qs_plan_json("int8", 3, NAN, NULL, 0), 0);
    assert_int_equal(qs_formats_json(0.5, NULL, 0), 0);
    float row[2] = {1, 2};
    uint8_t codes[16];
    qs_codec *codec = fit_codec("int8:round=stochastic", 2, row, 1);
    assert_int_equal(qs_codec_encode(codec, 0, NULL, 0, NULL), QS_OK);
    assert_int_equal(qs_codec_decode(codec, NULL, 0, NULL), QS_OK);
    static const double wrong[] = {-1, NAN, INFINITY, 0.5, 0x1p54};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(qs_codec_encode(codec, wrong[i], row, 1, codes), QS_E_OPTION);
        check_error(QS_E_OPTION, "first_row");
    }
    qs_codec_close(codec);
    qs_codec_close(NULL);
    qs_fit_close(NULL);
}

/* ---- scales at their ends */

static void test_overflow(void **state)
{
    (void)state;
    static const float wide[4] = {1, 2, -3e38F, 3e38F};
    uint8_t codes[64];
    static const char *const shared[] = {"int8:map=offset,per=tensor", "int8:map=affine,per=tensor"};
    for (size_t s = 0; s < 2; s++) {
        assert_null(fit_codec(shared[s], 2, wide, 2));
        check_error(QS_E_DATA, "overflows float32; scale the data down first");
    }
    static const char *const own[] = {"int8:map=offset", "int4:map=affine,per=block,block=2"};
    for (size_t s = 0; s < 2; s++) {
        qs_codec *codec = fit_codec(own[s], 2, wide, 2);
        assert_int_equal(qs_codec_encode(codec, 7, wide, 2, codes), QS_E_DATA);
        check_error(QS_E_DATA, "row 8: the range from -3.00000001e+38 to 3.00000001e+38 overflows float32");
        check_error(QS_E_DATA, "\"row\":8,\"column\":0}");
        qs_codec_close(codec);
    }
    float decoded[4];
    free(through("int8", 2, wide, 2, decoded)); /* a scale for both signs has room */
    assert_float_equal(decoded[3] / 3e38F, 1, 1e-6);
    static const float big[2] = {1e8F, -1e8F};
    assert_null(fit_codec("int8:per=tensor,scale=f16", 2, big, 1));
    check_error(QS_E_DATA, "a scale of 787401.562 does not fit its type; use scale=f32 or scale=bf16");
    qs_codec *codec = fit_codec("int8:scale=f16", 2, big, 1);
    assert_int_equal(qs_codec_encode(codec, 3, big, 1, codes), QS_E_DATA);
    check_error(QS_E_DATA, "row 3: a scale of");
    qs_codec_close(codec);
}

static float stored_scale(const char *spec, float value)
{
    float rows[1] = {value}, scale;
    qs_codec *codec = fit_codec(spec, 1, rows, 1);
    char *params = TEXT_OF(qs_codec_params_json, codec, 1);
    scale = strtof(strstr(params, "\"scale\":[") + 9, NULL);
    free(params);
    qs_codec_close(codec);
    return scale;
}

static void test_floors(void **state)
{
    (void)state;
    assert_true(stored_scale("int8:per=tensor", 0x1p-125F) == 0x1p-126F);
    assert_true(stored_scale("int8:per=tensor", 0) == 0);
    assert_true(stored_scale("int8:per=tensor,scale=f16", 1e-9F) == 0x1p-24F);
    assert_true(stored_scale("int8:per=tensor,scale=bf16", 0x1p-125F) == 0x1p-126F);
    assert_true(stored_scale("int8:per=tensor,levels=full", 1e-9F) == 0x1p-23F);
    assert_true(stored_scale("int8:per=tensor,levels=full", 0) == 0x1p-23F);
    assert_true(stored_scale("int8:per=tensor,map=affine", 0) == 0x1p-23F);
    assert_true(stored_scale("int8:per=tensor,map=affine", -1e-9F) == 0x1p-23F);
    assert_true(stored_scale("int8:per=tensor,map=offset", 7) == 0);
    assert_true(stored_scale("int8:per=tensor,scale=f16", 127) == 1);
}

/* ---- codes */

/* Unsigned codes are the signed ones and half the codes more; the values are the same. */
static void test_unsigned(void **state)
{
    (void)state;
    enum { ROWS = 20, DIM = 16 };
    static const char *const pers[] = {"row", "tensor", "dim", "block,block=4"};
    float *rows = random_rows(11, ROWS * DIM, 2), a[ROWS * DIM], b[ROWS * DIM];
    for (int bits = 2; bits <= 8; bits++)
        for (size_t p = 0; p < 4; p++) {
            char spec[80];
            snprintf(spec, sizeof spec, "int%d:map=affine,per=%s", bits, pers[p]);
            uint8_t *with_sign = through(spec, DIM, rows, ROWS, a);
            strcat(spec, ",codes=unsigned");
            uint8_t *without = through(spec, DIM, rows, ROWS, b);
            assert_memory_equal(a, b, sizeof a);
            for (size_t bit = 0; bit < DIM * (size_t)bits;
                 bit++) { /* half the codes more: the highest bit turned */
                int turned = (with_sign[bit / 8] ^ without[bit / 8]) >> bit % 8 & 1;
                assert_int_equal(turned, bit % (size_t)bits == (size_t)bits - 1);
            }
            free(with_sign);
            free(without);
        }
    free(rows);
}

/* ---- rounding by chance */

static void test_stochastic_split(void **state)
{
    (void)state;
    enum { ROWS = 37, DIM = 33 };
    static const char *const specs[] = {"int4:round=stochastic,seed=3",
                                        "int4:per=block,block=8,round=stochastic,seed=3",
                                        "int5:map=offset,per=dim,round=stochastic,seed=3"};
    for (size_t s = 0; s < 3; s++) {
        float *rows = random_rows(12, ROWS * DIM, 1);
        for (size_t i = 0; i < DIM; i++) rows[DIM + i] = rows[i]; /* two rows alike */
        qs_codec *codec = fit_codec(specs[s], DIM, rows, ROWS);
        size_t row_bytes = qs_codec_row_bytes(codec);
        uint8_t *whole = make_room(ROWS * row_bytes), *parts = make_room(ROWS * row_bytes);
        assert_int_equal(qs_codec_encode(codec, 500, rows, ROWS, whole), QS_OK);
        for (size_t r = 0; r < ROWS; r += 5) {
            size_t n = ROWS - r < 5 ? ROWS - r : 5;
            assert_int_equal(qs_codec_encode(codec, (double)(500 + r), rows + r * DIM, n, parts + r * row_bytes),
                             QS_OK);
        }
        assert_memory_equal(whole, parts, ROWS * row_bytes);
        assert_memory_not_equal(whole, whole + row_bytes, row_bytes); /* each row draws its own */
        assert_int_equal(qs_codec_encode(codec, 501, rows, ROWS, parts), QS_OK);
        assert_memory_not_equal(whole, parts, row_bytes);
        qs_codec_close(codec);
        free(whole);
        free(parts);
        free(rows);
    }
}

/* Over values spread evenly between codes: up by chance has no bias and twice the squared error of the nearest,
 * toward zero has four times. */
static void test_rounding_errors(void **state)
{
    (void)state;
    enum { ROWS = 1000, DIM = 100 };
    static const char *const rounds[] = {"even", "away", "trunc", "stochastic"};
    random_state r = random_from(13);
    float *rows = make_room(ROWS * DIM * sizeof *rows), *decoded = make_room(ROWS * DIM * sizeof *decoded);
    double square[4] = {0}, bias[4] = {0};
    for (size_t i = 0; i < ROWS * DIM; i++) rows[i] = (float)(random_unit(&r) * 200 - 100);
    for (size_t k = 0; k < 4; k++) {
        char spec[80];
        snprintf(spec, sizeof spec, "int8:per=tensor,range=given,s=1,round=%s", rounds[k]);
        free(through(spec, DIM, rows, ROWS, decoded));
        for (size_t i = 0; i < ROWS * DIM; i++) {
            double error = (double)decoded[i] - (double)rows[i];
            square[k] += error * error / (ROWS * DIM);
            bias[k] += error / (ROWS * DIM);
        }
        assert_float_equal(bias[k], 0, 0.005); /* trunc: both signs are alike */
    }
    assert_float_equal(square[0], 1.0 / 12, 0.001);
    assert_float_equal(square[1], square[0], 1e-9);
    assert_float_equal(square[2] / square[0], 4, 0.05);
    assert_float_equal(square[3] / square[0], 2, 0.03);
    for (size_t i = 0; i < ROWS * DIM; i++) rows[i] = 3.3F; /* one value, whose nearest code is biased by 0.3 */
    free(through("int8:per=tensor,range=given,s=1,round=stochastic,seed=1", DIM, rows, ROWS, decoded));
    double mean = 0;
    for (size_t i = 0; i < ROWS * DIM; i++) {
        assert_true(decoded[i] == 3 || decoded[i] == 4);
        mean += (double)decoded[i] / (ROWS * DIM);
    }
    assert_float_equal(mean, 3.3, 0.006); /* four standard deviations */
    free(rows);
    free(decoded);
}

/* ---- binary */

static void test_thresholds(void **state)
{
    (void)state;
    /* dim 0: 1 2 9, mean 4, median 2; dim 1: all 5; dim 2: -0 0 -0 */
    static const float rows[9] = {1, 5, -0.0F, 2, 5, 0, 9, 5, -0.0F};
    static const uint8_t none[3] = {3, 3, 3}, mean[3] = {0, 0, 1}, median[3] = {0, 0, 1};
    float decoded[9];
    uint8_t *codes = through("binary", 3, rows, 3, decoded);
    assert_memory_equal(codes, none, 3);
    free(codes);
    codes = through("binary:center=mean", 3, rows, 3, decoded);
    assert_memory_equal(codes, mean, 3);
    free(codes);
    codes = through("binary:center=median", 3, rows, 3, decoded);
    assert_memory_equal(codes, median, 3);
    free(codes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_format),
        cmocka_unit_test(test_not_finite),
        cmocka_unit_test(test_blocks_not_finite),
        cmocka_unit_test(test_fit_not_finite),
        cmocka_unit_test(test_dims),
        cmocka_unit_test(test_overflow),
        cmocka_unit_test(test_floors),
        cmocka_unit_test(test_unsigned),
        cmocka_unit_test(test_stochastic_split),
        cmocka_unit_test(test_rounding_errors),
        cmocka_unit_test(test_thresholds),
    };
    return cmocka_run_group_tests_name("codec", tests, NULL, NULL);
}
