/*
 * iq4_nl: 32 values of 4 bits on uneven levels and a scale, 18 bytes.
 *
 *   byte  0..1     d, float16
 *                    7  6  5  4   3  2  1  0
 *                  +-----------+-----------+
 *   byte  2 + j    | c[j + 16] |   c[j]    |   j = 0 .. 15
 *                  +-----------+-----------+
 *
 * x' = d * level[c]. The scale is searched as iq4.h says; codes are made with it before it is rounded.
 */
#include "codec/ggml/iq4.h"

enum { BYTES = 18 };

static const qsi_planes codes = {QSI_IQ4_GROUP, {{2, 32, 4, 0}}};

static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    uint8_t c[QSI_RUN];
    float d[QSI_MOST_BLOCKS];
    (void)scale;
    if (!qsi_all_finite(x, n * QSI_IQ4_GROUP)) return false;
    qsi_iq4_scales(x, n, d);
    qsi_put_halves(d, n, blocks, BYTES);
    qsi_iq4_encode(x, d, n, c);
    qsi_kernels_now()->planes_put(&codes, c, n, blocks, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t c[QSI_RUN];
    float d[QSI_MOST_BLOCKS];
    (void)scale;
    qsi_kernels_now()->planes_get(&codes, blocks, BYTES, n, c);
    qsi_get_halves(blocks, BYTES, n, d);
    qsi_iq4_decode(c, d, n, x);
}

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_iq4_nl = {.bytes = BYTES,
                                          .encode = encode,
                                          .decode = decode,
                                          .role = role,
                                          .formula = "q * s",
                                          .code = {.level = qsi_iq4_level},
                                          .scale = {.as = "f16"}};
