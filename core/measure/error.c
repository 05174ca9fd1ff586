/* Error figures, as error.h says. */
#include "measure/error.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"
#include "codec/transformed.h"
#include "codec/unit.h"
#include "measure/prefix_sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int qsi_errors_open(qsi_errors *errors, size_t dim)
{
    *errors = (qsi_errors){.dim = dim,
                           .cosine_min = INFINITY,
                           .sign_size = NAN,
                           .sums = qsi_tree_sum_open(QSI_ERROR_SUMS + dim),
                           .totals = qsi_array(QSI_ERROR_SUMS + 2 * dim, sizeof(double))};
    if (errors->sums && errors->totals) return QS_OK;
    qsi_errors_close(errors);
    return QS_E_MEMORY;
}

void qsi_errors_close(qsi_errors *errors)
{
    qsi_tree_sum_close(errors->sums);
    qsi_array_free(errors->totals);
    errors->sums = NULL;
    errors->totals = NULL;
}

typedef struct lanes {
    double error[QSI_LANES], square[QSI_LANES], decoded[QSI_LANES], product[QSI_LANES], most[QSI_LANES];
} lanes;

/* Adds n values to the first n of the lanes. With all of them, a constant, compilers make vectors of it. */
static inline void add_values(lanes *sums, const float *x, const float *y, size_t n, double *dims)
{
    for (size_t l = 0; l < n; l++) {
        double a = (double)x[l], b = (double)y[l], e = a - b, size = fabs(e);
        sums->error[l] += e * e;
        dims[l] += e * e;
        sums->square[l] += a * a;
        sums->decoded[l] += b * b;
        sums->product[l] += a * b;
        sums->most[l] = size > sums->most[l] ? size : sums->most[l];
    }
}

/* Sums of one row: (x - y)^2, x^2, y^2, xy; the largest |x - y|; and (x - y)^2 added to each dim's. */
static void row_sums(const float *x, const float *y, size_t dim, double out[4], double *max_abs, double *dims)
{
    lanes sums = {.error = {0}};
    size_t i = 0;
    for (; i + QSI_LANES <= dim; i += QSI_LANES) add_values(&sums, x + i, y + i, QSI_LANES, dims + i);
    add_values(&sums, x + i, y + i, dim - i, dims + i);
    out[0] = qsi_fold(sums.error);
    out[1] = qsi_fold(sums.square);
    out[2] = qsi_fold(sums.decoded);
    out[3] = qsi_fold(sums.product);
    for (size_t l = 0; l < QSI_LANES; l++) *max_abs = sums.most[l] > *max_abs ? sums.most[l] : *max_abs;
}

/* (x - y)^2; of equals 0, infinities too. */
static inline double square_between(float x, float y)
{
    uint32_t differ = 0U - (uint32_t)(x != y);
    double e =
        (double)qsi_bits_float(qsi_float_bits(x) & differ) - (double)qsi_bits_float(qsi_float_bits(y) & differ);
    return e * e;
}

static inline void add_squares(double *sums, const float *x, const float *y, size_t n)
{
    for (size_t l = 0; l < n; l++) sums[l] += square_between(x[l], y[l]);
}

/* (x - y)^2 of one row: 0 of the values that are not marked, 1 of those that are. These take the place of y. */
static void split_sums(const float *x, float *y, const uint8_t *marks, size_t dim, double out[2])
{
    double sums[2][QSI_LANES] = {{0}};
    const uint8_t *mark = marks, *end = marks + dim;
    size_t i = 0;
    for (; (mark = memchr(mark, 1, (size_t)(end - mark))); mark++) {
        size_t at = (size_t)(mark - marks);
        double e = (double)x[at] - (double)y[at];
        sums[1][at % QSI_LANES] += e * e;
        y[at] = x[at];
    }
    for (; i + QSI_LANES <= dim; i += QSI_LANES) add_squares(sums[0], x + i, y + i, QSI_LANES);
    add_squares(sums[0], x + i, y + i, dim - i);
    out[0] = qsi_fold(sums[0]);
    out[1] = qsi_fold(sums[1]);
}

/* Adds the figures of a chunk's row: x, decoded to y, which is used up. clipping: the squared error of values that
 * were clipped as they are coded, where a transform makes those others than these. */
