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

static const qsi_planes codes = {QSI_SUPER, {{0, 128, 4, 0}, {128, 128, 2, 4}}};

static float fit_group(const float *x, uint8_t *q)
{
    float m = qsi_peak(x, QSI_KSYM_GROUP);
    memset(q, 0, QSI_KSYM_GROUP);
    if (fabsf(m) < QSI_KSYM_LEAST) return 0;
    qsi_ksym_fit fit = qsi_ksym_try(x, -HALF / m, HALF);
    float scale = fit.ll != 0 ? fit.xl / fit.ll : 0, best = scale * fit.xl;
    memcpy(q, fit.codes, QSI_KSYM_GROUP);
    for (int s = -9; s <= 9; s++) {
        if (s == 0) continue;
        fit = qsi_ksym_try(x, -((float)HALF + 0.1F * (float)s) / m, HALF);
        if (!(fit.ll > 0 && fit.xl * fit.xl > best * fit.ll)) continue;
        memcpy(q, fit.codes, QSI_KSYM_GROUP);
        scale = fit.xl / fit.ll;
        best = scale * fit.xl;
    }
    return scale;
}

static void encode(const float *x, float scale, uint8_t *block)
{
    float found[QSI_KSYM_GROUPS];
    uint8_t q[QSI_SUPER];
    int8_t scales[QSI_KSYM_GROUPS];
    (void)scale;
    for (size_t g = 0; g < QSI_KSYM_GROUPS; g++)
        found[g] = fit_group(x + g * QSI_KSYM_GROUP, q + g * QSI_KSYM_GROUP);
    float largest = qsi_peak(found, QSI_KSYM_GROUPS);
    if (fabsf(largest) < QSI_KSYM_LEAST) {
        memset(block, 0, D + 2);
        return;
    }
    float factor = -128 / largest;
    for (size_t g = 0; g < QSI_KSYM_GROUPS; g++) {
        int whole = qsi_nearest_even(factor * found[g]);
        block[SCALES + g] = (uint8_t)(whole < 127 ? whole : 127);
        scales[g] = (int8_t)block[SCALES + g];
    }
    qsi_put_half(block + D, 1 / factor);
    qsi_ksym_encode(x, qsi_get_half(block + D), scales, HALF, q);
    qsi_kernels_now()->planes_put(&codes, q, 1, block, BYTES);
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t q[QSI_RUN];
    int8_t scales[QSI_K_BLOCKS * QSI_KSYM_GROUPS];
    (void)scale;
    for (size_t k = 0; k < n; k++)
        memcpy(scales + k * QSI_KSYM_GROUPS, blocks + k * BYTES + SCALES, QSI_KSYM_GROUPS);
    qsi_kernels_now()->planes_get(&codes, blocks, BYTES, n, q);
    qsi_ksym_decode(q, blocks + D, BYTES, scales, HALF, n, x);
}

static qsi_role role(size_t bit)
{
    if (bit / 8 >= D) return (qsi_role){QSI_ROLE_SUPER_SCALE, 0, (uint8_t)(bit % 16)};
    if (bit / 8 >= SCALES) return (qsi_role){QSI_ROLE_SCALE, (uint16_t)(bit / 8 - SCALES), (uint8_t)(bit % 8)};
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q6_k = {.bytes = BYTES,
                                        .groups = QSI_KSYM_GROUPS,
                                        .encode_one = encode,
                                        .decode = decode,
                                        .role = role,
                                        .formula = QSI_KSYM_FORMULA,
                                        .code = {.minus = HALF},
                                        .scale = {.is_signed = true}};
