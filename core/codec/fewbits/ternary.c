/*
 * Family: ternary, -1, 0 or 1 times a scale that a row or a block of a row shares.
 *
 *   rule=twn      t = sign of x where |x| > 0.7 mean |x|, else 0; the scale is the mean of |x| over the former
 *   rule=absmean  the scale is m = mean |x|; t = nearest of -1, 0, 1 to x / m, ties to 0
 *
 * Means are sums in double from the first value on, rounded to float32; the scale is 0 where all values are.
 *
 * Row layout: digits t + 1, then scales as scaled.h says. Digits of a short last block are filled up with zeros.
 *
 *   pack=2    two bits each, four in a byte, low bits first; 3 is never written and is read as 0
 *   pack=1.6  five in a byte, the first the highest: 81 t0 + 27 t1 + 9 t2 + 3 t3 + t4; 243 and more are never
 *             written, and are read without what exceeds the five digits
 */
#include "codec/affine.h"
#include "codec/scaled.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

enum { FIVE = QSI_DIGITS };

static bool is_packed_by_five(const qsi_spec *spec)
{
    return qsi_word(spec, QSI_PACK) == QSI_PACK_TRITS;
}

static size_t bytes_of(const qsi_spec *spec, size_t n)
{
    size_t in_byte = is_packed_by_five(spec) ? FIVE : 4;
    return (n + in_byte - 1) / in_byte;
}

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    qsi_scaled_layout(spec, dim, bytes_of(spec, dim), bytes_of(spec, qsi_cut_row(spec, dim).padded), out);
    return QS_OK;
}

/* The largest float up to x, for which the same floats are larger. */
static float below(double x)
{
    float y = (float)x;
    return (double)y > x ? nextafterf(y, 0) : y;
}

/* Rows whose groups are processed together, as each addition of a mean waits for the one before it. */
enum { PARALLEL_ROWS = 16 };

/* What a group is coded with. */
typedef struct group_scale {
    float wanted, threshold; /* the scale before it is stored; above it digits are not 0, of rule twn */
} group_scale;

/* Looks at up to SIDE rows, groups of each. */
static void compute_scales(const qs_codec *codec, const float *rows, size_t nrows, group_scale *scales)
{
    qsi_cut cut = qsi_cut_row(&codec->spec, codec->dim);
    bool twn = qsi_word(&codec->spec, QSI_RULE) == QSI_RULE_TWN;
    for (size_t g = 0; g < cut.groups; g++) {
        size_t begin = g * cut.length, n = codec->dim - begin < cut.length ? codec->dim - begin : cut.length;
        float mean[PARALLEL_ROWS], threshold[PARALLEL_ROWS];
        qsi_kernels_now()->means(rows + begin, nrows, n, codec->dim, NULL, mean);
        for (size_t k = 0; k < nrows; k++) threshold[k] = below(0.7 * (double)mean[k]);
        if (twn) qsi_kernels_now()->means(rows + begin, nrows, n, codec->dim, threshold, mean);
        for (size_t k = 0; k < nrows; k++) scales[k * cut.groups + g] = (group_scale){mean[k], threshold[k]};
    }
}

static int encode_row(const qs_codec *codec, double number, const float *x, const group_scale *scales, uint8_t *row,
                      uint8_t *digits)
{
    qsi_cut cut = qsi_cut_row(&codec->spec, codec->dim);
    bool twn = qsi_word(&codec->spec, QSI_RULE) == QSI_RULE_TWN;
    for (size_t g = 0; g < cut.groups; g++) {
        size_t begin = g * cut.length, n = codec->dim - begin < cut.length ? codec->dim - begin : cut.length;
        float scale;
        int status = qsi_scale_stored(&codec->spec, scales[g].wanted, &scale);
        if (status) return qsi_fail_group(status, number, begin);
        qsi_kernels_now()->trits_encode(x + begin, n, twn ? scales[g].threshold : below(0.5 * (double)scale),
                                        digits + begin);
        qsi_scaled_put(codec, row, g, 1, &scale);
    }
    return QS_OK;
}

static size_t five_from(size_t first, uint16_t values[FIVE])
{
    for (size_t k = 0; k < FIVE; k++) values[k] = (uint16_t)(first + k);
    return FIVE;
}

static uint8_t put_five(const uint8_t digits[FIVE])
{
    unsigned byte = 0;
    for (size_t k = 0; k < FIVE; k++) byte = 3 * byte + digits[k];
    return (uint8_t)byte;
}

static void get_five(uint8_t byte, uint8_t digits[FIVE])
{
    for (size_t k = FIVE; k-- > 0; byte /= 3) digits[k] = byte % 3;
}

/* Where there are eight digits, five are one word: times the weights, they are put_five() in byte 4, as no byte
 * below it is beyond 255; and what get_five() gives is looked up. */
enum { WORD = sizeof(uint64_t) };
static const uint64_t weights = (uint64_t)81 << 32 | 27 << 24 | 9 << 16 | 3 << 8 | 1;

