/* Affine integers: the scales that a row keeps of its own, one or one for each block, and coding with them. */
#include "codec/integer/integer.h"

#include "base/status.h"
#include "codec/range_rule.h"
#include "range/finite.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void qsi_grid_set_group(qsi_grid *grid, const qsi_affine *a, const float *inv)
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
    return scale_at(codec, row, 0) + codec->layout.scale_bytes + group * each;
}

void qsi_group_put(const qs_codec *codec, uint8_t *row, size_t group, size_t groups, const qsi_affine *a)
{
    qsi_scale_put(&codec->spec, a->scale, scale_at(codec, row, group));
    if (qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_AFFINE)
        *zero_at(codec, row, group, groups) = (uint8_t)a->zero;
    else if (qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_OFFSET)
        qsi_scale_put(&codec->spec, a->low, zero_at(codec, row, group, groups));
}

/* The same of n groups from group on. */
static void groups_put(const qs_codec *codec, uint8_t *row, size_t group, size_t groups, size_t n,
                       const qsi_affine *a)
{
    const bool sym = qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_SYM;
    float scale[QSI_GROUPS_AT_ONCE];
    assert(n <= QSI_GROUPS_AT_ONCE);
    for (size_t k = 0; k < n; k++) {
        if (!sym) qsi_group_put(codec, row, group + k, groups, &a[k]);
        scale[k] = a[k].scale;
    }
    if (sym) qsi_scales_put(&codec->spec, scale, n, scale_at(codec, row, group));
}

void qsi_group_get(const qs_codec *codec, const uint8_t *row, size_t group, size_t groups, qsi_affine *a)
{
    uint8_t *at = (uint8_t *)row; /* read only, through the helpers that writing uses too */
    int map = qsi_word(&codec->spec, QSI_MAP);
    *a = (qsi_affine){.scale = qsi_scale_get(&codec->spec, scale_at(codec, at, group))};
    if (map == QSI_MAP_OFFSET) a->low = qsi_scale_get(&codec->spec, zero_at(codec, at, group, groups));
    if (map != QSI_MAP_AFFINE) return;
    uint8_t zero = *zero_at(codec, at, group, groups);
    a->zero = qsi_word(&codec->spec, QSI_CODES) == QSI_CODES_UNSIGNED ? zero : (int8_t)zero;
}

void qsi_groups_get(const qs_codec *codec, const uint8_t *row, size_t group, size_t groups, size_t n, float *scale,
                    float *low)
{
    uint8_t *at = (uint8_t *)row; /* read only */
    qsi_scales_get(&codec->spec, scale_at(codec, at, group), n, scale);
    if (qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_OFFSET)
        qsi_scales_get(&codec->spec, zero_at(codec, at, group, groups), n, low);
}

int qsi_group_choose(const qs_codec *codec, const float *x, size_t n, qsi_affine *a)
{
    qsi_range range;
    int status = qsi_range_rule_one_scale(&codec->spec, x, n, &range);
    return status ? status : qsi_affine_from_range(&codec->spec, range.lo, range.hi, a);
}

/* Groups are numbered on through the rows. */
typedef struct group {
    size_t row, number, begin, n;
} group;

static group group_at(const qs_codec *codec, qsi_cut c, size_t index)
{
    group g = {.row = index / c.groups, .number = index % c.groups};
    g.begin = g.number * c.length;
    g.n = codec->dim - g.begin < c.length ? codec->dim - g.begin : c.length;
    return g;
}

int qsi_group_fail(const qs_codec *codec, int status, double number, const float *x, size_t begin)
{
    int finite = status == QS_E_DATA ? qsi_check_finite(number, x, 1, codec->dim) : QS_OK;
    return finite ? finite : qsi_fail_group(status, number, begin);
}

/* Rows about 0 whose scales follow from their largest magnitudes: those of rows that come later are looked at while
 * one is coded, so that memory is always at work and no row waits for its own. */
