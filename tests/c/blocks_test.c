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

enum { MOST = 32 * 37 + 5, ROWS = 3, KINDS = 6 };

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

static void check(const char *spec, const float *x, size_t dim)
{
    size_t n = ROWS * dim * sizeof *x;
    assert_int_equal(qs_backend_use("ref"), QS_OK);
    qs_codec *codec = fit_codec(spec, dim, x, ROWS);
    size_t bytes = ROWS * qs_codec_row_bytes(codec);
    uint8_t *should = make_room(bytes), *got = make_room(bytes);
    float *should_be = make_room(n), *is = make_room(n);
    assert_int_equal(qs_codec_encode(codec, 0, x, ROWS, should), QS_OK);
    assert_int_equal(qs_codec_decode(codec, should, ROWS, should_be), QS_OK);
    for (const qsi_kernels *const *k = qsi_kernels_all(); *k; k++) {
        if (!(*k)->available()) continue;
        assert_int_equal(qs_backend_use((*k)->name), QS_OK);
        assert_int_equal(qs_codec_encode(codec, 0, x, ROWS, got), QS_OK);
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
        for (int kind = 0; kind < KINDS; kind++)
            for (size_t dim = 1; dim <= MOST; dim += dim % 32 == 0  ? 5
                                                     : f->block > 1 ? 27 * (1 + f->block / 256)
                                                                    : 119) {
                float *x = values(&r, ROWS * dim, kind);
                check(f->name, x, dim);
                free(x);
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
        "int8:per=block",
    };
    (void)state;
    random_state r = random_from(6);
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++)
        for (int kind = 0; kind < KINDS; kind++)
            for (size_t dim = 1; dim < 400; dim += dim % 16 == 0 ? 5 : 11) {
                float *x = values(&r, ROWS * dim, kind);
                check(specs[s], x, dim);
                free(x);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(formats), cmocka_unit_test(groups)};
    return cmocka_run_group_tests_name("blocks", tests, NULL, NULL);
}
