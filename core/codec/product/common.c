/* What the families of product codecs share: their fits, codes packed into rows, and what a row's bits are. */
#include "codec/product/product.h"

#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

const qsi_observer_kind *qsi_product_observer(const qsi_spec *spec)
{
    (void)spec;
    return &qsi_product_fits;
}

static int copy_param(qsi_param *param, const float *from)
{
    param->values = qsi_array(param->count, sizeof(float));
    if (!param->values) return QS_E_MEMORY;
    memcpy(param->values, from, param->count * sizeof(float));
    for (size_t i = 0; i < param->count; i++)
        if (!isfinite(from[i])) return qsi_fail(QS_E_DATA, "%s[%zu] overflows: rows are too large", param->name, i);
    return QS_OK;
}

/* For a value that is looked at by itself: centroids spread evenly from -1 to 1, and no rotation. */
static int fit_nothing(qs_codec *codec)
{
    size_t dim = codec->dim, count = codec->params[0].count / dim;
    for (size_t p = 0; p < QSI_PARAMS && codec->params[p].name; p++) {
        codec->params[p].values = qsi_array_zero(codec->params[p].count, sizeof(float));
        if (!codec->params[p].values) return QS_E_MEMORY;
    }
    for (size_t k = 0; k < count; k++)
        codec->params[0].values[k] = (float)(2.0 * (double)k / (double)(count - 1) - 1);
    for (size_t d = 0; d < dim && codec->params[1].name; d++) codec->params[1].values[d * dim + d] = 1;
    return QS_OK;
}

int qsi_product_fit(qs_codec *codec, const qsi_observer *seen)
{
    qsi_product_result r;
    if (!qsi_observer_state(seen)) return fit_nothing(codec);
    qsi_product_fitted(seen, &r);
    int status = copy_param(&codec->params[0], r.codebook);
    return status || !codec->params[1].name ? status : copy_param(&codec->params[1], r.rotation);
}

void qsi_product_pack(const qs_codec *codec, const uint8_t *codes, size_t nrows, uint8_t *rows)
{
    const qsi_product *d = qsi_product_of(codec);
    for (size_t r = 0; r < nrows; r++)
        qsi_kernels_now()->pack(codes + r * d->m, d->m, d->pieces.bits, rows + r * codec->layout.row_bytes);
}

void qsi_product_unpack(const qs_codec *codec, const uint8_t *rows, size_t nrows, uint8_t *codes)
{
    const qsi_product *d = qsi_product_of(codec);
    for (size_t r = 0; r < nrows; r++)
        qsi_kernels_now()->unpack(rows + r * codec->layout.row_bytes, d->m, d->pieces.bits, false,
                                  codes + r * d->m);
}

int qsi_product_usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_usage *usage)
{
    const qsi_product *d = qsi_product_of(codec);
    uint8_t *numbers = qsi_array(nrows, d->m);
    if (!numbers) return QS_E_MEMORY;
    qsi_product_unpack(codec, codes, nrows, numbers);
    qsi_usage_add(usage, numbers, nrows * d->m);
    qsi_array_free(numbers);
    return QS_OK;
}

qsi_role qsi_product_role(const qs_codec *codec, size_t bit)
{
    const qsi_product *d = qsi_product_of(codec);
    size_t at = bit / d->pieces.bits;
    if (at < d->m) return (qsi_role){QSI_ROLE_CODE, (uint16_t)at, (uint8_t)(bit % d->pieces.bits)};
    return (qsi_role){QSI_ROLE_UNUSED, 0, 0};
}
