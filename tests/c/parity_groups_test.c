/*
 * Kernels for groups of values and for numbers in planes, every backend against the reference, bit for bit: groups
 * of every length around the widths of vectors, every alignment, the end of memory right behind inputs and outputs.
 */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "kernels/features.h"
#include "parity.h"

static const size_t lengths[] = {1, 2, 3, 4, 7, 8, 9, 15, 16, 17, 24, 31, 32, 33, 48, 64, 65, 100, 128, 256, 300};

/* Every length with 0 to 9 groups, a few times. */
#define EACH_SHAPE(groups, length, turns)                                                \
    for (size_t l = 0, groups, length;                                                   \
         l < COUNT(lengths) * 10 * (turns) &&                                            \
         (length = lengths[l % COUNT(lengths)], groups = l / COUNT(lengths) % 10, true); \
         l++)

/* Of a kind without NaN and infinity; those that are too large keep their sign and mantissa. */
static float *finite_floats(int slot, int kind, size_t n, size_t shift)
{
    float *x = floats(slot, kind, n, shift);
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = qsi_float_bits(x[i]);
        if ((bits & 0x7f800000U) == 0x7f800000U) x[i] = qsi_bits_float(bits ^ 0x00800000U);
    }
    return x;
}

static void check_floats(const qsi_kernels *k, const char *kernel,
                         void (*run)(const float *, size_t, size_t, float *), const float *x, size_t groups,
                         size_t length, size_t shift)
{
    float *got = guard_output(&out, 4 * groups, 4 * shift);
    run(x, groups, length, got);
    same_floats(k, kernel, got, groups);
}

static void extremes(void **state)
{
    (void)state;
    EACH_SHAPE(groups, length, 4 * KINDS)
    {
        size_t n = groups * length, shift = l % 3;
        float *x = finite_floats(0, (int)(l % KINDS), n, shift);
        for (size_t i = 0; i < n && l % 5 == 0; i++)
            x[i] = (float)((int)(i * l % 7) - 3); /* as large with both signs */
        ABOUT("%zu groups of %zu, turn %zu", groups, length, l);
        ref->absmaxes(x, groups, length, (float *)expected);
        EACH_BACKEND(k) check_floats(k, "absmaxes", k->absmaxes, x, groups, length, shift);
        ref->peaks(x, groups, length, (float *)expected);
        EACH_BACKEND(k) check_floats(k, "peaks", k->peaks, x, groups, length, shift);
        float *low = guard_input(&ins[1], 4 * groups, 0), *should = guard_input(&ins[2], 4 * groups, 0);
        ref->spans(x, groups, length, (float *)expected, should);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * groups, 4 * shift);
            k->spans(x, groups, length, got, low);
            same_floats(k, "spans", got, groups);
            if (memcmp(low, should, 4 * groups) != 0) fail_msg("%s spans, %s: other lows", k->name, about);
        }
        const float *any = floats(0, (int)(l % KINDS), n, shift);
        ref->minmaxes(any, groups, length, (float *)expected, should);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * groups, 4 * shift);
            k->minmaxes(any, groups, length, got, low);
            same_bytes(k, "minmaxes", got, 4 * groups);
            if (memcmp(low, should, 4 * groups) != 0) fail_msg("%s minmaxes, %s: other greatest", k->name, about);
        }
    }
}

static void division(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * KINDS; l++) {
        size_t n = length_at(l / KINDS), shift = l % 3;
        const float *x = floats(0, (int)(l % KINDS), n, shift);
        float by = l % 2 ? 127 : -8, *d = guard_input(&ins[1], 4 * n, 0), *inverse = (float *)expected;
        ABOUT("n %zu by %g", n, (double)by);
        EACH_BACKEND(k)
        {
            float *should = guard_input(&ins[2], 4 * n, 0), *got = guard_output(&out, 4 * n, 4 * shift);
            memcpy(should, x, 4 * n);
            ref->divide(should, n, by, inverse);
            memcpy(d, x, 4 * n);
            k->divide(d, n, by, got);
            same_floats(k, "divide", got, n);
            memcpy(expected, should, 4 * n);
            memcpy(guard_output(&out, 4 * n, 4 * shift), d, 4 * n);
            same_floats(k, "divide, quotients", got, n);
        }
    }
}

