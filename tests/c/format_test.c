/*
 * Every code of every format of up to 16 bits, and what floats do at their edges: by the registry's rows against
 * values found here by another way. The bytes of a row and the registry's error bounds: codec_test.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "codec/block.h"
#include "codec/codebook/codebook.h"
#include "codec/codec.h"
#include "codec/small_float.h"
#include "format/minifloat.h"
#include "make.h"
#include "plan/ledger.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const qsi_format *find(const char *name)
{
    const qsi_format *format = qsi_format_find(name, strlen(name));
    if (!format) fail_msg("no format %s", name);
    return format;
}

/* Floats of up to 16 bits, as they are. */
static bool is_narrow_float(const qsi_format *format)
{
    return !strcmp(format->kind, "float") && format->code_bits <= 16;
}

/* The code of one value in a spec. */
static uint32_t code_of(const qs_codec *codec, float x)
{
    uint8_t bytes[4] = {0};
    assert_true(qs_codec_row_bytes(codec) <= 4);
    assert_int_equal(qs_codec_encode(codec, 0, &x, 1, bytes), QS_OK);
    return qsi_get32(bytes);
}

static float value_of(const qs_codec *codec, uint32_t code)
{
    uint8_t bytes[4];
    float x;
    qsi_put32(bytes, code);
    assert_int_equal(qs_codec_decode(codec, bytes, 1, &x), QS_OK);
    return x;
}

static qs_codec *plain(const char *spec)
{
    const float one = 1;
    qs_codec *codec = fit_codec(spec, 1, &one, 1);
    if (!codec) fail_msg("%s cannot be fitted", spec);
    return codec;
}

/* ---- floats */

/* What a code stands for, worked out from its fields in double by repeated doubling. */
static double by_fields(const qsi_format *f, uint32_t code)
{
    unsigned m = f->mantissa_bits, top = (1U << f->exponent_bits) - 1, full = (1U << m) - 1;
    unsigned exponent = code >> m & top, mantissa = code & full;
    bool negative = m && code >> (f->exponent_bits + m) & 1;
    if (exponent == top && f->specials == QSI_IEEE) return mantissa ? NAN : negative ? -INFINITY : INFINITY;
    if (exponent == top && f->specials == QSI_NAN_ONLY && mantissa == full) return NAN;
    double value = mantissa + (exponent || !m ? full + 1.0 : 0);
    int power = (int)(exponent || !m ? exponent : 1) - f->bias - (int)m;
    for (; power > 0; power--) value *= 2;
    for (; power < 0; power++) value /= 2;
    return negative ? -value : value;
}

static void test_every_code_of_floats(void **state)
{
    (void)state;
    size_t formats = 0;
    for (size_t i = 0; i < qsi_format_count(); i++) {
        const qsi_format *f = qsi_format_at(i);
        if (!is_narrow_float(f)) continue;
        qs_codec *codec = plain(f->name);
        qsi_minifloat split = qsi_minifloat_of(f);
        assert_int_equal(f->code_bits, f->exponent_bits + f->mantissa_bits + (f->mantissa_bits > 0));
        for (uint32_t code = 0; code < 1U << f->code_bits; code++) {
            double wanted = by_fields(f, code);
            float x = value_of(codec, code), y = qsi_minifloat_value(&split, code);
            if (isnan(wanted)) {
                assert_true(isnan(x) && isnan(y) &&
                            (f->refuses_nonfinite || isnan(value_of(codec, code_of(codec, x)))));
                continue;
            }
            assert_true((double)x == wanted && !signbit(x) == !signbit(wanted));
            assert_int_equal(qsi_float_bits(x), qsi_float_bits(y));
            if (isinf(x) && f->code_bits < 16) continue; /* it saturates */
            assert_int_equal(code_of(codec, x), code);
            assert_int_equal(qsi_minifloat_code(&split, x, false), code);
        }
        qs_codec_close(codec);
        formats++;
    }
    assert_int_equal(formats, 8);
}

/* Larger codes are larger values, on either side of 0. */
static void test_codes_in_order(void **state)
{
    (void)state;
    for (size_t i = 0; i < qsi_format_count(); i++) {
        const qsi_format *f = qsi_format_at(i);
        if (!is_narrow_float(f)) continue;
        qs_codec *codec = plain(f->name);
        qsi_minifloat split = qsi_minifloat_of(f);
        uint32_t sign = f->mantissa_bits ? 1U << (f->code_bits - 1) : 0;
        for (uint32_t code = 1; code <= qsi_minifloat_most(&split); code++) {
            assert_true(value_of(codec, code) > value_of(codec, code - 1));
            if (sign) assert_true(value_of(codec, sign | code) < value_of(codec, sign | (code - 1)));
        }
        qs_codec_close(codec);
    }
}

