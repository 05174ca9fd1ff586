/*
 * q2_0: 64 values of 2 bits and a scale, 18 bytes.
 *
 *   byte  0..1     d, float16
 *                    7  6      5  4      3  2      1  0
 *                  +---------+---------+---------+---------+
 *   byte  2 + j    | q[4j+3] | q[4j+2] | q[4j+1] | q[4j]   |   j = 0 .. 15
 *                  +---------+---------+---------+---------+
 *
 * d = absmax; q = nearest(x / d) + 1, halves away from zero: 0, 1, 2, never 3; x' = (q - 1) * d with d as stored.
 */
#include "codec/ggml/ggml.h"

static const qsi_planes codes = {64, {{2, 4, 2, 0}}};

static void encode(const float *x, float scale, uint8_t *block)
{
    uint8_t q[64];
    (void)scale;
    qsi_put_half(block, qsi_trits_encode(x, 64, q));
    qsi_planes_put(&codes, q, block);
}

static void decode(const uint8_t *block, float scale, float *x)
{
    uint8_t q[64];
    (void)scale;
    qsi_planes_get(&codes, block, q);
    qsi_steps_decode(q, 64, 1, qsi_get_half(block), x);
}

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q2_0 = {.bytes = 18, .encode = encode, .decode = decode, .role = role};
