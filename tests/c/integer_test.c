/*
 * Integer codecs, every combination of options, against a plain model of the rules written here: scales, zero
 * points and lows from the definition, bytes read bit by bit, each value as near as its grid allows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 4, MOST = 100 };

typedef enum map { NARROW, FULL, SIGNED, UNSIGNED, OFFSET, MAPS } map;
typedef enum per { ROW, TENSOR, DIM, BLOCK32, BLOCK5, PERS } per;
typedef enum rounding { EVEN, AWAY, TRUNC, STOCHASTIC, ROUNDINGS } rounding;
typedef enum scale_type { F32, F16, BF16, TYPES } scale_type;

typedef struct combination {
    int bits;
    map map;
    per per;
    rounding round;
    scale_type type;
    bool given; /* lo -1.5, hi 2 */
    char spec[128];
} combination;

static void write_spec(combination *c)
{
    static const char *const maps[] = {"sym", "sym,levels=full", "affine", "affine,codes=unsigned", "offset"};
    static const char *const pers[] = {"row", "tensor", "dim", "block", "block,block=5"};
    static const char *const rounds[] = {"even", "away", "trunc", "stochastic,seed=9"};
    static const char *const types[] = {"f32", "f16", "bf16"};
    snprintf(c->spec, sizeof c->spec, "int%d:map=%s,per=%s,round=%s,scale=%s%s", c->bits, maps[c->map],
             pers[c->per], rounds[c->round], types[c->type], c->given ? ",range=given,lo=-1.5,hi=2" : "");
}

/* ---- half floats, from their definition */

static float half_value(uint16_t h)
{
    float sign = h >> 15 ? -1.0F : 1.0F;
    int exponent = h >> 10 & 31, mantissa = h & 1023;
    if (exponent == 31) return mantissa ? NAN : sign * INFINITY;
    return sign * (exponent ? ldexpf((float)(1024 + mantissa), exponent - 25) : ldexpf((float)mantissa, -24));
}

static float brain_value(uint16_t h)
{
    uint32_t bits = (uint32_t)h << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The stored value nearest to x, by a search over all codes of its type; of two as near the even code. */
static float store(scale_type type, float x)
{
    if (type == F32) return x;
    uint16_t low = 0, high = type == F16 ? 0x7c00 : 0x7f80; /* the codes of positive values are in their order */
    double size = fabs((double)x), least, most;
    while (high - low > 1) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if ((double)(type == F16 ? half_value(middle) : brain_value(middle)) <= size)
            low = middle;
        else
            high = middle;
    }
    least = (double)(type == F16 ? half_value(low) : brain_value(low));
    most = high == 0x7c00 && type == F16 ? 65536
           : high == 0x7f80              ? 0x1p128
                                         : (double)(type == F16 ? half_value(high) : brain_value(high));
    bool up = size - least > most - size || (size - least == most - size && high % 2 == 0);
    float value = type == F16 ? half_value(up ? high : low) : brain_value(up ? high : low);
    return copysignf(value, x);
}

/* ---- the rules */

typedef struct grid {
    int qmin, qmax, zero;
    float scale, low;
    bool fails;
} grid;

static grid rule(const combination *c, float lo, float hi)
{
    int codes = 1 << c->bits, half = codes / 2;
    grid g = {.qmin = c->map == NARROW ? 1 - half : c->map < UNSIGNED ? -half : 0};
    g.qmax = c->map < UNSIGNED ? half - 1 : codes - 1;
    if (c->given) {
        lo = -1.5F;
        hi = 2;
    }
    float absmax = fmaxf(-lo, hi), least = c->type == F16 ? 0x1p-24F : 0x1p-126F, levels = (float)(codes - 1);
    if (c->map == SIGNED || c->map == UNSIGNED) {
        lo = fminf(lo, 0);
        hi = fmaxf(hi, 0);
    }
    if (c->map == NARROW) g.scale = absmax / (float)g.qmax;
    if (c->map == FULL) g.scale = absmax / (levels / 2);
    if (c->map > FULL) g.scale = (hi - lo) / levels;
    if (c->map == FULL || c->map == SIGNED || c->map == UNSIGNED) g.scale = fmaxf(g.scale, 0x1p-23F);
    bool some = g.scale > 0;
    g.scale = store(c->type, g.scale);
    if (some) g.scale = fmaxf(g.scale, least);
    if (c->map == OFFSET) g.low = store(c->type, lo);
    if (c->map == SIGNED || c->map == UNSIGNED)
        g.zero = (int)fminf(fmaxf((float)g.qmin - nearbyintf(lo / g.scale), (float)g.qmin), (float)g.qmax);
    g.fails = !isfinite(g.scale) || !isfinite(g.low);
    return g;
}

/* Where the values begin that share the grid of value i: its block, its row, its column or all. */
static size_t group_begin(const combination *c, size_t dim, size_t i)
{
    size_t length = c->per == BLOCK32 ? 32 : c->per == BLOCK5 ? 5 : dim;
    return c->per == TENSOR ? 0 : c->per == DIM ? i % dim : i / dim * dim + i % dim / length * length;
}

