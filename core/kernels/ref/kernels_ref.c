/*
 * The reference backend: each kernel in plain C, which is its definition. One value after another, no tricks; built
 * without auto-vectorisation, so that a compiler's vectors are not what others are compared with.
 */
#include "kernels/backends.h"

#include "base/bytes.h"
#include "base/random.h"

#include <math.h>

static bool available(void)
{
    return true;
}

/* --------------------------------------------------------------------------------------------------- ranges */

static uint32_t absmax(const float *x, size_t n)
{
    uint32_t most = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = qsi_float_bits(x[i]) & 0x7fffffffU;
        if (bits > most) most = bits;
    }
    return most;
}

static void minmax_dims(const float *x, size_t rows, size_t dim, int32_t *lo, int32_t *hi)
{
    for (size_t r = 0; r < rows; r++) {
        for (size_t c = 0; c < dim; c++) {
            int32_t v = qsi_ordered(qsi_float_bits(x[r * dim + c]));
            if (v < lo[c]) lo[c] = v;
            if (v > hi[c]) hi[c] = v;
        }
    }
}

static void minmax(const float *x, size_t n, int32_t *lo, int32_t *hi)
{
    *lo = INT32_MAX;
    *hi = INT32_MIN;
    minmax_dims(x, n, 1, lo, hi);
}

#include "kernels/ref/codes_ref.inc"

/* ----------------------------------------------------------------------------------------------- half floats */

/* mantissa / 2^drop, nearest, ties to even; 1 <= drop <= 31 */
static uint32_t drop_bits(uint32_t mantissa, unsigned drop)
{
    uint32_t kept = mantissa >> drop, rest = mantissa & ((1U << drop) - 1), half = 1U << (drop - 1);
    return kept + (rest > half || (rest == half && (kept & 1) != 0));
}

static uint32_t f16_of(uint32_t bits)
{
    uint32_t sign = bits >> 16 & 0x8000U, size = bits & 0x7fffffffU;
    if (size > 0x7f800000U) return sign | 0x7e00U;
    if (size >= 0x47800000U) return sign | 0x7c00U; /* from 2^16 */
    if (size >= 0x38800000U)
        return sign | drop_bits(size - 0x38000000U, 13); /* from 2^-14; may carry to infinity */
    if (size < 0x33000000U) return sign;                 /* below 2^-25, half the least */
    return sign | drop_bits((size & 0x7fffffU) | 0x800000U, 126 - (size >> 23));
}

static uint32_t f16_to(uint32_t half)
{
    uint32_t sign = (half & 0x8000U) << 16, exponent = half >> 10 & 31, mantissa = half & 0x3ffU;
    if (exponent == 31) return sign | 0x7f800000U | mantissa << 13;
    if (exponent == 0) return sign | qsi_float_bits((float)mantissa * 0x1p-24F);
    return sign | (exponent + 112) << 23 | mantissa << 13;
}

static void f16_encode(const float *x, size_t n, uint8_t *halves)
{
    for (size_t i = 0; i < n; i++) qsi_put16(halves + 2 * i, (uint16_t)f16_of(qsi_float_bits(x[i])));
}
static void f16_decode(const uint8_t *halves, size_t n, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = qsi_bits_float(f16_to(qsi_get16(halves + 2 * i)));
}

static void bf16_encode(const float *x, size_t n, uint8_t *halves)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = qsi_float_bits(x[i]);
        bool nan = (bits & 0x7fffffffU) > 0x7f800000U;
        qsi_put16(halves + 2 * i, (uint16_t)(nan ? bits >> 16 | 0x40U : drop_bits(bits, 16)));
    }
}
static void bf16_decode(const uint8_t *halves, size_t n, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = qsi_bits_float((uint32_t)qsi_get16(halves + 2 * i) << 16);
}

/* --------------------------------------------------------------------------------------------------- one bit */

static uint32_t binary_encode(const float *x, const float *threshold, size_t n, uint8_t *bits)
{
    for (size_t i = 0; i < n; i++) {
        if (i % 8 == 0) bits[i / 8] = 0;
        if (x[i] > (threshold ? threshold[i] : 0)) bits[i / 8] |= (uint8_t)(1U << i % 8);
    }
    return absmax(x, n);
}
static void binary_decode(const uint8_t *bits, size_t n, float *x)
{
    for (size_t i = 0; i < n; i++) x[i] = bits[i / 8] >> i % 8 & 1 ? 1.0F : -1.0F;
}

/* ------------------------------------------------------------------------------------------ groups and planes */

#include "kernels/ref/groups_ref.inc"
#include "kernels/block/blocks.inc"
#include "kernels/ref/scale_search_ref.inc"
#include "kernels/ref/iq4_levels_ref.inc"
#include "kernels/ref/nearest_level_ref.inc"

/* ---------------------------------------------------------------------------------------------------- scores */

static float fold(float s[16])
{
    for (size_t half = 8; half > 0; half /= 2) {
        for (size_t i = 0; i < half; i++) s[i] += s[i + half];
    }
    return s[0];
}

static float dot(const float *a, const float *b, size_t n)
{
    float s[16] = {0};
    for (size_t i = 0; i < n; i++) s[i % 16] += a[i] * b[i];
    return fold(s);
}

static float distance(const float *a, const float *b, size_t n)
{
    float s[16] = {0};
    for (size_t i = 0; i < n; i++) {
        float d = a[i] - b[i];
        s[i % 16] += d * d;
    }
    return fold(s);
}

