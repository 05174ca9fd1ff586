/* What engines share, as engine.h says: rows of codes, their ranges, and what a bit of a row is. */
#include "engines/engine.h"

#include "base/size.h"
#include "base/status.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

static unsigned bits_of(const qsi_spec *spec)
{
    return qsi_format_option(spec->format, QSI_BITS) ? (unsigned)qsi_spec_bits(spec) : spec->format->code_bits;
}

size_t qsi_engine_codes(const qsi_spec *spec, size_t dim)
{
    size_t multiple = spec->format->engine->multiple ? spec->format->engine->multiple : 1;
    return (dim + multiple - 1) / multiple * multiple;
}

/* Bytes of n codes. */
static size_t packed_bytes(const qsi_spec *spec, size_t n)
{
    switch (spec->format->engine->pack) {
    case QSI_PACK_LOW: return (n * bits_of(spec) + 7) / 8;
    case QSI_PACK_HALVES: return (n + 1) / 2;
    case QSI_PACK_PLANES: return (n + 7) / 8 * bits_of(spec);
    default: return n;
    }
}

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    const qsi_engine *e = spec->format->engine;
    if (dim > QSI_ENGINE_MOST)
        return qsi_fail_option("dim", "%s: rows of %zu values; it takes up to %d", spec->format->name, dim,
                               QSI_ENGINE_MOST);
    *out = (qsi_layout){.code_bytes = packed_bytes(spec, dim), .scale_bytes = e->head + e->tail};
    out->padding_bytes = packed_bytes(spec, qsi_engine_codes(spec, dim)) - out->code_bytes;
    out->row_bytes = out->code_bytes + out->padding_bytes + out->scale_bytes;
    size_t params = !e->params[0] ? 0 : e->params[1] ? 2 : 1;
    out->params_bytes = (double)params * (e->needs == QSI_EXTREMES_DIMS ? (double)dim : 1) * sizeof(float);
    return QS_OK;
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    const qsi_engine *e = spec->format->engine;
    for (size_t p = 0; p < 2; p++)
        if (e->params[p])
            out[p] = (qsi_param){.name = e->params[p], .count = e->needs == QSI_EXTREMES_DIMS ? dim : 1};
}

static qsi_statistic needs(const qsi_spec *spec)
{
    return spec->format->engine->needs;
}

/* Without data: -1 to 1. */
static int fit(qs_codec *codec, const qsi_observer *seen)
{
    const qsi_engine *e = qsi_engine_of(codec);
    if (!e->params[0]) return QS_OK;
    const float *lo = qsi_observer_lo(seen), *hi = qsi_observer_hi(seen);
    for (size_t p = 0; p < 2; p++) {
        codec->params[p].values = qsi_array(codec->params[p].count, sizeof(float));
        if (!codec->params[p].values) return QS_E_MEMORY;
    }
    for (size_t d = 0; d < codec->params[0].count; d++) {
        float *first = &codec->params[0].values[d], *second = &codec->params[1].values[d];
        e->fit(bits_of(&codec->spec), lo ? lo[d] : -1, lo ? hi[d] : 1, first, second);
        if (!isfinite(*first) || !isfinite(*second))
            return qsi_fail(QS_E_DATA, "the width of the range of values overflows float32");
    }
    return QS_OK;
}

/* Where bit b of the code of value i is, of n codes of which whole bytes hold the given number of bits. */
static size_t place(const qsi_engine *e, unsigned bits, size_t n, size_t i, size_t b)
{
    size_t half = (n + 1) / 2;
    switch (e->pack) {
    case QSI_PACK_LOW: return i * bits + b;
    case QSI_PACK_HALVES: return i < half ? 8 * i + 4 + b : 8 * (i - half) + b;
    case QSI_PACK_PLANES: return 8 * (b * ((n + 7) / 8) + i / 8) + 7 - i % 8;
    default: return 8 * i + b;
    }
}

static void put_codes(const qs_codec *codec, const int *codes, uint8_t *to)
{
    const qsi_engine *e = qsi_engine_of(codec);
    unsigned bits = bits_of(&codec->spec);
    size_t n = qsi_engine_codes(&codec->spec, codec->dim);
    for (size_t i = 0; i < n; i++)
        if (e->pack == QSI_PACK_BYTES)
            to[i] = (uint8_t)codes[i];
        else
            for (size_t b = 0; b < bits; b++) {
                size_t at = place(e, bits, n, i, b);
                to[at / 8] |= (uint8_t)((codes[i] >> b & 1) << at % 8);
            }
}

void qsi_engine_get(const qs_codec *codec, const uint8_t *row, int *codes)
{
    const qsi_engine *e = qsi_engine_of(codec);
    unsigned bits = bits_of(&codec->spec);
    size_t n = qsi_engine_codes(&codec->spec, codec->dim);
    row += e->head;
    for (size_t i = 0; i < n; i++)
        if (e->pack == QSI_PACK_BYTES)
            codes[i] = e->is_signed ? (int8_t)row[i] : row[i];
        else {
            codes[i] = 0;
            for (size_t b = 0; b < bits; b++) {
                size_t at = place(e, bits, n, i, b);
                codes[i] |= (row[at / 8] >> at % 8 & 1) << b;
            }
        }
}

