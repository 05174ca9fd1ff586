/* What one float of up to 16 bits is, as minifloat.h says. */
#include "format/minifloat.h"

#include "base/bytes.h"

#include <math.h>

static uint32_t ones(unsigned bits)
{
    return (1U << bits) - 1;
}

/* The code of infinity where there is one, of NaN without a sign where there is none. */
static uint32_t beyond(const qsi_minifloat *f)
{
    uint32_t exponents = ones(f->exponent_bits) << f->mantissa_bits;
    return f->specials == QSI_NAN_ONLY ? exponents | ones(f->mantissa_bits) : exponents;
}

uint32_t qsi_minifloat_most(const qsi_minifloat *f)
{
    return f->specials == QSI_FINITE ? ones(f->exponent_bits + f->mantissa_bits) : beyond(f) - 1;
}

float qsi_minifloat_value(const qsi_minifloat *f, uint32_t code)
{
    unsigned m = f->mantissa_bits, e = f->exponent_bits;
    uint32_t size = code & ones(e + m), exponent = size >> m, mantissa = size & ones(m);
    bool negative = m && code >> (e + m) & 1, subnormal = m && !exponent;
    if (size > qsi_minifloat_most(f)) {
        if (f->specials == QSI_IEEE && !mantissa) return negative ? -INFINITY : INFINITY;
        return NAN;
    }
    double steps = mantissa + (subnormal ? 0 : ldexp(1, (int)m));
    double value = ldexp(steps, (int)(subnormal ? 1 : exponent) - f->bias - (int)m);
    return (float)(negative ? -value : value);
}

static uint32_t scale_code(float x)
{
    uint32_t bits = qsi_float_bits(x);
    if (x == 0 || bits <= 0x400000) return 0;
    if (!(x > 0) || isinf(x)) return 255;
    return (bits + 0x400000) >> 23;
}

uint32_t qsi_minifloat_code(const qsi_minifloat *f, float x, bool saturates)
{
    int m = f->mantissa_bits, least = 1 - f->bias, power;
    if (!m) return scale_code(x);
    uint32_t sign = signbit(x) ? 1U << (f->exponent_bits + m) : 0;
    if (x == 0) return sign;
    if (isnan(x)) return sign | beyond(f) | 1U << (m - 1);
    if (isinf(x)) return sign | (saturates ? qsi_minifloat_most(f) : beyond(f));
    double size = fabs((double)x);
    frexp(size, &power);
    int exponent = power - 1 < least ? least : power - 1;   /* of the step that size lies in */
    double steps = nearbyint(ldexp(size, m - exponent));    /* ties to even, carries included */
    double code = ldexp(exponent + f->bias - 1, m) + steps; /* codes count on through the exponents */
    if (code <= qsi_minifloat_most(f)) return sign | (uint32_t)code;
    return sign | (saturates ? qsi_minifloat_most(f) : beyond(f));
}
