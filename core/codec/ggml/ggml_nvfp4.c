/*
 * ggml_nvfp4: 64 floats of 4 bits (E2M1), 16 of which share a scale of 8 bits (E4M3, no sign), 36 bytes.
 *
 *   byte  0..3            the scales of the groups g = 0 .. 3
 *                           7  6  5  4   3  2  1  0
 *                         +-----------+-----------+
 *   byte  4 + 8 g + j     | c[j + 8]  |   c[j]    |   j = 0 .. 7, of the group's values
 *                         +-----------+-----------+
 *
 * scale = absmax / 6 of the group, to E4M3; code c means fp4[c] * scale. There is no scale of the whole tensor, so
 * that a group beyond 6 * 448 is clipped and one below 6 * 2^-10 is zero. A scale of 256 or more becomes 448.
 */
#include "codec/ggml/fp4.h"
#include "codec/ggml/ggml.h"

enum { BYTES = 36, GROUPS = 4, GROUP = 16 };

static const qsi_planes codes = {64, {{4, GROUP, 4, 0}}};

/* To E4M3 without a sign: subnormals are cut after adding a half and stay below the normals; normals are rounded by
 * the first bit that is dropped alone. */
static uint8_t encode_scale(float v)
{
    if (!(v > 0)) return 0;
    if (v > 448) v = 448;
    uint32_t bits = qsi_float_bits(v);
    int exponent = (int)(bits >> 23) - 127 + 7;
    if (exponent <= 0) return (uint8_t)qsi_clamp(qsi_whole(v * 512 + 0.5F), 0, 7);
    if (exponent >= 15) return 0x7e;
    uint32_t code = ((uint32_t)exponent << 3 | (bits >> 20 & 7)) + (bits >> 19 & 1);
    return (uint8_t)(code >= 15 << 3 ? 0x7e : code);
}

/* Half of the scale. */
static float half_scale(uint8_t byte)
{
    uint32_t code = byte & 0x7f;
    if (byte == 0x7f) return 0;
    if (code < 8) return (float)code * 0x1p-10F;
    return qsi_bits_float(((code >> 3) + 127 - 7 - 1) << 23 | (code & 7) << 20);
}

static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    uint8_t c[QSI_RUN];
    float s[QSI_MOST_BLOCKS];
    (void)scale;
    qsi_kernels_now()->absmaxes(x, n * GROUPS, GROUP, s);
    if (!qsi_all_finite(s, n * GROUPS)) return false;
    for (size_t g = 0; g < n * GROUPS; g++) {
        uint8_t *byte = &blocks[g / GROUPS * BYTES + g % GROUPS];
        *byte = encode_scale(s[g] / 6);
        s[g] = half_scale(*byte);
    }
    qsi_kernels_now()->nearest_encode(qsi_fp4_doubled, x, n * GROUPS, GROUP, s, c);
    qsi_kernels_now()->planes_put(&codes, c, n, blocks, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t c[QSI_RUN];
    float s[QSI_MOST_BLOCKS];
    (void)scale;
    qsi_kernels_now()->planes_get(&codes, blocks, BYTES, n, c);
    for (size_t g = 0; g < n * GROUPS; g++) s[g] = half_scale(blocks[g / GROUPS * BYTES + g % GROUPS]);
    qsi_kernels_now()->levels_decode(qsi_fp4_doubled, c, n * GROUPS, GROUP, s, x);
}

static float scale_of(const struct qs_codec *codec, size_t value, uint32_t code)
{
    (void)codec, (void)value;
    return 2 * half_scale((uint8_t)code);
}

static qsi_role role(size_t bit)
{
    if (bit < 32) return (qsi_role){QSI_ROLE_SCALE, (uint16_t)(bit / 8), (uint8_t)(bit % 8)};
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_ggml_nvfp4 = {.bytes = BYTES,
                                              .groups = GROUPS,
                                              .encode = encode,
                                              .decode = decode,
                                              .role = role,
                                              .formula = "q * s",
                                              .scale = {.level = scale_of}};
