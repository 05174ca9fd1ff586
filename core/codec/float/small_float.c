/*
 * Family: floats of up to 8 bits, as they are (per=none) or times a scale that a row, a block, a dim or the tensor
 * shares; and e8m0, the powers of two that scales are stored as.
 *
 * Row layout: codes, low bits first, the last byte filled with zeros, then scales as scaled.h says. A code's
 * highest bit is the sign; a short last block is filled up with codes 0.
 *
 *   none     the nearest value of the format, ties to even, the largest for all beyond it
 *   scaled   s = absmax / largest value; the code of x * (1 / s) by the same rule; x' = value * s
 */
#include "codec/affine.h"
#include "codec/range_rule.h"
#include "codec/thresholds.h"
#include "codec/small_float.h"
#include "codec/scaled.h"

#include "base/size.h"
#include "base/status.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

typedef struct derived {
    qsi_small_float element;
    float most; /* the largest value */
    float *inv; /* of the scales that are params */
} derived;

static bool is_plain(const qsi_spec *spec)
{
    return !qsi_format_option(spec->format, QSI_PER) || qsi_word(spec, QSI_PER) == QSI_PER_NONE;
}

static bool has_row_scales(const qsi_spec *spec)
{
    return !is_plain(spec) && qsi_row_scales(spec);
}

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    size_t bits = spec->format->code_bits, codes = (dim * bits + 7) / 8;
    if (is_plain(spec))
        *out = (qsi_layout){.code_bytes = codes, .row_bytes = codes};
    else
        qsi_scaled_layout(spec, dim, codes, (qsi_cut_row(spec, dim).padded * bits + 7) / 8, out);
    return QS_OK;
}

static size_t count_shared(const qsi_spec *spec, size_t dim)
{
    return is_plain(spec) ? 0 : qsi_shared_scales(spec, dim);
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    size_t count = count_shared(spec, dim);
    if (count) out[0] = (qsi_param){.name = "scale", .count = count};
}

static qsi_statistic needs(const qsi_spec *spec)
{
    return count_shared(spec, 1) ? qsi_range_rule_needs(spec) : QSI_NOTHING;
}

/* The scale for values up to absmax, or the one that is given. */
static int choose_scale(const qsi_spec *spec, float absmax, float *scale)
{
    qsi_minifloat f = qsi_minifloat_of(spec->format);
    float wanted = absmax / qsi_minifloat_value(&f, qsi_minifloat_most(&f));
    if (spec->given >> QSI_S & 1) wanted = (float)spec->value[QSI_S];
    return qsi_scale_stored(spec, wanted, scale);
}

static float magnitude(float lo, float hi)
{
    return fmaxf(fabsf(lo), fabsf(hi));
}

static float given_magnitude(const qsi_spec *spec)
{
    return magnitude((float)spec->value[QSI_LO], (float)spec->value[QSI_HI]);
}

static int from_range(const qsi_spec *spec, float lo, float hi, qsi_affine *out)
{
    bool given = qsi_word(spec, QSI_RANGE) == QSI_RANGE_GIVEN;
    *out = (qsi_affine){0};
    return choose_scale(spec, given ? given_magnitude(spec) : magnitude(lo, hi), &out->scale);
}

typedef struct grid {
    qsi_minifloat f;
    qsi_coder coder;
    float scale;
    size_t most; /* the code of the largest level: level i is that of code i - most */
    bool exact;
} grid;

static int open_grid(grid *g, const qsi_spec *spec, float lo, float hi, bool exact)
{
    qsi_affine a;
    int status = from_range(spec, lo, hi, &a);
    if (status) return status;
    *g = (grid){.f = qsi_minifloat_of(spec->format), .scale = a.scale, .exact = exact && a.scale != 0};
    g->most = qsi_minifloat_most(&g->f);
    g->coder = (qsi_coder){qsi_inverse(a.scale), 0, QSI_EVEN};
    return QS_OK;
}

