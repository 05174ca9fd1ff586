/*
 * The table of kernels: every loop over many values that a backend may do faster than plain C.
 *
 * kernels_ref.c is the definition. Every other backend equals it under memcmp for any input, length and alignment
 * (a NaN equals any NaN; encoders write one canonical NaN). Hence: no fused multiply-add, a fixed order of float
 * sums, no library function but sqrt. A backend is one constant table; dispatch.c chooses it. Whatever is not a
 * loop over values (formats, ranges, options) does not live here.
 *
 * Sums    A float sum is 16 partial sums: element i goes into sum i mod 16; they are folded as s[i] += s[i+8], then
 * 4, 2, 1. Integer sums are exact in any order.
 * Caches  Encoders and decoders of half floats store past the caches where their output is QSI_PAST_BYTES or more.
 * Arrays  n may be 0, pointers need no alignment beyond that of their type, outputs never overlap inputs.
 */
#ifndef QSI_KERNELS_H
#define QSI_KERNELS_H

#include "base/bytes.h"
#include "base/round.h"
#include "kernels/convert/codebook.h"
#include "kernels/convert/small_float.h"
#include "kernels/convert/nearest_level.h"
#include "kernels/block/planes.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of so much output the beginning would be gone from the caches before anyone reads it. */
enum { QSI_PAST_BYTES = 1 << 23 };

/*
 * A grid: how values become integer codes and come back, in float32 throughout.
 *
 *   q  = clamp(round((x - lo) * inv) + zero, qmin, qmax)         the clamp is done on the float, before converting
 *   x' = lo + scale * (q - zero)
 *
 * scale, inv, lo and zero hold one entry each for all values, or as many as a row has dims: value i takes entry
 * i % entries. Encoding does not look at scale, nor decoding at inv: what is not looked at may be NULL.
 * A code is the low byte of q. qmin >= 0: codes are unsigned bytes, else two's complement. Bounds: -128 <= qmin <
 * qmax <= 255, qmax - qmin <= 255, -128 <= zero <= 255. A NaN x gives qmin; infinities saturate.
 *
 * With powers, levels are powers of two. Then lo and zero are 0, and qmin is -qmax.
 *
 *   code 0 is 0, code q is sign(q) * 2^(|q| - qmax)               x' = scale * that
 *
 * A value x * inv goes to one of its two neighbours by where it lies between them, whatever their ratio: even to
 * the nearer (half-way to the even code), away to the nearer (half-way outwards), trunc inwards, stochastic
 * outwards as often as it lies further out. A NaN gives 0.
 *
 * ahead, if given, are as many values, which the caller wants to know the absmax of: to quantize them
 * next. Then abs((x - lo) * inv) is known to be below 2^22.
 */
typedef struct qsi_grid {
    const float *scale, *inv, *lo;
    const int32_t *zero;
    size_t entries;
    bool centered; /* lo and zero are all 0, so that quantizing need not look at them */
    bool powers;
    int32_t qmin, qmax;
    qsi_round round;
    const float *ahead;
    uint64_t seed, counter; /* QSI_STOCHASTIC: value i draws qsi_random(seed, counter + i); round is floor(v + u) */
} qsi_grid;
enum { QSI_MOST_ROWS_AHEAD = 2 };

/*
 * Rows whose errors are fed back, n values of each from x on, apart values from one row to the next; their codes
 * are codes_apart bytes apart. From the first value to the last:
 *
 *   v = x + carry;  code of v;  carry = v - decoded, kept within scale either way
 *
 * What a grid has for value i of row r is its entry r * by_row + i * by_value, the one or the other being 0; chance
 * is that of counter + r * apart + i. carry has one number of each row, that left by the values before these.
 */
typedef struct qsi_error_feedback {
    const float *x;
    size_t rows, n, apart, codes_apart, by_row, by_value;
} qsi_error_feedback;
enum { QSI_FEEDBACK_ROWS = 64 }; /* as many are taken side by side, or a part of it */

