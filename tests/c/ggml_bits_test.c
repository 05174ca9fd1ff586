/*
 * The map of bits of ggml's blocks, role(), against what a block decodes to: each bit belongs to one number,
 * flipping it changes what the map says, and codes read by the map have the order of the values they mean.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ggml.h"
#include "make.h"

/* Codes of E2M1: a sign and a magnitude, where others are whole numbers or indices of a rising table. */
static bool is_float(const qsi_format *f)
{
    return !strcmp(f->name, "ggml_mxfp4") || !strcmp(f->name, "ggml_nvfp4");
}

static bool is_of_block(qsi_role_kind kind)
{
    return kind == QSI_ROLE_SUPER_SCALE || kind == QSI_ROLE_SUPER_LOW;
}

/* Whether a number of the block has to do with value i. */
static bool concerns(const qsi_format *f, qsi_role role, size_t i)
{
    uint16_t values[QSI_DIGITS];
    size_t groups = f->coder->groups ? f->coder->groups : 1;
    if (is_of_block(role.kind)) return true;
    if (role.kind == QSI_ROLE_CODE) return role.index == i;
    if (role.kind != QSI_ROLE_CODES) return role.index == i / (f->block / groups);
    for (size_t n = f->coder->digits->values(role.index, values); n-- > 0;)
        if (values[n] == i) return true;
    return false;
}

/* Every bit belongs to one number; every number has the places 0 .. bits - 1 once; the sums are the registry's. */
static void map_is_whole(void **state)
{
    (void)state;
    EACH_FORMAT(f)
    {
        enum { BLOCKS = 3, MOST_INDEX = BLOCKS * MOST_VALUES };
        static uint32_t places[QSI_ROLE_UNUSED + 1][MOST_INDEX];
        size_t bits[QSI_ROLE_UNUSED + 1] = {0}, row_bits = 8 * BLOCKS * f->coder->bytes;
        size_t groups = BLOCKS * (f->coder->groups ? f->coder->groups : 1);
        qs_codec *codec = fit_codec(f->name, (size_t)BLOCKS * f->block, NULL, 0);
        memset(places, 0, sizeof places);
        for (size_t bit = 0; bit < row_bits; bit++) {
            qsi_role role = f->family->role(codec, bit);
            assert_true(role.index < MOST_INDEX && role.place < 32);
            assert_false(places[role.kind][role.index] >> role.place & 1);
            places[role.kind][role.index] |= 1U << role.place;
            bits[role.kind]++;
        }
        assert_int_equal(bits[QSI_ROLE_UNUSED] + bits[QSI_ROLE_ZERO], 0);
        assert_int_equal(bits[QSI_ROLE_SCALE] + bits[QSI_ROLE_SUPER_SCALE], BLOCKS * f->scale_bits);
        assert_int_equal(bits[QSI_ROLE_LOW] + bits[QSI_ROLE_SUPER_LOW], BLOCKS * f->zero_bits);
        uint32_t *of_code = places[QSI_ROLE_CODE], *of_scale = places[QSI_ROLE_SCALE];
        for (size_t i = 0; i < (size_t)BLOCKS * f->block; i++)
            assert_int_equal(of_code[i], f->coder->digits ? 0 : (1U << f->code_bits) - 1);
        for (size_t i = 0; i < MOST_INDEX; i++) {
            assert_true((of_scale[i] != 0) == (i < groups));
            for (size_t kind = 0; kind <= QSI_ROLE_UNUSED; kind++)
                assert_int_equal(places[kind][i] & (places[kind][i] + 1), 0);
        }
        if (f->coder->digits)
            assert_int_equal(bits[QSI_ROLE_CODES] + 8 * BLOCKS * (size_t)f->scale_bits / 8, row_bits);
        qs_codec_close(codec);
    }
}

/* Values that share a byte: each value in one byte. */
static void sharers_are_whole(void **state)
{
    (void)state;
    EACH_FORMAT(f)
    {
        uint8_t seen[MOST_VALUES] = {0};
        if (!f->coder->digits) continue;
        for (size_t bit = 0; bit < 8 * f->coder->bytes; bit++) {
            qsi_role role = f->coder->role(bit);
            if (role.kind != QSI_ROLE_CODES || role.place) continue;
            for (size_t i = 0; i < f->block; i++) seen[i] = (uint8_t)(seen[i] + concerns(f, role, i));
        }
        for (size_t i = 0; i < f->block; i++) assert_int_equal(seen[i], 1);
    }
}

/* A flipped bit changes nothing but what the map says, and in one of several blocks it does change that. Returns by
 * how much each place of the whole numbers of groups (scales; then minima) changes a value at most. */
typedef struct changes {
    bool bits[MOST_BITS];
    double places[2][MOST_VALUES][8];
} changes;

