/* Product codecs: codes are nearest centroids, sums of stages, rotations; tables; what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/product/product.h"
#include "make.h"
#include "transform/polar.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 1500, DIM = 21 };

/* Rows of few directions, so that codes have something to find. */
static float *make_rows(uint64_t seed, size_t n)
{
    float *base = random_rows(77, 40 * DIM, 1), *noise = random_rows(seed, n * DIM, 0.2F);
    for (size_t r = 0; r < n; r++)
        for (size_t d = 0; d < DIM; d++) noise[r * DIM + d] += base[(r * 7 + seed) % 40 * DIM + d];
    free(base);
    return noise;
}

static double distance(const float *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += ((double)a[i] - (double)b[i]) * ((double)a[i] - (double)b[i]);
    return sum;
}

/* Each piece decodes to its nearest centroid; the first pieces are one longer. */
static void test_nearest(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        size_t m, count;
    } cases[] = {{"pq:m=4,bits=4", 4, 16}, {"pq:m=1", 1, 256}, {"pq:m=21,bits=4", 21, 16}, {"pq", 3, 256}};
    float *rows = make_rows(1, ROWS), decoded[DIM];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        qs_codec *codec = fit_codec(cases[i].spec, DIM, rows, ROWS);
        const float *book = qsi_codec_param(codec, "codebook");
        uint8_t code[64];
        size_t bits = cases[i].count == 16 ? 4 : 8;
        assert_int_equal(qs_codec_row_bytes(codec), (cases[i].m * bits + 7) / 8);
        for (size_t r = 0; r < 50; r++) {
            size_t first = 0;
            assert_int_equal(qs_codec_encode(codec, 0, rows + r * DIM, 1, code), QS_OK);
            assert_int_equal(qs_codec_decode(codec, code, 1, decoded), QS_OK);
            for (size_t j = 0; j < cases[i].m; j++) {
                size_t n = DIM / cases[i].m + (j < DIM % cases[i].m);
                unsigned number = bits == 8 ? code[j] : code[j / 2] >> 4 * (j % 2) & 15;
                const float *all = book + cases[i].count * first, *x = rows + r * DIM + first;
                assert_memory_equal(decoded + first, all + number * n, n * sizeof *all);
                for (size_t k = 0; k < cases[i].count; k++)
                    if (distance(x, all + k * n, n) < distance(x, all + number * n, n) * (1 - 1e-5))
                        fail_msg("%s: centroid %zu is nearer than %u", cases[i].spec, k, number);
                first += n;
            }
        }
        qs_codec_close(codec);
    }
    free(rows);
}

/* k-means gets no worse by passes: the fitted codebook is at least as good as means about the rows it starts from;
 * more pieces, stages, candidates and a rotation each lower the error. */
static void test_errors_fall(void **state)
{
    (void)state;
    float *rows = make_rows(2, ROWS);
    double pq2 = coding_error("pq:m=2,bits=4", DIM, rows, ROWS, NULL),
           pq7 = coding_error("pq:m=7,bits=4", DIM, rows, ROWS, NULL);
    double wide = coding_error("pq:m=2", DIM, rows, ROWS, NULL),
           opq = coding_error("opq:m=2,bits=4", DIM, rows, ROWS, NULL);
    double rq2 = coding_error("rq:m=2,bits=4", DIM, rows, ROWS, NULL),
           rq4 = coding_error("rq:m=4,bits=4", DIM, rows, ROWS, NULL);
    double beam = coding_error("rq:m=4,bits=4,beam=8", DIM, rows, ROWS, NULL);
    assert_true(pq7 < pq2 && wide < pq2 && opq < pq2 && rq4 < rq2 && beam < rq4);
    free(rows);
}

/* Fewer rows than centroids: each row is its own, and what is left repeats the last. */
static void test_few_rows(void **state)
{
    (void)state;
    float *rows = random_rows(3, 5 * DIM, 1), back[5 * DIM];
    qs_codec *codec = fit_codec("pq:m=3", DIM, rows, 5);
    uint8_t codes[15];
    const float *book = qsi_codec_param(codec, "codebook");
    assert_int_equal(qs_codec_encode(codec, 0, rows, 5, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, 5, back), QS_OK);
    assert_memory_equal(rows, back, sizeof back);
    for (size_t k = 5; k < 256; k++) assert_memory_equal(book + k * 7, book + 4 * 7, 7 * sizeof *book);
    qs_codec_close(codec);
    free(rows);
}

/* A decoded row of rq is the sum of its stages' centroids. */
static void test_stages(void **state)
{
    (void)state;
    float *rows = make_rows(4, 400), back[DIM];
    qs_codec *codec = fit_codec("rq:m=3,bits=4,beam=2", DIM, rows, 400);
    const float *book = qsi_codec_param(codec, "codebook");
    uint8_t code[2];
    assert_int_equal(qs_codec_row_bytes(codec), 2);
    for (size_t r = 0; r < 20; r++) {
        assert_int_equal(qs_codec_encode(codec, 0, rows + r * DIM, 1, code), QS_OK);
        assert_int_equal(qs_codec_decode(codec, code, 1, back), QS_OK);
        for (size_t d = 0; d < DIM; d++) {
            float a = book[(code[0] & 15) * DIM + d], b = book[(16 + (code[0] >> 4)) * DIM + d];
            assert_true(back[d] == a + b + book[(32 + (code[1] & 15)) * DIM + d]);
        }
        assert_int_equal(code[1] >> 4, 0);
    }
    qs_codec_close(codec);
    free(rows);
}

