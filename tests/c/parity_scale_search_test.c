/*
 * The searches of scales for groups of values, of every backend against the reference, bit for bit: numbers of
 * groups around all vector widths, and values that make sums overflow, ranges vanish and steps divide by nothing.
 */
#define _DEFAULT_SOURCE
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "make.h"
#include "parity.h"

enum { MOST_GROUPS = 70, MANY_GROUPS = 600, SHAPES = 12 };

/* Value i of n in group g: every group has a shape of its own, so that lanes differ. */
static float shaped(uint64_t salt, size_t shape, size_t g, size_t i)
{
    uint64_t r = qsi_random(seed + salt, (g * QSI_MOST_GROUP + i) * SHAPES + shape);
    float v = value(NORMAL, salt, g * QSI_MOST_GROUP + i), sign = r & 1 ? -1.0F : 1.0F;
    switch (shape) {
    case 0: return v;
    case 1: return v * ldexpf(1, (int)(r % 60) - 30);
    case 2: return r % 7 ? 0 * sign : v;                      /* mostly zeros of both signs */
    case 3: return 0.7F * (g % 2 ? 1.0F : -1.0F);             /* all the same */
    case 4: return (float)((int)(r % 31) - 15) * 0.5F;        /* whole steps and halves */
    case 5: return v * 0x1p-140F;                             /* subnormal */
    case 6: return v * 0x1p126F;                              /* squares and sums overflow */
    case 7: return -1e10F + (float)(r % 3) * 1024;            /* nearly the same, all below 0 */
    case 8: return i == g % 16 ? 1e30F * sign : v;            /* one that is all */
    case 9: return 1e-38F + v * 1e-44F;                       /* a range whose inverse overflows */
    case 10: return sign * 1e-15F * (1 + (float)(r % 3) / 8); /* about the least group */
    default: return isfinite(special(r >> 8)) ? special(r >> 8) : v;
    }
}

/* Groups of one shape each in turn, or of all shapes. */
static const float *groups_of(size_t groups, size_t size, size_t round)
{
    float *x = guard_input(&ins[0], groups * size * sizeof *x, 4 * (round % 4));
    for (size_t g = 0; g < groups; g++) {
        size_t shape = round % (SHAPES + 1) < SHAPES ? round % (SHAPES + 1) : (g * 7 + round) % SHAPES;
        for (size_t i = 0; i < size; i++) x[g * size + i] = shaped(round, shape, g, i);
    }
    return x;
}

/* What a search gives: scales, lows and then codes. */
static void check(const char *kernel, const uint8_t *got, const qsi_kernels *k, size_t groups, size_t size)
{
    for (size_t i = 0; i < 2 * groups; i++) {
        uint32_t is = qsi_get32(got + 4 * i), should = qsi_get32(expected + 4 * i);
        bool nan = (is & 0x7fffffffU) > 0x7f800000U && (should & 0x7fffffffU) > 0x7f800000U;
        if (is != should && !nan)
            fail_msg("%s %s, %s: number %zu is %08x, not %08x", k->name, kernel, about, i, is, should);
    }
    for (size_t i = 8 * groups; i < 8 * groups + groups * size; i++)
        if (got[i] != expected[i])
            fail_msg("%s %s, %s: code %zu is %d, not %d", k->name, kernel, about, i - 8 * groups, got[i],
                     expected[i]);
    if (!guard_intact(&out)) fail_msg("%s %s, %s: writes outside its output", k->name, kernel, about);
}

static void lines(void **state)
{
    (void)state;
    static const qsi_line_search searches[] = {
        {.group = {.size = 16, .most = 3}, .steps = 15, .first = -0.5F, .step = 0.1F},
        {.group = {.size = 32, .most = 15}, .steps = 20, .first = -1, .step = 0.1F, .squares = true},
        {.group = {.size = 32, .most = 31}, .steps = 15, .first = -0.5F, .step = 0.1F, .squares = true},
        {.group = {.size = 16, .most = 255}, .steps = 3, .first = 0, .step = 0.5F, .squares = true},
        {.group = {.size = 32, .most = 1}, .steps = 0, .first = 0, .step = 0},
        /* steps too many for qsi_nearest_even() */
        {.group = {.size = 32, .most = 15}, .steps = 4, .first = 3e6F, .step = 1.1e6F, .squares = true}};
    for (size_t round = 0; round < MOST_GROUPS * 13; round++) {
        if (!is_tested(round + round / 5)) continue;
        const qsi_line_search *how = &searches[round % COUNT(searches)];
        size_t groups = round % (MOST_GROUPS + 1), size = how->group.size, bytes = groups * (8 + size);
        const float *x = groups_of(groups, size, round);
        ABOUT("search %zu, round %zu, %zu groups", round % COUNT(searches), round, groups);
        ref->fit_lines(how, x, groups, (float *)expected, (float *)expected + groups, expected + 8 * groups);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, bytes, 4 * (round % 3));
            k->fit_lines(how, x, groups, (float *)got, (float *)got + groups, got + 8 * groups);
            check("fit_lines", got, k, groups, size);
        }
    }
}

