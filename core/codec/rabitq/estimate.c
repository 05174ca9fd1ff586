/* What codecs with a scale that makes estimates unbiased share, as estimate.h says. */
#include "codec/rabitq/estimate.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"
#include "kernels/kernels.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

enum { LEVELS = 256 };

double qsi_estimate_dot(const float *a, const float *b, size_t n)
{
    double lane[QSI_LANES] = {0};
    for (size_t i = 0; i < n; i++) lane[i % QSI_LANES] += (double)a[i] * (double)b[i];
    return qsi_fold(lane);
}

static unsigned bits_of(const qs_codec *codec)
{
    return (unsigned)qsi_spec_bits(&codec->spec);
}

static const qsi_estimate *estimate_of(const qs_codec *codec)
{
    return codec->family == &qsi_family_tq ? &qsi_estimate_tq : &qsi_estimate_rabitq;
}

static void fill_levels(const qs_codec *codec, float levels[LEVELS])
{
    for (uint32_t code = 0; code < 1U << bits_of(codec); code++)
        levels[code] = estimate_of(codec)->level(bits_of(codec), code);
}

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    *out = (qsi_layout){.code_bytes = (dim * (size_t)qsi_spec_bits(spec) + 7) / 8, .scale_bytes = sizeof(float)};
    out->row_bytes = out->code_bytes + out->scale_bytes;
    return QS_OK;
}

/* Nothing is fitted but a transform; rows were finite, so its mean is, unless a state was damaged. */
static int fit(qs_codec *codec, const qsi_observer *seen)
{
    (void)seen;
    for (size_t p = 0; p < QSI_TRANSFORM_PARAMS && codec->transform_params[p].name; p++)
        for (size_t i = 0; i < codec->transform_params[p].count; i++)
            if (!isfinite(codec->transform_params[p].values[i]))
                return qsi_fail(QS_E_DATA, "%s[%zu] of the fit is not finite", codec->transform_params[p].name, i);
    return QS_OK;
}

/* Codes of one row, and its scale. v: room for levels. */
static int encode_row(const qs_codec *codec, double number, const float *r, const float *levels, uint8_t *codes,
                      float *v, float *scale)
{
    size_t dim = codec->dim;
    double square = qsi_estimate_dot(r, r, dim);
    memset(codes, 0, dim);
    *scale = 0;
    if (square == 0) return QS_OK;
    int status = estimate_of(codec)->code(r, dim, bits_of(codec), codes);
    if (status) return status;
    for (size_t i = 0; i < dim; i++) v[i] = levels[codes[i]];
    *scale = (float)(square / qsi_estimate_dot(r, v, dim));
    if (isfinite(*scale)) return QS_OK;
    return qsi_fail_cell(number, 0, "row %.0f: its scale overflows float32; values are too large", number);
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *to)
{
    size_t dim = codec->dim;
    float levels[LEVELS];
    int status = qsi_check_finite(first_row, rows, nrows, dim);
    if (status) return status;
    fill_levels(codec, levels);
    uint8_t *codes = qsi_array(dim, 1);
    float *v = qsi_array(dim, sizeof *v);
    if (!codes || !v) status = QS_E_MEMORY;
    for (size_t r = 0; r < nrows && !status; r++) {
        uint8_t *row = to + r * codec->layout.row_bytes;
        float scale;
        status = encode_row(codec, first_row + (double)r, rows + r * dim, levels, codes, v, &scale);
        if (status) break;
        qsi_kernels_now()->pack(codes, dim, bits_of(codec), row);
        qsi_put_float(row + codec->layout.code_bytes, scale);
    }
    qsi_array_free(codes);
    qsi_array_free(v);
    return status;
}

static void get_codes(const qs_codec *codec, const uint8_t *row, uint8_t *codes)
{
    qsi_kernels_now()->unpack(row, codec->dim, bits_of(codec), false, codes);
}

static int decode(const qs_codec *codec, const uint8_t *from, size_t nrows, float *rows)
{
    float levels[LEVELS];
    fill_levels(codec, levels);
    size_t dim = codec->dim;
    uint8_t *codes = qsi_array(dim, 1);
    if (!codes) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = from + r * codec->layout.row_bytes;
        float scale = qsi_get_float(row + codec->layout.code_bytes);
        get_codes(codec, row, codes);
        for (size_t i = 0; i < dim; i++) rows[r * dim + i] = levels[codes[i]] * scale;
    }
    qsi_array_free(codes);
    return QS_OK;
}

static int usage(const qs_codec *codec, const uint8_t *rows, size_t nrows, qsi_usage *seen)
{
    uint8_t *codes = qsi_array(codec->dim, 1);
    if (!codes) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        get_codes(codec, rows + r * codec->layout.row_bytes, codes);
        qsi_usage_add(seen, codes, codec->dim);
    }
    qsi_array_free(codes);
    return QS_OK;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    size_t bits = bits_of(codec), at = bit / bits, scale = 8 * codec->layout.code_bytes;
    if (bit >= scale) return (qsi_role){QSI_ROLE_SCALE, 0, (uint8_t)(bit - scale)};
    if (at < codec->dim) return (qsi_role){QSI_ROLE_CODE, (uint16_t)at, (uint8_t)(bit % bits)};
    return (qsi_role){QSI_ROLE_UNUSED, 0, 0};
}

/* Rows are rotated before: what lies beyond the outermost level is spread over all their values. */
static size_t code_of(const qs_codec *codec, size_t value)
{
    (void)codec;
    return value;
}

static float level(const qs_codec *codec, size_t value, uint32_t code)
{
    (void)value;
    return estimate_of(codec)->level(bits_of(codec), code);
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    (void)codec;
    return kind == QSI_ROLE_CODE ? (qsi_number){.level = level} : (qsi_number){.as = "f32"};
}

#define ESTIMATE(called) \
    QSI_FAMILY(called), .formula = "q * s", .estimates = true, .fit = fit, .usage = usage, .code_of = code_of

const qsi_family qsi_family_rabitq = {ESTIMATE("rabitq")};
const qsi_family qsi_family_tq = {ESTIMATE("tq")};