static double level_at(const void *context, size_t i)
{
    const grid *g = context;
    double level =
        (double)(qsi_minifloat_value(&g->f, (uint32_t)(i < g->most ? g->most - i : i - g->most)) * g->scale);
    return i < g->most ? -level : level;
}

static double threshold_at(const void *context, size_t i)
{
    const grid *g = context;
    if (!g->exact) return (level_at(g, i) + level_at(g, i + 1)) / 2;
    uint32_t inner = (uint32_t)(i < g->most ? g->most - i - 1 : i - g->most);
    float value = qsi_minifloat_value(&g->f, inner), outer = qsi_minifloat_value(&g->f, inner + 1);
    return qsi_level_threshold(&g->coder, (int32_t)inner, value, outer, i < g->most);
}

static int levels(const qsi_spec *spec, float lo, float hi, bool exact, qsi_levels *out)
{
    grid g;
    int status = open_grid(&g, spec, lo, hi, exact);
    if (!status) qsi_levels_of(&(qsi_level_source){2 * g.most + 1, level_at, threshold_at, &g, false}, out);
    return status;
}

static int cost(const qsi_spec *spec, float lo, float hi, bool exact, const qsi_cdf *cdf, double most,
                qsi_cost *sums)
{
    grid g;
    int status = open_grid(&g, spec, lo, hi, exact);
    if (!status)
        qsi_levels_cost(cdf, &(qsi_level_source){2 * g.most + 1, level_at, threshold_at, &g, false}, most, sums);
    return status;
}

static double squared(const qsi_spec *spec, float lo, float hi, const float *x, size_t n)
{
    qsi_affine a;
    qsi_minifloat f = qsi_minifloat_of(spec->format);
    qsi_small_float e = qsi_small_float_of(&f);
    double sum = 0;
    if (from_range(spec, lo, hi, &a)) return INFINITY;
    float inv = qsi_inverse(a.scale);
    for (size_t i = 0; i < n; i++) {
        float back = qsi_small_float_value(&e, qsi_small_float_code(&e, x[i] * inv)) * a.scale;
        sum += ((double)back - (double)x[i]) * ((double)back - (double)x[i]);
    }
    return sum;
}

static int fit(qs_codec *codec, const qsi_observer *seen)
{
    qsi_param *scales = &codec->params[0];
    if (!scales->name) return QS_OK;
    scales->values = qsi_array(scales->count, sizeof(float));
    if (!scales->values) return QS_E_MEMORY;
    for (size_t g = 0; g < scales->count; g++) {
        qsi_affine a;
        qsi_range range = qsi_range_rule_observed(&codec->spec, seen, g, scales->count);
        int status = from_range(&codec->spec, range.lo, range.hi, &a);
        if (status) return status;
        scales->values[g] = a.scale;
    }
    return QS_OK;
}

static int ready(qs_codec *codec)
{
    const qsi_param *scales = &codec->params[0];
    derived *d = codec->derived = qsi_array_zero(1, sizeof *d);
    if (!d) return QS_E_MEMORY;
    qsi_minifloat format = qsi_minifloat_of(codec->spec.format);
    d->element = qsi_small_float_of(&format);
    d->most = qsi_minifloat_value(&format, qsi_minifloat_most(&format));
    d->inv = qsi_array(scales->count, sizeof *d->inv);
    if (!d->inv) return QS_E_MEMORY;
    for (size_t g = 0; g < scales->count; g++) {
        float s = scales->values[g];
        if (!(s == 0 || (s >= 0x1p-127F && isfinite(s))))
            return qsi_fail(QS_E_DATA, "params: scale[%zu] is %.9g, which is no scale: 0, or a number from 2^-127",
                            g, (double)s);
        d->inv[g] = qsi_inverse(s);
    }
    return QS_OK;
}

