/*
 * q1_0: 128 signs and a scale, 18 bytes.
 *
 *   byte  0..1      d, float16
 *   byte  2..17     bit i % 8 of byte 2 + i / 8 is 1 where x[i] >= 0, so for -0 too
 *
 * d = (sum of |x|) / 128; x' = d where the bit is set, else -d.
 */
#include "codec/ggml/ggml.h"

enum { BYTES = 18 };

static const qsi_planes codes = {128, {{2, 8, 1, 0}}};

static const float signs[16] = {-1, 1};

static void encode(const float *x, float scale, uint8_t *block)
{
    uint8_t q[128];
    float sum = 0;
    (void)scale;
    for (size_t i = 0; i < 128; i++) {
        sum += fabsf(x[i]);
        q[i] = x[i] >= 0;
    }
    qsi_put_half(block, sum / 128);
    qsi_kernels_now()->planes_put(&codes, q, 1, block, BYTES);
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t q[QSI_RUN];
    float d[QSI_MOST_BLOCKS];
    (void)scale;
    qsi_kernels_now()->planes_get(&codes, blocks, BYTES, n, q);
    qsi_get_halves(blocks, BYTES, n, d);
    qsi_kernels_now()->levels_decode(signs, q, n, 128, d, x);
}

static float sign(const struct qs_codec *codec, size_t value, uint32_t code)
{
    (void)codec, (void)value;
    return signs[code];
}

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q1_0 = {.bytes = BYTES,
                                        .encode_one = encode,
                                        .decode = decode,
                                        .role = role,
                                        .formula = "q * s",
                                        .code = {.level = sign},
                                        .scale = {.as = "f16"}};
