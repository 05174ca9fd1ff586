/* Scores of every backend against the reference, bit for bit, as in parity_test.c; and the choice of a backend. */
#define _DEFAULT_SOURCE
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/status.h"
#include "kernels/features.h"
#include "parity.h"

static guard packed_out[2]; /* queries and panels */

/* Packed queries and rows against the scores expected. */
static void check_packed(const qsi_kernels *k, qsi_score_kind kind, const char *name, const void *q, size_t nq,
                         const void *x, size_t rows, size_t n, size_t stride, size_t shift)
{
    size_t span = nq > 0 && rows > 0 ? (nq - 1) * stride + rows : 0;
    const qsi_packed_scores *packed = k->packed_scores(kind);
    if (!packed || !n) return;
    void *queries = guard_output(&packed_out[0], packed->query_bytes(nq, n), 0);
    void *panel = guard_output(&packed_out[1], packed->row_bytes(rows, n), 0);
    float *got = guard_output(&out, 4 * span, 4 * shift);
    memset(got, GUARD_CANARY, 4 * span);
    packed->pack_queries(q, nq, n, queries);
    packed->pack_rows(x, rows, n, panel);
    packed->scores(queries, nq, panel, rows, n, got, stride);
    if (kind <= QSI_SCORE_DISTANCES)
        same_floats(k, name, got, span);
    else
        same_bytes(k, name, got, 4 * span);
}

/* nq queries against rows rows; scores lie stride apart, and what is between them stays. */
static void check_scores(size_t nq, size_t rows, size_t n, int kind, size_t shift, size_t stride)
{
    size_t span = nq > 0 && rows > 0 ? (nq - 1) * stride + rows : 0;
    const float *q = floats(0, kind, nq * n, shift), *x = floats(1, kind, rows * n, 0);
    const uint8_t *p = bytes(2, nq * n, shift), *r = bytes(3, rows * n, shift / 2);
    ABOUT("%zu queries, %zu rows, n %zu, kind %d, stride %zu", nq, rows, n, kind, stride);
    memset(expected, GUARD_CANARY, 4 * span);
    ref->dots(q, nq, x, rows, n, (float *)expected, stride);
    EACH_BACKEND(k)
    {
        float *got = guard_output(&out, 4 * span, 4 * shift);
        memset(got, GUARD_CANARY, 4 * span);
        k->dots(q, nq, x, rows, n, got, stride);
        same_floats(k, "dots", got, span);
        check_packed(k, QSI_SCORE_DOTS, "packed dots", q, nq, x, rows, n, stride, shift);
    }
    ref->distances(q, nq, x, rows, n, (float *)expected, stride);
    EACH_BACKEND(k)
    {
        float *got = guard_output(&out, 4 * span, 4 * shift);
        memset(got, GUARD_CANARY, 4 * span);
        k->distances(q, nq, x, rows, n, got, stride);
        same_floats(k, "distances", got, span);
        check_packed(k, QSI_SCORE_DISTANCES, "packed distances", q, nq, x, rows, n, stride, shift);
    }
    ref->dots_i8((const int8_t *)p, nq, (const int8_t *)r, rows, n, (int32_t *)expected, stride);
    EACH_BACKEND(k)
    {
        int32_t *got = guard_output(&out, 4 * span, 4 * shift);
        memset(got, GUARD_CANARY, 4 * span);
        k->dots_i8((const int8_t *)p, nq, (const int8_t *)r, rows, n, got, stride);
        same_bytes(k, "dots_i8", got, 4 * span);
        check_packed(k, QSI_SCORE_DOTS_I8, "packed dots_i8", p, nq, r, rows, n, stride, shift);
    }
    ref->hammings(p, nq, r, rows, n, (uint32_t *)expected, stride);
    EACH_BACKEND(k)
    {
        uint32_t *got = guard_output(&out, 4 * span, 4 * shift);
        memset(got, GUARD_CANARY, 4 * span);
        k->hammings(p, nq, r, rows, n, got, stride);
        same_bytes(k, "hammings", got, 4 * span);
        check_packed(k, QSI_SCORE_HAMMINGS, "packed hammings", p, nq, r, rows, n, stride, shift);
    }
}

static void scores(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(packed_out); i++) packed_out[i] = guard_open((size_t)8 * 4 * MOST);
    for (size_t l = 0; l < LENGTHS; l++) {
        size_t n = length_at(l);
        for (int kind = 0; kind < KINDS; kind++) check_scores(3, 5, n, kind, l % 4, 5 + l % 3);
    }
    for (size_t nq = 0; nq <= 9; nq++) {
        for (size_t rows = 0; rows <= 9; rows++)
            check_scores(nq, rows, 5 * nq + 13 * rows, NORMAL, nq % 4, rows + 1);
    }
    /* so many queries that rows are copied first; and more rows than are copied at once */
    for (size_t l = 0; l < LENGTHS; l++)
        check_scores(13 + l % 6, 3 + l % 5, length_at(l), (int)(l % KINDS), l % 4, 8);
    check_scores(13, 69, 1000, SPECIAL, 1, 70);
}