static void close_derived(qs_codec *codec)
{
    qsi_array_free(((derived *)codec->derived)->inv);
}

/* The scales of the groups of one row, whole ones and a shorter rest. */
static int choose_scales(const qs_codec *codec, double number, const float *x, qsi_cut cut, float *scale)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const derived *d = codec->derived;
    size_t whole = codec->dim / cut.length, rest = codec->dim - whole * cut.length;
    if (qsi_word(&codec->spec, QSI_RANGE) == QSI_RANGE_MINMAX) {
        kernels->absmaxes(x, whole, cut.length, scale);
        if (rest) kernels->absmaxes(x + codec->dim - rest, 1, rest, scale + whole);
        for (size_t g = 0; g < cut.groups; g++) scale[g] /= d->most;
        if (!qsi_scales_stored(&codec->spec, scale, cut.groups)) return QS_OK;
    }
    for (size_t g = 0; g < cut.groups; g++) { /* by the rule; or one has none: finds which, and says so */
        qsi_range range;
        qsi_affine a = {0};
        int status =
            qsi_range_rule_one_scale(&codec->spec, x + g * cut.length, g < whole ? cut.length : rest, &range);
        if (!status) status = from_range(&codec->spec, range.lo, range.hi, &a);
        if (status) return qsi_fail_group(status, number, g * cut.length);
        scale[g] = a.scale;
    }
    return QS_OK;
}

/* One row of finite values whose groups have scales of their own. inverse: room for one number of each group. */
static int encode_row_scales(const qs_codec *codec, double number, const float *x, float *inverse, uint8_t *row,
                             uint8_t *codes)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const derived *d = codec->derived;
    qsi_cut cut = qsi_cut_row(&codec->spec, codec->dim);
    size_t whole = codec->dim / cut.length, begin = whole * cut.length, rest = codec->dim - begin;
    int status = choose_scales(codec, number, x, cut, inverse);
    if (status) return status;
    qsi_scaled_put(codec, row, 0, cut.groups, inverse);
    for (size_t g = 0; g < cut.groups; g++) inverse[g] = qsi_inverse(inverse[g]);
    kernels->floats_encode(&d->element, x, whole, cut.length, inverse, codes);
    if (rest) kernels->floats_encode(&d->element, x + begin, 1, rest, inverse + whole, codes + begin);
    return QS_OK;
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    const derived *d = codec->derived;
    const float one = 1, *inv = codec->params[0].name ? d->inv : &one;
    bool each = codec->params[0].count > 1, row_scales = has_row_scales(&codec->spec);
    unsigned bits = codec->spec.format->code_bits; /* those of 8 bits are their bytes */
    bool refuses = codec->spec.format->refuses_nonfinite || !is_plain(&codec->spec);
    qsi_cut cut = row_scales ? qsi_cut_row(&codec->spec, codec->dim) : (qsi_cut){1, codec->dim, codec->dim};
    int status = refuses ? qsi_check_finite(first_row, rows, nrows, codec->dim) : QS_OK;
    uint8_t *scratch = qsi_array(cut.padded, 1);
    float *inverse = qsi_array(cut.groups, sizeof *inverse);
    if (!scratch || !inverse) status = QS_E_MEMORY;
    for (size_t r = 0; r < nrows && !status; r++) {
        const float *x = rows + r * codec->dim;
        uint8_t *row = codes + r * codec->layout.row_bytes, *unpacked = bits == 8 ? row : scratch;
        if (row_scales)
            status = encode_row_scales(codec, first_row + (double)r, x, inverse, row, unpacked);
        else
            qsi_kernels_now()->floats_encode(&d->element, x, each ? codec->dim : 1, each ? 1 : codec->dim, inv,
                                             unpacked);
        memset(unpacked + codec->dim, 0, cut.padded - codec->dim);
        if (bits < 8) qsi_kernels_now()->pack(scratch, cut.padded, bits, row);
    }
    qsi_array_free(scratch);
    qsi_array_free(inverse);
    return status;
}

