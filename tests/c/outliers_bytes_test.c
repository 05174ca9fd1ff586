/* Outliers beside the codes: where their bytes lie and who counts them, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "codec/outer_levels.h"
#include "make.h"
#include "search/scores.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *coded(const qs_codec *codec, const float *rows, size_t nrows)
{
    uint8_t *codes = make_room(nrows * qs_codec_row_bytes(codec));
    if (qs_codec_encode(codec, 0, rows, nrows, codes)) check_error(0, "coded");
    return codes;
}

static void test_ledger_is_what_is_written(void **state)
{
    (void)state;
    static const size_t dims[] = {1, 31, 32, 33, 100, 512, 1000, 65536, 65537};
    static const char *const specs[] = {"int4:outliers=10", "int8:map=affine,per=tensor,outliers=1",
                                        "int3:map=offset,per=block,block=7,outliers=5", "int5:outliers=1000",
                                        "int4:map=offset,per=dim,outliers=20"};
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (size_t d = 0; d < sizeof dims / sizeof *dims; d++) {
            size_t dim = dims[d], bare, whole, count;
            char without[80];
            unsigned share = (unsigned)strtoul(strstr(specs[s], "outliers=") + 9, NULL, 10);
            snprintf(without, sizeof without, "%.*s", (int)(strstr(specs[s], "outliers=") - specs[s] - 1),
                     specs[s]);
            float *rows = random_rows(dim, 2 * dim, 1);
            qs_codec *plain = fit_codec(without, dim, rows, 2), *codec = fit_codec(specs[s], dim, rows, 2);
            bare = qs_codec_row_bytes(plain);
            whole = qs_codec_row_bytes(codec);
            count = (share * dim + 999) / 1000;
            assert_int_equal(whole, bare + count * (dim <= 65536 ? 4 : 6));
            char *plan = TEXT_OF(qs_plan_json, specs[s], 2, (double)dim),
                 *less = TEXT_OF(qs_plan_json, without, 2, (double)dim);
            assert_true(number_of(plan, "codes") == number_of(less, "codes") + 2 * (double)(whole - bare));
            assert_true(number_of(plan, "total") - number_of(plan, "params") == 2 * (double)whole);
            assert_true(fabs(number_of(plan, "bits_per_value") * (double)dim * 2 / 8 / number_of(plan, "total") -
                             1) < 1e-5);
            uint8_t *codes = make_room(2 * whole + 1);
            codes[2 * whole] = 0xa5;
            assert_int_equal(qs_codec_encode(codec, 0, rows, 2, codes), QS_OK);
            assert_int_equal(codes[2 * whole], 0xa5);
            size_t before = 0; /* columns ascend, the last is the last value that is kept */
            for (size_t j = 0; j < count; j++) {
                size_t wide = dim <= 65536 ? 2 : 4, column = 0;
                for (size_t b = wide; b--;) column = column << 8 | codes[bare + 2 * count + wide * j + b];
                assert_true(column < dim && (!j || column > before));
                before = column;
            }
            free(codes);
            free(plan);
            free(less);
            free(rows);
            qs_codec_close(plain);
            qs_codec_close(codec);
        }
}

static void test_every_bit_has_a_role(void **state)
{
    (void)state;
    enum { DIM = 33, COUNT = 4 };
    float *rows = random_rows(3, DIM, 1);
    qs_codec *codec = fit_codec("int3:map=affine,per=block,block=8,outliers=100", DIM, rows, 1);
    uint16_t seen[QSI_ROLE_UNUSED + 1][DIM] = {{0}};
    for (size_t bit = 0; bit < 8 * qs_codec_row_bytes(codec); bit++) {
        qsi_role role = codec->family->role(codec, bit);
        if (role.index < DIM) seen[role.kind][role.index]++;
    }
    for (size_t i = 0; i < DIM; i++) {
        assert_int_equal(seen[QSI_ROLE_CODE][i], 3);
        assert_int_equal(seen[QSI_ROLE_SCALE][i], i < 5 ? 32 : 0);
        assert_int_equal(seen[QSI_ROLE_ZERO][i], i < 5 ? 8 : 0);
        assert_int_equal(seen[QSI_ROLE_OUTLIER][i], i < COUNT ? 16 : 0);
        assert_int_equal(seen[QSI_ROLE_COLUMN][i], i < COUNT ? 16 : 0);
    }
    free(rows);
    qs_codec_close(codec);
}

