/*
 * Family: osq, codes in an interval that is fitted to each row (Lucene 104's OptimizedScalarQuantizer,
 * Elasticsearch's BBQ). v is a row less the centre c; its interval [l, u] starts at mean +- a multiple of the
 * standard deviation of v, and is moved at most 5 times, by least squares of (1 - L) (v.e)^2 / |v|^2 + L |e|^2, e
 * the errors, L = 0.1.
 *
 *   row    codes: 1 and 2 bits in planes, the first value in the highest bit; 4 bits in halves; else bytes. Then
 * the float32 l, u, and v.c + c.c (of l2 |v|^2), then the sum of codes, an int32 value  code / (2^bits - 1) * (u -
 * l) + l score  S = l_x l_q n + l_q s_x sum_x + l_x s_q sum_q + s_x s_q (sum of products), s = (u - l) / (2^bits -
 * 1); S + x.c + q.c - c.c, or of l2 -(|v_x|^2 + |v_q|^2 - 2 S). A query has 4 bits, or a row's if those are more;
 *          query=f32: S = q.v
 *
 * osq is centred by the mean, as a transform (which may rotate besides), for every metric; lucene_osq by its param
 * "center", which Lucene brings to length 1 for cosine, so that it is no longer the mean.
 */
#include "engines/engine.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/unit.h"
#include "range/finite.h"
#include "transform/transform.h"

#include <math.h>
#include <string.h>

enum { LOW, HIGH, EXTRA, SUM = 12, MOVES = 5 };

static const double lambda = (double)0.1F;

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* The code of v, as a number; halves up. */
static double code_of(double v, double lo, double hi, double inverse)
{
    double code = floor((clamp(v, lo, hi) - lo) * inverse + 0.5);
    return code > 0 ? code : 0;
}

static double loss(const float *v, size_t n, const float ends[2], double top, double square)
{
    double lo = (double)ends[0], hi = (double)ends[1], step = (hi - lo) / top, xe = 0, e = 0;
    for (size_t i = 0; i < n; i++) {
        double x = (double)v[i], away = x - (lo + step * code_of(x, lo, hi, 1 / step));
        xe += x * away;
        e += away * away;
    }
    return (1 - lambda) * xe * xe / square + lambda * e;
}

/* Ends of less loss by least squares with the codes that these have; false: there are none. */
static bool move_ends(const float *v, size_t n, const float ends[2], double top, double scale, float moved[2])
{
    double aa = 0, ab = 0, bb = 0, ax = 0, bx = 0;
    double inverse = (double)((float)top / (ends[1] - ends[0]));
    for (size_t i = 0; i < n; i++) {
        double x = (double)v[i];
        double s = (double)(float)(code_of(x, (double)ends[0], (double)ends[1], inverse) / top);
        aa += (1 - s) * (1 - s);
        ab += (1 - s) * s;
        bb += s * s;
        ax += x * (1 - s);
        bx += x * s;
    }
    double m0 = scale * ax * ax + lambda * aa, m1 = scale * ax * bx + lambda * ab,
           m2 = scale * bx * bx + lambda * bb;
    double det = m0 * m2 - m1 * m1;
    if (!(det < 0 || det > 0)) return false;
    moved[0] = (float)((m2 * ax - m1 * bx) / det);
    moved[1] = (float)((m0 * bx - m1 * ax) / det);
    return fabs((double)moved[0] - (double)ends[0]) >= 1e-8 || fabs((double)moved[1] - (double)ends[1]) >= 1e-8;
}

static void start_ends(const float *v, size_t n, unsigned bits, float ends[2], float *square)
{
    static const double widths[] = {0.798, 1.493, 2.051, 2.514, 2.916, 3.278, 3.611, 3.922};
    double mean = 0, var = 0, lo = INFINITY, hi = -INFINITY;
    *square = 0;
    for (size_t i = 0; i < n; i++) {
        double x = (double)v[i], delta = x - mean;
        mean += delta / (double)(i + 1);
        var += delta * (x - mean);
        *square += v[i] * v[i];
        lo = fmin(lo, x);
        hi = fmax(hi, x);
    }
    double away = widths[bits - 1] * sqrt(var / (double)n);
    ends[0] = (float)clamp(mean - away, lo, hi);
    ends[1] = (float)clamp(mean + away, lo, hi);
}

