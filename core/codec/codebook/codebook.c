/*
 * Family: codebooks (nf4, fp4, dynamic8), by the rules of bitsandbytes.
 *
 * Row layout: codes, then the largest magnitude of each block as its scale, as scaled.h says. A short last block
 * takes only the bytes that its codes need. Codes of 4 bits lie two in a byte, the first value in the high half:
 *
 *            7  6  5  4   3  2  1  0
 *          +-----------+-----------+
 *   byte i | value 2 i | value 2i+1|
 *          +-----------+-----------+
 *
 * y = clamp(x * (1 / max(absmax, 1e-38)), -1, 1), in a short last block x / max(absmax, 1e-38). Of the values in
 * order, the one whose number is that of the midpoints of neighbours below y: a midpoint itself goes down.
 */
#include "codec/codebook/codebook.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/affine.h"
#include "codec/scaled.h"
#include "range/finite.h"

#include <math.h>

typedef struct derived {
    qsi_codebook_lookup codebook; /* by code */
    uint8_t order[256];           /* the codes, least value first */
    bool ascends;                 /* that is their own order */
    qsi_nearest_level nearest;    /* the middles between values in order */
} derived;

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    size_t codes = (dim * spec->format->code_bits + 7) / 8;
    qsi_scaled_layout(spec, dim, codes, codes, out);
    return QS_OK;
}

static int ready(qs_codec *codec)
{
    const qsi_codebook *codebook = codec->spec.format->codebook;
    derived *d = codec->derived = qsi_array_zero(1, sizeof *d);
    if (!d) return QS_E_MEMORY;
    for (size_t c = 0; c < codebook->count; c++) {
        size_t at = c; /* equal values stay in the order of their codes */
        d->codebook.value[c] = qsi_codebook_value(codebook, c);
        for (; at > 0 && d->codebook.value[d->order[at - 1]] > d->codebook.value[c]; at--)
            d->order[at] = d->order[at - 1];
        d->order[at] = (uint8_t)c;
    }
    d->ascends = true;
    d->nearest.bits = codec->spec.format->code_bits;
    for (size_t i = 0; i + 1 < codebook->count; i++) {
        d->ascends &= d->order[i] < d->order[i + 1];
        d->nearest.middle[i] = (d->codebook.value[d->order[i]] + d->codebook.value[d->order[i + 1]]) / 2;
    }
    qsi_nearest_level_make(&d->nearest);
    qsi_codebook_make(&d->codebook);
    return QS_OK;
}

enum { AT_ONCE = 256 }; /* groups, or values of a short last block */

/* Stores the scales of n groups, their largest magnitudes, which become what values are divided by: all midpoints
 * lie between -1 and 1, so y need not be clamped. */
static int store_scales(const qs_codec *codec, double number, size_t group, size_t n, uint8_t *row, float *most)
{
    qsi_scaled_put(codec, row, group, n, most);
    qsi_scaled_get(codec, row, group, n, most);
    for (size_t k = 0; k < n; k++) {
        if (!isfinite(most[k])) {
            int status = qsi_fail(QS_E_DATA, "the largest magnitude does not fit the type of scales");
            return qsi_fail_group(status, number, (group + k) * qsi_cut_row(&codec->spec, codec->dim).length);
        }
        most[k] = most[k] > 1e-38F ? most[k] : 1e-38F;
    }
    return QS_OK;
}

static void code_values(const derived *d, const float *x, size_t groups, size_t length, const float *inverse,
                        uint8_t *codes)
{
    qsi_kernels_now()->nearest_level_encode(&d->nearest, x, groups, length, inverse, codes);
    if (!d->ascends) qsi_kernels_now()->relabel(d->order, codes, groups * length);
}

static int code_row(const qs_codec *codec, double number, const float *x, uint8_t *row, uint8_t *codes)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    size_t length = qsi_cut_row(&codec->spec, codec->dim).length, whole = codec->dim / length,
           begin = whole * length, rest = codec->dim - begin;
    float most[AT_ONCE], inverse[AT_ONCE];
    for (size_t g = 0, some; g < whole; g += some) {
        some = whole - g < AT_ONCE ? whole - g : AT_ONCE;
        kernels->absmaxes(x + g * length, some, length, most);
        if (store_scales(codec, number, g, some, row, most)) return QS_E_DATA;
        for (size_t k = 0; k < some; k++) inverse[k] = 1 / most[k];
        code_values(codec->derived, x + g * length, some, length, inverse, codes + g * length);
    }
    if (!rest) return QS_OK;
    *most = qsi_bits_float(kernels->absmax(x + begin, rest));
    if (store_scales(codec, number, whole, 1, row, most)) return QS_E_DATA;
    for (size_t i = begin, n; i < codec->dim; i += n) {
        float y[AT_ONCE];
        n = codec->dim - i < AT_ONCE ? codec->dim - i : AT_ONCE;
        for (size_t k = 0; k < n; k++) y[k] = x[i + k] / *most;
        code_values(codec->derived, y, 1, n, &(float){1}, codes + i);
    }
    return QS_OK;
}