static void add_row(const float *x, float *y, const qsi_prefix *prefix, const uint8_t *marks, double clipping,
                    size_t dim, qsi_chunk_errors *out)
{
    double sums[4], parts[2];
    row_sums(x, y, dim, sums, &out->max_abs, out->sums + QSI_ERROR_SUMS);
    parts[0] = sums[0] - clipping;
    parts[1] = clipping;
    if (marks) split_sums(x, y, marks, dim, parts);
    double lengths = sqrt(sums[1]) * sqrt(sums[2]);
    double cosine = lengths > 0 ? sums[3] / lengths : lengths == 0 ? sums[1] == sums[2] : NAN;
    double least = isnan(cosine) ? -INFINITY : cosine;
    if (least < out->cosine_min) out->cosine_min = least;
    if (isnan(sums[0])) out->max_abs = INFINITY; /* told as null, as the other figures are */
    const double added[QSI_ERROR_SUMS] = {
        [QSI_SUM_SQUARED_ERROR] = sums[0],
        [QSI_SUM_SQUARE] = sums[1],
        [QSI_SUM_COSINE] = cosine,
        [QSI_SUM_ROWS] = 1,
        [QSI_SUM_VALUES] = (double)dim,
        [QSI_SUM_ROUNDING] = parts[0],
        [QSI_SUM_CLIPPING] = parts[1],
        [QSI_SUM_DRIFT] = prefix->sum,
        [QSI_SUM_LENGTHS] = sums[1] == 0 ? 0 : sqrt(sums[2]) / sqrt(sums[1]),
        [QSI_SUM_LONG_ROWS] = sums[1] != 0,
        [QSI_SUM_PREFIXES] = prefix->squares,
    };
    for (size_t i = 0; i < QSI_ERROR_SUMS; i++) out->sums[i] += added[i];
}

/* What is compared: rows decoded as the data are, and what was clipped of rows as they are coded. */
typedef struct compared {
    float *decoded;   /* (nrows, row_dim) */
    uint8_t *marks;   /* (nrows, dim) */
    double *clipping; /* (nrows), with a transform: the squared error of what was clipped; else NULL */
} compared;

static void close_compared(compared *c)
{
    qsi_array_free(c->decoded);
    qsi_array_free(c->marks);
    qsi_array_free(c->clipping);
}

/* Squared errors of what was clipped in rows as they are coded. */
static void sum_clipping(const float *coded, const float *decoded, const uint8_t *marks, size_t nrows, size_t dim,
                         double *clipping)
{
    for (size_t r = 0; r < nrows; r++)
        for (size_t d = 0, at = r * dim; d < dim; d++, at++) {
            double e = (double)coded[at] - (double)decoded[at];
            clipping[r] += marks[at] ? e * e : 0;
        }
}

/* The same through a transform: clipping is looked for before it is undone. */
static int compare_transformed(const qsi_outer_levels *outer, const float *rows, const uint8_t *codes, size_t nrows,
                               compared *c, qsi_clipping *clipping)
{
    const qs_codec *codec = outer->codec;
    float *coded = qsi_array(nrows, codec->dim * sizeof *coded),
          *decoded = qsi_array(nrows, codec->dim * sizeof *coded);
    c->clipping = qsi_array_zero(nrows, sizeof *c->clipping);
    int status =
        coded && decoded && c->clipping ? qsi_outer_levels_decode(outer, codes, nrows, decoded) : QS_E_MEMORY;
    if (!status) status = qsi_transformed_apply(codec, 0, rows, nrows, coded);
    if (!status) status = qsi_outer_levels_clipped(outer, coded, codes, decoded, nrows, c->marks, clipping);
    if (!status) sum_clipping(coded, decoded, c->marks, nrows, codec->dim, c->clipping);
    if (!status) status = qsi_transform_undo(codec->transform, decoded, nrows, c->decoded);
    qsi_array_free(coded);
    qsi_array_free(decoded);
    return status;
}

static int compare(const qsi_outer_levels *outer, const float *rows, const uint8_t *codes, size_t nrows,
                   compared *c, qsi_clipping *clipping)
{
    const qs_codec *codec = outer->codec;
    c->decoded = qsi_array(nrows, codec->row_dim * sizeof *c->decoded);
    c->marks = qsi_array(nrows, codec->dim);
    if (!c->decoded || !c->marks) return QS_E_MEMORY;
    if (codec->transform) return compare_transformed(outer, rows, codes, nrows, c, clipping);
    int status = qsi_outer_levels_decode(outer, codes, nrows, c->decoded);
    return status ? status : qsi_outer_levels_clipped(outer, rows, codes, c->decoded, nrows, c->marks, clipping);
}

