/* Runs: the same report for any threads, shards, steps, feeding and kernels; rows that cannot be coded; drawn
 * queries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"
#include "runs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 3 * QS_CHUNK_ROWS + 217, NQ = 11 };

static const char specs[] = "f32\nf16\nint8\nint4:map=offset,per=dim\nint8:per=tensor,query=same\n"
                            "int5:map=affine,per=tensor,range=percentile,p=99\nint3:per=block,block=4,scale=f16\n"
                            "int8:round=stochastic,seed=5\nint4:feedback=1\nbinary\nbinary:center=mean,rescore=3\n"
                            "binary:center=median,query=f32";

/* All that a run tells, as one text. */
static char *tell(const job *j, const way *w)
{
    qs_run *run = do_run(j, w);
    char *report = TEXT_OF(qs_run_json, run), *lost = TEXT_OF(qs_run_lost_json, run), *near = NULL;
    if (qs_run_neighbours_json(run, 0, NULL, 0)) near = TEXT_OF(qs_run_neighbours_json, run, 0);
    size_t bytes = strlen(report) + strlen(lost) + (near ? strlen(near) : 0) + 3;
    char *all = make_room(bytes);
    snprintf(all, bytes, "%s\n%s\n%s", report, lost, near ? near : "");
    free(report);
    free(lost);
    free(near);
    qs_run_close(run);
    return all;
}

static const way plain = {.threads = 1, .shards = 1, .work = 1e9, .feed = ROWS, .backend = "ref", .seed = 1};

static void check_ways(const job *j)
{
    char *wanted = tell(j, &plain), backends[2048];
    way ways[24];
    size_t count = 0;
    static const int counts[][2] = {{1, 2}, {2, 1}, {2, 3}, {5, 2}, {1, 3}}; /* threads, shards */
    for (size_t i = 0; i < 5; i++)
        ways[count++] = (way){counts[i][0], (size_t)counts[i][1], i % 2 ? 0 : 2048, 0, "auto", i};
    ways[count++] = (way){2, 1, 1, 1, "auto", 50};
    ways[count++] = (way){2, 3, 1e9, 1000, "auto", 51};
    qs_backends_json(backends, sizeof backends);
    for (const char *at = backends; (at = strstr(at, "\"name\":\"")); at++) {
        static char names[8][32];
        size_t n = count % 8;
        sscanf(at, "\"name\":\"%31[^\"]", names[n]);
        if (!strncmp(strstr(at, "\"available\":") + 12, "true", 4))
            ways[count++] = (way){2, 1, 5000, 0, names[n], 60};
    }
    for (size_t i = 0; i < count; i++) {
        char *told = tell(j, &ways[i]);
        if (strcmp(told, wanted))
            fail_msg("%d threads, %zu shards, work %g, %s: %.3000s\ninstead of\n%.3000s", ways[i].threads,
                     ways[i].shards, ways[i].work, ways[i].backend, told, wanted);
        free(told);
    }
    free(wanted);
    settle();
}

static void test_any_way(void **state)
{
    (void)state;
    float *base = random_rows(60, ROWS * DIM, 1), *queries = random_rows(61, NQ * DIM, 1);
    check_ways(&(job){specs, "cosine", base, queries, ROWS, NQ});
    check_ways(
        &(job){"int8\nbinary:center=median\nint4:per=dim,query=same", "l2", base, NULL, QS_CHUNK_ROWS + 50, 0});
    free(base);
    free(queries);
}

/* ---- rows that cannot be coded */

static void test_bad_rows(void **state)
{
    (void)state;
    float *base = random_rows(62, ROWS * DIM, 1), *queries = random_rows(63, NQ * DIM, 1);
    base[2900 * DIM + 1] = INFINITY;
    base[1500 * DIM + 3] = NAN;
    base[1500 * DIM + 5] = NAN;
    job j = {specs, "ip", base, queries, ROWS, NQ};
    check_ways(&j);
    char *told = tell(&j, &plain);
    static const char *const failing[] = {"int8",
                                          "int4:map=offset,per=dim",
                                          "int8:per=tensor,query=same",
                                          "int5:map=affine,per=tensor,range=percentile,p=99",
                                          "int3:per=block,block=4,scale=f16",
                                          "int8:round=stochastic,seed=5",
                                          "binary",
                                          "binary:center=mean,rescore=3",
                                          "binary:center=median,query=f32"};
    for (size_t i = 0; i < sizeof failing / sizeof *failing; i++) {
        char wanted[200];
        snprintf(wanted, sizeof wanted, "{\"spec\":\"%s\",\"problem\":\"row 1500, column 3 is NaN, ", failing[i]);
        if (!strstr(told, wanted)) fail_msg("%s is not in %s", wanted, told);
    }
    assert_non_null(strstr(told, "{\"spec\":\"f32\",\"bytes\":{"));
    assert_non_null(strstr(told, "{\"spec\":\"f16\",\"bytes\":{"));
    free(told);

    /* A query as well: it is told first, wherever the rows are. */
    queries[6 * DIM + 2] = -INFINITY;
    j.specs = "int8\nint8:per=tensor,query=same\nbinary";
    check_ways(&j);
    told = tell(&j, &plain);
    assert_non_null(strstr(told, "{\"spec\":\"binary\",\"problem\":\"queries: row 6, column 2 is -infinity"));
    assert_non_null(strstr(told, "{\"spec\":\"int8\",\"problem\":\"row 1500, column 3 is NaN"));
    free(told);
    free(base);
    free(queries);
}

