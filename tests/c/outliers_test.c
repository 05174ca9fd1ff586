/* Outliers beside the codes, against a plain reference: which values they are, what the rest becomes, what both
 * gain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Nearly normal values, of which one in 50 is up to 40 times as large. The caller frees. */
static float *heavy_rows(uint64_t seed, size_t n)
{
    random_state r = random_from(seed);
    float *rows = random_rows(seed, n, 1);
    for (size_t i = 0; i < n; i++)
        if (random_below(&r, 50) == 0) rows[i] *= (float)(10 + random_below(&r, 30));
    return rows;
}

/* ---- the reference: the outliers one after another, each the largest of what is left */

static size_t count_of(unsigned per_mille, size_t dim)
{
    size_t count = 0;
    while ((double)count < (double)per_mille * (double)dim / 1000 - 1e-9) count++;
    return count;
}

static void mark_plainly(const float *x, size_t dim, size_t count, bool *outlier)
{
    memset(outlier, 0, dim * sizeof *outlier);
    for (size_t j = 0; j < count; j++) {
        size_t best = dim;
        for (size_t i = 0; i < dim; i++)
            if (!outlier[i] && (best == dim || fabsf(x[i]) > fabsf(x[best]))) best = i;
        outlier[best] = true;
    }
}

/* x as a half float would have it, in double. */
static float half_of(float x)
{
    double size = fabs((double)x);
    int exponent = size < 0x1p-14 ? -14 : ilogb(size);
    double step = ldexp(1, exponent - 10);
    return (float)(copysign(nearbyint(size / step) * step, (double)x));
}

/* The rest of the rows as whole rows of their own, dim - count wide. The caller frees both. */
static float *inliers_of(const float *rows, size_t nrows, size_t dim, size_t count, bool *outlier)
{
    float *inliers = make_room((nrows * (dim - count) + 1) * sizeof *inliers), *to = inliers;
    for (size_t r = 0; r < nrows; r++) {
        mark_plainly(rows + r * dim, dim, count, outlier + r * dim);
        for (size_t d = 0; d < dim; d++)
            if (!outlier[r * dim + d]) *to++ = rows[r * dim + d];
    }
    return inliers;
}

static uint8_t *coded(const qs_codec *codec, const float *rows, size_t nrows)
{
    uint8_t *codes = make_room(nrows * qs_codec_row_bytes(codec));
    if (qs_codec_encode(codec, 0, rows, nrows, codes)) check_error(0, "coded");
    return codes;
}

static float *decoded_of(const char *spec, const float *rows, size_t nrows, size_t dim)
{
    qs_codec *codec = fit_codec(spec, dim, rows, nrows);
    if (!codec) check_error(0, spec);
    uint8_t *codes = coded(codec, rows, nrows);
    float *decoded = make_room(nrows * dim * sizeof *decoded);
    assert_int_equal(qs_codec_decode(codec, codes, nrows, decoded), QS_OK);
    free(codes);
    qs_codec_close(codec);
    return decoded;
}

/* With one scale for a row or for all, the rest must be decoded as rows that never had the outliers, and the
 * outliers as half floats. */
static void check_against_reference(const char *spec, unsigned per_mille, size_t dim)
{
    enum { ROWS = 7 };
    char with[120];
    size_t count = count_of(per_mille, dim), kept = dim - count;
    float *rows = heavy_rows(dim + per_mille, ROWS * dim);
    bool *outlier = make_room(ROWS * dim * sizeof *outlier);
    float *inliers = inliers_of(rows, ROWS, dim, count, outlier);
    float *expected = kept ? decoded_of(spec, inliers, ROWS, kept) : NULL;
    snprintf(with, sizeof with, "%s%coutliers=%u", spec, strchr(spec, ':') ? ',' : ':', per_mille);
    float *decoded = decoded_of(with, rows, ROWS, dim);
    for (size_t i = 0, at = 0; i < ROWS * dim; i++) {
        float wanted = outlier[i] ? half_of(rows[i]) : expected[at++];
        if (memcmp(&decoded[i], &wanted, sizeof wanted) != 0)
            fail_msg("%s of dim %zu: value %zu, %.9g, is %.9g, not %.9g", with, dim, i, (double)rows[i],
                     (double)decoded[i], (double)wanted);
    }
    free(rows);
    free(outlier);
    free(inliers);
    free(expected);
    free(decoded);
}

