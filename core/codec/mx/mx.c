/*
 * The block formats of OCP Microscaling v1.0: 32 elements, floats of 4 to 8 bits or fixed-point numbers of 8, and
 * one power of two as their scale.
 *
 *   byte 0    the scale's exponent + 127 (E8M0); 255: NaN
 *   byte 1..  32 codes of b bits, low bits first: bit k of code i is bit b * i + k of these bytes
 *
 * exponent, from -127 to 127, emax the exponent of the element's largest value, most, which has m mantissa bits:
 *
 *   floor     floor(log2(absmax)) - emax, as OCP has it: what lies between most and the next power of two is
 * clipped even      the same of absmax rounded to m mantissa bits, halves up in magnitude: so little is clipped
 * that most is its nearest value rceil     ceil(log2(absmax * (1 / most))), in float32: nothing is clipped ceil
 * ceil(log2(absmax)) - emax
 *
 * The last three are those of torchao (prototype/mx_formats, ScaleCalculationMode); subnormal magnitudes count as
 * there by their exponent field. All zeros: -127. A code is that of x / 2^exponent, nearest, ties to even, the
 * largest for all beyond it.
 */
#include "codec/block.h"
#include "codec/small_float.h"

#include "kernels/kernels.h"

#include <math.h>

enum { VALUES = 32, SCALE_BITS = 8, MOST_BLOCKS = QSI_RUN / VALUES };

static const uint8_t not_a_number = 255;

/* What a scale is chosen for: emax, m and 1 / most as above, and a word of option exponent. */
typedef struct element {
    int emax, exponent;
    unsigned mantissa_bits;
    float per_most;
} element;

/* The byte of a scale, before it is bounded, for the bits of a finite absmax. */
static int choose_scale(const element *e, uint32_t absmax)
{
    enum { FIELD = 23, ONES = 0x7fffff };
    if (e->exponent == QSI_EXPONENT_RCEIL) {
        uint32_t wanted = qsi_float_bits(qsi_bits_float(absmax) * e->per_most);
        bool above = wanted >> FIELD ? (wanted & ONES) != 0 : wanted > 0x400000U; /* byte 0 is 2^-127 */
        return (int)(wanted >> FIELD) + above;
    }
    if (e->exponent == QSI_EXPONENT_EVEN) absmax += 1U << (FIELD - 1 - e->mantissa_bits);
    bool above = e->exponent == QSI_EXPONENT_CEIL && (absmax & ONES);
    return (int)(absmax >> FIELD) + above - e->emax;
}

/* The bytes of scales for blocks of values, and 2^-exponent of each; false for values that are not finite. */
static bool scale_blocks(const element *e, const float *x, size_t n, uint8_t *scales, float *inverse)
{
    float absmax[MOST_BLOCKS];
    qsi_kernels_now()->absmaxes(x, n, VALUES, absmax);
    if (!qsi_all_finite(absmax, n)) return false;
    for (size_t k = 0; k < n; k++) {
        int byte = choose_scale(e, qsi_float_bits(absmax[k])); /* of subnormals and zeros it is too small */
        scales[k] = (uint8_t)(byte < 0 ? 0 : byte > 254 ? 254 : byte);
        inverse[k] = qsi_bits_float(scales[k] < 254 ? (254U - scales[k]) << 23 : 0x400000U);
    }
    return true;
}

static float scale_of(uint8_t byte)
{
    return byte == not_a_number ? NAN : qsi_bits_float(byte ? (uint32_t)byte << 23 : 0x400000U);
}

/* Of n blocks, their scales and codes one after another. Those of a block have 16, 24 or 32 bytes. */
static void put_blocks(const uint8_t *scales, const uint8_t *codes, size_t n, unsigned bits, uint8_t *blocks)
{
    uint8_t packed[QSI_RUN];
    size_t each = VALUES * bits / 8;
    qsi_kernels_now()->pack(codes, n * VALUES, bits, packed);
    for (size_t k = 0; k < n; k++, blocks += 1 + each) {
        blocks[0] = scales[k];
        for (size_t b = 0; b < each; b += 8) qsi_put64(blocks + 1 + b, qsi_get64(packed + k * each + b));
    }
}

