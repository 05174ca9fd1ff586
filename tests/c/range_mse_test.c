/* Rule mse against searches that try far more: on values and on their histograms, with and without values far from
 * the others, which make a curve of many valleys, and of few distinct ones, whose best range lies beyond them. */
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
#include "range/counts.h"

enum { CELLS = 20480, GRID = 110, BEST = 25 };

typedef struct data {
    qsi_spec spec;
    const float *x;
    size_t n;
    qsi_range range;
    const qsi_cdf *mass; /* NULL: values cost */
} data;

static double cost(const data *d, double lo, double hi)
{
    qsi_levels levels;
    qsi_cost sums;
    if (!(lo <= hi)) return INFINITY;
    if (!d->mass) return d->spec.format->family->squared(&d->spec, (float)lo, (float)hi, d->x, d->n);
    assert_int_equal(d->spec.format->family->levels(&d->spec, (float)lo, (float)hi, true, &levels), QS_OK);
    qsi_cdf_cost(d->mass, &levels, &sums);
    return sums.rounding + sums.clipping;
}

/* How far out a range may go: by the width of the data. */
static double furthest(const data *d, int side)
{
    double width = (double)d->range.hi - (double)d->range.lo;
    return (double)(side < 0 ? d->range.lo : d->range.hi) + side * width;
}

/* Downhill from a range in steps of both bounds, until no step gains. */
static double downhill(const data *d, double lo, double hi, double now)
{
    for (double step = (hi - lo) / 50; step > 1e-6 * (hi - lo);) {
        double best = now, from = lo, to = hi;
        for (int i = -1; i <= 1; i++)
            for (int j = -1; j <= 1; j++) {
                double a = fmax(from + i * step, furthest(d, -1)), b = fmin(to + j * step, furthest(d, 1));
                double c = cost(d, a, b);
                if (c < best) best = c, lo = a, hi = b;
            }
        if (best == now) step *= 0.6;
        now = best;
    }
    return now;
}

/* Every pair of ratios, and downhill from the best pairs that are not neighbours. */
static double least_cost(const data *d, double center)
{
    static double costs[GRID][GRID];
    double least = INFINITY, ratio[GRID];
    for (int i = 0; i < GRID; i++) ratio[i] = pow(2, -11.0 * i / GRID);
    for (int i = 0; i < GRID; i++)
        for (int j = 0; j < GRID; j++)
            costs[i][j] = cost(d, center + ((double)d->range.lo - center) * ratio[i],
                               center + ((double)d->range.hi - center) * ratio[j]);
    for (int k = 0; k < BEST; k++) {
        int a = 0, b = 0;
        for (int i = 0; i < GRID * GRID; i++)
            if (costs[i / GRID][i % GRID] < costs[a][b]) a = i / GRID, b = i % GRID;
        least = fmin(least, downhill(d, center + ((double)d->range.lo - center) * ratio[a],
                                     center + ((double)d->range.hi - center) * ratio[b], costs[a][b]));
        for (int i = a > 0 ? a - 1 : 0; i <= a + 1 && i < GRID; i++)
            for (int j = b > 0 ? b - 1 : 0; j <= b + 1 && j < GRID; j++) costs[i][j] = INFINITY;
    }
    return least;
}

/* Normal values: as they are, with one far value, with two, cubed, and on one side with one far on the other. */
enum { PLAIN, FAR, TWO_FAR, CUBED, ONE_SIDED, KINDS };
static float *values(int kind, uint64_t seed, size_t n)
{
    float *x = random_rows(seed * KINDS + (uint64_t)kind, n, 1);
    for (size_t i = 0; i < n; i++) {
        if (kind == CUBED) x[i] = x[i] * x[i] * x[i];
        if (kind == ONE_SIDED) x[i] = fabsf(x[i]);
    }
    if (kind == FAR) x[3] = 1000;
    if (kind == TWO_FAR) x[3] = 100, x[7] = -30;
    if (kind == ONE_SIDED) x[9] = -500;
    return x;
}

static void check(data *d, double center, qsi_range chosen, const char *what)
{
    double is = cost(d, (double)chosen.lo, (double)chosen.hi), should = least_cost(d, center);
    assert_true(chosen.lo >= (float)furthest(d, -1) && chosen.hi <= (float)furthest(d, 1));
    if (is > should * 1.0002)
        fail_msg("%s: from %g to %g costs %g, %.3f %% above the least", what, (double)chosen.lo, (double)chosen.hi,
                 is, 100 * (is / should - 1));
}