/* Codes of a centred row; returns |v|^2. */
static float code_row(const float *v, size_t n, unsigned bits, float ends[2], int *codes)
{
    float square, moved[2];
    double top = (double)((1U << bits) - 1);
    start_ends(v, n, bits, ends, &square);
    double best = loss(v, n, ends, top, (double)square), scale = (double)((1 - 0.1F) / square);
    for (int m = 0; m < MOVES && isfinite(scale) && move_ends(v, n, ends, top, scale, moved); m++) {
        double other = loss(v, n, moved, top, (double)square);
        if (other > best) break;
        best = other;
        memcpy(ends, moved, sizeof moved);
    }
    float step = (ends[1] - ends[0]) / (float)top;
    for (size_t i = 0; i < n; i++) {
        float x = (float)clamp((double)v[i], (double)ends[0], (double)ends[1]);
        codes[i] = step > 0 ? (int)clamp(floor((double)((x - ends[0]) / step) + 0.5), 0, top) : 0;
    }
    return square;
}

/* What rows are centred by, as they are coded; NULL: nothing. */
static const float *center_of(const qs_codec *codec)
{
    return codec->params[0].name ? codec->params[0].values : codec->transform ? codec->transform->moved : NULL;
}

static double dot(const float *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)a[i] * (double)b[i];
    return sum;
}

static void fit_center(qs_codec *codec, const qsi_observer *seen)
{
    const float *mean = qsi_observer_center(seen);
    float *center = codec->params[0].values;
    memset(center, 0, codec->dim * sizeof *center);
    if (mean) memcpy(center, mean, codec->dim * sizeof *center);
    if (mean && codec->metric == QSI_COSINE) qsi_unit_rows(codec, mean, 1, center);
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *to)
{
    size_t dim = codec->dim, bytes = codec->layout.row_bytes;
    unsigned bits = qsi_engine_bits(&codec->spec);
    const float *center = center_of(codec);
    int status = qsi_check_finite(first_row, rows, nrows, dim);
    float *v = status ? NULL : qsi_array(dim, sizeof *v);
    int *codes = status ? NULL : qsi_array(dim, sizeof *codes);
    if (!status && (!v || !codes)) status = QS_E_MEMORY;
    memset(to, 0, nrows * bytes);
    for (size_t r = 0; r < nrows && !status; r++, rows += dim, to += bytes) {
        float numbers[3];
        uint8_t *tail = to + bytes - SUM - 4;
        for (size_t i = 0; i < dim; i++) v[i] = rows[i] - (codec->params[0].name ? center[i] : 0);
        float square = code_row(v, dim, bits, numbers, codes);
        double with = center ? dot(v, center, dim) + dot(center, center, dim) : 0;
        numbers[EXTRA] = codec->metric == QSI_L2 ? square : (float)with;
        qsi_packed_put(qsi_engine_packs(&codec->spec), bits, dim, codes, to);
        for (size_t b = 0; b < 3; b++) qsi_put_float(tail + 4 * b, numbers[b]);
        qsi_put32(tail + SUM, (uint32_t)qsi_engine_side(codes, dim).sum);
    }
    qsi_array_free(v);
    qsi_array_free(codes);
    return status;
}

static float share(const qs_codec *codec, size_t value, uint32_t code)
{
    (void)value;
    return (float)code / (float)((1U << qsi_engine_bits(&codec->spec)) - 1);
}

static void get(const qs_codec *codec, const uint8_t *row, float beside[QSI_BESIDE])
{
    for (size_t b = 0; b < 3; b++) beside[b] = qsi_get_float(row + codec->layout.row_bytes - SUM - 4 + 4 * b);
}

static int decode(const qs_codec *codec, const uint8_t *from, size_t nrows, float *rows)
{
    size_t dim = codec->dim;
    float beside[QSI_BESIDE];
    int *codes = qsi_array(dim, sizeof *codes);
    if (!codes) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++, from += codec->layout.row_bytes, rows += dim) {
        qsi_engine_get(codec, from, codes);
        get(codec, from, beside);
        for (size_t i = 0; i < dim; i++) {
            rows[i] = share(codec, i, (uint32_t)codes[i]) * (beside[HIGH] - beside[LOW]) + beside[LOW];
            if (codec->params[0].name) rows[i] += codec->params[0].values[i];
        }
    }
    qsi_array_free(codes);
    return QS_OK;
}

static bool float_query(const qsi_spec *spec)
{
    return qsi_format_option(spec->format, QSI_QUERY) && qsi_word(spec, QSI_QUERY) == QSI_QUERY_F32;
}

