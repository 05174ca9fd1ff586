/* Fitted codebooks against a search that tries every one, and with a value far from all others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdlib.h>
#include <cmocka.h>

#include "make.h"
#include "range/lloyd.h"

/* The least cost of cutting cells into runs around their means, by trying every cut. */
static double every_codebook(const uint32_t *counts, size_t begin, size_t end, size_t levels)
{
    double least = INFINITY;
    for (size_t cut = begin; cut <= end; cut++) {
        double n = 0, sum = 0, squares = 0;
        for (size_t i = cut; i < end; i++) {
            n += counts[i];
            sum += counts[i] * (double)i;
            squares += counts[i] * (double)i * (double)i;
        }
        double run = n > 0 ? squares - sum * sum / n : 0;
        if (levels == 1 && cut > begin) break;
        least = fmin(least, levels == 1 ? run : run + every_codebook(counts, begin, cut, levels - 1));
    }
    return least;
}

static void codebooks_against_every_codebook(void **state)
{
    (void)state;
    random_state r = random_from(6);
    for (int i = 0; i < 300; i++) {
        qsi_cell cells[16];
        uint32_t counts[16];
        qsi_cdf mass;
        size_t bins = 2 + 2 * random_below(&r, 8), levels = 1 + random_below(&r, 4);
        qsi_histogram h = {.max = (float)bins, .cells = cells};
        float book[4];
        for (size_t b = 0; b < bins; b++) counts[b] = random_below(&r, 3) ? (uint32_t)random_below(&r, 50) : 0;
        counts[0] = 1;
        for (size_t b = 0; b < bins; b++)
            if (counts[b]) cells[h.count++] = (qsi_cell){counts[b], (float)b + 0.5F, (float)b + 0.5F};
        assert_int_equal(qsi_cdf_open(&mass, &h), QS_OK);
        assert_int_equal(qsi_lloyd_max(&mass, levels, 64, book), QS_OK);
        qsi_cdf_close(&mass);
        double is = 0;
        for (size_t b = 0; b < bins; b++) {
            double nearest = INFINITY;
            for (size_t k = 0; k < levels; k++) nearest = fmin(nearest, fabs((double)b + 0.5 - (double)book[k]));
            is += counts[b] * nearest * nearest;
        }
        for (size_t k = 1; k < levels; k++) assert_true(book[k] >= book[k - 1]);
        double should = every_codebook(counts, 0, bins, levels);
        if (fabs(is - should) > 1e-3 * should + 1e-6)
            fail_msg("%zu levels of %zu bins: %g, not %g", levels, bins, is, should);
    }
}

/* Cells are taken together where there are many, but a value far from all others gets a level of its own, which
 * costs the rest no more than one level less. */
static void codebooks_of_a_value_far_away(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    static const char *const specs[] = {"lloyd3", "lloyd2:per=dim", "lloyd6"};
    static const float far[] = {12, 1000, -1e6F, 1e9F};
    float *values = random_rows(8, COUNT, 1);
    for (size_t run = 0; run < 24; run++) {
        size_t n = run < 12 ? COUNT : 150;
        values[77] = 0;
        double without = coding_error(specs[run % 3], 1, values, n, NULL);
        values[77] = far[run / 3 % 4];
        double with = coding_error(specs[run % 3], 1, values, n, NULL);
        if (with > without * 1.8)
            fail_msg("%s, %zu values, one of them %g: %g, not %g", specs[run % 3], n, (double)values[77], with,
                     without);
    }
    free(values);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(codebooks_against_every_codebook),
                                       cmocka_unit_test(codebooks_of_a_value_far_away)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
