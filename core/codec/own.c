/* Affine integers: the scales that a row keeps of its own, one or one for each block, and coding with them. */
#include "codec/integer.h"

#include "base/status.h"
#include "codec/choose.h"

#include <assert.h>
#include <math.h>
#include <string.h>

void qsi_grid_aim(qsi_grid *grid, const qsi_affine *a, const float *inv)
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

int qsi_group_choose(const qs_codec *codec, const float *x, size_t n, const float *most, qsi_affine *a)
{
    qsi_range range;
    int status = qsi_choose_own(&codec->spec, x, n, most, &range);
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

int qsi_group_fail(const qs_codec *codec, double number, const float *x, size_t begin)
{
    int finite = qsi_check_finite(number, x, 1, codec->dim);
    if (finite) return finite;
    return qsi_fail_group(number, begin);
}

/* Rows about 0 whose scales follow from their largest magnitudes: those of rows that come later are looked at while
 * one is coded, so that memory is always at work and no row waits for its own. */
static bool rows_look_ahead(const qs_codec *codec, const qsi_rest *rest)
{
    const qsi_spec *spec = &codec->spec;
    return !rest && qsi_word(spec, QSI_PER) == QSI_PER_ROW && qsi_word(spec, QSI_MAP) == QSI_MAP_SYM &&
           qsi_word(spec, QSI_RANGE) == QSI_RANGE_MINMAX;
}

static int encode_ahead(const qs_codec *codec, qsi_grid grid, double first_row, const float *rows, size_t nrows,
                        uint8_t *codes, uint8_t *scratch)
{
    enum { LATER = 2 };
    const qsi_kernels *kernels = qsi_kernels_now();
    unsigned bits = codec->spec.format->code_bits;
    size_t dim = codec->dim;
    const uint64_t first = (uint64_t)first_row * dim;
    const float steps = qsi_sym_steps(&codec->spec);
    uint32_t most[LATER];
    for (size_t r = 0; r < LATER && r < nrows; r++) most[r] = kernels->absmax(rows + r * dim, dim);
    for (size_t r = 0; r < nrows; r++) {
        const float *x = rows + r * dim;
        uint8_t *row = codes + r * codec->layout.row_bytes;
        float size = qsi_bits_float(most[r % LATER]);
        qsi_affine a = {0};
        if (!isfinite(size) || qsi_scale_stored(&codec->spec, size / steps, &a.scale))
            return qsi_group_fail(codec, first_row + (double)r, x, 0);
        float inv = qsi_inverse(a.scale);
        qsi_grid_aim(&grid, &a, &inv);
        grid.counter = first + r * dim;
        grid.ahead = r + LATER < nrows ? x + LATER * dim : x;
        most[r % LATER] = kernels->quantize(&grid, x, dim, bits < 8 ? scratch : row);
        qsi_scaled_put(codec, row, 0, a.scale);
        if (bits < 8) kernels->pack(scratch, dim, bits, row);
    }
    return QS_OK;
}

/* The parameters of some groups are made before their codes, as the one need not wait for the other then. */
enum { AT_ONCE = 16 };

int qsi_own_encode(const qs_codec *codec, qsi_grid grid, double first_row, const float *rows, size_t nrows,
                   const qsi_rest *rest, uint8_t *codes, uint8_t *scratch)
{
    qsi_cut c = qsi_cut_row(&codec->spec, codec->dim);
    unsigned bits = codec->spec.format->code_bits;
    bool even = qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_SYM && !rest && codec->dim % c.length == 0;
    assert(c.groups > 0);
    if (rows_look_ahead(codec, rest)) return encode_ahead(codec, grid, first_row, rows, nrows, codes, scratch);
    for (size_t done = 0; done < nrows * c.groups; done += AT_ONCE) {
        qsi_affine a[AT_ONCE];
        float most[AT_ONCE];
        size_t some = nrows * c.groups - done < AT_ONCE ? nrows * c.groups - done : AT_ONCE;
        if (even) qsi_kernels_now()->absmaxes(rows + done * c.length, some, c.length, most);
        for (size_t i = 0; i < some; i++) {
            group g = group_at(codec, c, done + i);
            const float *row = rows + g.row * codec->dim, *x = row + g.begin;
            size_t n = rest ? qsi_rest_gather(x, rest->marks + g.begin, g.n, rest->room) : g.n;
            if (qsi_group_choose(codec, rest ? rest->room : x, n, even ? &most[i] : NULL, &a[i]))
                return qsi_group_fail(codec, first_row + (double)g.row, row, g.begin);
        }
        for (size_t i = 0; i < some; i++) {
            group g = group_at(codec, c, done + i);
            uint8_t *row = codes + g.row * codec->layout.row_bytes, *to = bits < 8 ? scratch : row;
            size_t first = g.row * codec->dim + g.begin;
            float inv = qsi_inverse(a[i].scale);
            qsi_grid_aim(&grid, &a[i], &inv);
            grid.counter = (uint64_t)first_row * codec->dim + first;
            qsi_kernels_now()->quantize(&grid, rows + first, g.n, to + g.begin);
            qsi_group_put(codec, row, g.number, c.groups, &a[i]);
            if (g.number + 1 < c.groups) continue;
            memset(to + codec->dim, 0, c.padded - codec->dim);
            if (bits < 8) qsi_kernels_now()->pack(to, c.padded, bits, row);
        }
    }
    return QS_OK;
}
