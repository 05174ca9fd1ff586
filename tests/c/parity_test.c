/*
 * Every kernel of every backend against the reference, bit for bit: lengths around all vector widths, every
 * alignment, the end of memory right behind inputs and outputs, and values of every kind. A backend that this
 * processor lacks is not in the list, which is printed.
 */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/random.h"
#include "base/status.h"
#include "guard.h"
#include "kernels/kernels.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define MOST 70000 /* values in the longest case */

static const uint64_t seed = 20240229;
static guard ins[5], out;
static _Alignas(64) uint8_t expected[4 * MOST];

/* ----------------------------------------------------------------------------------------------------- inputs */

enum { NORMAL, SPECIAL, TIES, ANY, KINDS };

static float special(uint64_t r)
{
    static const uint32_t bits[] = {
        0,          0x80000000, 1,          0x80000001, 0x007fffff, 0x807fffff, 0x00800000, 0x3f800000, 0xbf800000,
        0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000, 0xffc00000, 0x7f800001, 0xff812345, 0x7fffffff,
        0x3effffff, 0x3f000000, 0x3f000001, 0x4affffff, 0x4b000000, 0x4b7fffff, 0xcb000001, 0x4f000000, 0xcf000000,
        0x4b400000, 0x47800000, 0x477fefff, 0x477ff000, 0x33000000, 0x33000001, 0x387fffff, 0x38800000,
    };
    return qsi_bits_float(bits[r % COUNT(bits)]);
}

/* Value i of a kind: bell-shaped of deviation 1, odd bit patterns, halves between whole numbers, or any bits. */
static float value(int kind, uint64_t salt, size_t i)
{
    uint64_t r = qsi_random(seed + salt, i);
    if (kind == SPECIAL && (r >> 40) % 3 != 0) return special(r);
    if (kind == TIES) return (float)((int32_t)(r % 1201) - 600) * 0.5F;
    if (kind == ANY) return qsi_bits_float((uint32_t)r);
    float sum = 0;
    for (int part = 0; part < 4; part++) sum += (float)(r >> (16 * part) & 0xffff) * 0x1p-16F - 0.5F;
    return sum * 1.7F;
}

/* n floats that end shift values before the end of memory. */
static float *floats(int slot, int kind, size_t n, size_t shift)
{
    float *x = guard_input(&ins[slot], n * sizeof *x, shift * sizeof *x);
    for (size_t i = 0; i < n; i++) x[i] = value(kind, (uint64_t)slot, i);
    return x;
}
static uint8_t *bytes(int slot, size_t n, size_t shift)
{
    uint8_t *p = guard_input(&ins[slot], n, shift);
    for (size_t i = 0; i < n; i++) p[i] = (uint8_t)qsi_random(seed + 100 + (uint64_t)slot, i);
    return p;
}

/* 0 ... 67, 1000 ... 1040, and a few beyond what a score takes at a time */
static size_t length_at(size_t i)
{
    static const size_t more[] = {2047, 2048, 2049, 3000};
    return i < 68 ? i : i < 109 ? 1000 + i - 68 : more[i - 109];
}
#define LENGTHS 113

#define EACH_BACKEND(k)                                                                 \
    for (const qsi_kernels *const *at = qsi_kernels_all(), *k; (k = *at) != NULL; at++) \
        if (k->available())

/* --------------------------------------------------------------------------------------------------- verdicts */

static const qsi_kernels *ref;
static char about[160]; /* the case, for a failure's words */

#define ABOUT(...) snprintf(about, sizeof about, __VA_ARGS__)

static void same_bytes(const qsi_kernels *k, const char *kernel, const void *got, size_t n)
{
    if (memcmp(got, expected, n) == 0 && guard_intact(&out)) return;
    for (size_t i = 0; i < n; i++) {
        uint8_t is = ((const uint8_t *)got)[i];
        if (is != expected[i])
            fail_msg("%s %s, %s: byte %zu is %02x, not %02x", k->name, kernel, about, i, is, expected[i]);
    }
    fail_msg("%s %s, %s: writes outside its output", k->name, kernel, about);
}

static void same_floats(const qsi_kernels *k, const char *kernel, const float *got, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t is = qsi_float_bits(got[i]), should = qsi_get32(expected + 4 * i);
        bool nan = (is & 0x7fffffffU) > 0x7f800000U && (should & 0x7fffffffU) > 0x7f800000U;
        if (is != should && !nan)
            fail_msg("%s %s, %s: value %zu is %08x, not %08x", k->name, kernel, about, i, is, should);
    }
    if (!guard_intact(&out)) fail_msg("%s %s, %s: writes outside its output", k->name, kernel, about);
}

/* ------------------------------------------------------------------------------------------------------ tests */

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

