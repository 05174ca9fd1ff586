/* Codecs with a transform, as transformed.h says. */
#include "codec/transformed.h"

#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"
#include "transform/covariance.h"
#include "transform/pca.h"
#include "transform/random_rotation.h"

#include <math.h>
#include <string.h>

static int rotate_of(const qsi_spec *spec)
{
    return qsi_format_option(spec->format, QSI_ROTATE) ? qsi_word(spec, QSI_ROTATE) : QSI_ROTATE_NONE;
}

static bool has_mean(const qsi_spec *spec)
{
    if (rotate_of(spec) == QSI_ROTATE_PCA) return true;
    return !spec->format->family->signs_only && qsi_format_option(spec->format, QSI_CENTER) &&
           qsi_word(spec, QSI_CENTER) == QSI_CENTER_MEAN;
}

static bool has_matrix(const qsi_spec *spec)
{
    return rotate_of(spec) == QSI_ROTATE_PCA || rotate_of(spec) == QSI_ROTATE_RANDOM;
}

static double asked_dims(const qsi_spec *spec)
{
    return qsi_format_option(spec->format, QSI_DIMS) ? spec->value[QSI_DIMS] : 0;
}

bool qsi_spec_transforms(const qsi_spec *spec)
{
    return rotate_of(spec) != QSI_ROTATE_NONE || asked_dims(spec) > 0 || has_mean(spec);
}

qsi_spec qsi_spec_untransformed(const qsi_spec *spec)
{
    qsi_spec plain = *spec;
    if (!spec->format->family->signs_only) plain.word[QSI_CENTER] = QSI_CENTER_NONE;
    plain.word[QSI_ROTATE] = QSI_ROTATE_NONE;
    plain.value[QSI_DIMS] = 0;
    return plain;
}

int qsi_transformed_dims(const qsi_spec *spec, size_t dim, size_t *dims)
{
    double asked = asked_dims(spec);
    *dims = asked > 0 ? (size_t)asked : dim;
    if (*dims > dim)
        return qsi_fail_option("dims", "dims=%zu: rows have %zu values; dims takes 1 to %zu, or 0 for all", *dims,
                               dim, dim);
    if (has_matrix(spec) && dim > QSI_MATRIX_MOST)
        return qsi_fail_option("rotate",
                               "rotate=%s: rows of %zu values; a rotation that is a matrix takes up to %d. Use "
                               "rotate=hadamard",
                               qsi_option_rows[QSI_ROTATE].words[rotate_of(spec)], dim, QSI_MATRIX_MOST);
    return QS_OK;
}

double qsi_transformed_params(const qsi_spec *spec, size_t dim, qsi_param params[QSI_TRANSFORM_PARAMS])
{
    size_t at = 0, dims, floats = 0;
    if (!qsi_spec_transforms(spec) || qsi_transformed_dims(spec, dim, &dims)) return 0;
    if (has_mean(spec)) params[at++] = (qsi_param){.name = "mean", .count = dim};
    if (has_matrix(spec)) params[at++] = (qsi_param){.name = "rotation", .count = dims * dim};
    while (at > 0) floats += params[--at].count;
    return (double)floats * sizeof(float);
}

int qsi_transformed_observe(const qsi_spec *spec, size_t dim, qsi_observer **seen)
{
    *seen = NULL;
    if (!has_mean(spec)) return QS_OK;
    *seen = rotate_of(spec) == QSI_ROTATE_PCA ? qsi_observer_open_kind(&qsi_covariance, dim)
                                              : qsi_observer_open(QSI_MEANS, dim);
    return *seen ? QS_OK : QS_E_MEMORY;
}

static int make_room(qs_codec *codec)
{
    for (size_t p = 0; p < QSI_TRANSFORM_PARAMS && codec->transform_params[p].name; p++) {
        qsi_param *param = &codec->transform_params[p];
        param->values = qsi_array(param->count, sizeof(float));
        if (!param->values) return QS_E_MEMORY;
    }
    return QS_OK;
}

static float *mean_of(const qs_codec *codec)
{
    return has_mean(&codec->spec) ? codec->transform_params[0].values : NULL;
}

static float *matrix_of(const qs_codec *codec)
{
    return has_matrix(&codec->spec) ? codec->transform_params[has_mean(&codec->spec)].values : NULL;
}

int qsi_transformed_fit(qs_codec *codec, const qsi_observer *seen)
{
    int status = make_room(codec);
    float *mean = mean_of(codec), *matrix = matrix_of(codec);
    if (status || (!mean && !matrix)) return status;
    if (rotate_of(&codec->spec) == QSI_ROTATE_PCA)
        return qsi_pca(seen, codec->row_dim, codec->dim, mean, matrix, NULL);
    if (mean) memcpy(mean, qsi_observer_center(seen), codec->row_dim * sizeof *mean);
    if (!matrix) return QS_OK;
    return qsi_random_rotation((uint64_t)codec->spec.value[QSI_SEED], codec->row_dim, codec->dim, matrix);
}

int qsi_transformed_copy(qs_codec *codec, const qs_codec *from)
{
    int status = make_room(codec);
    for (size_t p = 0; p < QSI_TRANSFORM_PARAMS && codec->transform_params[p].name && !status; p++)
        memcpy(codec->transform_params[p].values, from->transform_params[p].values,
               codec->transform_params[p].count * sizeof(float));
    return status;
}

int qsi_transformed_ready(qs_codec *codec)
{
    if (!qsi_spec_transforms(&codec->spec)) return QS_OK;
    qsi_transform *t = codec->transform = qsi_array_zero(1, sizeof *t);
    if (!t) return QS_E_MEMORY;
    *t = (qsi_transform){.dim = codec->row_dim,
                         .dims = codec->dim,
                         .rotate = rotate_of(&codec->spec),
                         .seed = (uint64_t)codec->spec.value[QSI_SEED],
                         .mean = mean_of(codec),
                         .matrix = matrix_of(codec)};
    return qsi_transform_open(t);
}

int qsi_transformed_apply(const qs_codec *codec, double first_row, const float *rows, size_t nrows, float *out)
{
    const qsi_transform *t = codec->transform;
    size_t n = nrows * codec->row_dim, i = 0;
    if (qsi_transform_mixes(t) && qsi_kernels_now()->absmax(rows, n) >= 0x7f800000U) {
        while (isfinite(rows[i])) i++;
        double row = first_row + (double)(i / codec->row_dim);
        return qsi_fail_cell(
            row, (double)(i % codec->row_dim),
            "row %.0f, column %zu is %s, which %s would spread over its row; fix or remove that row", row,
            i % codec->row_dim,
            isnan(rows[i]) ? "NaN"
            : rows[i] > 0  ? "infinity"
                           : "-infinity",
            t->rotate ? "a rotation" : "a centre");
    }
    return qsi_transform_apply(t, rows, nrows, true, out);
}
