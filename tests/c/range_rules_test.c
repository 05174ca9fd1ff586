/*
 * Rules against what they promise: percentiles against sorted values, kl against a plain script of the same
 * procedure (tests/golden/kl.mjs), mse against a search that tries everything, std against its formula.
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

#include "base/bytes.h"
#include "codec/range_rule.h"
#include "make.h"
#include "range/counts.h"
#include "range/quickselect.h"

enum { SAMPLES = 5, SAMPLE = 8192, CELLS = 20480 };

static float samples[SAMPLES][SAMPLE]; /* sentences, words, weights of an LSTM and of attention, activations */

static int read_samples(void **state)
{
    (void)state;
    FILE *file = fopen("tests/golden/samples.bin", "rb");
    if (!file) fail_msg("tests/golden/samples.bin cannot be read; run the tests from the project's root");
    assert_int_equal(fread(samples, sizeof samples, 1, file), 1);
    fclose(file);
    return 0;
}

/* A histogram and its sums, counted over and over until it is fine. */
typedef struct counted {
    qsi_counts counts;
    qsi_cell cells[CELLS];
    uint32_t magnitudes[QSI_MAGNITUDES];
    qsi_histogram h;
    qsi_cdf mass;
} counted;

static counted *count(const float *x, size_t n)
{
    counted *c = make_room(sizeof *c);
    float min = x[0], max = x[0];
    for (size_t i = 0; i < n; i++) {
        min = fminf(min, x[i]);
        max = fmaxf(max, x[i]);
    }
    qsi_counts_begin(&c->counts, c->cells, CELLS, min, max);
    do {
        qsi_counts_add(&c->counts, x, n, 1, NULL);
    } while (qsi_counts_next(&c->counts));
    c->h = qsi_counts_histogram(&c->counts, min, max);
    memset(c->magnitudes, 0, sizeof c->magnitudes);
    double inverse = qsi_magnitude_inverse(qsi_histogram_largest(&c->h));
    for (size_t i = 0; i < n; i++) c->magnitudes[qsi_magnitude_bin(inverse, x[i])]++;
    c->h.magnitudes = c->magnitudes;
    assert_int_equal(qsi_cdf_open(&c->mass, &c->h), QS_OK);
    return c;
}

