/*
 * Rule mse on rows and blocks, held against the best range that there is: of few values it can be computed. Codes
 * change only at scales where a value lies half-way between two levels, and the best scale of given codes is known.
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

#include "codec/affine.h"
#include "codec/range_rule.h"
#include "make.h"

/* What is chosen for a row, and what coding with it errs. */
static qsi_range choose(const qsi_spec *spec, const float *x, size_t n)
{
    qsi_range data = {x[0], x[0]};
    for (size_t i = 0; i < n; i++) {
        data.lo = fminf(data.lo, x[i]);
        data.hi = fmaxf(data.hi, x[i]);
    }
    if (qsi_range_rule_mirrored(spec)) data = qsi_range_about_0(fmaxf(-data.lo, data.hi));
    assert_int_equal(qsi_range_rule_mse(spec, x, n, &data), QS_OK);
    return data;
}

static double cost(const qsi_spec *spec, qsi_range range, const float *x, size_t n)
{
    return spec->format->family->squared(spec, range.lo, range.hi, x, n);
}

static double chosen_cost(const char *text, const float *x, size_t n)
{
    qsi_spec spec;
    assert_int_equal(qsi_spec_parse(text, &spec), QS_OK);
    return cost(&spec, choose(&spec, x, n), x, n);
}

/* ---- the best scale of all */

enum { MOST = 256 };

/* The least error of x on rising levels at any scale, with their codes where value / scale is at. */
static double fitted(const double *level, size_t count, const float *x, size_t n, double inverse)
{
    double xx = 0, xl = 0, ll = 0;
    for (size_t i = 0; i < n; i++) {
        double v = (double)x[i], t = v * inverse;
        size_t from = 0, to = count - 1;
        while (from < to) {
            size_t middle = (from + to) / 2;
            if (t < (level[middle] + level[middle + 1]) / 2)
                to = middle;
            else
                from = middle + 1;
        }
        xx += v * v, xl += v * level[from], ll += level[from] * level[from];
    }
    return xl > 0 ? xx - xl * xl / ll : xx;
}

/* The same at the best scale: codes change nowhere but where a value passes a middle of two levels. */
static double least(const double *level, size_t count, const float *x, size_t n)
{
    double best = INFINITY;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k + 1 < count; k++) {
            double inverse = (level[k] + level[k + 1]) / 2 / (double)x[i];
            if (x[i] != 0 && inverse > 0) best = fmin(best, fitted(level, count, x, n, inverse * (1 + 1e-12)));
        }
    return best;
}

static size_t whole_levels(int from, int to, double *level)
{
    for (int q = from; q <= to; q++) level[q - from] = q;
    return (size_t)(to - from) + 1;
}

/* The levels about 0 of a spec without a zero point, at scale 1. */
static size_t levels_of(const char *text, double *level)
{
    static const double f4[] = {0, 0.5, 1, 1.5, 2, 3, 4, 6};
    if (text[0] == 'f') {
        for (int k = 0; k < 8; k++) level[7 - k] = -f4[k], level[7 + k] = f4[k];
        return 15;
    }
    int bits = text[3] - '0', most = (1 << (bits - 1)) - 1;
    size_t count = whole_levels(strstr(text, "full") ? -most - 1 : -most, most, level);
    for (size_t i = 0; i < count && strstr(text, "pow2"); i++) {
        double q = level[i];
        level[i] = q == 0 ? 0 : copysign(ldexp(1, (int)fabs(q)), q);
    }
    return count;
}

/* Normal values: as they are, with one far from the others, cubed, from 0 on; whole numbers, most of them one. */
enum { NORMAL, FAR, CUBED, ONE_SIDED, WHOLE, KINDS };
static float *values(size_t kind, uint64_t seed, size_t n)
{
    float *x = random_rows(seed * KINDS + kind, n, 1);
    for (size_t i = 0; i < n; i++) {
        if (kind == CUBED) x[i] = x[i] * x[i] * x[i];
        if (kind == ONE_SIDED) x[i] = fmaxf(x[i], 0);
        if (kind == WHOLE) x[i] = rintf(4 * x[i]);
    }
    if (kind == FAR) x[n / 2] = 20;
    return x;
}