typedef struct derived {
    uint64_t five[256]; /* digits by byte */
} derived;

static int ready(qs_codec *codec)
{
    if (!is_packed_by_five(&codec->spec)) return QS_OK;
    derived *d = codec->derived = qsi_array(1, sizeof *d);
    if (!d) return QS_E_MEMORY;
    for (size_t byte = 0; byte < 256; byte++) {
        uint8_t digits[WORD] = {0};
        get_five((uint8_t)byte, digits);
        d->five[byte] = qsi_get64(digits);
    }
    return QS_OK;
}

static void put_digits(const qsi_spec *spec, const uint8_t *digits, size_t n, uint8_t *row)
{
    size_t i = 0;
    if (!is_packed_by_five(spec)) {
        qsi_kernels_now()->pack(digits, n, 2, row);
        return;
    }
    for (; i + WORD <= n; i += FIVE) *row++ = (uint8_t)(qsi_get64(digits + i) * weights >> 32);
    for (; i < n; i += FIVE) {
        uint8_t five[FIVE] = {0};
        memcpy(five, digits + i, n - i < FIVE ? n - i : FIVE);
        *row++ = put_five(five);
    }
}

static void get_digits(const qs_codec *codec, const uint8_t *row, size_t n, uint8_t *digits)
{
    const derived *d = codec->derived;
    size_t i = 0;
    if (!d) {
        qsi_kernels_now()->unpack(row, n, 2, false, digits);
        return;
    }
    for (; i + WORD <= n; i += FIVE) qsi_put64(digits + i, d->five[row[i / FIVE]]);
    for (; i < n; i += FIVE) {
        uint8_t five[FIVE];
        get_five(row[i / FIVE], five);
        memcpy(digits + i, five, n - i < FIVE ? n - i : FIVE);
    }
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    qsi_cut cut = qsi_cut_row(&codec->spec, codec->dim);
    int status = qsi_check_finite(first_row, rows, nrows, codec->dim);
    uint8_t *digits = qsi_array_zero(cut.padded, 1);
    group_scale *scales = qsi_array(PARALLEL_ROWS * cut.groups, sizeof *scales);
    if (!digits || !scales) status = QS_E_MEMORY;
    for (size_t r = 0; r < nrows && !status; r++) {
        const float *x = rows + r * codec->dim;
        uint8_t *row = codes + r * codec->layout.row_bytes;
        if (r % PARALLEL_ROWS == 0)
            compute_scales(codec, x, nrows - r < PARALLEL_ROWS ? nrows - r : PARALLEL_ROWS, scales);
        status = encode_row(codec, first_row + (double)r, x, scales + r % PARALLEL_ROWS * cut.groups, row, digits);
        put_digits(&codec->spec, digits, cut.padded, row);
    }
    qsi_array_free(digits);
    qsi_array_free(scales);
    return status;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    qsi_cut cut = qsi_cut_row(&codec->spec, codec->dim);
    uint8_t *digits = qsi_array(codec->dim, 1);
    if (!digits) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        float *x = rows + r * codec->dim;
        get_digits(codec, row, codec->dim, digits);
        for (size_t g = 0, i = 0; g < cut.groups; g++) {
            float scale;
            qsi_scaled_get(codec, row, g, 1, &scale);
            const float values[16] = {-scale, 0, scale, 0}, one = 1;
            size_t n = codec->dim - i < cut.length ? codec->dim - i : cut.length;
            qsi_kernels_now()->levels_decode(values, digits + i, 1, n, &one, x + i);
            i += n;
        }
    }
    qsi_array_free(digits);
    return QS_OK;
}

static int usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_usage *usage)
{
    uint8_t *digits = qsi_array(codec->dim, 1);
    if (!digits) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        get_digits(codec, codes + r * codec->layout.row_bytes, codec->dim, digits);
        qsi_usage_add(usage, digits, codec->dim);
    }
    qsi_array_free(digits);
    return QS_OK;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    bool five = is_packed_by_five(&codec->spec);
    size_t first = five ? bit / 8 * FIVE : bit / 2;
    if (first >= codec->dim) return qsi_scaled_role(codec, bit);
    return five ? (qsi_role){QSI_ROLE_CODES, (uint16_t)first, (uint8_t)(bit % 8)}
                : (qsi_role){QSI_ROLE_CODE, (uint16_t)first, (uint8_t)(bit % 2)};
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    return kind == QSI_ROLE_CODE ? (qsi_number){.minus = 1, .most = 2, .or_zero = true} : qsi_scaled_number(codec);
}

static const qsi_digits *digits(const qs_codec *codec)
{
    static const qsi_digits by_five = {five_from, get_five, put_five};
    return is_packed_by_five(&codec->spec) ? &by_five : NULL;
}

static size_t parallel_rows(const qsi_spec *spec)
{
    (void)spec;
    return PARALLEL_ROWS;
}

const qsi_family qsi_family_ternary = {QSI_FAMILY("ternary"), .formula = "q * s", .parallel_rows = parallel_rows,
                                       .ready = ready,        .usage = usage,     .digits = digits};