/* What would overflow, saturate or wrap in a narrower sum. */
static void scores_extreme(void **state)
{
    (void)state;
    enum { N = 65536 };
    static const int pairs[][2] = {{-128, -128}, {-128, 127}, {127, -128}, {127, 127}, {0, -1}};
    for (size_t i = 0; i < COUNT(pairs); i++) {
        int8_t *q = guard_input(&ins[0], N, 0), *x = guard_input(&ins[1], N, 0);
        memset(q, pairs[i][0], N);
        memset(x, pairs[i][1], N);
        EACH_BACKEND(k)
        {
            int32_t dot = 0;
            uint32_t differ = 0;
            k->dots_i8(q, 1, x, 1, N, &dot, 1);
            k->hammings((uint8_t *)q, 1, (uint8_t *)x, 1, N, &differ, 1);
            uint32_t expected_differ = 0;
            for (int bit = 0; bit < 8; bit++)
                expected_differ += N * (unsigned)((pairs[i][0] ^ pairs[i][1]) >> bit & 1);
            assert_int_equal(dot, pairs[i][0] * pairs[i][1] * N);
            assert_int_equal(differ, expected_differ);
        }
    }
}

static void scaling(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * KINDS; l++) {
        size_t n = length_at(l / KINDS), shift = l % 3;
        int kind = (int)(l % KINDS);
        const float *factors = floats(0, kind, n, shift), *scores = floats(1, kind, n, 0);
        const int32_t *sums = (const int32_t *)floats(2, SPECIAL, n, shift);
        float a = n ? scores[n / 2] : 1;
        ABOUT("n %zu, kind %d", n, kind);
        ref->scale_sums(sums, n, a, factors, (float *)expected);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * n, 4 * shift);
            k->scale_sums(sums, n, a, factors, got);
            same_floats(k, "scale_sums", got, n);
            memcpy(got, sums, 4 * n);
            k->scale_sums((const int32_t *)(const void *)got, n, a, factors, got);
            same_floats(k, "scale_sums in place", got, n);
        }
        memcpy(expected, scores, 4 * n);
        ref->scale_scores((float *)expected, n, a, factors);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * n, 4 * shift);
            memcpy(got, scores, 4 * n);
            k->scale_scores(got, n, a, factors);
            same_floats(k, "scale_scores", got, n);
        }
    }
}

/* Every place where a score can pass, thresholds that are scores, NaN among them. */
static void thresholds(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * KINDS; l++) {
        size_t n = length_at(l / KINDS);
        const float *scores = floats(0, (int)(l % KINDS), n, l % 3);
        ABOUT("n %zu, kind %d", n, (int)(l % KINDS));
        for (size_t t = 0; t < 6 && n; t++) {
            float least = t == 5 ? INFINITY : scores[(t * 37) % n];
            size_t words = (n + 63) / 64;
            ref->not_below(scores, n, least, (uint64_t *)expected);
            for (size_t j = 0; j < 64 * words; j++) {
                bool passes = j < n && !(scores[j] < least);
                assert_int_equal(((uint64_t *)expected)[j / 64] >> j % 64 & 1, passes);
            }
            EACH_BACKEND(k)
            {
                uint64_t *got = guard_output(&out, 8 * words, 0);
                k->not_below(scores, n, least, got);
                same_bytes(k, "not_below", got, 8 * words);
            }
        }
    }
}

static void choice(void **state)
{
    (void)state;
    static char json[2000];
    size_t length = qs_backends_json(json, sizeof json);
    assert_int_equal(length, strlen(json));
    for (const qsi_kernels *const *at = qsi_kernels_all(); *at != NULL; at++) {
        assert_non_null(strstr(json, (*at)->name));
        int result = qs_backend_use((*at)->name);
        assert_int_equal(result, (*at)->available() ? QS_OK : QS_E_OPTION);
        if (result == QS_OK) assert_ptr_equal(qsi_kernels_now(), *at);
    }
    assert_int_equal(qs_backend_use("mmx"), QS_E_OPTION);
    qs_error_json(json, sizeof json);
    assert_non_null(strstr(json, "\"option\":\"backend\""));
    EACH_BACKEND(k) assert_non_null(strstr(json, k->name));
    assert_int_equal(qs_backend_use("ref"), QS_OK);
    assert_int_equal(qs_backend_use("auto"), QS_OK);
    const qsi_kernels *best = qsi_kernels_now(), *last = NULL;
    EACH_BACKEND(k) last = k;
    assert_ptr_equal(best, last);
    assert_int_equal(qs_backend_use("ref"), QS_OK);
    assert_int_equal(qs_backend_use(NULL), QS_OK);
    assert_ptr_equal(qsi_kernels_now(), last);
}

