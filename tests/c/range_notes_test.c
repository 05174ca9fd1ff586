/* Facts about ranges that texts on quantization get wrong: what bounds the error, what an outlier does, what noise
 * to expect. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <cmocka.h>

#include "codec/codec.h"
#include "gaussian.h"
#include "make.h"

static double sqnr_of(const char *spec, const float *x, size_t n, double *worst)
{
    qs_codec *codec = fit_codec(spec, n, x, 1);
    assert_non_null(codec);
    uint8_t *codes = make_room(qs_codec_row_bytes(codec));
    float *back = make_room(n * sizeof *back);
    double signal = 0, noise = 0;
    *worst = 0;
    assert_int_equal(qs_codec_encode(codec, 0, x, 1, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, 1, back), QS_OK);
    for (size_t i = 0; i < n; i++) {
        double error = (double)back[i] - (double)x[i];
        signal += (double)x[i] * (double)x[i];
        noise += error * error;
        *worst = fmax(*worst, fabs(error));
    }
    free(codes);
    free(back);
    qs_codec_close(codec);
    return 10 * log10(signal / noise);
}

/* 20 log10(255) = 48.13 dB holds for a signal spread evenly over the whole range, and for no other: a Gaussian at
 * the best range of 8 bits has 40.57 dB. The error is bounded by half the scale, not by the scale. */
static void noise_of_8_bits(void **state)
{
    (void)state;
    enum { N = GAUSSIAN_COUNT };
    float *even = make_room(N * sizeof *even), *normal = gaussian(N, 3);
    double worst;
    for (size_t i = 0; i < N; i++) even[i] = (float)(((double)i + 0.5) / N - 0.5);
    assert_true(fabs(sqnr_of("int8:map=offset,per=tensor", even, N, &worst) - 20 * log10(255)) < 0.05);
    assert_true(worst < 0.5 / 255 * 1.001 && worst > 0.5 / 255 * 0.99);
    double minmax = sqnr_of("int8:map=offset,per=tensor", normal, N, &worst);
    double best = sqnr_of("int8:map=offset,per=tensor,range=mse", normal, N, &worst);
    assert_true(fabs(best - 40.57) < 0.05 && minmax < best);
    free(even);
    free(normal);
}

/* With an outlier of 256 among values below 10.8 the scale grows; what shrinks is its inverse. */
static void an_outlier_makes_the_scale_larger(void **state)
{
    (void)state;
    float x[] = {10.8F, -7.59F, 3, 1, 0.5F, 2};
    qs_codec *plain = fit_codec("int8:per=tensor", 6, x, 1);
    x[5] = 256;
    qs_codec *outlier = fit_codec("int8:per=tensor", 6, x, 1);
    float scale = qsi_codec_param(plain, "scale")[0], larger = qsi_codec_param(outlier, "scale")[0];
    assert_true(scale == 10.8F / 127 && larger == 256.0F / 127);
    assert_true(1 / larger < 1 / scale && fabs(1 / (double)scale - 11.76) < 0.005);
    qs_codec_close(plain);
    qs_codec_close(outlier);
}

/* A smaller scale draws the ends of the grid in towards 0 where 0 is in the range; both ends of a range above 0 go
 * down only if the range keeps its low end. */
static void a_smaller_scale_and_the_ends_of_the_grid(void **state)
{
    (void)state;
    qsi_spec spec;
    qsi_levels wide, narrow;
    assert_int_equal(qsi_spec_parse("int8:map=affine", &spec), QS_OK);
    assert_int_equal(spec.format->family->levels(&spec, -2, 6, true, &wide), QS_OK);
    assert_int_equal(spec.format->family->levels(&spec, -1, 3, true, &narrow), QS_OK);
    assert_true(narrow.at[255] < wide.at[255] && narrow.at[0] > wide.at[0]); /* the low end goes up */
    assert_int_equal(qsi_spec_parse("int8:map=offset", &spec), QS_OK);
    assert_int_equal(spec.format->family->levels(&spec, 10, 11, true, &wide), QS_OK);
    assert_int_equal(spec.format->family->levels(&spec, 10.25F, 10.75F, true, &narrow), QS_OK);
    assert_true(narrow.at[0] > wide.at[0] && narrow.at[255] < wide.at[255]);
}

/* Params made for codes from 0 to 255, and codes truncated at 127: half of the values of an even signal saturate,
 * and the error is 180 times as large. */
