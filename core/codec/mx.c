/*
 * The block formats of OCP Microscaling v1.0: 32 elements, floats of 4 to 8 bits or fixed-point numbers of 8, and
 * one power of two as their scale.
 *
 *   byte 0    the scale's exponent + 127 (E8M0); 255: NaN
 *   byte 1..  32 codes of b bits, low bits first: bit k of code i is bit b * i + k of these bytes
 *
 * exponent = floor(log2(absmax)) - emax, from -127 to 127, emax the exponent of the element's largest value; all
 * zeros: -127. A code is that of x / 2^exponent, nearest, ties to even, the largest for all beyond it. So what lies
 * between the largest element and the next power of two is clipped.
 */
#include "codec/block.h"
#include "codec/element.h"

#include "kernels/kernels.h"

#include <math.h>

enum { VALUES = 32, SCALE_BITS = 8 };

static int exponent_for(const float *x, int emax)
{
    int power;
    float absmax = qsi_bits_float(qsi_kernels_now()->absmax(x, VALUES));
    if (absmax == 0) return -127;
    frexpf(absmax, &power);
    int exponent = power - 1 - emax;
    return exponent < -127 ? -127 : exponent > 127 ? 127 : exponent;
}

static qsi_role role(size_t bit, size_t bits)
{
    if (bit < SCALE_BITS) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    bit -= SCALE_BITS;
    return (qsi_role){QSI_ROLE_CODE, (uint16_t)(bit / bits), (uint8_t)(bit % bits)};
}

static unsigned bits_of(const qsi_minifloat *f)
{
    return 1U + f->exponent_bits + f->mantissa_bits;
}

static void float_encode(const qsi_minifloat *f, const float *x, uint8_t *block)
{
    int emax, power;
    uint8_t codes[VALUES];
    qsi_element element = qsi_element_of(f);
    frexpf(qsi_minifloat_value(f, element.most), &emax);
    power = exponent_for(x, emax - 1);
    float inv = ldexpf(1, -power);
    for (size_t i = 0; i < VALUES; i++) codes[i] = qsi_element_code(&element, x[i] * inv);
    block[0] = (uint8_t)(power + 127);
    qsi_kernels_now()->pack(codes, VALUES, bits_of(f), block + 1);
}

static float scale_of(const uint8_t *block)
{
    return block[0] == 255 ? NAN : ldexpf(1, block[0] - 127);
}

static void float_decode(const qsi_minifloat *f, const uint8_t *block, size_t n, float *x)
{
    uint8_t codes[VALUES];
    qsi_element element = qsi_element_of(f);
    for (size_t k = 0; k < n; k++, block += 1 + VALUES * bits_of(f) / 8, x += VALUES) {
        float scale = scale_of(block);
        qsi_kernels_now()->unpack(block + 1, VALUES, bits_of(f), false, codes);
        for (size_t i = 0; i < VALUES; i++) {
            bool special = (codes[i] & ((1U << element.sign) - 1)) > element.most;
            x[i] = (special ? qsi_minifloat_value(f, codes[i]) : qsi_element_value(&element, codes[i])) * scale;
        }
    }
}

/* What one float format needs as an element; the loops are those above. */
#define MX(name, split)                                                              \
    static const qsi_minifloat name = {split};                                       \
    static void name##_encode(const float *x, float scale, uint8_t *block)           \
    {                                                                                \
        (void)scale;                                                                 \
        float_encode(&name, x, block);                                               \
    }                                                                                \
    static void name##_decode(const uint8_t *block, size_t n, float scale, float *x) \
    {                                                                                \
        (void)scale;                                                                 \
        float_decode(&name, block, n, x);                                            \
    }                                                                                \
    static qsi_role name##_role(size_t bit)                                          \
    {                                                                                \
        return role(bit, bits_of(&name));                                            \
    }
#define MX_CODER(name, bits)                                                    \
    const qsi_block_coder qsi_coder_##name = {.bytes = 1 + VALUES * (bits) / 8, \
                                              .scale = "e8m0",                  \
                                              .encode_one = name##_encode,      \
                                              .decode = name##_decode,          \
                                              .role = name##_role}

MX(mxfp8_e4m3, QSI_E4M3_SPLIT)
MX(mxfp8_e5m2, QSI_E5M2_SPLIT)
MX(mxfp6_e3m2, QSI_E3M2_SPLIT)
MX(mxfp6_e2m3, QSI_E2M3_SPLIT)
MX(mxfp4, QSI_E2M1_SPLIT)
MX_CODER(mxfp8_e4m3, 8);
MX_CODER(mxfp8_e5m2, 8);
MX_CODER(mxfp6_e3m2, 6);
MX_CODER(mxfp6_e2m3, 6);
MX_CODER(mxfp4, 4);

/* Fixed point: two's complement in 64ths, -127 to 127. */
static void mxint8_encode(const float *x, float scale, uint8_t *block)
{
    (void)scale;
    int power = exponent_for(x, 0);
    float inv = ldexpf(1, -power);
    block[0] = (uint8_t)(power + 127);
    for (size_t i = 0; i < VALUES; i++)
        block[1 + i] = (uint8_t)(int8_t)fminf(fmaxf(nearbyintf(64 * (x[i] * inv)), -127), 127);
}

static void mxint8_decode(const uint8_t *block, size_t n, float scale, float *x)
{
    (void)scale;
    for (size_t k = 0; k < n; k++, block += 1 + VALUES, x += VALUES) {
        float power = scale_of(block);
        for (size_t i = 0; i < VALUES; i++) x[i] = (float)(int8_t)block[1 + i] / 64 * power;
    }
}

static qsi_role mxint8_role(size_t bit)
{
    return role(bit, 8);
}

const qsi_block_coder qsi_coder_mxint8 = {.bytes = 1 + VALUES,
                                          .scale = "e8m0",
                                          .signed_codes = true,
                                          .encode_one = mxint8_encode,
                                          .decode = mxint8_decode,
                                          .role = mxint8_role};
