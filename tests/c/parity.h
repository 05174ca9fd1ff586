/*
 * What the parity tests share: inputs of every kind and length that end where memory does, and the comparison of
 * what a backend wrote with what the reference wrote. Included after cmocka.h.
 */
#ifndef QS_PARITY_H
#define QS_PARITY_H

#include "base/bytes.h"
#include "base/random.h"
#include "guard.h"
#include "kernels/kernels.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))
#define MOST 70000 /* values in the longest case */

static const uint64_t seed = 1024;
static guard ins[7], out;
static _Alignas(64) uint8_t expected[4 * MOST];

/* ----------------------------------------------------------------------------------------------------- inputs */

enum { NORMAL, SPECIAL, TIES, ANY, KINDS };

static inline float special(uint64_t r)
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
static inline float value(int kind, uint64_t salt, size_t i)
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
static inline float *floats(int slot, int kind, size_t n, size_t shift)
{
    float *x = guard_input(&ins[slot], n * sizeof *x, shift * sizeof *x);
    for (size_t i = 0; i < n; i++) x[i] = value(kind, (uint64_t)slot, i);
    return x;
}
static inline uint8_t *bytes(int slot, size_t n, size_t shift)
{
    uint8_t *p = guard_input(&ins[slot], n, shift);
    for (size_t i = 0; i < n; i++) p[i] = (uint8_t)qsi_random(seed + 100 + (uint64_t)slot, i);
    return p;
}

/* 0 ... 67, 1000 ... 1040, and a few beyond what a score takes at a time */
static inline size_t length_at(size_t i)
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

static inline void same_bytes(const qsi_kernels *k, const char *kernel, const void *got, size_t n)
{
    if (memcmp(got, expected, n) == 0 && guard_intact(&out)) return;
    for (size_t i = 0; i < n; i++) {
        uint8_t is = ((const uint8_t *)got)[i];
        if (is != expected[i])
            fail_msg("%s %s, %s: byte %zu is %02x, not %02x", k->name, kernel, about, i, is, expected[i]);
    }
    fail_msg("%s %s, %s: writes outside its output", k->name, kernel, about);
}

static inline void same_floats(const qsi_kernels *k, const char *kernel, const float *got, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t is = qsi_float_bits(got[i]), should = qsi_get32(expected + 4 * i);
        bool nan = (is & 0x7fffffffU) > 0x7f800000U && (should & 0x7fffffffU) > 0x7f800000U;
        if (is != should && !nan)
            fail_msg("%s %s, %s: value %zu is %08x, not %08x", k->name, kernel, about, i, is, should);
    }
    if (!guard_intact(&out)) fail_msg("%s %s, %s: writes outside its output", k->name, kernel, about);
}

/* Before the tests: memory, the reference, and a word on what will be compared with it. */
static inline void parity_start(void)
{
    for (size_t i = 0; i < COUNT(ins); i++) ins[i] = guard_open(4 * MOST);
    out = guard_open(4 * MOST);
    ref = qsi_kernels_ref();
    printf("backends:");
    EACH_BACKEND(k) printf(" %s", k->name);
    printf("\n");
}

#endif
