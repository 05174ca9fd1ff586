/*
 * Every rule tried on rows that hold their scales: the rows are coded and decoded, and their errors are split into
 * rounding and clipping by the levels of each row or block. Sums are joined by a tree, so that any split gives the
 * same bytes.
 */
#include "calibrate/calibrate.h"

#include "base/size.h"
#include "base/status.h"
#include "base/treesum.h"
#include "codec/integer.h"
#include "codec/scaled.h"

#include <math.h>

enum { FIGURES = 4 };

typedef struct qsi_trials {
    size_t dim, count;
    qs_codec *codecs[QSI_RULES];
    double reach[QSI_RULES]; /* half a step beyond the outermost level of scale 1, of formats mirrored about 0 */
    qsi_treesum *sums;       /* (count, FIGURES) */
} qsi_trials;

int qsi_trials_clear(qsi_trials *t)
{
    qsi_treesum_close(t->sums);
    t->sums = qsi_treesum_open(t->count * FIGURES);
    return t->sums ? QS_OK : QS_E_MEMORY;
}

static int find_reach(const qs_codec *codec, double *reach)
{
    qsi_spec spec = codec->spec;
    qsi_affine a;
    qsi_levels l;
    spec.value[QSI_RANGE] = QSI_RANGE_MINMAX;
    spec.given = 0;
    int status = codec->family->from_range(&spec, -1, 1, &a);
    if (!status) status = codec->family->levels(&spec, -1, 1, &l);
    if (status) return status;
    *reach = (l.at[l.count - 1] * 1.5 - l.at[l.count - 2] / 2) / (double)a.scale;
    return QS_OK;
}

qsi_trials *qsi_trials_open(const qsi_spec *spec, size_t dim)
{
    qsi_trials *t = qsi_array_zero(1, sizeof *t);
    if (!t) return NULL;
    t->dim = dim;
    for (int rule = QSI_RANGE_MINMAX; rule <= QSI_RANGE_GIVEN; rule++) {
        qsi_spec tried = *spec;
        if (rule == QSI_RANGE_KL || (rule == QSI_RANGE_GIVEN && qsi_word(spec, QSI_RANGE) != rule)) continue;
        tried.value[QSI_RANGE] = rule;
        qs_codec *codec = t->codecs[t->count++] = qsi_codec_open(&tried, dim);
        if (codec && !codec->family->ready(codec) && !find_reach(codec, &t->reach[t->count - 1])) continue;
        qsi_trials_close(t);
        return NULL;
    }
    if (!qsi_trials_clear(t)) return t;
    qsi_trials_close(t);
    return NULL;
}

void qsi_trials_close(qsi_trials *t)
{
    if (!t) return;
    for (size_t i = 0; i < t->count; i++) qs_codec_close(t->codecs[i]);
    qsi_treesum_close(t->sums);
    qsi_array_free(t);
}

/* Half a step beyond the outermost levels of a group of a row. */
static void find_bounds(const qs_codec *codec, double reach, const uint8_t *row, size_t group, size_t groups,
                        double bounds[2])
{
    if (!qsi_format_offer(codec->spec.format, QSI_MAP) || qsi_is_pow2(&codec->spec)) {
        bounds[1] = reach * (double)qsi_scaled_get(codec, row, group); /* map=sym keeps scales in the same place */
        bounds[0] = -bounds[1];
        return;
    }
    int32_t qmin, qmax;
    qsi_affine a;
    qsi_affine_codes(&codec->spec, &qmin, &qmax);
    qsi_group_get(codec, row, group, groups, &a);
    bounds[0] = (double)a.low + (double)a.scale * (qmin - a.zero - 0.5);
    bounds[1] = (double)a.low + (double)a.scale * (qmax - a.zero + 0.5);
}

/* Adds the errors of n values; those beyond the bounds are clipped. */
static void split_group(const double bounds[2], const float *x, const float *decoded, size_t n, double *sums)
{
    for (size_t i = 0; i < n; i++) {
        double value = (double)x[i], error = (double)decoded[i] - value;
        bool clipped = value < bounds[0] || value > bounds[1];
        sums[clipped] += error * error;
        sums[2] += clipped;
        sums[3] += error;
    }
}

static int try_rule(const qs_codec *codec, double reach, double first_row, const float *rows, size_t nrows,
                    double *sums)
{
    size_t dim = codec->dim, row_bytes = codec->layout.row_bytes;
    qsi_cut c = qsi_cut_row(&codec->spec, dim);
    uint8_t *codes = qsi_array(nrows, row_bytes);
    float *decoded = qsi_array(nrows, dim * sizeof *decoded);
    int status = codes && decoded ? qs_codec_encode(codec, first_row, rows, nrows, codes) : QS_E_MEMORY;
    if (!status) status = qs_codec_decode(codec, codes, nrows, decoded);
    for (size_t r = 0; r < nrows && !status; r++)
        for (size_t g = 0; g < c.groups; g++) {
            size_t begin = g * c.length, n = dim - begin < c.length ? dim - begin : c.length;
            double bounds[2];
            find_bounds(codec, reach, codes + r * row_bytes, g, c.groups, bounds);
            split_group(bounds, rows + r * dim + begin, decoded + r * dim + begin, n, sums);
        }
    qsi_array_free(codes);
    qsi_array_free(decoded);
    return status;
}

int qsi_trials_observe(qsi_trials *t, double first_row, const float *rows, size_t nrows)
{
    int status = QS_OK;
    for (size_t done = 0; done < nrows && !status; done += QS_CHUNK_ROWS) {
        size_t n = nrows - done < QS_CHUNK_ROWS ? nrows - done : QS_CHUNK_ROWS;
        double sums[QSI_RULES * FIGURES] = {0}, row = first_row + (double)done;
        for (size_t i = 0; i < t->count && !status; i++)
            status = try_rule(t->codecs[i], t->reach[i], row, rows + done * t->dim, n, sums + i * FIGURES);
        if (!status) status = qsi_treesum_add(t->sums, floor(row / QS_CHUNK_ROWS), sums);
    }
    return status;
}

size_t qsi_trials_save(const qsi_trials *t, uint8_t *dst, size_t cap)
{
    return qsi_treesum_save(t->sums, dst, cap);
}

int qsi_trials_merge(qsi_trials *t, const uint8_t *state, size_t bytes, size_t *used)
{
    return qsi_treesum_merge(t->sums, state, bytes, used);
}

size_t qsi_trials_count(const qsi_trials *t)
{
    return t->count;
}

const qsi_spec *qsi_trials_spec(const qsi_trials *t, size_t rule)
{
    return &t->codecs[rule]->spec;
}

qsi_split qsi_trials_split(const qsi_trials *t, size_t rule)
{
    double sums[QSI_RULES * FIGURES];
    qsi_treesum_total(t->sums, sums);
    const double *s = sums + rule * FIGURES;
    return (qsi_split){s[0], s[1], s[2], s[3]};
}