/* The same bytes by every backend, any split of the coding and any split of the fit. */
static void test_same_bytes(void **state)
{
    (void)state;
    static const char *const specs[] = {"int8:outliers=20",
                                        "int3:map=affine,per=tensor,outliers=50",
                                        "int5:map=offset,per=tensor,range=mse,round=stochastic,seed=4,outliers=9",
                                        "int4:per=block,block=7,round=stochastic,outliers=100",
                                        "int3:map=affine,per=dim,outliers=50",
                                        "int5:map=offset,per=dim,range=mse,round=stochastic,outliers=300",
                                        "int8:per=dim,range=std,outliers=40"};
    enum { N = 2 * QS_CHUNK_ROWS + 3, D = 33 };
    float *rows = random_rows(8, (size_t)N * D, 1);
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
        qs_codec *codec = fit_codec(specs[i], D, rows, N);
        uint8_t *whole = coded(codec, rows, N);
        size_t row_bytes = qs_codec_row_bytes(codec);
        uint8_t *parts = make_room(N * row_bytes);
        qs_backend_use("ref");
        qs_fit *one = qs_fit_open(specs[i], D), *two = qs_fit_open(specs[i], D);
        for (int more = 1; more;) {
            assert_int_equal(qs_fit_observe(two, 0, rows, QS_CHUNK_ROWS), QS_OK);
            assert_int_equal(
                qs_fit_observe(one, QS_CHUNK_ROWS, rows + (size_t)QS_CHUNK_ROWS * D, N - QS_CHUNK_ROWS), QS_OK);
            size_t bytes = qs_fit_save(two, NULL, 0);
            uint8_t *saved = make_room(bytes + 1);
            qs_fit_save(two, saved, bytes);
            if (bytes) assert_int_equal(qs_fit_merge(one, saved, bytes), QS_OK);
            bytes = qs_fit_save(one, NULL, 0);
            saved = realloc(saved, bytes + 1);
            qs_fit_save(one, saved, bytes);
            if (bytes) assert_int_equal(qsi_fit_replace(two, saved, bytes), QS_OK);
            free(saved);
            more = qs_fit_next_pass(one);
            assert_int_equal(qs_fit_next_pass(two), more);
        }
        qs_codec *merged = qs_fit_finish(one);
        for (size_t at = 0, n; at < N; at += n) {
            n = at % 3 + 1 < N - at ? at % 3 + 1 : N - at;
            assert_int_equal(qs_codec_encode(merged, (double)at, rows + at * D, n, parts + at * row_bytes), QS_OK);
        }
        qs_backend_use("auto");
        assert_memory_equal(parts, whole, N * row_bytes);
        free(whole);
        free(parts);
        qs_fit_close(one);
        qs_fit_close(two);
        qs_codec_close(codec);
        qs_codec_close(merged);
    }
    free(rows);
}

/* What is kept is not clipped, however far it lies from the codes. */
static void test_outliers_are_not_clipped(void **state)
{
    (void)state;
    const float row[5] = {50, 1, -2, -40, 20};
    static const char *const specs[] = {"int4:range=given,s=1", "int4:range=given,s=1,outliers=400",
                                        "int4:range=given,s=1,outliers=600",
                                        "int4:map=offset,range=given,lo=1,hi=16,outliers=600"};
    const double clipped[] = {3, 1, 0, 1}; /* of offset, whose lowest code is 1: -2 */
    for (size_t i = 0; i < 4; i++) {
        qs_codec *codec = fit_codec(specs[i], 5, row, 1);
        uint8_t marks[5], *codes = coded(codec, row, 1);
        float decoded[5];
        qsi_clipping clipping = {0};
        qsi_outer_levels outer;
        assert_int_equal(qs_codec_decode(codec, codes, 1, decoded), QS_OK);
        assert_int_equal(qsi_outer_levels_open(&outer, codec), QS_OK);
        assert_int_equal(qsi_outer_levels_clipped(&outer, row, codes, decoded, 1, marks, &clipping), QS_OK);
        assert_true(clipping.count == clipped[i]);
        assert_int_equal(marks[4], i < 2);
        qsi_outer_levels_close(&outer);
        free(codes);
        qs_codec_close(codec);
    }
}