static void scales(void **state)
{
    (void)state;
    static const qsi_scale_search searches[] = {
        {.group = {.size = 16, .most = 7, .zero = 4}, .sweeps = 5},
        {.group = {.size = 16, .most = 63, .zero = 32}, .tries = 9, .step = 0.1F},
        {.group = {.size = 16, .most = 3, .zero = 2}, .tries = 2, .sweeps = 2, .step = 0.25F}};
    for (size_t round = 0; round < MOST_GROUPS * 13; round++) {
        if (!is_tested(round + round / 5)) continue;
        const qsi_scale_search *how = &searches[round % COUNT(searches)];
        size_t groups = round % 65 == 12 ? MANY_GROUPS : round % (MOST_GROUPS + 1); /* many of all shapes */
        size_t size = how->group.size, bytes = groups * (8 + size);
        const float *x = groups_of(groups, size, round);
        ABOUT("search %zu, round %zu, %zu groups", round % COUNT(searches), round, groups);
        memset(expected, 0, bytes);
        ref->fit_scales(how, x, groups, (float *)expected, expected + 8 * groups);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, bytes, 4 * (round % 3));
            memset(got, 0, bytes);
            k->fit_scales(how, x, groups, (float *)got, got + 8 * groups);
            check("fit_scales", got, k, groups, size);
        }
    }
}

static void recoding(void **state)
{
    (void)state;
    static const qsi_group kinds[] = {{.size = 16, .most = 3},
                                      {.size = 32, .most = 31},
                                      {.size = 16, .most = 7, .zero = 4},
                                      {.size = 16, .most = 63, .zero = 32}};
    static const float steps[] = {0, -0.0F, 0.3F, -0.02F, 1e-30F, 1e30F, INFINITY, NAN};
    for (size_t round = 0; round < MOST_GROUPS * 13; round++) {
        if (!is_tested(round + round / 5)) continue;
        const qsi_group *how = &kinds[round % COUNT(kinds)];
        size_t groups = round % (MOST_GROUPS + 1), n = groups * how->size;
        const float *x = groups_of(groups, how->size, round);
        float by[MOST_GROUPS + 1], low[MOST_GROUPS + 1];
        for (size_t g = 0; g < groups; g++) {
            uint64_t r = qsi_random(seed, round * MOST_GROUPS + g);
            by[g] = round % 2 ? steps[r % COUNT(steps)] : 0.1F + (float)(r % 8);
            low[g] = r & 256 ? 0 : value(NORMAL, round, g);
        }
        ABOUT("kind %zu, round %zu, %zu groups", round % COUNT(kinds), round, groups);
        memset(expected, 77, n);
        ref->recode(how, x, groups, by, low, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, n, round % 3);
            memset(got, 77, n);
            k->recode(how, x, groups, by, low, got);
            same_bytes(k, "recode", got, n);
        }
    }
}

/* Levels of one format, and some whose middles are no whole numbers. */
static const float tables[][16] = {{-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113},
                                   {-8, -7.5F, -7, -6, -5.25F, -3, -2, -0.1F, 0, 0.1F, 0.3F, 1, 3, 4, 5, 100}};

static void uneven_scales(void **state)
{
    (void)state;
    for (size_t round = 0; round < MOST_GROUPS * 13; round++) {
        if (!is_tested(round + round / 5)) continue;
        const float *levels = tables[round % COUNT(tables)];
        size_t groups = round % (MOST_GROUPS + 1);
        const float *x = groups_of(groups, QSI_LEVELS_GROUP, round);
        ABOUT("table %zu, round %zu, %zu groups", round % COUNT(tables), round, groups);
        ref->fit_levels(levels, x, groups, (float *)expected);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, groups * sizeof *got, 4 * (round % 3));
            k->fit_levels(levels, x, groups, got);
            same_floats(k, "fit_levels", got, groups);
        }
    }
}

static void uneven_codes(void **state)
{
    (void)state;
    static const float factors[] = {0, -0.0F, 1, -3, 1e10F, 1e-40F, INFINITY, NAN};
    for (size_t round = 0; round < MOST_GROUPS * 13; round++) {
        if (!is_tested(round + round / 5)) continue;
        const float *levels = tables[round % COUNT(tables)];
        size_t groups = round % (MOST_GROUPS + 1), length = round % 3 ? 1 + round % 40 : QSI_LEVELS_GROUP;
        size_t n = groups * length, kind = round % 4;
        const float *x = floats(0, kind == SPECIAL ? NORMAL : (int)kind, n, round % 5);
        float by[MOST_GROUPS + 1];
        for (size_t g = 0; g < groups; g++) {
            uint64_t r = qsi_random(seed, round * MOST_GROUPS + g);
            by[g] = r & 256 ? factors[r % COUNT(factors)] : (float)(r % 100);
        }
        ABOUT("table %zu, round %zu, %zu groups of %zu", round % COUNT(tables), round, groups, length);
        ref->levels_encode(levels, x, groups, length, by, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, n, round % 3);
            k->levels_encode(levels, x, groups, length, by, got);
            same_bytes(k, "levels_encode", got, n);
        }
    }
}