static unsigned query_bits(const qsi_spec *spec)
{
    unsigned bits = qsi_engine_bits(spec);
    bool same = qsi_format_option(spec->format, QSI_QUERY) && qsi_word(spec, QSI_QUERY) == QSI_QUERY_SAME;
    return bits < 4 && !same ? 4 : bits;
}

static int query(const qsi_query_set *set, size_t i, int *codes, float *v, float beside[QSI_BESIDE])
{
    const qs_codec *codec = set->codec;
    size_t dim = codec->dim;
    const float *center = center_of(codec), *q = set->values + i * dim;
    int status = qsi_check_finite((double)i, q, 1, dim);
    if (status) return status;
    memcpy(v, q, dim * sizeof *v);
    if (codec->unit && !codec->transform) qsi_unit_rows(codec, q, 1, v);
    for (size_t d = 0; d < dim && codec->unit && codec->transform; d++) v[d] *= set->inverse[i];
    double with = center ? dot(v, center, dim) - dot(center, center, dim) : 0;
    for (size_t d = 0; d < dim && center; d++) v[d] -= center[d];
    double square = dot(v, v, dim);
    if (!float_query(&codec->spec)) code_row(v, dim, query_bits(&codec->spec), beside, codes);
    beside[EXTRA] = set->metric == QSI_L2 ? (float)square : (float)with;
    return QS_OK;
}

/* S of the comment above. */
static double sum_of(const qsi_pair *pair)
{
    const qsi_spec *spec = &pair->codec->spec;
    const float *x = pair->row->beside, *q = pair->query->beside;
    double lx = (double)x[LOW], lq = (double)q[LOW];
    double sx = (double)(x[HIGH] - x[LOW]) / (double)((1U << qsi_engine_bits(spec)) - 1);
    double sq = (double)(q[HIGH] - q[LOW]) / (double)((1U << query_bits(spec)) - 1);
    if (float_query(spec)) return pair->dot;
    return lx * lq * (double)pair->n + lq * sx * pair->row->sum + lx * sq * pair->query->sum + sx * sq * pair->dot;
}

static float score(const qsi_pair *pair)
{
    double sum = sum_of(pair), both = (double)pair->row->beside[EXTRA] + (double)pair->query->beside[EXTRA];
    return (float)(pair->metric == QSI_L2 ? 2 * sum - both - (double)pair->add : sum + both + (double)pair->add);
}

static qsi_engine_pack packs(const qsi_spec *spec)
{
    unsigned bits = qsi_engine_bits(spec);
    return bits <= 2 ? QSI_PACK_PLANES : bits == 4 ? QSI_PACK_HALVES : QSI_PACK_BYTES;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    size_t tail = 8 * (codec->layout.row_bytes - SUM - 4);
    static const qsi_role_kind kinds[] = {QSI_ROLE_LOW, QSI_ROLE_HIGH, QSI_ROLE_EXTRA, QSI_ROLE_SUM};
    if (bit < tail) return qsi_engine_role(codec, bit);
    return (qsi_role){kinds[(bit - tail) / 32], 0, (uint8_t)((bit - tail) % 32)};
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    (void)codec;
    return kind == QSI_ROLE_CODE  ? (qsi_number){.level = share}
           : kind == QSI_ROLE_SUM ? (qsi_number){.as = NULL}
                                  : (qsi_number){.as = "f32"};
}

/* An interval is a row's own: what lies beyond it is a matter of its fit. */
static size_t code_index(const qs_codec *codec, size_t value)
{
    (void)codec;
    return value;
}

#define OSQ                                                                                             \
    .name = "osq", .layout = qsi_engine_layout, .params = qsi_engine_params, .needs = qsi_engine_needs, \
    .fit = qsi_engine_fit, .encode = encode, .decode = decode, .usage = qsi_engine_usage, .role = role, \
    .number = number, .code_of = code_index, .estimates = true, .scorer = &qsi_engine_scorer
#define CODED .tail = SUM + 4, .packs = packs, .get = get, .query = query, .score = score

const qsi_family qsi_family_osq = {OSQ, .formula = "q * (h - m) + m"},
                 qsi_family_lucene_osq = {OSQ, .formula = "q * (h - m) + m + c", .unit = qsi_lucene_unit};
const qsi_engine qsi_engine_osq = {CODED, .float_query = float_query};
const qsi_engine qsi_engine_lucene_osq = {CODED, .needs = QSI_MEANS, .params = {"center"}, .fit_all = fit_center};