static void get_blocks(const uint8_t *blocks, size_t n, unsigned bits, float *scales, uint8_t *codes)
{
    uint8_t packed[QSI_RUN];
    size_t each = VALUES * bits / 8;
    for (size_t k = 0; k < n; k++, blocks += 1 + each) {
        scales[k] = scale_of(blocks[0]);
        for (size_t b = 0; b < each; b += 8) qsi_put64(packed + k * each + b, qsi_get64(blocks + 1 + b));
    }
    qsi_kernels_now()->unpack(packed, n * VALUES, bits, false, codes);
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

static bool float_encode(const qsi_minifloat *f, int exponent, const float *x, size_t n, uint8_t *blocks)
{
    float inverse[MOST_BLOCKS];
    uint8_t codes[QSI_RUN], scales[MOST_BLOCKS];
    qsi_small_float small = qsi_small_float_of(f);
    float most = qsi_small_float_value(&small, (uint8_t)small.most);
    element e = {(int)(qsi_float_bits(most) >> 23) - 127, exponent, f->mantissa_bits, 1 / most};
    if (!scale_blocks(&e, x, n, scales, inverse)) return false;
    qsi_kernels_now()->floats_encode(&small, x, n, VALUES, inverse, codes);
    put_blocks(scales, codes, n, bits_of(f), blocks);
    return true;
}

static void float_decode(const qsi_minifloat *f, const uint8_t *blocks, size_t n, float *x)
{
    float scales[MOST_BLOCKS];
    uint8_t codes[QSI_RUN];
    qsi_small_float small = qsi_small_float_of(f);
    get_blocks(blocks, n, bits_of(f), scales, codes);
    qsi_kernels_now()->floats_decode(&small, codes, n, VALUES, scales, x);
}

/* What one float format needs as an element; the loops are those above. */
#define MX(name, split)                                                                             \
    static const qsi_minifloat name = {split};                                                      \
    static bool name##_encode(int exponent, const float *x, size_t n, float scale, uint8_t *blocks) \
    {                                                                                               \
        (void)scale;                                                                                \
        return float_encode(&name, exponent, x, n, blocks);                                         \
    }                                                                                               \
    static void name##_decode(const uint8_t *blocks, size_t n, float scale, float *x)               \
    {                                                                                               \
        (void)scale;                                                                                \
        float_decode(&name, blocks, n, x);                                                          \
    }                                                                                               \
    static qsi_role name##_role(size_t bit)                                                         \
    {                                                                                               \
        return role(bit, bits_of(&name));                                                           \
    }
#define MX_CODER(name, bits)                                                    \
    const qsi_block_coder qsi_coder_##name = {.bytes = 1 + VALUES * (bits) / 8, \
                                              .formula = "q * s",               \
                                              .scale = {.as = "e8m0"},          \
                                              .encode_by = name##_encode,       \
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
static const qsi_steps sixty_fourths = {.least = -127, .most = 127, .round = QSI_EVEN};

static bool mxint8_encode(int exponent, const float *x, size_t n, float scale, uint8_t *blocks)
{
    float inverse[MOST_BLOCKS], units[QSI_RUN]; /* in two steps: 64 times the inverse can be infinite */
    uint8_t codes[QSI_RUN], scales[MOST_BLOCKS];
    element e = {0, exponent, 6, 64.0F / 127};
    (void)scale;
    if (!scale_blocks(&e, x, n, scales, inverse)) return false;
    for (size_t k = 0; k < n; k++, x += VALUES)
        for (size_t i = 0; i < VALUES; i++) units[k * VALUES + i] = x[i] * inverse[k];
    qsi_kernels_now()->steps_encode(&sixty_fourths, units, 1, n * VALUES, &(float){64}, NULL, codes);
    put_blocks(scales, codes, n, 8, blocks);
    return true;
}

static void mxint8_decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    float scales[MOST_BLOCKS];
    uint8_t codes[QSI_RUN];
    (void)scale;
    get_blocks(blocks, n, 8, scales, codes);
    for (size_t k = 0; k < n; k++) scales[k] /= 64;
    qsi_kernels_now()->steps_decode(&sixty_fourths, codes, n, VALUES, scales, NULL, x);
}

static qsi_role mxint8_role(size_t bit)
{
    return role(bit, 8);
}

const qsi_block_coder qsi_coder_mxint8 = {.bytes = 1 + VALUES,
                                          .formula = "q / 64 * s",
                                          .code = {.is_signed = true, .narrow = true},
                                          .scale = {.as = "e8m0"},
                                          .encode_by = mxint8_encode,
                                          .decode = mxint8_decode,
                                          .role = mxint8_role};