/* Costs of rows and what they should be: nearly that in all, and none of them much more. Never less. */
typedef struct sums {
    double is, should;
} sums;

static void count_in(sums *s, double is, double should, const char *what, size_t kind, uint64_t seed)
{
    if (is > 1.01 * should + 1e-9 || is < should * (1 - 1e-5) - 1e-9)
        fail_msg("%s, kind %zu, row %d: costs %.9g, not %.9g", what, kind, (int)seed, is, should);
    s->is += is;
    s->should += should;
}

static void check(const sums *s, const char *what)
{
    if (s->is > 1.001 * s->should + 1e-9) fail_msg("%s: rows cost %.9g, not %.9g", what, s->is, s->should);
}

static void one_bound(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:range=mse", "int8:range=mse", "int4:levels=full,range=mse",
                                        "int4:levels=pow2,range=mse", "f4_e2m1:per=row,range=mse"};
    enum { N = 20 };
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        double level[MOST];
        sums total = {0, 0};
        size_t count = levels_of(specs[s], level);
        for (size_t kind = 0; kind < KINDS; kind++)
            for (uint64_t row = 0; row < 3; row++) {
                if (!is_tested(row + kind + s)) continue;
                float *x = values(kind, row, N);
                count_in(&total, chosen_cost(specs[s], x, N), least(level, count, x, N), specs[s], kind, row);
                free(x);
            }
        check(&total, specs[s]);
    }
}

/* Every zero point, each with its best scale. */
static void zero_points(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:map=affine,range=mse", "int8:map=affine,range=mse"};
    static const int widest[] = {15, 255}, nearest[] = {16, 12};
    enum { N = 12 };
    for (size_t s = 0; s < 2; s++) {
        double level[MOST];
        sums total = {0, 0};
        for (size_t kind = 0; kind < KINDS; kind++)
            for (uint64_t row = 0; row < 3; row++) {
                if (!is_tested(row + kind + s)) continue;
                float *x = values(kind, row, N), lo = 0, hi = 0;
                double should = INFINITY;
                for (size_t i = 0; i < N; i++) lo = fminf(lo, x[i]), hi = fmaxf(hi, x[i]);
                int middle = (int)rint((double)(lo / (hi - lo)) * widest[s]);
                for (int first = middle - nearest[s]; first <= middle + nearest[s]; first++) {
                    if (first > 0 || first < -widest[s]) continue;
                    size_t count = whole_levels(first, first + widest[s], level);
                    should = fmin(should, least(level, count, x, N));
                }
                count_in(&total, chosen_cost(specs[s], x, N), should, specs[s], kind, row);
                free(x);
            }
        check(&total, specs[s]);
    }
}

/* ---- a low of its own */

/* The least error on levels 0 ... most, by lines through the values for the codes that the line before gave. */
static double by_lines(const float *x, size_t n, double low, double scale, int most)
{
    double error = INFINITY;
    for (int turn = 0; turn < 5 && scale > 0; turn++) {
        double q[64], sum_q = 0, sum = 0, qq = 0, xq = 0, now = 0;
        for (size_t i = 0; i < n; i++) {
            q[i] = fmin(fmax(rint(((double)x[i] - low) / scale), 0), most);
            double e = low + scale * q[i] - (double)x[i];
            now += e * e, sum += (double)x[i], sum_q += q[i];
        }
        if (!(now < error)) break;
        error = now;
        for (size_t i = 0; i < n; i++) {
            double d = q[i] - sum_q / (double)n;
            qq += d * d, xq += d * (double)x[i];
        }
        scale = xq / qq;
        low = (sum - scale * sum_q) / (double)n;
    }
    return error;
}

