/*
 * Ranges, codes, halves and bits of every backend against the reference, bit for bit: lengths around all vector
 * widths, every alignment, the end of memory right behind inputs and outputs, and values of every kind. A backend
 * that this processor lacks is not in the list, which is printed.
 */
#define _DEFAULT_SOURCE
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "make.h"
#include "parity.h"

static void ranges(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * KINDS * 4; l++) {
        size_t n = length_at(l / 4 % LENGTHS), shift = l % 4;
        int kind = (int)(l / 4 / LENGTHS);
        float *x = floats(0, kind, n, shift);
        int32_t should[2], got[2];
        ref->minmax(x, n, &should[0], &should[1]);
        ABOUT("n %zu, kind %d", n, kind);
        EACH_BACKEND(k)
        {
            k->minmax(x, n, &got[0], &got[1]);
            if (k->absmax(x, n) != ref->absmax(x, n)) fail_msg("%s absmax, %s", k->name, about);
            if (memcmp(got, should, sizeof got) != 0) fail_msg("%s minmax, %s", k->name, about);
        }
    }
}

static void ranges_of_dims(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * 8; l++) {
        size_t dim = length_at(l / 8), rows = l % 8 + (l % 3 == 0 ? 4 : 0), bytes = dim * 4;
        float *x = floats(0, l % 5 ? NORMAL : SPECIAL, rows * dim, l % 2);
        int32_t *lo = (int32_t *)expected, *hi = lo + dim;
        for (size_t c = 0; c < dim; c++) lo[c] = (int32_t)(c * 12345), hi[c] = -lo[c];
        int32_t *start = guard_input(&ins[1], 2 * bytes, 0);
        memcpy(start, expected, 2 * bytes);
        ref->minmax_dims(x, rows, dim, lo, hi);
        ABOUT("dim %zu, %zu rows", dim, rows);
        EACH_BACKEND(k)
        {
            int32_t *got = guard_output(&out, 2 * bytes, 4 * (l % 4));
            memcpy(got, start, 2 * bytes);
            k->minmax_dims(x, rows, dim, got, got + dim);
            same_bytes(k, "minmax_dims", got, 2 * bytes);
        }
    }
}

static bool within(const qsi_grid *grid, const float *x, size_t n)
{
    bool all = true;
    for (size_t i = 0; i < n; i++)
        all &= fabsf((x[i] - grid->lo[i % grid->entries]) * grid->inv[i % grid->entries]) < 0x1p22F;
    return all;
}

/* One grid and one length, by all backends. */
static void check_grid(const qsi_grid *grid, const float *x, const uint8_t *codes, size_t n, size_t shift)
{
    uint32_t most = ref->quantize(grid, x, n, expected);
    assert_int_equal(most, ref->absmax(x, n));
    EACH_BACKEND(k)
    {
        uint8_t *got = guard_output(&out, n, shift);
        bool finite = k->quantize(grid, x, n, got) < 0x7f800000U;
        if (finite != (most < 0x7f800000U)) fail_msg("%s quantize's word on what is finite, %s", k->name, about);
        same_bytes(k, "quantize", got, n);
        if (!within(grid, x, n)) continue;
        qsi_grid with = *grid;
        with.ahead = floats(6, (int)(n % KINDS), n, 3 - shift % 4);
        if (k->quantize(&with, x, n, got) != ref->absmax(with.ahead, n))
            fail_msg("%s absmax ahead, %s", k->name, about);
        same_bytes(k, "quantize", got, n);
    }
    ref->dequantize(grid, codes, n, (float *)expected);
    EACH_BACKEND(k)
    {
        float *got = guard_output(&out, n * 4, 4 * shift);
        k->dequantize(grid, codes, n, got);
        same_floats(k, "dequantize", got, n);
    }
}

typedef struct grid_case {
    float scale, lo;
    int32_t zero, qmin, qmax;
} grid_case;

/* Symmetric, affine and offset; 2 to 8 bits, signed and unsigned; powers of two; no scale at all, and scales beyond
 * reason. */