static int32_t dot_i8(const int8_t *a, const int8_t *b, size_t n)
{
    int32_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

static uint32_t hamming(const uint8_t *a, const uint8_t *b, size_t n)
{
    uint32_t count = 0;
    for (size_t i = 0; i < n; i++) {
        for (unsigned differ = a[i] ^ b[i]; differ != 0; differ &= differ - 1) count++;
    }
    return count;
}

/* Each query against each row. */
#define PAIRS(name, pair, in, result)                                                                        \
    static void name(const in *q, size_t nq, const in *x, size_t rows, size_t n, result *out, size_t stride) \
    {                                                                                                        \
        for (size_t i = 0; i < nq; i++) {                                                                    \
            for (size_t j = 0; j < rows; j++) out[i * stride + j] = pair(q + i * n, x + j * n, n);           \
        }                                                                                                    \
    }
PAIRS(dots, dot, float, float)
PAIRS(distances, distance, float, float)
PAIRS(dots_i8, dot_i8, int8_t, int32_t)
PAIRS(hammings, hamming, uint8_t, uint32_t)

static void combine(const float *a, size_t count, size_t apart, const float *x, size_t n, float *out)
{
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; a[k * apart] != 0 && i < n; i++) out[i] += a[k * apart] * x[k * n + i];
    }
}

static void nearest_centroid(const float *x, size_t rows, size_t apart, size_t n, const float *columns,
                             size_t padded, uint8_t *codes, size_t codes_apart)
{
    for (size_t r = 0; r < rows; r++) {
        float least = INFINITY;
        codes[r * codes_apart] = 0;
        for (size_t c = 0; c < padded; c++) {
            float s[16] = {0};
            for (size_t i = 0; i < n; i++) {
                float off = x[r * apart + i] - columns[i * padded + c];
                s[i] += off * off;
            }
            if (fold(s) < least) codes[r * codes_apart] = (uint8_t)c;
            if (s[0] < least) least = s[0];
        }
    }
}

static void centroid_scores(const float *x, size_t n, const float *columns, size_t padded, bool distances,
                            float *out)
{
    for (size_t c = 0; c < padded; c++) {
        float s[16] = {0};
        for (size_t i = 0; i < n; i++) {
            float a = x[i], b = columns[i * padded + c];
            s[i] += distances ? (a - b) * (a - b) : a * b;
        }
        out[c] = fold(s);
    }
}

static void table_sums(const float *tables, size_t m, size_t count, const uint8_t *codes, size_t rows, float *sums)
{
    for (size_t r = 0; r < rows; r++) {
        sums[r] = 0;
        for (size_t j = 0; j < m; j++) sums[r] += tables[j * count + codes[r * m + j]];
    }
}

static void scale_sums(const int32_t *sums, size_t n, float a, const float *b, float *out)
{
    for (size_t j = 0; j < n; j++) out[j] = (float)sums[j] * a * b[j];
}

static void scale_scores(float *scores, size_t n, float a, const float *b)
{
    for (size_t j = 0; j < n; j++) scores[j] = scores[j] * a * b[j];
}

static void not_below(const float *scores, size_t n, float least, uint64_t *bits)
{
    for (size_t j = 0; j < n; j++) {
        if (j % 64 == 0) bits[j / 64] = 0;
        if (!(scores[j] < least)) bits[j / 64] |= (uint64_t)1 << j % 64;
    }
}

static void copy(const uint8_t *from, size_t n, uint8_t *to)
{
    memcpy(to, from, n);
}

#include "kernels/ref/limits_ref.inc"

static const qsi_packed_scores *packed_scores(qsi_score_kind kind)
{
    (void)kind;
    return NULL;
}

const qsi_kernels qsi_backend_ref = {
    .name = "ref",
    .title = "plain C, the definition of the others",
    .available = available,
    .rows_ahead = 1,
    .absmax = absmax,
    .minmax = minmax,
    .minmax_dims = minmax_dims,
    .quantize = quantize,
    .dequantize = dequantize,
    .error_feedback = error_feedback,
    .pack = pack,
    .unpack = unpack,
    .f16_encode = f16_encode,
    .f16_decode = f16_decode,
    .bf16_encode = bf16_encode,
    .bf16_decode = bf16_decode,
    .binary_encode = binary_encode,
    .binary_decode = binary_decode,
    .dots = dots,
    .distances = distances,
    .dots_i8 = dots_i8,
    .combine = combine,
    .hammings = hammings,
    .packed_scores = packed_scores,
    .nearest_centroid = nearest_centroid,
    .centroid_scores = centroid_scores,
    .table_sums = table_sums,
    .absmaxes = absmaxes,
    .minmaxes = minmaxes,
    .peaks = peaks,
    .spans = spans,
    .divide = divide,
    .means = means,
    .size_sums = size_sums,
    .steps_encode = steps_encode,
    .steps_decode = steps_decode,
    .levels_decode = levels_decode,
    .codebook_decode = codebook_decode,
    .relabel = relabel,
    .floats_encode = floats_encode,
    .floats_decode = floats_decode,
    .trits_encode = trits_encode,
    .planes_decode = planes_decode,
    .supers_decode = supers_decode,
    .blocks_encode = blocks_encode,
    .blocks_decode = blocks_decode,
    .fit_lines = fit_lines,
    .fit_scales = fit_scales,
    .recode = recode,
    .fit_levels = fit_levels,
    .levels_encode = levels_encode,
    .nearest_encode = nearest_encode,
    .nearest_level_encode = nearest_level_encode,
    .nearest_level_dims = nearest_level_dims,
    .dims_decode = dims_decode,
    .planes_put = planes_put,
    .planes_get = planes_get,
    .scale_sums = scale_sums,
    .scale_scores = scale_scores,
    .not_below = not_below,
    .copy = copy,
    .move = move,
    .peak = peak,
};
