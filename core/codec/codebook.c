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
#include "codec/codebook.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/affine.h"
#include "codec/scaled.h"

#include <math.h>

typedef struct derived {
    float values[256];  /* by code */
    uint8_t order[256]; /* the codes, least value first */
    float middle[255];  /* between the values of order[i] and order[i + 1] */
} derived;

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    size_t codes = (dim * spec->format->code_bits + 7) / 8;
    qsi_scaled_layout(spec, dim, codes, codes, out);
    return QS_OK;
}

static int ready(qs_codec *codec)
{
    const qsi_codebook *book = codec->spec.format->codebook;
    derived *d = codec->derived = qsi_array_zero(1, sizeof *d);
    if (!d) return QS_E_MEMORY;
    for (size_t c = 0; c < book->count; c++) {
        size_t at = c; /* equal values stay in the order of their codes */
        d->values[c] = qsi_codebook_value(book, c);
        for (; at > 0 && d->values[d->order[at - 1]] > d->values[c]; at--) d->order[at] = d->order[at - 1];
        d->order[at] = (uint8_t)c;
    }
    for (size_t i = 0; i + 1 < book->count; i++)
        d->middle[i] = (d->values[d->order[i]] + d->values[d->order[i + 1]]) / 2;
    return QS_OK;
}

static void close_derived(qs_codec *codec)
{
    qsi_array_free(codec->derived);
}

/* Counts the midpoints below y by halves, without a branch that data would mislead. */
static uint8_t nearest(const derived *d, size_t count, float y)
{
    size_t below = 0;
    for (size_t half = count / 2; half > 0; half /= 2) below += half * (d->middle[below + half - 1] < y);
    return d->order[below];
}

static int code_group(const qs_codec *codec, const float *x, size_t n, uint8_t *codes, float *scale)
{
    const derived *d = codec->derived;
    uint8_t stored[4];
    qsi_scale_put(&codec->spec, qsi_bits_float(qsi_kernels_now()->absmax(x, n)), stored);
    *scale = qsi_scale_get(&codec->spec, stored);
    if (!isfinite(*scale)) return qsi_fail(QS_E_DATA, "the largest magnitude does not fit the type of scales");
    bool is_short = n < qsi_cut_row(&codec->spec, codec->dim).length;
    float most = fmaxf(*scale, 1e-38F), inv = 1 / most;
    for (size_t i = 0; i < n; i++) {
        float y = is_short ? x[i] / most : x[i] * inv;
        codes[i] = nearest(d, codec->spec.format->codebook->count, fminf(fmaxf(y, -1), 1));
    }
    return QS_OK;
}

/* Exchanges the two values of each byte, so that what is packed low bits first has the first value high. */
static void exchange(unsigned bits, size_t dim, uint8_t *codes)
{
    for (size_t i = 0; bits == 4 && i < dim; i += 2) {
        uint8_t kept = codes[i];
        codes[i] = codes[i + 1];
        codes[i + 1] = kept;
    }
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
        status = qsi_scaled_encode(codec, first_row + (double)r, rows + r * codec->dim, row, scratch, code_group);
        if (whole > codec->dim) scratch[codec->dim] = 0;
        exchange(bits, codec->dim, scratch);
        qsi_kernels_now()->pack(scratch, whole, bits, row);
    }
    qsi_array_free(scratch);
    return status;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    const derived *d = codec->derived;
    unsigned bits = codec->spec.format->code_bits;
    size_t whole = codec->layout.code_bytes * 8 / bits;
    qsi_cut cut = qsi_cut_row(&codec->spec, codec->dim);
    uint8_t *scratch = qsi_array(whole, 1);
    if (!scratch) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        float *x = rows + r * codec->dim;
        qsi_kernels_now()->unpack(row, whole, bits, false, scratch);
        exchange(bits, codec->dim, scratch);
        for (size_t g = 0, i = 0; g < cut.groups; g++) {
            float scale = qsi_scaled_get(codec, row, g);
            for (size_t end = i + cut.length; i < end && i < codec->dim; i++) x[i] = d->values[scratch[i]] * scale;
        }
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

static int audit(const qs_codec *codec, const float *rows, const uint8_t *codes, size_t nrows, qsi_audit *audit)
{
    size_t bits = codec->spec.format->code_bits;
    (void)rows;
    for (size_t r = 0; r < nrows; r++)
        for (size_t i = 0; i < codec->dim; i++) {
            size_t at = bits == 4 ? i ^ 1 : i;
            unsigned code =
                codes[r * codec->layout.row_bytes + at * bits / 8] >> at * bits % 8 & ((1U << bits) - 1);
            audit->levels[code / 32] |= 1U << code % 32;
        }
    return QS_OK;
}

static const char *formula(const qsi_spec *spec)
{
    (void)spec;
    return "q * s";
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

const qsi_family qsi_family_codebook = {.name = "codebook",
                                        .audits_levels = true,
                                        .layout = layout,
                                        .ready = ready,
                                        .close = close_derived,
                                        .encode = encode,
                                        .decode = decode,
                                        .audit = audit,
                                        .role = role,
                                        .formula = formula,
                                        .number = number};
