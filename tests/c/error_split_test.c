/* The split of the error, against figures worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gaussian.h"
#include "make.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A run of specs on rows, without queries. */
static qs_run *run_of(const char *specs, const float *rows, size_t nrows, size_t dim)
{
    qs_run *run = qs_run_open(specs, "cosine", 1, 0, (double)nrows, dim, 0);
    if (!run) check_error(0, specs);
    assert_int_equal(qs_run_feed_base(run, 0, rows, nrows), QS_OK);
    do
        while (qs_run_step(run, 1e6) > 0) {
        }
    while (qs_run_next_phase(run, NULL, 0) > 0);
    return run;
}

static char *report_of(const char *specs, const float *rows, size_t nrows, size_t dim)
{
    qs_run *run = run_of(specs, rows, nrows, dim);
    char *text = TEXT_OF(qs_run_json, run);
    qs_run_close(run);
    return text;
}

static void assert_report(const char *spec, const float *rows, size_t nrows, size_t dim, const char *expected)
{
    char *text = report_of(spec, rows, nrows, dim);
    if (!strstr(text, expected)) fail_msg("%s lacks %s", strstr(text, "\"error\""), expected);
    free(text);
}

/* Steps of 1 from -7 to 7: -8 and 10 lie more than half a step beyond, 7.25 does not.
 *
 *   x    7.25  -8   0.5   10     squared errors  0.0625  1  0.25  9     |x'| / |x|  sqrt(147 / 216.8125)
 *   x'   7     -7   0     7      errors         -0.25    1 -0.5  -3
 *   x    3      4   0     0      no errors                              1
 *   x    0      0   0     0                                             left out
 *
 * Prefix sums of the first row's errors are -0.25, 0.75, 0.25 and -2.75: their squares are 8.25 together.
 */
static void test_by_hand(void **state)
{
    (void)state;
    const float rows[12] = {7.25F, -8, 0.5F, 10, 3, 4};
    const char *dims =
        "\"worst_dim\":3,\"worst_dim_share\":0.872727,\"half_error_dims\":1,\"why_null\":null}"; /* 9 of 10.3125 */
    const char *figures = "\"rounding_mse\":0.0260417,\"clipping_mse\":0.833333,\"bias\":-0.229167,"
                          "\"length_ratio\":0.911705,\"overshoot\":0.214286,\"prefix_sum_rmse\":0.829156,";
    assert_report("int4:per=tensor,range=given,s=1", rows, 3, 4, figures);
    assert_report("int4:per=dim,range=given,s=1", rows, 3, 4, figures);
    assert_report("int4:range=given,s=1", rows, 3, 4, figures);
    assert_report("int4:per=block,block=3,range=given,s=1", rows, 3, 4, figures);
    assert_report("int4:per=tensor,range=given,s=1", rows, 3, 4, dims);
    assert_report("int4:per=block,block=3,range=given,s=1", rows, 3, 4, dims);
    assert_report("int4:per=tensor,range=given,s=1", rows, 3, 4, "\"mse\":0.859375,");
    assert_report("int4:per=tensor,range=given,s=1", rows, 3, 4, "\"clipped_share\":0.166667,");
}