/* The grid of each value; whether one of them cannot be. */
static bool all_grids(const combination *c, const float *rows, size_t dim, grid *grids)
{
    float lo[ROWS * MOST], hi[ROWS * MOST];
    bool fails = false;
    for (size_t i = 0; i < ROWS * dim; i++) {
        size_t g = group_begin(c, dim, i);
        lo[g] = g == i ? rows[i] : fminf(lo[g], rows[i]);
        hi[g] = g == i ? rows[i] : fmaxf(hi[g], rows[i]);
    }
    for (size_t i = 0; i < ROWS * dim; i++) {
        size_t g = group_begin(c, dim, i);
        grids[i] = g == i ? rule(c, lo[i], hi[i]) : grids[g];
        fails |= grids[i].fails;
    }
    return fails;
}

static size_t groups_of(const combination *c, size_t dim)
{
    return c->per == BLOCK32 ? (dim + 31) / 32 : c->per == BLOCK5 ? (dim + 4) / 5 : 1;
}

static size_t expected_row_bytes(const combination *c, size_t dim)
{
    static const size_t type_bytes[] = {4, 2, 2};
    size_t padded = c->per == BLOCK32 ? (dim + 31) / 32 * 32 : c->per == BLOCK5 ? (dim + 4) / 5 * 5 : dim;
    size_t each = type_bytes[c->type] + (c->map == OFFSET ? type_bytes[c->type] : c->map >= SIGNED ? 1 : 0);
    return (padded * (size_t)c->bits + 7) / 8 + (c->per == TENSOR || c->per == DIM ? 0 : groups_of(c, dim) * each);
}

static int code_at(const combination *c, const uint8_t *row, size_t d)
{
    int code = 0;
    for (size_t b = 0; b < (size_t)c->bits; b++) {
        size_t bit = d * (size_t)c->bits + b;
        code |= (row[bit / 8] >> bit % 8 & 1) << b;
    }
    return c->map < UNSIGNED && code >> (c->bits - 1) ? code - (1 << c->bits) : code;
}

static double level(const combination *c, const grid *g, int q)
{
    return c->map == OFFSET ? (double)g->low + (double)g->scale * q : (double)g->scale * (q - g->zero);
}

static void check_value(const combination *c, const grid *g, float x, int q, float decoded)
{
    if (q < g->qmin || q > g->qmax) fail_msg("%s: code %d of %a", c->spec, q, (double)x);
    double wanted = level(c, g, q), size = fmax(fabs(wanted), fmax(fabs((double)x), fabs((double)g->low)));
    double slack = size * 4 * (double)FLT_EPSILON + (double)g->scale * 4e-5 + 0x1p-148; /* x * inv in float32 */
    if (fabs(wanted - (double)decoded) > slack)
        fail_msg("%s: %a is no level but near %a", c->spec, (double)decoded, wanted);
    /* As near as the nearest of all levels; or within a step of x, clamped to them. */
    double ends[2] = {level(c, g, g->qmin), level(c, g, g->qmax)};
    double clamped = fmin(fmax((double)x, ends[0]), ends[1]), error = fabs((double)decoded - clamped);
    double bound = (double)g->scale * (c->round == EVEN || c->round == AWAY ? 0.5 : 1);
    if (error > bound + slack)
        fail_msg("%s: %a becomes %a, further than %a", c->spec, (double)x, (double)decoded, bound);
    double from = c->map == OFFSET ? (double)g->low : 0; /* trunc goes toward it */
    if (c->round == TRUNC && fabs((double)decoded - from) > fabs((double)x - from) + slack && clamped == (double)x)
        fail_msg("%s: %a becomes %a, away from %a", c->spec, (double)x, (double)decoded, from);
}

/* ---- data */

enum { NORMAL, ZERO, CONSTANT, TINY, HUGE_ONE, ABOVE, BELOW, KINDS };

static void fill(int kind, size_t dim, uint64_t seed, float *rows)
{
    random_state r = random_from(seed);
    for (size_t i = 0; i < ROWS * dim; i++) {
        float x = random_normal(&r);
        switch (kind) {
        case NORMAL: rows[i] = x; break;
        case ZERO: rows[i] = i % 2 ? 0 : -0.0F; break;
        case CONSTANT: rows[i] = 3.7F; break;
        case TINY: rows[i] = x * 0x1p-140F; break;
        case HUGE_ONE: rows[i] = i % 7 ? x : 2e38F; break;
        case ABOVE: rows[i] = 10 + fabsf(x); break;
        default: rows[i] = -10 - fabsf(x);
        }
    }
}

