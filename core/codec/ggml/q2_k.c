/*
 * q2_k: 256 values of 2 bits, 16 of which share a scale and a minimum of 4 bits, 84 bytes.
 *
 *                            7  6  5  4   3  2  1  0
 *                          +-----------+-----------+
 *   byte  0 + g            |  low[g]   |  scale[g] |               g = 0 .. 15
 *                          +-----+-----+-----+-----+
 *   byte 16 + 32 h + j     |q[a] |q[b] |q[c] |q[d] |               h = 0, 1, j = 0 .. 31, d = 128 h + j,
 *                          +-----+-----+-----+-----+               c = d + 32, b = d + 64, a = d + 96
 *   byte 80..81            d, float16: the scale of the scales
 *   byte 82..83            dmin, float16: the scale of the minima
 *
 * x' = (d * scale) * q - dmin * low. Both are fitted as kfit.h says, by absolute errors.
 */
#include "codec/ggml/kfit.h"

enum { BYTES = 84, GROUPS = 16, SUPERS = 80 };

static const qsi_kshape shape = {
    .search = {.group = {.size = QSI_SUPER / GROUPS, .most = 3}, .steps = 15, .first = -0.5F, .step = 0.1F},
    .most_part = 15};
static const qsi_planes numbers = {2 * GROUPS, {{0, 2 * GROUPS, 4, 0}}}; /* the scales, then the minima */
static const qsi_planes codes = {QSI_SUPER, {{16, 128, 2, 0}}};

static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    uint8_t parts[QSI_K_BLOCKS * 2 * GROUPS + QSI_SUPER_ROOM] = {0}, q[QSI_RUN];
    (void)scale;
    if (!qsi_all_finite(x, n * QSI_SUPER)) return false;
    qsi_kfit_encode(&shape, x, n, blocks + SUPERS, BYTES, parts, q);
    qsi_kernels_now()->planes_put(&numbers, parts, n, blocks, BYTES);
    qsi_kernels_now()->planes_put(&codes, q, n, blocks, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t parts[QSI_K_BLOCKS * 2 * GROUPS + QSI_SUPER_ROOM] = {0};
    (void)scale;
    qsi_kernels_now()->planes_get(&numbers, blocks, BYTES, n, parts);
    qsi_kfit_decode(&shape, &codes, SUPERS, parts, blocks, BYTES, n, x);
}

static qsi_role role(size_t bit)
{
    if (bit / 8 >= SUPERS)
        return (qsi_role){bit / 8 < SUPERS + 2 ? QSI_ROLE_SUPER_SCALE : QSI_ROLE_SUPER_LOW, 0, (uint8_t)(bit % 16)};
    if (bit >= 128) return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
    qsi_role part = qsi_planes_role(&numbers, QSI_ROLE_SCALE, bit);
    if (part.index < GROUPS) return part;
    return (qsi_role){QSI_ROLE_LOW, (uint16_t)(part.index - GROUPS), part.place};
}

const qsi_block_coder qsi_coder_q2_k = {.bytes = BYTES,
                                        .groups = GROUPS,
                                        .encode = encode,
                                        .decode = decode,
                                        .role = role,
                                        .formula = QSI_KFIT_FORMULA};