/* Without each of the features that there are, and without any. */
static void scores_of_less(void **state)
{
    static char json[2000];
    unsigned all = qsi_features();
    for (unsigned f = 1; f <= QSI_FEATURES_END; f *= 2) {
        unsigned hidden = f == QSI_FEATURES_END ? all : all & f;
        if (!hidden) continue;
        qsi_features_hide(hidden);
        qs_backends_json(json, sizeof json);
        for (unsigned g = 1; g < QSI_FEATURES_END; g *= 2) {
            char name[40];
            snprintf(name, sizeof name, "\"%s\"", qsi_feature_name(g));
            assert_int_equal(strstr(json, name) != NULL, (all & ~hidden & g) != 0);
        }
        scores_extreme(state);
        for (size_t n = 0; n < 150; n++) check_scores(n % 11, n % 37, n, NORMAL, n % 4, 40);
        check_scores(9, 23, 3000, NORMAL, 1, 71);
    }
    qsi_features_hide(0);
}

/* rows points of n values, apart values from one to the next, and padded centroids, the last of them filled up. */
static void check_nearest(size_t rows, size_t n, size_t apart, size_t padded, int kind, size_t shift)
{
    size_t values = rows ? (rows - 1) * apart + n : 0, codes_apart = 1 + n % 3;
    size_t span = rows ? (rows - 1) * codes_apart + 1 : 0;
    const float *x = floats(0, kind, values, shift);
    float *columns = floats(1, kind, n * padded, 0);
    for (size_t i = 0; i < n; i++) columns[(i + 1) * padded - 1] = INFINITY;
    for (size_t i = 0; i < n && kind == TIES; i++) columns[i * padded + padded / 2] = columns[i * padded + 1];
    ABOUT("%zu points of %zu, %zu centroids, kind %d", rows, n, padded, kind);
    memset(expected, GUARD_CANARY, span);
    ref->nearest_centroid(x, rows, apart, n, columns, padded, expected, codes_apart);
    EACH_BACKEND(k)
    {
        uint8_t *got = guard_output(&out, span, shift);
        memset(got, GUARD_CANARY, span);
        k->nearest_centroid(x, rows, apart, n, columns, padded, got, codes_apart);
        same_bytes(k, "nearest_centroid", got, span);
    }
    for (int distances = 0; distances < 2 && rows; distances++) {
        ref->centroid_scores(x, n, columns, padded, distances, (float *)expected);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * padded, 4 * shift);
            k->centroid_scores(x, n, columns, padded, distances, got);
            same_floats(k, "centroid_scores", got, padded);
        }
    }
}

static void nearest_centroids(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 16; n++)
        for (size_t rows = 0; rows <= 9; rows++)
            for (int kind = 0; kind < KINDS; kind++)
                check_nearest(rows, n, n + rows % 4, rows % 3 ? 256 : 16 * (1 + rows), kind, rows % 4);
}

static void check_table_sums(size_t rows, size_t m, size_t count, int kind, size_t shift)
{
    const float *tables = floats(0, kind, m * count, 0);
    uint8_t *codes = bytes(2, rows * m, shift);
    for (size_t i = 0; i < rows * m; i++) codes[i] = (uint8_t)(codes[i] % count);
    ABOUT("%zu rows of %zu codes of %zu, kind %d", rows, m, count, kind);
    ref->table_sums(tables, m, count, codes, rows, (float *)expected);
    EACH_BACKEND(k)
    {
        float *got = guard_output(&out, 4 * rows, 4 * shift);
        k->table_sums(tables, m, count, codes, rows, got);
        same_floats(k, "table_sums", got, rows);
    }
}

static void table_sums(void **state)
{
    (void)state;
    for (size_t rows = 0; rows <= 35; rows++)
        for (int kind = 0; kind < KINDS; kind++)
            for (size_t count = 16; count <= 256; count += 240)
                check_table_sums(rows, rows * 5 % 67, count, kind, rows % 4);
}

int main(void)
{
    parity_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scores),
        cmocka_unit_test(scores_extreme),
        cmocka_unit_test(scaling),
        cmocka_unit_test(thresholds),
        cmocka_unit_test(choice),
        cmocka_unit_test(scores_of_less),
        cmocka_unit_test(nearest_centroids),
        cmocka_unit_test(table_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
