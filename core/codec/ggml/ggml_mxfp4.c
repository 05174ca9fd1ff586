/*
 * ggml_mxfp4: 32 floats of 4 bits (E2M1) and a scale that is a power of two, 17 bytes.
 *
 *   byte  0        e
 *                    7  6  5  4   3  2  1  0
 *                  +-----------+-----------+
 *   byte  1 + j    | c[j + 16] |   c[j]    |   j = 0 .. 15
 *                  +-----------+-----------+
 *
 * e = floor(log2(absmax)) - 2 + 127, at least 0; code c means fp4[c] * 2^(e - 127). It differs from mxfp4 of the
 * OCP in two ways: halves go toward zero, and log2 is that of float32, rounded to float32.
 */
#include "codec/ggml/fp4.h"
#include "codec/ggml/ggml.h"

enum { BYTES = 17 };

static const qsi_planes codes = {32, {{1, 32, 4, 0}}};

/* floor(log2(x)) of x > 0, the logarithm correctly rounded to float32. Just below 2^k it is k - (2^k - x) / (2^k ln
 * 2), which rounds to k when that is less than half of the step of floats there: when x is at most ln 2 * 2^j
 * floats below 2^k, where 2^j is the power of two of the floats just below k in magnitude. Subnormals count as
 * below 2^-126. */
static int floor_log2(float x)
{
    static const uint8_t rounded_up[] = {0, 1, 2, 5, 11, 22, 44}; /* floor(ln 2 * 2^j) */
    uint32_t bits = qsi_float_bits(x);
    int k = (int)(bits >> 23) - 126, below = k > 0 ? k - 1 : -k, j = 0;
    while (below >> j > 1) j++;
    return 0x800000 - (bits & 0x7fffff) <= rounded_up[j] ? k : k - 1;
}

/* Half of the scale. */
static float half_scale(uint8_t e)
{
    return e < 2 ? qsi_bits_float(0x200000U << e) : qsi_bits_float((e - 1U) << 23);
}

static bool encode(const float *x, size_t n, float scale, uint8_t *blocks)
{
    uint8_t c[QSI_RUN];
    float s[QSI_MOST_BLOCKS];
    (void)scale;
    qsi_kernels_now()->absmaxes(x, n, 32, s);
    if (!qsi_all_finite(s, n)) return false;
    for (size_t k = 0; k < n; k++) {
        uint8_t e = (uint8_t)(s[k] > 0 ? qsi_clamp(floor_log2(s[k]) + 125, 0, 254) : 0);
        blocks[k * BYTES] = e;
        s[k] = half_scale(e);
    }
    qsi_kernels_now()->nearest_encode(qsi_fp4_doubled, x, n, 32, s, c);
    qsi_kernels_now()->planes_put(&codes, c, n, blocks, BYTES);
    return true;
}

static void decode(const uint8_t *blocks, size_t n, float scale, float *x)
{
    uint8_t c[QSI_RUN];
    float s[QSI_MOST_BLOCKS];
    (void)scale;
    qsi_kernels_now()->planes_get(&codes, blocks, BYTES, n, c);
    for (size_t k = 0; k < n; k++) s[k] = half_scale(blocks[k * BYTES]);
    qsi_kernels_now()->levels_decode(qsi_fp4_doubled, c, n, 32, s, x);
}

static float scale_of(const struct qs_codec *codec, size_t value, uint32_t code)
{
    (void)codec, (void)value;
    return 2 * half_scale((uint8_t)code);
}

static qsi_role role(size_t bit)
{
    if (bit < 8) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)bit};
    return qsi_planes_role(&codes, QSI_ROLE_CODE, bit);
}

const qsi_block_coder qsi_coder_ggml_mxfp4 = {.bytes = BYTES,
                                              .encode = encode,
                                              .decode = decode,
                                              .role = role,
                                              .formula = "q * s",
                                              .scale = {.level = scale_of}};
