/* Error figures, as error.h says. */
#include "measure/error.h"

#include "base/bytes.h"
#include "base/status.h"
#include "base/treesum.h"

#include <math.h>
#include <string.h>

/* What the sums are. */
enum { SQUARED_ERROR, SQUARE, COSINE, ROWS, VALUES };
enum { LANES = 16 };

int qsi_errors_open(qsi_errors *errors)
{
    *errors = (qsi_errors){.cosine_min = INFINITY, .sums = qsi_treesum_open(QSI_ERROR_SUMS)};
    return errors->sums ? QS_OK : QS_E_MEMORY;
}

void qsi_errors_close(qsi_errors *errors)
{
    qsi_treesum_close(errors->sums);
    errors->sums = NULL;
}

static double fold(double lanes[LANES])
{
    for (size_t half = LANES / 2; half; half /= 2)
        for (size_t i = 0; i < half; i++) lanes[i] += lanes[i + half];
    return lanes[0];
}

/* Sums of one row: (x - y)^2, x^2, y^2, xy; and the largest |x - y|. */
static void row_sums(const float *x, const float *y, size_t dim, double out[4], double *max_abs)
{
    double error[LANES] = {0}, square[LANES] = {0}, decoded[LANES] = {0}, product[LANES] = {0}, most[LANES] = {0};
    for (size_t i = 0; i < dim; i += LANES) {
        size_t n = dim - i < LANES ? dim - i : LANES;
        for (size_t l = 0; l < n; l++) {
            double a = (double)x[i + l], b = (double)y[i + l], e = a - b, size = fabs(e);
            error[l] += e * e;
            square[l] += a * a;
            decoded[l] += b * b;
            product[l] += a * b;
            most[l] = size > most[l] ? size : most[l];
        }
    }
    out[0] = fold(error);
    out[1] = fold(square);
    out[2] = fold(decoded);
    out[3] = fold(product);
    for (size_t l = 0; l < LANES; l++) *max_abs = most[l] > *max_abs ? most[l] : *max_abs;
}

int qsi_errors_measure(const qs_codec *codec, const float *rows, const uint8_t *codes, size_t nrows, float *decoded,
                       qsi_chunk_errors *out)
{
    *out = (qsi_chunk_errors){.cosine_min = INFINITY};
    int status = qs_codec_decode(codec, codes, nrows, decoded);
    if (!status && codec->family->audit) status = codec->family->audit(codec, rows, codes, nrows, &out->audit);
    for (size_t r = 0; r < nrows && !status; r++) {
        double sums[4];
        row_sums(rows + r * codec->dim, decoded + r * codec->dim, codec->dim, sums, &out->max_abs);
        double lengths = sqrt(sums[1]) * sqrt(sums[2]);
        double cosine = lengths > 0 ? sums[3] / lengths : lengths == 0 ? sums[1] == sums[2] : NAN;
        double least = isnan(cosine) ? -INFINITY : cosine;
        if (isnan(sums[0])) out->max_abs = INFINITY; /* told as null, as the other figures are */
        out->sums[SQUARED_ERROR] += sums[0];
        out->sums[SQUARE] += sums[1];
        out->sums[COSINE] += cosine;
        if (least < out->cosine_min) out->cosine_min = least;
    }
    out->sums[ROWS] = (double)nrows;
    out->sums[VALUES] = (double)nrows * (double)codec->dim;
    return status;
}

/* Folds what can be folded in any order. */
static void fold_extremes(qsi_errors *errors, double max_abs, double cosine_min, const qsi_audit *audit)
{
    if (max_abs > errors->max_abs) errors->max_abs = max_abs;
    if (cosine_min < errors->cosine_min) errors->cosine_min = cosine_min;
    errors->audit.clipped += audit->clipped;
    errors->audit.floored += audit->floored;
    for (size_t i = 0; i < 8; i++) errors->audit.levels[i] |= audit->levels[i];
}

int qsi_errors_add(qsi_errors *errors, double chunk, const qsi_chunk_errors *part)
{
    fold_extremes(errors, part->max_abs, part->cosine_min, &part->audit);
    return qsi_treesum_add(errors->sums, chunk, part->sums);
}

enum { FIXED_BYTES = 4 * 8 + 8 * 4 };

size_t qsi_errors_save(const qsi_errors *errors, uint8_t *dst, size_t cap)
{
    size_t sums = qsi_treesum_save(errors->sums, NULL, 0);
    if (!dst || cap < FIXED_BYTES + sums) return FIXED_BYTES + sums;
    const double fixed[4] = {errors->max_abs, errors->cosine_min, errors->audit.clipped, errors->audit.floored};
    for (size_t i = 0; i < 4; i++) qsi_put_double(dst + 8 * i, fixed[i]);
    for (size_t i = 0; i < 8; i++) qsi_put32(dst + 32 + 4 * i, errors->audit.levels[i]);
    qsi_treesum_save(errors->sums, dst + FIXED_BYTES, sums);
    return FIXED_BYTES + sums;
}

int qsi_errors_merge(qsi_errors *errors, const uint8_t *state, size_t bytes, size_t *used)
{
    if (bytes < FIXED_BYTES) return qsi_fail(QS_E_DATA, "the saved error sums are cut off");
    qsi_audit audit = {.clipped = qsi_get_double(state + 16), .floored = qsi_get_double(state + 24)};
    for (size_t i = 0; i < 8; i++) audit.levels[i] = qsi_get32(state + 32 + 4 * i);
    fold_extremes(errors, qsi_get_double(state), qsi_get_double(state + 8), &audit);
    int status = qsi_treesum_merge(errors->sums, state + FIXED_BYTES, bytes - FIXED_BYTES, used);
    *used += FIXED_BYTES;
    return status;
}

static size_t count_levels(const qsi_audit *audit)
{
    size_t levels = 0;
    for (size_t i = 0; i < 8; i++) levels += (size_t)__builtin_popcount(audit->levels[i]);
    return levels;
}

void qsi_errors_json(const qsi_errors *errors, const qsi_family *family, qsi_json *json)
{
    double sums[QSI_ERROR_SUMS];
    qsi_treesum_total(errors->sums, sums);
    double mse = family->signs_only ? NAN : sums[SQUARED_ERROR] / sums[VALUES];
    double ratio = sums[SQUARE] / sums[SQUARED_ERROR];
    const struct {
        const char *key;
        double value;
    } figures[] = {
        {"mse", mse},
        {"rmse", sqrt(mse)},
        {"max_abs", family->signs_only ? NAN : errors->max_abs},
        {"sqnr_db", family->signs_only ? NAN : 10 * log(ratio) / log(10)},
        {"cosine_mean", sums[COSINE] / sums[ROWS]},
        {"cosine_min", errors->cosine_min},
        {"clipped_share", family->audits_clipped ? errors->audit.clipped / sums[VALUES] : NAN},
    };
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        qsi_json_key(json, figures[i].key);
        qsi_json_figure(json, figures[i].value);
    }
    qsi_json_key(json, "levels_used");
    if (family->audits_levels)
        qsi_json_whole(json, (double)count_levels(&errors->audit));
    else
        qsi_json_null(json);
}
