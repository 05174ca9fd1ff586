/*
 * What ggml's formats promise beyond their golden data: sizes, short last blocks, error bounds, codes that stay,
 * extreme values.
 */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "ggml.h"
#include "guard.h"
#include "make.h"

static const size_t dims[] = {1, 31, 32, 33, 100, 256, 512, 1000};

#define COUNT(list) (sizeof(list) / sizeof *(list))
/* ------------------------------------------------------------------------------------------------------ inputs */

enum { KINDS = 13 };

/* A value of a block that is hard in one of several ways; magnitudes up to about 1. */
static float draw(random_state *r, int kind, size_t i)
{
    float u = (float)random_unit(r), both = 2 * u - 1;
    switch (kind) {
    case 0: return random_normal(r);
    case 1: return both;
    case 2: return 0.5F + u / 2;                                               /* far from zero */
    case 3: return -u;                                                         /* of one sign */
    case 4: return random_below(r, 8) ? 0 : both;                              /* few values */
    case 5: return random_below(r, 2) ? 1 : -1;                                /* extremes alone */
    case 6: return random_below(r, 16) ? u / 16 : random_below(r, 2) ? 1 : -1; /* outliers */
    case 7: return both * both * both * both * both;                           /* many small ones */
    case 8: return both * (i / 16 % 3 ? 1 : 0.01F);                            /* groups of different size */
    case 9: return (float)random_below(r, 3) - 1;                              /* three values */
    case 10: return (i % 2 ? 1.0F : -1.0F) * (float)(i % 32) / 31;             /* a ramp */
    case 11: return i % 16 ? -1 + 0.15F * (float)random_below(r, 6) / 5 : 0;   /* zeros far from the rest */
    default: return (float)(int)(both * 16) / 16 + 1.0F / 32;                  /* half-way between steps */
    }
}

static void fill(random_state *r, int kind, float size, float *x, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] = size * draw(r, kind, i);
}

static double largest(const float *x, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, fabs((double)x[i]));
    return most;
}

/* ------------------------------------------------------------------------------------------------------- sizes */

/* The row of the registry says what a block is made of, and the ledger of any row is what is written. */
static void sizes(void **state)
{
    (void)state;
    guard out = guard_open(64 * 1024);
    EACH_FORMAT(f)
    {
        assert_int_equal(qsi_format_block_bits(f), 8 * f->coder->bytes);
        for (size_t d = 0; d < COUNT(dims); d++) {
            size_t dim = dims[d], blocks = (dim + f->block - 1) / f->block;
            float *x = random_rows(d, dim, 1);
            qs_codec *codec = fit_codec(f->name, dim, x, 1);
            qsi_layout l = codec->layout;
            assert_int_equal(l.row_bytes, blocks * f->coder->bytes);
            assert_int_equal(l.row_bytes, qs_codec_row_bytes(codec));
            assert_int_equal(l.code_bytes + l.scale_bytes + l.zero_bytes + l.padding_bytes, l.row_bytes);
            assert_int_equal(l.scale_bytes, blocks * f->scale_bits / 8);
            assert_int_equal(l.zero_bytes, blocks * f->zero_bits / 8);
            if (!f->coder->digits) assert_int_equal(l.code_bytes, (dim * f->code_bits + 7) / 8);
            if (dim % f->block == 0) assert_int_equal(l.padding_bytes, 0);
            uint8_t *row = guard_output(&out, l.row_bytes, 0);
            assert_int_equal(qs_codec_encode(codec, 0, x, 1, row), QS_OK);
            assert_true(guard_intact(&out));
            qs_codec_close(codec);
            free(x);
        }
    }
}

/* A short last block is one padded with zeros, and its decoded padding is dropped. */
static void short_blocks(void **state)
{
    (void)state;
    EACH_FORMAT(f)
    {
        for (size_t d = 0; d < COUNT(dims); d++) {
            size_t dim = dims[d], whole = (dim + f->block - 1) / f->block * f->block;
            float *x = random_rows(d + 100, dim, 1), *padded = make_room(whole * sizeof *padded);
            float *decoded = make_room(dim * sizeof *decoded), *all = make_room(whole * sizeof *all);
            memset(padded, 0, whole * sizeof *padded);
            memcpy(padded, x, dim * sizeof *x);
            qs_codec *one = fit_codec(f->name, dim, x, 1), *other = fit_codec(f->name, whole, padded, 1);
            size_t bytes = qs_codec_row_bytes(one);
            uint8_t *a = make_room(bytes), *b = make_room(bytes);
            assert_int_equal(qs_codec_row_bytes(other), bytes);
            assert_int_equal(qs_codec_encode(one, 0, x, 1, a), QS_OK);
            assert_int_equal(qs_codec_encode(other, 0, padded, 1, b), QS_OK);
            assert_memory_equal(a, b, bytes);
            assert_int_equal(qs_codec_decode(one, a, 1, decoded), QS_OK);
            assert_int_equal(qs_codec_decode(other, a, 1, all), QS_OK);
            assert_memory_equal(decoded, all, dim * sizeof *all);
            qs_codec_close(one);
            qs_codec_close(other);
            free(x), free(padded), free(decoded), free(all), free(a), free(b);
        }
    }
}