/* Scores are those of the decoded rows and queries. */
static void test_scores(void **state)
{
    (void)state;
    enum { ROWS = 5, DIM = 40 };
    float *rows = random_rows(6, (size_t)ROWS * DIM, 1);
    qs_codec *codec = fit_codec("int8:query=same,outliers=50", DIM, rows, ROWS);
    uint8_t *codes = coded(codec, rows, ROWS);
    float *decoded = make_room(sizeof(float) * ROWS * DIM), scores[2 * QSI_TILE_ROWS];
    assert_int_equal(qs_codec_decode(codec, codes, ROWS, decoded), QS_OK);
    qsi_queries *queries = qsi_queries_open(codec, QSI_IP, QSI_UNSCALED, 0, rows, 2);
    qsi_scratch *scratch = qsi_scratch_open(queries);
    assert_int_equal(qsi_scores_rows(queries, scratch, codes, ROWS), QS_OK);
    assert_int_equal(qsi_scores(queries, scratch, 0, 2, scores), QS_OK);
    for (size_t q = 0; q < 2; q++)
        for (size_t r = 0; r < ROWS; r++)
            assert_true(scores[q * QSI_TILE_ROWS + r] ==
                        qsi_score_pair(QSI_IP, QSI_UNSCALED, decoded + q * DIM, decoded + r * DIM, DIM, NULL));
    qsi_scratch_close(scratch);
    qsi_queries_close(queries);
    free(rows);
    free(codes);
    free(decoded);
    qs_codec_close(codec);
}

static void test_errors(void **state)
{
    (void)state;
    const float far[6] = {1, 2, 3, 4, 65520, 5}, odd[6] = {1, 2, NAN, 4, 5, 6}, near[6] = {0, 65519, 1, 2, 3, 4};
    static const char *const specs[] = {"int4:outliers=300", "int4:per=tensor,outliers=300"};
    for (size_t i = 0; i < 2; i++) {
        qs_codec *codec = fit_codec(specs[i], 3, far, 2);
        uint8_t *codes = make_room(2 * qs_codec_row_bytes(codec));
        float back[6];
        assert_true(qs_codec_encode(codec, 10, far, 2, codes) < 0);
        check_error(QS_E_DATA, "row 11, column 1: the outlier 65520 is beyond float16");
        assert_int_equal(qs_codec_encode(codec, 0, near, 2, codes), QS_OK);
        assert_int_equal(qs_codec_decode(codec, codes, 2, back), QS_OK);
        assert_true(back[1] == 65504);
        assert_true(qs_codec_encode(codec, 0, odd, 2, codes) < 0);
        check_error(QS_E_DATA, "\"column\":2");
        codes[qs_codec_row_bytes(codec) - 1] = 1; /* column 256 of 3 */
        assert_int_equal(qs_codec_decode(codec, codes, 1, back), QS_E_DATA);
        check_error(QS_E_DATA, "rows have 3 values");
        free(codes);
        qs_codec_close(codec);
    }
    assert_null(fit_codec(specs[1], 3, odd, 2));
    check_error(QS_E_DATA, "\"column\":2");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ledger_is_what_is_written),
        cmocka_unit_test(test_every_bit_has_a_role),
        cmocka_unit_test(test_same_bytes),
        cmocka_unit_test(test_outliers_are_not_clipped),
        cmocka_unit_test(test_scores),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests_name("outliers in bytes", tests, NULL, NULL);
}
