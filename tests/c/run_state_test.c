/* Runs: calls out of their order, jobs that cannot be, and states of other shards that are not what they claim. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIM = 3, ROWS = QS_CHUNK_ROWS + 50, NQ = 4, K = 3 };

static const char specs[] = "int8:per=tensor\nbinary:center=median,rescore=2\nint4:map=offset,per=dim";

static float *base, *queries;

static int open_data(void **state)
{
    (void)state;
    qs_threads(1); /* many short runs */
    base = random_rows(70, (size_t)ROWS * DIM, 1);
    queries = random_rows(71, (size_t)NQ * DIM, 1);
    return 0;
}

static int close_data(void **state)
{
    (void)state;
    free(base);
    free(queries);
    return 0;
}

static qs_run *open_fed(void)
{
    qs_run *run = qs_run_open(specs, "ip", K, 0, ROWS, DIM, NQ);
    assert_non_null(run);
    assert_int_equal(qs_run_feed_queries(run, 0, queries, NQ), QS_OK);
    assert_int_equal(qs_run_feed_base(run, 0, base, ROWS), QS_OK);
    return run;
}

static void step_all(qs_run *run)
{
    int more;
    while ((more = qs_run_step(run, 1e6)) > 0) {
    }
    assert_int_equal(more, 0);
}

static void test_jobs_that_cannot_be(void **state)
{
    (void)state;
    static const struct {
        const char *specs, *metric;
        size_t k;
        double seed, rows;
        size_t dim;
        double queries;
        const char *words;
    } jobs[] = {
        {"int8", "ip", 0, 0, 10, 2, 1, "k=0: k takes a whole number from 1"},
        {"int8", "ip", 1000001, 0, 10, 2, 1, "k takes at most 1000000"},
        {"int8", "dot", 1, 0, 10, 2, 1, "metric takes cosine, ip or l2"},
        {"int8", NULL, 1, 0, 10, 2, 1, "metric takes cosine, ip or l2"},
        {"int8\nint9", "ip", 1, 0, 10, 2, 1, "int9 is no format"},
        {"int8:per=row,", "ip", 1, 0, 10, 2, 1, "an option is missing"},
        {"int8", "ip", 1, -1, 10, 2, 1, "seed takes a whole number from 0"},
        {"int8", "ip", 1, 0.5, 10, 2, 1, "seed takes a whole number from 0"},
        {"int8", "ip", 1, 4294967296.0, 10, 2, 1, "seed takes a whole number from 0"},
        {"int8", "ip", 1, NAN, 10, 2, 1, "seed takes a whole number from 0"},
        {"int8", "ip", 1, 0, 0, 2, 1, "a run takes from 1 to"},
        {"int8", "ip", 1, 0, 1.5, 2, 1, "a run takes from 1 to"},
        {"int8", "ip", 1, 0, NAN, 2, 1, "a run takes from 1 to"},
        {"int8", "ip", 1, 0, 5e9, 2, 1, "a run takes from 1 to"},
        {"int8", "ip", 1, 0, 10, 0, 1, "dim=0"},
        {"int8", "ip", 1, 0, 10, 1048577, 1, "dim=1048577"},
        {"int8", "ip", 1, 0, 10, 2, NAN, "whole number of queries"},
        {"int8", "ip", 1, 0, 10, 2, 1.5, "whole number of queries"},
        {"int8", "ip", 1, 0, 10, 2, 5e9, "whole number of queries"},
    };
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        qs_run *run = qs_run_open(jobs[i].specs, jobs[i].metric, jobs[i].k, jobs[i].seed, jobs[i].rows, jobs[i].dim,
                                  jobs[i].queries);
        if (run) fail_msg("opened, without: %s", jobs[i].words);
        check_error(QS_E_OPTION, jobs[i].words);
    }
    char text[400];
    memset(text, 'x', 399);
    text[399] = 0;
    assert_null(qs_run_open(text, "ip", 1, 0, 10, 2, 1));
    check_error(QS_E_OPTION, "255 are the most");
    qs_run_close(NULL);
}