static bool rows_look_ahead(const qs_codec *codec, const qsi_inliers *inliers)
{
    const qsi_spec *spec = &codec->spec;
    return !inliers && qsi_word(spec, QSI_PER) == QSI_PER_ROW && qsi_word(spec, QSI_MAP) == QSI_MAP_SYM &&
           qsi_word(spec, QSI_RANGE) == QSI_RANGE_MINMAX;
}

static int encode_ahead(const qs_codec *codec, qsi_grid grid, double first_row, const float *rows, size_t nrows,
                        uint8_t *codes, uint8_t *scratch)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const size_t later = kernels->rows_ahead;
    unsigned bits = codec->spec.format->code_bits;
    size_t dim = codec->dim;
    const uint64_t first = (uint64_t)first_row * dim;
    const float steps = qsi_sym_steps(&codec->spec);
    uint32_t most[QSI_MOST_ROWS_AHEAD];
    assert(later > 0 && later <= QSI_MOST_ROWS_AHEAD);
    for (size_t r = 0; r < later && r < nrows; r++) most[r] = kernels->absmax(rows + r * dim, dim);
    for (size_t r = 0; r < nrows; r++) {
        const float *x = rows + r * dim;
        uint8_t *row = codes + r * codec->layout.row_bytes;
        float size = qsi_bits_float(most[r % later]);
        qsi_affine a = {0};
        if (!isfinite(size) || qsi_scale_stored(&codec->spec, size / steps, &a.scale))
            return qsi_group_fail(codec, QS_E_DATA, first_row + (double)r, x, 0);
        float inv = qsi_inverse(a.scale);
        qsi_grid_set_group(&grid, &a, &inv);
        grid.counter = first + r * dim;
        grid.ahead = r + later < nrows ? x + later * dim : x;
        most[r % later] = kernels->quantize(&grid, x, dim, bits < 8 ? scratch : row);
        qsi_scaled_put(codec, row, 0, 1, &a.scale);
        if (bits < 8) kernels->pack(scratch, dim, bits, row);
    }
    return QS_OK;
}

/* What coding groups needs of its options. */
typedef struct own {
    const qs_codec *codec;
    qsi_cut cut;
    const qsi_inliers *inliers;
    double first_row;
    const float *rows;
    bool sym, even;  /* even: groups follow each other, and their ranges are those of all their values */
    bool as_steps;   /* groups differ by their scales alone */
    qsi_steps steps; /* what they have in common */
} own;

static own own_of(const qs_codec *codec, const qsi_grid *grid, double first_row, const float *rows,
                  const qsi_inliers *inliers)
{
    const qsi_spec *spec = &codec->spec;
    own o = {codec, qsi_cut_row(spec, codec->dim), inliers, first_row, rows, .sym = grid->centered};
    bool whole = codec->dim % o.cut.length == 0;
    o.even = whole && !inliers && qsi_word(spec, QSI_RANGE) == QSI_RANGE_MINMAX;
    o.as_steps = whole && o.sym && !grid->powers && (grid->round == QSI_EVEN || grid->round == QSI_AWAY);
    o.steps = (qsi_steps){.least = grid->qmin, .most = grid->qmax, .round = grid->round};
    return o;
}

static int fail(const own *o, const group *g, int status)
{
    qsi_group_fail(o->codec, status, o->first_row + (double)g->row, o->rows + g->row * o->codec->dim, g->begin);
    return status;
}

/* The parameters of some groups, from number done on. */
static int choose(const own *o, size_t done, size_t some, qsi_affine *a)
{
    for (size_t i = 0; i < some; i++) {
        group g = group_at(o->codec, o->cut, done + i);
        const float *x = o->rows + g.row * o->codec->dim + g.begin;
        size_t n = o->inliers ? qsi_inliers_gather(x, o->inliers->marks + g.begin, g.n, o->inliers->room) : g.n;
        int status = qsi_group_choose(o->codec, o->inliers ? o->inliers->room : x, n, &a[i]);
        if (status) return fail(o, &g, status);
    }
    return QS_OK;
}