/* What is chosen for values, or by the histogram of many, which data then holds until it is closed. */
static qsi_range choose(data *d, qsi_cdf *mass)
{
    static qsi_counts counts;
    static qsi_cell cells[CELLS];
    static qsi_histogram h;
    qsi_range chosen;
    d->range = (qsi_range){d->x[0], d->x[0]};
    for (size_t i = 0; i < d->n; i++) {
        d->range.lo = fminf(d->range.lo, d->x[i]);
        d->range.hi = fmaxf(d->range.hi, d->x[i]);
    }
    if (!mass) {
        qsi_range range = d->range;
        assert_int_equal(qsi_range_rule_mse(&d->spec, d->x, d->n, &range), QS_OK);
        return range;
    }
    qsi_counts_begin(&counts, cells, CELLS, d->range.lo, d->range.hi);
    do {
        qsi_counts_add(&counts, d->x, d->n, 1, NULL);
    } while (qsi_counts_next(&counts));
    h = qsi_counts_histogram(&counts, d->range.lo, d->range.hi);
    assert_int_equal(qsi_cdf_open(mass, &h), QS_OK);
    assert_int_equal(qsi_range_rule_histogram(&d->spec, mass, &chosen), QS_OK);
    d->mass = mass;
    return chosen;
}

static void the_least_of_all(void **state)
{
    (void)state;
    static const char *const specs[] = {"int2:map=offset,range=mse", "int3:map=offset,range=mse",
                                        "int4:map=offset,range=mse", "int4:map=affine,range=mse",
                                        "int6:map=affine,range=mse"};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (int kind = 0; kind < KINDS; kind++)
            for (size_t n = 32, size = 0; n <= 2048; n *= 8, size++) {
                if (!is_tested(s + (size_t)kind + size)) continue;
                float *x = values(kind, n, n);
                data d = {.x = x, .n = n};
                qsi_cdf mass = {0};
                double sum = 0;
                for (size_t i = 0; i < n; i++) sum += (double)x[i];
                assert_int_equal(qsi_spec_parse(specs[s], &d.spec), QS_OK);
                qsi_range chosen = choose(&d, n < 2048 ? NULL : &mass);
                check(&d, d.mass ? qsi_cdf_ranked(&mass, (double)n / 2) : sum / (double)n, chosen, specs[s]);
                qsi_cdf_close(&mass);
                free(x);
            }
}

/* Small whole numbers, most of them the least or the greatest; bytes of pictures, half of them 0; normal values. */
enum { SEVENTEEN, BYTES, NORMAL, BEYOND_KINDS };
static float *beyond(int kind, size_t n)
{
    float *x = random_rows(77, n, 1);
    random_state r = random_from(78);
    for (size_t i = 0; i < n && kind != NORMAL; i++) {
        size_t most = kind == BYTES ? 255 : 16, of = random_below(&r, 8);
        x[i] = of < 4 ? 0 : of == 4 ? (float)most : (float)random_below(&r, most + 1);
    }
    return x;
}

/* The best range goes beyond the data by any part of an octave: all of them are tried closely, and many within. */
static void beyond_the_data(void **state)
{
    (void)state;
    static const char *const specs[] = {
        "int4",    "int5",    "int4:levels=full", "int5:levels=full", "int3:levels=full",
        "f4_e2m1", "f6_e2m3", "int4:levels=pow2"};
    size_t wide = 0;
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (int run = 0; run < 2 * BEYOND_KINDS; run++) {
            bool many = run % 2;
            char spec[80];
            data d = {.n = many ? 4096 : 256};
            qsi_cdf mass = {0};
            if (!is_tested(s + (size_t)run)) continue;
            float *x = beyond(run / 2, d.n);
            d.x = x;
            snprintf(spec, sizeof spec, "%s%crange=mse,per=%s", specs[s], strchr(specs[s], ':') ? ',' : ':',
                     many ? "tensor" : "row");
            assert_int_equal(qsi_spec_parse(spec, &d.spec), QS_OK);
            qsi_range chosen = choose(&d, many ? &mass : NULL);
            double most = fmax(-(double)d.range.lo, (double)d.range.hi), least = INFINITY, squares = 0;
            double is = cost(&d, (double)chosen.lo, (double)chosen.hi), within = INFINITY;
            for (size_t i = 0; i < d.n; i++) squares += (double)x[i] * (double)x[i];
            for (int k = 300; k <= 2000; k++) {
                least = fmin(least, cost(&d, -most * k / 1000, most * k / 1000));
                if (k == 1000) within = least;
            }
            if (is > least * 1.02 + 1e-10 * squares)
                fail_msg("%s, run %d: to %g of %g costs %g, %.3f %% above the least", spec, run, (double)chosen.hi,
                         most, is, 100 * (is / least - 1));
            assert_true(is <= cost(&d, -most, most)); /* minmax */
            wide += least < 0.9 * within;
            qsi_cdf_close(&mass);
            free(x);
        }
    assert_true(wide >= 2); /* often the best lies beyond */
}

