/*
 * Floats of up to 8 bits, many at a time: what format/minifloat.h defines, in a few operations on float32.
 * codec/small_float.h makes them of formats.
 */
#ifndef QSI_KERNELS_ELEMENT_H
#define QSI_KERNELS_ELEMENT_H

#include "base/bytes.h"

typedef struct qsi_small_float {
    uint32_t normal;   /* bits of the least normal value */
    uint32_t shift;    /* what float32's exponents are above the format's, in place */
    uint32_t drop;     /* mantissa bits that float32 has more; QSI_DROP_ALL: e8m0, the exponents of float32 alone */
    uint32_t sign;     /* place of the sign */
    uint32_t most;     /* the largest code */
    uint32_t nan;      /* the code of NaN, 0 where there is none */
    float magic, step; /* magic's last bit is worth a subnormal step */
} qsi_small_float;

enum { QSI_DROP_ALL = 23, QSI_NO_EXPONENT = 255 };

/* The nearest power of two, the larger one of two; 0 is the least. There is none of what is negative or not finite.
 */
static inline uint8_t qsi_exponent_code(float x)
{
    uint32_t bits = qsi_float_bits(x);
    if (x == 0 || bits <= 0x400000) return 0;
    return bits < 0x7f800000 ? (uint8_t)((bits + 0x400000) >> 23) : QSI_NO_EXPONENT;
}

/* Code 0 is a subnormal float32; the last one is NaN, by the bit that is in both. */
static inline float qsi_exponent_value(uint8_t code)
{
    return qsi_bits_float((uint32_t)code << 23 | (code % QSI_NO_EXPONENT ? 0 : 0x400000));
}

/* Saturates; a NaN keeps its sign. */
static inline uint8_t qsi_small_float_code(const qsi_small_float *e, float x)
{
    if (e->drop == QSI_DROP_ALL) return qsi_exponent_code(x);
    uint32_t bits = qsi_float_bits(x), size = bits & 0x7fffffffU, code;
    if (size < e->normal) { /* a sum without room for less than a step rounds as it should */
        code = qsi_float_bits(qsi_bits_float(size) + e->magic) - qsi_float_bits(e->magic);
    } else {
        size -= e->shift;
        code = (size + (1U << (e->drop - 1)) - 1 + (size >> e->drop & 1)) >> e->drop;
    }
    code = x != x ? e->nan : code > e->most ? e->most : code;
    return (uint8_t)(code | bits >> 31 << e->sign);
}

/* Beyond the largest code are infinity and NaN, whose mantissas are those of float32. */
static inline float qsi_small_float_value(const qsi_small_float *e, uint8_t code)
{
    if (e->drop == QSI_DROP_ALL) return qsi_exponent_value(code);
    uint32_t size = code & ((1U << e->sign) - 1), normal = (size << e->drop) + e->shift;
    if (size > e->most) normal = size << e->drop | 0x7f800000U;
    float value = size >> (23 - e->drop) ? qsi_bits_float(normal) : (float)size * e->step;
    return code >> e->sign & 1 ? -value : value;
}

#endif
