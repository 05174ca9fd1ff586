/*
 * Which values were clipped, for every format: against levels found one code of one value at a time, by the numbers
 * that a row is made of, and against cases worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bits/numbers.h"
#include "codec/outer_levels.h"
#include "codec/fewbits/signs.h"
#include "make.h"
#include "specs.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_value(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static const float SIZE = 0.7F; /* of signs */

/* The finite levels that value i of a row can have, in order; those of codes that encoding gives. */
static size_t levels_of(const qsi_numbers *n, const uint8_t *row, size_t i, float *levels)
{
    const qs_codec *codec = n->codec;
    qsi_number how = codec->family->number(codec, QSI_ROLE_CODE);
    qsi_place place = qsi_numbers_place(n, i);
    uint8_t *other = make_room(codec->layout.row_bytes);
    float *values = make_room(codec->dim * sizeof *values);
    size_t count = 0;
    memcpy(other, row, codec->layout.row_bytes);
    for (uint32_t code = 0; code < qsi_place_codes(&place); code++) {
        if (!qsi_number_given(&how, place.stored->bits, code)) continue;
        qsi_place_put(n, &place, other, code);
        assert_int_equal(qs_codec_decode(codec, other, 1, values), QS_OK);
        qsi_signs_scale(codec, SIZE, 1, values);
        if (isfinite(values[i])) levels[count++] = values[i];
    }
    qsort(levels, count, sizeof *levels, by_value);
    free(other);
    free(values);
    return count;
}

/* As ends.h says it, from all levels. Returns the overshoot, -1 where it was not clipped. */
static double overshoot_of(float x, float decoded, const float *levels, size_t count)
{
    double lo = (double)levels[0], hi = (double)levels[count - 1], step = 0, by, end = (double)x > hi ? hi : lo;
    float slack = (float)fmax(fabs(lo), fabs(hi)) * 0x1p-23F;
    bool beyond = x > levels[count - 1] + slack || x < levels[0] - slack;
    for (size_t i = 0; i < count; i++) {
        double away = fabs((double)levels[i] - end);
        if (away > 0 && (step == 0 || away < step)) step = away;
    }
    by = fabs((double)x - end);
    return beyond && x != decoded && (by > step / 2 || !isfinite(decoded)) ? by / (hi - lo) : -1;
}

static bool is_kept(const qs_codec *codec, const qsi_numbers *n, const uint8_t *row, size_t i)
{
    const qsi_stored *column;
    for (size_t k = 0; codec->layout.outlier_bytes && (column = qsi_numbers_find(n, QSI_ROLE_COLUMN, k)); k++)
        if (qsi_numbers_get(n, column, row) == i) return true;
    return false;
}

static void compare(const qs_codec *codec, const float *rows, size_t nrows, const char *text)
{
    size_t dim = codec->dim, clipped = 0, row_bytes = codec->layout.row_bytes;
    uint8_t *codes = make_room(nrows * row_bytes), *marks = make_room(nrows * dim);
    float *decoded = make_room(nrows * dim * sizeof *decoded), *levels = make_room(sizeof *levels << 16);
    double furthest = 0;
    qsi_clipping got = {0};
    qsi_numbers numbers;
    qsi_outer_levels outer;
    assert_int_equal(qs_codec_encode(codec, 0, rows, nrows, codes), QS_OK);
    assert_int_equal(qsi_outer_levels_open(&outer, codec), QS_OK);
    outer.size = SIZE;
    assert_int_equal(qsi_outer_levels_decode(&outer, codes, nrows, decoded), QS_OK);
    assert_int_equal(qsi_outer_levels_clipped(&outer, rows, codes, decoded, nrows, marks, &got), QS_OK);
    assert_int_equal(qsi_numbers_open(&numbers, codec), QS_OK);
    for (size_t i = 0; i < nrows * dim; i++) {
        const uint8_t *row = codes + i / dim * row_bytes;
        bool none =
            codec->spec.format->code_bits == 32 || codec->family->code_of; /* a piece of values has no ends */
        size_t count = none ? 0 : levels_of(&numbers, row, i % dim, levels);
        double over = count && !is_kept(codec, &numbers, row, i % dim)
                          ? overshoot_of(rows[i], decoded[i], levels, count)
                          : -1;
        clipped += over >= 0;
        if (over > furthest) furthest = over;
        if (marks[i] != (over >= 0)) fail_msg("%s: value %zu, %.9g", text, i, (double)rows[i]);
    }
    if (got.count != (double)clipped) fail_msg("%s: %.0f clipped, not %zu", text, got.count, clipped);
    if (got.overshoot != furthest) fail_msg("%s: overshoot %.9g, not %.9g", text, got.overshoot, furthest);
    qsi_outer_levels_close(&outer);
    qsi_numbers_close(&numbers);
    free(codes);
    free(marks);
    free(decoded);
    free(levels);
}

