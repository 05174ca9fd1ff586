/*
 * Rules on data that bins of equal width would tell wrongly: a few distinct values, and values far from all others.
 * What a rule is said to cost is what coding measures, percentiles leave out as many values as they say, and mse is
 * no worse than a search on the values.
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

#include "codec/range_rule.h"
#include "make.h"

enum { DIM = 3, ROWS = 4000, N = DIM * ROWS };

static char *report(const char *spec, const float *rows)
{
    qs_range *range = calibrated(spec, DIM, 0, rows, ROWS);
    char *text = TEXT_OF(qs_range_json, range);
    qs_range_close(range);
    return text;
}

/* Within 0.05 dB, and mse no worse than any other. */
static void told_is_measured(const char *format, const float *rows)
{
    static const char *const rules[] = {"minmax", "percentile", "mse", "kl", "std"};
    char *told = report(format, rows);
    double squares = 0, noise[5];
    for (size_t i = 0; i < N; i++) squares += (double)rows[i] * (double)rows[i];
    for (size_t r = 0; r < 5; r++) {
        char spec[120], rule[40];
        snprintf(spec, sizeof spec, "%s,range=%s", format, rules[r]);
        snprintf(rule, sizeof rule, "{\"range\":\"%s\"", rules[r]);
        noise[r] = coding_error(spec, DIM, rows, ROWS, NULL);
        double is = number_of(strstr(told, rule), "mse") * N;
        if (fabs(10 * log10(is / noise[r])) > 0.05 && fabs(is - noise[r]) > 1e-12 * squares)
            fail_msg("%s: %g is told, %g measured", spec, is, noise[r]);
    }
    for (size_t r = 0; r < 5; r++)
        if (noise[2] > noise[r] * 1.0001 + 1e-12 * squares)
            fail_msg("%s: mse costs %g, %s %g", format, noise[2], rules[r], noise[r]);
    free(told);
}

/* Bytes of pictures: mostly 0, or 255, or anything; dims of different ranges. */
static void few_values(void **state)
{
    (void)state;
    static const char *const formats[] = {"int8:map=offset,per=dim", "int8:map=offset,per=tensor", "int8:per=dim",
                                          "int4:map=affine,per=dim", "int4:map=offset,per=dim"};
    float *rows = make_room(N * sizeof *rows);
    random_state r = random_from(31);
    for (size_t i = 0; i < N; i++) {
        size_t most = i % DIM == 0 ? 256 : i % DIM == 1 ? 201 : 17, kind = random_below(&r, 8);
        rows[i] = kind < 4 ? 0 : kind == 4 ? (float)(most - 1) : (float)random_below(&r, most);
    }
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) told_is_measured(formats[f], rows);
    free(rows);
}

/* Zeros beside values as small as one likes: no bin of equal width parts the two. */
static void mostly_zeros(void **state)
{
    (void)state;
    float *rows = random_rows(32, N, 1);
    random_state r = random_from(33);
    for (size_t i = 0; i < N; i++) rows[i] = random_below(&r, 16) ? 0 : rows[i] * rows[i] * rows[i];
    told_is_measured("int8:map=offset,per=dim", rows);
    told_is_measured("int6:per=tensor", rows);
    free(rows);
}

/* Normal values, every sixteenth of them so many times as large, and of each dim a few that lie far out. */
static float *far_values(double far, float larger)
{
    float *rows = random_rows(34, N, 1);
    for (size_t i = 5; i < N; i += 16) rows[i] *= larger;
    for (size_t d = 0; d < DIM; d++) {
        rows[(size_t)1000 * DIM + d] = (float)far;
        rows[(size_t)2000 * DIM + d] = (float)(d == 1 ? -far / 3 : far / 100);
    }
    return rows;
}

