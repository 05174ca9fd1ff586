/*
 * The reference kernels against small truths that do not come from them: values worked out by hand, and half floats
 * by their definition as sign * mantissa * 2^exponent. All other kernels are compared with the reference alone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "base/random.h"
#include "kernels/kernels.h"

static const qsi_kernels *ref;
#define COUNT(list) (sizeof(list) / sizeof *(list))

/* ----------------------------------------------------------------------------------------------------- ranges */

static void ranges(void **state)
{
    (void)state;
    const float x[] = {0.5F, -0.0F, -3, 2, 0};
    int32_t lo, hi;
    assert_int_equal(ref->absmax(x, 5), 0x40400000);
    assert_int_equal(ref->absmax(x, 0), 0);
    ref->minmax(x, 5, &lo, &hi);
    assert_int_equal(qsi_unordered(lo), 0xc0400000);
    assert_int_equal(qsi_unordered(hi), 0x40000000);
    ref->minmax(x + 1, 1, &lo, &hi);
    assert_int_equal(qsi_unordered(hi), 0x80000000);
    assert_true(qsi_ordered(0x80000000) < qsi_ordered(0));
    ref->minmax(x, 0, &lo, &hi);
    assert_true(lo == INT32_MAX && hi == INT32_MIN);

    const float odd[] = {1, NAN, INFINITY, -INFINITY};
    assert_true(ref->absmax(odd, 4) > 0x7f800000);
    assert_int_equal(ref->absmax(odd + 2, 2), 0x7f800000);
    ref->minmax(odd, 4, &lo, &hi);
    assert_int_equal(qsi_unordered(lo), 0xff800000);
    assert_true(qsi_unordered(hi) > 0x7f800000);

    int32_t los[2] = {INT32_MAX, 0}, his[2] = {INT32_MIN, 0};
    const float rows[] = {1, 4, -2, 5, 3, -6};
    ref->minmax_dims(rows, 3, 2, los, his);
    assert_true(qsi_bits_float(qsi_unordered(los[0])) == -2 && qsi_bits_float(qsi_unordered(his[0])) == 3);
    assert_true(qsi_bits_float(qsi_unordered(los[1])) == -6 && qsi_bits_float(qsi_unordered(his[1])) == 5);
}

/* ------------------------------------------------------------------------------------------------------ codes */

static void rounding(void **state)
{
    (void)state;
    static const struct {
        float x;
        int even, away, trunc;
    } truths[] = {
        {0.5F, 0, 1, 0},           {1.5F, 2, 2, 1},
        {2.5F, 2, 3, 2},           {-0.5F, 0, -1, 0},
        {-1.5F, -2, -2, -1},       {-2.5F, -2, -3, -2},
        {2.4999998F, 2, 2, 2},     {2.5000002F, 3, 3, 2},
        {0.49999997F, 0, 0, 0},    {-3.7F, -4, -4, -3},
        {126.5F, 126, 127, 126},   {127.5F, 127, 127, 127},
        {-0.0F, 0, 0, 0},          {1e9F, 127, 127, 127},
        {-1e9F, -128, -128, -128}, {8388609, 127, 127, 127},
        {INFINITY, 127, 127, 127}, {-INFINITY, -128, -128, -128},
        {NAN, -128, -128, -128},   {-128.5F, -128, -128, -128},
        {-1e-40F, 0, 0, 0},
    };
    float one = 1, none = 0;
    int32_t zero = 0;
    qsi_grid grid = {
        .scale = &one, .inv = &one, .lo = &none, .zero = &zero, .entries = 1, .qmin = -128, .qmax = 127};
    for (size_t i = 0; i < COUNT(truths); i++) {
        int should[] = {truths[i].even, truths[i].away, truths[i].trunc};
        for (int round = QSI_EVEN; round <= QSI_TRUNC; round++) {
            uint8_t code;
            grid.round = (qsi_round)round;
            ref->quantize(&grid, &truths[i].x, 1, &code);
            if ((int8_t)code != should[round])
                fail_msg("%g, round %d: %d, not %d", truths[i].x, round, (int8_t)code, should[round]);
        }
    }
}

