/* A search gives the same bytes and the same errors by any number of threads, whether those share out the queries,
 * which must be many, or the rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIM = 40, ROWS = 700, NQ = 200, K = 7 };
static const int counts[] = {1, 2, 3, 5}; /* 100 and 66 queries each; too few for five */

static void search(const qs_codec *codec, const uint8_t *codes, const float *rows, const float *queries, size_t nq,
                   const char *metric, int threads, uint32_t *ids, float *scores)
{
    qs_threads(threads);
    assert_int_equal(qs_search(codec, codes, ROWS, rows, queries, nq, K, metric, ids, scores), QS_OK);
}

/* Values of a few sizes, so that many scores are equal. */
static void test_bytes(void **state)
{
    (void)state;
    static const char *const specs[] = {"f32", "q4_0", "int8:query=same",
                                        "int4:per=dim,query=same,round=stochastic,seed=3", "binary:rescore=3"};
    static const char *const metrics[] = {"ip", "cosine", "l2"};
    random_state r = random_from(5);
    static float rows[ROWS * DIM], queries[NQ * DIM], scores[4][NQ * K];
    static uint32_t ids[4][NQ * K];
    for (size_t i = 0; i < ROWS * DIM; i++) rows[i] = (float)random_below(&r, 5) - 1.5F;
    for (size_t i = 0; i < NQ * DIM; i++) queries[i] = (float)random_below(&r, 3) - 1;
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        qs_codec *codec = fit_codec(specs[s], DIM, rows, ROWS);
        uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
        assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
        for (size_t m = 0; m < 3; m++)
            for (size_t nq = NQ; nq > 0; nq /= 40) /* and few queries */
                for (size_t t = 0; t < 4; t++) {
                    search(codec, codes, rows, queries, nq, metrics[m], counts[t], ids[t], scores[t]);
                    if (memcmp(ids[0], ids[t], nq * K * sizeof **ids) != 0 ||
                        memcmp(scores[0], scores[t], nq * K * sizeof **scores) != 0)
                        fail_msg("%s, %s: %zu queries by %d threads differ from one thread", specs[s], metrics[m],
                                 nq, counts[t]);
                }
        free(codes);
        qs_codec_close(codec);
    }
}

/* Of queries that cannot be coded the first is told. */
static void test_errors(void **state)
{
    (void)state;
    static float rows[ROWS * DIM], queries[NQ * DIM], scores[NQ * K];
    static uint32_t ids[NQ * K];
    qs_codec *codec = fit_codec("int8:query=same,range=given,s=1", DIM, rows, 1);
    uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
    assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
    for (size_t turn = 0; turn < 2; turn++) {
        queries[(turn ? 30 : 130) * DIM + 9] = NAN;
        for (size_t t = 0; t < 4; t++) {
            qs_threads(counts[t]);
            assert_int_equal(qs_search(codec, codes, ROWS, NULL, queries, NQ, K, "ip", ids, scores), QS_E_DATA);
            check_error(QS_E_DATA, turn ? "queries: row 30, column 9 is NaN" : "queries: row 130, column 9 is NaN");
        }
    }
    free(codes);
    qs_codec_close(codec);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bytes), cmocka_unit_test(test_errors)};
    return cmocka_run_group_tests_name("search_threads", tests, NULL, NULL);
}