static float next_up(float x)
{
    return nextafterf(x, INFINITY);
}

static float next_down(float x)
{
    return nextafterf(x, -INFINITY);
}

/* Half-way between two neighbours goes to the even code, and what is nearer to one of them there; by the codec, and
 * by the definition, with either sign. */
static void test_ties_to_even(void **state)
{
    (void)state;
    for (size_t i = 0; i < qsi_format_count(); i++) {
        const qsi_format *f = qsi_format_at(i);
        if (!is_narrow_float(f) || f->scales_only) continue;
        qs_codec *codec = plain(f->name);
        qsi_minifloat split = qsi_minifloat_of(f);
        uint32_t sign = 1U << (f->code_bits - 1);
        for (uint32_t code = 0; code < qsi_minifloat_most(&split); code++) {
            double low = (double)value_of(codec, code), high = (double)value_of(codec, code + 1);
            double middle = (low + high) / 2;
            float tie = (float)middle;
            if ((double)tie != middle) continue; /* between the least bfloat16 no float32 lies half-way */
            const struct {
                float x;
                uint32_t code;
            } wanted[] = {{tie, code & 1 ? code + 1 : code}, {next_down(tie), code}, {next_up(tie), code + 1}};
            for (size_t w = 0; w < 3; w++) {
                assert_int_equal(code_of(codec, wanted[w].x), wanted[w].code);
                assert_int_equal(code_of(codec, -wanted[w].x), sign | wanted[w].code);
                assert_int_equal(qsi_minifloat_code(&split, wanted[w].x, true), wanted[w].code);
            }
        }
        qs_codec_close(codec);
    }
}

/* The type of scales goes up from half-way; 0 and less have no code of their own. */
static void test_powers(void **state)
{
    (void)state;
    qs_codec *codec = plain("e8m0");
    for (uint32_t code = 1; code < 254; code++) {
        float middle = 1.5F * value_of(codec, code);
        assert_int_equal(code_of(codec, middle), code + 1);
        assert_int_equal(code_of(codec, next_down(middle)), code);
    }
    assert_int_equal(code_of(codec, 0), 0);
    assert_int_equal(code_of(codec, -0.0F), 0);
    assert_int_equal(code_of(codec, 0x1p-149F), 0);
    assert_int_equal(code_of(codec, next_down(0x1.8p127F)), 254);
    assert_int_equal(code_of(codec, 0x1.8p127F), 255);
    assert_int_equal(code_of(codec, INFINITY), 255);
    assert_int_equal(code_of(codec, -1), 255);
    assert_int_equal(code_of(codec, NAN), 255);
    assert_true(isnan(value_of(codec, 255)));
    qs_codec_close(codec);
}

/* Beyond the largest value: it stays the largest, or from half a step on becomes infinity. NaN stays NaN. */
static void test_edges(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        float largest, limit; /* from limit on, or above it where it is a tie to even, beyond */
        bool saturates, above;
        uint32_t beyond, nan;
    } edges[] = {
        {"f16", 65504, 65520, false, false, 0x7c00, 0x7e00},
        {"bf16", 0x1.fep127F, 0x1.ffp127F, false, false, 0x7f80, 0x7fc0},
        {"f8_e4m3", 448, 464, true, true, 0x7f, 0x7f},
        {"f8_e5m2", 57344, 61440, true, false, 0x7c, 0x7e},
        {"f6_e3m2", 28, 30, true, false, 0, 0},
        {"f6_e2m3", 7.5F, 7.75F, true, false, 0, 0},
        {"f4_e2m1", 6, 7, true, false, 0, 0},
    };
    for (size_t e = 0; e < sizeof edges / sizeof *edges; e++) {
        const qsi_format *f = find(edges[e].name);
        qs_codec *codec = plain(edges[e].name);
        qsi_minifloat split = qsi_minifloat_of(f);
        uint32_t most = qsi_minifloat_most(&split), sign = 1U << (f->code_bits - 1);
        float from = edges[e].above ? next_up(edges[e].limit) : edges[e].limit, below = next_down(from);
        assert_true(value_of(codec, most) == edges[e].largest);
        assert_int_equal(code_of(codec, below), most);
        assert_int_equal(code_of(codec, -below), sign | most);
        assert_int_equal(code_of(codec, from), edges[e].saturates ? most : edges[e].beyond);
        assert_int_equal(code_of(codec, -from), sign | (edges[e].saturates ? most : edges[e].beyond));
        if (f->specials != QSI_FINITE) {
            assert_int_equal(qsi_minifloat_code(&split, below, false), most);
            assert_int_equal(qsi_minifloat_code(&split, from, false), edges[e].beyond);
            assert_int_equal(qsi_minifloat_code(&split, -INFINITY, false), sign | edges[e].beyond);
            assert_int_equal(code_of(codec, INFINITY), edges[e].saturates ? most : edges[e].beyond);
            assert_int_equal(code_of(codec, NAN), edges[e].nan);
            assert_int_equal(code_of(codec, -NAN), sign | edges[e].nan);
        }
        assert_int_equal(code_of(codec, 0), 0);
        assert_int_equal(code_of(codec, -0.0F), sign);
        float least = value_of(codec, 1);
        assert_int_equal(code_of(codec, least / 2), 0);
        if (least / 2 > 0) assert_int_equal(code_of(codec, next_up(least / 2)), 1);
        assert_int_equal(code_of(codec, -least / 2), sign);
        qs_codec_close(codec);
    }
}