int qsi_errors_measure(const qsi_outer_levels *outer, const float *rows, const uint8_t *codes, size_t nrows,
                       qsi_chunk_errors *out)
{
    const qs_codec *codec = outer->codec;
    size_t dim = codec->row_dim;
    compared c = {.marks = NULL};
    *out =
        (qsi_chunk_errors){.cosine_min = INFINITY, .sums = qsi_array_zero(QSI_ERROR_SUMS + dim, sizeof *out->sums)};
    int status = out->sums ? compare(outer, rows, codes, nrows, &c, &out->clipping) : QS_E_MEMORY;
    if (!status) qsi_unit_undo(codec, rows, nrows, c.decoded);
    if (!status && codec->family->usage) status = codec->family->usage(codec, codes, nrows, &out->usage);
    if (!status) status = qsi_lost_count(codec, rows, c.decoded, nrows, &out->lost);
    for (size_t r = 0; r < nrows && !status; r += QSI_PREFIX_ROWS) {
        qsi_prefix prefixes[QSI_PREFIX_ROWS];
        size_t n = nrows - r < QSI_PREFIX_ROWS ? nrows - r : QSI_PREFIX_ROWS;
        bool splits = out->clipping.count > 0 && !c.clipping;
        qsi_prefix_sums(rows + r * dim, c.decoded + r * dim, n, dim, prefixes);
        for (size_t i = 0, at = r * dim; i < n; i++, at += dim)
            add_row(rows + at, c.decoded + at, &prefixes[i], splits ? c.marks + at : NULL,
                    c.clipping ? c.clipping[r + i] : 0, dim, out);
    }
    close_compared(&c);
    return status;
}

/* Folds what can be folded in any order. */
static void fold_extremes(qsi_errors *errors, double max_abs, double cosine_min, const qsi_clipping *clipping,
                          const qsi_usage *usage, const qsi_lost *lost)
{
    if (max_abs > errors->max_abs) errors->max_abs = max_abs;
    if (cosine_min < errors->cosine_min) errors->cosine_min = cosine_min;
    errors->clipping.count += clipping->count;
    if (clipping->overshoot > errors->clipping.overshoot) errors->clipping.overshoot = clipping->overshoot;
    errors->usage.floored += usage->floored;
    errors->lost.vanished += lost->vanished;
    errors->lost.overflowed += lost->overflowed;
    for (size_t i = 0; i < QSI_MOST_CODES; i++) errors->usage.seen[i] |= usage->seen[i];
}

int qsi_errors_add(qsi_errors *errors, double chunk, const qsi_chunk_errors *part)
{
    fold_extremes(errors, part->max_abs, part->cosine_min, &part->clipping, &part->usage, &part->lost);
    return qsi_tree_sum_add(errors->sums, chunk, part->sums);
}

enum { FIXED_DOUBLES = 7, FIXED_BYTES = FIXED_DOUBLES * 8 + QSI_MOST_CODES };

size_t qsi_errors_save(const qsi_errors *errors, uint8_t *dst, size_t cap)
{
    size_t sums = qsi_tree_sum_save(errors->sums, NULL, 0);
    if (!dst || cap < FIXED_BYTES + sums) return FIXED_BYTES + sums;
    const qsi_usage *usage = &errors->usage;
    const double fixed[FIXED_DOUBLES] = {
        errors->max_abs, errors->cosine_min,    errors->clipping.count, errors->clipping.overshoot,
        usage->floored,  errors->lost.vanished, errors->lost.overflowed};
    for (size_t i = 0; i < FIXED_DOUBLES; i++) qsi_put_double(dst + 8 * i, fixed[i]);
    memcpy(dst + (size_t)FIXED_DOUBLES * 8, usage->seen, QSI_MOST_CODES);
    qsi_tree_sum_save(errors->sums, dst + FIXED_BYTES, sums);
    return FIXED_BYTES + sums;
}

int qsi_errors_merge(qsi_errors *errors, const uint8_t *state, size_t bytes, size_t *used)
{
    if (bytes < FIXED_BYTES) return qsi_fail(QS_E_DATA, "the saved error sums are truncated");
    qsi_clipping clipping = {qsi_get_double(state + 16), qsi_get_double(state + 24)};
    qsi_usage usage = {.floored = qsi_get_double(state + 32)};
    qsi_lost lost = {qsi_get_double(state + 40), qsi_get_double(state + 48)};
    memcpy(usage.seen, state + (size_t)FIXED_DOUBLES * 8, QSI_MOST_CODES);
    fold_extremes(errors, qsi_get_double(state), qsi_get_double(state + 8), &clipping, &usage, &lost);
    int status = qsi_tree_sum_merge(errors->sums, state + FIXED_BYTES, bytes - FIXED_BYTES, used);
    *used += FIXED_BYTES;
    return status;
}

bool qsi_errors_defined(const qsi_errors *errors)
{
    return isfinite(qsi_errors_totals(errors)[QSI_SUM_SQUARED_ERROR]);
}