/* The arithmetic of dots, of dots_i8 and of hammings. */
typedef enum qsi_peak_kind { QSI_PEAK_F32, QSI_PEAK_I8, QSI_PEAK_BITS } qsi_peak_kind;

/* Codes in equal steps, v from the least code to the most; the code of v = 0 is zero.
 *
 *   QSI_EVEN, QSI_AWAY   round(v) + zero
 *   QSI_TRUNC            v + (zero + 1/2) without its fraction
 *
 * Codes are signed bytes where least is below 0. -128 <= least <= zero < most <= 255, most - least <= 255. */
typedef struct qsi_steps {
    int32_t zero, least, most;
    qsi_round round;
} qsi_steps;

/* Blocks of values that share a step d, kept as a half float, a low behind it where there is one. Codes are made
 * with d, or d and low, before they are rounded to halves.
 *
 *   absmax   d = absmax / by
 *   peak     d = peak / by, the first value of largest magnitude
 *   span     d = (max - min) / by, low = min                                                                   */
typedef struct qsi_shape {
    uint16_t bytes, d; /* of a block; where d stands in it */
    enum { QSI_BY_ABSMAX, QSI_BY_PEAK, QSI_BY_SPAN } rule;
    float by;
    qsi_steps steps;
    qsi_planes planes; /* of the codes, 16 or more */
} qsi_shape;
enum { QSI_MOST_BLOCKS = QSI_RUN / 16, QSI_SUPER_ROOM = 16 };

/*
 * Groups: size values each, 16 or 32, that share a scale. A code is a whole number of 0 .. most, and its level is
 * code - zero. Levels are found by qsi_nearest_even() of a quotient and then clamped; sums run from a group's first
 * value to its last, as the K formats of ggml have it. Values are finite; what overflows goes by the rules of
 * infinities.
 */
typedef struct qsi_group {
    uint8_t size, most, zero;
} qsi_group;
enum { QSI_MOST_GROUP = 32, QSI_LEVELS_GROUP = 32 };

/* The search of scale and low, x' = scale * level - low, of groups whose zero is 0: the least error of the range
 * from min(0, least) to the greatest value cut into most steps, and of the lines by least squares through the
 * levels of that range cut into first + step * s + most steps, s = 0 .. steps, with the least value that the best
 * line so far gave. A line does not begin above 0. */
typedef struct qsi_line_search {
    qsi_group group;
    uint8_t steps;
    float first, step;
    bool squares; /* errors count squared, with weights |x| + the root of the mean square; else |error| * |x| */
} qsi_line_search;

/* The search of a scale, x' = scale * level, of groups of 16: A / B, the least squares with weights x^2, A = sum w
 * x l and B = sum w l l over the levels l. These are the nearest to x * -(zero + step * s) / m for that s of -tries
 * .. tries with the largest A^2 / B, 0 tried first; m is the first value of largest magnitude. Then single levels
 * are changed to what is best for them given the others, in up to sweeps sweeps, where that raises A^2 / B. A group
 * whose m is below QSI_LEAST_GROUP has scale 0 and codes 0. */
typedef struct qsi_scale_search {
    qsi_group group;
    uint8_t tries, sweeps;
    float step;
} qsi_scale_search;
#define QSI_LEAST_GROUP 1e-15F

/* Scores of many queries against many rows, both packed by the backend: the queries once, rows some at a time into
 * a panel of the caller's. Sizes are of nq queries, or of rows rows, of n elements; n > 0. Packed queries and
 * panels are aligned to 64 bytes. Query i begins query_bytes(i, n) bytes on, where i is a multiple of query_group.
 */
