/* Signs as values, as signs.h says. */
#include "codec/signs.h"

#include "base/treesum.h"

#include <math.h>

double qsi_signs_away(const qs_codec *codec, const float *rows, size_t nrows)
{
    const float *threshold = qsi_codec_param(codec, "threshold");
    double sum = 0;
    for (size_t r = 0; r < nrows; r++) {
        const float *x = rows + r * codec->dim;
        double lanes[QSI_LANES] = {0};
        for (size_t d = 0; d < codec->dim; d++)
            lanes[d % QSI_LANES] += fabs((double)x[d] - (threshold ? (double)threshold[d] : 0));
        sum += qsi_fold(lanes);
    }
    return sum;
}

void qsi_signs_stand(const qs_codec *codec, float size, size_t nrows, float *rows)
{
    const float *threshold = codec->family->signs_only ? qsi_codec_param(codec, "threshold") : NULL;
    if (!codec->family->signs_only || isnan(size)) return;
    for (size_t r = 0; r < nrows; r++)
        for (size_t d = 0; d < codec->dim; d++) {
            float *value = rows + r * codec->dim + d;
            *value = *value * size + (threshold ? threshold[d] : 0);
        }
}
