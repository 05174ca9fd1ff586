/*
 * Family: affine integers of 2 to 8 bits, with one scale for a row, a block of a row, a dim or the whole tensor.
 *
 * Row layout:  | codes, low bits first, last byte filled with zeros | scales | zero points (affine) or lows
 * (offset) | A row has one scale (per=row) or one for each block in order (per=block; codes of a short last block
 * are padded with zeros). With per=tensor and per=dim a row is codes alone and the scales are params.
 */
#include "codec/affine.h"
#include "codec/codec.h"

#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

/* The params as the kernels want them. */
typedef struct derived {
    float *inv, *low;
    int32_t *zero;
} derived;

/* How a row is cut up: groups of length values (the last one shorter), padded codes in all. */
typedef struct cut {
    size_t groups, length, padded;
} cut;

static cut cut_row(const qsi_spec *spec, size_t dim)
{
    if (qsi_word(spec, QSI_PER) != QSI_PER_BLOCK) return (cut){1, dim, dim};
    size_t block = (size_t)spec->value[QSI_BLOCK], groups = (dim + block - 1) / block;
    return (cut){groups, block, groups * block};
}

static bool own_scales(const qsi_spec *spec)
{
    int per = qsi_word(spec, QSI_PER);
    return per == QSI_PER_ROW || per == QSI_PER_BLOCK;
}

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    size_t bits = spec->format->code_bits, type = qsi_scale_bytes(spec);
    static const size_t zero_bytes[] = {[QSI_MAP_SYM] = 0, [QSI_MAP_AFFINE] = 1, [QSI_MAP_OFFSET] = 0};
    int map = qsi_word(spec, QSI_MAP);
    size_t zero = map == QSI_MAP_OFFSET ? type : zero_bytes[map];
    cut row = cut_row(spec, dim);
    *out = (qsi_layout){.code_bytes = (dim * bits + 7) / 8};
    out->padding_bytes = (row.padded * bits + 7) / 8 - out->code_bytes;
    if (own_scales(spec)) {
        out->scale_bytes = row.groups * type;
        out->zero_bytes = row.groups * zero;
    } else {
        size_t shared = qsi_word(spec, QSI_PER) == QSI_PER_DIM ? dim : 1;
        out->params_bytes = (double)shared * (double)(type + zero);
    }
    out->row_bytes = out->code_bytes + out->padding_bytes + out->scale_bytes + out->zero_bytes;
    return QS_OK;
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    if (own_scales(spec)) return;
    size_t count = qsi_word(spec, QSI_PER) == QSI_PER_DIM ? dim : 1;
    out[0] = (qsi_param){.name = "scale", .count = count};
    if (qsi_word(spec, QSI_MAP) == QSI_MAP_AFFINE) out[1] = (qsi_param){.name = "zero", .count = count};
    if (qsi_word(spec, QSI_MAP) == QSI_MAP_OFFSET) out[1] = (qsi_param){.name = "lo", .count = count};
}

static qsi_statistic needs(const qsi_spec *spec)
{
    if (own_scales(spec) || qsi_word(spec, QSI_RANGE) == QSI_RANGE_GIVEN) return QSI_NOTHING;
    return qsi_word(spec, QSI_PER) == QSI_PER_DIM ? QSI_EXTREMES_DIMS : QSI_EXTREMES;
}

static int fit(qs_codec *codec, const qsi_observer *seen)
{
    size_t count = codec->params[0].count;
    const float *lo = qsi_observer_lo(seen), *hi = qsi_observer_hi(seen);
    if (own_scales(&codec->spec)) return QS_OK;
    for (size_t p = 0; p < 2 && codec->params[p].name; p++) {
        codec->params[p].values = qsi_array(count, sizeof(float));
        if (!codec->params[p].values) return QS_E_MEMORY;
    }
    for (size_t g = 0; g < count; g++) {
        qsi_affine a;
        int status = qsi_affine_from_range(&codec->spec, lo ? lo[g] : 0, hi ? hi[g] : 0, &a);
        if (status) return status;
        codec->params[0].values[g] = a.scale;
        if (!codec->params[1].name) continue;
        codec->params[1].values[g] = qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_OFFSET ? a.low : (float)a.zero;
    }
    return QS_OK;
}

static float inverse(float scale)
{
    return scale == 0 ? 0 : 1 / scale;
}