/* ------------------------------------------------------------------------------------------------------ errors */

/* No value is off by more than the row's bound times the block's largest magnitude, where scales are normal halves
 * (or E4M3). */
static void bounds(void **state)
{
    (void)state;
    static const float magnitudes[] = {0.3F, 1, 3.7F, 111, 2000};
    random_state r = random_from(1);
    EACH_FORMAT(f)
    {
        double worst = 0;
        for (int round = 0; round < 40 * KINDS; round++) {
            float x[MOST_VALUES], y[MOST_VALUES];
            uint8_t block[MOST_BYTES];
            fill(&r, round % KINDS, magnitudes[round / KINDS % COUNT(magnitudes)] / 4, x, f->block);
            double most = largest(x, f->block);
            if (most < 0.1) continue;
            encode_block(f, x, block);
            qsi_blocks_decode(f, block, 1, 1, y);
            for (size_t i = 0; i < f->block; i++) {
                double error = fabs((double)x[i] - (double)y[i]);
                worst = fmax(worst, error / most);
                if (!(error <= f->error_bound * most))
                    fail_msg("%s, kind %d: %.9g became %.9g; largest %.9g", f->name, round % KINDS, (double)x[i],
                             (double)y[i], most);
            }
        }
        print_message("%s: error at most %.4f of the largest, bound %.4f\n", f->name, worst, f->error_bound);
    }
}

/* Formats whose largest value is a code of its own: what was decoded is coded the same again. The others fit their
 * scale, and fit it anew. */
static void codes_stay(void **state)
{
    (void)state;
    static const char *const stable[] = {"q4_0",  "q4_1", "q5_0", "q5_1",       "q8_0",      "tq1_0",
                                         "tq2_0", "q1_0", "q2_0", "ggml_mxfp4", "ggml_nvfp4"};
    random_state r = random_from(2);
    for (size_t s = 0; s < COUNT(stable); s++) {
        const qsi_format *f = qsi_format_find(stable[s], strlen(stable[s]));
        for (int round = 0; round < 20 * KINDS; round++) {
            float x[MOST_VALUES], y[MOST_VALUES];
            uint8_t first[MOST_BYTES], again[MOST_BYTES];
            fill(&r, round % KINDS, 3, x, f->block);
            encode_block(f, x, first);
            qsi_blocks_decode(f, first, 1, 1, y);
            encode_block(f, y, again);
            for (size_t b = 0; b < f->coder->bytes; b++)
                if (first[b] != again[b])
                    fail_msg("%s, kind %d: byte %zu was %02x, became %02x", f->name, round % KINDS, b, first[b],
                             again[b]);
        }
    }
}

/* Any finite value is taken: every step is defined, no matter what overflows. What is tiny decodes to nothing
 * worse. */
static void extremes(void **state)
{
    (void)state;
    static const float sizes_[] = {FLT_MAX, 1e38F, 1e30F, 1e5F, 1e-10F, 1e-30F, FLT_MIN, 1e-41F, 1e-45F, 0, -0.0F};
    random_state r = random_from(3);
    EACH_FORMAT(f)
    {
        for (size_t s = 0; s < COUNT(sizes_); s++)
            for (int kind = 1; kind < KINDS; kind++) {
                float x[MOST_VALUES], y[MOST_VALUES];
                uint8_t block[MOST_BYTES], again[MOST_BYTES];
                fill(&r, kind, sizes_[s], x, f->block);
                encode_block(f, x, block);
                encode_block(f, x, again);
                assert_memory_equal(block, again, f->coder->bytes);
                qsi_blocks_decode(f, block, 1, 1, y);
                for (size_t i = 0; i < f->block && sizes_[s] < 1; i++)
                    if (!(fabsf(y[i]) <= 2e-10F)) fail_msg("%s: %g became %g", f->name, (double)x[i], (double)y[i]);
            }
    }
}

/* The exponent of ggml_mxfp4 is that of a float32-rounded logarithm on both sides of every power of two. */
static void rounded_logarithm(void **state)
{
    (void)state;
    const qsi_format *f = qsi_format_find("ggml_mxfp4", 10);
    for (int k = -124; k <= 128; k++)
        for (int step = -60; step <= 2; step++) {
            uint32_t bits = (uint32_t)(k + 127) << 23;
            float x[32] = {[7] = -qsi_bits_float(bits + (uint32_t)step)};
            uint8_t block[17];
            if (k == 128 && step >= 0) continue;
            encode_block(f, x, block);
            int expected = (int)floorf((float)log2(-(double)x[7])) + 125;
            if (block[0] != expected) fail_msg("2^%d %+d: exponent %d, not %d", k, step, block[0], expected);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sizes),      cmocka_unit_test(short_blocks), cmocka_unit_test(bounds),
        cmocka_unit_test(codes_stay), cmocka_unit_test(extremes),     cmocka_unit_test(rounded_logarithm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
