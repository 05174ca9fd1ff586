/* Every figure of a report, by hand on small examples or by a slow way of its definition. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/random.h"
#include "make.h"
#include "measure/recall.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The report of a run over rows, without queries if nq is 0. */
static char *report(const char *specs, const char *metric, const float *rows, size_t nrows, size_t dim,
                    const float *queries, size_t nq, size_t k)
{
    qs_run *run = qs_run_open(specs, metric, k, 0, (double)nrows, dim, (double)nq);
    assert_non_null(run);
    assert_int_equal(qs_run_feed_queries(run, 0, queries, nq), QS_OK);
    assert_int_equal(qs_run_feed_base(run, 0, rows, nrows), QS_OK);
    do
        while (qs_run_step(run, 1e6) > 0) {
        }
    while (qs_run_next_phase(run, NULL, 0) > 0);
    char *text = TEXT_OF(qs_run_json, run);
    qs_run_close(run);
    return text;
}

static void figure_is(const char *text, const char *key, double wanted)
{
    double found = number_of(text, key);
    if (isnan(wanted) ? isnan(found) : fabs(found - wanted) <= 6e-6 * fabs(wanted)) return;
    fail_msg("%s is %.9g, not %.9g, in %s", key, found, wanted, text);
}

/* With a scale of 1: 1.2 -3 become 1 -3, and 0 200 become 0 127. */
static void test_errors(void **state)
{
    (void)state;
    static const float rows[4] = {1.25F, -3, 0, 200};
    char *text = report("int8:per=tensor,range=given,s=1", "ip", rows, 2, 2, NULL, 0, 1);
    figure_is(text, "mse", (0.25 * 0.25 + 73 * 73) / 4);
    figure_is(text, "rmse", sqrt((0.25 * 0.25 + 73 * 73) / 4));
    figure_is(text, "max_abs", 73);
    figure_is(text, "sqnr_db", 10 * log10((1.25 * 1.25 + 9 + 40000) / (0.0625 + 5329)));
    double first = (1.25 + 9) / sqrt((1.25 * 1.25 + 9) * 10);
    figure_is(text, "cosine_mean", (first + 1) / 2);
    figure_is(text, "cosine_min", first);
    figure_is(text, "clipped_share", 0.25);
    figure_is(text, "levels_used", 4);
    assert_non_null(strstr(text, "\"search\":null"));
    free(text);
}

/* Half a step beyond the outermost level is not clipped yet. */
static void test_clipped(void **state)
{
    (void)state;
    static const float rows[8] = {127.5F, -127.5F, 127.50001F, -127.50001F, 128, 1000, -1e30F, 0};
    char *text = report("int8:per=tensor,range=given,s=1", "ip", rows, 8, 1, NULL, 0, 1);
    figure_is(text, "clipped_share", 5.0 / 8);
    figure_is(text, "levels_used", 3);
    free(text);
    text = report("int8:map=affine,codes=unsigned,per=tensor,range=given,s=1,z=0", "ip", rows, 8, 1, NULL, 0, 1);
    figure_is(text, "clipped_share", 4.0 / 8); /* below -0.5, and above 255.5 */
    free(text);
    static const float large[4] = {65519, 65520, -1e6F, INFINITY};
    text = report("f16", "ip", large, 4, 1, NULL, 0, 1);
    figure_is(text, "clipped_share", 0.5);
    free(text);
}

/* Zero rows: both zero counts as 1, one of them as 0. */
static void test_cosine_of_zero_rows(void **state)
{
    (void)state;
    static const float rows[6] = {0, 0, 0.25F, 0.375F, 2, 2};
    char *text = report("int8:per=tensor,range=given,s=1", "ip", rows, 3, 2, NULL, 0, 1);
    figure_is(text, "cosine_mean", (1.0 + 0 + 1) / 3);
    figure_is(text, "cosine_min", 0);
    free(text);
}