static int check_param(const qs_codec *codec, size_t p, size_t g, int32_t qmin, int32_t qmax)
{
    float v = codec->params[p].values[g];
    bool is_scale = p == 0, is_zero = p == 1 && qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_AFFINE;
    bool fits = isfinite(v) && (!is_scale || v == 0 || v >= 0x1p-126F) &&
                (!is_zero || (v >= (float)qmin && v <= (float)qmax && floorf(v) == v));
    if (fits) return QS_OK;
    return qsi_fail(QS_E_DATA, "params: %s[%zu] is %.9g, which is no %s", codec->params[p].name, g, (double)v,
                    is_scale  ? "scale: 0, or a number from 2^-126"
                    : is_zero ? "zero point: a code"
                              : "low: a finite number");
}

static void close_derived(qs_codec *codec)
{
    derived *d = codec->derived;
    if (!d) return;
    qsi_array_free(d->inv);
    qsi_array_free(d->low);
    qsi_array_free(d->zero);
    qsi_array_free(d);
}

static int ready(qs_codec *codec)
{
    size_t count = codec->params[0].count;
    int32_t qmin, qmax;
    if (own_scales(&codec->spec)) return QS_OK;
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
        d->inv[g] = inverse(codec->params[0].values[g]);
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
    qsi_grid grid = {.round = (qsi_round)qsi_word(&codec->spec, QSI_ROUND),
                     .seed = (uint64_t)codec->spec.value[QSI_SEED]};
    qsi_affine_codes(&codec->spec, &grid.qmin, &grid.qmax);
    if (!d) return grid;
    grid.scale = codec->params[0].values;
    grid.inv = d->inv;
    grid.lo = d->low;
    grid.zero = d->zero;
    grid.each = qsi_word(&codec->spec, QSI_PER) == QSI_PER_DIM;
    return grid;
}

/* Points a grid at the parameters of one group. */
static void aim(qsi_grid *grid, const qsi_affine *a, const float *inv)
{
    grid->scale = &a->scale;
    grid->inv = inv;
    grid->lo = &a->low;
    grid->zero = &a->zero;
}

/* Where the group's scale and its zero point or low stand in a row. */
static uint8_t *scale_at(const qs_codec *codec, uint8_t *row, size_t group)
{
    return row + codec->layout.code_bytes + codec->layout.padding_bytes + group * qsi_scale_bytes(&codec->spec);
}

static uint8_t *zero_at(const qs_codec *codec, uint8_t *row, size_t group, size_t groups)
{
    size_t each = codec->layout.zero_bytes / groups;
    return row + codec->layout.row_bytes - codec->layout.zero_bytes + group * each;
}

static void put_group(const qs_codec *codec, uint8_t *row, size_t group, size_t groups, const qsi_affine *a)
{
    qsi_scale_put(&codec->spec, a->scale, scale_at(codec, row, group));
    if (qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_AFFINE)
        *zero_at(codec, row, group, groups) = (uint8_t)a->zero;
    else if (qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_OFFSET)
        qsi_scale_put(&codec->spec, a->low, zero_at(codec, row, group, groups));
}

static void get_group(const qs_codec *codec, const uint8_t *row, size_t group, size_t groups, qsi_affine *a)
{
    uint8_t *at = (uint8_t *)row; /* read only, through the helpers that writing uses too */
    int map = qsi_word(&codec->spec, QSI_MAP);
    *a = (qsi_affine){.scale = qsi_scale_get(&codec->spec, scale_at(codec, at, group))};
    if (map == QSI_MAP_OFFSET) a->low = qsi_scale_get(&codec->spec, zero_at(codec, at, group, groups));
    if (map != QSI_MAP_AFFINE) return;
    uint8_t zero = *zero_at(codec, at, group, groups);
    a->zero = qsi_word(&codec->spec, QSI_CODES) == QSI_CODES_UNSIGNED ? zero : (int8_t)zero;
}

/* The parameters of a group of values, from their own range. */
static int group_affine(const qs_codec *codec, const float *x, size_t n, qsi_affine *a)
{
    float lo = 0, hi = 0;
    if (qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_SYM) {
        uint32_t absmax = qsi_kernels_now()->absmax(x, n);
        if (absmax >= 0x7f800000U) return QS_E_DATA;
        memcpy(&hi, &absmax, sizeof hi);
    } else {
        int32_t low, high;
        qsi_kernels_now()->minmax(x, n, &low, &high);
        if (low <= qsi_ordered(0xff800000U) || high >= qsi_ordered(0x7f800000U)) return QS_E_DATA;
        uint32_t bits[2] = {qsi_unordered(low), qsi_unordered(high)};
        memcpy(&lo, &bits[0], sizeof lo);
        memcpy(&hi, &bits[1], sizeof hi);
    }
    return qsi_affine_from_range(&codec->spec, lo, hi, a);
}