static void codes_of_another_sign(void **state)
{
    (void)state;
    enum { N = 100000 };
    float *x = make_room(N * sizeof *x);
    uint8_t *codes = make_room(N);
    for (size_t i = 0; i < N; i++) x[i] = (float)(((double)i + 0.5) / (N / 2) - 1);
    qs_codec *codec = fit_codec("int8:map=affine,codes=unsigned,per=tensor", N, x, 1);
    assert_int_equal(qs_codec_encode(codec, 0, x, 1, codes), QS_OK);
    double scale = (double)qsi_codec_param(codec, "scale")[0], zero = (double)qsi_codec_param(codec, "zero")[0];
    double saturated = 0, right = 0, wrong = 0;
    for (size_t i = 0; i < N; i++) {
        int cut = codes[i] > 127 ? 127 : codes[i];
        saturated += codes[i] >= 127;
        right += pow(scale * (codes[i] - zero) - (double)x[i], 2);
        wrong += pow(scale * (cut - zero) - (double)x[i], 2);
    }
    assert_true(fabs(saturated / N - 0.505) < 0.002);
    assert_true(fabs(sqrt(wrong / N) - 0.4135) < 0.001);
    assert_true(fabs(sqrt(right / N) - 0.00226) < 0.00001);
    qs_codec_close(codec);
    free(codes);
    free(x);
}

/* Codes a row and decodes it again. */
static qs_codec *there_and_back(const char *spec, const float *x, size_t n, float *back)
{
    uint8_t *codes = make_room(n);
    qs_codec *codec = fit_codec(spec, n, x, 1);
    assert_non_null(codec);
    assert_int_equal(qs_codec_encode(codec, 0, x, 1, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, 1, back), QS_OK);
    free(codes);
    return codec;
}

/* Zero points are whole numbers, so a code stands for 0 exactly. Kept as the floats they come from they would leave
 * 0 between two codes, nearly always. */
static void zero_has_a_code(void **state)
{
    static const char *const specs[] = {"int8:map=affine,per=tensor", "int8:map=affine,codes=unsigned,per=tensor",
                                        "int4:map=affine,per=tensor"};
    enum { TRIES = 50 };
    random_state r = random_from(8);
    size_t between = 0;
    (void)state;
    for (size_t i = 0; i < 3 * TRIES; i++) {
        float x[3] = {(float)-random_unit(&r), (float)random_unit(&r), 0}, back[3];
        qs_codec *codec = there_and_back(specs[i % 3], x, 3, back);
        double scale = (double)qsi_codec_param(codec, "scale")[0], zero = (double)qsi_codec_param(codec, "zero")[0];
        double wanted = -(double)x[0] / scale;
        assert_true(back[2] == 0 && zero == floor(zero));
        between += fabs(wanted - floor(wanted + 0.5)) > 0.01;
        qs_codec_close(codec);
    }
    assert_true(between > 3 * TRIES * 9 / 10);
}

/* Half a step bounds the error of what is not clipped. What is clipped errs by how far it lies beyond the outermost
 * level, which nothing bounds. */
static void what_half_a_step_bounds(void **state)
{
    enum { N = 2000 };
    float x[N], back[N];
    double worst[2] = {0, 0};
    (void)state;
    for (size_t i = 0; i < N; i++) x[i] = (float)((2 * (double)i + 1) / N - 1);
    qs_codec_close(there_and_back("int8:per=tensor", x, N, back));
    for (size_t i = 0; i < N; i++) {
        double steps = fabs((double)back[i] - (double)x[i]) * 127 * 2;
        if (steps > worst[0]) worst[0] = steps;
    }
    assert_true(worst[0] > 0.98 && worst[0] < 1.0001);
    qs_codec_close(there_and_back("int8:per=tensor,range=given,lo=-0.5,hi=0.5", x, N, back));
    for (size_t i = 0; i < N; i++) {
        double error = fabs((double)back[i] - (double)x[i]), beyond = fabs((double)x[i]) - 0.5;
        if (beyond <= 0)
            assert_true(error * 254 * 2 < 1.0001);
        else
            assert_true(fabs(error - beyond) < 1e-6);
        if (error * 254 * 2 > worst[1]) worst[1] = error * 254 * 2;
    }
    assert_true(worst[1] > 250);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_of_8_bits),
        cmocka_unit_test(zero_has_a_code),
        cmocka_unit_test(what_half_a_step_bounds),
        cmocka_unit_test(codes_of_another_sign),
        cmocka_unit_test(an_outlier_makes_the_scale_larger),
        cmocka_unit_test(a_smaller_scale_and_the_ends_of_the_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
