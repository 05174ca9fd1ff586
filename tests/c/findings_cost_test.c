/* What is noticed costs at most 5 % of the sweep that it belongs to, as a ratio of processor time within one run.
 */
#include "findings/facts.h"
#include "make.h"
#include "quantscope.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

enum { ROWS = 8192, WIDTH = 384, QUERIES = 100 };

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

/* The sweep of the README by the fastest kernels, one thread: facts of the base are gathered in it, once. */
static double time_sweep(const float *base, const float *queries)
{
    double began = seconds();
    qs_run *run = qs_run_open("int8\nint4:map=offset,per=dim\nbinary\nbinary:rescore=4", "cosine", 10, 0, ROWS,
                              WIDTH, QUERIES);
    assert_non_null(run);
    assert_int_equal(qs_run_feed_queries(run, 0, queries, QUERIES), QS_OK);
    assert_int_equal(qs_run_feed_base(run, 0, base, ROWS), QS_OK);
    do {
        while (qs_run_step(run, 8192) > 0) {
        }
    } while (qs_run_next_phase(run, NULL, 0) > 0);
    size_t bytes = qs_run_json(run, NULL, 0);
    assert_true(bytes > 0);
    qs_run_close(run);
    return seconds() - began;
}

/* The same facts alone: rows as a run has them, copies of queries looked for. */
static double time_facts(const float *base, const float *queries)
{
    qsi_facts facts;
    double began = seconds();
    assert_int_equal(qsi_facts_open(&facts, WIDTH), QS_OK);
    assert_int_equal(qsi_copies_open(&facts.copies, queries, QUERIES, WIDTH), QS_OK);
    for (size_t row = 0; row < ROWS; row += 1024)
        assert_int_equal(qsi_facts_observe(&facts, (double)row, base + row * WIDTH, NULL, 1024), QS_OK);
    qsi_facts_close(&facts);
    return seconds() - began;
}

static void test_cost(void **state)
{
    (void)state;
    float *base = make_room((size_t)ROWS * WIDTH * sizeof *base), *queries = base + (size_t)1000 * WIDTH;
    uint64_t random = 1;
    for (size_t i = 0; i < (size_t)ROWS * WIDTH; i++) {
        random = random * 6364136223846793005U + 1442695040888963407U;
        base[i] = (float)(random >> 40) * 0x1p-23F - 1;
    }
    qs_threads(1);
    double sweep = INFINITY, facts = INFINITY;
    for (int i = 0; i < 3; i++) {
        sweep = fmin(sweep, time_sweep(base, queries));
        facts = fmin(facts, time_facts(base, queries));
    }
    print_message("findings take %.1f %% of a sweep of %.3f s\n", 100 * facts / sweep, sweep);
    assert_true(facts <= 0.05 * sweep);
    free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cost)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