static const grid_case cases[] = {
    {1.0F / 127, 0, 0, -127, 127},
    {1.0F / 128, 0, 0, -128, 127},
    {0.5F, 0, 0, -7, 7},
    {1, 0, 0, -1, 1},
    {0.25F, 0, 0, -2, 1},
    {0.03F, 0, 77, 0, 255},
    {0.03F, 0, -51, -128, 127},
    {0.1F, 0, 9, 0, 63},
    {0.2F, 0, -3, -16, 15},
    {0.4F, 0, 255, 0, 255},
    {0.4F, 0, -128, -128, 127},
    {0.01F, -1.3F, 0, 0, 255},
    {0.1F, -1.3F, 0, 0, 31},
    {0.6F, 0.7F, 0, 0, 3},
    {0, 0, 0, -127, 127},
    {0, 0.25F, 5, 0, 15},
    {0x1p-126F, 0, 0, -128, 127},
    {0x1p120F, -0x1p127F, 0, 0, 255},
    {1, 0, -1, -128, 127},
    {0.02F, 0, 255, -128, 127},
    {0.02F, 0, -128, 0, 255},
    {3, 0, 0, -127, 127},
    {1, 0, 0, -7, 7},
    {1, 0, 0, -1, 1},
};

/* The last three cases. */
static bool is_of_powers(const grid_case *c)
{
    return c >= cases + COUNT(cases) - 3;
}

static void grids(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * COUNT(cases) * 4; l++) {
        size_t length = l / 4 % LENGTHS, which = l / 4 / LENGTHS, shift = (l + l / 7) % 4, n = length_at(length);
        const grid_case *c = &cases[which];
        if (!is_tested(l % 4 + length + which)) continue;
        float inv = c->scale != 0 ? 1 / c->scale : 0;
        qsi_grid grid = {.scale = &c->scale,
                         .inv = &inv,
                         .lo = &c->lo,
                         .zero = &c->zero,
                         .entries = 1,
                         .centered = c->lo == 0 && c->zero == 0,
                         .powers = is_of_powers(c),
                         .qmin = c->qmin,
                         .qmax = c->qmax,
                         .round = (qsi_round)(l % 4),
                         .seed = l,
                         .counter = 3 * l};
        const uint8_t *codes = bytes(1, n, shift);
        for (int kind = 0; kind < KINDS; kind++) {
            ABOUT("n %zu, kind %d, case %d, round %d", n, kind, (int)(c - cases), grid.round);
            check_grid(&grid, floats(0, kind, n, shift), codes, n, shift);
        }
    }
}

/* A grid that differs from dim to dim, over one row, some or a part of one; the arrays, too, end where memory does.
 */
static void grids_of_dims(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * 4 * 3; l++) {
        size_t n = length_at(l / 12), shift = l % 4, dim = n / (l % 5 + 1) > 0 ? n / (l % 5 + 1) : 1;
        const grid_case *c = &cases[l % COUNT(cases)];
        float *scale = floats(2, (int)(l % 3), dim, shift), *inv = floats(3, (int)(l / 2 % 3), dim, 0);
        int32_t *zero = guard_input(&ins[4], dim * 4, 0);
        bool centered = l % 2 == 0 || is_of_powers(c);
        float *lo = guard_input(&ins[5], dim * 4, 4 * shift);
        for (size_t i = 0; i < dim; i++) {
            zero[i] = centered ? 0 : (int32_t)qsi_random_below(seed, i, 384) - 128;
            lo[i] = centered ? 0 : scale[i];
        }
        qsi_grid grid = {.scale = scale,
                         .inv = inv,
                         .lo = lo,
                         .zero = zero,
                         .entries = dim,
                         .centered = centered,
                         .powers = is_of_powers(c),
                         .qmin = c->qmin,
                         .qmax = c->qmax,
                         .round = (qsi_round)(l / 3 % 4),
                         .seed = l};
        ABOUT("n %zu, dim %zu, case %d, round %d", n, dim, (int)(c - cases), grid.round);
        check_grid(&grid, floats(0, (int)(l % KINDS), n, shift), bytes(1, n, shift), n, shift);
    }
}