static void lows(void **state)
{
    (void)state;
    static const char *const specs[] = {"int3:map=offset,range=mse", "int4:map=offset,range=mse"};
    enum { N = 24, SCALES = 100, PHASES = 8 };
    for (size_t s = 0; s < 2; s++) {
        sums total = {0, 0};
        const int most = s ? 15 : 7;
        for (size_t kind = 0; kind < KINDS; kind++)
            for (uint64_t row = 0; row < 3; row++) {
                if (!is_tested(row + kind + s)) continue;
                float *x = values(kind, row, N), lo = x[0], hi = x[0];
                double should = INFINITY;
                for (size_t i = 0; i < N; i++) lo = fminf(lo, x[i]), hi = fmaxf(hi, x[i]);
                double step = (double)(hi - lo) / most, is = chosen_cost(specs[s], x, N);
                for (int k = 0; k < SCALES; k++)
                    for (int p = -PHASES; p <= 3 * PHASES; p++) {
                        double scale = step * (0.4 + (double)k / SCALES);
                        should = fmin(should, by_lines(x, N, (double)lo + scale * p / PHASES, scale, most));
                    }
                count_in(&total, is, fmin(is, should), specs[s], kind, row);
                free(x);
            }
        check(&total, specs[s]);
    }
}

/* ---- what else is chosen by */

/* Of stored scales all can be tried, as coding has them; so they can rounded toward zero, where the best have a
 * value on a level, and up by chance. */
static void all_that_can_be_stored(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:scale=bf16,range=mse",
                                        "int8:scale=bf16,range=mse",
                                        "int8:scale=e8m0,range=mse",
                                        "int8:scale=bf16,round=trunc,range=mse",
                                        "int4:scale=bf16,round=stochastic,range=mse",
                                        "f4_e2m1:per=row,scale=bf16,range=mse",
                                        "f6_e2m3:per=row,scale=e8m0,range=mse"};
    enum { N = 40 };
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (size_t kind = 0; kind < KINDS; kind++) {
            qsi_spec spec;
            if (!is_tested(kind + s)) continue;
            float *x = values(kind, s, N), most = 0;
            double should = INFINITY;
            assert_int_equal(qsi_spec_parse(specs[s], &spec), QS_OK);
            double is = cost(&spec, choose(&spec, x, N), x, N);
            for (size_t i = 0; i < N; i++) most = fmaxf(most, fabsf(x[i]));
            for (float end = 2 * most; end > most / 16; end *= 1 - 0x1p-10F)
                should = fmin(should, cost(&spec, (qsi_range){-end, end}, x, N));
            if (is > should * (1 + 1e-6))
                fail_msg("%s, kind %zu: costs %.9g, not %.9g", specs[s], kind, is, should);
            free(x);
        }
}

/* Toward zero and by chance every scale is tried at which a value lies on a level. */
static void on_levels(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:round=trunc,range=mse", "int4:round=stochastic,range=mse",
                                        "int4:levels=pow2,round=trunc,range=mse"};
    enum { N = 24 };
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (size_t kind = 0; kind < KINDS; kind++) {
            double level[MOST], should = INFINITY;
            size_t count = levels_of(s == 2 ? "int4:levels=pow2" : "int4", level);
            qsi_spec spec;
            float *x = values(kind, s, N);
            assert_int_equal(qsi_spec_parse(specs[s], &spec), QS_OK);
            double is = cost(&spec, choose(&spec, x, N), x, N);
            for (size_t i = 0; i < N; i++)
                for (size_t k = 0; k < count; k++) {
                    float end = (float)((double)x[i] / level[k] * level[count - 1] * (1 - 0x1p-22));
                    if (end > 0 && isfinite(end)) should = fmin(should, cost(&spec, (qsi_range){-end, end}, x, N));
                }
            if (is > should * (1 + 1e-5) + 1e-9)
                fail_msg("%s, kind %zu: costs %.9g, not %.9g", specs[s], kind, is, should);
            free(x);
        }
}

/* ---- rows that were missed once */

