/* What a run tells of single queries: neighbours and losses, against qs_search(). */
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

enum { NQ = 11 };

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
        cmocka_unit_test(test_neighbours_and_losses),
        cmocka_unit_test(test_neighbours_of_drawn),
    };
    return cmocka_run_group_tests_name("neighbours", tests, NULL, NULL);
}