static void maps(void **state)
{
    (void)state;
    const float x[] = {-1.5F, -0.25F, 0, 0.75F, 3};
    float values[5], scale = 0.25F, inv = 4, lo = -1;
    int32_t zero = 3;
    uint8_t codes[5];
    qsi_grid grid = {.scale = &scale, .inv = &inv, .lo = &lo, .zero = &zero, .entries = 1, .qmin = 0, .qmax = 15};
    ref->quantize(&grid, x, 5, codes);
    assert_memory_equal(codes, ((uint8_t[]){1, 6, 7, 10, 15}), 5);
    ref->dequantize(&grid, codes, 5, values);
    assert_memory_equal(values, ((float[]){-1.5F, -0.25F, 0, 0.75F, 2}), sizeof values);

    inv = 0, scale = 0; /* a constant: all codes are that of lo */
    ref->quantize(&grid, x, 5, codes);
    assert_memory_equal(codes, ((uint8_t[]){3, 3, 3, 3, 3}), 5);
    ref->dequantize(&grid, codes, 5, values);
    assert_memory_equal(values, ((float[]){-1, -1, -1, -1, -1}), sizeof values);

    const float each_scale[] = {1, 2}, each_inv[] = {1, 0.5F}, each_lo[] = {0, 10};
    const int32_t each_zero[] = {-128, 127};
    qsi_grid each = {.scale = each_scale,
                     .inv = each_inv,
                     .lo = each_lo,
                     .zero = each_zero,
                     .entries = 2,
                     .qmin = -128,
                     .qmax = 127};
    ref->quantize(&each, (float[]){5, 4}, 2, codes);
    assert_memory_equal(codes, ((uint8_t[]){(uint8_t)-123, 124}), 2);
    ref->dequantize(&each, codes, 2, values);
    assert_true(values[0] == 5 && values[1] == 4);
}

/* Either neighbour, the upper one as often as the value is above the lower; any split draws the same. */
static void stochastic(void **state)
{
    (void)state;
    enum { N = 100000 };
    static float x[N];
    static uint8_t codes[N], split[N];
    float one = 1, none = 0;
    int32_t zero = 0;
    qsi_grid grid = {.scale = &one,
                     .inv = &one,
                     .lo = &none,
                     .zero = &zero,
                     .entries = 1,
                     .qmin = -128,
                     .qmax = 127,
                     .round = QSI_STOCHASTIC,
                     .seed = 7,
                     .counter = 1000};
    for (size_t i = 0; i < N; i++) x[i] = -2.25F;
    ref->quantize(&grid, x, N, codes);
    double up = 0;
    for (size_t i = 0; i < N; i++) {
        assert_true((int8_t)codes[i] == -3 || (int8_t)codes[i] == -2);
        up += (int8_t)codes[i] == -2;
    }
    assert_true(fabs(up / N - 0.75) < 0.01);
    ref->quantize(&grid, x, 333, split);
    grid.counter += 333;
    ref->quantize(&grid, x + 333, N - 333, split + 333);
    assert_memory_equal(codes, split, N);
    grid.seed = 8;
    ref->quantize(&grid, x, N, split);
    assert_memory_not_equal(codes, split, N);
    const float odd[] = {4, NAN, INFINITY, -INFINITY, 127.9F};
    ref->quantize(&grid, odd, 5, codes);
    assert_memory_equal(codes, ((uint8_t[]){4, 0x80, 0x7f, 0x80, 0x7f}), 5);
}

