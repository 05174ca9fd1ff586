/* Rows brought to length 1, as unit.h says. */
#include "codec/unit.h"

#include "base/tree_sum.h"

#include <math.h>

static double length_of(const float *x, size_t n)
{
    double lane[QSI_LANES] = {0};
    for (size_t i = 0; i < n; i++) lane[i % QSI_LANES] += (double)x[i] * (double)x[i];
    return sqrt(qsi_fold(lane));
}

void qsi_unit_rows(const qs_codec *codec, const float *rows, size_t nrows, float *out)
{
    size_t dim = codec->row_dim;
    for (size_t r = 0; r < nrows; r++) {
        if (codec->family->unit) {
            codec->family->unit(rows + r * dim, dim, out + r * dim);
            continue;
        }
        double length = length_of(rows + r * dim, dim);
        for (size_t i = r * dim; i < (r + 1) * dim; i++)
            out[i] = length > 0 && isfinite(length) ? (float)((double)rows[i] / length) : rows[i];
    }
}

void qsi_unit_undo(const qs_codec *codec, const float *rows, size_t nrows, float *decoded)
{
    size_t dim = codec->row_dim;
    for (size_t r = 0; codec->unit && !codec->family->signs_only && r < nrows; r++) {
        double length = length_of(rows + r * dim, dim);
        for (size_t i = r * dim; i < (r + 1) * dim; i++) decoded[i] = (float)((double)decoded[i] * length);
    }
}
