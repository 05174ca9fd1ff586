/*
 * Family: affine integers of 2 to 8 bits, with one scale for a row, a block of a row, a dim or the whole tensor.
 *
 * Row layout:  | codes, low bits first, last byte filled with zeros | scales | zero points (affine) or lows
 * (offset) | outliers (outliers.h) | A row has one scale (per=row) or one for each block in order (per=block; codes
 * of a short last block are padded with zeros). With per=tensor and per=dim the scales are params.
 */
#include "codec/integer/integer.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/range_rule.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

/* The params as the kernels want them. */
typedef struct derived {
    float *inv, *low;
    int32_t *zero;
} derived;

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    size_t bits = spec->format->code_bits, type = qsi_scale_bytes(spec);
    static const size_t zero_bytes[] = {[QSI_MAP_SYM] = 0, [QSI_MAP_AFFINE] = 1, [QSI_MAP_OFFSET] = 0};
    int map = qsi_word(spec, QSI_MAP);
    size_t zero = map == QSI_MAP_OFFSET ? type : zero_bytes[map];
    qsi_cut row = qsi_cut_row(spec, dim);
    *out = (qsi_layout){.code_bytes = (dim * bits + 7) / 8};
    out->padding_bytes = (row.padded * bits + 7) / 8 - out->code_bytes;
    if (qsi_row_scales(spec)) {
        out->scale_bytes = row.groups * type;
        out->zero_bytes = row.groups * zero;
    } else {
        size_t shared = qsi_word(spec, QSI_PER) == QSI_PER_DIM ? dim : 1;
        out->params_bytes = (double)shared * (double)(type + zero);
    }
    out->outlier_bytes = qsi_outliers_bytes(spec, dim);
    out->row_bytes = out->code_bytes + out->padding_bytes + out->scale_bytes + out->zero_bytes + out->outlier_bytes;
    return QS_OK;
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    if (qsi_row_scales(spec)) return;
    size_t count = qsi_word(spec, QSI_PER) == QSI_PER_DIM ? dim : 1;
    out[0] = (qsi_param){.name = "scale", .count = count};
    if (qsi_word(spec, QSI_MAP) == QSI_MAP_AFFINE) out[1] = (qsi_param){.name = "zero", .count = count};
    if (qsi_word(spec, QSI_MAP) == QSI_MAP_OFFSET) out[1] = (qsi_param){.name = "lo", .count = count};
}

static qsi_statistic needs(const qsi_spec *spec)
{
    return qsi_row_scales(spec) ? QSI_NOTHING : qsi_range_rule_needs(spec);
}

static int fit(qs_codec *codec, const qsi_observer *seen)
{
    size_t count = codec->params[0].count;
    if (qsi_row_scales(&codec->spec)) return QS_OK;
    for (size_t p = 0; p < 2 && codec->params[p].name; p++) {
        codec->params[p].values = qsi_array(count, sizeof(float));
        if (!codec->params[p].values) return QS_E_MEMORY;
    }
    for (size_t g = 0; g < count; g++) {
        qsi_affine a;
        qsi_range range = qsi_range_rule_observed(&codec->spec, seen, g, count);
        int status = qsi_affine_from_range(&codec->spec, range.lo, range.hi, &a);
        if (status) return count > 1 ? qsi_fail_dim(g) : status;
        codec->params[0].values[g] = a.scale;
        if (!codec->params[1].name) continue;
        codec->params[1].values[g] = qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_OFFSET ? a.low : (float)a.zero;
    }
    return QS_OK;
}

static int check_param(const qs_codec *codec, size_t p, size_t g, int32_t qmin, int32_t qmax)
{
    float v = codec->params[p].values[g];
    bool is_scale = p == 0, is_zero = p == 1 && qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_AFFINE;
    bool fits = isfinite(v) && (!is_scale || v == 0 || v >= 0x1p-127F) &&
                (!is_zero || (v >= (float)qmin && v <= (float)qmax && floorf(v) == v));
    if (fits) return QS_OK;
    return qsi_fail(QS_E_DATA, "params: %s[%zu] is %.9g, which is no %s", codec->params[p].name, g, (double)v,
                    is_scale  ? "scale: 0, or a number from 2^-127"
                    : is_zero ? "zero point: a code"
                              : "low: a finite number");
}

