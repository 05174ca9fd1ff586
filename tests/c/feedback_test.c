/* Error feedback along a row: what it does by hand, what it costs each value, and what sums gain. */
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
#include <string.h>

/* rows coded by spec and decoded again. The caller frees. */
static float *decoded_of(const char *spec, const float *rows, size_t nrows, size_t dim)
{
    qs_codec *codec = fit_codec(spec, dim, rows, nrows);
    if (!codec) check_error(0, spec);
    uint8_t *codes = make_room(nrows * qs_codec_row_bytes(codec));
    float *decoded = make_room(nrows * dim * sizeof *decoded);
    assert_int_equal(qs_codec_encode(codec, 0, rows, nrows, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, nrows, decoded), QS_OK);
    free(codes);
    qs_codec_close(codec);
    return decoded;
}

static void assert_decoded(const char *spec, const float *row, const float *expected, size_t dim)
{
    float *decoded = decoded_of(spec, row, 1, dim);
    for (size_t i = 0; i < dim; i++)
        if (decoded[i] != expected[i]) fail_msg("%s: value %zu is %g", spec, i, (double)decoded[i]);
    free(decoded);
}

static void test_by_hand(void **state)
{
    (void)state;
    const float steady[5] = {0.4F, 0.4F, 0.4F, 0.4F, 0.4F}, zeros[5] = {0};
    const float fed[5] = {0, 1, 0, 1, 0}; /* 0.4; 0.8; -0.2 + 0.4; 0.2 + 0.4; -0.4 + 0.4 */
    assert_decoded("int4:range=given,s=1", steady, zeros, 5);
    assert_decoded("int4:range=given,s=1,feedback=1", steady, fed, 5);
    assert_decoded("int4:per=tensor,range=given,s=1,feedback=1", steady, fed, 5);
    assert_decoded("int4:per=dim,range=given,s=1,feedback=1", steady, fed, 5);
    assert_decoded("int4:per=block,block=2,range=given,s=1,feedback=1", steady, fed, 5); /* across blocks */
    /* What is clipped is not made up for, but for one step. */
    const float far[4] = {100, 0, 0, -0.25F}, cut[4] = {7, 1, 0, 0};
    assert_decoded("int4:range=given,s=1,feedback=1", far, cut, 4);
}

/* A row does not know of the one before. */
static void test_rows_apart(void **state)
{
    (void)state;
    const float rows[6] = {0.4F, 0.4F, 0.4F, 0.4F, 0.4F, 0.4F};
    float *decoded = decoded_of("int8:per=tensor,range=given,s=1,feedback=1", rows, 2, 3);
    assert_memory_equal(decoded, decoded + 3, 3 * sizeof *decoded);
    free(decoded);
}

enum { ROWS = 300, DIM = 512 };

typedef struct loss {
    double mse, running, smooth; /* running: largest error of a sum from a row's start; smooth: mean square error of
                                    dot products with half a sine wave */
    double prefix;               /* root of the mean square of those sums, as a report tells it */
} loss;

/* What the report of a run says of prefix sums. */
static double reported(const char *spec, const float *rows)
{
    qs_run *run = qs_run_open(spec, "cosine", 1, 0, ROWS, DIM, 0);
    assert_int_equal(qs_run_feed_base(run, 0, rows, ROWS), QS_OK);
    do
        while (qs_run_step(run, ROWS) > 0) {
        }
    while (qs_run_next_phase(run, NULL, 0) > 0);
    char *text = TEXT_OF(qs_run_json, run);
    double figure = number_of(text, "prefix_sum_rmse");
    free(text);
    qs_run_close(run);
    return figure;
}

static loss measure(const char *spec, const float *rows)
{
    float *decoded = decoded_of(spec, rows, ROWS, DIM);
    loss l = {.prefix = reported(spec, rows)};
    double squares = 0;
    for (size_t r = 0; r < ROWS; r++) {
        double sum = 0, dot = 0;
        for (size_t d = 0; d < DIM; d++) {
            double error = (double)decoded[r * DIM + d] - (double)rows[r * DIM + d];
            l.mse += error * error / (ROWS * DIM);
            sum += error;
            squares += sum * sum / (ROWS * DIM);
            dot += error * sin(3.14159265358979 * (double)d / DIM);
            l.running = fmax(l.running, fabs(sum));
        }
        l.smooth += dot * dot / ROWS;
    }
    free(decoded);
    assert_true(fabs(l.prefix / sqrt(squares) - 1) < 1e-5);
    return l;
}

/* On noise each value errs by twice the squared error, and sums by half a step however long they are: evenly so,
 * where without feedback they are a random walk. */