static void test_feeding_out_of_order(void **state)
{
    (void)state;
    qs_run *run = qs_run_open(specs, "ip", K, 0, ROWS, DIM, NQ);
    assert_int_equal(qs_run_feed_queries(run, 1, queries, 1), QS_E_STATE);
    assert_int_equal(qs_run_feed_queries(run, 0, queries, NQ + 1), QS_E_STATE);
    assert_int_equal(qs_run_feed_queries(run, 0, queries, 2), QS_OK);
    assert_int_equal(qs_run_feed_queries(run, 0, queries, 2), QS_E_STATE);
    check_error(QS_E_STATE, "queries 0 to 1 were fed where 2 of 4 were expected next");
    assert_int_equal(qs_run_step(run, 1), QS_E_STATE);
    check_error(QS_E_STATE, "2 of 4 queries were fed");
    assert_int_equal(qs_run_feed_queries(run, 2, queries, 2), QS_OK);
    static const double wrong[] = {-1, NAN, 0.5, ROWS, ROWS - 1.0, INFINITY, 1e300};
    for (size_t i = 0; i < 7; i++) assert_int_equal(qs_run_feed_base(run, wrong[i], base, 2), QS_E_STATE);
    assert_int_equal(qs_run_feed_base(run, 4, base, 2), QS_OK);
    assert_int_equal(qs_run_feed_base(run, 4, base, 1), QS_E_STATE);
    assert_int_equal(qs_run_feed_base(run, 5, base, 1), QS_E_STATE);
    check_error(QS_E_STATE, "row 5 was fed out of order");
    assert_int_equal(qs_run_feed_base(run, 0, base, 1), QS_E_STATE);
    assert_int_equal(qs_run_step(run, 1), QS_E_STATE);
    check_error(QS_E_STATE, "chunk 0 was fed 2 of its 1024 rows");
    qs_run_close(run);
    run = open_fed();
    assert_int_equal(qs_run_feed_base(run, ROWS - 1, base, 1), QS_E_STATE);
    assert_int_equal(qs_run_step(run, 1), 1);
    assert_int_equal(qs_run_feed_base(run, 0, base, 1), QS_E_STATE);
    check_error(QS_E_STATE, "rows were fed to a run that has started");
    qs_run_close(run);
}

static void test_phases_out_of_order(void **state)
{
    (void)state;
    qs_run *run = open_fed(), *ahead = open_fed();
    uint8_t none[1] = {0};
    assert_int_equal(qs_run_next_phase(run, NULL, 0), QS_E_STATE);
    check_error(QS_E_STATE, "the phase is not done yet");
    assert_int_equal(qs_run_save(run, NULL, 0), 0);
    check_error(QS_E_STATE, "the phase is not done yet");
    step_all(ahead);
    size_t bytes = qs_run_save(ahead, NULL, 0);
    uint8_t *state_bytes = make_room(bytes);
    qs_run_save(ahead, state_bytes, bytes);
    assert_int_equal(qs_run_merge(run, state_bytes, bytes), QS_E_STATE); /* its own part comes first */
    assert_int_equal(qs_run_neighbours_json(run, 0, NULL, 0), 0);
    check_error(QS_E_OPTION, "are not known yet");
    assert_int_equal(qs_run_next_phase(ahead, NULL, 0), 1);
    step_all(ahead);
    assert_int_equal(qs_run_merge(ahead, state_bytes, bytes), QS_E_STATE); /* of the phase before */
    check_error(QS_E_STATE, "this state is not of the phase the run is in");
    assert_int_equal(qs_run_next_phase(ahead, state_bytes, bytes), QS_E_STATE);
    assert_int_equal(qs_run_merge(ahead, none, 1), QS_E_STATE);
    do step_all(ahead);
    while (qs_run_next_phase(ahead, NULL, 0) > 0);
    assert_int_equal(qs_run_step(ahead, 1), 0);
    assert_int_equal(qs_run_next_phase(ahead, NULL, 0), 0);
    assert_int_equal(qs_run_save(ahead, NULL, 0), 0);
    check_error(QS_E_STATE, "the run is over");
    assert_int_equal(qs_run_merge(ahead, state_bytes, bytes), QS_E_STATE);
    qs_run_close(run);
    qs_run_close(ahead);
    free(state_bytes);
}

static void test_progress(void **state)
{
    (void)state;
    static const char *const names[] = {"truth", "int8:per=tensor", "binary:center=median,rescore=2",
                                        "int4:map=offset,per=dim"};
    qs_run *run = open_fed();
    double spec = -1, steps = 0;
    char text[300], wanted[100];
    do {
        for (int more = 1; more; steps++) {
            qs_run_progress_json(run, text, sizeof text);
            assert_true(number_of(text, "spec") == spec || number_of(text, "spec") == spec + 1);
            spec = number_of(text, "spec");
            snprintf(wanted, sizeof wanted, "\"name\":\"%s\",\"stage\":\"", names[(int)spec + 1]);
            assert_non_null(strstr(text, wanted));
            assert_true(number_of(text, "done") < number_of(text, "total") && number_of(text, "total") == ROWS);
            more = qs_run_step(run, 1);
        }
    } while (qs_run_next_phase(run, NULL, 0) > 0);
    qs_run_progress_json(run, text, sizeof text);
    assert_non_null(strstr(text, "\"stage\":\"done\""));
    assert_true(spec == 2);
    /* two chunks a step: facts of the base, encode, measure, search of four specs, passes 1, 3 and 1 of the fits,
     * and the signs' size */
    assert_true(steps == 2 * (1 + 4 * 3 + 5 + 1));
    qs_run_close(run);
}

