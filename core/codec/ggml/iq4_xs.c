/*
 * iq4_xs: 256 values of 4 bits on uneven levels, 32 of which share a scale of 6 bits, 136 bytes.
 *
 *   byte  0..1            d, float16: the scale of the scales
 *                           7  6      5  4      3  2      1  0
 *                         +---------+---------+---------+---------+
 *   byte  2 + j           | s[4j+3] | s[4j+2] | s[4j+1] | s[4j]   |   j = 0, 1: high 2 bits
 *                         +---------+---------+---------+---------+
 *   byte  4 + j           |      s[2j + 1]    |       s[2j]       |   j = 0 .. 3: low 4 bits
 *                         +-------------------+-------------------+
 *   byte  8 + 16 g + j    |  c[32 g + j + 16] |    c[32 g + j]    |   g = 0 .. 7, j = 0 .. 15
 *                         +-------------------+-------------------+
 *
 * x' = (d * (s - 32)) * level[c]. A group's scale is searched as iq4.h says; d makes the one of largest magnitude
 * s = 0, the others are rounded to whole s; codes are made with (s - 32) * d before d is rounded.
 */
#include "codec/ggml/iq4.h"

enum { BYTES = 136, GROUPS = QSI_SUPER / QSI_IQ4_GROUP, HALF = 32 };

static const qsi_planes numbers = {GROUPS, {{4, 2, 4, 0}, {2, 4, 2, 4}}};
static const qsi_planes codes = {QSI_SUPER, {{8, 32, 4, 0}}};

/* The scales of a superblock in whole parts of the largest, as they are stored, and what one part is. */
static float put_scales(const float *found, uint8_t *stored)
{
    float d = -qsi_peak(found, GROUPS) / HALF, id = qsi_inverse(d);
    for (size_t g = 0; g < GROUPS; g++)
        stored[g] = (uint8_t)(qsi_clamp(qsi_nearest_even(id * found[g]), -HALF, HALF - 1) + HALF);
    return d;
}

static void whole_scales(const float *d, const uint8_t *stored, size_t n, float *scales)
{
    for (size_t g = 0; g < n * GROUPS; g++) scales[g] = d[g / GROUPS] * (float)(stored[g] - HALF);
}

static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    uint8_t s[QSI_K_BLOCKS * GROUPS], c[QSI_RUN];
    float d[QSI_K_BLOCKS], scales[QSI_K_BLOCKS * GROUPS];
    (void)scale;
    if (!qsi_all_finite(x, n * QSI_SUPER)) return false;
    qsi_iq4_scales(x, n * GROUPS, scales);
    for (size_t k = 0; k < n; k++) d[k] = put_scales(scales + k * GROUPS, s + k * GROUPS);
    whole_scales(d, s, n, scales);
    qsi_iq4_encode(x, scales, n * GROUPS, c);
    qsi_put_halves(d, n, blocks, BYTES);
    qsi_kernels_now()->planes_put(&numbers, s, n, blocks, BYTES);
    qsi_kernels_now()->planes_put(&codes, c, n, blocks, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t s[QSI_K_BLOCKS * GROUPS], c[QSI_RUN];
    float d[QSI_K_BLOCKS], scales[QSI_K_BLOCKS * GROUPS];
    (void)scale;
    qsi_kernels_now()->planes_get(&numbers, blocks, BYTES, n, s);
    qsi_kernels_now()->planes_get(&codes, blocks, BYTES, n, c);
    qsi_get_halves(blocks, BYTES, n, d);
    whole_scales(d, s, n, scales);
    qsi_iq4_decode(c, scales, n * GROUPS, x);
}

static qsi_role role(size_t bit)
{
    if (bit < 16) return (qsi_role){QSI_ROLE_SUPER_SCALE, 0, (uint8_t)bit};
    if (bit < 64) return qsi_planes_role(&numbers, QSI_ROLE_SCALE, bit);
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_iq4_xs = {.bytes = BYTES,
                                          .groups = GROUPS,
                                          .encode = encode,
                                          .decode = decode,
                                          .role = role,
                                          .formula = "d * s * q",
                                          .code = {.level = qsi_iq4_level},
                                          .scale = {.minus = HALF}};