static void let_go(counted *c)
{
    qsi_cdf_close(&c->mass);
    free(c);
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void percentile_against_sorting(void **state)
{
    (void)state;
    static float sorted[SAMPLE], scratch[SAMPLE];
    for (size_t s = 0; s < SAMPLES; s++)
        for (int mirrored = 0; mirrored < 2; mirrored++) {
            static const double shares[] = {100, 99.99, 99.9, 99, 90, 50};
            counted *c = count(samples[s], SAMPLE);
            double width = ((double)c->h.max - (double)c->h.min) * 1.25 / CELLS;
            for (size_t i = 0; i < SAMPLE; i++) sorted[i] = mirrored ? fabsf(samples[s][i]) : samples[s][i];
            qsort(sorted, SAMPLE, sizeof *sorted, ascending);
            for (size_t p = 0; p < sizeof shares / sizeof *shares; p++) {
                size_t out = (size_t)floor(SAMPLE * (100 - shares[p]) / 100 + 1e-9), end = out / 2;
                float hi = sorted[SAMPLE - 1 - (mirrored ? out : end)], lo = mirrored ? -hi : sorted[end];
                qsi_range exact = qsi_rule_percentile_values(samples[s], SAMPLE, shares[p], mirrored, scratch);
                qsi_range binned = qsi_rule_percentile(&c->mass, shares[p], mirrored);
                assert_true(exact.lo == lo && exact.hi == hi);
                assert_true(fabs((double)binned.lo - (double)lo) <= width * 1.001);
                assert_true(fabs((double)binned.hi - (double)hi) <= width * 1.001);
            }
            let_go(c);
        }
    const float few[] = {3, -1, 2}; /* too few to leave any out */
    qsi_range all = qsi_rule_percentile_values(few, 3, 99.9, false, scratch);
    assert_true(all.lo == -1 && all.hi == 3);
    all = qsi_rule_percentile_values(few, 3, 50, true, scratch);
    assert_true(all.lo == -2 && all.hi == 2);
}

/* Of values that are often the same, zeros of either sign among them. */
static void ranks_against_sorting(void **state)
{
    (void)state;
    for (size_t n = 1; n < 150; n += 1 + n / 7) {
        float x[150], sorted[150], bound;
        for (size_t i = 0; i < n; i++) sorted[i] = x[i] = ((float)(i * i % 11) - 4) * (i % 3 ? 1.0F : -0.5F);
        qsort(sorted, n, sizeof *sorted, ascending);
        for (size_t count = 1; count <= n; count++) {
            size_t reach = qsi_quickselect_bound(x, n, count, &bound), reaching = 0;
            for (size_t i = 0; i < n; i++) reaching += x[i] >= bound;
            assert_true(reach == reaching && reach >= count);
            assert_true(reach == count || (bound == sorted[n - count] && sorted[n - count - 1] == bound));
            assert_true(qsi_quickselect(x, n, count) == sorted[n - count]);
        }
    }
}

static double number(const char *text)
{
    return strcmp(text, "inf") ? strtod(text, NULL) : INFINITY;
}

static void close_to(double value, double should)
{
    if (!(fabs(value - should) <= 1e-9) && !(isinf(value) && isinf(should)))
        fail_msg("%.17g is not %.17g", value, should);
}

/* The same where edges are not mirrored: magnitudes are counted as such, and the range ends where the data do. */
static void kl_unmirrored(const float *x, size_t groups, float end)
{
    float lo = x[0], hi = x[0];
    for (size_t i = 0; i < SAMPLE; i++) {
        lo = fminf(lo, x[i]);
        hi = fmaxf(hi, x[i]);
    }
    if (groups != (lo < 0 ? 128 : 256)) return; /* magnitudes have all codes where there is one sign */
    lo = fmaxf(lo, -end);
    hi = fminf(hi, end);
    for (size_t dim = 1; dim <= SAMPLE; dim *= SAMPLE) {
        qs_codec *codec = fit_codec("int8:map=offset,per=tensor,range=kl", dim, x, SAMPLE / dim);
        assert_true(qsi_codec_param(codec, "lo")[0] == lo);
        assert_true(qsi_codec_param(codec, "scale")[0] == (hi - lo) / 255);
        qs_codec_close(codec);
    }
    qs_codec *codec = fit_codec("int8:map=offset,per=dim,range=kl", 1, x, SAMPLE);
    assert_true(qsi_codec_param(codec, "lo")[0] == lo && qsi_codec_param(codec, "scale")[0] == (hi - lo) / 255);
    qs_codec_close(codec);
}

static void kl_against_a_plain_script(void **state)
{
    (void)state;
    static double counts[QSI_KL_BINS], divergence[QSI_KL_BINS + 1];
    FILE *file = fopen("tests/golden/kl.txt", "r");
    assert_non_null(file);
    size_t lines = 0, s, groups, bins;
    char largest[40], figures[3][40];
    while (fscanf(file, "%zu %zu %39s %zu %39s %39s %39s", &s, &groups, largest, &bins, figures[0], figures[1],
                  figures[2]) == 7) {
        qsi_range range;
        counted *c = count(samples[s], SAMPLE);
        assert_true(qsi_histogram_largest(&c->h) == strtod(largest, NULL));
        for (size_t i = 0; i < QSI_KL_BINS; i++) counts[i] = c->magnitudes[i];
        assert_int_equal(qsi_kl_bins(counts, groups, divergence), bins);
        close_to(divergence[bins], number(figures[0]));
        close_to(divergence[QSI_KL_BINS], number(figures[1]));
        close_to(divergence[1000], number(figures[2]));
        assert_int_equal(qsi_rule_kl(&c->h, groups, true, &range), QS_OK);
        assert_true(range.hi == (float)(strtod(largest, NULL) * (double)bins / QSI_KL_BINS) &&
                    range.lo == -range.hi);
        kl_unmirrored(samples[s], groups, range.hi);
        let_go(c);
        lines++;
    }
    fclose(file);
    assert_int_equal(lines, 3 * SAMPLES);
}

static void kl_at_its_edges(void **state)
{
    (void)state;
    static double counts[QSI_KL_BINS], divergence[QSI_KL_BINS + 1];
    assert_int_equal(qsi_kl_bins(counts, 128, divergence), QSI_KL_BINS); /* nothing at all: nothing is left out */
    counts[0] = 1e6; /* bin 0 takes the count of bin 1: all values near 0 vanish */
    counts[QSI_KL_BINS - 1] = 1;
    assert_int_equal(qsi_kl_bins(counts, 128, divergence), QSI_KL_BINS);
    assert_true(counts[0] == 0 && divergence[QSI_KL_BINS] == 0 && isinf(divergence[128]));
    for (size_t i = 0; i < QSI_KL_BINS; i++)
        counts[i] = 5; /* even: every range fits its own part, the last one all */
    assert_int_equal(qsi_kl_bins(counts, 128, divergence), QSI_KL_BINS);
    const char *refused[] = {"int8:range=kl", "int8:per=block,range=kl"};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(qs_spec_check(refused[i]), QS_E_OPTION);
        check_error(QS_E_OPTION, "per=tensor or per=dim");
    }
}

