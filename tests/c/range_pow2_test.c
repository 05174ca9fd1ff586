/* levels=pow2: every code by its definition, the nearest of all levels, and each way of rounding. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "codec/codec.h"
#include "kernels/kernels.h"
#include "make.h"
#include "spec/spec.h"

static const char *const roundings[] = {"even", "away", "trunc", "stochastic"};

/* Codes and decodes n values of one row with scale 1, by per=tensor. */
static void through(int bits, const char *rounding, const float *x, size_t n, int8_t *codes, float *back)
{
    char spec[80];
    snprintf(spec, sizeof spec, "int%d:levels=pow2,per=tensor,range=given,s=1,round=%s", bits, rounding);
    qs_codec *codec = fit_codec(spec, n, x, 1);
    assert_non_null(codec);
    uint8_t *row = make_room(qs_codec_row_bytes(codec));
    assert_int_equal(qs_codec_encode(codec, 0, x, 1, row), QS_OK);
    assert_int_equal(qs_codec_decode(codec, row, 1, back), QS_OK);
    qsi_kernels_now()->unpack(row, n, (unsigned)bits, true, (uint8_t *)codes);
    free(row);
    qs_codec_close(codec);
}

static double level(int q, int most)
{
    return q == 0 ? 0 : q < 0 ? -ldexp(1, -q - most) : ldexp(1, q - most);
}

static void every_level(void **state)
{
    (void)state;
    for (int bits = 2; bits <= 8; bits++) {
        int most = (1 << (bits - 1)) - 1;
        float x[255], back[255];
        int8_t codes[255];
        for (int q = -most; q <= most; q++) x[q + most] = (float)level(q, most);
        for (int r = 0; r < 4; r++) {
            through(bits, roundings[r], x, (size_t)(2 * most + 1), codes, back);
            for (int q = -most; q <= most; q++) assert_true(codes[q + most] == q && back[q + most] == x[q + most]);
        }
    }
}

static void nearest_of_all(void **state)
{
    (void)state;
    enum { N = 5000 };
    static float x[N], back[N];
    static int8_t codes[N];
    random_state r = random_from(8);
    for (int bits = 2; bits <= 8; bits++) {
        int most = (1 << (bits - 1)) - 1;
        for (size_t i = 0; i < N; i++)
            x[i] = (float)(random_normal(&r) * ldexp(1, -(int)random_below(&r, (size_t)most + 3)));
        for (int rounding = 0; rounding < 3; rounding++) {
            through(bits, roundings[rounding], x, N, codes, back);
            for (size_t i = 0; i < N; i++) {
                double v = (double)x[i], best = INFINITY, inner = 0;
                for (int q = -most; q <= most; q++) {
                    best = fmin(best, fabs(level(q, most) - v));
                    if (fabs(level(q, most)) <= fabs(v) && level(q, most) * v >= 0 &&
                        fabs(level(q, most)) > fabs(inner))
                        inner = level(q, most);
                }
                if (rounding < 2)
                    assert_true(fabs((double)back[i] - v) == best);
                else
                    assert_true((double)back[i] == inner);
            }
        }
    }
}

static void ties(void **state)
{
    (void)state;
    const float x[] = {0.75F, -0.75F, 0.375F, 0.1875F, 0.0078125F, 0.01171875F, 1.2F, -3, 0, -0.0F};
    int8_t codes[10];
    float back[10];
    static const int8_t even[] = {6, -6, 6, 4, 0, 1, 7, -7, 0, 0}, away[] = {7, -7, 6, 5, 1, 1, 7, -7, 0, 0};
    through(4, "away", x, 10, codes, back); /* levels 1/64 ... 1; the third value is half-way from 5 to 6 */
    assert_memory_equal(codes, away, sizeof codes);
    through(4, "even", x, 10, codes, back);
    assert_memory_equal(codes, even, sizeof codes);
}

static void by_chance(void **state)
{
    (void)state;
    enum { N = 100000 };
    static float x[N], back[N];
    static int8_t codes[N];
    double sum = 0;
    for (size_t i = 0; i < N; i++) x[i] = -0.3F;
    through(4, "stochastic", x, N, codes, back);
    for (size_t i = 0; i < N; i++) {
        assert_true(codes[i] == -5 || codes[i] == -6);
        sum += (double)back[i];
    }
    assert_true(fabs(sum / N + 0.3) < 0.002);
}

/* Scales of every granularity, the rules, and no integer scores. */
static void in_all_granularities(void **state)
{
    (void)state;
    enum { DIM = 40, ROWS = 300 };
    float *x = random_rows(2, (size_t)ROWS * DIM, 3);
    static const char *const specs[] = {"int4:levels=pow2,per=tensor", "int4:levels=pow2,per=dim",
                                        "int4:levels=pow2", "int4:levels=pow2,per=block"};
    for (size_t s = 0; s < 4; s++) {
        double noise[2] = {0, 0};
        for (int mse = 0; mse < 2; mse++) {
            char spec[80];
            snprintf(spec, sizeof spec, "%s%s", specs[s], mse ? ",range=mse" : "");
            qs_codec *codec = fit_codec(spec, DIM, x, ROWS);
            assert_non_null(codec);
            assert_false(codec->family->integers_apply(&codec->spec));
            uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
            float *back = make_room((size_t)ROWS * DIM * sizeof *back);
            assert_int_equal(qs_codec_encode(codec, 0, x, ROWS, codes), QS_OK);
            assert_int_equal(qs_codec_decode(codec, codes, ROWS, back), QS_OK);
            for (size_t i = 0; i < (size_t)ROWS * DIM; i++)
                noise[mse] += ((double)back[i] - (double)x[i]) * ((double)back[i] - (double)x[i]);
            free(codes);
            free(back);
            qs_codec_close(codec);
        }
        assert_true(noise[1] < noise[0] && noise[0] < 0.1 * 9 * ROWS * DIM);
    }
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_level), cmocka_unit_test(nearest_of_all),       cmocka_unit_test(ties),
        cmocka_unit_test(by_chance),   cmocka_unit_test(in_all_granularities),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