static void test_rest_is_as_without_them(void **state)
{
    (void)state;
    static const char *const specs[] = {
        "int8",
        "int4",
        "int4:map=affine",
        "int3:map=offset",
        "int5:levels=full,scale=f16",
        "int4:levels=pow2",
        "int4:range=mse",
        "int6:map=offset,range=percentile,p=95",
        "int4:map=affine,range=std,sd=2",
        "int4:per=tensor",
        "int8:map=affine,codes=unsigned,per=tensor",
        "int4:map=offset,per=tensor,range=std",
        "int4:per=tensor,range=mse",
        "int4:map=offset,per=tensor,range=percentile,p=99",
        "int2:per=tensor,range=given,s=0.5",
    };
    static const size_t dims[] = {2, 33, 300};
    static const unsigned shares[] = {1, 20, 300, 1000};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (size_t d = 0; d < sizeof dims / sizeof *dims; d++)
            for (size_t t = 0; t < sizeof shares / sizeof *shares; t++)
                if (is_tested(s + d + t)) check_against_reference(specs[s], shares[t], dims[d]);
}

/* Each block's scale is that of its rest: outliers are the row's, wherever they lie. */
static void test_blocks(void **state)
{
    (void)state;
    /* 2 of 8 values; the second block keeps none of its own */
    const float row[8] = {1, -2, 100, 3, 7, 0.5F, -300, 4}, wanted[8] = {1, -2, 100, 3, 7, 0, -300, 4};
    float *decoded = decoded_of("int4:per=block,block=4,outliers=250", row, 1, 8);
    assert_true(fabsf(decoded[0] - 3.0F / 7 * 2) < 1e-6F && fabsf(decoded[1] + 3.0F / 7 * 5) < 1e-6F);
    assert_true(decoded[2] == 100 && decoded[6] == -300);
    for (size_t i = 3; i < 8; i++)
        if (fabsf(decoded[i] - wanted[i]) > 1e-6F) fail_msg("value %zu is %g", i, (double)decoded[i]);
    free(decoded);
    /* a block of outliers alone has nothing left to code */
    const float all[4] = {1, 2, 50, -60};
    static const char *const maps[] = {"sym", "affine", "offset"};
    for (size_t m = 0; m < 3; m++) {
        char spec[80];
        snprintf(spec, sizeof spec, "int8:map=%s,per=block,block=2,outliers=500", maps[m]);
        decoded = decoded_of(spec, all, 1, 4);
        assert_true(decoded[2] == 50 && decoded[3] == -60 && fabsf(decoded[0] - 1) < 0.02F);
        free(decoded);
    }
}

/* Of equal magnitudes the lower columns are kept, whatever their signs. */
static void test_ties(void **state)
{
    (void)state;
    const float row[6] = {-9.01F, 9.01F, 1, -9.01F, 9.01F, 1};
    float *decoded = decoded_of("int4:range=given,s=1,outliers=500", row, 1, 6);
    const float half = half_of(9.01F), wanted[6] = {-half, half, 1, -half, 7, 1};
    assert_memory_equal(decoded, wanted, sizeof wanted);
    free(decoded);
}

/* ---- a scale for each dim: that of what the rows leave of it */

