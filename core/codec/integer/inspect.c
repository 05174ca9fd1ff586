/* Affine integers: what a row is made of, for inspection. */
#include "codec/integer/integer.h"

qsi_role qsi_integer_role(const qs_codec *codec, size_t bit)
{
    size_t code_bits = codec->spec.format->code_bits, at = bit / code_bits;
    const qsi_layout *row = &codec->layout;
    size_t scales = 8 * (row->code_bytes + row->padding_bytes), zeros = scales + 8 * row->scale_bytes;
    size_t outliers = 8 * (row->row_bytes - row->outlier_bytes);
    if (bit >= outliers) return qsi_outliers_role(codec, bit - outliers);
    if (bit < scales && at < codec->dim) return (qsi_role){QSI_ROLE_CODE, (uint16_t)at, (uint8_t)(bit % code_bits)};
    if (bit < scales) return (qsi_role){QSI_ROLE_UNUSED, 0, 0};
    bool is_scale = bit < zeros, is_low = qsi_word(&codec->spec, QSI_MAP) == QSI_MAP_OFFSET;
    size_t groups = qsi_cut_row(&codec->spec, codec->dim).groups, begin = is_scale ? scales : zeros;
    size_t each = 8 * (is_scale ? row->scale_bytes : row->zero_bytes) / groups;
    return (qsi_role){is_scale ? QSI_ROLE_SCALE
                      : is_low ? QSI_ROLE_LOW
                               : QSI_ROLE_ZERO,
                      (uint16_t)((bit - begin) / each), (uint8_t)((bit - begin) % each)};
}

const char *qsi_integer_formula(const qsi_spec *spec)
{
    static const char *const by_map[] = {
        [QSI_MAP_SYM] = "q * s", [QSI_MAP_AFFINE] = "(q - z) * s", [QSI_MAP_OFFSET] = "m + q * s"};
    return by_map[qsi_word(spec, QSI_MAP)];
}

qsi_number qsi_integer_number(const qs_codec *codec, qsi_role_kind kind)
{
    int32_t qmin, qmax;
    qsi_affine_codes(&codec->spec, &qmin, &qmax);
    bool is_code = kind == QSI_ROLE_CODE;
    if (kind == QSI_ROLE_OUTLIER) return (qsi_number){.as = "f16"};
    if (kind == QSI_ROLE_COLUMN) return (qsi_number){0};
    if (!is_code && kind != QSI_ROLE_ZERO) return qsi_scaled_number(codec);
    return (qsi_number){.is_signed = qmin < 0,
                        .narrow = is_code && qmin == -qmax,
                        .powers = is_code && qsi_is_pow2(&codec->spec) ? (uint8_t)qmax : 0};
}