/* The same of groups about 0, by their largest magnitudes alone: these are taken side by side. */
static int choose_sym(const own *o, size_t done, size_t some, qsi_affine *a)
{
    const qsi_spec *spec = &o->codec->spec;
    const float steps = qsi_sym_steps(spec);
    float scale[QSI_GROUPS_AT_ONCE];
    qsi_kernels_now()->absmaxes(o->rows + done * o->cut.length, some, o->cut.length, scale);
    for (size_t i = 0; i < some; i++) scale[i] /= steps;
    if (!qsi_scales_stored(spec, scale, some)) {
        for (size_t i = 0; i < some; i++) a[i] = (qsi_affine){.scale = scale[i]};
        return QS_OK;
    }
    return choose(o, done, some, a); /* one has none: finds which, and says so */
}

/* The same by extremes alone. */
static int choose_even(const own *o, size_t done, size_t some, qsi_affine *a)
{
    const float *x = o->rows + done * o->cut.length;
    float lo[QSI_GROUPS_AT_ONCE], hi[QSI_GROUPS_AT_ONCE];
    if (o->sym) return choose_sym(o, done, some, a);
    qsi_kernels_now()->minmaxes(x, some, o->cut.length, lo, hi);
    for (size_t i = 0; i < some; i++) {
        if (isfinite(lo[i]) && isfinite(hi[i]) && !qsi_affine_from_range(&o->codec->spec, lo[i], hi[i], &a[i]))
            continue;
        group g = group_at(o->codec, o->cut, done + i);
        return fail(o, &g, QS_E_DATA);
    }
    return QS_OK;
}

/* Codes of some groups from g on, of one row, to the codes of the row. */
static void code(const own *o, qsi_grid *grid, const qsi_affine *a, const group *g, size_t some, uint8_t *to)
{
    size_t first = g->row * o->codec->dim, length = o->cut.length;
    float inverse[QSI_GROUPS_AT_ONCE];
    for (size_t i = 0; i < some; i++) inverse[i] = qsi_inverse(a[i].scale);
    if (o->as_steps) {
        qsi_kernels_now()->steps_encode(&o->steps, o->rows + first + g->begin, some, length, inverse, NULL,
                                        to + g->begin);
        return;
    }
    for (size_t i = 0, at = g->begin; i < some; i++, at += length) {
        size_t n = o->codec->dim - at < length ? o->codec->dim - at : length;
        qsi_grid_set_group(grid, &a[i], &inverse[i]);
        grid->counter = (uint64_t)o->first_row * o->codec->dim + first + at;
        qsi_kernels_now()->quantize(grid, o->rows + first + at, n, to + at);
    }
}

int qsi_row_scales_encode(const qs_codec *codec, qsi_grid grid, double first_row, const float *rows, size_t nrows,
                          const qsi_inliers *inliers, uint8_t *codes, uint8_t *scratch)
{
    const own o = own_of(codec, &grid, first_row, rows, inliers);
    const qsi_cut c = o.cut;
    unsigned bits = codec->spec.format->code_bits;
    assert(c.groups > 0);
    if (rows_look_ahead(codec, inliers)) return encode_ahead(codec, grid, first_row, rows, nrows, codes, scratch);
    for (size_t done = 0; done < nrows * c.groups; done += QSI_GROUPS_AT_ONCE) {
        qsi_affine a[QSI_GROUPS_AT_ONCE];
        size_t some = nrows * c.groups - done < QSI_GROUPS_AT_ONCE ? nrows * c.groups - done : QSI_GROUPS_AT_ONCE;
        int status = o.even ? choose_even(&o, done, some, a) : choose(&o, done, some, a);
        if (status) return status;
        for (size_t i = 0, n; i < some; i += n) {
            group g = group_at(codec, c, done + i);
            uint8_t *row = codes + g.row * codec->layout.row_bytes, *to = bits < 8 ? scratch : row;
            n = some - i < c.groups - g.number ? some - i : c.groups - g.number;
            code(&o, &grid, a + i, &g, n, to);
            groups_put(codec, row, g.number, c.groups, n, &a[i]);
            if (g.number + n < c.groups) continue;
            memset(to + codec->dim, 0, c.padded - codec->dim);
            if (bits < 8) qsi_kernels_now()->pack(to, c.padded, bits, row);
        }
    }
    return QS_OK;
}