static const qsi_steps steps[] = {
    {0, -127, 127, QSI_AWAY}, {8, 0, 15, QSI_TRUNC},     {0, 0, 31, QSI_TRUNC}, {1, 0, 2, QSI_AWAY},
    {0, -128, 127, QSI_EVEN}, {0, -128, 127, QSI_TRUNC}, {32, 0, 63, QSI_EVEN}, {128, 0, 255, QSI_AWAY},
};

static void equal_steps(void **state)
{
    (void)state;
    EACH_SHAPE(groups, length, 3 * KINDS)
    {
        size_t n = groups * length, shift = l % 3;
        int kind = (int)(l / 7 % KINDS);
        const float *x = finite_floats(0, kind, n, shift),
                    *inverse = floats(1, l % 4 ? NORMAL : SPECIAL, groups, 0);
        const float *low = l % 2 ? finite_floats(2, kind, groups, 0) : NULL;
        const uint8_t *codes = bytes(3, n, shift);
        for (size_t s = 0; s < COUNT(steps); s++) {
            ABOUT("%zu groups of %zu, steps %zu, turn %zu", groups, length, s, l);
            ref->steps_encode(&steps[s], x, groups, length, inverse, low, expected);
            EACH_BACKEND(k)
            {
                uint8_t *got = guard_output(&out, n, shift);
                k->steps_encode(&steps[s], x, groups, length, inverse, low, got);
                same_bytes(k, "steps_encode", got, n);
            }
            ref->steps_decode(&steps[s], codes, groups, length, inverse, low, (float *)expected);
            EACH_BACKEND(k)
            {
                float *got = guard_output(&out, 4 * n, 4 * shift);
                k->steps_decode(&steps[s], codes, groups, length, inverse, low, got);
                same_floats(k, "steps_decode", got, n);
            }
        }
    }
}

static void levels(void **state)
{
    (void)state;
    EACH_SHAPE(groups, length, KINDS)
    {
        size_t n = groups * length, shift = l % 3;
        const float *table = floats(0, (int)(l % KINDS), 16, 0),
                    *scale = floats(1, (int)(l / 3 % KINDS), groups, 0);
        uint8_t *codes = bytes(3, n, shift);
        for (size_t i = 0; i < n; i++) codes[i] &= 15;
        ABOUT("%zu groups of %zu, turn %zu", groups, length, l);
        ref->levels_decode(table, codes, groups, length, scale, (float *)expected);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * n, 4 * shift);
            k->levels_decode(table, codes, groups, length, scale, got);
            same_floats(k, "levels_decode", got, n);
        }
    }
}

/* With what processors have beyond a backend, and without. */
static void books(void **state)
{
    (void)state;
    static qsi_codebook_lookup book;
    EACH_SHAPE(groups, length, 2 * KINDS)
    {
        size_t n = groups * length, shift = l % 3;
        const float *scale = floats(1, (int)(l / 3 % KINDS), groups, 0);
        const uint8_t *codes = bytes(3, n, shift);
        for (size_t c = 0; c < COUNT(book.value); c++) book.value[c] = value((int)(l % KINDS), l, c);
        qsi_codebook_make(&book);
        ABOUT("%zu groups of %zu, turn %zu", groups, length, l);
        ref->codebook_decode(&book, codes, groups, length, scale, (float *)expected);
        qsi_features_hide(l % 2 ? QSI_FEATURES_END - 1 : 0);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * n, 4 * shift);
            k->codebook_decode(&book, codes, groups, length, scale, got);
            same_floats(k, "codebook_decode", got, n);
        }
    }
    qsi_features_hide(0);
}

static void labels(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * 3; l++) {
        size_t n = length_at(l / 3), shift = l % 3;
        const uint8_t *table = bytes(0, 16, shift);
        uint8_t *codes = bytes(1, n, shift);
        for (size_t i = 0; i < n; i++) codes[i] &= 15;
        ABOUT("n %zu", n);
        memcpy(expected, codes, n);
        ref->relabel(table, expected, n);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, n, shift);
            memcpy(got, codes, n);
            k->relabel(table, got, n);
            same_bytes(k, "relabel", got, n);
        }
    }
}