/* Each dim as it is alone, of what is left of it, which may be nothing. */
static void check_dims(const char *format, const char *options, unsigned per_mille, size_t dim)
{
    enum { ROWS = 23 };
    char spec[120], alone[120];
    size_t count = count_of(per_mille, dim);
    float *rows = heavy_rows(dim + per_mille, ROWS * dim);
    for (size_t r = 0; r < ROWS; r++) rows[r * dim] *= 500; /* a dim of which hardly anything is left */
    bool *outlier = make_room(ROWS * dim * sizeof *outlier);
    free(inliers_of(rows, ROWS, dim, count, outlier));
    snprintf(spec, sizeof spec, "%s%sper=dim,outliers=%u", format, options, per_mille);
    snprintf(alone, sizeof alone, "%s%sper=dim", format, options);
    float *decoded = decoded_of(spec, rows, ROWS, dim);
    for (size_t d = 0; d < dim; d++) {
        float column[ROWS];
        size_t left = 0, at = 0;
        for (size_t r = 0; r < ROWS; r++)
            if (!outlier[r * dim + d]) column[left++] = rows[r * dim + d];
        float *wanted = left ? decoded_of(alone, column, left, 1) : NULL;
        for (size_t r = 0; r < ROWS; r++) {
            size_t i = r * dim + d;
            float value = outlier[i] ? half_of(rows[i]) : wanted[at++];
            if (memcmp(&decoded[i], &value, sizeof value) != 0)
                fail_msg("%s of dim %zu: row %zu, dim %zu is %.9g, not %.9g", spec, dim, r, d, (double)decoded[i],
                         (double)value);
        }
        free(wanted);
    }
    free(rows);
    free(outlier);
    free(decoded);
}

static void test_dims(void **state)
{
    (void)state;
    static const char *const options[] = {"",
                                          "map=affine,",
                                          "map=offset,",
                                          "levels=pow2,",
                                          "range=mse,",
                                          "map=offset,range=mse,",
                                          "map=offset,range=percentile,p=90,",
                                          "map=affine,range=std,sd=1.5,",
                                          "range=kl,",
                                          "map=offset,range=kl,"};
    for (size_t o = 0; o < sizeof options / sizeof *options; o++)
        for (size_t dim = 2; dim < 20; dim += 16) {
            check_dims("int4:", options[o], 1, dim);
            check_dims("int8:", options[o], 300, dim);
        }
    check_dims("int4:", "", 1000, 5);
    check_dims("int4:", "map=offset,", 1000, 5);
}

/* ---- what they are worth, and how they are asked for */

static double sqnr(const char *spec, const float *rows, size_t nrows, size_t dim)
{
    float *decoded = decoded_of(spec, rows, nrows, dim);
    double signal = 0, noise = 0;
    for (size_t i = 0; i < nrows * dim; i++) {
        double error = (double)decoded[i] - (double)rows[i];
        signal += (double)rows[i] * (double)rows[i];
        noise += error * error;
    }
    free(decoded);
    return 10 * log10(signal / noise);
}

/* Four bits and 25 per mille kept take less than five bits, and beat them where tails are heavy, but not where they
 * are not. */
static void test_heavy_tails_gain(void **state)
{
    (void)state;
    enum { ROWS = 60, DIM = 520 };
    float *heavy = heavy_rows(1, (size_t)ROWS * DIM), *normal = random_rows(2, (size_t)ROWS * DIM, 1);
    static const char *const specs[][3] = {{"int4", "int4:outliers=25", "int5"},
                                           {"int4:per=tensor", "int4:per=tensor,outliers=25", "int5:per=tensor"},
                                           {"int4:per=block", "int4:per=block,outliers=25", "int5:per=block"}};
    for (size_t i = 0; i < 3; i++) {
        double bits[3], on_heavy[3], on_normal[3];
        for (size_t s = 0; s < 3; s++) {
            char *plan = TEXT_OF(qs_plan_json, specs[i][s], ROWS, DIM);
            bits[s] = number_of(plan, "bits_per_value");
            free(plan);
            on_heavy[s] = sqnr(specs[i][s], heavy, ROWS, DIM);
            on_normal[s] = sqnr(specs[i][s], normal, ROWS, DIM);
        }
        assert_true(bits[0] < bits[1] && bits[1] < bits[2]);
        assert_true(on_heavy[1] > on_heavy[0] + 10 && on_heavy[1] > on_heavy[2] + 3);
        assert_true(on_normal[1] > on_normal[0] && on_normal[1] < on_normal[2]);
    }
    free(heavy);
    free(normal);
}

