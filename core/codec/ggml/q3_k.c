/*
 * q3_k: 256 values of 3 bits, 16 of which share a scale of 6 bits, 110 bytes.
 *
 *   byte   0 + j           bit g is bit 2 of q[32 g + j], j = 0 .. 31, g = 0 .. 7
 *                            7  6  5  4   3  2  1  0
 *                          +-----+-----+-----+-----+
 *   byte  32 + 32 h + j    |q[a] |q[b] |q[c] |q[d] |               h = 0, 1, j = 0 .. 31, d = 128 h + j,
 *                          +-----+-----+-----+-----+               c = d + 32, b = d + 64, a = d + 96: low 2 bits
 *   byte  96 + j           | s[j + 8]  |   s[j]    |               j = 0 .. 7, low 4 bits
 *                          +-----+-----+-----+-----+
 *   byte 104 + j           |s[12 |s[8  |s[4  |s[j] |               j = 0 .. 3, high 2 bits
 *                          | + j]| + j]| + j]|     |
 *                          +-----+-----+-----+-----+
 *   byte 108..109          d, float16: the scale of the scales
 *
 * x' = (d * (s - 32)) * (q - 4). A group's scale is A / B, the least squares with weights x^2, A = sum w x l and B
 * = sum w l l over its levels l = q - 4; these start from l = nearest(-4 x / m), m the first value of largest
 * magnitude, and single levels are changed, in up to five sweeps, where that raises A^2 / B. d makes the scale of
 * largest magnitude s = 0; in the end q = nearest(x / (d * (s - 32))) + 4 with d as stored.
 */
#include "codec/ggml/ksym.h"

/* Scales are searched for MANY values at a time, as those few that need sweeps are to fill vectors. */
enum { BYTES = 110, HALF = 4, HALF_SCALE = 32, D = 108, MANY = 8 * QSI_RUN, MANY_GROUPS = MANY / QSI_KSYM_GROUP };

static const qsi_scale_search search = {.group = {.size = QSI_KSYM_GROUP, .most = 7, .zero = HALF}, .sweeps = 5};

static const qsi_planes codes = {QSI_SUPER, {{32, 128, 2, 0}, {0, 256, 1, 2}}};
static const qsi_planes numbers = {QSI_KSYM_GROUPS, {{96, 16, 4, 0}, {104, 16, 2, 4}}};

/* The scales of a superblock in whole parts of the largest, as they are stored, and what one part is. */
static float put_scales(const float *found, uint8_t *stored)
{
    float largest = qsi_peak(found, QSI_KSYM_GROUPS);
    memset(stored, 0, QSI_KSYM_GROUPS);
    if (largest == 0) return 0;
    float factor = -HALF_SCALE / largest;
    for (size_t g = 0; g < QSI_KSYM_GROUPS; g++) {
        int whole = qsi_clamp(qsi_nearest_even(factor * found[g]), -HALF_SCALE, HALF_SCALE - 1);
        stored[g] = (uint8_t)(whole + HALF_SCALE);
    }
    return qsi_inverse(factor);
}

/* Stored numbers as the scales they are. */
static void center(const uint8_t *stored, size_t n, int8_t *scales)
{
    for (size_t g = 0; g < n * QSI_KSYM_GROUPS; g++) scales[g] = (int8_t)(stored[g] - HALF_SCALE);
}

/* QSI_RUN values at most, whose scales are found. */
static void put_blocks(const float *x, size_t n, const float *found, uint8_t *q, uint8_t *blocks)
{
    float d[QSI_K_BLOCKS];
    uint8_t stored[QSI_K_BLOCKS * QSI_KSYM_GROUPS];
    int8_t scales[QSI_K_BLOCKS * QSI_KSYM_GROUPS + QSI_SUPER_ROOM] = {0};
    for (size_t k = 0; k < n; k++) d[k] = put_scales(found + k * QSI_KSYM_GROUPS, stored + k * QSI_KSYM_GROUPS);
    qsi_put_halves(d, n, blocks + D, BYTES);
    center(stored, n, scales);
    qsi_ksym_encode(&search.group, x, n, blocks + D, BYTES, scales, q);
    qsi_kernels_now()->planes_put(&numbers, stored, n, blocks, BYTES);
    qsi_kernels_now()->planes_put(&codes, q, n, blocks, BYTES);
}

static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    float found[MANY_GROUPS];
    uint8_t q[MANY];
    (void)scale;
    if (!qsi_all_finite(x, n * QSI_SUPER)) return false;
    qsi_kernels_now()->fit_scales(&search, x, n * QSI_KSYM_GROUPS, found, q);
    for (size_t k = 0; k < n; k += QSI_K_BLOCKS) {
        size_t some = n - k < QSI_K_BLOCKS ? n - k : QSI_K_BLOCKS;
        put_blocks(x + k * QSI_SUPER, some, found + k * QSI_KSYM_GROUPS, q + k * QSI_SUPER, blocks + k * BYTES);
    }
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t stored[QSI_K_BLOCKS * QSI_KSYM_GROUPS];
    int8_t scales[QSI_K_BLOCKS * QSI_KSYM_GROUPS + QSI_SUPER_ROOM] = {0};
    (void)scale;
    qsi_kernels_now()->planes_get(&numbers, blocks, BYTES, n, stored);
    center(stored, n, scales);
    qsi_ksym_decode(&search.group, &codes, blocks, BYTES, D, scales, n, x);
}

static qsi_role role(size_t bit)
{
    if (bit / 8 >= D) return (qsi_role){QSI_ROLE_SUPER_SCALE, 0, (uint8_t)(bit % 16)};
    qsi_role number = qsi_planes_role(&numbers, QSI_ROLE_SCALE, bit);
    return number.kind == QSI_ROLE_SCALE ? number : qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_q3_k = {.bytes = BYTES,
                                        .groups = QSI_KSYM_GROUPS,
                                        .most_encoded = MANY,
                                        .encode = encode,
                                        .decode = decode,
                                        .role = role,
                                        .formula = QSI_KSYM_FORMULA,
                                        .code = {.minus = HALF},
                                        .scale = {.minus = HALF_SCALE}};
