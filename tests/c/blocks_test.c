/* Whole rows by every backend: the bytes of the reference, for every format, values of every kind and rows of every
 * length. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "codec/block.h"
#include "format/format.h"
#include "kernels/kernels.h"
#include "make.h"

enum { MOST = 32 * 37 + 5, ROWS = 3, HUGE_ONES = 4, KINDS = 6 };

/* Finite values: normal ones, equal ones of both signs, whole steps and halves, tiny ones, huge ones, mostly zeros.
 */
static float *values(random_state *r, size_t n, int kind)
{
    float *x = make_room(n * sizeof *x + 1);
    for (size_t i = 0; i < n; i++) {
        float v = random_normal(r), sign = random_below(r, 2) ? -1.0F : 1.0F;
        const float of_kind[KINDS] = {v,
                                      0.7F * sign,
                                      ((float)random_below(r, 255) - 127) * 0.5F,
                                      v * 0x1p-140F,
                                      v * 0x1p124F,
                                      random_below(r, 9) ? 0 * sign : sign};
        x[i] = of_kind[kind];
    }
    return x;
}

/* Values may be beyond the type of scales or outliers, if huge: all backends say so then. */
static void check(const char *spec, const float *x, size_t dim, bool huge)
{
    size_t n = ROWS * dim * sizeof *x;
    assert_int_equal(qs_backend_use("ref"), QS_OK);
    qs_codec *codec = fit_codec(spec, dim, x, ROWS);
    if (huge && !codec) return;
    size_t bytes = ROWS * qs_codec_row_bytes(codec);
    uint8_t *should = make_room(bytes), *got = make_room(bytes);
    float *should_be = make_room(n), *is = make_room(n);
    int status = qs_codec_encode(codec, 0, x, ROWS, should);
    if (!huge) assert_int_equal(status, QS_OK);
    if (!status) assert_int_equal(qs_codec_decode(codec, should, ROWS, should_be), QS_OK);
    for (const qsi_kernels *const *k = qsi_kernels_all(); *k; k++) {
        if (!(*k)->available()) continue;
        assert_int_equal(qs_backend_use((*k)->name), QS_OK);
        assert_int_equal(qs_codec_encode(codec, 0, x, ROWS, got), status);
        if (status) continue;
        if (memcmp(got, should, bytes) != 0) fail_msg("%s of %zu by %s: other bytes", spec, dim, (*k)->name);
        assert_int_equal(qs_codec_decode(codec, should, ROWS, is), QS_OK);
        for (size_t i = 0; i < ROWS * dim; i++)
            if (memcmp(&is[i], &should_be[i], sizeof *is) != 0 && !(isnan(is[i]) && isnan(should_be[i])))
                fail_msg("%s of %zu by %s: value %zu", spec, dim, (*k)->name, i);
    }
    assert_int_equal(qs_backend_use("auto"), QS_OK);
    qs_codec_close(codec);
    free(should);
    free(got);
    free(should_be);
    free(is);
}

static void formats(void **state)
{
    (void)state;
    random_state r = random_from(5);
    for (size_t s = 0; s < qsi_format_count(); s++) {
        const qsi_format *f = qsi_format_at(s);
        for (int kind = 0; kind < KINDS; kind++) {
            size_t number = s + (size_t)kind;
            for (size_t dim = 1; dim <= MOST; dim += dim % 32 == 0  ? 5
                                                     : f->block > 1 ? 27 * (1 + f->block / 256)
                                                                    : 119) {
                if (!is_tested(number++)) continue;
                if (f->slow_fit && dim > 40) continue; /* wider fits take minutes: not tested here */
                float *x = values(&r, ROWS * dim, kind);
                check(f->name, x, dim, kind == HUGE_ONES);
                free(x);
            }
        }
    }
}

