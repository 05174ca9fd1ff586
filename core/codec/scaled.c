/* Rows of codes and scales, as scaled.h says. */
#include "codec/scaled.h"

#include "base/status.h"
#include "codec/affine.h"

qsi_cut qsi_cut_row(const qsi_spec *spec, size_t dim)
{
    if (qsi_word(spec, QSI_PER) != QSI_PER_BLOCK) return (qsi_cut){1, dim, dim};
    size_t block = (size_t)spec->value[QSI_BLOCK], groups = (dim + block - 1) / block;
    return (qsi_cut){groups, block, groups * block};
}

bool qsi_row_scales(const qsi_spec *spec)
{
    int per = qsi_word(spec, QSI_PER);
    return per == QSI_PER_ROW || per == QSI_PER_BLOCK;
}

size_t qsi_shared_scales(const qsi_spec *spec, size_t dim)
{
    switch (qsi_word(spec, QSI_PER)) {
    case QSI_PER_TENSOR: return 1;
    case QSI_PER_DIM: return dim;
    default: return 0;
    }
}

void qsi_scaled_layout(const qsi_spec *spec, size_t dim, size_t code_bytes, size_t padded_bytes, qsi_layout *out)
{
    size_t scale = qsi_scale_bytes(spec);
    *out = (qsi_layout){.code_bytes = code_bytes, .padding_bytes = padded_bytes - code_bytes};
    if (qsi_row_scales(spec)) out->scale_bytes = qsi_cut_row(spec, dim).groups * scale;
    out->row_bytes = out->code_bytes + out->padding_bytes + out->scale_bytes;
    out->params_bytes = (double)qsi_shared_scales(spec, dim) * (double)scale;
}

static size_t scale_place(const qs_codec *codec, size_t group)
{
    return codec->layout.code_bytes + codec->layout.padding_bytes + group * qsi_scale_bytes(&codec->spec);
}

void qsi_scaled_get(const qs_codec *codec, const uint8_t *row, size_t group, size_t n, float *scale)
{
    qsi_scales_get(&codec->spec, row + scale_place(codec, group), n, scale);
}

void qsi_scaled_put(const qs_codec *codec, uint8_t *row, size_t group, size_t n, const float *scale)
{
    qsi_scales_put(&codec->spec, scale, n, row + scale_place(codec, group));
}

qsi_number qsi_scaled_number(const qs_codec *codec)
{
    return (qsi_number){.as = qsi_option_rows[QSI_SCALE].words[qsi_word(&codec->spec, QSI_SCALE)]};
}

qsi_role qsi_scaled_role(const qs_codec *codec, size_t bit)
{
    size_t begin = 8 * scale_place(codec, 0), each = 8 * qsi_scale_bytes(&codec->spec);
    if (bit < begin) return (qsi_role){QSI_ROLE_UNUSED, 0, 0};
    return (qsi_role){QSI_ROLE_SCALE, (uint16_t)((bit - begin) / each), (uint8_t)((bit - begin) % each)};
}

qsi_role qsi_packed_role(const qs_codec *codec, size_t bit, bool scales)
{
    size_t bits = codec->spec.format->code_bits, at = bit / bits;
    if (at < codec->dim) return (qsi_role){QSI_ROLE_CODE, (uint16_t)at, (uint8_t)(bit % bits)};
    return scales ? qsi_scaled_role(codec, bit) : (qsi_role){QSI_ROLE_UNUSED, 0, 0};
}

size_t qsi_scaled_floored(const qs_codec *codec)
{
    size_t count = 0;
    for (size_t g = 0; g < codec->params[0].count; g++)
        count += qsi_affine_floored(&codec->spec, codec->params[0].values[g]);
    return count;
}

int qsi_fail_group(int status, double number, size_t begin)
{
    qsi_error why;
    if (status != QS_E_DATA) return status;
    qsi_error_get(&why);
    return qsi_fail_cell(number, (double)begin, "row %.0f: %s", number, why.message);
}