/* Small whole numbers, most of them 0 or 16, rounded toward zero: the cost falls to where steps are whole too, and
 * jumps there. Of affine ranges from 0 on only the upper end matters. */
static void one_end_that_matters(void **state)
{
    (void)state;
    static const char *const specs[] = {"int3:map=affine,range=mse,round=trunc",
                                        "int4:map=affine,range=mse,round=trunc",
                                        "int2:map=affine,range=mse,round=trunc", "int3:map=affine,range=mse"};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (uint64_t run = 0; run < 6; run++) {
            bool many = run % 2;
            char spec[80];
            data d = {.n = many ? 4096 : 512};
            qsi_cdf mass = {0};
            random_state r = random_from(run);
            float *x = make_room(d.n * sizeof *x);
            for (size_t i = 0; i < d.n; i++) {
                size_t of = random_below(&r, 8 + run);
                x[i] = of < 4 ? 0 : of == 4 ? 16 : (float)random_below(&r, 17);
            }
            d.x = x;
            snprintf(spec, sizeof spec, "%s,per=%s", specs[s], many ? "tensor" : "row");
            assert_int_equal(qsi_spec_parse(spec, &d.spec), QS_OK);
            qsi_range chosen = choose(&d, many ? &mass : NULL);
            double is = cost(&d, (double)chosen.lo, (double)chosen.hi), least = INFINITY;
            for (int k = 1; k <= 3200; k++) least = fmin(least, cost(&d, 0, k / 100.0));
            if (is > least * 1.02)
                fail_msg("%s, run %d: from %g to %g costs %g, %.3f %% above the least", spec, (int)run,
                         (double)chosen.lo, (double)chosen.hi, is, 100 * (is / least - 1));
            qsi_cdf_close(&mass);
            free(x);
        }
}

/* A value that is all there is: full levels have none at the data's end, but one half a step within. */
static void a_constant(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:levels=full", "int3:levels=full", "int4",   "int4:levels=pow2",
                                        "int4:map=affine",  "int4:map=offset",  "f4_e2m1"};
    static const float constants[] = {3, -3, 1e-3F};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (size_t c = 0; c < 3; c++)
            for (int many = 0; many < 2; many++) {
                char spec[80];
                const float x[8] = {constants[c], constants[c], constants[c], constants[c],
                                    constants[c], constants[c], constants[c], constants[c]};
                data d = {.x = x, .n = 8};
                qsi_cdf mass = {0};
                snprintf(spec, sizeof spec, "%s%crange=mse,per=%s", specs[s], strchr(specs[s], ':') ? ',' : ':',
                         many ? "tensor" : "row");
                assert_int_equal(qsi_spec_parse(spec, &d.spec), QS_OK);
                qsi_range chosen = choose(&d, many ? &mass : NULL);
                double is = cost(&d, (double)chosen.lo, (double)chosen.hi) / 8;
                if (!(sqrt(is) <= 1e-6 * fabs((double)x[0])))
                    fail_msg("%s: %g is missed by %g", spec, (double)x[0], sqrt(is));
                qsi_cdf_close(&mass);
            }
}