/* Rows side by side, a few and many: one grid, one for each row, one for each value. */
static void feedback(void **state)
{
    (void)state;
    for (size_t l = 0; l < COUNT(cases) * 4 * 3 * 5; l++) {
        const grid_case *c = &cases[l % COUNT(cases)];
        size_t rows = l * 7 % 90, n = l * 5 % 43, apart = n + l % 3 * 4, shift = l % 4, each = l % 3;
        size_t entries = each == 0 ? 1 : each == 1 ? rows : n;
        float *scale = floats(2, NORMAL, entries, shift), *inv = floats(3, NORMAL, entries, 0),
              *lo = floats(4, NORMAL, entries, shift), *carry = floats(6, NORMAL, rows, shift);
        int32_t *zero = guard_input(&ins[5], entries * 4, 0);
        for (size_t i = 0; i < entries; i++) {
            scale[i] = fabsf(scale[i]) * c->scale;
            inv[i] = scale[i] == 0 ? 0 : 1 / scale[i];
            lo[i] = is_of_powers(c) ? 0 : c->lo * lo[i];
            zero[i] = c->zero;
        }
        qsi_grid grid = {.scale = scale,
                         .inv = inv,
                         .lo = lo,
                         .zero = zero,
                         .centered = c->lo == 0 && c->zero == 0,
                         .powers = is_of_powers(c),
                         .qmin = c->qmin,
                         .qmax = c->qmax,
                         .round = (qsi_round)(l / 3 % 4),
                         .seed = l,
                         .counter = l};
        const float *x = floats(0, (int)(l / COUNT(cases) % KINDS), rows * apart, shift);
        qsi_error_feedback how = {x, rows, n, apart, n + 3, each == 1, each == 2};
        float left[90], got_left[90];
        size_t all = rows ? (rows - 1) * how.codes_apart + n : 0;
        ABOUT("%zu rows of %zu, case %d, round %d, turn %zu", rows, n, (int)(c - cases), grid.round, l);
        memcpy(left, carry, rows * sizeof *left);
        memset(expected, 0, all);
        ref->error_feedback(&grid, &how, left, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, all, shift);
            memset(got, 0, all);
            memcpy(got_left, carry, rows * sizeof *left);
            k->error_feedback(&grid, &how, got_left, got);
            same_bytes(k, "error_feedback", got, all);
            for (size_t r = 0; r < rows; r++)
                if (qsi_float_bits(got_left[r]) != qsi_float_bits(left[r]) &&
                    (left[r] == left[r] || got_left[r] == got_left[r]))
                    fail_msg("%s feed, %s: row %zu is left %g, not %g", k->name, about, r, (double)got_left[r],
                             (double)left[r]);
        }
    }
}

static void packing(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * 8 * 2; l++) {
        size_t n = length_at(l / 16), shift = l / 3 % 5;
        unsigned bits = (unsigned)(l / 2 % 8) + 1;
        bool sign = l % 2 == 1;
        size_t packed_bytes = (n * bits + 7) / 8;
        ABOUT("n %zu, %u bits, sign %d", n, bits, sign);
        const uint8_t *codes = bytes(0, n, shift), *packed = bytes(1, packed_bytes, shift);
        ref->pack(codes, n, bits, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, packed_bytes, shift);
            k->pack(codes, n, bits, got);
            same_bytes(k, "pack", got, packed_bytes);
        }
        ref->unpack(packed, n, bits, sign, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, n, shift);
            k->unpack(packed, n, bits, sign, got);
            same_bytes(k, "unpack", got, n);
        }
    }
}

static void check_halves(const float *x, const uint8_t *halves, size_t n, size_t shift)
{
    ref->f16_encode(x, n, expected);
    EACH_BACKEND(k)
    {
        uint8_t *got = guard_output(&out, 2 * n, shift);
        k->f16_encode(x, n, got);
        same_bytes(k, "f16_encode", got, 2 * n);
    }
    ref->bf16_encode(x, n, expected);
    EACH_BACKEND(k)
    {
        uint8_t *got = guard_output(&out, 2 * n, shift);
        k->bf16_encode(x, n, got);
        same_bytes(k, "bf16_encode", got, 2 * n);
    }
    ref->f16_decode(halves, n, (float *)expected);
    EACH_BACKEND(k)
    {
        float *got = guard_output(&out, 4 * n, 4 * shift);
        k->f16_decode(halves, n, got);
        same_floats(k, "f16_decode", got, n);
    }
    ref->bf16_decode(halves, n, (float *)expected);
    EACH_BACKEND(k)
    {
        float *got = guard_output(&out, 4 * n, 4 * shift);
        k->bf16_decode(halves, n, got);
        same_floats(k, "bf16_decode", got, n);
    }
}