static void packing(void **state)
{
    (void)state;
    uint8_t packed[8], codes[8];
    ref->pack((uint8_t[]){1, 2, 3, 4, 0xf5}, 5, 4, packed);
    assert_memory_equal(packed, ((uint8_t[]){0x21, 0x43, 0x05}), 3);
    ref->pack((uint8_t[]){1, 2, 3, 4}, 4, 3, packed); /* 1 + 2 * 8 + 3 * 64 + 4 * 512 = 0x8d1 */
    assert_memory_equal(packed, ((uint8_t[]){0xd1, 0x08}), 2);
    ref->pack((uint8_t[]){1, 0, 1, 1, 0, 0, 0, 0, 1}, 9, 1, packed);
    assert_memory_equal(packed, ((uint8_t[]){0x0d, 0x01}), 2);
    ref->pack((uint8_t[]){0x80, 0xff}, 2, 8, packed);
    assert_memory_equal(packed, ((uint8_t[]){0x80, 0xff}), 2);

    ref->unpack((uint8_t[]){0xd1, 0x08}, 4, 3, false, codes);
    assert_memory_equal(codes, ((uint8_t[]){1, 2, 3, 4}), 4);
    ref->unpack((uint8_t[]){0xd1, 0x08}, 4, 3, true, codes);
    assert_memory_equal(codes, ((uint8_t[]){1, 2, 3, 0xfc}), 4);
    for (unsigned bits = 1; bits <= 8; bits++) {
        uint8_t some[8];
        for (int i = 0; i < 8; i++) some[i] = (uint8_t)((37 * i + 11) & ((1 << bits) - 1));
        ref->pack(some, 8, bits, packed);
        ref->unpack(packed, 8, bits, false, codes);
        assert_memory_equal(codes, some, 8);
    }
}

/* ----------------------------------------------------------------------------------------------- half floats */

/* What a half of exponent_bits and mantissa_bits means; infinity's is the power beyond the greatest. */
static double half_value(uint32_t half, int exponent_bits, int mantissa_bits)
{
    int bias = (1 << (exponent_bits - 1)) - 1, exponent = (int)(half >> mantissa_bits) & ((1 << exponent_bits) - 1);
    int mantissa = (int)half & ((1 << mantissa_bits) - 1);
    if (exponent > 0) mantissa += 1 << mantissa_bits;
    double size = ldexp(mantissa, (exponent > 0 ? exponent : 1) - bias - mantissa_bits);
    return half & 0x8000 ? -size : size;
}

typedef struct half_kind {
    int exponent_bits, mantissa_bits;
    void (*encode)(const float *x, size_t n, uint8_t *halves);
    void (*decode)(const uint8_t *halves, size_t n, float *x);
} half_kind;

static uint32_t encode_one(const half_kind *kind, float x)
{
    uint8_t half[2];
    kind->encode(&x, 1, half);
    return qsi_get16(half);
}

/* All halves; then floats at, around and half-way between each and the next: the nearer one, or the even of both.
 */
static void check_half_kind(const half_kind *kind)
{
    uint32_t infinity = 0x8000 - (1U << kind->mantissa_bits);
    for (uint32_t half = 0; half < 0x10000; half++) {
        uint8_t bytes[2];
        float x;
        qsi_put16(bytes, (uint16_t)half);
        kind->decode(bytes, 1, &x);
        uint32_t size = half & 0x7fff;
        if (size > infinity)
            assert_true(isnan(x));
        else if (size == infinity)
            assert_true(isinf(x) && (x < 0) == (half > 0x8000));
        else
            assert_true(x == half_value(half, kind->exponent_bits, kind->mantissa_bits));
        if (size <= infinity) assert_int_equal(encode_one(kind, x), half);
        if (size >= infinity) continue;

        double low = half_value(size, kind->exponent_bits, kind->mantissa_bits);
        double high = half_value(size + 1, kind->exponent_bits, kind->mantissa_bits), middle = (low + high) / 2;
        uint32_t sign = half & 0x8000, even = size + (size & 1);
        float at = (float)middle; /* exact: a half holds fewer bits than a float, but below bf16's least */
        if ((double)at != middle) continue;
        float below = nextafterf(at, 0), above = nextafterf(at, INFINITY);
        assert_int_equal(encode_one(kind, sign ? -at : at), sign | even);
        assert_int_equal(encode_one(kind, sign ? -below : below), sign | size);
        assert_int_equal(encode_one(kind, sign ? -above : above), sign | (size + 1));
    }
    assert_int_equal(encode_one(kind, 0x1.fffffep127F), infinity);
    assert_int_equal(encode_one(kind, -0.0F), 0x8000);
}