static void close_derived(qs_codec *codec)
{
    derived *d = codec->derived;
    qsi_array_free(d->inv);
    qsi_array_free(d->low);
    qsi_array_free(d->zero);
}

static int ready(qs_codec *codec)
{
    size_t count = codec->params[0].count;
    int32_t qmin, qmax;
    if (qsi_row_scales(&codec->spec)) return QS_OK;
    qsi_affine_codes(&codec->spec, &qmin, &qmax);
    derived *d = codec->derived = qsi_array_zero(1, sizeof *d);
    if (!d) return QS_E_MEMORY;
    d->inv = qsi_array(count, sizeof *d->inv);
    d->low = qsi_array_zero(count, sizeof *d->low);
    d->zero = qsi_array_zero(count, sizeof *d->zero);
    if (!d->inv || !d->low || !d->zero) return QS_E_MEMORY;
    for (size_t g = 0; g < count; g++) {
        for (size_t p = 0; p < 2 && codec->params[p].name; p++)
            if (check_param(codec, p, g, qmin, qmax)) return QS_E_DATA;
        d->inv[g] = qsi_inverse(codec->params[0].values[g]);
        if (!codec->params[1].name) continue;
        if (qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_OFFSET)
            d->low[g] = codec->params[1].values[g];
        else
            d->zero[g] = (int32_t)codec->params[1].values[g];
    }
    return QS_OK;
}

/* The grid all rows share. */
static qsi_grid shared_grid(const qs_codec *codec)
{
    const derived *d = codec->derived;
    qsi_grid grid = {.entries = 1,
                     .centered = qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_SYM,
                     .powers = qsi_is_pow2(&codec->spec),
                     .round = (qsi_round)qsi_word(&codec->spec, QSI_ROUND),
                     .seed = (uint64_t)codec->spec.value[QSI_SEED]};
    qsi_affine_codes(&codec->spec, &grid.qmin, &grid.qmax);
    if (!d) return grid;
    grid.scale = codec->params[0].values;
    grid.inv = d->inv;
    grid.lo = d->low;
    grid.zero = d->zero;
    grid.entries = codec->params[0].count;
    return grid;
}

/* Bytes for codes that are packed next, or were unpacked. They stay in the first cache, unless a row is longer. */
typedef struct scratch {
    uint8_t *bytes, here[8192];
} scratch;

static int scratch_open(scratch *s, size_t n)
{
    s->bytes = n <= sizeof s->here ? s->here : qsi_array(n, 1);
    return s->bytes ? QS_OK : QS_E_MEMORY;
}

static void scratch_close(scratch *s)
{
    if (s->bytes != s->here) qsi_array_free(s->bytes);
}

/* The rows that one call of a kernel takes: one, if rows do not end with a byte of codes; of codes that are packed
 * so many as scratch has room for; else all. */
static size_t rows_at_once(const qs_codec *codec, size_t nrows)
{
    const size_t bits = codec->spec.format->code_bits, room = sizeof((scratch *)0)->here / codec->dim;
    if (codec->layout.outlier_bytes || codec->dim * bits % 8) return 1;
    if (bits == 8 || room > nrows) return nrows;
    return room ? room : 1;
}

/* Encodes rows by the grid that they share. Codes of 8 bits are their bytes, others are made in scratch and packed.
 * Values without a code show only then. */
