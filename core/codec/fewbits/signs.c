/* Signs as values, as signs.h says. */
#include "codec/fewbits/signs.h"

#include "base/size.h"
#include "base/tree_sum.h"
#include "codec/transformed.h"

#include <math.h>

static const float nothing[QSI_LANES];

/* n values of a row at a time, QSI_LANES where there are as many: a constant, of which compilers make vectors. */
static inline void add_away(double *lanes, const float *x, const float *threshold, size_t n)
{
    for (size_t l = 0; l < n; l++) lanes[l] += fabs((double)x[l] - (double)threshold[l]);
}

static double away(const qs_codec *codec, const float *rows, size_t nrows)
{
    const float *threshold = qsi_codec_param(codec, "threshold"), *x = rows;
    size_t dim = codec->dim, tail = dim % QSI_LANES;
    double sum = 0;
    for (size_t r = 0; r < nrows; r++, x += tail) {
        double lanes[QSI_LANES] = {0};
        const float *t = threshold ? threshold : nothing;
        for (size_t d = tail; d < dim; d += QSI_LANES, x += QSI_LANES, t += threshold ? QSI_LANES : 0)
            add_away(lanes, x, t, QSI_LANES);
        add_away(lanes, x, t, tail);
        sum += qsi_fold(lanes);
    }
    return sum;
}

int qsi_signs_away(const qs_codec *codec, const float *rows, size_t nrows, double *sum)
{
    if (!codec->transform) {
        *sum = away(codec, rows, nrows);
        return QS_OK;
    }
    float *own = qsi_array(nrows, codec->dim * sizeof *own);
    int status = own ? qsi_transformed_apply(codec, 0, rows, nrows, own) : QS_E_MEMORY;
    if (!status) *sum = away(codec, own, nrows);
    qsi_array_free(own);
    return status;
}

static inline void stand(float *restrict x, float size, const float *restrict threshold, size_t n)
{
    for (size_t l = 0; l < n; l++) x[l] = x[l] * size + threshold[l];
}

void qsi_signs_scale(const qs_codec *codec, float size, size_t nrows, float *rows)
{
    const float *threshold = codec->family->signs_only ? qsi_codec_param(codec, "threshold") : NULL;
    size_t dim = codec->dim, tail = dim % QSI_LANES;
    if (!codec->family->signs_only || isnan(size)) return;
    for (size_t r = 0; r < nrows; r++, rows += tail) {
        const float *t = threshold ? threshold : nothing;
        for (size_t d = tail; d < dim; d += QSI_LANES, rows += QSI_LANES, t += threshold ? QSI_LANES : 0)
            stand(rows, size, t, QSI_LANES);
        stand(rows, size, t, tail);
    }
}