static void f16(void **state)
{
    (void)state;
    half_kind kind = {5, 10, ref->f16_encode, ref->f16_decode};
    check_half_kind(&kind);
    assert_int_equal(encode_one(&kind, 65504), 0x7bff);
    assert_int_equal(encode_one(&kind, 65519.996F), 0x7bff);
    assert_int_equal(encode_one(&kind, 65520), 0x7c00);
    assert_int_equal(encode_one(&kind, 1e30F), 0x7c00);
    assert_int_equal(encode_one(&kind, 1e-30F), 0);
    assert_int_equal(encode_one(&kind, qsi_bits_float(0x7f812345)), 0x7e00);
    assert_int_equal(encode_one(&kind, qsi_bits_float(0xffffffff)), 0xfe00);
}

static void bf16(void **state)
{
    (void)state;
    half_kind kind = {8, 7, ref->bf16_encode, ref->bf16_decode};
    check_half_kind(&kind);
    assert_int_equal(encode_one(&kind, qsi_bits_float(0x00008000)), 0);
    assert_int_equal(encode_one(&kind, qsi_bits_float(0x00018000)), 2);
    assert_int_equal(encode_one(&kind, qsi_bits_float(0x7f812345)), 0x7fc1);
    assert_int_equal(encode_one(&kind, qsi_bits_float(0xff800001)), 0xffc0);
}

/* ---------------------------------------------------------------------------------------- one bit and scores */

static void signs(void **state)
{
    (void)state;
    const float x[] = {1, -1, 0, -0.0F, NAN, 1e-45F, INFINITY, -2, 3},
                threshold[] = {2, -2, 0, 0, 0, 0, 0, NAN, 2.5F};
    uint8_t bits[2];
    float back[9];
    ref->binary_encode(x, NULL, 9, bits);
    assert_memory_equal(bits, ((uint8_t[]){0x61, 0x01}), 2);
    ref->binary_encode(x, threshold, 9, bits);
    assert_memory_equal(bits, ((uint8_t[]){0x62, 0x01}), 2);
    ref->binary_decode(bits, 9, back);
    assert_memory_equal(back, ((float[]){-1, 1, -1, -1, -1, 1, 1, -1, 1}), sizeof back);
}

static void scores(void **state)
{
    (void)state;
    const float q[] = {1, 2, 3, -1, 0, 1}, x[] = {4, 5, 6, 1, 1, 1};
    float got[6] = {9, 9, 9, 9, 9, 9};
    ref->dots(q, 2, x, 2, 3, got, 3);
    assert_memory_equal(got, ((float[]){32, 6, 9, 2, 0, 9}), sizeof got);
    ref->distances(q, 2, x, 2, 3, got, 3);
    assert_memory_equal(got, ((float[]){27, 5, 9, 75, 5, 9}), sizeof got);
    ref->dots(q, 1, x, 1, 0, got, 1);
    assert_true(got[0] == 0);

    /* Elements 0 and 16 share a sum, where 1 is lost beside 2^26; 8 comes to it when the sums are folded. */
    float far[17] = {[0] = 0x1p26F, [8] = -0x1p26F, [16] = 1}, ones[17];
    for (int i = 0; i < 17; i++) ones[i] = 1;
    ref->dots(far, 1, ones, 1, 17, got, 1);
    assert_true(got[0] == 0);
    float near[17] = {[0] = 0x1p26F, [8] = -0x1p26F, [15] = 1};
    ref->dots(near, 1, ones, 1, 17, got, 1);
    assert_true(got[0] == 1);

    const int8_t a[] = {-128, 127, -1, -128, -128, 0}, b[] = {-128, 127, 5};
    int32_t sums[2];
    ref->dots_i8(b, 1, a, 2, 3, sums, 2);
    assert_true(sums[0] == 16384 + 16129 - 5 && sums[1] == 16384 - 16256);
    const uint8_t c[] = {0xff, 0x00, 0x81}, d[] = {0x0f, 0x10, 0x18};
    uint32_t differ;
    ref->hammings(c, 1, d, 1, 3, &differ, 1);
    assert_int_equal(differ, 4 + 1 + 4);
}

int main(void)
{
    ref = qsi_kernels_ref();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranges),     cmocka_unit_test(rounding), cmocka_unit_test(maps),
        cmocka_unit_test(stochastic), cmocka_unit_test(packing),  cmocka_unit_test(f16),
        cmocka_unit_test(bf16),       cmocka_unit_test(signs),    cmocka_unit_test(scores),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
