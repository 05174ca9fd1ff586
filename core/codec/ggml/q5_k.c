/*
 * q5_k: 256 values of 5 bits, 32 of which share a scale and a minimum of 6 bits, 176 bytes.
 *
 *   byte  0..1            d, float16: the scale of the scales
 *   byte  2..3            dmin, float16: the scale of the minima
 *   byte  4..15           scales and minima, 6 bits each, as kfit.h draws them
 *   byte 16 + j           bit g is bit 4 of q[32 g + j], j = 0 .. 31, g = 0 .. 7
 *                           7  6  5  4   3  2  1  0
 *                         +-----------+-----------+
 *   byte 48 + 32 h + j    |   q[b]    |   q[a]    |   h = 0 .. 3, j = 0 .. 31, a = 64 h + j, b = a + 32, low 4 bits
 *                         +-----------+-----------+
 *
 * x' = (d * scale) * q - dmin * minimum. Both are fitted as kfit.h says, by squared errors.
 */
#include "codec/ggml/kfit.h"

enum { BYTES = 176 };

static const qsi_kshape shape = {
    .search = {.group = {.size = 32, .most = 31}, .steps = 15, .first = -0.5F, .step = 0.1F, .squares = true},
    .most_part = 63};
static const qsi_planes codes = {QSI_SUPER, {{48, 64, 4, 0}, {16, 256, 1, 4}}};

static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    uint8_t parts[QSI_K_BLOCKS * QSI_K12_PARTS + QSI_SUPER_ROOM] = {0}, q[QSI_RUN];
    (void)scale;
    if (!qsi_all_finite(x, n * QSI_SUPER)) return false;
    qsi_kfit_encode(&shape, x, n, blocks, BYTES, parts, q);
    for (size_t k = 0; k < n; k++) qsi_k12_put(parts + k * QSI_K12_PARTS, blocks + k * BYTES + 4);
    qsi_kernels_now()->planes_put(&codes, q, n, blocks, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t parts[QSI_K_BLOCKS * QSI_K12_PARTS + QSI_SUPER_ROOM] = {0};
    (void)scale;
    for (size_t k = 0; k < n; k++) qsi_k12_get(blocks + k * BYTES + 4, parts + k * QSI_K12_PARTS);
    qsi_kfit_decode(&shape, &codes, 0, parts, blocks, BYTES, n, x);
}

static qsi_role role(size_t bit)
{
    if (bit < 32) return (qsi_role){bit < 16 ? QSI_ROLE_SUPER_SCALE : QSI_ROLE_SUPER_LOW, 0, (uint8_t)(bit % 16)};
    if (bit < 128) return qsi_k12_role(bit - 32);
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q5_k = {
    .bytes = BYTES, .groups = 8, .encode = encode, .decode = decode, .role = role, .formula = QSI_KFIT_FORMULA};
