/* Transforms: random numbers by counter, rotations that keep lengths and come back, principal components, and
 * searches of rows that are rotated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/fixed_sum.h"
#include "base/random.h"
#include "format/format.h"
#include "make.h"
#include "transform/eigen.h"
#include "transform/random_rotation.h"
#include "transform/transform.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The first numbers of SplitMix64 from seed 0, as its authors publish them. */
static void test_random_numbers(void **state)
{
    (void)state;
    assert_true(qsi_random_mix(0x9e3779b97f4a7c15U) == 0xe220a8397b1dcdafU);
    assert_true(qsi_random_mix(2 * 0x9e3779b97f4a7c15U) == 0x6e789e6aa1b965f4U);
    uint64_t key = qsi_random_mix(7 * 0x9e3779b97f4a7c15U + 1001);
    assert_true(qsi_random_stream(7, 1000, 4) == qsi_random_mix(key + 5 * 0x9e3779b97f4a7c15U));
}

static void test_fixed_sums(void **state)
{
    (void)state;
    assert_int_equal(qsi_fixed_exponent(0), 0);
    assert_int_equal(qsi_fixed_exponent(1), 1);
    assert_int_equal(qsi_fixed_exponent(0.99), 0);
    assert_int_equal(qsi_fixed_exponent(0x1p-149), -148);
    assert_int_equal(qsi_fixed_bits(1), 46);
    assert_int_equal(qsi_fixed_bits(65536), 46);
    assert_int_equal(qsi_fixed_bits(65537), 45);
    assert_int_equal(qsi_fixed_product_bits(4194304), 20);
    assert_int_equal(qsi_fixed_product_bits(4194305), 19);
    assert_true(qsi_fixed(0.5, 1, 8) == 0 && qsi_fixed(1.5, 1, 8) == 2 && qsi_fixed(-2.5, 1, 8) == -2);
    assert_true(qsi_fixed(100, 1, 8) == 8 && qsi_fixed(-100, 1, 8) == -8);
}

static double length_of(const float *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)x[i] * (double)x[i];
    return sqrt(sum);
}

/* By the definition, one value after another: dim 3, so that w = 2 and both transforms of a round are there. */
static void test_hadamard_by_hand(void **state)
{
    (void)state;
    float x[3] = {1, -2, 0.25F}, y[3], half = (float)(1 / sqrt(2.0));
    memcpy(y, x, sizeof x);
    for (uint64_t r = 0; r < 3; r++) {
        for (uint64_t part = 0; part < 2; part++) {
            for (uint64_t i = 0; i < 3; i++)
                if (qsi_random_stream(5, 1000 + 100 * part + r, i) >> 63) y[i] = -y[i];
            float a = y[part], b = y[part + 1];
            y[part] = (a + b) * half;
            y[part + 1] = (a - b) * half;
        }
    }
    qsi_hadamard h;
    assert_int_equal(qsi_hadamard_open(&h, 3, 5), QS_OK);
    qsi_hadamard_apply(&h, x, 1);
    assert_memory_equal(x, y, sizeof x);
    qsi_hadamard_close(&h);
}

static void test_hadamard_turns_back(void **state)
{
    (void)state;
    static const size_t dims[] = {1, 2, 3, 4, 5, 7, 8, 31, 32, 33, 63, 64, 65, 100, 384, 512, 768, 1023, 1536};
    for (size_t i = 0; i < sizeof dims / sizeof *dims; i++) {
        size_t dim = dims[i];
        qsi_hadamard h;
        float *x = random_rows(i, 4 * dim, 1), *y = make_room(4 * dim * sizeof *y);
        memset(x, 0, dim * sizeof *x);
        x[dim / 2] = 1; /* one value alone is spread over all */
        memcpy(y, x, 4 * dim * sizeof *y);
        assert_int_equal(qsi_hadamard_open(&h, dim, 1), QS_OK);
        qsi_hadamard_apply(&h, y, 4);
        for (size_t r = 0; r < 4; r++)
            if (fabs(length_of(y + r * dim, dim) / length_of(x + r * dim, dim) - 1) > 2e-6)
                fail_msg("dim %zu: a row's length changes", dim);
        for (size_t d = 0; d < dim; d++)
            if (fabs((double)y[d]) > 7.5 / sqrt((double)dim)) fail_msg("dim %zu: one value is not spread", dim);
        qsi_hadamard_undo(&h, y, 4);
        for (size_t d = 0; d < 4 * dim; d++)
            if (fabsf(x[d] - y[d]) > 4e-6F)
                fail_msg("dim %zu: %g comes back as %g", dim, (double)x[d], (double)y[d]);
        qsi_hadamard_close(&h);
        free(x);
        free(y);
    }
}

