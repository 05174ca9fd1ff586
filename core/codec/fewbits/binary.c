/*
 * Family: one bit a value, 1 where the value is above the threshold of its dim (0, its mean or its median).
 *
 * Row layout: bit i % 8 of byte i / 8 is value i; the last byte is filled with zeros. Decoded values are +1 and -1:
 * signs, not approximations of the originals (see signs.h).
 */
#include "codec/codec.h"

#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    *out = (qsi_layout){.code_bytes = (dim + 7) / 8};
    out->row_bytes = out->code_bytes;
    out->params_bytes = qsi_word(spec, QSI_CENTER) == QSI_CENTER_NONE ? 0 : (double)dim * sizeof(float);
    return QS_OK;
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    if (qsi_word(spec, QSI_CENTER) != QSI_CENTER_NONE) out[0] = (qsi_param){.name = "threshold", .count = dim};
}

static qsi_statistic needs(const qsi_spec *spec)
{
    static const qsi_statistic by_center[] = {QSI_NOTHING, QSI_MEANS, QSI_MEDIANS};
    return by_center[qsi_word(spec, QSI_CENTER)];
}

static int fit(qs_codec *codec, const qsi_observer *seen)
{
    if (!codec->params[0].name) return QS_OK;
    codec->params[0].values = qsi_array(codec->dim, sizeof(float));
    if (!codec->params[0].values) return QS_E_MEMORY;
    memcpy(codec->params[0].values, qsi_observer_center(seen), codec->dim * sizeof(float));
    return QS_OK;
}

static int ready(qs_codec *codec)
{
    for (size_t i = 0; codec->params[0].name && i < codec->params[0].count; i++)
        if (!isfinite(codec->params[0].values[i]))
            return qsi_fail(QS_E_DATA, "params: threshold[%zu] is no number", i);
    return QS_OK;
}

static bool single_pass(const qs_codec *codec)
{
    (void)codec;
    return true;
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    const float *threshold = codec->params[0].values;
    size_t some = threshold || codec->dim % 8 ? 1 : nrows;
    uint32_t most = 0;
    for (size_t r = 0; r < nrows && most < 0x7f800000U; r += some)
        most = qsi_kernels_now()->binary_encode(rows + r * codec->dim, threshold, some * codec->dim,
                                                codes + r * codec->layout.row_bytes);
    return most < 0x7f800000U ? QS_OK : qsi_check_finite(first_row, rows, nrows, codec->dim);
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    for (size_t r = 0; r < nrows; r++)
        qsi_kernels_now()->binary_decode(codes + r * codec->layout.row_bytes, codec->dim, rows + r * codec->dim);
    return QS_OK;
}

static int usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_usage *usage)
{
    for (size_t r = 0; r < nrows && !(usage->seen[0] & usage->seen[1]); r++)
        for (size_t i = 0; i < codec->dim; i++)
            usage->seen[codes[r * codec->layout.row_bytes + i / 8] >> i % 8 & 1] = 1;
    return QS_OK;
}

static void query(const qs_codec *codec, const float *query, float *out)
{
    const float *threshold = codec->params[0].values;
    for (size_t d = 0; d < codec->dim; d++) out[d] = threshold ? query[d] - threshold[d] : query[d];
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    return (qsi_role){bit < codec->dim ? QSI_ROLE_CODE : QSI_ROLE_UNUSED, (uint16_t)bit, 0};
}

static float sign(const qs_codec *codec, size_t value, uint32_t code)
{
    (void)codec, (void)value;
    return code ? 1 : -1;
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    (void)codec, (void)kind;
    return (qsi_number){.level = sign};
}

const qsi_family qsi_family_binary = {QSI_FAMILY("binary"), .formula = "q",   .single_pass = single_pass,
                                      .signs_only = true,   .params = params, .needs = needs,
                                      .fit = fit,           .ready = ready,   .usage = usage,
                                      .query = query};