/* A row's own range by rule mse is never worse than minmax, on what is encoded. */
static void rows_as_coded(void **state)
{
    (void)state;
    static const char *const formats[] = {"int2:map=offset",
                                          "int4:map=offset",
                                          "int4:map=affine",
                                          "int3:map=affine,round=trunc",
                                          "int4:levels=pow2",
                                          "int3:levels=pow2",
                                          "int4:levels=pow2,round=away",
                                          "int4:levels=pow2,round=trunc",
                                          "int3:levels=full",
                                          "int4:map=offset,scale=f16",
                                          "int4:map=affine,scale=bf16",
                                          "int8:levels=pow2",
                                          "f4_e2m1:per=row"};
    enum { ROWS = 24, DIM = 48 };
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        for (int whole = 0; whole < 2; whole++) {
            char spec[80];
            double plain[ROWS], chosen[ROWS];
            float *rows = random_rows(5 + f, (size_t)ROWS * DIM, whole ? 3 : 1);
            for (size_t i = 0; whole && i < (size_t)ROWS * DIM; i++) rows[i] = rintf(rows[i]);
            coding_error(formats[f], DIM, rows, ROWS, plain);
            snprintf(spec, sizeof spec, "%s%crange=mse", formats[f], strchr(formats[f], ':') ? ',' : ':');
            coding_error(spec, DIM, rows, ROWS, chosen);
            for (size_t r = 0; r < ROWS; r++)
                if (chosen[r] > plain[r] * (1 + 1e-9))
                    fail_msg("%s: row %zu errs by %.9g, by %.9g with minmax", spec, r, chosen[r], plain[r]);
            free(rows);
        }
}

/* Nor is that of few values of any magnitude, of which the outermost lies on a cut and is nearly all there is. */
static void few_as_coded(void **state)
{
    (void)state;
    static const char *const rounds[] = {"even", "away", "trunc"};
    for (uint64_t seed = 0; seed < 60; seed++) {
        size_t n = 2 + seed % 40;
        char minmax[80], mse[80];
        random_state r = random_from(seed);
        float *x = random_rows(seed, n, 1);
        for (size_t i = 0; i < n; i++) x[i] = ldexpf(x[i], (int)random_below(&r, 80) - 40);
        snprintf(minmax, sizeof minmax, "int5:per=dim,round=%s", rounds[seed % 3]);
        snprintf(mse, sizeof mse, "int5:per=dim,round=%s,range=mse", rounds[seed % 3]);
        double plain = coding_error(minmax, 1, x, n, NULL), chosen = coding_error(mse, 1, x, n, NULL);
        if (chosen > plain * (1 + 1e-9))
            fail_msg("%s, seed %d: %.9g, by minmax %.9g", mse, (int)seed, chosen, plain);
        free(x);
    }
}

/* What a range is said to cost is what coding with it errs, to the last value on a cut. */
static void cost_is_coding(void **state)
{
    (void)state;
    static const char *const formats[] = {"int4",
                                          "int3:levels=full",
                                          "int4:levels=pow2",
                                          "int3:levels=pow2",
                                          "int8:levels=pow2",
                                          "int4:map=affine",
                                          "f4_e2m1:per=row"};
    static const char *const rounds[] = {"even", "away", "trunc"};
    enum { DIM = 96 };
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++)
        for (size_t round = 0; round < 3; round++)
            for (uint64_t seed = 1; seed < 9; seed++) {
                char spec[120];
                qsi_spec parsed;
                float *x = random_rows(seed, DIM, 1), step = fabsf(x[0]) + 0.1F;
                for (size_t i = 0; i < DIM / 2; i++) x[i] = step * ldexpf((float)(i % 13), -(int)(i / 13));
                bool is_float = formats[f][0] == 'f';
                snprintf(spec, sizeof spec, "%s%crange=given,s=%.9g%s%s", formats[f],
                         strchr(formats[f], ':') ? ',' : ':', (double)step,
                         is_float ? "" : ",round=", is_float ? "" : rounds[round]);
                assert_int_equal(qsi_spec_parse(spec, &parsed), QS_OK);
                double coded = coding_error(spec, DIM, x, 1, NULL);
                double told = parsed.format->family->squared(&parsed, 0, step, x, DIM);
                if (fabs(told - coded) > 1e-9 * coded) fail_msg("%s: %.12g is told as %.12g", spec, coded, told);
                free(x);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_least_of_all),     cmocka_unit_test(beyond_the_data),
                                       cmocka_unit_test(one_end_that_matters), cmocka_unit_test(a_constant),
                                       cmocka_unit_test(rows_as_coded),        cmocka_unit_test(few_as_coded),
                                       cmocka_unit_test(cost_is_coding)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