/* Families whose scales are shared in other ways, and rows that no block divides. */
static void groups(void **state)
{
    static const char *const specs[] = {
        "f8_e4m3",
        "f8_e5m2:per=row",
        "f6_e3m2:per=block",
        "f6_e2m3:per=tensor",
        "f4_e2m1:per=dim",
        "f8_e4m3:per=block,block=48",
        "ternary",
        "ternary:rule=absmean,per=block",
        "ternary:pack=1.6,per=block,block=20",
        "nf4",
        "fp4",
        "dynamic8",
        "nf4:block=100",
        "dynamic8:scale=f16,block=16",
        "lloyd2",
        "lloyd4:per=dim",
        "lloyd6",
        "lloyd6:per=dim",
        "int8:per=block",
        "int2:per=block,map=affine,block=20",
        "int4:per=block,map=offset,block=9,scale=f16",
        "int8:per=block,block=16,scale=e8m0",
        "int5:per=dim,map=offset",
        "int8:round=away",
        "int4:round=trunc,map=affine",
        "int8:round=stochastic,seed=3",
        "int4:per=dim,round=stochastic,map=offset",
        "int8:levels=pow2",
        "int4:levels=pow2,round=stochastic,per=dim",
        "int3:levels=pow2,round=away",
        "int8:outliers=20",
        "int4:outliers=7,per=block",
        "int8:feedback=1",
        "int4:feedback=1,per=dim,map=affine",
    };
    (void)state;
    random_state r = random_from(6);
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (int kind = 0; kind < KINDS; kind++) {
            size_t number = s + (size_t)kind;
            for (size_t dim = 1; dim < 400; dim += dim % 16 == 0 ? 7 : 25) {
                if (!is_tested(number++)) continue;
                float *x = values(&r, ROWS * dim, kind);
                check(specs[s], x, dim, kind == HUGE_ONES);
                free(x);
            }
        }
}

/* Rows that end within a block are those with zeros behind them, be they coded side by side or too long for it. */
static void rows_with_zeros_behind(void **state)
{
    static const size_t dims[] = {100, 300, 8 * QSI_RUN + 3};
    random_state r = random_from(4);
    (void)state;
    for (size_t s = 0; s < qsi_format_count(); s++)
        for (size_t d = 0; d < 3 && qsi_format_at(s)->coder; d++) {
            const qsi_format *f = qsi_format_at(s);
            size_t dim = dims[d], whole = (dim + f->block - 1) / f->block * f->block;
            size_t rows = 8 * QSI_RUN / whole + 2;
            float *x = values(&r, rows * dim, 0), *y = make_room(rows * whole * sizeof *y);
            for (size_t i = 0; i < rows * whole; i++) y[i] = i % whole < dim ? x[i / whole * dim + i % whole] : 0;
            qs_codec *codec = fit_codec(f->name, dim, x, rows), *long_codec = fit_codec(f->name, whole, y, rows);
            size_t bytes = rows * qs_codec_row_bytes(codec);
            uint8_t *codes = make_room(bytes), *should = make_room(bytes);
            assert_int_equal(bytes, rows * qs_codec_row_bytes(long_codec));
            assert_int_equal(qs_codec_encode(codec, 0, x, rows, codes), QS_OK);
            assert_int_equal(qs_codec_encode(long_codec, 0, y, rows, should), QS_OK);
            if (memcmp(codes, should, bytes) != 0) fail_msg("%s of %zu: other bytes", f->name, dim);
            assert_int_equal(qs_codec_decode(codec, codes, rows, x), QS_OK);
            assert_int_equal(qs_codec_decode(long_codec, codes, rows, y), QS_OK);
            for (size_t k = 0; k < rows; k++)
                if (memcmp(x + k * dim, y + k * whole, dim * sizeof *x) != 0)
                    fail_msg("%s of %zu: row %zu", f->name, dim, k);
            qs_codec_close(codec);
            qs_codec_close(long_codec);
            free(codes);
            free(should);
            free(x);
            free(y);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(formats), cmocka_unit_test(groups),
                                       cmocka_unit_test(rows_with_zeros_behind)};
    return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