/* The least error that any range on a fine grid of ranges gives to values. */
static double least_error(const qsi_spec *spec, const float *x, size_t n, qsi_range data)
{
    double least = INFINITY, width = (double)data.hi - (double)data.lo;
    int steps = qsi_range_rule_mirrored(spec) ? 1 : 120;
    for (int i = 0; i < steps; i++)
        for (int j = 1; j <= (steps == 1 ? 2000 : 120); j++) {
            double lo = (double)data.lo + width * i / 240, hi = (double)data.hi - width * (120 - j) / 240;
            if (steps == 1) hi = fmax((double)data.hi, -(double)data.lo) * j / 2000, lo = -hi;
            if (hi > lo) least = fmin(least, spec->format->family->squared(spec, (float)lo, (float)hi, x, n));
        }
    return least;
}

static void mse_against_every_range(void **state)
{
    (void)state;
    static const char *const specs[] = {"int2:range=mse",
                                        "int4:range=mse",
                                        "int8:range=mse",
                                        "int4:levels=full,range=mse",
                                        "int4:map=affine,range=mse",
                                        "int4:map=offset,range=mse",
                                        "int8:map=offset,range=mse",
                                        "int4:round=trunc,range=mse",
                                        "int4:round=stochastic,range=mse",
                                        "int4:levels=pow2,range=mse",
                                        "int4:scale=f16,range=mse"};
    for (size_t s = 0; s < SAMPLES; s++)
        for (size_t i = 0; i < sizeof specs / sizeof *specs; i++)
            for (size_t n = 32, size = 0; n <= 2048; n *= 8, size++) {
                if (!is_tested(s + i + size)) continue;
                qsi_spec spec;
                assert_int_equal(qsi_spec_parse(specs[i], &spec), QS_OK);
                qsi_range data = {samples[s][0], samples[s][0]};
                for (size_t k = 0; k < n; k++) {
                    data.lo = fminf(data.lo, samples[s][k]);
                    data.hi = fmaxf(data.hi, samples[s][k]);
                }
                qsi_range range = data;
                assert_int_equal(qsi_range_rule_mse(&spec, samples[s], n, &range), QS_OK);
                double error = spec.format->family->squared(&spec, range.lo, range.hi, samples[s], n);
                double all = spec.format->family->squared(&spec, data.lo, data.hi, samples[s], n);
                double least =
                    n > 256 && !qsi_range_rule_mirrored(&spec) ? all : least_error(&spec, samples[s], n, data);
                double room = n < 200 ? 1.25 : 1.02; /* few values make a ragged curve of many valleys */
                if (error > all || error > least * room)
                    fail_msg("%s, sample %zu, %zu values: %g, minmax %g, least %g", specs[i], s, n, error, all,
                             least);
            }
}

/* The cost on a histogram is that of coding the values. Of the activations 93 % are exactly 0, a level, which costs
 * rounding by chance nothing, but something where they count as spread over a bin. */
