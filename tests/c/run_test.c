/* Runs: the same report for any threads, shards, steps, feeding and kernels; neighbours and what was lost. */
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

enum { DIM = 9, ROWS = 3 * QS_CHUNK_ROWS + 217, NQ = 11, CHUNKS = 4, SHARDS = 3, K = 5 };

static const char specs[] = "f32\nf16\nint8\nint4:map=offset,per=dim\nint8:per=tensor,query=same\n"
                            "int5:map=affine,per=tensor,range=percentile,p=99\nint3:per=block,block=4,scale=f16\n"
                            "int8:round=stochastic,seed=5\nbinary\nbinary:center=mean,rescore=3\n"
                            "binary:center=median,query=f32";

/* How a run is done: none of it may show. */
typedef struct way {
    int threads;
    size_t shards;
    double work; /* of a step; 0: a different one each time */
    size_t feed; /* rows of a call; 0: a different number each time */
    const char *backend;
    uint64_t seed; /* of what is random in the way */
} way;

/* What is run. */
typedef struct job {
    const char *specs, *metric;
    const float *base, *queries; /* queries NULL: drawn */
    size_t rows, nq;
} job;

static void feed_queries(qs_run *run, const job *j)
{
    size_t count = qs_run_drawn(run, NULL, 0);
    if (j->queries) {
        assert_int_equal(count, 0);
        assert_int_equal(qs_run_feed_queries(run, 0, j->queries, 4 < j->nq ? 4 : j->nq), QS_OK);
        if (j->nq > 4)
            assert_int_equal(qs_run_feed_queries(run, 4, j->queries + (size_t)4 * DIM, j->nq - 4), QS_OK);
        return;
    }
    uint32_t *drawn = make_room(count * sizeof *drawn);
    assert_int_equal(qs_run_drawn(run, drawn, count), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(qs_run_feed_queries(run, (double)i, j->base + (size_t)drawn[i] * DIM, 1), QS_OK);
    free(drawn);
}

/* Each chunk to a shard of its own choice. */
static void feed_base(qs_run **runs, const job *j, const way *w, random_state *r)
{
    for (size_t first = 0; first < j->rows; first += QS_CHUNK_ROWS) {
        qs_run *run = runs[w->shards == 1 ? 0 : random_below(r, w->shards)];
        size_t end = first + QS_CHUNK_ROWS < j->rows ? first + QS_CHUNK_ROWS : j->rows, n;
        for (size_t at = first; at < end; at += n) {
            n = w->feed ? w->feed : 1 + random_below(r, 700);
            if (n > end - at) n = end - at;
            assert_int_equal(qs_run_feed_base(run, (double)at, j->base + at * DIM, n), QS_OK);
        }
    }
}

static uint8_t *state_of(const qs_run *run, size_t *bytes)
{
    *bytes = qs_run_save(run, NULL, 0);
    assert_int_not_equal(*bytes, 0);
    uint8_t *state = make_room(*bytes);
    assert_int_equal(qs_run_save(run, state, *bytes), *bytes);
    return state;
}

static int end_phase(qs_run **runs, size_t shards, random_state *r)
{
    size_t *order = random_order(r, shards), bytes;
    for (size_t s = 1; s < shards; s++) {
        uint8_t *state = state_of(runs[order[s]], &bytes);
        assert_int_equal(qs_run_merge(runs[order[0]], state, bytes), QS_OK);
        free(state);
    }
    int more = -1;
    bool alone = shards == 1 && random_below(r, 2);
    uint8_t *merged = alone ? NULL : state_of(runs[order[0]], &bytes);
    for (size_t s = 0; s < shards; s++) {
        int again = qs_run_next_phase(runs[s], merged, alone ? 0 : bytes);
        assert_true(again >= 0 && (s == 0 || again == more));
        more = again;
    }
    free(merged);
    free(order);
    return more;
}

/* Runs to the end. The first of the runs is left open, the others are closed. */
static qs_run *do_run(const job *j, const way *w)
{
    random_state r = random_from(w->seed);
    qs_run *runs[SHARDS];
    qs_threads(w->threads);
    assert_int_equal(qs_backend_use(w->backend), QS_OK);
    for (size_t s = 0; s < w->shards; s++) {
        runs[s] = qs_run_open(j->specs, j->metric, K, 7, (double)j->rows, DIM, j->queries ? (double)j->nq : -1);
        assert_non_null(runs[s]);
        feed_queries(runs[s], j);
    }
    feed_base(runs, j, w, &r);
    do {
        for (size_t s = 0; s < w->shards; s++)
            for (int more = 1; more;) {
                more = qs_run_step(runs[s], w->work > 0 ? w->work : (double)random_below(&r, 3000));
                assert_true(more >= 0);
            }
    } while (end_phase(runs, w->shards, &r) > 0);
    char *first = TEXT_OF(qs_run_json, runs[0]);
    for (size_t s = 1; s < w->shards; s++) {
        char *other = TEXT_OF(qs_run_json, runs[s]);
        assert_string_equal(first, other);
        free(other);
        qs_run_close(runs[s]);
    }
    free(first);
    return runs[0];
}

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

/* The kernels that the environment asks for, or the best. */
static void settle(void)
{
    const char *name = getenv("QS_BACKEND");
    qs_backend_use(name);
    qs_threads(2);
}

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

/* ---- neighbours and losses, against qs_search() */

/* Appends to a text as printf does. */
static void add(char **text, const char *format, ...)
{
    char part[256];
    va_list words;
    va_start(words, format);
    vsnprintf(part, sizeof part, format, words);
    va_end(words);
    size_t length = *text ? strlen(*text) : 0;
    *text = realloc(*text, length + strlen(part) + 1);
    assert_non_null(*text);
    strcpy(*text + length, part);
}

static void found_by(const char *spec, const job *j, size_t k, uint32_t *ids, float *scores)
{
    qs_codec *codec = fit_codec(spec, DIM, j->base, j->rows);
    uint8_t *codes = make_room(j->rows * qs_codec_row_bytes(codec));
    assert_int_equal(qs_codec_encode(codec, 0, j->base, j->rows, codes), QS_OK);
    assert_int_equal(qs_search(codec, codes, j->rows, j->base, j->queries, j->nq, k, j->metric, ids, scores),
                     QS_OK);
    qs_codec_close(codec);
    free(codes);
}

static void test_neighbours_and_losses(void **state)
{
    (void)state;
    enum { DEPTH = 100, N = 1500 };
    float *base = random_rows(68, N * DIM, 1), *queries = random_rows(69, NQ * DIM, 1), scores[NQ * DEPTH],
          spare[NQ * K];
    uint32_t truth[NQ * DEPTH], found[5][NQ * K];
    static const char *const names[] = {"int8", "int2:per=tensor", "int4:map=offset,per=dim,query=same", "binary",
                                        "binary:center=mean,rescore=4"};
    job j = {"int8\nint2:per=tensor\nint4:map=offset,per=dim,query=same\nbinary\nbinary:rescore=4,center=mean",
             "l2",
             base,
             queries,
             N,
             NQ};
    qs_run *run = do_run(&j, &(way){2, 3, 0, 0, "auto", 9});
    found_by("f32", &j, DEPTH, truth, scores);
    char *lost = NULL, *told;
    add(&lost, "{\"k\":%d,\"queries\":%d,\"results\":[", K, NQ);
    for (size_t s = 0; s < 5; s++) {
        size_t count = 0;
        found_by(names[s], &j, K, found[s], spare);
        add(&lost, "%s{\"spec\":\"%s\",\"lost\":[", s ? "," : "", names[s]);
        for (size_t q = 0; q < NQ; q++)
            for (size_t i = 0; i < K; i++) {
                bool there = false;
                for (size_t n = 0; n < K; n++) there |= found[s][q * K + n] == truth[q * DEPTH + i];
                if (!there) add(&lost, "%s[%zu,%zu]", count++ ? "," : "", q, i + 1);
            }
        add(&lost, "]}");
    }
    add(&lost, "]}");
    told = TEXT_OF(qs_run_lost_json, run);
    assert_string_equal(told, lost);
    free(told);
    free(lost);
    for (size_t q = 0; q < NQ; q++) {
        char *near = NULL;
        add(&near, "{\"query\":%zu,\"k\":%d,\"truth\":{\"rows\":[", q, K);
        for (size_t i = 0; i < DEPTH; i++) add(&near, "%s%u", i ? "," : "", truth[q * DEPTH + i]);
        add(&near, "],\"scores\":[");
        for (size_t i = 0; i < DEPTH; i++) add(&near, "%s%.6g", i ? "," : "", (double)scores[q * DEPTH + i]);
        add(&near, "]},\"results\":[");
        for (size_t s = 0; s < 5; s++) {
            size_t rank[K];
            add(&near, "%s{\"spec\":\"%s\",\"rows\":[", s ? "," : "", names[s]);
            for (size_t i = 0; i < K; i++) {
                add(&near, "%s%u", i ? "," : "", found[s][q * K + i]);
                for (rank[i] = 0; rank[i] < DEPTH && truth[q * DEPTH + rank[i]] != found[s][q * K + i];) rank[i]++;
            }
            add(&near, "],\"ranks\":[");
            for (size_t i = 0; i < K; i++)
                if (rank[i] < DEPTH)
                    add(&near, "%s%zu", i ? "," : "", rank[i] + 1);
                else
                    add(&near, "%snull", i ? "," : "");
            add(&near, "],\"scores\":[");
            for (size_t i = 0; i < K; i++)
                if (rank[i] < DEPTH)
                    add(&near, "%s%.6g", i ? "," : "", (double)scores[q * DEPTH + rank[i]]);
                else
                    add(&near, "%snull", i ? "," : "");
            add(&near, "]}");
        }
        add(&near, "]}");
        told = TEXT_OF(qs_run_neighbours_json, run, (double)q);
        assert_string_equal(told, near);
        free(told);
        free(near);
    }
    static const double wrong[] = {-1, NQ, 0.5, NAN, 1e300};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(qs_run_neighbours_json(run, wrong[i], NULL, 0), 0);
        check_error(QS_E_OPTION, "this run has 11 queries");
    }
    qs_run_close(run);
    free(base);
    free(queries);
    settle();
}

