/* What engines share, as engine.h says: rows of codes, their ranges, and what a bit of a row is. */
#include "engines/engine.h"

#include "base/size.h"
#include "base/status.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

unsigned qsi_engine_bits(const qsi_spec *spec)
{
    return qsi_format_option(spec->format, QSI_BITS) ? (unsigned)ceil(qsi_spec_bits(spec))
                                                     : spec->format->code_bits;
}

qsi_engine_pack qsi_engine_packs(const qsi_spec *spec)
{
    const qsi_engine *e = spec->format->engine;
    return e->packs ? e->packs(spec) : e->pack;
}

size_t qsi_engine_codes(const qsi_spec *spec, size_t dim)
{
    size_t multiple = spec->format->engine->multiple ? spec->format->engine->multiple : 1;
    return (dim + multiple - 1) / multiple * multiple;
}

/* Bytes of n codes. */
static size_t packed_bytes(const qsi_spec *spec, size_t n)
{
    return qsi_packed_bytes(qsi_engine_packs(spec), qsi_engine_bits(spec), n);
}

static bool has_params(const qsi_spec *spec)
{
    const qsi_engine *e = spec->format->engine;
    return e->params[0] && (!e->fits || e->fits(spec));
}

void qsi_engine_params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    const qsi_engine *e = spec->format->engine;
    for (size_t p = 0; p < 2 && has_params(spec); p++)
        if (e->params[p]) out[p] = (qsi_param){.name = e->params[p], .count = e->needs == QSI_EXTREMES ? 1 : dim};
}

int qsi_engine_layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    const qsi_engine *e = spec->format->engine;
    if (dim > QSI_ENGINE_MOST)
        return qsi_fail_option("dim", "%s: rows of %zu values; it takes up to %d", spec->format->name, dim,
                               QSI_ENGINE_MOST);
    *out = (qsi_layout){.code_bytes = packed_bytes(spec, dim), .scale_bytes = e->head + e->tail};
    out->padding_bytes = packed_bytes(spec, qsi_engine_codes(spec, dim)) - out->code_bytes;
    out->row_bytes = out->code_bytes + out->padding_bytes + out->scale_bytes;
    qsi_param own[QSI_PARAMS] = {{0}};
    qsi_engine_params(spec, dim, own);
    for (size_t p = 0; p < 2; p++) out->params_bytes += (double)own[p].count * sizeof(float);
    return QS_OK;
}

qsi_statistic qsi_engine_needs(const qsi_spec *spec)
{
    return has_params(spec) ? spec->format->engine->needs : QSI_NOTHING;
}

/* Without data: -1 to 1. */
int qsi_engine_fit(qs_codec *codec, const qsi_observer *seen)
{
    const qsi_engine *e = qsi_engine_of(codec);
    if (!has_params(&codec->spec)) return QS_OK;
    const float *lo = qsi_observer_lo(seen), *hi = qsi_observer_hi(seen);
    for (size_t p = 0; p < 2 && codec->params[p].name; p++) {
        codec->params[p].values = qsi_array(codec->params[p].count, sizeof(float));
        if (!codec->params[p].values) return QS_E_MEMORY;
    }
    if (e->fit_all) e->fit_all(codec, seen);
    for (size_t d = 0; d < codec->params[0].count && !e->fit_all; d++) {
        float *first = &codec->params[0].values[d], *second = &codec->params[1].values[d];
        e->fit(qsi_engine_bits(&codec->spec), lo ? lo[d] : -1, lo ? hi[d] : 1, first, second);
        if (!isfinite(*first) || !isfinite(*second))
            return qsi_fail(QS_E_DATA, "the width of the range of values overflows float32");
    }
    return QS_OK;
}

void qsi_engine_get(const qs_codec *codec, const uint8_t *row, int *codes)
{
    const qsi_engine *e = qsi_engine_of(codec);
    qsi_packed_get(qsi_engine_packs(&codec->spec), qsi_engine_bits(&codec->spec),
                   qsi_engine_codes(&codec->spec, codec->dim), e->is_signed, row + e->head, codes);
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
        qsi_packed_put(qsi_engine_packs(&codec->spec), qsi_engine_bits(&codec->spec), n, codes, to + e->head);
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

int qsi_engine_usage(const qs_codec *codec, const uint8_t *from, size_t nrows, qsi_usage *seen)
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
    return (qsi_role){e->beside ? QSI_ROLE_EXTRA : QSI_ROLE_SUM, (uint16_t)(first + bit / 32),
                      (uint8_t)(8 * (e->big_endian ? 3 - byte : byte) + bit % 8)};
}

qsi_role qsi_engine_role(const qs_codec *codec, size_t bit)
{
    const qsi_engine *e = qsi_engine_of(codec);
    size_t n = qsi_engine_codes(&codec->spec, codec->dim), body = 8 * packed_bytes(&codec->spec, n);
    if (bit < 8 * (size_t)e->head) return beside(e, bit, 0);
    bit -= 8 * (size_t)e->head;
    if (bit >= body) return beside(e, bit - body, e->head / 4);
    size_t i, b;
    bool is = qsi_packed_at(qsi_engine_packs(&codec->spec), qsi_engine_bits(&codec->spec), n, bit, &i, &b);
    if (!is || i >= codec->dim) return (qsi_role){QSI_ROLE_UNUSED, 0, 0};
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
    return kind != QSI_ROLE_CODE ? (qsi_number){.as = e->beside} : (qsi_number){.level = level, .most = e->most};
}

/* Codes are of the length of a row; nothing is done to it before. */
static void copy(const float *x, size_t n, float *out)
{
    memcpy(out, x, n * sizeof *out);
}

#define SIGNS                                                                                                   \
    .name = "engine", .layout = qsi_engine_layout, .encode = encode, .decode = decode, .role = qsi_engine_role, \
    .number = number, .formula = "q", .params = qsi_engine_params, .needs = qsi_engine_needs,                   \
    .fit = qsi_engine_fit, .usage = qsi_engine_usage
#define ENGINE SIGNS, .scorer = &qsi_engine_scorer

const qsi_family qsi_family_engine = {ENGINE};
const qsi_family qsi_family_engine_cosine = {ENGINE, .estimates = true};
const qsi_family qsi_family_engine_signs = {SIGNS, .signs_only = true};
/* Planes whose bits serve several values have no ends. */
static size_t code_index(const qs_codec *codec, size_t value)
{
    (void)codec;
    return value;
}

static const qsi_observer_kind *quantiles(const qsi_spec *spec)
{
    (void)spec;
    return &qsi_lucene_quantiles;
}

const qsi_family qsi_family_engine_bits = {SIGNS, .signs_only = true, .estimates = true, .code_of = code_index};
const qsi_family qsi_family_engine_lucene = {ENGINE, .estimates = true, .unit = qsi_lucene_unit,
                                             .observer = quantiles};
const qsi_family qsi_family_engine_unit = {ENGINE, .estimates = true, .unit_length = true, .unit = copy};