static void orthonormal(const float *rows, size_t count, size_t dim)
{
    for (size_t a = 0; a < count; a++)
        for (size_t b = 0; b <= a; b++) {
            double sum = 0;
            for (size_t d = 0; d < dim; d++) sum += (double)rows[a * dim + d] * (double)rows[b * dim + d];
            if (fabs(sum - (a == b)) > 1e-6) fail_msg("rows %zu and %zu of %zu: product %g", a, b, dim, sum);
        }
}

static void test_random_rotation(void **state)
{
    (void)state;
    enum { DIM = 37 };
    float all[DIM * DIM], some[5 * DIM];
    assert_int_equal(qsi_random_rotation(3, DIM, DIM, all), QS_OK);
    assert_int_equal(qsi_random_rotation(3, DIM, 5, some), QS_OK);
    orthonormal(all, DIM, DIM);
    assert_memory_equal(all, some, sizeof some);
}

/* A v = w v, vectors orthonormal, values descending: full rank, low rank, a multiple of 1, one value beside 0. */
static void test_eigen(void **state)
{
    (void)state;
    static const size_t dims[] = {1, 2, 3, 16, 17, 50, 100};
    for (size_t i = 0; i < 4 * sizeof dims / sizeof *dims; i++) {
        size_t dim = dims[i / 4], rank = i % 4 == 0 ? dim + 5 : i % 4 == 1 ? 3 : 0;
        float *x = random_rows(i, (rank + 1) * dim, i % 8 < 4 ? 1 : 1e-12F);
        double *a = make_room(dim * dim * sizeof *a), *own = make_room(dim * dim * sizeof *a),
               *vectors = make_room(dim * dim * sizeof *a), *values = make_room(dim * sizeof *a);
        for (size_t p = 0; p < dim * dim; p++) {
            a[p] = i % 4 == 2 ? (p / dim == p % dim) * 2.5 : i % 4 == 3 ? p == 0 : 0;
            for (size_t r = 0; r < rank; r++) a[p] += (double)x[r * dim + p / dim] * (double)x[r * dim + p % dim];
        }
        memcpy(own, a, dim * dim * sizeof *a);
        assert_int_equal(qsi_eigen(own, dim, dim, values, vectors), QS_OK);
        for (size_t v = 0; v < dim; v++) {
            double *u = vectors + v * dim, most = 0;
            if (v) assert_true(values[v] <= values[v - 1]);
            for (size_t r = 0; r < dim; r++) {
                double sum = 0;
                for (size_t c = 0; c < dim; c++) sum += a[r * dim + c] * u[c];
                if (fabs(sum - values[v] * u[r]) > 1e-12 * fabs(values[0]))
                    fail_msg("case %zu: vector %zu is none", i, v);
                if (fabs(u[r]) > fabs(most)) most = u[r];
            }
            assert_true(most > 0);
        }
        free(x);
        free(a);
        free(own);
        free(vectors);
        free(values);
    }
}

enum { ROWS = 2100, DIM = 24, NQ = 6, K = 12 };

/* Rows with a mean, and dims that go together: what a rotation is for. */
static float *make_rows(uint64_t seed, size_t n)
{
    float *noise = random_rows(seed, n * DIM, 1), *rows = make_room(n * DIM * sizeof *rows);
    for (size_t r = 0; r < n; r++)
        for (size_t d = 0; d < DIM; d++)
            rows[r * DIM + d] = noise[r * DIM + d] / (float)(1 + d) + noise[r * DIM + d / 3] + (float)(d % 5) / 4;
    free(noise);
    return rows;
}