const double *qsi_errors_totals(const qsi_errors *errors)
{
    qsi_tree_sum_total(errors->sums, errors->totals);
    return errors->totals;
}

static size_t count_levels(const qsi_usage *usage)
{
    size_t levels = 0;
    for (size_t i = 0; i < QSI_MOST_CODES; i++) levels += usage->seen[i] != 0;
    return levels;
}

typedef struct figure {
    const char *key;
    double value;
} figure;

static void write_figures(qsi_json *json, const figure *figures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        qsi_json_key(json, figures[i].key);
        qsi_json_figure(json, figures[i].value);
    }
}

static void write_count(qsi_json *json, const char *key, double count)
{
    qsi_json_key(json, key);
    if (isnan(count))
        qsi_json_null(json);
    else
        qsi_json_whole(json, count);
}

static int descending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x < y) - (x > y);
}

qsi_worst qsi_worst_dims(const double *squared, size_t dim, double *room)
{
    double sum = 0, part = 0;
    size_t worst = 0, half = 0;
    for (size_t d = 0; d < dim; d++) {
        room[d] = squared[d];
        sum += squared[d];
        if (squared[d] > squared[worst]) worst = d;
    }
    if (!(sum > 0) || isinf(sum)) return (qsi_worst){NAN, NAN, NAN};
    qsort(room, dim, sizeof *room, descending);
    while (half < dim && part < sum / 2) part += room[half++];
    return (qsi_worst){(double)worst, squared[worst] / sum, (double)half};
}

qsi_worst qsi_errors_worst(const qsi_errors *errors)
{
    const double *squared = qsi_errors_totals(errors) + QSI_ERROR_SUMS;
    return qsi_worst_dims(squared, errors->dim, errors->totals + QSI_ERROR_SUMS + errors->dim);
}

void qsi_worst_json(const qsi_worst *worst, qsi_json *json)
{
    write_count(json, "worst_dim", worst->dim);
    write_figures(json, &(figure){"worst_dim_share", worst->share}, 1);
    write_count(json, "half_error_dims", worst->half);
}

void qsi_errors_shares_json(const qsi_errors *errors, qsi_json *json)
{
    const double *squared = qsi_errors_totals(errors) + QSI_ERROR_SUMS;
    double sum = 0;
    for (size_t d = 0; d < errors->dim; d++) sum += squared[d];
    if (!(sum > 0) || isinf(sum)) {
        qsi_json_null(json);
        return;
    }
    qsi_json_open(json, '[');
    for (size_t d = 0; d < errors->dim; d++) qsi_json_figure(json, squared[d] / sum);
    qsi_json_close(json, ']');
}

void qsi_errors_json(const qsi_errors *errors, const qsi_family *family, qsi_json *json)
{
    const double *sums = qsi_errors_totals(errors);
    qsi_worst worst = qsi_errors_worst(errors);
    double n = sums[QSI_SUM_VALUES], mse = sums[QSI_SUM_SQUARED_ERROR] / n;
    const figure first[] = {
        {"mse", mse},
        {"rmse", sqrt(mse)},
        {"max_abs", errors->max_abs},
        {"sqnr_db", 10 * log(sums[QSI_SUM_SQUARE] / sums[QSI_SUM_SQUARED_ERROR]) / log(10)},
        {"cosine_mean", sums[QSI_SUM_COSINE] / sums[QSI_SUM_ROWS]},
        {"cosine_min", errors->cosine_min},
        {"clipped_share", errors->clipping.count / n},
    };
    const figure last[] = {
        {"rounding_mse", sums[QSI_SUM_ROUNDING] / n},
        {"clipping_mse", sums[QSI_SUM_CLIPPING] / n},
        {"bias", sums[QSI_SUM_DRIFT] / n},
        {"length_ratio", sums[QSI_SUM_LENGTHS] / sums[QSI_SUM_LONG_ROWS]},
        {"overshoot", errors->clipping.overshoot},
        {"prefix_sum_rmse", sqrt(sums[QSI_SUM_PREFIXES] / n)},
    };
    write_figures(json, first, sizeof first / sizeof *first);
    qsi_json_key(json, "levels_used");
    if (family->usage)
        qsi_json_whole(json, (double)count_levels(&errors->usage));
    else
        qsi_json_null(json);
    write_figures(json, last, sizeof last / sizeof *last);
    qsi_json_key(json, "sign_size");
    qsi_json_exact(json, errors->sign_size);
    qsi_worst_json(&worst, json);
    qsi_json_key(json, "why_null");
    if (!qsi_errors_defined(errors))
        qsi_json_text(json, "a value is, or is decoded to, NaN or infinity");
    else
        qsi_json_null(json);
}