static void flip_bits(const qsi_format *f, uint8_t *block, changes *out)
{
    float y[MOST_VALUES], z[MOST_VALUES];
    qsi_blocks_decode(f, block, 1, 1, y);
    memset(out->places, 0, sizeof out->places);
    for (size_t bit = 0; bit < 8 * f->coder->bytes; bit++) {
        uint8_t mask = (uint8_t)(1U << bit % 8);
        qsi_role role = f->coder->role(bit);
        block[bit / 8] ^= mask;
        qsi_blocks_decode(f, block, 1, 1, z);
        block[bit / 8] ^= mask;
        for (size_t i = 0; i < f->block; i++) {
            if (!memcmp(&y[i], &z[i], sizeof *y)) continue;
            if (!concerns(f, role, i))
                fail_msg("%s: bit %zu of kind %d, index %d changes value %zu", f->name, bit, (int)role.kind,
                         role.index, i);
            out->bits[bit] = true;
            if ((role.kind != QSI_ROLE_SCALE && role.kind != QSI_ROLE_LOW) || role.place > 7) continue;
            double *most = &out->places[role.kind == QSI_ROLE_LOW][role.index][role.place];
            *most = fmax(*most, fabs((double)z[i] - (double)y[i]));
        }
    }
}

static void map_is_true(void **state)
{
    (void)state;
    random_state r = random_from(4);
    EACH_FORMAT(f)
    {
        static changes found;
        memset(&found, 0, sizeof found);
        for (int round = 0; round < 20; round++) {
            float x[MOST_VALUES];
            uint8_t block[MOST_BYTES];
            for (size_t i = 0; i < f->block; i++) x[i] = random_normal(&r);
            encode_block(f, x, block);
            flip_bits(f, block, &found);
            /* Place p of a whole number is worth 2^p of place 0. Scales of E4M3 are no whole numbers. */
            for (size_t g = 0; g < f->coder->groups && !is_float(f); g++)
                for (size_t kind = 0; kind < 2; kind++)
                    for (unsigned place = 1; place < 8; place++) {
                        const double *most = found.places[kind][g];
                        if (most[0] > 0 && most[place] > 0)
                            assert_true(fabs(most[place] / most[0] / (1 << place) - 1) < 0.01);
                    }
        }
        for (size_t bit = 0; bit < 8 * f->coder->bytes; bit++) {
            bool ignored = is_float(f) && f->coder->groups && bit < 32 && bit % 8 == 7; /* no sign in E4M3 */
            if (found.bits[bit] == ignored)
                fail_msg("%s: bit %zu changes %s", f->name, bit, ignored ? "a value" : "nothing");
        }
    }
}

/* The code of each value, put together from the map, so that it rises with the level it means. */
static void read_codes(const qsi_format *f, const uint8_t *block, int *codes)
{
    int top = 1 << (f->code_bits - 1);
    memset(codes, 0, f->block * sizeof *codes);
    for (size_t bit = 0; bit < 8 * f->coder->bytes; bit++) {
        qsi_role role = f->coder->role(bit);
        if (role.kind == QSI_ROLE_CODE) codes[role.index] |= (block[bit / 8] >> bit % 8 & 1) << role.place;
    }
    for (size_t i = 0; i < f->block; i++) {
        if (is_float(f) && codes[i] >= top) codes[i] = top - codes[i];
        if (!strcmp(f->name, "q8_0") && codes[i] >= top) codes[i] -= 2 * top;
    }
}

static int sign(double x)
{
    return (x > 0) - (x < 0);
}

/* In each group values are in the order of their codes, or all in the reverse one where the scale is negative. */
static void map_has_order(void **state)
{
    (void)state;
    random_state r = random_from(5);
    EACH_FORMAT(f)
    {
        size_t group = f->block / (f->coder->groups ? f->coder->groups : 1);
        for (int round = 0; round < 20 && !f->coder->digits; round++) {
            float x[MOST_VALUES], y[MOST_VALUES];
            uint8_t block[MOST_BYTES];
            int codes[MOST_VALUES], order = 0;
            for (size_t i = 0; i < f->block; i++) x[i] = random_normal(&r);
            encode_block(f, x, block);
            qsi_blocks_decode(f, block, 1, 1, y);
            read_codes(f, block, codes);
            for (size_t i = 0; i < f->block; i++) {
                if (i % group == 0) order = 0;
                for (size_t j = i / group * group; j < i; j++) {
                    int by_code = sign(codes[i] - codes[j]), by_value = sign((double)y[i] - (double)y[j]);
                    if (!order) order = by_code * by_value;
                    if (by_value != order * by_code)
                        fail_msg("%s: codes %d and %d mean %g and %g", f->name, codes[i], codes[j], (double)y[i],
                                 (double)y[j]);
                }
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(map_is_whole),
        cmocka_unit_test(sharers_are_whole),
        cmocka_unit_test(map_is_true),
        cmocka_unit_test(map_has_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