/* Codes a row whose scales are its own. Unpacked codes go to scratch (padded). */
static int encode_own(const qs_codec *codec, double number, const float *x, uint8_t *row, uint8_t *scratch)
{
    cut c = cut_row(&codec->spec, codec->dim);
    qsi_grid grid = shared_grid(codec);
    for (size_t g = 0; g < c.groups; g++) {
        size_t begin = g * c.length, n = codec->dim - begin < c.length ? codec->dim - begin : c.length;
        qsi_affine a;
        int status = group_affine(codec, x + begin, n, &a);
        if (status) {
            int finite = qsi_check_finite(number, x, 1, codec->dim);
            if (finite) return finite;
            qsi_error why;
            qsi_error_get(&why);
            return qsi_fail_cell(number, (double)begin, "row %.0f: %s", number, why.message);
        }
        float inv = inverse(a.scale);
        aim(&grid, &a, &inv);
        grid.counter = (uint64_t)number * codec->dim + begin;
        qsi_kernels_now()->quantize(&grid, x + begin, n, scratch + begin);
        put_group(codec, row, g, c.groups, &a);
    }
    memset(scratch + codec->dim, 0, c.padded - codec->dim);
    qsi_kernels_now()->pack(scratch, c.padded, codec->spec.format->code_bits, row);
    return QS_OK;
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    bool own = own_scales(&codec->spec);
    qsi_grid grid = shared_grid(codec);
    uint8_t *scratch = qsi_array(cut_row(&codec->spec, codec->dim).padded, 1);
    if (!scratch) return QS_E_MEMORY;
    int status = own ? QS_OK : qsi_check_finite(first_row, rows, nrows, codec->dim);
    for (size_t r = 0; r < nrows && !status; r++) {
        const float *x = rows + r * codec->dim;
        uint8_t *row = codes + r * codec->layout.row_bytes;
        if (own) {
            status = encode_own(codec, first_row + (double)r, x, row, scratch);
            continue;
        }
        grid.counter = (uint64_t)(first_row + (double)r) * codec->dim;
        qsi_kernels_now()->quantize(&grid, x, codec->dim, scratch);
        qsi_kernels_now()->pack(scratch, codec->dim, codec->spec.format->code_bits, row);
    }
    qsi_array_free(scratch);
    return status;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    cut c = cut_row(&codec->spec, codec->dim);
    qsi_grid grid = shared_grid(codec);
    uint8_t *scratch = qsi_array(codec->dim, 1);
    if (!scratch) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        float *x = rows + r * codec->dim;
        qsi_kernels_now()->unpack(row, codec->dim, codec->spec.format->code_bits, grid.qmin < 0, scratch);
        if (!own_scales(&codec->spec)) {
            qsi_kernels_now()->dequantize(&grid, scratch, codec->dim, x);
            continue;
        }
        for (size_t g = 0; g < c.groups; g++) {
            size_t begin = g * c.length, n = codec->dim - begin < c.length ? codec->dim - begin : c.length;
            qsi_affine a;
            get_group(codec, row, g, c.groups, &a);
            aim(&grid, &a, &a.scale);
            qsi_kernels_now()->dequantize(&grid, scratch + begin, n, x + begin);
        }
    }
    qsi_array_free(scratch);
    return QS_OK;
}

/* Counts one group of a row: n values under one grid whose entries start at entry. */
static void audit_group(const qsi_grid *grid, const float *x, const uint8_t *codes, size_t n, qsi_audit *audit)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = grid->each ? i : 0;
        int32_t q = grid->qmin < 0 ? (int8_t)codes[i] : codes[i];
        audit->levels[codes[i] / 32] |= 1U << codes[i] % 32;
        if (q != grid->qmin && q != grid->qmax) continue;
        float exact = (x[i] - grid->lo[at]) * grid->inv[at] + (float)grid->zero[at];
        audit->clipped += exact < (float)grid->qmin - 0.5F || exact > (float)grid->qmax + 0.5F;
    }
}