/* ---- a calibration with outliers */

/* What a calibration tells of a rule is what coding by that rule measures: the tensor's histogram is fine, those of
 * dims hardly less so. */
static void test_calibration(void **state)
{
    (void)state;
    enum { ROWS = 2 * QS_CHUNK_ROWS + 5, DIM = 12 };
    static const char *const formats[] = {"int4:per=tensor", "int8:map=affine,per=tensor",
                                          "int4:per=dim",    "int5:map=offset,per=dim",
                                          "int4:per=row",    "int4:map=offset,per=block,block=8"};
    static const char *const rules[] = {"minmax", "percentile", "mse", "std"};
    float *rows = heavy_rows(77, (size_t)ROWS * DIM);
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        char spec[120], rule[40];
        snprintf(spec, sizeof spec, "%s,outliers=50", formats[f]);
        qs_range *range = calibrated(spec, DIM, 0, rows, ROWS);
        char *told = LONG_TEXT_OF(qs_range_json, range);
        for (size_t r = 0; r < 4; r++) {
            snprintf(rule, sizeof rule, "{\"range\":\"%s\"", rules[r]);
            snprintf(spec, sizeof spec, "%s,range=%s,outliers=50", formats[f], rules[r]);
            double computed = number_of(strstr(told, rule), "sqnr_db"), measured = sqnr(spec, rows, ROWS, DIM);
            if (fabs(computed - measured) > 0.05) fail_msg("%s: told %g dB, measured %g", spec, computed, measured);
        }
        free(told);
        qs_range_close(range);
    }
    rows[(size_t)(ROWS - 1) * DIM + 3] = 1e6F;
    qs_range *range = qs_range_open("int4:per=dim,outliers=50", DIM, 0);
    assert_int_equal(qs_range_observe(range, 0, rows, ROWS), QS_E_DATA);
    check_error(QS_E_DATA, "row 2052, column 3: the outlier 1000000 is beyond float16");
    qs_range_close(range);
    free(rows);
}

static void test_spec(void **state)
{
    (void)state;
    char *text = TEXT_OF(qs_spec_json, "INT4:outliers=5,query=same,per=tensor");
    assert_non_null(strstr(text, "{\"spec\":\"int4:per=tensor,query=same,outliers=5\","));
    free(text);
    text = TEXT_OF(qs_spec_json, "int4:outliers=0");
    assert_non_null(strstr(text, "{\"spec\":\"int4\","));
    free(text);
    assert_int_equal(qs_spec_check("int4:outliers=1001"), QS_E_OPTION);
    check_error(QS_E_OPTION, "outliers takes a whole number from 0 to 1000");
    assert_int_equal(qs_spec_check("int4:outliers=0.5"), QS_E_OPTION);
    assert_int_equal(qs_spec_check("f16:outliers=1"), QS_E_OPTION);
    assert_int_equal(qs_spec_check("int4:per=dim,outliers=1"), QS_OK);
    assert_int_equal(qs_spec_check("int4:outliers=1,feedback=1"), QS_E_OPTION);
    check_error(QS_E_OPTION, "use one of the two");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rest_is_as_without_them),
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_dims),
        cmocka_unit_test(test_calibration),
        cmocka_unit_test(test_heavy_tails_gain),
        cmocka_unit_test(test_spec),
    };
    return cmocka_run_group_tests_name("outliers", tests, NULL, NULL);
}