static void test_what_it_costs_and_gains(void **state)
{
    (void)state;
    random_state r = random_from(3);
    float *rows = make_room(sizeof *rows * ROWS * DIM);
    for (size_t i = 0; i < (size_t)ROWS * DIM; i++) rows[i] = (float)(2 * random_unit(&r) - 1);
    rows[0] = 1; /* the scale of the tensor is 1/127 or 1/7 */
    static const char *const specs[] = {"int8:per=tensor", "int4:per=tensor"};
    const double steps[] = {1.0 / 127, 1.0 / 7};
    for (size_t i = 0; i < 2; i++) {
        char fed[60];
        snprintf(fed, sizeof fed, "%s,feedback=1", specs[i]);
        loss without = measure(specs[i], rows), with = measure(fed, rows);
        double theory = steps[i] * steps[i] / 12;
        assert_true(fabs(without.mse / theory - 1) < 0.02);
        assert_true(fabs(with.mse / without.mse - 2) < 0.06);
        assert_true(with.running < 0.5001 * steps[i] + 1e-5);
        assert_true(without.running > 5 * steps[i]);
        assert_true(with.smooth < without.smooth / 1000);
        assert_true(fabs(with.prefix / sqrt(theory) - 1) < 0.02);
        assert_true(fabs(without.prefix / sqrt(theory * (DIM + 1) / 2) - 1) < 0.1);
    }
    free(rows);
}

/* On smooth rows rounding errs alike for many values on end, and running sums are further off still. */
static void test_smooth_rows(void **state)
{
    (void)state;
    float *rows = make_room(sizeof *rows * ROWS * DIM);
    for (size_t r = 0; r < ROWS; r++)
        for (size_t d = 0; d < DIM; d++) {
            double at = (double)d / DIM, wave = 1 + 0.01 * (double)r;
            rows[r * DIM + d] = (float)sin(wave * at + (double)r);
        }
    static const char *const specs[] = {"int4:per=tensor", "int4:per=row", "int4:per=block,map=affine",
                                        "int3:per=dim"};
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        char fed[60];
        snprintf(fed, sizeof fed, "%s,feedback=1", specs[i]);
        loss without = measure(specs[i], rows), with = measure(fed, rows);
        assert_true(with.mse > without.mse);
        assert_true(with.prefix < without.prefix / 10);
    }
    free(rows);
}

/* The same bytes by every backend and any split. */
static void test_same_bytes(void **state)
{
    (void)state;
    static const char *const specs[] = {"int8:feedback=1", "int3:map=affine,per=tensor,feedback=1",
                                        "int5:map=offset,per=dim,round=stochastic,seed=4,feedback=1",
                                        "int4:per=block,block=7,round=stochastic,feedback=1"};
    enum { N = 40, D = 33 };
    float *rows = random_rows(8, (size_t)N * D, 2);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        qs_codec *codec = fit_codec(specs[i], D, rows, N);
        assert_non_null(codec);
        size_t row_bytes = qs_codec_row_bytes(codec);
        uint8_t *whole = make_room(N * row_bytes), *parts = make_room(N * row_bytes);
        assert_int_equal(qs_codec_encode(codec, 0, rows, N, whole), QS_OK);
        qs_backend_use("ref");
        for (size_t at = 0, n; at < N; at += n) {
            n = at % 3 + 1 < N - at ? at % 3 + 1 : N - at;
            assert_int_equal(qs_codec_encode(codec, (double)at, rows + at * D, n, parts + at * row_bytes), QS_OK);
        }
        qs_backend_use("auto");
        assert_memory_equal(parts, whole, N * row_bytes);
        free(whole);
        free(parts);
        qs_codec_close(codec);
    }
    free(rows);
}

/* The first row that fails is told of, wherever in it that is, however many go in one call. */
static void test_first_failure(void **state)
{
    (void)state;
    enum { N = 9, D = 20 };
    const char *spec = "int8:map=offset,per=block,block=8,feedback=1";
    float *rows = random_rows(8, (size_t)N * D, 1);
    qs_codec *codec = fit_codec(spec, D, rows, N);
    assert_non_null(codec);
    uint8_t *codes = make_room(N * qs_codec_row_bytes(codec));
    rows[5 * D] = NAN;
    rows[3 * D + 9] = INFINITY;
    assert_int_equal(qs_codec_encode(codec, 70, rows, N, codes), QS_E_DATA);
    check_error(QS_E_DATA, "row 73, column 9 is infinity");
    rows[2 * D + 16] = -(rows[2 * D + 17] = 3e38F);
    assert_int_equal(qs_codec_encode(codec, 70, rows, N, codes), QS_E_DATA);
    check_error(QS_E_DATA, "\"row\":72,\"column\":16}");
    free(codes);
    free(rows);
    qs_codec_close(codec);
}

static void test_spec(void **state)
{
    (void)state;
    char *text = TEXT_OF(qs_spec_json, "INT4:feedback=1,per=tensor");
    assert_non_null(strstr(text, "{\"spec\":\"int4:per=tensor,feedback=1\","));
    free(text);
    text = TEXT_OF(qs_spec_json, "int4:feedback=0");
    assert_non_null(strstr(text, "{\"spec\":\"int4\","));
    free(text);
    assert_int_equal(qs_spec_check("int4:feedback=2"), QS_E_OPTION);
    check_error(QS_E_OPTION, "feedback takes a whole number from 0 to 1");
    assert_int_equal(qs_spec_check("f16:feedback=1"), QS_E_OPTION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_rows_apart),
        cmocka_unit_test(test_what_it_costs_and_gains),
        cmocka_unit_test(test_smooth_rows),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_first_failure),
        cmocka_unit_test(test_spec),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