/* Exchanges the two values of each byte, as what is packed has the first one low; from and to may be the same. */
static void exchange(unsigned bits, const uint8_t *from, size_t n, uint8_t *to)
{
    const uint64_t low = bits == 4 ? 0x0f0f0f0f0f0f0f0fU : 0;
    size_t i = 0;
    for (; i + 8 <= n && low; i += 8) {
        uint64_t some = qsi_get64(from + i);
        qsi_put64(to + i, (some & low) << 4 | (some >> 4 & low));
    }
    for (; i < n && low; i++) to[i] = (uint8_t)(from[i] << 4 | from[i] >> 4);
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    unsigned bits = codec->spec.format->code_bits;
    size_t whole = codec->layout.code_bytes * 8 / bits;
    int status = qsi_check_finite(first_row, rows, nrows, codec->dim);
    uint8_t *scratch = qsi_array_zero(whole, 1);
    if (!scratch) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows && !status; r++) {
        uint8_t *row = codes + r * codec->layout.row_bytes;
        status = code_row(codec, first_row + (double)r, rows + r * codec->dim, row, scratch);
        qsi_kernels_now()->pack(scratch, whole, bits, row);
        exchange(bits, row, codec->layout.code_bytes, row);
    }
    qsi_array_free(scratch);
    return status;
}

/* Groups of a row that are of one length, from group on. */
static void decode_groups(const qs_codec *codec, const uint8_t *row, size_t group, size_t groups, size_t length,
                          const uint8_t *codes, float *x)
{
    const derived *d = codec->derived;
    float scale[AT_ONCE];
    for (size_t some; groups > 0; groups -= some, group += some, codes += some * length, x += some * length) {
        some = groups < AT_ONCE ? groups : AT_ONCE;
        qsi_scaled_get(codec, row, group, some, scale);
        if (codec->spec.format->code_bits <= 4)
            qsi_kernels_now()->levels_decode(d->codebook.value, codes, some, length, scale, x);
        else
            qsi_kernels_now()->codebook_decode(&d->codebook, codes, some, length, scale, x);
    }
}

static void decode_row(const qs_codec *codec, const uint8_t *row, const uint8_t *codes, float *x)
{
    size_t length = qsi_cut_row(&codec->spec, codec->dim).length, whole = codec->dim / length,
           begin = whole * length, rest = codec->dim - begin;
    decode_groups(codec, row, 0, whole, length, codes, x);
    if (rest) decode_groups(codec, row, whole, 1, rest, codes + begin, x + begin);
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    unsigned bits = codec->spec.format->code_bits;
    size_t packed = codec->layout.code_bytes, whole = packed * 8 / bits;
    uint8_t *scratch = qsi_array(whole + packed, 1), *exchanged = scratch + whole;
    if (!scratch) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        exchange(bits, row, packed, exchanged);
        if (bits < 8) qsi_kernels_now()->unpack(exchanged, whole, bits, false, scratch);
        decode_row(codec, row, bits < 8 ? scratch : row, rows + r * codec->dim);
    }
    qsi_array_free(scratch);
    return QS_OK;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    size_t bits = codec->spec.format->code_bits, at = bits == 4 ? bit / 4 ^ 1 : bit / bits;
    if (at < codec->dim) return (qsi_role){QSI_ROLE_CODE, (uint16_t)at, (uint8_t)(bit % bits)};
    return qsi_scaled_role(codec, bit);
}

static int usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_usage *usage)
{
    size_t bits = codec->spec.format->code_bits;
    for (size_t r = 0; r < nrows; r++)
        for (size_t i = 0; i < codec->dim; i++) {
            size_t at = bits == 4 ? i ^ 1 : i;
            unsigned code =
                codes[r * codec->layout.row_bytes + at * bits / 8] >> at * bits % 8 & ((1U << bits) - 1);
            usage->seen[code] = 1;
        }
    return QS_OK;
}

static float level(const qs_codec *codec, size_t value, uint32_t code)
{
    (void)value;
    return qsi_codebook_value(codec->spec.format->codebook, code);
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    return kind == QSI_ROLE_CODE ? (qsi_number){.level = level} : qsi_scaled_number(codec);
}

const qsi_family qsi_family_codebook = {QSI_FAMILY("codebook"), .formula = "q * s", .ready = ready, .usage = usage};