/* Of rows and parts of rows, side by side. */
static void means(void **state)
{
    (void)state;
    for (size_t l = 0; l < 600; l++) {
        size_t groups = l % 41, n = l * 7 % 67, apart = n + l % 3, shift = l % 3;
        const float *x = finite_floats(0, l % 4 ? NORMAL : (int)(l / 4 % KINDS), groups * apart, shift);
        const float *least = l % 2 ? floats(1, NORMAL, groups, 0) : NULL;
        ABOUT("%zu groups of %zu, turn %zu", groups, n, l);
        ref->means(x, groups, n, apart, least, (float *)expected);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * groups, 4 * shift);
            k->means(x, groups, n, apart, least, got);
            same_floats(k, "means", got, groups);
        }
    }
}

static void size_sums(void **state)
{
    (void)state;
    EACH_SHAPE(groups, length, KINDS)
    {
        size_t some = groups * 3 + l % 2, shift = l % 3;
        const float *x = floats(0, (int)(l % KINDS), some * length, shift);
        ABOUT("%zu groups of %zu, turn %zu", some, length, l);
        ref->size_sums(x, some, length, (float *)expected);
        EACH_BACKEND(k) check_floats(k, "size_sums", k->size_sums, x, some, length, shift);
    }
}

/* What codec/element.h makes of E4M3, E5M2, E3M2, E2M3, E2M1 and E8M0. */
static const qsi_small_float elements[] = {
    {121U << 23, 120U << 23, 20, 7, 0x7e, 0x7f, 0x1p14F, 0x1p-9F},
    {113U << 23, 112U << 23, 21, 7, 0x7b, 0x7e, 0x1p7F, 0x1p-16F},
    {125U << 23, 124U << 23, 21, 5, 0x1f, 0, 0x1p19F, 0x1p-4F},
    {127U << 23, 126U << 23, 20, 5, 0x1f, 0, 0x1p20F, 0x1p-3F},
    {127U << 23, 126U << 23, 22, 3, 0x07, 0, 0x1p22F, 0x1p-1F},
    {.drop = QSI_DROP_ALL},
};

static void small_floats(void **state)
{
    (void)state;
    EACH_SHAPE(groups, length, KINDS)
    {
        size_t n = groups * length, shift = l % 3;
        const float *x = floats(0, (int)(l / 5 % KINDS), n, shift), *scale = floats(1, (int)(l % 3), groups, 0);
        const uint8_t *codes = bytes(3, n, shift);
        for (size_t e = 0; e < COUNT(elements); e++) {
            ABOUT("%zu groups of %zu, element %zu, turn %zu", groups, length, e, l);
            ref->floats_encode(&elements[e], x, groups, length, scale, expected);
            EACH_BACKEND(k)
            {
                uint8_t *got = guard_output(&out, n, shift);
                k->floats_encode(&elements[e], x, groups, length, scale, got);
                same_bytes(k, "floats_encode", got, n);
            }
            ref->floats_decode(&elements[e], codes, groups, length, scale, (float *)expected);
            EACH_BACKEND(k)
            {
                float *got = guard_output(&out, 4 * n, 4 * shift);
                k->floats_decode(&elements[e], codes, groups, length, scale, got);
                same_floats(k, "floats_decode", got, n);
            }
        }
    }
}

static void trits(void **state)
{
    (void)state;
    for (size_t l = 0; l < LENGTHS * KINDS; l++) {
        size_t n = length_at(l / KINDS), shift = l % 3;
        const float *x = finite_floats(0, (int)(l % KINDS), n, shift), threshold = l % 2 ? 0.5F : (float)(l % 7);
        ABOUT("n %zu, threshold %g", n, (double)threshold);
        ref->trits_encode(x, n, threshold, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, n, shift);
            k->trits_encode(x, n, threshold, got);
            same_bytes(k, "trits_encode", got, n);
        }
    }
}

