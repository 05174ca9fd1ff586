/* The small floats of kernels/convert/small_float.h, made of formats. */
#ifndef QSI_ELEMENT_H
#define QSI_ELEMENT_H

#include "format/minifloat.h"
#include "kernels/convert/small_float.h"

static inline qsi_small_float qsi_small_float_of(const qsi_minifloat *f)
{
    if (!f->mantissa_bits) return (qsi_small_float){.drop = QSI_DROP_ALL};
    uint32_t rebase = 127U - (uint32_t)f->bias;
    return (qsi_small_float){
        .normal = (rebase + 1) << 23,
        .shift = rebase << 23,
        .drop = 23U - f->mantissa_bits,
        .sign = (uint32_t)f->exponent_bits + f->mantissa_bits,
        .most = qsi_minifloat_most(f),
        .nan = f->specials == QSI_FINITE ? 0 : qsi_minifloat_code(f, qsi_bits_float(0x7fc00000), true),
        .magic = qsi_bits_float((rebase + 1 + 23 - f->mantissa_bits) << 23),
        .step = qsi_bits_float((rebase + 1 - f->mantissa_bits) << 23)};
}

#endif
