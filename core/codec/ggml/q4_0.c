/*
 * q4_0: 32 values of 4 bits and a scale, 18 bytes.
 *
 *   byte  0..1     d, float16
 *                   7  6  5  4   3  2  1  0
 *                  +-----------+-----------+
 *   byte  2 + j    | q[j + 16] |   q[j]    |   j = 0 .. 15, 4 bits each
 *                  +-----------+-----------+
 *
 * m = the first value of largest magnitude, with its sign; d = m / -8; q = floor(x / d + 8.5), at most 15;
 * x' = (q - 8) * d with d as stored. So m is code 0 and is hit, while -m is beyond the last code.
 */
#include "codec/ggml/ggml.h"

static const qsi_planes codes = {32, {{2, 32, 4, 0}}};

static void encode(const float *x, float scale, uint8_t *block)
{
    uint8_t q[32];
    (void)scale;
    qsi_put_half(block, qsi_peak_encode(x, 32, 8, q));
    qsi_planes_put(&codes, q, block);
}

static void decode(const uint8_t *block, float scale, float *x)
{
    uint8_t q[32];
    (void)scale;
    qsi_planes_get(&codes, block, q);
    qsi_steps_decode(q, 32, 8, qsi_get_half(block), x);
}

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q4_0 = {
    .bytes = 18, .fast = QSI_BLOCKS_Q4_0, .encode = encode, .decode = decode, .role = role};