/* With drawn queries the base is the other rows, by their numbers in the file; rescoring finds their originals. */
static void test_neighbours_of_drawn(void **state)
{
    (void)state;
    enum { N = QS_CHUNK_ROWS + 300, MOST = N / 5 };
    float *base = random_rows(73, N * DIM, 1);
    uint32_t drawn[MOST], left[N], ids[MOST * K];
    float *rest = make_room(sizeof *rest * N * DIM), *queries = make_room(sizeof *queries * MOST * DIM),
          scores[MOST * K];
    job j = {"binary:rescore=4\nint4", "cosine", base, NULL, N, 0};
    qs_run *run = do_run(&j, &(way){2, 2, 0, 0, "auto", 3});
    size_t nq = qs_run_drawn(run, drawn, MOST), nrows = 0;
    assert_int_equal(nq, MOST);
    for (size_t r = 0, q = 0; r < N; r++) {
        bool is_drawn = q < nq && drawn[q] == r;
        memcpy(is_drawn ? queries + q++ * DIM : rest + nrows * DIM, base + r * DIM, DIM * sizeof *base);
        if (!is_drawn) left[nrows++] = (uint32_t)r;
    }
    assert_int_equal(nrows, N - MOST);
    job same = {NULL, "cosine", rest, queries, nrows, nq};
    static const char *const names[] = {"binary:rescore=4", "int4"};
    for (size_t s = 0; s < 2; s++) {
        found_by(names[s], &same, K, ids, scores);
        for (size_t q = 0; q < nq; q++) {
            char *told = TEXT_OF(qs_run_neighbours_json, run, (double)q), *wanted = NULL;
            add(&wanted, "{\"spec\":\"%s\",\"rows\":[", names[s]);
            for (size_t i = 0; i < K; i++) add(&wanted, "%s%u", i ? "," : "", left[ids[q * K + i]]);
            add(&wanted, "]");
            if (!strstr(told, wanted)) fail_msg("%s is not in %s", wanted, strstr(told, "\"results\""));
            free(told);
            free(wanted);
        }
    }
    qs_run_close(run);
    free(base);
    free(rest);
    free(queries);
    settle();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_way),
        cmocka_unit_test(test_bad_rows),
        cmocka_unit_test(test_bad_drawn_query),
        cmocka_unit_test(test_overflow_is_told),
        cmocka_unit_test(test_drawn),
        cmocka_unit_test(test_few_rows),
        cmocka_unit_test(test_neighbours_and_losses),
        cmocka_unit_test(test_neighbours_of_drawn),
    };
    return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