/* No specs: the truth alone, and a report without results. */
static void test_no_specs(void **state)
{
    (void)state;
    static const char *const texts[] = {"", "\n", "\n\n"};
    for (size_t i = 0; i < 3; i++) {
        qs_run *run = qs_run_open(texts[i], "ip", K, 0, 3, DIM, 1);
        assert_non_null(run);
        assert_int_equal(qs_run_feed_queries(run, 0, queries, 1), QS_OK);
        assert_int_equal(qs_run_feed_base(run, 0, base, 3), QS_OK);
        step_all(run);
        assert_int_equal(qs_run_next_phase(run, NULL, 0), 1);
        step_all(run);
        assert_int_equal(qs_run_next_phase(run, NULL, 0), 0);
        char *text = TEXT_OF(qs_run_json, run);
        assert_non_null(strstr(text, "\"results\":[]}"));
        free(text);
        qs_run_close(run);
    }
}

/* Goes on to the end with what it has, and asks for all there is to tell: no crash. */
static void finish(qs_run *run)
{
    char text[100];
    int more;
    do {
        while (qs_run_step(run, 1e6) > 0) {
        }
        more = qs_run_next_phase(run, NULL, 0);
    } while (more > 0);
    qs_run_json(run, text, sizeof text);
    qs_run_lost_json(run, text, sizeof text);
    qs_run_neighbours_json(run, 0, text, sizeof text);
    qs_run_close(run);
}

/* A run brought to its phase number phase, its part of it done. */
static qs_run *run_at(size_t phase)
{
    qs_run *run = open_fed();
    step_all(run);
    for (size_t p = 0; p < phase; p++) {
        assert_int_equal(qs_run_next_phase(run, NULL, 0), 1);
        step_all(run);
    }
    return run;
}

enum { PHASES = 2 + 2 + 4 + 2 };

static void test_states_cut_off(void **state)
{
    (void)state;
    for (size_t phase = 0; phase < PHASES; phase++) {
        qs_run *run = run_at(phase), *other = run_at(phase);
        size_t bytes = qs_run_save(run, NULL, 0), step = bytes > 2000 ? bytes / 50 : bytes / 100 + 1;
        uint8_t *saved = make_room(bytes);
        qs_run_save(run, saved, bytes);
        for (size_t n = 0; n < bytes; n += n < 40 || n + step >= bytes ? 1 : step) {
            uint8_t *cut = make_room(n);
            memcpy(cut, saved, n);
            int merged = qs_run_merge(other, cut, n);
            if (merged != QS_E_DATA && merged != QS_E_STATE)
                fail_msg("phase %zu: taken: %zu of %zu bytes", phase, n, bytes);
            free(cut);
        }
        assert_true(qs_run_next_phase(run, saved, bytes - 1) < 0);
        free(saved);
        qs_run_close(run);
        finish(other);
    }
}

static void test_states_with_other_bits(void **state)
{
    (void)state;
    random_state r = random_from(72);
    for (size_t phase = 0; phase < PHASES; phase++) {
        qs_run *first = run_at(phase);
        size_t bytes = qs_run_save(first, NULL, 0), body = 4 * 4 + 2 * 8;
        uint8_t *saved = make_room(bytes), *bad = make_room(bytes);
        qs_run_save(first, saved, bytes);
        qs_run_close(first);
        for (int i = 0; i < 9; i++) {
            memcpy(bad, saved, bytes);
            for (size_t n = 1 + random_below(&r, 6); n; n--) {
                size_t at = i % 3 == 0   ? random_below(&r, body)
                            : i % 3 == 1 ? random_below(&r, bytes)
                                         : bytes - 1 - random_below(&r, bytes < 400 ? bytes : 400);
                bad[at] ^= (uint8_t)(1 << random_below(&r, 8));
            }
            qs_run *run = run_at(phase);
            if (i % 2)
                qs_run_merge(run, bad, bytes);
            else
                qs_run_next_phase(run, bad, bytes);
            finish(run);
        }
        free(saved);
        free(bad);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_jobs_that_cannot_be),
        cmocka_unit_test(test_feeding_out_of_order),
        cmocka_unit_test(test_phases_out_of_order),
        cmocka_unit_test(test_progress),
        cmocka_unit_test(test_no_specs),
        cmocka_unit_test(test_states_cut_off),
        cmocka_unit_test(test_states_with_other_bits),
    };
    return cmocka_run_group_tests_name("run_state", tests, open_data, close_data);
}
