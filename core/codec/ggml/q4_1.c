/*
 * q4_1: 32 values of 4 bits, a scale and a minimum, 20 bytes.
 *
 *   byte  0..1     d, float16
 *   byte  2..3     m, float16
 *                   7  6  5  4   3  2  1  0
 *                  +-----------+-----------+
 *   byte  4 + j    | q[j + 16] |   q[j]    |   j = 0 .. 15, 4 bits each
 *                  +-----------+-----------+
 *
 * m = min; d = (max - min) / 15; q = floor((x - m) / d + 0.5), at most 15; x' = q * d + m with d and m as stored.
 */
#include "codec/ggml/ggml.h"

static const qsi_planes codes = {32, {{4, 32, 4, 0}}};

static void encode(const float *x, float scale, uint8_t *block)
{
    uint8_t q[32];
    float low;
    (void)scale;
    qsi_put_half(block, qsi_span_encode(x, 32, 15, q, &low));
    qsi_put_half(block + 2, low);
    qsi_planes_put(&codes, q, block);
}

static void decode(const uint8_t *block, float scale, float *x)
{
    uint8_t q[32];
    (void)scale;
    qsi_planes_get(&codes, block, q);
    qsi_span_decode(q, 32, qsi_get_half(block), qsi_get_half(block + 2), x);
}

static qsi_role role(size_t bit)
{
    if (bit < 32) return (qsi_role){bit < 16 ? QSI_ROLE_SCALE : QSI_ROLE_LOW, 0, (uint8_t)(bit % 16)};
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q4_1 = {.bytes = 20, .encode = encode, .decode = decode, .role = role};