/* ---- the quick way in codecs is the definition */

static void test_elements(void **state)
{
    (void)state;
    random_state r = random_from(7);
    for (size_t i = 0; i < qsi_format_count(); i++) {
        const qsi_format *f = qsi_format_at(i);
        if (!is_narrow_float(f) || f->code_bits > 8 || f->scales_only) continue;
        qsi_minifloat split = qsi_minifloat_of(f);
        qsi_small_float element = qsi_small_float_of(&split);
        for (size_t n = 0; n < 200000; n++) {
            uint32_t bits = (uint32_t)random_bits(&r);
            float x = qsi_bits_float(bits),
                  near = ldexpf(qsi_bits_float((bits & 0x807fffff) | 0x3f800000), (int)(bits >> 23 & 31) - 20);
            if (!isnan(x)) assert_int_equal(qsi_small_float_code(&element, x), qsi_minifloat_code(&split, x, true));
            assert_int_equal(qsi_small_float_code(&element, near), qsi_minifloat_code(&split, near, true));
        }
        for (uint32_t code = 0; code < 1U << f->code_bits; code++)
            if ((code & ((1U << element.sign) - 1)) <= element.most)
                assert_int_equal(qsi_float_bits(qsi_small_float_value(&element, (uint8_t)code)),
                                 qsi_float_bits(qsi_minifloat_value(&split, code)));
    }
}

/* ---- all other formats: every code that the encoder gives decodes to a value that has this code again */

static void test_every_code_of_integers(void **state)
{
    (void)state;
    static const char *const maps[] = {"", ",levels=full", ",map=affine,z=1", ",map=affine,codes=unsigned,z=1"};
    for (unsigned bits = 2; bits <= 8; bits++)
        for (size_t m = 0; m < 4; m++) {
            char spec[QSI_SPEC_TEXT];
            snprintf(spec, sizeof spec, "int%u:per=tensor,range=given,s=0.5%s", bits, maps[m]);
            qs_codec *codec = plain(spec);
            int offset = m >= 2, low = m == 3 ? 0 : -(1 << (bits - 1));
            for (uint32_t code = 0; code < 1U << bits; code++) {
                int q = m != 3 && code >> (bits - 1) ? (int)code - (1 << bits) : (int)code;
                float x = value_of(codec, code);
                assert_true(x == 0.5F * (float)(q - offset));
                if (q == low && m == 0) continue; /* nobody's code */
                assert_int_equal(code_of(codec, x), code);
            }
            qs_codec_close(codec);
        }
}

/* A block with the largest magnitude beside each value. */
static void test_every_code_of_codebooks(void **state)
{
    (void)state;
    static const char *const names[] = {"nf4", "fp4", "dynamic8"};
    for (size_t n = 0; n < 3; n++) {
        const qsi_format *f = find(names[n]);
        const float ones[2] = {1, 1};
        qs_codec *codec = fit_codec(names[n], 2, ones, 1);
        for (size_t code = 0; code < f->codebook->count; code++) {
            float row[2] = {qsi_codebook_value(f->codebook, code), 1}, back[2];
            uint8_t bytes[8];
            assert_int_equal(qs_codec_encode(codec, 0, row, 1, bytes), QS_OK);
            size_t found = f->code_bits == 4 ? bytes[0] >> 4 : bytes[0];
            if (row[0] != 0) assert_int_equal(found, code);
            assert_int_equal(qs_codec_decode(codec, bytes, 1, back), QS_OK);
            assert_true(back[0] == row[0] && back[1] == 1);
        }
        qs_codec_close(codec);
    }
}

