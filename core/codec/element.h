/*
 * Floats of up to 8 bits, many at a time: qsi_minifloat_code() with saturation and qsi_minifloat_value(), in a few
 * operations on float32. Not for NaN, nor for e8m0.
 */
#ifndef QSI_ELEMENT_H
#define QSI_ELEMENT_H

#include "base/bytes.h"
#include "format/minifloat.h"

typedef struct qsi_element {
    uint32_t normal;   /* bits of the least normal value */
    uint32_t shift;    /* what float32's exponents are above the format's, in place */
    unsigned drop;     /* mantissa bits that float32 has more */
    unsigned sign;     /* place of the sign */
    uint32_t most;     /* the largest code */
    float magic, step; /* magic's last bit is worth a subnormal step */
} qsi_element;

static inline qsi_element qsi_element_of(const qsi_minifloat *f)
{
    uint32_t rebase = 127U - (uint32_t)f->bias;
    return (qsi_element){.normal = (rebase + 1) << 23,
                         .shift = rebase << 23,
                         .drop = 23U - f->mantissa_bits,
                         .sign = f->exponent_bits + f->mantissa_bits,
                         .most = qsi_minifloat_most(f),
                         .magic = qsi_bits_float((rebase + 1 + 23 - f->mantissa_bits) << 23),
                         .step = qsi_bits_float((rebase + 1 - f->mantissa_bits) << 23)};
}

static inline uint8_t qsi_element_code(const qsi_element *e, float x)
{
    uint32_t bits = qsi_float_bits(x), size = bits & 0x7fffffffU, code;
    if (size < e->normal) { /* a sum without room for less than a step rounds as it should */
        code = qsi_float_bits(qsi_bits_float(size) + e->magic) - qsi_float_bits(e->magic);
    } else {
        size -= e->shift;
        code = (size + (1U << (e->drop - 1)) - 1 + (size >> e->drop & 1)) >> e->drop;
    }
    return (uint8_t)((code > e->most ? e->most : code) | bits >> 31 << e->sign);
}

/* Of the codes up to most. */
static inline float qsi_element_value(const qsi_element *e, uint8_t code)
{
    uint32_t size = code & ((1U << e->sign) - 1);
    float value = size >> (23 - e->drop) ? qsi_bits_float((size << e->drop) + e->shift) : (float)size * e->step;
    return code >> e->sign & 1 ? -value : value;
}

#endif