/* Two handwritten digits of 64 pixels, 0 to 16. */
static const float digits[2][64] = {
    {0, 0, 2, 10, 13, 12, 3, 0, 0, 0, 11, 13, 8, 16, 7, 0, 0, 0, 12, 9, 9, 16, 8, 0, 0, 0, 6, 10, 13, 14, 5, 0,
     0, 0, 0, 0,  0,  12, 8, 0, 0, 8, 1,  0,  0, 15, 2, 0, 0, 4, 14, 9, 4, 16, 0, 0, 0, 0, 2, 12, 16, 14, 0, 0},
    {0, 0, 6,  13, 15, 16, 11, 0, 0, 0, 10, 11, 8, 8,  5, 0, 0, 2, 13, 0, 0,  0, 0, 0, 0, 4, 11, 7,  8, 5, 0, 0,
     0, 7, 16, 14, 10, 14, 2,  0, 0, 1, 7,  1,  2, 12, 3, 0, 0, 0, 5,  8, 14, 6, 0, 0, 0, 0, 8,  12, 5, 0, 0, 0}};

static void digits_of_a_test(void **state)
{
    (void)state;
    assert_true(chosen_cost("int4:map=affine,range=mse", digits[0], 64) < 64 * 0.03991);
    for (size_t row = 0; row < 2; row++) /* eight levels to a pixel's step */
        assert_true(chosen_cost("int8:map=affine,range=mse", digits[row], 64) == 0);
}

/* Of ranges that cost the same it is the data's own. */
static void the_own_range(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:range=mse", "int8:range=mse", "f4_e2m1:per=row,range=mse",
                                        "int4:levels=pow2,range=mse"};
    const float constant[4] = {2.5F, 2.5F, 2.5F, 2.5F}, signs[4] = {-2.5F, 2.5F, 0, -2.5F};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        qsi_spec spec;
        assert_int_equal(qsi_spec_parse(specs[s], &spec), QS_OK);
        assert_true(choose(&spec, constant, 4).hi == 2.5F && choose(&spec, signs, 4).hi == 2.5F);
    }
}

/* Scales that their type does not hold are none: what is chosen can be stored, and clips. */
static void beyond_the_type(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:scale=f16,range=mse", "int4:map=affine,scale=f16,range=mse"};
    const float x[6] = {1e6F, -2e6F, 3e5F, 4e4F, -7e5F, 5e5F};
    for (size_t s = 0; s < 2; s++) {
        qsi_spec spec;
        qsi_affine a;
        assert_int_equal(qsi_spec_parse(specs[s], &spec), QS_OK);
        qsi_range range = choose(&spec, x, 6);
        assert_int_equal(qsi_affine_from_range(&spec, range.lo, range.hi, &a), QS_OK);
        assert_true(a.scale > 3e4F && cost(&spec, range, x, 6) < 0.9 * 6.5e12);
    }
}

/* Values among which there is no scale of the type: none is sought from one of them to the next. */
static void below_the_type(void **state)
{
    (void)state;
    static const char *const specs[] = {"int4:map=offset,scale=f16,round=stochastic,range=mse",
                                        "int8:map=offset,round=stochastic,range=mse",
                                        "int3:map=offset,scale=bf16,range=mse", "int4:map=affine,range=mse"};
    static const float rows[3][3] = {{1e-20F, 1.5e-20F, -1.9e-20F}, {-1e-42F, 0, 5e-43F}, {1e-38F, 2e-38F, 1e-44F}};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (size_t r = 0; r < 3; r++) {
            qsi_spec spec;
            assert_int_equal(qsi_spec_parse(specs[s], &spec), QS_OK);
            const float *x = rows[r];
            qsi_range data = {fminf(x[0], fminf(x[1], x[2])), fmaxf(x[0], fmaxf(x[1], x[2]))};
            double own = cost(&spec, data, x, 3);
            assert_true(cost(&spec, choose(&spec, x, 3), x, 3) <= own);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_bound),
                                       cmocka_unit_test(zero_points),
                                       cmocka_unit_test(lows),
                                       cmocka_unit_test(on_levels),
                                       cmocka_unit_test(digits_of_a_test),
                                       cmocka_unit_test(all_that_can_be_stored),
                                       cmocka_unit_test(the_own_range),
                                       cmocka_unit_test(beyond_the_type),
                                       cmocka_unit_test(below_the_type)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
