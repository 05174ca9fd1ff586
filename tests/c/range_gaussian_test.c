/*
 * Rules on Gaussian data against what theory says of them: the half-range of the best uniform quantizer and its
 * signal-to-noise ratio, from an integration of the normal density that has nothing in common with the core.
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

#include "gaussian.h"
#include "quantscope.h"

enum { DIM = 1000, ROWS = GAUSSIAN_COUNT / DIM };

static float *x;
static char text[20000]; /* the params of the last codec */

/* Fits, codes and decodes all rows. *a, *b: the two params. Returns the signal-to-noise ratio in dB. */
static double measure(const char *spec, float *first, float *second)
{
    qs_fit *fit = qs_fit_open(spec, DIM);
    assert_non_null(fit);
    int more;
    do {
        assert_int_equal(qs_fit_observe(fit, 0, x, ROWS), 0);
        more = qs_fit_next_pass(fit);
    } while (more > 0);
    assert_int_equal(more, 0);
    qs_codec *codec = qs_fit_finish(fit);
    qs_fit_close(fit);
    assert_non_null(codec);
    assert_true(qs_codec_params_json(codec, ROWS, text, sizeof text) < sizeof text);
    if (first)
        assert_int_equal(sscanf(text, "%*[^[][%*d,%*d],\"params\":{\"scale\":[%f],\"lo\":[%f]", first, second), 2);
    uint8_t *codes = malloc(ROWS * qs_codec_row_bytes(codec));
    float *decoded = malloc(GAUSSIAN_COUNT * sizeof *decoded);
    assert_int_equal(qs_codec_encode(codec, 0, x, ROWS, codes), 0);
    assert_int_equal(qs_codec_decode(codec, codes, ROWS, decoded), 0);
    double signal = 0, noise = 0;
    for (size_t i = 0; i < GAUSSIAN_COUNT; i++) {
        double error = (double)decoded[i] - (double)x[i];
        signal += (double)x[i] * (double)x[i];
        noise += error * error;
    }
    free(codes);
    free(decoded);
    qs_codec_close(codec);
    return 10 * log10(signal / noise);
}

/* The optimum for N(0, 1): half-range A = D * (2^b - 1) / 2 and SQNR in dB, for 2 to 8 bits. */
static const struct {
    double half, sqnr;
} best[] = {{1.4935, 9.25},  {2.0511, 14.27}, {2.5140, 19.38}, {2.9162, 24.57},
            {3.2780, 29.83}, {3.6111, 35.17}, {3.9222, 40.57}};

static void mse_finds_the_optimum(void **state)
{
    (void)state;
    for (int bits = 2; bits <= 8; bits++) {
        char spec[80];
        float scale, lo;
        snprintf(spec, sizeof spec, "int%d:map=offset,per=tensor,range=mse", bits);
        double sqnr = measure(spec, &scale, &lo), half = (double)scale * (double)((1 << bits) - 1) / 2;
        double should = best[bits - 2].half, level = best[bits - 2].sqnr;
        print_message("%d bits: half-range %.4f (%.4f, %+.2f %%), SQNR %.3f dB (%.2f)\n", bits, half, should,
                      100 * (half / should - 1), sqnr, level);
        assert_true(fabs(half / should - 1) < 0.01);
        assert_true(fabs(sqnr - level) < 0.05);
        assert_true(fabs((double)lo + half) < 0.01 * half); /* mirrored data, so a mirrored range */
    }
}

/* Lloyd-Max for N(0, 1): SQNR in dB for 2 to 6 bits, and the upper levels of 2 to 4 bits. */
static void codebooks_find_the_optimum(void **state)
{
    (void)state;
    static const double sqnr[] = {9.30, 14.62, 20.22, 26.01, 31.91};
    for (int bits = 2; bits <= 6; bits++) {
        char spec[80];
        snprintf(spec, sizeof spec, "lloyd%d", bits);
        double is = measure(spec, NULL, NULL);
        print_message("%d bits: SQNR %.3f dB (%.2f)\n", bits, is, sqnr[bits - 2]);
        assert_true(fabs(is - sqnr[bits - 2]) < 0.05);
    }
    static const double upper[] = {0.1284, 0.3880, 0.6568, 0.9423, 1.2562, 1.6180, 2.0690, 2.7326};
    measure("lloyd4", NULL, NULL);
    const char *at = strstr(text, "\"codebook\":[") + 12;
    for (int i = 0; i < 16; i++, at = strpbrk(at, ",]") + 1) {
        double should = i < 8 ? -upper[7 - i] : upper[i - 8];
        assert_true(fabs(strtod(at, NULL) - should) < 0.01);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(mse_finds_the_optimum),
                                       cmocka_unit_test(codebooks_find_the_optimum)};
    x = gaussian(GAUSSIAN_COUNT, 1);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(x);
    return failed;
}