static int audit(const qs_codec *codec, const float *rows, const uint8_t *codes, size_t nrows, qsi_audit *audit)
{
    cut c = cut_row(&codec->spec, codec->dim);
    qsi_grid grid = shared_grid(codec);
    uint8_t *scratch = qsi_array(codec->dim, 1);
    if (!scratch) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        const float *x = rows + r * codec->dim;
        qsi_kernels_now()->unpack(row, codec->dim, codec->spec.format->code_bits, grid.qmin < 0, scratch);
        if (!own_scales(&codec->spec)) {
            audit_group(&grid, x, scratch, codec->dim, audit);
            continue;
        }
        for (size_t g = 0; g < c.groups; g++) {
            size_t begin = g * c.length, n = codec->dim - begin < c.length ? codec->dim - begin : c.length;
            qsi_affine a;
            get_group(codec, row, g, c.groups, &a);
            float inv = inverse(a.scale);
            aim(&grid, &a, &inv);
            audit_group(&grid, x + begin, scratch + begin, n, audit);
            audit->floored += qsi_affine_floored(&codec->spec, a.scale);
        }
    }
    qsi_array_free(scratch);
    return QS_OK;
}

static size_t floored(const qs_codec *codec)
{
    size_t count = 0;
    for (size_t g = 0; g < codec->params[0].count; g++)
        count += qsi_affine_floored(&codec->spec, codec->params[0].values[g]);
    return count;
}

static bool integers_apply(const qsi_spec *spec)
{
    int per = qsi_word(spec, QSI_PER);
    return (per == QSI_PER_ROW || per == QSI_PER_TENSOR) && qsi_word(spec, QSI_MAP) != QSI_MAP_OFFSET;
}

static int integers(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_integers *out)
{
    qsi_grid grid = shared_grid(codec);
    unsigned bits = codec->spec.format->code_bits;
    int32_t shift = grid.qmin == 0 && bits == 8 ? 128 : 0; /* unsigned bytes do not fit int8 */
    for (size_t r = 0; r < nrows; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        int8_t *q = out->codes + r * codec->dim;
        qsi_affine a = {0};
        qsi_kernels_now()->unpack(row, codec->dim, bits, grid.qmin < 0, (uint8_t *)q);
        if (own_scales(&codec->spec))
            get_group(codec, row, 0, 1, &a);
        else
            a = (qsi_affine){.scale = grid.scale[0], .zero = grid.zero[0]};
        out->scale[r] = a.scale;
        out->zero[r] = a.zero - shift;
        out->sum[r] = 0;
        for (size_t d = 0; d < codec->dim; d++) {
            q[d] = (int8_t)((uint8_t)q[d] - shift);
            out->sum[r] += q[d];
        }
    }
    return QS_OK;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    size_t code_bits = codec->spec.format->code_bits, at = bit / code_bits;
    const qsi_layout *row = &codec->layout;
    size_t scales = 8 * (row->code_bytes + row->padding_bytes), zeros = scales + 8 * row->scale_bytes;
    if (bit < scales && at < codec->dim) return (qsi_role){QSI_ROLE_CODE, (uint16_t)at, (uint8_t)(bit % code_bits)};
    if (bit < scales) return (qsi_role){QSI_ROLE_UNUSED, 0, 0};
    bool is_scale = bit < zeros, is_low = qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_OFFSET;
    size_t groups = cut_row(&codec->spec, codec->dim).groups, begin = is_scale ? scales : zeros;
    size_t each = 8 * (is_scale ? row->scale_bytes : row->zero_bytes) / groups;
    return (qsi_role){is_scale ? QSI_ROLE_SCALE
                      : is_low ? QSI_ROLE_LOW
                               : QSI_ROLE_ZERO,
                      (uint16_t)((bit - begin) / each), (uint8_t)((bit - begin) % each)};
}

const qsi_family qsi_family_integer = {.name = "integer",
                                       .audits_clipped = true,
                                       .audits_levels = true,
                                       .layout = layout,
                                       .params = params,
                                       .needs = needs,
                                       .fit = fit,
                                       .ready = ready,
                                       .close = close_derived,
                                       .encode = encode,
                                       .decode = decode,
                                       .audit = audit,
                                       .floored = floored,
                                       .integers_apply = integers_apply,
                                       .integers = integers,
                                       .role = role};
