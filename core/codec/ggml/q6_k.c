/*
 * q6_k: 256 values of 6 bits, 16 of which share a scale of 8 bits, 210 bytes.
 *
 *                            7  6  5  4   3  2  1  0
 *                          +-----------+-----------+
 *   byte   0 + 64 h + j    | q[i + 64] |   q[i]    |               h = 0, 1, j = 0 .. 63, i = 128 h + j: low 4 bits
 *                          +-----+-----+-----+-----+
 *   byte 128 + 32 h + j    |q[a] |q[b] |q[c] |q[d] |               h = 0, 1, j = 0 .. 31, d = 128 h + j,
 *                          +-----+-----+-----+-----+               c = d + 32, b = d + 64, a = d + 96: high 2 bits
 *   byte 192 + g           scale of group g, int8                  g = 0 .. 15
 *   byte 208..209          d, float16: the scale of the scales
 *
 * x' = (d * scale) * (q - 32). A group's scale is A / B, the least squares with weights x^2, A = sum w x l and B =
 * sum w l l over the levels l = nearest(x * -(32 + s / 10) / m) for that s of -9 .. 9 with the largest A^2 / B; m
 * is the first value of largest magnitude. d makes the scale of largest magnitude -128; in the end q = nearest(x /
 * (d * scale)) + 32 with d as stored. A block without a scale is zero bytes.
 */
#include "codec/ggml/ksym.h"

enum { BYTES = 210, HALF = 32, SCALES = 192, D = 208 };

static const qsi_scale_search search = {
    .group = {.size = QSI_KSYM_GROUP, .most = 63, .zero = HALF}, .tries = 9, .step = 0.1F};

static const qsi_planes codes = {QSI_SUPER, {{0, 128, 4, 0}, {128, 128, 2, 4}}};

/* The scales of a superblock in whole parts of the largest, and what one part is. */
static float put_scales(const float *found, int8_t *scales)
{
    float largest = qsi_peak(found, QSI_KSYM_GROUPS);
    memset(scales, 0, QSI_KSYM_GROUPS);
    if (fabsf(largest) < QSI_LEAST_GROUP) return 0;
    float factor = -128 / largest;
    for (size_t g = 0; g < QSI_KSYM_GROUPS; g++) {
        int whole = qsi_nearest_even(factor * found[g]);
        scales[g] = (int8_t)(uint8_t)(whole < 127 ? whole : 127);
    }
    return 1 / factor;
}

static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    float found[QSI_K_BLOCKS * QSI_KSYM_GROUPS], d[QSI_K_BLOCKS];
    uint8_t q[QSI_RUN];
    int8_t scales[QSI_K_BLOCKS * QSI_KSYM_GROUPS + QSI_SUPER_ROOM] = {0};
    (void)scale;
    if (!qsi_all_finite(x, n * QSI_SUPER)) return false;
    qsi_kernels_now()->fit_scales(&search, x, n * QSI_KSYM_GROUPS, found, q);
    for (size_t k = 0; k < n; k++) {
        int8_t *of_block = scales + k * QSI_KSYM_GROUPS;
        d[k] = put_scales(found + k * QSI_KSYM_GROUPS, of_block);
        if (d[k] == 0) memset(q + k * QSI_SUPER, 0, QSI_SUPER);
        memcpy(blocks + k * BYTES + SCALES, of_block, QSI_KSYM_GROUPS);
    }
    qsi_put_halves(d, n, blocks + D, BYTES);
    qsi_ksym_encode(&search.group, x, n, blocks + D, BYTES, scales, q);
    qsi_kernels_now()->planes_put(&codes, q, n, blocks, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    int8_t scales[QSI_K_BLOCKS * QSI_KSYM_GROUPS + QSI_SUPER_ROOM] = {0};
    (void)scale;
    for (size_t k = 0; k < n; k++)
        memcpy(scales + k * QSI_KSYM_GROUPS, blocks + k * BYTES + SCALES, QSI_KSYM_GROUPS);
    qsi_ksym_decode(&search.group, &codes, blocks, BYTES, D, scales, n, x);
}

static qsi_role role(size_t bit)
{
    if (bit / 8 >= D) return (qsi_role){QSI_ROLE_SUPER_SCALE, 0, (uint8_t)(bit % 16)};
    if (bit / 8 >= SCALES) return (qsi_role){QSI_ROLE_SCALE, (uint16_t)(bit / 8 - SCALES), (uint8_t)(bit % 8)};
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q6_k = {.bytes = BYTES,
                                        .groups = QSI_KSYM_GROUPS,
                                        .encode = encode,
                                        .decode = decode,
                                        .role = role,
                                        .formula = QSI_KSYM_FORMULA,
                                        .code = {.minus = HALF},
                                        .scale = {.is_signed = true}};