static void nearest_levels(void **state)
{
    (void)state;
    static const float levels[16] = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
    static const float factors[] = {0, 0x1p126F, 0x1p-126F, 0x1p-149F, 1.1F, 0.7F};
    for (size_t round = 0; round < MOST_GROUPS * 13; round++) {
        if (!is_tested(round + round / 5)) continue;
        size_t groups = round % (MOST_GROUPS + 1), length = round % 3 ? 1 + round % 40 : 16 + round % 2 * 16;
        float *x = floats(0, (int)(round % KINDS), groups * length, round % 5), by[MOST_GROUPS + 1];
        for (size_t i = 0; i < groups * length; i++) {
            uint32_t bits = qsi_float_bits(x[i]);
            if ((bits & 0x7f800000U) == 0x7f800000U) x[i] = qsi_bits_float(bits ^ 0x00800000U);
        }
        for (size_t g = 0; g < groups; g++) {
            uint64_t r = qsi_random(seed, round * MOST_GROUPS + g);
            by[g] = r & 256 ? factors[r % COUNT(factors)] : (float)(r % 100) * 0.125F;
        }
        ABOUT("round %zu, %zu groups of %zu", round, groups, length);
        ref->nearest_encode(levels, x, groups, length, by, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, groups * length, round % 3);
            k->nearest_encode(levels, x, groups, length, by, got);
            same_bytes(k, "nearest_encode", got, groups * length);
        }
    }
}

/* Ladders of every number of bits; values on middles, next to them and beyond all. */
static void ladders(void **state)
{
    (void)state;
    for (size_t round = 0; round < MOST_GROUPS * 13; round++) {
        if (!is_tested(round + round / 5)) continue;
        size_t groups = round % (MOST_GROUPS + 1), length = 1 + round % 70, n = groups * length;
        static qsi_nearest_level nearest;
        nearest.bits = 1 + round % 8;
        size_t count = ((size_t)1 << nearest.bits) - 1;
        for (size_t i = 0; i < count; i++) {
            nearest.middle[i] = (float)i - (float)count / 3 + (float)(round % 3) * value(NORMAL, round, i) * 0.1F;
            if (i && !(nearest.middle[i] >= nearest.middle[i - 1])) nearest.middle[i] = nearest.middle[i - 1];
        }
        qsi_nearest_level_make(&nearest);
        float *x = floats(0, (int)(round % KINDS), n, round % 5), by[MOST_GROUPS + 1];
        for (size_t i = 0; i < n; i++) {
            uint64_t r = qsi_random(seed + round, i);
            if (r & 1) x[i] = nearest.middle[r / 8 % count];
            if ((r & 3) == 3) x[i] = nextafterf(x[i], r & 4 ? INFINITY : -INFINITY);
        }
        for (size_t g = 0; g < groups; g++) by[g] = g % 3 ? 1 : value((int)(round % KINDS), round, g);
        ABOUT("%u bits, round %zu, %zu groups of %zu", nearest.bits, round, groups, length);
        ref->nearest_level_encode(&nearest, x, groups, length, by, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, n, round % 3);
            k->nearest_level_encode(&nearest, x, groups, length, by, got);
            same_bytes(k, "nearest_level_encode", got, n);
        }
        float *middles = floats(1, NORMAL, count * length, 0);
        for (size_t i = length; i < count * length; i++)
            middles[i] = middles[i - length] + fabsf(middles[i] > 0 ? middles[i] : 0);
        for (size_t i = 0; i < n; i += 2) x[i] = middles[i * 7 % (count * length) / length * length + i % length];
        ref->nearest_level_dims(middles, nearest.bits, x, groups, length, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, n, round % 3);
            k->nearest_level_dims(middles, nearest.bits, x, groups, length, got);
            same_bytes(k, "nearest_level_dims", got, n);
        }
        unsigned few = nearest.bits < 4 ? nearest.bits : 4;
        uint8_t *codes = bytes(4, n, round % 3);
        for (size_t i = 0; i < n; i++) codes[i] &= (uint8_t)((1U << few) - 1);
        const float *levels = floats(5, (int)(round % KINDS), length << few, 0);
        ref->dims_decode(levels, few, codes, groups, length, (float *)expected);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * n, 4 * (round % 3));
            k->dims_decode(levels, few, codes, groups, length, got);
            same_floats(k, "dims_decode", got, n);
        }
    }
}

int main(void)
{
    parity_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines),         cmocka_unit_test(scales),
                                       cmocka_unit_test(recoding),      cmocka_unit_test(uneven_scales),
                                       cmocka_unit_test(uneven_codes),  cmocka_unit_test(ladders),
                                       cmocka_unit_test(nearest_levels)};
    return cmocka_run_group_tests_name("parity of fits", tests, NULL, NULL);
}