/* The polar factor of an orthogonal matrix times a symmetric positive one is the former; of 0 there is none. */
static void test_polar(void **state)
{
    (void)state;
    enum { N = 3 };
    const double c = 0.6, s = 0.8;
    double turn[N * N] = {c, -s, 0, s, c, 0, 0, 0, 1}, sizes[N * N] = {3, 1, 0, 1, 2, 0.5, 0, 0.5, 1},
                    m[N * N] = {0};
    bool found;
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j < N; j++)
            for (size_t k = 0; k < N; k++) m[i * N + j] += turn[i * N + k] * sizes[k * N + j];
    assert_int_equal(qsi_polar(m, N, &found), QS_OK);
    assert_true(found);
    for (size_t i = 0; i < N * N; i++) assert_true(fabs(m[i] - turn[i]) < 1e-12);
    memset(m, 0, sizeof m);
    assert_int_equal(qsi_polar(m, N, &found), QS_OK);
    assert_false(found);
}

static void refused(const char *spec, const char *words)
{
    assert_null(qs_fit_open(spec, DIM));
    check_error(QS_E_OPTION, words);
}

static void test_mistakes(void **state)
{
    (void)state;
    float rows[2 * DIM] = {1};
    refused("pq:m=22", "m=22: rows have 21 values; m takes 1 to 21, or 0 for one piece of each 8");
    refused("rq:m=22", "m=22: rows have 21 values");
    refused("pq:dims=10,m=11", "m=11: rows have 10 values");
    refused("pq:bits=5", "bits=5: bits takes 8, 4");
    refused("pq:m=-1", "m takes a whole number from 0 to 65535");
    refused("rq:beam=0", "beam takes a whole number from 1 to 64");
    refused("opq:rotate=pca", "rotate is no option of opq, which takes m, bits, seed, rescore");
    refused("pq:beam=2", "beam is no option of pq");
    assert_null(fit_codec("pq", DIM, rows, 1));
    check_error(QS_E_DATA, "1 row: centroids are fitted to 2 rows or more, best to 65536");
    rows[DIM + 3] = NAN;
    assert_null(fit_codec("pq", DIM, rows, 2));
    check_error(QS_E_DATA, "row 1, column 3 is NaN");
}

/* Bytes of codebooks and of the rotation. */
static void test_ledger(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        double codes, params;
    } cases[] = {{"pq:m=16", 16, 256 * 128 * 4},
                 {"pq:m=15,bits=4", 8, 16 * 128 * 4},
                 {"opq:m=16", 16, 256 * 128 * 4 + 128 * 128 * 4},
                 {"rq:m=3", 3, 3 * 256 * 128 * 4},
                 {"pq:m=16,rotate=pca,dims=32", 16, 256 * 32 * 4 + 128 * 4 + 32 * 128 * 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *plan = TEXT_OF(qs_plan_json, cases[i].spec, 10, 128);
        if (number_of(plan, "codes") != 10 * cases[i].codes || number_of(plan, "params") != cases[i].params)
            fail_msg("%s: %s", cases[i].spec, plan);
        free(plan);
    }
}

/* The view of a row: a code for a piece, and what each value is in it. */
static void test_view(void **state)
{
    (void)state;
    float values[24];
    for (size_t i = 0; i < 24; i++) values[i] = sinf((float)(i * i));
    static const char *const specs[] = {"pq:m=3,bits=4", "opq:m=4,bits=4", "rq:m=2,bits=4",
                                        "pq:m=2,rotate=hadamard"};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) {
        char *text = TEXT_OF(qs_block_json, specs[s], values, 24, NULL, 0);
        size_t codes = 0;
        for (const char *at = text; (at = strstr(at, "\"kind\":\"code\",\"index\"")); at++) codes++;
        assert_int_equal(codes, (size_t)(strchr(specs[s], '=')[1] - '0'));
        for (const char *at = text; (at = strstr(at, "\"decoded\":")); at++) { /* the formula gives it */
            char *next = strstr(at, "\"formula\":\"") + 11;
            float sum = strtof(next, &next);
            while (*next == ' ') {
                float sign = next[1] == '-' ? -1.0F : 1.0F;
                sum += sign * strtof(next + 3, &next);
            }
            assert_true(fabsf(sum - strtof(at + 10, NULL)) < 1e-5F);
        }
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nearest), cmocka_unit_test(test_errors_fall), cmocka_unit_test(test_few_rows),
        cmocka_unit_test(test_stages),  cmocka_unit_test(test_polar),       cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_ledger),  cmocka_unit_test(test_view),
    };
    return cmocka_run_group_tests_name("product", tests, NULL, NULL);
}
