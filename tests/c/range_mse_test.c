/* Rule mse with two bounds against a search that tries far more: on values and on their histograms, with and
 * without values far from the others, which make a curve of many valleys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "codec/choose.h"
#include "make.h"
#include "range/counts.h"

enum { CELLS = 20480, GRID = 110, BEST = 25 };

typedef struct data {
    qsi_spec spec;
    const float *x;
    size_t n;
    qsi_range range;
    const qsi_mass *mass; /* NULL: values cost */
} data;

static double cost(const data *d, double lo, double hi)
{
    qsi_levels levels;
    qsi_cost sums;
    if (!(lo < hi)) return INFINITY;
    if (!d->mass) return d->spec.format->family->squared(&d->spec, (float)lo, (float)hi, d->x, d->n);
    assert_int_equal(d->spec.format->family->levels(&d->spec, (float)lo, (float)hi, true, &levels), QS_OK);
    qsi_mass_cost(d->mass, &levels, &sums);
    return sums.rounding + sums.clipping;
}

/* Downhill from a range in steps of both bounds, until no step gains. */
static double downhill(const data *d, double lo, double hi, double now)
{
    for (double step = (hi - lo) / 50; step > 1e-6 * (hi - lo);) {
        double best = now, from = lo, to = hi;
        for (int i = -1; i <= 1; i++)
            for (int j = -1; j <= 1; j++) {
                double a = fmax(from + i * step, (double)d->range.lo), b = fmin(to + j * step, (double)d->range.hi);
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
    assert_true(chosen.lo >= d->range.lo && chosen.hi <= d->range.hi);
    if (is > should * 1.0002)
        fail_msg("%s: from %g to %g costs %g, %.3f %% above the least", what, (double)chosen.lo, (double)chosen.hi,
                 is, 100 * (is / should - 1));
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
                data d = {.x = x, .n = n, .range = {x[0], x[0]}};
                double sum = 0;
                for (size_t i = 0; i < n; i++) {
                    d.range.lo = fminf(d.range.lo, x[i]);
                    d.range.hi = fmaxf(d.range.hi, x[i]);
                    sum += (double)x[i];
                }
                assert_int_equal(qsi_spec_parse(specs[s], &d.spec), QS_OK);
                if (n < 2048) {
                    check(&d, sum / (double)n, qsi_choose_values(&d.spec, x, n, d.range, NULL), specs[s]);
                } else {
                    static qsi_counts counts;
                    static qsi_cell cells[CELLS];
                    qsi_mass mass;
                    qsi_range chosen;
                    qsi_counts_begin(&counts, cells, CELLS, d.range.lo, d.range.hi);
                    do {
                        qsi_counts_add(&counts, x, n, 1, NULL);
                    } while (qsi_counts_next(&counts));
                    qsi_histogram h = qsi_counts_histogram(&counts, d.range.lo, d.range.hi);
                    assert_int_equal(qsi_mass_open(&mass, &h), QS_OK);
                    assert_int_equal(qsi_choose_histogram(&d.spec, &mass, &chosen), QS_OK);
                    d.mass = &mass;
                    check(&d, qsi_mass_ranked(&mass, (double)n / 2), chosen, specs[s]);
                    qsi_mass_close(&mass);
                }
                free(x);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_least_of_all)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