static void check_ledger(const combination *c, size_t dim)
{
    char *plan = TEXT_OF(qs_plan_json, c->spec, ROWS, (double)dim);
    size_t row_bytes = expected_row_bytes(c, dim), each = c->type == F32 ? 4 : 2;
    double sum = number_of(plan, "codes") + number_of(plan, "scales") + number_of(plan, "zeros") +
                 number_of(plan, "padding");
    assert_true(sum == (double)(ROWS * row_bytes));
    double shared = c->per == TENSOR ? 1 : c->per == DIM ? (double)dim : 0;
    double params = shared * (double)(each + (c->map == OFFSET ? each : c->map >= SIGNED ? 1 : 0));
    assert_true(number_of(plan, "params") == params && number_of(plan, "total") == sum + params);
    assert_true(number_of(plan, "codes") == (double)(ROWS * ((dim * (size_t)c->bits + 7) / 8)));
    assert_float_equal(number_of(plan, "bits_per_value") * ROWS * (double)dim / 8 / (sum + params), 1, 1e-5);
    free(plan);
}

/* What was decoded is coded as itself, where all rows share one grid and rounding is to the nearest. */
static void check_again(const combination *c, const qs_codec *codec, const float *decoded, const uint8_t *codes)
{
    uint8_t again[ROWS * 4 * MOST];
    if (c->per == ROW || c->per >= BLOCK32 || c->round > AWAY) return;
    assert_int_equal(qs_codec_encode(codec, 0, decoded, ROWS, again), QS_OK);
    if (memcmp(again, codes, ROWS * qs_codec_row_bytes(codec)))
        fail_msg("%s: decoded rows have other codes", c->spec);
}

static void check_case(const combination *c, int kind, size_t dim)
{
    float rows[ROWS * MOST], decoded[ROWS * MOST];
    fill(kind, dim, dim * 100 + (size_t)kind, rows);
    grid grids[ROWS * MOST];
    bool fails = all_grids(c, rows, dim, grids);
    qs_codec *codec = fit_codec(c->spec, dim, rows, ROWS);
    if (codec) assert_int_equal(qs_codec_row_bytes(codec), expected_row_bytes(c, dim));
    uint8_t codes[ROWS * 4 * MOST];
    int status = codec ? qs_codec_encode(codec, 0, rows, ROWS, codes) : QS_E_DATA;
    if ((status != QS_OK) != fails) fail_msg("%s, kind %d, dim %zu: status %d", c->spec, kind, dim, status);
    if (status) {
        check_error(QS_E_DATA, "scale");
        qs_codec_close(codec);
        return;
    }
    assert_int_equal(qs_codec_decode(codec, codes, ROWS, decoded), QS_OK);
    for (size_t i = 0; i < ROWS * dim; i++) {
        const uint8_t *row = codes + i / dim * qs_codec_row_bytes(codec);
        check_value(c, &grids[i], rows[i], code_at(c, row, i % dim), decoded[i]);
    }
    size_t used = dim * (size_t)c->bits; /* what fills the codes up is zeros */
    size_t filled = c->per >= BLOCK32 ? groups_of(c, dim) * (c->per == BLOCK32 ? 32 : 5) * (size_t)c->bits : used;
    for (size_t bit = used; bit < (filled + 7) / 8 * 8; bit++) assert_int_equal(codes[bit / 8] >> bit % 8 & 1, 0);
    check_again(c, codec, decoded, codes);
    qs_codec_close(codec);
}

static void run_bits(int bits)
{
    static const size_t dims[] = {1, 3, 31, 32, 33, 100};
    size_t turn = (size_t)bits; /* data and dims take turns, so that all meet all */
    combination c = {.bits = bits};
    for (c.map = 0; c.map < MAPS; c.map++)
        for (c.per = 0; c.per < PERS; c.per++)
            for (c.round = 0; c.round < ROUNDINGS; c.round++)
                for (c.type = 0; c.type < TYPES; c.type++)
                    for (int given = 0; given < 2; given++) {
                        c.given = given;
                        write_spec(&c);
                        check_ledger(&c, dims[turn % 6]);
                        for (int i = 0; i < 5; i++, turn++) check_case(&c, (int)(turn % KINDS), dims[turn % 6]);
                    }
}

static void test_int2(void **state)
{
    (void)state;
    run_bits(2);
}
static void test_int3(void **state)
{
    (void)state;
    run_bits(3);
}
static void test_int4(void **state)
{
    (void)state;
    run_bits(4);
}
static void test_int5(void **state)
{
    (void)state;
    run_bits(5);
}
static void test_int6(void **state)
{
    (void)state;
    run_bits(6);
}
static void test_int7(void **state)
{
    (void)state;
    run_bits(7);
}
static void test_int8(void **state)
{
    (void)state;
    run_bits(8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_int2), cmocka_unit_test(test_int3), cmocka_unit_test(test_int4),
        cmocka_unit_test(test_int5), cmocka_unit_test(test_int6), cmocka_unit_test(test_int7),
        cmocka_unit_test(test_int8),
    };
    return cmocka_run_group_tests_name("integer", tests, NULL, NULL);
}
