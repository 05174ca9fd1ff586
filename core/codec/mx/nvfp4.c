/*
 * nvfp4: 16 floats of 4 bits (E2M1), a scale of 8 bits (E4M3), 9 bytes; and a float32 scale that all rows share.
 *
 *   byte 0          the block's scale, E4M3
 *                     7  6  5  4   3  2  1  0
 *                   +-----------+-----------+
 *   byte 1 + i      | c[2 i + 1]|  c[2 i]   |   i = 0 .. 7
 *                   +-----------+-----------+
 *
 * g = absmax of all values / 2688, which is 6 * 448, the largest values of the two formats. Of a block s = E4M3 of
 * (absmax / 6) / g, from 2^-6 to 448, the nearest or, with exponent=rceil, the least that is not below it;
 * r = (1 / g) / s; a code is that of x * r within +-6, nearest, ties to even; x' = value * (s * g). All in float32,
 * in this order.
 */
#include "codec/block.h"
#include "codec/small_float.h"

#include "kernels/kernels.h"

#include <math.h>

enum { VALUES = 16, CODE_BITS = 4, SCALE_BITS = 8, BYTES = 9, MOST_BLOCKS = QSI_RUN / VALUES };

static const qsi_minifloat e2m1 = {QSI_E2M1_SPLIT}, e4m3 = {QSI_E4M3_SPLIT};

static float shared(float lo, float hi)
{
    float absmax = fmaxf(fabsf(lo), fabsf(hi));
    return absmax == 0 ? 0 : fmaxf(absmax / 2688, 0x1p-126F); /* so that its inverse is finite */
}

static const qsi_planes planes = {VALUES, {{1, 2, CODE_BITS, 0}}};

static bool encode(int exponent, const float *x, size_t n, float g, uint8_t *blocks)
{
    float absmax[MOST_BLOCKS], wanted[MOST_BLOCKS], inverse[MOST_BLOCKS];
    uint8_t codes[QSI_RUN], stored[MOST_BLOCKS];
    const float one = 1, per_g = g == 0 ? 0 : 1 / g;
    const qsi_kernels *kernels = qsi_kernels_now();
    qsi_small_float element = qsi_small_float_of(&e2m1), scales = qsi_small_float_of(&e4m3);
    kernels->absmaxes(x, n, VALUES, absmax);
    if (!qsi_all_finite(absmax, n)) return false;
    for (size_t k = 0; k < n; k++) {
        float v = g == 0 ? 0 : absmax[k] / 6 / g;
        wanted[k] = v < 0x1p-6F ? 0x1p-6F : v > 448 ? 448 : v;
    }
    kernels->floats_encode(&scales, wanted, 1, n, &one, stored);
    kernels->floats_decode(&scales, stored, 1, n, &one, inverse);
    if (exponent == QSI_EXPONENT_RCEIL) {
        for (size_t k = 0; k < n; k++) stored[k] = (uint8_t)(stored[k] + (inverse[k] < wanted[k]));
        kernels->floats_decode(&scales, stored, 1, n, &one, inverse);
    }
    for (size_t k = 0; k < n; k++) {
        blocks[k * BYTES] = stored[k];
        inverse[k] = per_g / inverse[k];
    }
    kernels->floats_encode(&element, x, n, VALUES, inverse, codes);
    kernels->planes_put(&planes, codes, n, blocks, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float g, float *x)
{
    float scale[MOST_BLOCKS];
    uint8_t codes[QSI_RUN], stored[MOST_BLOCKS];
    qsi_small_float element = qsi_small_float_of(&e2m1), scales = qsi_small_float_of(&e4m3);
    for (size_t k = 0; k < n; k++) stored[k] = blocks[k * BYTES];
    qsi_kernels_now()->floats_decode(&scales, stored, 1, n, &g, scale);
    qsi_kernels_now()->planes_get(&planes, blocks, BYTES, n, codes);
    qsi_kernels_now()->floats_decode(&element, codes, n, VALUES, scale, x);
}

static qsi_role role(size_t bit)
{
    if (bit < SCALE_BITS) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    bit -= SCALE_BITS;
    return (qsi_role){QSI_ROLE_CODE, (uint16_t)(bit / CODE_BITS), (uint8_t)(bit % CODE_BITS)};
}

const qsi_block_coder qsi_coder_nvfp4 = {.bytes = BYTES,
                                         .formula = "q * (s * g)",
                                         .scale = {.as = "f8_e4m3"},
                                         .shared_scale = true,
                                         .shared = shared,
                                         .encode_by = encode,
                                         .decode = decode,
                                         .role = role};