/* One grid and one length, by all backends. */
static void check_grid(const qsi_grid *grid, const float *x, const uint8_t *codes, size_t n, size_t shift)
{
    ref->quantize(grid, x, n, expected);
    EACH_BACKEND(k)
    {
        uint8_t *got = guard_output(&out, n, shift);
        k->quantize(grid, x, n, got);
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

/* Symmetric, affine and offset; 2 to 8 bits, signed and unsigned; no scale at all, and scales beyond reason. */
static const grid_case cases[] = {
    {1.0F / 127, 0, 0, -127, 127}, {1.0F / 128, 0, 0, -128, 127},
    {0.5F, 0, 0, -7, 7},           {1, 0, 0, -1, 1},
    {0.25F, 0, 0, -2, 1},          {0.03F, 0, 77, 0, 255},
    {0.03F, 0, -51, -128, 127},    {0.1F, 0, 9, 0, 63},
    {0.2F, 0, -3, -16, 15},        {0.4F, 0, 255, 0, 255},
    {0.4F, 0, -128, -128, 127},    {0.01F, -1.3F, 0, 0, 255},
    {0.1F, -1.3F, 0, 0, 31},       {0.6F, 0.7F, 0, 0, 3},
    {0, 0, 0, -127, 127},          {0, 0.25F, 5, 0, 15},
    {0x1p-126F, 0, 0, -128, 127},  {0x1p120F, -0x1p127F, 0, 0, 255},
    {1, 0, -1, -128, 127},         {0.02F, 0, 255, -128, 127},
    {0.02F, 0, -128, 0, 255},
};

static void grids(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * COUNT(cases) * 4; l++) {
        size_t n = length_at(l / 4 % LENGTHS), shift = (l + l / 7) % 4;
        const grid_case *c = &cases[l / 4 / LENGTHS];
        float inv = c->scale != 0 ? 1 / c->scale : 0;
        qsi_grid grid = {.scale = &c->scale,
                         .inv = &inv,
                         .lo = &c->lo,
                         .zero = &c->zero,
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

/* A grid that differs from value to value; the arrays, too, end where memory does. */
static void grids_of_each(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * 4 * 3; l++) {
        size_t n = length_at(l / 12), shift = l % 4;
        const grid_case *c = &cases[l % COUNT(cases)];
        float *scale = floats(2, (int)(l % 3), n, shift), *inv = floats(3, (int)(l / 2 % 3), n, 0);
        int32_t *zero = guard_input(&ins[4], n * 4, 0);
        for (size_t i = 0; i < n; i++) zero[i] = (int32_t)qsi_random_below(seed, i, 384) - 128;
        qsi_grid grid = {.scale = scale,
                         .inv = inv,
                         .lo = scale,
                         .zero = zero,
                         .each = true,
                         .qmin = c->qmin,
                         .qmax = c->qmax,
                         .round = (qsi_round)(l / 3 % 4),
                         .seed = l};
        ABOUT("n %zu, each, case %d, round %d", n, (int)(c - cases), grid.round);
        check_grid(&grid, floats(0, (int)(l % KINDS), n, shift), bytes(1, n, shift), n, shift);
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
        ref->binary_encode(x, threshold, n, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, packed, shift);
            k->binary_encode(x, threshold, n, got);
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
    }
    ref->distances(q, nq, x, rows, n, (float *)expected, stride);
    EACH_BACKEND(k)
    {
        float *got = guard_output(&out, 4 * span, 4 * shift);
        memset(got, GUARD_CANARY, 4 * span);
        k->distances(q, nq, x, rows, n, got, stride);
        same_floats(k, "distances", got, span);
    }
    ref->dots_i8((const int8_t *)p, nq, (const int8_t *)r, rows, n, (int32_t *)expected, stride);
    EACH_BACKEND(k)
    {
        int32_t *got = guard_output(&out, 4 * span, 4 * shift);
        memset(got, GUARD_CANARY, 4 * span);
        k->dots_i8((const int8_t *)p, nq, (const int8_t *)r, rows, n, got, stride);
        same_bytes(k, "dots_i8", got, 4 * span);
    }
    ref->hammings(p, nq, r, rows, n, (uint32_t *)expected, stride);
    EACH_BACKEND(k)
    {
        uint32_t *got = guard_output(&out, 4 * span, 4 * shift);
        memset(got, GUARD_CANARY, 4 * span);
        k->hammings(p, nq, r, rows, n, got, stride);
        same_bytes(k, "hammings", got, 4 * span);
    }
}

static void scores(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS; l++) {
        size_t n = length_at(l);
        for (int kind = 0; kind < KINDS; kind++) check_scores(3, 5, n, kind, l % 4, 5 + l % 3);
    }
    for (size_t nq = 0; nq <= 9; nq++) {
        for (size_t rows = 0; rows <= 9; rows++)
            check_scores(nq, rows, 5 * nq + 13 * rows, NORMAL, nq % 4, rows + 1);
    }
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

int main(void)
{
    for (size_t i = 0; i < COUNT(ins); i++) ins[i] = guard_open(4 * MOST);
    out = guard_open(4 * MOST);
    ref = qsi_kernels_ref();
    printf("backends:");
    EACH_BACKEND(k) printf(" %s", k->name);
    printf("\n");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges),         cmocka_unit_test(ranges_of_dims), cmocka_unit_test(grids),
        cmocka_unit_test(grids_of_each),  cmocka_unit_test(packing),        cmocka_unit_test(halves),
        cmocka_unit_test(halves_all),     cmocka_unit_test(signs),          cmocka_unit_test(scores),
        cmocka_unit_test(scores_extreme), cmocka_unit_test(choice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