static int encode_shared(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    unsigned bits = codec->spec.format->code_bits;
    qsi_grid grid = shared_grid(codec);
    size_t some = rows_at_once(codec, nrows);
    scratch made;
    uint32_t most = 0;
    if (scratch_open(&made, bits < 8 ? some * codec->dim : 0)) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows && most < 0x7f800000U; r += some) {
        uint8_t *row = codes + r * codec->layout.row_bytes;
        size_t n = (nrows - r < some ? nrows - r : some) * codec->dim;
        grid.counter = (uint64_t)(first_row + (double)r) * codec->dim;
        most = qsi_kernels_now()->quantize(&grid, rows + r * codec->dim, n, bits < 8 ? made.bytes : row);
        if (bits < 8) qsi_kernels_now()->pack(made.bytes, n, bits, row);
    }
    scratch_close(&made);
    return most < 0x7f800000U ? QS_OK : qsi_check_finite(first_row, rows, nrows, codec->dim);
}

/* Encodes rows whose own scales are taken from the rest, if there is one. */
static int encode_inliers(const qs_codec *codec, double first_row, const float *rows, size_t nrows,
                          const qsi_inliers *inliers, uint8_t *codes)
{
    qsi_cut c = qsi_cut_row(&codec->spec, codec->dim);
    qsi_grid grid = shared_grid(codec);
    scratch made;
    if (codec->spec.value[QSI_FEEDBACK] > 0)
        return qsi_feedback_encode(codec, grid, first_row, rows, nrows, inliers, codes);
    if (!qsi_row_scales(&codec->spec)) return encode_shared(codec, first_row, rows, nrows, codes);
    if (scratch_open(&made, codec->spec.format->code_bits < 8 ? c.padded : 0)) return QS_E_MEMORY;
    int status = qsi_row_scales_encode(codec, grid, first_row, rows, nrows, inliers, codes, made.bytes);
    scratch_close(&made);
    return status;
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    if (codec->layout.outlier_bytes)
        return qsi_outliers_encode(codec, first_row, rows, nrows, encode_inliers, codes);
    return encode_inliers(codec, first_row, rows, nrows, NULL, codes);
}

/* Groups without zero points differ by scales and lows alone, some of which are read at a time. Rows of one group
 * gain nothing by that. */
static void decode_own(const qs_codec *codec, qsi_grid grid, const uint8_t *row, const uint8_t *codes, float *x)
{
    const qsi_cut c = qsi_cut_row(&codec->spec, codec->dim);
    const qsi_steps steps = {.least = grid.qmin, .most = grid.qmax};
    const int map = qsi_word(&codec->spec, QSI_MAP);
    const bool as_steps = c.groups > 1 && map != QSI_MAP_AFFINE && !grid.powers;
    for (size_t g = 0, some; g < c.groups; g += some) {
        float scale[QSI_GROUPS_AT_ONCE], low[QSI_GROUPS_AT_ONCE];
        size_t begin = g * c.length, left = codec->dim - begin, whole = left / c.length;
        some = !as_steps || !whole ? 1 : whole < QSI_GROUPS_AT_ONCE ? whole : QSI_GROUPS_AT_ONCE;
        if (as_steps) {
            qsi_groups_get(codec, row, g, c.groups, some, scale, low);
            qsi_kernels_now()->steps_decode(&steps, codes + begin, some, whole ? c.length : left, scale,
                                            map == QSI_MAP_OFFSET ? low : NULL, x + begin);
        } else {
            qsi_affine a;
            qsi_group_get(codec, row, g, c.groups, &a);
            qsi_grid_set_group(&grid, &a, &a.scale);
            qsi_kernels_now()->dequantize(&grid, codes + begin, whole ? c.length : left, x + begin);
        }
    }
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    unsigned bits = codec->spec.format->code_bits;
    qsi_grid grid = shared_grid(codec);
    bool own = qsi_row_scales(&codec->spec);
    size_t some = own ? 1 : rows_at_once(codec, nrows);
    scratch read;
    int status = scratch_open(&read, bits < 8 ? some * codec->dim : 0);
    if (status) return status;
    for (size_t r = 0; r < nrows && !status; r += some) {
        size_t n = (nrows - r < some ? nrows - r : some) * codec->dim;
        const uint8_t *row = codes + r * codec->layout.row_bytes, *bytes = bits < 8 ? read.bytes : row;
        float *x = rows + r * codec->dim;
        if (bits < 8) qsi_kernels_now()->unpack(row, n, bits, grid.qmin < 0, read.bytes);
        if (own)
            decode_own(codec, grid, row, bytes, x);
        else
            qsi_kernels_now()->dequantize(&grid, bytes, n, x);
        if (codec->layout.outlier_bytes) status = qsi_outliers_put_back(codec, row, x);
    }
    scratch_close(&read);
    return status;
}