/* How far beyond the outermost level, of the distance between the outermost. */
static void test_overshoot(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        float far;
        const char *expected;
    } cases[] = {
        {"int4:per=tensor,range=given,s=1", 10, "\"overshoot\":0.214286,"},      /* 3 of 14 */
        {"int4:per=tensor,range=given,s=1", 7.25F, "\"overshoot\":0,"},          /* within half a step */
        {"int4:per=dim,range=given,s=0.5", -7, "\"overshoot\":0.5,"},            /* 3.5 of 7 */
        {"int4:map=offset,range=given,lo=-1,hi=2", -2.5F, "\"overshoot\":0.5,"}, /* 1.5 of 3 */
        {"int4:levels=pow2,range=given,s=1", 2, "\"overshoot\":0.5,"},           /* 1 of 2 */
        {"f8_e4m3:per=tensor,range=given,s=1", 896, "\"overshoot\":0.5,"},       /* 448 of 896 */
        {"f8_e4m3", -1344, "\"overshoot\":1,"},                                  /* 896 of 896 */
        {"f16", 131008, "\"overshoot\":0.5,"},                                   /* 65504 of 131008 */
        {"f32", 131008, "\"overshoot\":0,"},
        {"int8:per=tensor", 131008, "\"overshoot\":0,"},
        {"f8_e4m3", INFINITY, "\"overshoot\":null,"},
        {"q8_0", 10, "\"overshoot\":0,"},
        {"binary", 10, "\"overshoot\":1.40476,"}, /* 10 - 2.625 of 2 * 2.625 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const float rows[4] = {0, 0.5F, cases[i].far, 0};
        assert_report(cases[i].spec, rows, 2, 2, cases[i].expected);
    }
}

/* Floats that saturate split their error too: 500 becomes 448. */
static void test_saturated(void **state)
{
    (void)state;
    const float rows[2] = {500, 1};
    assert_report("f8_e4m3", rows, 1, 2, "\"rounding_mse\":0,\"clipping_mse\":1352,");
}

static void test_nothing_lost(void **state)
{
    (void)state;
    const float rows[4] = {1, -2, 0, 7}, zeros[4] = {0};
    assert_report("f32", rows, 2, 2,
                  "\"rounding_mse\":0,\"clipping_mse\":0,\"bias\":0,\"length_ratio\":1,\"overshoot\":0,");
    assert_report("int8", zeros, 2, 2, "\"rounding_mse\":0,\"clipping_mse\":0,\"bias\":0,\"length_ratio\":null,");
}

/* A half that overflows is clipped without bound; what is no number has no parts. */
static void test_unbounded(void **state)
{
    (void)state;
    const float large[2] = {1e5F, 1}, hole[2] = {NAN, 1};
    assert_report("f16", large, 1, 2, "\"clipped_share\":0.5,");
    assert_report("f16", large, 1, 2,
                  "\"rounding_mse\":0,\"clipping_mse\":null,\"bias\":null,\"length_ratio\":null,");
    assert_report("f16", large, 1, 2, "\"prefix_sum_rmse\":null,");
    assert_report("f16", hole, 1, 2,
                  "\"rounding_mse\":null,\"clipping_mse\":0,\"bias\":null,\"length_ratio\":null,");
}

/* Which dims carry the error: shares of squares, of 2 rows. 1 + 1, 0 + 4, 9 + 9, 0, of 24. */
static void test_dims(void **state)
{
    (void)state;
    const float rows[8] = {8, 0, 10, 3, 8, -9, -10, 0};
    static const char *const list = "int4:per=tensor,range=given,s=1\nf32\nbinary";
    qs_run *run = run_of(list, rows, 2, 4);
    char *text = TEXT_OF(qs_run_dims_json, run), *report = TEXT_OF(qs_run_json, run);
    assert_string_equal(text,
                        "{\"dim\":4,\"results\":["
                        "{\"spec\":\"int4:per=tensor,range=given,s=1\",\"shares\":[0.0833333,0.166667,0.75,0]},"
                        "{\"spec\":\"f32\",\"shares\":null},"
                        "{\"spec\":\"binary\",\"shares\":[0.0615385,0.346154,0.246154,0.346154]}]}"); /* of 4.875 */
    assert_non_null(strstr(report, "\"worst_dim\":2,\"worst_dim_share\":0.75,\"half_error_dims\":1,"));
    assert_non_null(strstr(report, "\"worst_dim\":null,\"worst_dim_share\":null,\"half_error_dims\":null,"));
    free(text);
    free(report);
    qs_run_close(run);
}

/* Formats whose blocks clip: the rest of a block is zeros.
 *
 *   mxfp4   7 has the scale 1 (floor(log2 7) = 2, as of 4): levels -6, -4 ... 6; 7 becomes 6, at half a step.
 *           7.5 has the same scale and lies beyond: becomes 6
 *   q4_0    -8 has the scale 1: levels -8 ... 7; 7.5 becomes 7, at half a step; 7.75 becomes 7 too, and is clipped
 */
static void test_blocks(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        float first, second;
        const char *expected;
    } cases[] = {
        {"mxfp4", 7, 1, "\"rounding_mse\":0.03125,\"clipping_mse\":0,"},
        {"mxfp4", 7.5F, 1, "\"rounding_mse\":0,\"clipping_mse\":0.0703125,"},
        {"mxfp4", -7.5F, 1, "\"overshoot\":0.125,"},
        {"mxfp4", 7.5F, 1, "\"clipped_share\":0.03125,"},
        {"q4_0", -8, 7.5F, "\"rounding_mse\":0.0078125,\"clipping_mse\":0,"},
        {"q4_0", -8, 7.75F, "\"rounding_mse\":0,\"clipping_mse\":0.0175781,\"bias\":-0.0234375,"},
        {"q4_0", 8, -7.75F, "\"overshoot\":0.05,"},
        {"q8_0", 127, -127, "\"rounding_mse\":0,\"clipping_mse\":0,\"bias\":0,\"length_ratio\":1,"},
        {"nf4:block=32", 3, -3, "\"rounding_mse\":0,\"clipping_mse\":0,"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const float row[32] = {cases[i].first, cases[i].second};
        assert_report(cases[i].spec, row, 1, 32, cases[i].expected);
    }
}

/* Codebooks fitted to other rows than those measured: 1, 2 and 4, 8; 10 is further out than half of 4. */
static void test_other_rows(void **state)
{
    (void)state;
    const float fitted[4] = {1, 2, 4, 8}, rows[4] = {1, 9, 10.5F, 4};
    qs_run *run = qs_run_open("lloyd2", "cosine", 1, 0, 4, 1, 0);
    assert_int_equal(qs_run_calibrate(run, 4, 0), QS_OK);
    assert_int_equal(qs_run_feed_calibration(run, 0, fitted, 4), QS_OK);
    assert_int_equal(qs_run_feed_base(run, 0, rows, 4), QS_OK);
    do
        while (qs_run_step(run, 1e6) > 0) {
        }
    while (qs_run_next_phase(run, NULL, 0) > 0);
    char *text = TEXT_OF(qs_run_json, run);
    assert_true(number_of(text, "clipped_share") == 0.25);
    assert_true(fabs(number_of(text, "overshoot") - 2.5 / 7) < 1e-3);
    assert_true(fabs(number_of(text, "rounding_mse") - 0.25) < 1e-2);
    assert_true(fabs(number_of(text, "clipping_mse") - 1.5625) < 1e-2);
    free(text);
    qs_run_close(run);
}

/* What is no number has no error: the report says so. */
static void test_without_figures(void **state)
{
    (void)state;
    const float hole[2] = {NAN, 1};
    assert_report("f16", hole, 1, 2, "\"why_null\":\"a value is, or is decoded to, NaN or infinity\"}");
}

/* Signs are given the size that errs least, about their thresholds.
 *
 *   x  3 -1  1 -7              size 3    errors  0 -2 2 4            -7 lies beyond -6
 *                                        |x'| / |x|  sqrt(18 / 10), sqrt(18 / 50)
 *   x  0  2  4 10  about 4     size 3    errors  1 -1 -3 -3          4 itself goes below
 *   x  1  1  4 10  about 2.5   size 3    errors  -1.5 -1.5 1.5 -4.5  10 lies beyond 8.5
 */
static void test_signs(void **state)
{
    (void)state;
    const float rows[4] = {3, -1, 1, -7}, mean[4] = {0, 2, 4, 10}, median[4] = {1, 1, 4, 10}, same[3] = {4, 4, 4};
    assert_report("binary", rows, 2, 2,
                  "{\"mse\":6,\"rmse\":2.44949,\"max_abs\":4,\"sqnr_db\":3.9794,\"cosine_mean\":0.847214,"
                  "\"cosine_min\":0.8,\"clipped_share\":0.25,\"levels_used\":2,\"rounding_mse\":2,"
                  "\"clipping_mse\":4,\"bias\":1,\"length_ratio\":0.97082,\"overshoot\":0.666667,"
                  "\"prefix_sum_rmse\":3.31662,\"sign_size\":3,\"worst_dim\":1,\"worst_dim_share\":0.833333,\"half_"
                  "error_dims\":1,"
                  "\"why_null\":null}");
    assert_report("binary:center=mean", mean, 4, 1,
                  "\"rounding_mse\":5,\"clipping_mse\":0,\"bias\":-1.5,\"length_ratio\":0.483333,"
                  "\"overshoot\":0,\"prefix_sum_rmse\":2.23607,\"sign_size\":3,");
    assert_report("binary:center=median", median, 4, 1,
                  "\"rounding_mse\":1.6875,\"clipping_mse\":5.0625,\"bias\":-1.5,\"length_ratio\":0.73125,"
                  "\"overshoot\":0.75,\"prefix_sum_rmse\":2.59808,\"sign_size\":3,");
    assert_report("binary:center=mean", same, 3, 1, "\"mse\":0,");
    assert_report("binary:center=mean", same, 3, 1, "\"overshoot\":0,\"prefix_sum_rmse\":0,\"sign_size\":0,");
    assert_report("int8", rows, 2, 2, "\"sign_size\":null,");
}

static void about(const char *text, const char *key, double known, double within)
{
    double found = number_of(text, key);
    if (!(fabs(found / known - 1) < within)) fail_msg("%s is %.9g, not %.9g", key, found, known);
}

/* Of a normal distribution all is known: a = E|x| = sqrt(2 / pi), and beyond 2a lie 2 Q(2a) of the values, of which
 * E (|x| - a)^2 is 1 + a^2 times as much. E 1/|x| of 64 dims is G(31.5) / (G(32) sqrt(2)). A mean shifts nothing.
 */
static void test_signs_of_normal(void **state)
{
    (void)state;
    enum { ROWS = 1024, DIM = 64, N = ROWS * DIM };
    const double a = sqrt(2 / acos(-1)), beyond = erfc(a * sqrt(2));
    const double length = a * 8 * exp(lgamma(31.5) - lgamma(32)) / sqrt(2);
    float *rows = gaussian(N, 4);
    char *text = report_of("binary", rows, ROWS, DIM), *shifted;
    about(text, "sign_size", a, 1e-4);
    about(text, "mse", 1 - a * a, 1e-3);
    about(text, "sqnr_db", -10 * log10(1 - a * a), 1e-3);
    about(text, "clipped_share", beyond, 1e-3);
    about(text, "clipping_mse", beyond * (1 + a * a), 1e-3);
    about(text, "rounding_mse", 1 - a * a - beyond * (1 + a * a), 2e-3);
    about(text, "length_ratio", length, 5e-3);
    assert_true(fabs(number_of(text, "bias")) < 1e-4);
    for (size_t i = 0; i < N; i++) rows[i] += 3;
    shifted = report_of("binary:center=mean", rows, ROWS, DIM);
    about(shifted, "mse", 1 - a * a, 5e-3); /* means of 1,024 values are not quite 3 */
    about(shifted, "clipped_share", beyond, 1e-2);
    about(shifted, "sign_size", a, 2e-3);
    free(shifted);
    free(text);
    free(rows);
}

/* Over many rows and chunks, threads or none: the parts add up to the whole. */
static void test_parts_add_up(void **state)
{
    (void)state;
    static const char *const specs[] = {"int8:per=tensor,range=percentile,p=99",
                                        "int4:map=affine,range=std,sd=1.5",
                                        "int3:per=dim,map=offset,range=std,sd=1",
                                        "int4:per=block,range=mse",
                                        "lloyd3:per=dim",
                                        "mxfp4",
                                        "q4_0",
                                        "q4_k",
                                        "ternary",
                                        "binary",
                                        "binary:center=mean",
                                        "binary:center=median"};
    enum { ROWS = 2 * QS_CHUNK_ROWS + 57, DIM = 37 };
    float *rows = random_rows(9, (size_t)ROWS * DIM, 1);
    int threads = qs_threads(0);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        qs_threads(1);
        char *text = report_of(specs[i], rows, ROWS, DIM), *again;
        double mse = number_of(text, "mse"), rounding = number_of(text, "rounding_mse");
        double clipping = number_of(text, "clipping_mse");
        assert_true(rounding > 0 && clipping > 0 && fabs(rounding + clipping - mse) < 2e-5 * mse);
        assert_true(number_of(text, "length_ratio") < 1.01);
        qs_threads(3);
        again = report_of(specs[i], rows, ROWS, DIM);
        assert_string_equal(again, text);
        free(again);
        free(text);
    }
    qs_threads(threads);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),      cmocka_unit_test(test_nothing_lost),
        cmocka_unit_test(test_unbounded),    cmocka_unit_test(test_without_figures),
        cmocka_unit_test(test_blocks),       cmocka_unit_test(test_other_rows),
        cmocka_unit_test(test_parts_add_up), cmocka_unit_test(test_overshoot),
        cmocka_unit_test(test_saturated),    cmocka_unit_test(test_dims),
        cmocka_unit_test(test_signs),        cmocka_unit_test(test_signs_of_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