/* The spec as text where it is needed; rows of data are searched as codes and as floats of decoded rows. */
static void search_as_decoded(const char *spec, const char *metric, const float *rows, const float *queries)
{
    float *decoded = make_room(ROWS * DIM * sizeof *decoded), scores[NQ * K], wanted[NQ * ROWS];
    uint32_t ids[NQ * K], *all = make_room(NQ * ROWS * sizeof *all);
    qs_codec *codec = fit_codec(spec, DIM, rows, ROWS), *plain = fit_codec("f32", DIM, rows, ROWS);
    if (!codec) fail_msg("%s cannot be fitted", spec);
    assert_int_equal(qs_codec_dim(codec), DIM);
    uint8_t *codes = make_room(ROWS * qs_codec_row_bytes(codec));
    assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, ROWS, decoded), QS_OK);
    assert_int_equal(qs_search(codec, codes, ROWS, NULL, queries, NQ, K, metric, ids, scores), QS_OK);
    assert_int_equal(qs_search(plain, (uint8_t *)decoded, ROWS, NULL, queries, NQ, ROWS, metric, all, wanted),
                     QS_OK);
    double size = strcmp(metric, "l2") ? 1 : 10;
    for (size_t q = 0; q < NQ; q++)
        for (size_t i = 0; i < K; i++) {
            size_t at = 0;
            while (all[q * ROWS + at] != ids[q * K + i]) at++;
            double differ = fabs((double)scores[q * K + i] - (double)wanted[q * ROWS + at]);
            if (!(differ <= 1e-5 * fmax(size, fabs((double)scores[q * K + i]))))
                fail_msg("%s, %s: %.9g by codes, %.9g decoded", spec, metric, (double)scores[q * K + i],
                         (double)wanted[q * ROWS + at]);
        }
    qs_codec_close(codec);
    qs_codec_close(plain);
    free(codes);
    free(decoded);
    free(all);
}

static void test_search(void **state)
{
    (void)state;
    static const char *const specs[] = {"f32:dims=10",
                                        "f32:rotate=pca",
                                        "f32:rotate=pca,dims=7",
                                        "int8:rotate=hadamard",
                                        "int8:rotate=hadamard,dims=17,center=mean",
                                        "int4:per=dim,rotate=random,dims=20,seed=4",
                                        "int6:map=offset,center=mean",
                                        "int6:map=offset,center=mean,dims=9",
                                        "f16:rotate=random,center=mean,dims=5",
                                        "mxfp8_e4m3:rotate=pca,dims=20",
                                        "nf4:rotate=hadamard",
                                        "q8_0:rotate=pca",
                                        "lloyd4:per=dim,rotate=pca,dims=12",
                                        "ternary:rotate=hadamard,center=mean",
                                        "pq",
                                        "pq:m=7,bits=4",
                                        "pq:m=24,seed=3",
                                        "pq:m=1,bits=4",
                                        "pq:m=5,bits=4,rotate=pca,dims=18",
                                        "pq:m=4,bits=4,rotate=hadamard,center=mean,dims=21",
                                        "opq:m=6,bits=4",
                                        "rq:m=3,bits=4",
                                        "rabitq",
                                        "rabitq:bits=4,rotate=pca,dims=18",
                                        "tq:bits=3,center=mean,dims=20",
                                        "rq:m=4,bits=4,beam=4,rotate=random,center=mean,dims=20"};
    float *rows = make_rows(1, ROWS), *queries = make_rows(2, NQ);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        search_as_decoded(specs[i], "ip", rows, queries);
        search_as_decoded(specs[i], "l2", rows, queries);
        search_as_decoded(specs[i], "cosine", rows, queries);
    }
    free(rows);
    free(queries);
}

/* Components carry most of the variance first; dims left out are decoded to the mean. */
static void test_components(void **state)
{
    (void)state;
    float *rows = make_rows(3, ROWS);
    double few = coding_error("f32:rotate=pca,dims=8", DIM, rows, ROWS, NULL);
    double more = coding_error("f32:rotate=pca,dims=16", DIM, rows, ROWS, NULL);
    double whole = coding_error("f32:rotate=pca", DIM, rows, ROWS, NULL);
    double first = coding_error("f32:dims=8", DIM, rows, ROWS, NULL),
           second = coding_error("f32:rotate=random,dims=8", DIM, rows, ROWS, NULL);
    assert_true(whole < 1e-8 * first && whole < more && more < few && few < first / 4 && few < second / 4);
    free(rows);
}