static void halves(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * KINDS * 3; l++) {
        size_t n = length_at(l / 3 % LENGTHS), shift = l % 3;
        int kind = (int)(l / 3 / LENGTHS);
        ABOUT("n %zu, kind %d", n, kind);
        check_halves(floats(0, kind, n, shift), bytes(1, 2 * n, shift), n, shift);
    }
}

/* All halves, and the floats at, around and half-way between them: upper is the bits of a float that both kinds of
 * half hold or nearly hold. */
static void halves_all(void **state)
{
    (void)state;
    enum { N = 65536 };
    static const uint32_t steps[] = {0, 1, 0xfff, 0x1000, 0x1001, 0x1fff, 0x7fff, 0x8000, 0x8001, 0xffff};
    uint8_t *all = guard_input(&ins[1], 2 * N, 0);
    float *x = guard_input(&ins[0], 4 * N, 0);
    for (uint32_t h = 0; h < N; h++) qsi_put16(all + 2 * h, (uint16_t)h);
    for (size_t s = 0; s < COUNT(steps); s++) {
        for (uint32_t h = 0; h < N; h++) x[h] = qsi_bits_float((h << 16) + steps[s]);
        ABOUT("all bf16 + %x", steps[s]);
        check_halves(x, all, N, 0);
        ref->f16_decode(all, N, x);
        for (uint32_t h = 0; h < N; h++) x[h] = qsi_bits_float(qsi_float_bits(x[h]) + steps[s]);
        ABOUT("all f16 + %x", steps[s]);
        check_halves(x, all, N, 0);
    }
    for (uint32_t h = 0; h + 1 < 2 * 0x400; h++) { /* half-way between subnormals, whose steps are 2^-24 */
        x[3 * h] = (float)(2 * h + 1) * 0x1p-25F;
        x[3 * h + 1] = qsi_bits_float(qsi_float_bits(x[3 * h]) - 1);
        x[3 * h + 2] = qsi_bits_float(qsi_float_bits(x[3 * h]) + 1);
    }
    ABOUT("between subnormal halves");
    check_halves(x, all, N, 0);
}

static void signs(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * KINDS * 4; l++) {
        size_t n = length_at(l / 4 % LENGTHS), shift = l % 3, packed = (n + 7) / 8;
        int kind = (int)(l / 4 / LENGTHS);
        const float *x = floats(0, kind, n, shift), *threshold = l % 2 ? floats(1, kind, n, 0) : NULL;
        const uint8_t *codes = bytes(2, packed, shift);
        ABOUT("n %zu, kind %d", n, kind);
        uint32_t most = ref->binary_encode(x, threshold, n, expected);
        assert_int_equal(most, ref->absmax(x, n));
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, packed, shift);
            if (k->binary_encode(x, threshold, n, got) != most) fail_msg("%s binary's absmax, %s", k->name, about);
            same_bytes(k, "binary_encode", got, packed);
        }
        ref->binary_decode(codes, n, (float *)expected);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * n, 4 * shift);
            k->binary_decode(codes, n, got);
            same_floats(k, "binary_decode", got, n);
        }
    }
}

static void copies(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * 4; l++) {
        size_t n = length_at(l / 4), from = l % 4, to = l % 7;
        const uint8_t *x = bytes(0, n, from);
        ABOUT("n %zu", n);
        ref->copy(x, n, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, n, to);
            k->copy(x, n, got);
            same_bytes(k, "copy", got, n);
        }
    }
}

int main(void)
{
    parity_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges),        cmocka_unit_test(ranges_of_dims), cmocka_unit_test(grids),
        cmocka_unit_test(grids_of_dims), cmocka_unit_test(feedback),       cmocka_unit_test(packing),
        cmocka_unit_test(halves),        cmocka_unit_test(halves_all),     cmocka_unit_test(signs),
        cmocka_unit_test(copies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
