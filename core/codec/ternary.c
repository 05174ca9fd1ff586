/*
 * Family: ternary, -1, 0 or 1 times a scale that a row or a block of a row shares.
 *
 *   rule=twn      m = mean |x|; t = sign of x where |x| > 0.7 m, else 0; the scale is the mean of |x| over the
 * former rule=absmean  the scale is m; t = nearest of -1, 0, 1 to x / m, ties to 0
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

#include "base/size.h"
#include "base/status.h"

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

static float mean_above(const float *x, size_t n, double least)
{
    double sum = 0, count = 0;
    for (size_t i = 0; i < n; i++) {
        double size = fabs((double)x[i]);
        sum += size > least ? size : 0;
        count += size > least;
    }
    return count > 0 ? (float)(sum / count) : 0;
}

static float mean(const float *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += fabs((double)x[i]);
    return (float)(sum / (double)n);
}

/* The largest float up to x, for which the same floats are larger. */
static float below(double x)
{
    float y = (float)x;
    return (double)y > x ? nextafterf(y, 0) : y;
}

static int code_group(const qs_codec *codec, const float *x, size_t n, uint8_t *digits, float *scale)
{
    bool twn = qsi_word(&codec->spec, QSI_RULE) == QSI_RULE_TWN;
    float m = mean(x, n);
    double least = 0.7 * (double)m;
    int status = qsi_scale_stored(&codec->spec, twn ? mean_above(x, n, least) : m, scale);
    if (status) return status;
    if (!twn) least = 0.5 * (double)*scale;
    qsi_kernels_now()->trits_encode(x, n, below(least), digits);
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

static void put_digits(const qsi_spec *spec, const uint8_t *digits, size_t n, uint8_t *row)
{
    if (!is_packed_by_five(spec)) {
        qsi_kernels_now()->pack(digits, n, 2, row);
        return;
    }
    for (size_t i = 0; i < n; i += FIVE) {
        uint8_t five[FIVE] = {0};
        memcpy(five, digits + i, n - i < FIVE ? n - i : FIVE);
        row[i / FIVE] = put_five(five);
    }
}

static void get_digits(const qsi_spec *spec, const uint8_t *row, size_t n, uint8_t *digits)
{
    if (!is_packed_by_five(spec)) {
        qsi_kernels_now()->unpack(row, n, 2, false, digits);
        return;
    }
    for (size_t i = 0; i < n; i += FIVE) {
        uint8_t five[FIVE];
        get_five(row[i / FIVE], five);
        memcpy(digits + i, five, n - i < FIVE ? n - i : FIVE);
    }
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    size_t padded = qsi_cut_row(&codec->spec, codec->dim).padded;
    int status = qsi_check_finite(first_row, rows, nrows, codec->dim);
    uint8_t *digits = qsi_array_zero(padded, 1);
    if (!digits) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows && !status; r++) {
        uint8_t *row = codes + r * codec->layout.row_bytes;
        status = qsi_scaled_encode(codec, first_row + (double)r, rows + r * codec->dim, row, digits, code_group);
        put_digits(&codec->spec, digits, padded, row);
    }
    qsi_array_free(digits);
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
        get_digits(&codec->spec, row, codec->dim, digits);
        for (size_t g = 0, i = 0; g < cut.groups; g++) {
            const float scale = qsi_scaled_get(codec, row, g), values[16] = {-scale, 0, scale, 0}, one = 1;
            size_t n = codec->dim - i < cut.length ? codec->dim - i : cut.length;
            qsi_kernels_now()->levels_decode(values, digits + i, 1, n, &one, x + i);
            i += n;
        }
    }
    qsi_array_free(digits);
    return QS_OK;
}

static int audit(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_audit *audit)
{
    uint8_t *digits = qsi_array(codec->dim, 1);
    if (!digits) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        get_digits(&codec->spec, codes + r * codec->layout.row_bytes, codec->dim, digits);
        qsi_audit_codes(audit, digits, codec->dim);
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

static const char *formula(const qsi_spec *spec)
{
    (void)spec;
    return "q * s";
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

const qsi_family qsi_family_ternary = {.name = "ternary",
                                       .layout = layout,
                                       .encode = encode,
                                       .decode = decode,
                                       .audit = audit,
                                       .role = role,
                                       .formula = formula,
                                       .number = number,
                                       .digits = digits};