/* Of every way to lie that a format has, and a few more; blocks may have other bytes between. */
static const qsi_planes layouts[] = {
    {32, {{2, 32, 8, 0}}},
    {32, {{2, 32, 4, 0}}},
    {32, {{6, 32, 4, 0}, {2, 8, 1, 4}}},
    {64, {{2, 4, 2, 0}}},
    {128, {{0, 8, 1, 0}}},
    {256, {{0, 128, 2, 0}}},
    {256, {{32, 128, 2, 0}, {0, 256, 1, 2}}},
    {256, {{48, 64, 4, 0}, {16, 256, 1, 4}}},
    {256, {{0, 128, 4, 0}, {128, 128, 2, 4}}},
    {64, {{4, 16, 4, 0}}},
    {16, {{0, 16, 4, 0}, {8, 16, 2, 4}}},
    {8, {{4, 2, 4, 0}, {2, 4, 2, 4}}},
    {24, {{0, 8, 4, 0}, {13, 8, 1, 4}}},
    {48, {{1, 1, 8, 0}}},
};

static void in_planes(void **state)
{
    (void)state;
    for (size_t l = 0; l < COUNT(layouts) * 40; l++) {
        const qsi_planes *p = &layouts[l % COUNT(layouts)];
        size_t most = QSI_RUN / p->n, blocks = l < 20 * COUNT(layouts) ? l / COUNT(layouts) % (most + 1) : most;
        size_t used = 0, n = blocks * p->n, shift = l % 3;
        for (const qsi_plane *q = p->plane; q->bits; q++) {
            size_t end = q->at + (size_t)p->n * q->bits / 8;
            used = end > used ? end : used;
        }
        size_t block = used + l / COUNT(layouts) % 3, all = blocks ? (blocks - 1) * block + used : 0;
        const uint8_t *from = bytes(0, all, shift), *numbers = bytes(1, n, shift);
        ABOUT("layout %zu, %zu blocks", l % COUNT(layouts), blocks);
        ref->planes_get(p, from, block, blocks, expected);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, n, shift);
            k->planes_get(p, from, block, blocks, got);
            same_bytes(k, "planes_get", got, n);
        }
        const float *scale = floats(2, (int)(l % KINDS), n, 0), *low = l % 2 ? floats(3, NORMAL, n, 0) : NULL;
        size_t length = p->n % 32 || l % 5 == 0 ? 8 : 32;
        for (size_t s = 0; s < COUNT(steps); s++) {
            ref->planes_decode(p, &steps[s], from, block, blocks, length, scale, low, (float *)expected);
            EACH_BACKEND(k)
            {
                float *got = guard_output(&out, 4 * n, 4 * shift);
                k->planes_decode(p, &steps[s], from, block, blocks, length, scale, low, got);
                same_floats(k, "planes_decode", got, n);
            }
        }
        memcpy(expected, from, all);
        ref->planes_put(p, numbers, blocks, expected, block);
        EACH_BACKEND(k)
        {
            uint8_t *got = guard_output(&out, all, shift);
            memcpy(got, from, all);
            k->planes_put(p, numbers, blocks, got, block);
            same_bytes(k, "planes_put", got, all);
        }
    }
}

static void super_scales(void **state)
{
    (void)state;
    for (size_t l = 0; l < 400; l++) {
        size_t blocks = l % 5, groups = l % 2 ? 8 : 16, each = groups + l / 2 % 3 * 8, block = 2 + l % 50;
        size_t n = blocks * groups, shift = l % 3;
        const uint8_t *halves = bytes(0, blocks ? (blocks - 1) * block + 2 : 0, 0);
        const int8_t *numbers = (const int8_t *)bytes(1, blocks * each + QSI_SUPER_ROOM, shift);
        float by = l % 7 ? 1 : -1;
        ABOUT("%zu blocks of %zu groups, turn %zu", blocks, groups, l);
        ref->supers_decode(halves, block, blocks, by, numbers, each, groups, (float *)expected);
        EACH_BACKEND(k)
        {
            float *got = guard_output(&out, 4 * (n + QSI_SUPER_ROOM), 4 * shift);
            k->supers_decode(halves, block, blocks, by, numbers, each, groups, got);
            same_floats(k, "supers_decode", got, n);
        }
    }
}

int main(void)
{
    parity_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(extremes),  cmocka_unit_test(division),     cmocka_unit_test(equal_steps),
        cmocka_unit_test(levels),    cmocka_unit_test(small_floats), cmocka_unit_test(trits),
        cmocka_unit_test(books),     cmocka_unit_test(labels),       cmocka_unit_test(means),
        cmocka_unit_test(in_planes), cmocka_unit_test(super_scales), cmocka_unit_test(size_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