qsi_side qsi_engine_side(const int *codes, size_t n)
{
    qsi_side side = {.sum = 0};
    for (size_t i = 0; i < n; i++) {
        side.sum += codes[i];
        side.square += codes[i] * codes[i];
    }
    return side;
}

static double length_of(const float *x, size_t n)
{
    double square = 0;
    for (size_t i = 0; i < n; i++) square += (double)x[i] * (double)x[i];
    return sqrt(square);
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *to)
{
    const qsi_engine *e = qsi_engine_of(codec);
    size_t dim = codec->dim, n = qsi_engine_codes(&codec->spec, dim);
    int status = qsi_check_finite(first_row, rows, nrows, dim);
    int *codes = status ? NULL : qsi_array(n, sizeof *codes);
    if (!codes) return status ? status : QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++, rows += dim, to += codec->layout.row_bytes) {
        double length = e->by_length ? length_of(rows, dim) : 0;
        for (size_t d = 0; d < n; d++)
            codes[d] = d < dim ? e->code(codec, rows[d], length, d) : e->filler ? e->filler(codec) : 0;
        memset(to, 0, codec->layout.row_bytes);
        put_codes(codec, codes, to + e->head);
        qsi_side side = qsi_engine_side(codes, n);
        if (e->put) e->put(codec, rows, &side, codes, to);
    }
    qsi_array_free(codes);
    return QS_OK;
}

static int decode(const qs_codec *codec, const uint8_t *from, size_t nrows, float *rows)
{
    size_t dim = codec->dim;
    int *codes = qsi_array(qsi_engine_codes(&codec->spec, dim), sizeof *codes);
    if (!codes) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        qsi_engine_get(codec, from + r * codec->layout.row_bytes, codes);
        for (size_t d = 0; d < dim; d++) rows[r * dim + d] = qsi_engine_of(codec)->level(codec, d, codes[d]);
    }
    qsi_array_free(codes);
    return QS_OK;
}

static int usage(const qs_codec *codec, const uint8_t *from, size_t nrows, qsi_usage *seen)
{
    int *codes = qsi_array(qsi_engine_codes(&codec->spec, codec->dim), sizeof *codes);
    if (!codes) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        qsi_engine_get(codec, from + r * codec->layout.row_bytes, codes);
        for (size_t d = 0; d < codec->dim; d++) seen->seen[(uint8_t)codes[d]] = 1;
    }
    qsi_array_free(codes);
    return QS_OK;
}

/* A bit of the numbers beside the codes, of which first are before it. */
static qsi_role beside(const qsi_engine *e, size_t bit, size_t first)
{
    size_t byte = bit / 8 % 4;
    return (qsi_role){QSI_ROLE_LOW, (uint16_t)(first + bit / 32),
                      (uint8_t)(8 * (e->big_endian ? 3 - byte : byte) + bit % 8)};
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    const qsi_engine *e = qsi_engine_of(codec);
    unsigned bits = bits_of(&codec->spec);
    size_t n = qsi_engine_codes(&codec->spec, codec->dim), body = 8 * packed_bytes(&codec->spec, n);
    if (bit < 8 * (size_t)e->head) return beside(e, bit, 0);
    bit -= 8 * (size_t)e->head;
    if (bit >= body) return beside(e, bit - body, e->head / 4);
    size_t i, b, half = (n + 1) / 2, plane = (n + 7) / 8;
    switch (e->pack) {
    case QSI_PACK_LOW: i = bit / bits, b = bit % bits; break;
    case QSI_PACK_HALVES: i = bit / 8 + (bit % 8 < 4 ? half : 0), b = bit % 4; break;
    case QSI_PACK_PLANES: i = bit / 8 % plane * 8 + 7 - bit % 8, b = bit / 8 / plane; break;
    default: i = bit / 8, b = bit % 8;
    }
    if (i >= codec->dim || b >= bits) return (qsi_role){QSI_ROLE_UNUSED, 0, 0};
    return (qsi_role){QSI_ROLE_CODE, (uint16_t)i, (uint8_t)b};
}

static float level(const qs_codec *codec, size_t value, uint32_t code)
{
    const qsi_engine *e = qsi_engine_of(codec);
    return e->level(codec, value, e->is_signed ? (int8_t)code : (int)code);
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    const qsi_engine *e = qsi_engine_of(codec);
    return kind == QSI_ROLE_LOW ? (qsi_number){.as = e->beside} : (qsi_number){.level = level, .most = e->most};
}

/* Codes are of the length of a row; nothing is done to it before. */
static void copy(const float *x, size_t n, float *out)
{
    memcpy(out, x, n * sizeof *out);
}

#define ENGINE                                                                                          \
    QSI_FAMILY("engine"), .formula = "q", .params = params, .needs = needs, .fit = fit, .usage = usage, \
                          .scorer = &qsi_engine_scorer

const qsi_family qsi_family_engine = {ENGINE};
const qsi_family qsi_family_engine_cosine = {ENGINE, .estimates = true};
const qsi_family qsi_family_engine_signs = {ENGINE, .signs_only = true};
const qsi_family qsi_family_engine_unit = {ENGINE, .estimates = true, .unit_length = true, .unit = copy};