/* A drawn query is told by its number in the file, and is no row of the base. */
static void test_bad_drawn_query(void **state)
{
    (void)state;
    enum { FEW = QS_CHUNK_ROWS + 50 };
    float *base = random_rows(64, FEW * DIM, 1);
    uint32_t drawn[500];
    char wanted[100];
    qs_run *run = qs_run_open("f32", "ip", K, 7, FEW, DIM, -1);
    size_t count = qs_run_drawn(run, drawn, 500);
    qs_run_close(run);
    base[drawn[count / 2] * DIM + 4] = NAN;
    job j = {"int8\nint8:query=same", "ip", base, NULL, FEW, 0};
    check_ways(&j);
    char *told = tell(&j, &plain);
    assert_non_null(strstr(told, "{\"spec\":\"int8\",\"bytes\""));
    snprintf(wanted, sizeof wanted, "\"problem\":\"queries: row %u, column 4 is NaN", drawn[count / 2]);
    if (!strstr(told, wanted)) fail_msg("%s is not in %s", wanted, told);
    free(told);
    free(base);
}

static void test_overflow_is_told(void **state)
{
    (void)state;
    float *base = random_rows(65, ROWS * DIM, 1), *queries = random_rows(66, NQ * DIM, 1);
    base[3000 * DIM] = 3e38F;
    base[3000 * DIM + 1] = -3e38F;
    job j = {"int8:map=offset\nint8:map=offset,per=tensor\nint8", "l2", base, queries, ROWS, NQ};
    check_ways(&j);
    char *told = tell(&j, &plain);
    assert_non_null(strstr(told, "{\"spec\":\"int8:map=offset\",\"problem\":\"row 3000: the range from"));
    assert_non_null(strstr(told, "{\"spec\":\"int8:map=offset,per=tensor\",\"problem\":\"the range from"));
    assert_non_null(strstr(told, "{\"spec\":\"int8\",\"bytes\""));
    free(told);
    free(base);
    free(queries);
}

/* ---- queries drawn from the base */

static void test_drawn(void **state)
{
    (void)state;
    static const size_t rows[] = {1, 4, 5, 9, 10, 1000, 2500, 2501, 100000};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t drawn[600], again[600], other[600];
        size_t wanted = rows[i] / 5 < 500 ? rows[i] / 5 : 500;
        for (double seed = 0; seed < 20; seed++) {
            qs_run *run = qs_run_open("f32", "ip", 1, seed, (double)rows[i], 1, -1);
            assert_int_equal(qs_run_drawn(run, drawn, 600), wanted);
            assert_int_equal(qs_run_drawn(run, again, 1), wanted);
            for (size_t q = 0; q < wanted; q++)
                assert_true(drawn[q] < rows[i] && (q == 0 || drawn[q - 1] < drawn[q]));
            if (wanted) assert_int_equal(drawn[0], again[0]);
            if (wanted == 500) {
                if (seed > 0) assert_memory_not_equal(drawn, other, sizeof(uint32_t) * wanted);
                memcpy(other, drawn, sizeof other);
            }
            qs_run_close(run);
        }
    }
    /* Every row is as likely: 2,000 draws of 20 of 100, chi squared of 99 degrees below 150. */
    double counts[100] = {0}, chi = 0;
    for (double seed = 0; seed < 2000; seed++) {
        uint32_t drawn[20];
        qs_run *run = qs_run_open("f32", "ip", 1, seed, 100, 1, -1);
        qs_run_drawn(run, drawn, 20);
        for (size_t q = 0; q < 20; q++) counts[drawn[q]]++;
        qs_run_close(run);
    }
    for (size_t i = 0; i < 100; i++) chi += pow(counts[i] - 400, 2) / (400 * 0.8);
    assert_true(chi < 150);
}