/* Microscaling and nvfp4: beside the largest element, whose block has scale 1. ggml's: ggml_test.c. */
static void test_every_code_of_elements(void **state)
{
    (void)state;
    size_t formats = 0;
    for (size_t i = 0; i < qsi_format_count(); i++) {
        const qsi_format *f = qsi_format_at(i);
        if (strcmp(f->kind, "block") != 0 || !strncmp(f->source, "ggml", 4)) continue;
        qsi_minifloat split = qsi_minifloat_of(f);
        bool fixed = !f->exponent_bits, shared = f->coder->shared_scale;
        uint32_t most = fixed ? 127 : qsi_minifloat_most(&split);
        float largest = fixed ? 127.0F / 64 : qsi_minifloat_value(&split, most), row[32] = {0}, back[32];
        qs_codec *codec = fit_codec(f->name, f->block, row, 1);
        if (shared)
            codec->params[0].values[0] = f->coder->shared(-2688, 2688); /* nvfp4: 1 where a block has 6 * 448 */
        for (uint32_t code = 0; code < 1U << f->code_bits; code++) {
            uint8_t bytes[40];
            uint32_t size = fixed ? (uint32_t)abs((int8_t)code) : code & ((1U << (f->code_bits - 1)) - 1);
            if (size > most) continue; /* infinity, NaN, and -128 */
            row[0] = fixed ? (float)(int8_t)code / 64 : qsi_minifloat_value(&split, code);
            row[1] = largest;
            assert_int_equal(qs_codec_encode(codec, 0, row, 1, bytes), QS_OK);
            assert_int_equal(bytes[1] & ((1U << f->code_bits) - 1), code);
            assert_int_equal(qs_codec_decode(codec, bytes, 1, back), QS_OK);
            assert_int_equal(qsi_float_bits(back[0]), qsi_float_bits(row[0]));
            assert_true(back[1] == largest);
        }
        qs_codec_close(codec);
        formats++;
    }
    assert_int_equal(formats, 7);
}

/* All rows of five digits, both ways of packing. */
static void test_every_code_of_ternary(void **state)
{
    (void)state;
    static const char *const specs[] = {"ternary", "ternary:pack=1.6", "ternary:rule=absmean,pack=1.6"};
    for (size_t s = 0; s < 3; s++) {
        float row[5] = {1, 1, 1, 1, 1}, back[5];
        qs_codec *codec = fit_codec(specs[s], 5, row, 1);
        assert_int_equal(qs_codec_row_bytes(codec), (s ? 1 : 2) + 4);
        for (int number = 0; number < 243; number++) {
            uint8_t bytes[8];
            int rest = number;
            for (size_t i = 5; i-- > 0; rest /= 3) row[i] = (float)(rest % 3 - 1);
            assert_int_equal(qs_codec_encode(codec, 0, row, 1, bytes), QS_OK);
            if (s) assert_int_equal(bytes[0], number);
            assert_int_equal(qs_codec_decode(codec, bytes, 1, back), QS_OK);
            for (size_t i = 0; i < 5; i++)
                assert_true(row[i] == 0 ? back[i] == 0 : !signbit(row[i]) == !signbit(back[i]) && back[i] != 0);
        }
        for (int number = 243; number < 256 && s; number++) { /* what nobody writes is read all the same */
            uint8_t bytes[8] = {(uint8_t)number, 0, 0, 128, 63};
            assert_int_equal(qs_codec_decode(codec, bytes, 1, back), QS_OK);
            for (size_t i = 0; i < 5; i++) assert_true(fabsf(back[i]) == 1 || back[i] == 0);
        }
        qs_codec_close(codec);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_of_floats),
        cmocka_unit_test(test_codes_in_order),
        cmocka_unit_test(test_ties_to_even),
        cmocka_unit_test(test_powers),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_elements),
        cmocka_unit_test(test_every_code_of_integers),
        cmocka_unit_test(test_every_code_of_codebooks),
        cmocka_unit_test(test_every_code_of_elements),
        cmocka_unit_test(test_every_code_of_ternary),
    };
    return cmocka_run_group_tests_name("format", tests, NULL, NULL);
}
