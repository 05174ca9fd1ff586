/*
 * q8_0: 32 values and a scale, 34 bytes.
 *
 *   byte  0..1  d, float16         2..33  32 codes of int8, in order
 *
 * d = absmax / 127; q = nearest(x / d), halves away from zero; x' = q * d with d as stored.
 */
#include "codec/ggml/ggml.h"

static void encode(const float *x, float scale, uint8_t *block)
{
    (void)scale;
    float d = qsi_absmax(x, 32) / 127, id = qsi_inverse(d);
    qsi_put_half(block, d);
    for (size_t i = 0; i < 32; i++) block[2 + i] = (uint8_t)qsi_clamp(qsi_nearest_away(x[i] * id), -127, 127);
}

static void decode(const uint8_t *block, float scale, float *x)
{
    (void)scale;
    float d = qsi_get_half(block);
    for (size_t i = 0; i < 32; i++) x[i] = (float)(int8_t)block[2 + i] * d;
}

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return (qsi_role){QSI_ROLE_CODE, (uint16_t)((bit - 16) / 8), (uint8_t)(bit % 8)};
}

const qsi_block_coder qsi_coder_q8_0 = {
    .bytes = 34, .fast = QSI_BLOCKS_Q8_0, .signed_codes = true, .encode = encode, .decode = decode, .role = role};
