/* Paired differences: by hand, and how often their intervals hold the truth. */
#include "base/random.h"
#include "measure/paired.h"
#include "quantscope.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_by_hand(void **state)
{
    (void)state;
    const uint32_t a[4] = {10, 9, 8, 10}, b[4] = {9, 9, 9, 8};
    qsi_paired p;
    assert_int_equal(qsi_paired_measure(a, b, 4, 10, 0, &p), QS_OK);
    assert_true(fabs(p.difference - 0.05) < 1e-12); /* (1 + 0 - 1 + 2) / 40 */
    assert_true(p.low >= -0.1 && p.low <= 0.05 && p.high >= 0.05 && p.high <= 0.2);
    assert_true(p.shown == p.difference);
    /* differences 0.1, 0, -0.1, 0.2: sd sqrt(0.05 / 3) = 0.1291; (1.96 * 0.1291 / 0.05)^2 = 25.6 */
    assert_true(p.queries == 26);
    assert_int_equal(qsi_paired_measure(a, a, 4, 10, 0, &p), QS_OK);
    assert_true(p.difference == 0 && p.low == 0 && p.high == 0 && isnan(p.queries) && !qsi_paired_differs(&p));
}

/* Two specs that are equally good find a neighbour with the same chance, alike for the most part. */
static void make_pair(uint64_t seed, uint32_t *a, uint32_t *b, size_t nq)
{
    for (size_t q = 0; q < nq; q++) {
        a[q] = b[q] = 0;
        for (size_t i = 0; i < 10; i++) {
            uint64_t at = (q * 10 + i) * 3;
            bool alike = qsi_random_below(seed, at, 10) < 6;
            bool first = qsi_random_below(seed, at + 1, 10) < 9, second = qsi_random_below(seed, at + 2, 10) < 9;
            a[q] += first;
            b[q] += alike ? first : second;
        }
    }
}

static void test_intervals_hold_zero(void **state)
{
    (void)state;
    enum { PAIRS = 1000, QUERIES = 100 };
    uint32_t a[QUERIES], b[QUERIES];
    int held = 0;
    for (uint64_t seed = 1; seed <= PAIRS; seed++) {
        qsi_paired p;
        make_pair(seed, a, b, QUERIES);
        assert_int_equal(qsi_paired_measure(a, b, QUERIES, 10, seed + 5000, &p), QS_OK);
        held += !qsi_paired_differs(&p);
    }
    assert_in_range(held, 930, 970);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_by_hand),
        cmocka_unit_test(test_intervals_hold_zero),
    };
    return cmocka_run_group_tests_name("paired", tests, NULL, NULL);
}