static void percentiles_beside_far_values(void **state)
{
    (void)state;
    static const double shares[] = {99.9, 99, 90};
    size_t number = 0;
    for (double far = 1e2; far < 1e9; far *= 100) {
        float *rows = far_values(far, far < 1e7 ? 1 : 1e3F);
        for (int run = 0; run < 12; run++) {
            if (!is_tested(number++)) continue;
            bool dims = run & 1, mirrored = run & 2;
            double share = shares[run / 4], n = dims ? ROWS : N, should = floor(n * (100 - share) / 100 + 1e-9);
            char spec[120];
            snprintf(spec, sizeof spec, "int8:map=%s,per=%s,p=%g,range=percentile", mirrored ? "sym" : "offset",
                     dims ? "dim" : "tensor", share);
            qs_codec *codec = fit_codec(spec, DIM, rows, ROWS);
            for (size_t d = 0; d < (dims ? DIM : 1); d++) {
                double scale = (double)qsi_codec_param(codec, "scale")[d], out = 0, room = 1e-6 * scale;
                double lo = mirrored ? -127 * scale : (double)qsi_codec_param(codec, "lo")[d];
                double hi = mirrored ? 127 * scale : lo + 255 * scale;
                for (size_t i = d; i < N; i += dims ? DIM : 1)
                    out += (double)rows[i] < lo - room || (double)rows[i] > hi + room;
                if (fabs(out - (mirrored ? should : 2 * floor(should / 2))) > fmax(3, 0.01 * should))
                    fail_msg("%s, %g: %g lie outside, not %g", spec, far, out, should);
            }
            qs_codec_close(codec);
        }
        free(rows);
    }
}

/* The least error of ranges whose bounds are drawn in towards 0, tried on the values, and from the best of them in
 * ever smaller steps of either bound and of both. */
static double least_error(const qsi_spec *spec, const float *x, size_t n, qsi_range data)
{
    double (*squared)(const qsi_spec *, float, float, const float *, size_t) = spec->format->family->squared;
    bool mirrored = qsi_range_rule_mirrored(spec);
    double least = INFINITY, now = 0;
    qsi_range best = data;
    for (double low = 1; low > 1e-7; low *= 0.6)
        for (double high = 1; high > 1e-7; high *= 0.6) {
            float lo = (float)((double)data.lo * low), hi = (float)((double)data.hi * high);
            if (mirrored) lo = -(hi = (float)(fmax(-(double)data.lo, (double)data.hi) * high));
            double cost = squared(spec, lo, hi, x, n);
            if (cost < least) least = cost, best = (qsi_range){lo, hi};
            if (mirrored) break;
        }
    for (float step = (best.hi - best.lo) / 8; step > 1e-6F * (data.hi - data.lo);
         step = now > least ? step : step / 2) {
        qsi_range from = best;
        now = least;
        for (int move = 0; move < 9; move++) {
            float lo = from.lo + step * (float)(move / 3 - 1), hi = from.hi + step * (float)(move % 3 - 1);
            if (mirrored) lo = -hi;
            double cost = lo < hi ? squared(spec, lo, hi, x, n) : INFINITY;
            if (cost < least) least = cost, best = (qsi_range){lo, hi};
        }
    }
    return least;
}

static void mse_beside_far_values(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:map=offset,per=dim,range=mse", "int8:map=offset,per=dim,range=mse",
                                        "int4:per=dim,range=mse"};
    for (double far = 1e2; far < 1e7; far *= 100) {
        float *rows = far_values(far, 1), *x = make_room(ROWS * sizeof *x);
        for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
            double should = 0;
            qsi_spec spec;
            assert_int_equal(qsi_spec_parse(specs[s], &spec), QS_OK);
            for (size_t d = 0; d < DIM; d++) {
                qsi_range data = {rows[d], rows[d]};
                for (size_t i = 0; i < ROWS; i++) {
                    x[i] = rows[i * DIM + d];
                    data = (qsi_range){fminf(data.lo, x[i]), fmaxf(data.hi, x[i])};
                }
                should += least_error(&spec, x, ROWS, data);
            }
            double is = coding_error(specs[s], DIM, rows, ROWS, NULL);
            if (10 * log10(is / should) > 0.1) fail_msg("%s, %g: costs %g, not %g", specs[s], far, is, should);
        }
        told_is_measured("int8:map=offset,per=dim", rows);
        told_is_measured("int4:per=tensor", rows);
        free(rows);
        free(x);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_values),
        cmocka_unit_test(mostly_zeros),
        cmocka_unit_test(percentiles_beside_far_values),
        cmocka_unit_test(mse_beside_far_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