/* Under five rows there are no queries, and no search to tell of; drawn rows are not among the base. */
static void test_few_rows(void **state)
{
    (void)state;
    float *base = random_rows(67, 40 * DIM, 1);
    for (size_t rows = 1; rows < 40; rows++) {
        job j = {"int8\nbinary:rescore=2\nbinary:center=mean", "cosine", base, NULL, rows, 0};
        char *told = tell(&j, &plain), wanted[64];
        snprintf(wanted, sizeof wanted, "{\"rows\":%zu,\"dim\":9,\"queries\":%zu}", rows - rows / 5, rows / 5);
        assert_non_null(strstr(told, wanted));
        assert_int_equal(strstr(told, "\"search\":null") != NULL, rows < 5);
        assert_int_equal(strstr(told, "\"recall@5\":") != NULL, rows >= 5);
        assert_null(strstr(told, "problem"));
        free(told);
    }
    free(base);
    settle();
}

/* A run that is over is timed again, as often as one likes: it tells the same after, and its failed spec nothing.
 */
static void test_again(void **state)
{
    (void)state;
    float *base = random_rows(3, (size_t)ROWS * DIM, 1);
    base[5] = -(base[6] = 3e38F); /* a row whose range has no float32 */
    const job j = {"f16\nint8:map=offset\nbinary\nbinary:rescore=3\nint4:query=same,per=tensor,range=given,s=0.5",
                   "ip",
                   base,
                   base + DIM,
                   ROWS,
                   NQ};
    const way w = {.threads = 2, .shards = 1, .work = 1e9, .feed = ROWS, .backend = NULL, .seed = 1};
    qs_run *run = do_run(&j, &w);
    char *report = TEXT_OF(qs_run_json, run), *near = TEXT_OF(qs_run_neighbours_json, run, 1);
    static const char *const stages[] = {"encode", "search"};
    for (size_t spec = 0; spec < 5; spec++)
        for (size_t s = 0; s < 2; s++) {
            bool failed = spec == 1;
            assert_int_equal(qs_run_retime(run, spec, stages[s], 2), !failed);
            assert_int_equal(qs_run_limit(run, spec, stages[s], 1 + spec * 3, 2), !failed);
            assert_int_equal(qs_run_retime(run, spec, stages[s], 1), !failed);
        }
    assert_int_equal(qs_run_retime(run, 0, "encode", 0), 1);
    char *same = TEXT_OF(qs_run_json, run), *still = TEXT_OF(qs_run_neighbours_json, run, 1);
    assert_string_equal(same, report);
    assert_string_equal(still, near);
    char *work = TEXT_OF(qs_run_work_json, run, 2);
    assert_string_equal(work, "{\"rows\":3289,\"dim\":9,\"queries\":11,\"read\":118404,\"written\":6578,"
                              "\"searched\":6578,\"operations\":325611,\"kind\":\"bits\"}");
    free(work);
    work = TEXT_OF(qs_run_work_json, run, 0);
    assert_non_null(strstr(work, "\"written\":59202,\"searched\":59202,\"operations\":325611,\"kind\":\"f32\"}"));
    free(work);
    assert_true(qs_run_retime(run, 0, "fit", 1) < 0);
    assert_true(qs_run_retime(run, 5, "encode", 1) < 0);
    assert_true(qs_run_limit(run, 5, "encode", 1, 1) < 0);
    assert_int_equal(qs_run_work_json(run, 5, NULL, 0), 0);
    qs_run_close(run);
    run = qs_run_open("f16", "ip", 1, 0, 3, DIM, 0);
    assert_true(qs_run_retime(run, 0, "encode", 1) < 0); /* not over yet */
    qs_run_close(run);
    run = qs_run_open("int8:query=same", "ip", 1, 0, 2, DIM, 0);
    base[5] = 0;
    assert_int_equal(qs_run_feed_base(run, 0, base, 2), QS_OK);
    do
        while (qs_run_step(run, 1e9) > 0) {
        }
    while (qs_run_next_phase(run, NULL, 0) > 0);
    assert_int_equal(qs_run_retime(run, 0, "encode", 1), 1);
    assert_int_equal(qs_run_retime(run, 0, "search", 1), 0); /* no queries */
    work = TEXT_OF(qs_run_work_json, run, 0);
    assert_non_null(strstr(work, "\"operations\":0,\"kind\":\"int8\"}"));
    free(work);
    qs_run_close(run);
    free(report);
    free(near);
    free(same);
    free(still);
    free(base);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_way),         cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_bad_drawn_query), cmocka_unit_test(test_overflow_is_told),
        cmocka_unit_test(test_drawn),           cmocka_unit_test(test_few_rows),
        cmocka_unit_test(test_again),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