/* What NaN or infinity among the values leaves undefined is null, and no loss has no ratio. */
static void test_undefined(void **state)
{
    (void)state;
    static const char *const keys[] = {"mse", "rmse", "max_abs", "sqnr_db", "cosine_mean", "cosine_min"};
    static const float bad[3] = {NAN, INFINITY, 1e30F};
    for (size_t b = 0; b < 3; b++) {
        float rows[4] = {1, 2, 3, bad[b]};
        char *text = report("f16", "ip", rows, 2, 2, NULL, 0, 1);
        for (size_t i = 0; i < 6; i++) figure_is(text, keys[i], NAN);
        free(text);
    }
    static const float exact[4] = {1, 2, 3, 4};
    char *text = report("f16", "ip", exact, 2, 2, NULL, 0, 1);
    figure_is(text, "mse", 0);
    figure_is(text, "max_abs", 0);
    figure_is(text, "sqnr_db", NAN);
    figure_is(text, "cosine_min", 1);
    figure_is(text, "levels_used", NAN);
    free(text);
    text = report("binary", "ip", exact, 2, 2, NULL, 0, 1); /* signs of size 2.5 */
    figure_is(text, "mse", 1.25);
    figure_is(text, "max_abs", 1.5);
    figure_is(text, "cosine_min", 3 / sqrt(10)); /* (1, 2) against (1, 1) */
    figure_is(text, "levels_used", 1);
    free(text);
}

/* Many rows in several chunks against one sum in order. */
static void test_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 2500, DIM = 21 };
    float *rows = random_rows(80, ROWS * DIM, 1), decoded[DIM];
    double error = 0, square = 0, cosines = 0, least = 1, most = 0;
    qs_codec *codec = fit_codec("int4", DIM, rows, ROWS);
    for (size_t r = 0; r < ROWS; r++) {
        uint8_t codes[64];
        double dot = 0, xx = 0, yy = 0;
        assert_int_equal(qs_codec_encode(codec, 0, rows + r * DIM, 1, codes), QS_OK);
        assert_int_equal(qs_codec_decode(codec, codes, 1, decoded), QS_OK);
        for (size_t d = 0; d < DIM; d++) {
            double x = (double)rows[r * DIM + d], y = (double)decoded[d];
            error += (x - y) * (x - y);
            dot += x * y;
            xx += x * x;
            yy += y * y;
            most = fmax(most, fabs(x - y));
        }
        square += xx;
        cosines += dot / sqrt(xx * yy);
        least = fmin(least, dot / sqrt(xx * yy));
    }
    char *text = report("int4", "ip", rows, ROWS, DIM, NULL, 0, 1);
    figure_is(text, "mse", error / (ROWS * DIM));
    figure_is(text, "max_abs", most);
    figure_is(text, "sqnr_db", 10 * log10(square / error));
    figure_is(text, "cosine_mean", cosines / ROWS);
    figure_is(text, "cosine_min", least);
    figure_is(text, "levels_used", 15);
    free(text);
    free(rows);
    qs_codec_close(codec);
}

/* ---- recall */

static qsi_top lists(size_t nq, size_t k, const uint32_t *rows)
{
    qsi_top top;
    assert_int_equal(qsi_top_open(&top, nq, k), QS_OK);
    for (size_t q = 0; q < nq; q++)
        for (size_t i = 0; i < k; i++) qsi_top_push(&top, q, qsi_hit_of(-(float)i, rows[q * k + i]));
    qsi_top_sort(&top);
    return top;
}