/* What one row is decoded and audited with: its unpacked codes, and the scales, one for each group. */
typedef struct row_reader {
    uint8_t *codes;
    float *scales;
    qsi_cut cut;
    bool row_scales;
} row_reader;

static int open_reader(const qs_codec *codec, row_reader *l)
{
    l->row_scales = has_row_scales(&codec->spec);
    l->cut = l->row_scales ? qsi_cut_row(&codec->spec, codec->dim) : (qsi_cut){1, codec->dim, codec->dim};
    if (codec->params[0].count > 1) l->cut = (qsi_cut){codec->dim, 1, codec->dim};
    l->codes = qsi_array(codec->dim, 1);
    l->scales = qsi_array(l->cut.groups, sizeof *l->scales);
    return l->codes && l->scales ? QS_OK : QS_E_MEMORY;
}

static void close_reader(row_reader *l)
{
    qsi_array_free(l->codes);
    qsi_array_free(l->scales);
}

static void read_scales(const qs_codec *codec, row_reader *l, const uint8_t *row)
{
    if (l->row_scales) {
        qsi_scaled_get(codec, row, 0, l->cut.groups, l->scales);
        return;
    }
    for (size_t g = 0; g < l->cut.groups; g++)
        l->scales[g] = codec->params[0].name ? codec->params[0].values[g] : 1;
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    const derived *d = codec->derived;
    unsigned bits = codec->spec.format->code_bits;
    row_reader l;
    int status = open_reader(codec, &l);
    for (size_t r = 0; r < nrows && !status; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        float *x = rows + r * codec->dim;
        const uint8_t *unpacked = bits == 8 ? row : l.codes;
        if (bits < 8) qsi_kernels_now()->unpack(row, codec->dim, bits, false, l.codes);
        if (l.row_scales || r == 0) read_scales(codec, &l, row);
        size_t whole = codec->dim / l.cut.length, begin = whole * l.cut.length;
        qsi_kernels_now()->floats_decode(&d->element, unpacked, whole, l.cut.length, l.scales, x);
        if (begin < codec->dim)
            qsi_kernels_now()->floats_decode(&d->element, unpacked + begin, 1, codec->dim - begin, l.scales + whole,
                                             x + begin);
    }
    close_reader(&l);
    return status;
}

static int usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_usage *usage)
{
    row_reader l;
    int status = open_reader(codec, &l);
    for (size_t r = 0; r < nrows && !status; r++) {
        const uint8_t *row = codes + r * codec->layout.row_bytes;
        qsi_kernels_now()->unpack(row, codec->dim, codec->spec.format->code_bits, false, l.codes);
        qsi_usage_add(usage, l.codes, codec->dim);
        if (l.row_scales) read_scales(codec, &l, row);
        for (size_t g = 0; l.row_scales && g < l.cut.groups; g++)
            usage->floored += qsi_affine_floored(&codec->spec, l.scales[g]);
    }
    close_reader(&l);
    return status;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    return qsi_packed_role(codec, bit, has_row_scales(&codec->spec));
}

static const char *formula(const qsi_spec *spec)
{
    return is_plain(spec) ? "q" : "q * s";
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    if (kind == QSI_ROLE_CODE) return (qsi_number){.as = codec->spec.format->name};
    return qsi_scaled_number(codec);
}

const qsi_family qsi_family_smallfloat = {QSI_FAMILY("smallfloat"),
                                          .formula_of = formula,
                                          .params = params,
                                          .needs = needs,
                                          .digest = qsi_range_rule_digest,
                                          .from_range = from_range,
                                          .levels = levels,
                                          .cost = cost,
                                          .squared = squared,
                                          .fit = fit,
                                          .ready = ready,
                                          .close = close_derived,
                                          .usage = usage,
                                          .floored = qsi_scaled_floored};