static void refused_fit(const char *spec, size_t dim, const float *rows, size_t nrows, int code, const char *words)
{
    assert_null(fit_codec(spec, dim, rows, nrows));
    check_error(code, words);
}

static void test_mistakes(void **state)
{
    (void)state;
    float rows[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, broken[12];
    uint8_t codes[64];
    memcpy(broken, rows, sizeof rows);
    broken[7] = NAN;
    refused_fit("int8:dims=5", 4, rows, 3, QS_E_OPTION,
                "dims=5: rows have 4 values; dims takes 1 to 4, or 0 for all");
    refused_fit("int8:rotate=pca", 4, rows, 1, QS_E_DATA, "1 row has no principal components");
    refused_fit("int8:rotate=pca", 4, broken, 3, QS_E_DATA, "row 1, column 3 is NaN");
    assert_null(qs_fit_open("int8:rotate=random", 4097));
    check_error(QS_E_OPTION, "rotate=random: rows of 4097 values; a rotation that is a matrix takes up to 4096");
    qs_codec *codec = fit_codec("f16:rotate=hadamard", 4, rows, 3);
    assert_int_equal(qs_codec_encode(codec, 10, broken, 3, codes), QS_E_DATA);
    check_error(QS_E_DATA, "row 11, column 3 is NaN, which a rotation would spread over its row");
    qs_codec_close(codec);
    codec = fit_codec("f16:dims=2", 4, broken, 3); /* nothing is mixed here: what float16 can hold it keeps */
    assert_int_equal(qs_codec_encode(codec, 0, broken, 3, codes), QS_OK);
    qs_codec_close(codec);
    assert_int_equal(qs_range_check("int8:per=tensor,rotate=hadamard"), QS_E_OPTION);
    check_error(QS_E_OPTION, "ranges are shown for values as they are stored");
}

/* Mean and rotation are params, and in the ledger; a seed is in the spec. */
static void test_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        double params;
    } cases[] = {{"int8:rotate=hadamard", 0},
                 {"int8:rotate=hadamard,center=mean", 100 * 4},
                 {"int8:rotate=random", 100 * 100 * 4},
                 {"int8:rotate=pca,dims=30", (100 + 30 * 100) * 4},
                 {"f32:dims=30", 0},
                 {"int8:per=dim,dims=30", 30 * 4}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *plan = TEXT_OF(qs_plan_json, cases[i].spec, 1000, 100);
        if (number_of(plan, "params") != cases[i].params) fail_msg("%s: %s", cases[i].spec, plan);
        free(plan);
    }
    float *rows = random_rows(9, 40 * 6, 1);
    qs_codec *codec = fit_codec("int8:rotate=pca,dims=4", 6, rows, 40);
    char *text = TEXT_OF(qs_codec_params_json, codec, 40);
    qs_codec *again = qs_codec_open_params(text, strlen(text));
    uint8_t codes[2][40 * 8];
    assert_non_null(again);
    assert_int_equal(qs_codec_encode(codec, 0, rows, 40, codes[0]), QS_OK);
    assert_int_equal(qs_codec_encode(again, 0, rows, 40, codes[1]), QS_OK);
    assert_memory_equal(codes[0], codes[1], 40 * qs_codec_row_bytes(codec));
    qs_codec_close(codec);
    qs_codec_close(again);
    free(text);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_numbers),   cmocka_unit_test(test_fixed_sums),
        cmocka_unit_test(test_hadamard_by_hand), cmocka_unit_test(test_hadamard_turns_back),
        cmocka_unit_test(test_random_rotation),  cmocka_unit_test(test_eigen),
        cmocka_unit_test(test_search),           cmocka_unit_test(test_components),
        cmocka_unit_test(test_mistakes),         cmocka_unit_test(test_bytes),
    };
    return cmocka_run_group_tests_name("transform", tests, NULL, NULL);
}
