/*
 * q1_0: 128 signs and a scale, 18 bytes.
 *
 *   byte  0..1      d, float16
 *   byte  2..17     bit i % 8 of byte 2 + i / 8 is 1 where x[i] >= 0, so for -0 too
 *
 * d = (sum of |x|) / 128; x' = d where the bit is set, else -d.
 */
#include "codec/ggml/ggml.h"

/* Sums are of as many blocks side by side as vectors have lanes. */
enum { BYTES = 18, VALUES = 128, CODES = 2, MANY_BLOCKS = 32, MANY = MANY_BLOCKS * VALUES };

static const qsi_planes codes = {VALUES, {{CODES, 8, 1, 0}}};

static const float signs[16] = {-1, 1};

/* Zeros of either sign are above the first float below them. */
static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    float d[MANY_BLOCKS], below[VALUES];
    (void)scale;
    if (!qsi_all_finite(x, n * VALUES)) return false;
    for (size_t i = 0; i < VALUES; i++) below[i] = -0x1p-149F;
    kernels->size_sums(x, n, VALUES, d);
    for (size_t k = 0; k < n; k++) {
        d[k] /= VALUES;
        kernels->binary_encode(x + k * VALUES, below, VALUES, blocks + k * BYTES + CODES);
    }
    qsi_put_halves(d, n, blocks, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t q[QSI_RUN];
    float d[QSI_MOST_BLOCKS];
    (void)scale;
    qsi_kernels_now()->planes_get(&codes, blocks, BYTES, n, q);
    qsi_get_halves(blocks, BYTES, n, d);
    qsi_kernels_now()->levels_decode(signs, q, n, VALUES, d, x);
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
                                        .most_encoded = MANY,
                                        .encode = encode,
                                        .decode = decode,
                                        .role = role,
                                        .formula = "q * s",
                                        .code = {.level = sign},
                                        .scale = {.as = "f16"}};
