/*
 * Floats of up to 8 bits, many at a time: what format/minifloat.h defines, in a few operations on float32. Not for
 * e8m0. codec/element.h makes them of formats.
 */
#ifndef QSI_KERNELS_ELEMENT_H
#define QSI_KERNELS_ELEMENT_H

#include "base/bytes.h"

typedef struct qsi_element {
    uint32_t normal;   /* bits of the least normal value */
    uint32_t shift;    /* what float32's exponents are above the format's, in place */
    uint32_t drop;     /* mantissa bits that float32 has more */
    uint32_t sign;     /* place of the sign */
    uint32_t most;     /* the largest code */
    uint32_t nan;      /* the code of NaN, 0 where there is none */
    float magic, step; /* magic's last bit is worth a subnormal step */
} qsi_element;

/* Saturates; a NaN keeps its sign. */
static inline uint8_t qsi_element_code(const qsi_element *e, float x)
{
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
static inline float qsi_element_value(const qsi_element *e, uint8_t code)
{
    uint32_t size = code & ((1U << e->sign) - 1), normal = (size << e->drop) + e->shift;
    if (size > e->most) normal = size << e->drop | 0x7f800000U;
    float value = size >> (23 - e->drop) ? qsi_bits_float(normal) : (float)size * e->step;
    return code >> e->sign & 1 ? -value : value;
}

#endif
