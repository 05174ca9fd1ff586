/* What levels cost on a few values, by the levels near them alone, is what all levels in turn cost, to the bit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <string.h>
#include <cmocka.h>

#include "base/random.h"
#include "codec/codec.h"
#include "range/histogram.h"

enum { MOST = 16 };

static double drawn(uint64_t n)
{
    return (double)(qsi_random_stream(1, 0, n) >> 11) * 0x1p-53;
}

/* Ascending cells: single values, repeated ones, and some that are spread. */
static size_t draw_cells(uint64_t seed, qsi_cell *cells)
{
    size_t count = 1 + (size_t)(drawn(seed * 100) * MOST);
    float at = (float)(drawn(seed * 100 + 1) * 8 - 6);
    for (size_t i = 0; i < count; i++) {
        double kind = drawn(seed * 100 + 2 + 3 * i);
        cells[i] = (qsi_cell){.count = kind < 0.5 ? 1 : 2 + (uint32_t)(kind * 9), .least = at, .greatest = at};
        if (kind > 0.7) cells[i].greatest += (float)drawn(seed * 100 + 3 + 3 * i);
        at = cells[i].greatest + 0x1p-6F * (float)(1 + (int)(drawn(seed * 100 + 4 + 3 * i) * 64));
    }
    return count;
}

static void compare(const char *text, uint64_t seed, bool exact)
{
    qsi_cell cells[MOST];
    size_t count = draw_cells(seed, cells);
    qsi_histogram h = {.min = cells[0].least, .max = cells[count - 1].greatest, .count = count, .cells = cells};
    qsi_spec spec;
    qsi_cdf cdf;
    assert_int_equal(qsi_spec_parse(text, &spec), QS_OK);
    assert_int_equal(qsi_cdf_open(&cdf, &h), QS_OK);
    for (int i = 0; i < 20; i++) {
        float wide = (float)(2 * drawn(seed * 1000 + (uint64_t)i) + 0.01), lo = h.min * wide, hi = h.max * wide;
        double most = i % 3 ? INFINITY : drawn(seed * 1000 + 500 + (uint64_t)i);
        qsi_levels levels;
        qsi_cost all, few;
        if (lo > hi) continue;
        assert_int_equal(spec.format->family->levels(&spec, lo, hi, exact, &levels), QS_OK);
        qsi_cdf_cost_to(&cdf, &levels, most, &all);
        assert_int_equal(spec.format->family->cost(&spec, lo, hi, exact, &cdf, most, &few), QS_OK);
        all.bias += 0.0; /* of 0 the sign is of no account */
        few.bias += 0.0;
        assert_memory_equal(&few.rounding, &all.rounding, sizeof few.rounding);
        assert_memory_equal(&few.clipping, &all.clipping, sizeof few.clipping);
        assert_memory_equal(&few.clipped, &all.clipped, sizeof few.clipped);
        assert_memory_equal(&few.bias, &all.bias, sizeof few.bias);
    }
    qsi_cdf_close(&cdf);
}

static void few_values(void **state)
{
    static const char *const specs[] = {"int8:per=dim",
                                        "int4:per=dim,map=offset",
                                        "int8:per=dim,map=affine,round=away",
                                        "int8:per=dim,round=trunc",
                                        "int3:per=dim,map=offset,round=stochastic",
                                        "int8:per=dim,levels=full",
                                        "int4:per=dim,levels=pow2",
                                        "f8_e4m3:per=dim",
                                        "f4_e2m1:per=dim"};
    (void)state;
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (uint64_t seed = 0; seed < 200; seed++) compare(specs[s], seed, seed % 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(few_values)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