typedef enum qsi_score_kind {
    QSI_SCORE_DOTS,
    QSI_SCORE_DISTANCES,
    QSI_SCORE_DOTS_I8,
    QSI_SCORE_HAMMINGS
} qsi_score_kind;
typedef struct qsi_packed_scores {
    size_t query_group;
    size_t (*query_bytes)(size_t nq, size_t n);
    size_t (*row_bytes)(size_t rows, size_t n);
    void (*pack_queries)(const void *queries, size_t nq, size_t n, void *packed);
    void (*pack_rows)(const void *x, size_t rows, size_t n, void *panel);
    /* What the kernel of this kind gives of both as they are: scores[i * stride + j] is query i against row j. */
    void (*scores)(const void *queries, size_t nq, const void *panel, size_t rows, size_t n, void *scores,
                   size_t stride);
} qsi_packed_scores;

typedef struct qsi_kernels {
    const char *name, *title;
    bool (*available)(void); /* this processor can run it */
    unsigned features;       /* of features.h, those that it makes use of where they are */
    size_t rows_ahead;       /* how far ahead of a row its grid's ahead is best: 1 or 2 */

    /* ---- ranges. Exact in any order; a NaN or infinity shows as an extreme. */

    /* The largest of the n values' bits & 0x7fffffff; 0 for n = 0. Above 0x7f800000 there was a NaN. */
    uint32_t (*absmax)(const float *x, size_t n);
    /* Least and greatest of qsi_ordered(x[i]); INT32_MAX and INT32_MIN for n = 0. */
    void (*minmax)(const float *x, size_t n, int32_t *lo, int32_t *hi);
    /* The same for each of dim columns over rows rows, folded into lo[dim], hi[dim] (which the caller starts). */
    void (*minmax_dims)(const float *x, size_t rows, size_t dim, int32_t *lo, int32_t *hi);

    /* ---- codes of one byte */

    /* Returns the absmax of grid->ahead, which costs little on the way. Without it, a number that is below
     * 0x7f800000 if all values are finite, and not below it if one is not. */
    uint32_t (*quantize)(const qsi_grid *grid, const float *x, size_t n, uint8_t *codes);
    void (*dequantize)(const qsi_grid *grid, const uint8_t *codes, size_t n, float *x);
    /* Rows whose errors are fed back, as qsi_error_feedback says. */
    void (*error_feedback)(const qsi_grid *grid, const qsi_error_feedback *rows, float *carry, uint8_t *codes);
    /* Low bits bits (1..8) of each code, one after another from bit 0 of byte 0; the last byte is filled with
     * zeros. */
    void (*pack)(const uint8_t *codes, size_t n, unsigned bits, uint8_t *packed);
    /* The inverse; with sign set, codes are sign-extended from bits to 8. Reads (n * bits + 7) / 8 bytes. */
    void (*unpack)(const uint8_t *packed, size_t n, unsigned bits, bool sign, uint8_t *codes);

    /* ---- half floats: nearest, ties to even, subnormals kept, overflow to infinity. Two bytes each,
     * little-endian. f16: a NaN becomes 0x7e00 with its sign. bf16: a NaN keeps its upper 16 bits with bit 6 set.
     * Decoding is exact. */

    void (*f16_encode)(const float *x, size_t n, uint8_t *halves);
    void (*f16_decode)(const uint8_t *halves, size_t n, float *x);
    void (*bf16_encode)(const float *x, size_t n, uint8_t *halves);
    void (*bf16_decode)(const uint8_t *halves, size_t n, float *x);

    /* ---- one bit: bit i of the output is x[i] > threshold[i] (threshold NULL: > 0), low bits first, filled with
     * zeros. Encoding returns absmax(x, n). */

    uint32_t (*binary_encode)(const float *x, const float *threshold, size_t n, uint8_t *bits);
    /* +1 where the bit is set, else -1. */
    void (*binary_decode)(const uint8_t *bits, size_t n, float *x);

    /* ---- scores of nq queries against rows rows of n values each: out[i * stride + j] is query i against row j.
     */

    /* The sum of a[i] * b[i], in float32, 16 partial sums. */
    void (*dots)(const float *q, size_t nq, const float *x, size_t rows, size_t n, float *out, size_t stride);
    /* The sum of (a[i] - b[i]) * (a[i] - b[i]), likewise. */
    void (*distances)(const float *q, size_t nq, const float *x, size_t rows, size_t n, float *out, size_t stride);
    /* The exact sum of int8 products; n <= 65,536, so that int32 cannot overflow. */
    void (*dots_i8)(const int8_t *q, size_t nq, const int8_t *x, size_t rows, size_t n, int32_t *out,
                    size_t stride);
    /* Sums of rows by weight: out[i] += a[k * apart] * x[k * n + i] for k = 0 .. count - 1 in this order, rows of
     * weight 0 passed over. */
    void (*combine)(const float *a, size_t count, size_t apart, const float *x, size_t n, float *out);
    /* Hamming distances: n bytes each; n <= 2^28. */
    void (*hammings)(const uint8_t *q, size_t nq, const uint8_t *x, size_t rows, size_t n, uint32_t *out,
                     size_t stride);

    /* The same scores of packed queries and rows; NULL where packing gains nothing. */
    const qsi_packed_scores *(*packed_scores)(qsi_score_kind kind);

    /* ---- centroids (codec/product) */

    /* The centroid of least squared distance, a sum of (x[i] - c[i]) * (x[i] - c[i]) as distances makes it, of
     * equal ones the first, to rows points of n values each, 1 <= n <= 16, apart values from one to the next.
     * columns[i * padded + c] is value i of centroid c; padded is a multiple of 16 up to 256. Where no distance is
     * below infinity, the first. */
    void (*nearest_centroid)(const float *x, size_t rows, size_t apart, size_t n, const float *columns,
                             size_t padded, uint8_t *codes, size_t codes_apart);
    /* Of one such point and each of padded centroids, what dots gives, or distances. */
    void (*centroid_scores)(const float *x, size_t n, const float *columns, size_t padded, bool distances,
                            float *out);
    /* sums[r] = 0 + the entries tables[j * count + codes[r * m + j]], j from 0 to m - 1 one after another. */
    void (*table_sums)(const float *tables, size_t m, size_t count, const uint8_t *codes, size_t rows, float *sums);

    /* ---- groups: length values each, one group after another. What shares a scale is a group. */

    /* The largest magnitude of each, its bits those of absmax. */
    void (*absmaxes)(const float *x, size_t groups, size_t length, float *most);
    /* The least and the greatest of each, -0 below 0. */
    void (*minmaxes)(const float *x, size_t groups, size_t length, float *lo, float *hi);
    /* The first value of largest magnitude of each, by its bits without the sign; +0 where all are zeros. */
    void (*peaks)(const float *x, size_t groups, size_t length, float *peak);
    /* Of each the greatest value less the least, and the least, of equal ones the first; values are finite, and at
     * least one. */
    void (*spans)(const float *x, size_t groups, size_t length, float *span, float *low);
    /* The mean of the magnitudes above least[g] of group g, of all of them where least is NULL; 0 where there are
     * none. n < 2^31 values of each, apart values from one group to the next. Sums are doubles, from the first
     * value on. */
    void (*means)(const float *x, size_t groups, size_t n, size_t apart, const float *least, float *mean);
    /* The sum of the magnitudes of each, in float32 from the first value on. */
    void (*size_sums)(const float *x, size_t groups, size_t length, float *sum);
    /* d[i] /= by; inverse[i] = 1 / d[i], 0 for 0. */
    void (*divide)(float *d, size_t n, float by, float *inverse);
    /* The codes of (x - low) * inverse; a NaN is rounded to 0. low NULL: 0. */
    void (*steps_encode)(const qsi_steps *steps, const float *x, size_t groups, size_t length, const float *inverse,
                         const float *low, uint8_t *codes);
    /* x = (code - zero) * step + low; low NULL: nothing is added. */
    void (*steps_decode)(const qsi_steps *steps, const uint8_t *codes, size_t groups, size_t length,
                         const float *step, const float *low, float *x);
    /* x = levels[code] * scale; codes are below 16. */
    void (*levels_decode)(const float levels[16], const uint8_t *codes, size_t groups, size_t length,
                          const float *scale, float *x);

    /* The same of any codes. */
    void (*codebook_decode)(const qsi_codebook_lookup *book, const uint8_t *codes, size_t groups, size_t length,
                            const float *scale, float *x);
    /* codes[i] = labels[codes[i]]; codes are below 16. */
    void (*relabel)(const uint8_t labels[16], uint8_t *codes, size_t n);

    /* Small floats: the codes of x * inverse; x = value * scale. */
    void (*floats_encode)(const qsi_small_float *element, const float *x, size_t groups, size_t length,
                          const float *inverse, uint8_t *codes);
    void (*floats_decode)(const qsi_small_float *element, const uint8_t *codes, size_t groups, size_t length,
                          const float *scale, float *x);
    /* 2 where x > threshold, 0 where x < -threshold, else 1; values are finite. */
    void (*trits_encode)(const float *x, size_t n, float threshold, uint8_t *codes);

    /* steps_decode() of codes in planes, as planes_get() says; groups do not go beyond a block. */
    void (*planes_decode)(const qsi_planes *planes, const qsi_steps *steps, const uint8_t *from, size_t block,
                          size_t blocks, size_t length, const float *step, const float *low, float *x);
    /* Scales of groups as superblocks keep them: steps[k * groups + g] is by (1 or -1) times the half float at
     * halves + k * block, times numbers[k * each + g]. Both have room for QSI_SUPER_ROOM more, free to use. */
    void (*supers_decode)(const uint8_t *halves, size_t block, size_t blocks, float by, const int8_t *numbers,
                          size_t each, size_t groups, float *steps);
    /* Whole blocks, when decoding of QSI_RUN values at most; encoding returns false where a value is not finite. */
    bool (*blocks_encode)(const qsi_shape *shape, const float *x, size_t blocks, uint8_t *to);
    void (*blocks_decode)(const qsi_shape *shape, const uint8_t *from, size_t blocks, float *x);

    /* ---- the same of the K formats of ggml, scales[g], lows[g] and the codes that go with them */

    void (*fit_lines)(const qsi_line_search *how, const float *x, size_t groups, float *scales, float *lows,
                      uint8_t *codes);
    void (*fit_scales)(const qsi_scale_search *how, const float *x, size_t groups, float *scales, uint8_t *codes);
    /* The codes of (x + lows[g]) / scales[g]; those of groups whose scale is 0 stay. */
    void (*recode)(const qsi_group *how, const float *x, size_t groups, const float *scales, const float *lows,
                   uint8_t *codes);

    /* ---- sixteen rising levels: nearest to v is the last one whose middle with the level below is at most v */

    /* The scales of groups of QSI_LEVELS_GROUP: A / B, the least squares with weights x^2, A = sum w t x and B =
     * sum w t t, over the levels t nearest to x * f / m for that f of -l, l - 7, l - 6 .. l + 7 with the largest
     * A^2 / B (the first of equals), l being the lowest level; m is the first value of largest magnitude, and below
     * QSI_LEAST_GROUP the scale is 0. */
    void (*fit_levels)(const float levels[16], const float *x, size_t groups, float *scales);
    /* The levels nearest to x * inverse. */
    void (*levels_encode)(const float levels[16], const float *x, size_t groups, size_t length,
                          const float *inverse, uint8_t *codes);

    /* The first of sixteen levels whose product with the scale is nearest to x, by distances in float32. Of levels
     * eight rise from 0 and eight are the same with a minus; values and scales are finite, scales not negative. */
    void (*nearest_encode)(const float levels[16], const float *x, size_t groups, size_t length, const float *scale,
                           uint8_t *codes);

    /* ---- codebooks of up to 256 levels */

    /* The codes of x * inverse. */
    void (*nearest_level_encode)(const qsi_nearest_level *nearest, const float *x, size_t groups, size_t length,
                                 const float *inverse, uint8_t *codes);
    /* The same where each dim has middles of its own: middles[m * dim + d] is the m th one of dim d. */
    void (*nearest_level_dims)(const float *middles, unsigned bits, const float *x, size_t rows, size_t dim,
                               uint8_t *codes);

    /* The levels of codes where each dim has its own, of 1 to 4 bits: levels[c * dim + d] is that of code c of dim
     * d. */
    void (*dims_decode)(const float *levels, unsigned bits, const uint8_t *codes, size_t rows, size_t dim,
                        float *x);

    /* ---- numbers in the planes of blocks that are block bytes apart, QSI_RUN numbers at most */

    /* Numbers into their bits; bytes of no plane stay. */
    void (*planes_put)(const qsi_planes *planes, const uint8_t *numbers, size_t blocks, uint8_t *to, size_t block);
    void (*planes_get)(const qsi_planes *planes, const uint8_t *from, size_t block, size_t blocks,
                       uint8_t *numbers);

    /* ---- scores once they are there */

    /* out[j] = (float)sums[j] * a * b[j], in this order; out may be sums. The other: of scores, in place. */
    void (*scale_sums)(const int32_t *sums, size_t n, float a, const float *b, float *out);
    void (*scale_scores)(float *scores, size_t n, float a, const float *b);
    /* Bit j % 64 of bits[j / 64] is set where score j is not below least; past the n th there are zeros. */
    void (*not_below)(const float *scores, size_t n, float least, uint64_t *bits);

    /* Copies n bytes, past the caches where there is such a thing: for what is not read again soon. */
    void (*copy)(const uint8_t *from, size_t n, uint8_t *to);

    /* ---- limits: what no kernel can pass. Results are of no use but that they must be computed. */

    /* Reads rows rows of from_row bytes and writes as many of to_row bytes, a row after the other; stream: 0, or 1
     * for past the caches, for which to must be aligned to 64, 2 for that and reads asked for some time before. */
    uint32_t (*move)(const uint8_t *from, size_t from_row, uint8_t *to, size_t to_row, size_t rows, int stream);
    /* Steps of the arithmetic of one kind of score, on registers alone; returns how many multiplications (of
     * QSI_PEAK_BITS: bits compared) that was. */
    double (*peak)(qsi_peak_kind kind, size_t steps);
} qsi_kernels;

/* The backend in use. Chosen at the first call, or by qsi_kernels_use(). */
const qsi_kernels *qsi_kernels_now(void);
int qsi_kernels_use(const char *name); /* QS_E_OPTION names those that are there */
/* All compiled in, the reference first, the best last; NULL at the end. */
const qsi_kernels *const *qsi_kernels_all(void);
const qsi_kernels *qsi_kernels_ref(void);

/* Maps float bits to integers in the order of the floats (-0 before +0, NaN beyond the infinities), and back. */
static inline int32_t qsi_ordered(uint32_t bits)
{
    return (int32_t)(bits ^ ((uint32_t)((int32_t)bits >> 31) & 0x7fffffffU));
}
static inline uint32_t qsi_unordered(int32_t ordered)
{
    return (uint32_t)ordered ^ ((uint32_t)(ordered >> 31) & 0x7fffffffU);
}

/* To the nearest whole number, halves to even, for |x| up to 4194303. It is read from the low bits of a sum that
 * has no room for a fraction, so a NaN gives 0 and an infinity -4194304. */
static inline int32_t qsi_nearest_even(float x)
{
    return (int32_t)(qsi_float_bits(x + 12582912.0F) & 0x7fffff) - 0x400000;
}

#endif