static int usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_usage *usage)
{
    size_t groups = qsi_row_scales(&codec->spec) ? qsi_cut_row(&codec->spec, codec->dim).groups : 0;
    uint8_t *unpacked = qsi_array(codec->dim, 1);
    if (!unpacked) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        qsi_kernels_now()->unpack(row, codec->dim, codec->spec.format->code_bits, false, unpacked);
        qsi_usage_add(usage, unpacked, codec->dim);
        for (size_t g = 0; g < groups; g++) {
            qsi_affine a;
            qsi_group_get(codec, row, g, groups, &a);
            usage->floored += qsi_affine_floored(&codec->spec, a.scale);
        }
    }
    qsi_array_free(unpacked);
    return QS_OK;
}

static bool integers_apply(const qsi_spec *spec)
{
    int per = qsi_word(spec, QSI_PER);
    bool even = qsi_word(spec, QSI_MAP) != QSI_MAP_OFFSET && !qsi_is_pow2(spec);
    return (per == QSI_PER_ROW || per == QSI_PER_TENSOR) && even && spec->value[QSI_OUTLIERS] == 0;
}

static int integers(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_integers *out)
{
    qsi_grid grid = shared_grid(codec);
    unsigned bits = codec->spec.format->code_bits;
    int32_t shift = grid.qmin == 0 && bits == 8 ? 128 : 0;          /* unsigned bytes do not fit int8 */
    bool centered = qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_SYM; /* without zero points nobody asks for sums */
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        int8_t *q = out->codes + r * codec->dim;
        qsi_affine a = {0};
        if (bits == 8)
            memcpy(q, row, codec->dim);
        else
            qsi_kernels_now()->unpack(row, codec->dim, bits, grid.qmin < 0, (uint8_t *)q);
        if (qsi_row_scales(&codec->spec))
            qsi_group_get(codec, row, 0, 1, &a);
        else
            a = (qsi_affine){.scale = grid.scale[0], .zero = grid.zero[0]};
        out->scale[r] = a.scale;
        out->zero[r] = a.zero - shift;
        out->sum[r] = 0;
        for (size_t d = 0; d < codec->dim && !centered; d++) {
            q[d] = (int8_t)((uint8_t)q[d] - shift);
            out->sum[r] += q[d];
        }
    }
    return QS_OK;
}

static bool single_pass(const qs_codec *codec)
{
    const qsi_spec *spec = &codec->spec;
    return !codec->layout.outlier_bytes && !qsi_row_scales(spec) && spec->value[QSI_FEEDBACK] == 0;
}

static size_t parallel_rows(const qsi_spec *spec)
{
    return spec->value[QSI_FEEDBACK] > 0 ? QSI_FEEDBACK_ROWS : 1;
}

const qsi_family qsi_family_integer = {.name = "integer",
                                       .single_pass = single_pass,
                                       .parallel_rows = parallel_rows,
                                       .layout = layout,
                                       .params = params,
                                       .needs = needs,
                                       .digest = qsi_range_rule_digest,
                                       .from_range = qsi_affine_from_range,
                                       .levels = qsi_affine_levels,
                                       .cost = qsi_affine_cost,
                                       .squared = qsi_affine_squared,
                                       .fit = fit,
                                       .ready = ready,
                                       .close = close_derived,
                                       .encode = encode,
                                       .decode = decode,
                                       .usage = usage,
                                       .floored = qsi_scaled_floored,
                                       .integers_apply = integers_apply,
                                       .integers = integers,
                                       .role = qsi_integer_role,
                                       .formula_of = qsi_integer_formula,
                                       .number = qsi_integer_number};