static void cost_against_coding(void **state)
{
    (void)state;
    static const char *const specs[] = {"int3",
                                        "int8",
                                        "int4:levels=full",
                                        "int4:map=affine",
                                        "int5:map=offset",
                                        "int4:round=trunc",
                                        "int4:round=away",
                                        "int4:map=affine,round=trunc",
                                        "int4:round=stochastic",
                                        "int4:map=offset,round=stochastic",
                                        "int4:levels=pow2",
                                        "int3:levels=pow2,round=trunc",
                                        "int4:levels=pow2,round=stochastic"};
    for (size_t s = 0; s < SAMPLES; s++)
        for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
            qsi_spec spec;
            counted *c = count(samples[s], SAMPLE);
            assert_int_equal(qsi_spec_parse(specs[i], &spec), QS_OK);
            for (double part = 0.2; part < 1.5; part += 0.26) {
                float lo = (float)(part * (double)c->h.min), hi = (float)(part * (double)c->h.max);
                qsi_levels levels;
                qsi_cost cost;
                assert_int_equal(spec.format->family->levels(&spec, lo, hi, true, &levels), QS_OK);
                qsi_cdf_cost(&c->mass, &levels, &cost);
                double should = spec.format->family->squared(&spec, lo, hi, samples[s], SAMPLE);
                double clipped = 0, is = cost.rounding + cost.clipping;
                for (size_t k = 0; k < SAMPLE; k++)
                    clipped += (double)samples[s][k] < cost.low || (double)samples[s][k] > cost.high;
                if (fabs(is / should - 1) > (levels.by_chance ? 0.02 : 0.01))
                    fail_msg("%s, sample %zu, %g: %g, not %g", specs[i], s, part, is, should);
                assert_true(fabs(cost.clipped - clipped) <= 0.002 * SAMPLE);
            }
            let_go(c);
        }
}

static void std_by_its_formula(void **state)
{
    (void)state;
    const float x[] = {1, 2, 3, 4, 10}; /* mean 4, deviation sqrt(10) */
    qsi_spec spec;
    float scratch[5];
    assert_int_equal(qsi_spec_parse("int8:map=offset,range=std,sd=1", &spec), QS_OK);
    qsi_range range = qsi_range_rule_values(&spec, x, 5, (qsi_range){1, 10}, scratch);
    assert_true(range.lo == 1 && range.hi == (float)(4 + sqrt(10))); /* no further down than the data */
    assert_int_equal(qsi_spec_parse("int8:range=std,sd=1", &spec), QS_OK);
    range = qsi_range_rule_values(&spec, x, 5, (qsi_range){1, 10}, scratch);
    assert_true(range.hi == (float)(4 + sqrt(10)) && range.lo == -range.hi);
    qs_codec *codec = fit_codec("int8:map=offset,per=tensor,range=std,sd=1", 1, x, 5);
    assert_true(qsi_codec_param(codec, "lo")[0] == 1);
    assert_true(qsi_codec_param(codec, "scale")[0] == ((float)(4 + sqrt(10)) - 1) / 255);
    qs_codec_close(codec);
    const float dims[] = {1, 10, 2, 20, 3, 30, 4, 40, 10, 100};
    codec = fit_codec("int8:map=offset,per=dim,range=std,sd=1", 2, dims, 5);
    assert_true(qsi_codec_param(codec, "scale")[0] == ((float)(4 + sqrt(10)) - 1) / 255);
    assert_true(qsi_codec_param(codec, "scale")[1] == ((float)(40 + sqrt(1000)) - 10) / 255);
    qs_codec_close(codec);
}

/* A constant has no range to choose: every rule restores it. */
static void constants(void **state)
{
    (void)state;
    static const char *const rules[] = {"percentile", "mse", "kl", "std"};
    static const float values[] = {0, 0.3F, -7, 1e30F, 1e-30F, -1e-42F};
    for (size_t r = 0; r < 4; r++)
        for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
            char spec[80];
            uint8_t codes[4];
            float x[4] = {values[v], values[v], values[v], values[v]}, back[4];
            snprintf(spec, sizeof spec, "int8:map=offset,per=tensor,range=%s", rules[r]);
            qs_codec *codec = fit_codec(spec, 4, x, 1);
            assert_non_null(codec);
            assert_int_equal(qs_codec_encode(codec, 0, x, 1, codes), QS_OK);
            assert_int_equal(qs_codec_decode(codec, codes, 1, back), QS_OK);
            assert_memory_equal(x, back, sizeof x);
            qs_codec_close(codec);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(percentile_against_sorting), cmocka_unit_test(ranks_against_sorting),
        cmocka_unit_test(kl_against_a_plain_script),  cmocka_unit_test(kl_at_its_edges),
        cmocka_unit_test(mse_against_every_range),    cmocka_unit_test(cost_against_coding),
        cmocka_unit_test(std_by_its_formula),         cmocka_unit_test(constants),
    };
    return cmocka_run_group_tests(tests, read_samples, NULL);
}