static void test_recall_by_hand(void **state)
{
    (void)state;
    /* found of the true three: 3, 2 (the first of them), 0, and 1 whose true rank is 4, beyond k */
    static const uint32_t truth[16] = {1, 2, 3, 9, 1, 2, 3, 9, 1, 2, 3, 9, 1, 2, 3, 9};
    static const uint32_t found[12] = {3, 2, 1, 1, 7, 3, 4, 5, 6, 9, 8, 2};
    qsi_top a = lists(4, 4, truth), b = lists(4, 3, found);
    qsi_recall r;
    assert_int_equal(qsi_recall_measure(&a, &b, 3, 100, 0, &r), QS_OK);
    assert_true(r.at_1 == 0.25 && r.at_k == (3 + 2 + 0 + 1) / 12.0);
    assert_true(r.low <= r.at_k && r.at_k <= r.high && r.low < r.high && r.low >= 0 && r.high <= 1);
    assert_int_equal(qsi_rank(&a, 0, 9), 4);
    assert_int_equal(qsi_rank(&a, 0, 4), 0);
    qsi_top_close(&a);
    qsi_top_close(&b);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The interval again, by the letter: each resample a list of drawn queries, its mean a division. */
static void test_interval(void **state)
{
    (void)state;
    enum { NQ = 157, K = 7, TIMES = 1000 };
    uint32_t truth[NQ * K], found[NQ * K];
    double recall[NQ], means[TIMES], all = 0, squares = 0;
    random_state random = random_from(81);
    for (size_t q = 0; q < NQ; q++) {
        recall[q] = 0;
        for (size_t i = 0; i < K; i++) {
            bool hit = random_unit(&random) < (double)q / NQ;
            truth[q * K + i] = (uint32_t)i;
            found[q * K + i] = (uint32_t)(hit ? i : 1000 + i);
            recall[q] += hit / (double)K;
        }
        all += recall[q] / NQ;
        squares += recall[q] * recall[q] / NQ;
    }
    for (uint64_t seed = 0; seed < 4; seed++) {
        for (size_t t = 0; t < TIMES; t++) {
            size_t drawn[NQ];
            for (size_t i = 0; i < NQ; i++) drawn[i] = qsi_random_below(seed, t * NQ + i, NQ);
            means[t] = 0;
            for (size_t i = 0; i < NQ; i++) means[t] += recall[drawn[i]];
            means[t] /= NQ;
        }
        qsort(means, TIMES, sizeof *means, by_value);
        qsi_top a = lists(NQ, K, truth), b = lists(NQ, K, found);
        qsi_recall r;
        assert_int_equal(qsi_recall_measure(&a, &b, K, 1e6, seed, &r), QS_OK);
        assert_float_equal(r.at_k, all, 1e-9);
        assert_float_equal(r.low, means[24], 1e-9);   /* the 25th of 1,000 */
        assert_float_equal(r.high, means[974], 1e-9); /* the 975th */
        double deviation = sqrt((squares - all * all) / NQ);
        assert_float_equal((all - r.low) / deviation, 1.96, 0.2); /* as a normal distribution has it */
        assert_float_equal((r.high - all) / deviation, 1.96, 0.2);
        qsi_top_close(&a);
        qsi_top_close(&b);
    }
}

/* Fewer rows than k: all of them are true neighbours, and the share is of them. */
static void test_recall_of_few_rows(void **state)
{
    (void)state;
    static const float rows[6] = {1, 0, 0, 1, -1, -1}, query[2] = {1, 0.5F};
    char *text = report("int8\nbinary", "ip", rows, 3, 2, query, 1, 10);
    figure_is(text, "recall@1", 1);
    figure_is(text, "recall@10", 1);
    assert_non_null(strstr(text, "\"recall@10_ci95\":[1,1]"));
    free(text);
    text = report("f16", "ip", rows, 3, 2, query, 1, 1);
    assert_non_null(strstr(text, "\"search\":{\"recall@1\":1,\"recall@1_ci95\":[1,1]}"));
    free(text);
}

/* ---- warnings */

static void test_warnings(void **state)
{
    (void)state;
    float rows[12] = {0.6F, 0.8F, 0, 0.8F, 0.6F, -0.0F, 1, 0, 0, 0, 1, 0};
    char *text = report("int8", "ip", rows, 4, 3, NULL, 0, 1);
    assert_non_null(strstr(text, "\"warnings\":[\"1 of 3 dims hold one value in every row, the first is dim 2\"]"));
    free(text);
    rows[2] = 0.1F; /* lengths from 1 to 1.005 */
    text = report("int8", "ip", rows, 4, 3, NULL, 0, 1);
    assert_non_null(strstr(text, "\"warnings\":[\"rows are nearly but not quite of unit length (1 to 1.00499)"));
    free(text);
    text = report("int8", "cosine", rows, 4, 3, NULL, 0, 1);
    assert_non_null(strstr(text, "\"warnings\":[]"));
    free(text);
    rows[2] = 0;
    rows[6] = 0.995F;
    text = report("f16", "ip", rows, 4, 3, NULL, 0, 1);
    assert_non_null(strstr(text, "\"rows are nearly but not quite of unit length (0.995 to 1)"));
    free(text);
    rows[6] = 1;
    rows[2] = 3;
    text = report("int8", "ip", rows, 4, 3, NULL, 0, 1); /* not nearly of unit length */
    assert_non_null(strstr(text, "\"warnings\":[]"));
    free(text);
    for (size_t i = 0; i < 6; i++) rows[i] *= 0x1p-130F; /* two rows of scales too small */
    text = report("int8\nint8:per=tensor", "cosine", rows, 4, 3, NULL, 0, 1);
    assert_non_null(strstr(text, "\"int8: 2 scales were smaller than can be used and were raised to the least\""));
    assert_non_null(
        strstr(text, "\"int8: 5 of 12 values (41.7 %) are not 0 but in a row or block that decodes to zeros"));
    free(text);
    const float queries[6] = {1, 0, 0, 0, 0, -INFINITY};
    rows[7] = rows[9] = NAN;
    text = report("f16", "cosine", rows, 4, 3, queries, 2, 1);
    assert_non_null(strstr(text, "2 of the rows hold NaN or infinity, the first is row 2, column "));
    assert_non_null(strstr(text, "1 of the queries holds NaN or infinity, the first is query 1, column "));
    free(text);
    rows[7] = rows[9] = 1e30F; /* its square is not finite, it is */
    text = report("f16\nbf16", "cosine", rows, 4, 3, queries, 1, 1);
    assert_null(strstr(text, "hold NaN"));
    assert_non_null(strstr(text, "\"f16: some values decode to NaN or infinity"));
    assert_null(strstr(text, "\"bf16: some"));
    free(text);
    rows[7] = rows[9] = -1; /* which a type of scales has no code for */
    text = report("e8m0\nint8", "cosine", rows, 4, 3, queries, 1, 1);
    assert_non_null(strstr(text, "\"e8m0: some values decode to NaN or infinity"));
    assert_null(strstr(text, "\"int8: some"));
    assert_non_null(strstr(text, "\"spec\":\"e8m0\",\"bytes\":{\"codes\":12,"));
    assert_non_null(strstr(text, "\"error\":{\"mse\":null,\"rmse\":null,\"max_abs\":null,\"sqnr_db\":null,"));
    free(text);
}

/* ---- the ledger */

static void plan_is(const char *spec, double rows, double dim, const char *bytes)
{
    char *text = TEXT_OF(qs_plan_json, spec, rows, dim), wanted[400];
    snprintf(wanted, sizeof wanted, "\"bytes\":{%s},\"warnings\":[],\"findings\":[", bytes);
    if (!strstr(text, wanted)) fail_msg("%s is not in %s", wanted, text);
    free(text);
}

static void test_ledger(void **state)
{
    (void)state;
    plan_is("f32", 768, 768,
            "\"codes\":2359296,\"scales\":0,\"zeros\":0,\"padding\":0,\"params\":0,\"total\":2359296,"
            "\"per_row\":3072,\"bits_per_value\":32,\"originals\":0");
    plan_is("int8", 1000, 768,
            "\"codes\":768000,\"scales\":4000,\"zeros\":0,\"padding\":0,\"params\":0,\"total\":772000,"
            "\"per_row\":772,\"bits_per_value\":8.04167,\"originals\":0");
    plan_is("int4:per=block,scale=f16", 10, 4096,
            "\"codes\":20480,\"scales\":2560,\"zeros\":0,\"padding\":0,\"params\":0,"
            "\"total\":23040,\"per_row\":2304,\"bits_per_value\":4.5,\"originals\":0");
    plan_is("int4:map=offset,per=block,scale=f16", 10, 100,
            "\"codes\":500,\"scales\":80,\"zeros\":80,\"padding\":140,\"params\":0,\"total\":800,\"per_row\":80,"
            "\"bits_per_value\":6.4,\"originals\":0");
    plan_is("int3:map=affine,per=dim,rescore=2", 100, 5,
            "\"codes\":200,\"scales\":0,\"zeros\":0,\"padding\":0,\"params\":25,\"total\":225,\"per_row\":2.25,"
            "\"bits_per_value\":3.6,\"originals\":2000");
    plan_is("binary:center=mean", 1e9, 1024,
            "\"codes\":128000000000,\"scales\":0,\"zeros\":0,\"padding\":0,\"params\":4096,\"total\":128000004096,"
            "\"per_row\":128,\"bits_per_value\":1,\"originals\":0");
    plan_is("int8:map=affine", 7, 1,
            "\"codes\":7,\"scales\":28,\"zeros\":7,\"padding\":0,\"params\":0,\"total\":42,\"per_row\":6,"
            "\"bits_per_value\":48,\"originals\":0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_clipped),
        cmocka_unit_test(test_cosine_of_zero_rows),
        cmocka_unit_test(test_undefined),
        cmocka_unit_test(test_many_rows),
        cmocka_unit_test(test_recall_by_hand),
        cmocka_unit_test(test_interval),
        cmocka_unit_test(test_recall_of_few_rows),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_ledger),
    };
    return cmocka_run_group_tests_name("measure", tests, NULL, NULL);
}