/* Fitted to some rows, then used on those and on others that reach further, with zeros and a great value. */
static void check_spec(const qsi_spec *spec, const char *text)
{
    size_t dim = spec->format->code_bits == 16 ? 2 : spec->format->block > 32 ? 259 : 45;
    enum { FITTED = 4, ROWS = 7 };
    float *rows = random_rows(dim, ROWS * dim, 1);
    for (size_t i = FITTED * dim; i < ROWS * dim; i++) rows[i] *= 1.6F;
    memset(rows + (ROWS - 1) * dim, 0, dim / 2 * sizeof *rows);
    rows[ROWS * dim - 1] = -30000;
    if (spec->format->scales_only)
        for (size_t i = 0; i < ROWS * dim; i++) rows[i] = fabsf(rows[i]);
    qs_codec *codec = fit_codec(text, dim, rows, FITTED);
    compare(codec, rows, ROWS, text);
    qs_codec_close(codec);
    free(rows);
}

static void test_every_format(void **state)
{
    (void)state;
    each_spec(check_spec);
}

/* Levels that are the same: of one dim all, of the other the upper two, so that the step is that to the third. */
static void test_repeated_levels(void **state)
{
    (void)state;
    const char *params = "{\"quantscope\":1,\"spec\":\"lloyd2:per=dim\",\"shape\":[1,2],"
                         "\"params\":{\"codebook\":[1,1,1,1,-2,0,3,3]}}";
    qs_codec *codec = qs_codec_open_params(params, strlen(params));
    if (!codec) check_error(0, params);
    const float rows[] = {1, 4.5F, 1, 4.75F, 2, -3, 1, -3.25F};
    const uint8_t expected[] = {0, 0, 0, 1, 1, 0, 0, 1};
    uint8_t codes[4], marks[8];
    float decoded[8];
    qsi_clipping got = {0};
    qsi_outer_levels outer;
    assert_int_equal(qs_codec_encode(codec, 0, rows, 4, codes), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes, 4, decoded), QS_OK);
    assert_int_equal(qsi_outer_levels_open(&outer, codec), QS_OK);
    assert_int_equal(qsi_outer_levels_clipped(&outer, rows, codes, decoded, 4, marks, &got), QS_OK);
    assert_memory_equal(marks, expected, 8);
    assert_true(got.count == 3 && isinf(got.overshoot));
    qsi_outer_levels_close(&outer);
    qs_codec_close(codec);
}

/* Rows are clipped as each is by itself, whether scales are theirs or not: more of them than are done at a time. */
static void test_many_rows(void **state)
{
    (void)state;
    enum { ROWS = 1000, DIM = 5, FITTED = 20 };
    static const char *const SPECS[] = {"binary", "binary:center=mean", "int4:per=tensor", "int4", "lloyd2"};
    float *rows = random_rows(7, (size_t)ROWS * DIM, 1), decoded[ROWS * DIM];
    for (size_t s = 0; s < sizeof SPECS / sizeof *SPECS; s++) {
        qs_codec *codec = fit_codec(SPECS[s], DIM, rows, FITTED);
        size_t row_bytes = codec->layout.row_bytes;
        uint8_t *codes = make_room(ROWS * row_bytes), marks[ROWS * DIM], own[DIM];
        qsi_clipping all = {0}, each = {0};
        qsi_outer_levels outer;
        assert_int_equal(qsi_outer_levels_open(&outer, codec), QS_OK);
        outer.size = SIZE / 2;
        assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes), QS_OK);
        assert_int_equal(qsi_outer_levels_decode(&outer, codes, ROWS, decoded), QS_OK);
        assert_int_equal(qsi_outer_levels_clipped(&outer, rows, codes, decoded, ROWS, marks, &all), QS_OK);
        for (size_t r = 0; r < ROWS; r++) {
            const uint8_t *row = codes + r * row_bytes;
            size_t at = r * DIM;
            assert_int_equal(qsi_outer_levels_clipped(&outer, rows + at, row, decoded + at, 1, own, &each), QS_OK);
            assert_memory_equal(marks + at, own, DIM);
        }
        assert_true(all.count == each.count && all.overshoot == each.overshoot);
        if (strcmp(SPECS[s], "int4") != 0) assert_true(all.count > 0);
        qsi_outer_levels_close(&outer);
        qs_codec_close(codec);
        free(codes);
    }
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_format), cmocka_unit_test(test_repeated_levels),
                                       cmocka_unit_test(test_many_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
