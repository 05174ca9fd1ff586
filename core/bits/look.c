/* One value looked at through a spec, as look.h says. */
#include "bits/look.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/affine.h"
#include "codec/block.h"
#include "format/minifloat.h"

#include <math.h>
#include <string.h>

/* Options that take data are given what absmax 1 would bring; a value alone is looked at as one of the rest. */
static size_t settle(qsi_spec *spec, const char **scale_from)
{
    const qsi_format *f = spec->format;
    spec->value[QSI_OUTLIERS] = 0;
    if (qsi_format_offer(f, QSI_RANGE)) {
        bool plain = qsi_word(spec, QSI_PER) == QSI_PER_NONE;
        if (plain) return 1;
        spec->value[QSI_PER] = QSI_PER_TENSOR;
        if (qsi_word(spec, QSI_RANGE) == QSI_RANGE_GIVEN) return 1;
        bool sym = !qsi_format_offer(f, QSI_MAP) || qsi_word(spec, QSI_MAP) == QSI_MAP_SYM;
        *scale_from = sym ? "absmax 1" : "lo -1, hi 1";
        spec->value[QSI_RANGE] = QSI_RANGE_GIVEN;
        spec->value[QSI_LO] = -1;
        spec->value[QSI_HI] = 1;
        return 1;
    }
    if (qsi_format_offer(f, QSI_CENTER)) {
        if (qsi_word(spec, QSI_CENTER) != QSI_CENTER_NONE) *scale_from = "threshold 0";
        spec->value[QSI_CENTER] = QSI_CENTER_NONE;
        return 1;
    }
    if (f->family->digest) { /* a codebook fitted to values spread evenly */
        spec->value[QSI_PER] = QSI_PER_TENSOR;
        *scale_from = "values spread evenly from -1 to 1";
        return 1;
    }
    if (!f->refuses_nonfinite || (f->exponent_bits && f->block == 1)) return 1;
    *scale_from = "a block with 1, -1 and zeros";
    return f->block > 4 ? f->block : 4;
}

static qs_codec *fit_nothing(const qsi_spec *spec, size_t dim)
{
    qs_codec *codec = qsi_codec_open(spec, dim);
    qsi_observer *nothing = qsi_observer_open(QSI_NOTHING, dim);
    int status = codec && nothing ? QS_OK : QS_E_MEMORY;
    if (!status && codec->family->fit) status = codec->family->fit(codec, nothing);
    if (!status && codec->family->ready) status = codec->family->ready(codec);
    qsi_observer_close(nothing);
    if (!status) return codec;
    qs_codec_close(codec);
    return NULL;
}

/* Finds the bits of the row that hold the first value's code. */
static void find_code(qsi_look *look)
{
    for (size_t bit = 0; bit < 8 * look->codec->layout.row_bytes; bit++) {
        qsi_role role = look->codec->family->role(look->codec, bit);
        if (role.kind != QSI_ROLE_CODE || role.index || role.place >= QSI_LOOK_BITS) continue;
        look->where[role.place] = (uint16_t)bit;
        if (role.place >= look->bits) look->bits = role.place + 1U;
    }
}

int qsi_look_open(qsi_look *look, const char *text, float value)
{
    *look = (qsi_look){.value = value};
    if (qsi_spec_parse(text, &look->asked)) return QS_E_OPTION;
    look->format = look->asked.format;
    if (look->format->refuses_nonfinite && !isfinite(value))
        return qsi_fail(QS_E_DATA, "%s has no code for %s; its values are finite", look->format->name,
                        isnan(value) ? "NaN" : "infinity");
    qsi_spec spec = look->asked;
    size_t dim = settle(&spec, &look->scale_from);
    look->codec = fit_nothing(&spec, dim);
    if (!look->codec) return qsi_error_code();
    float *row = qsi_array_zero(dim, sizeof *row);
    if (!row) return QS_E_MEMORY;
    row[0] = value;
    if (dim > 1) row[1] = 1;
    if (dim > 2) row[2] = -1;
    int status = look->codec->layout.row_bytes <= QSI_LOOK_ROW
                     ? qs_codec_encode(look->codec, 0, row, 1, look->row)
                     : qsi_fail(QS_E_OPTION, "a block of %s is too long to be looked at", look->format->name);
    qsi_array_free(row);
    if (!status) find_code(look);
    return status;
}

void qsi_look_close(qsi_look *look)
{
    qs_codec_close(look->codec);
}

uint32_t qsi_look_code(const qsi_look *look)
{
    uint32_t code = 0;
    for (unsigned p = 0; p < look->bits; p++)
        code |= (uint32_t)(look->row[look->where[p] / 8] >> look->where[p] % 8 & 1) << p;
    return code;
}

float qsi_look_decode(const qsi_look *look, uint32_t code)
{
    uint8_t row[QSI_LOOK_ROW];
    float x = NAN, *values = qsi_array(look->codec->dim, sizeof *values);
    if (!values) return x;
    memcpy(row, look->row, look->codec->layout.row_bytes);
    for (unsigned p = 0; p < look->bits; p++) {
        uint8_t mask = (uint8_t)(1U << look->where[p] % 8);
        row[look->where[p] / 8] = (uint8_t)((row[look->where[p] / 8] & ~mask) | (code >> p & 1 ? mask : 0));
    }
    if (!qs_codec_decode(look->codec, row, 1, values)) x = values[0];
    qsi_array_free(values);
    return x;
}

/* A code as a whole number, sign-extended where the codes of the spec are signed. */
static int32_t whole(const qsi_spec *spec, unsigned bits, uint32_t code)
{
    int32_t qmin = 0, qmax;
    if (qsi_format_offer(spec->format, QSI_MAP)) qsi_affine_codes(spec, &qmin, &qmax);
    if (spec->format->coder && spec->format->coder->signed_codes) qmin = -1;
    bool negative = qmin < 0 && code >> (bits - 1) & 1;
    return negative ? (int32_t)(code | ~qsi_ones(bits)) : (int32_t)code;
}

int32_t qsi_look_integer(const qsi_look *look, uint32_t code)
{
    return whole(&look->codec->spec, look->bits, code);
}

unsigned qsi_look_parts(const qsi_format *f, unsigned code_bits, qsi_part parts[QSI_PARTS])
{
    unsigned count = 0, of_float = f->exponent_bits + f->mantissa_bits;
    if (!code_bits) return 0;
    if (!f->exponent_bits) {
        bool is_sign = code_bits == 1 && f->family->signs_only;
        parts[0] = (qsi_part){is_sign ? "sign" : !strcmp(f->kind, "codebook") ? "index" : "integer", code_bits};
        return 1;
    }
    if (code_bits > of_float) parts[count++] = (qsi_part){"sign", code_bits - of_float};
    parts[count++] = (qsi_part){"exponent", f->exponent_bits};
    if (f->mantissa_bits) parts[count++] = (qsi_part){"mantissa", f->mantissa_bits};
    return count;
}

float qsi_look_stands(const qsi_spec *spec, unsigned code_bits, uint32_t code)
{
    const qsi_format *f = spec->format;
    if (f->family->signs_only) return code ? 1 : -1;
    if (!f->exponent_bits) return (float)whole(spec, code_bits, code);
    qsi_minifloat split = qsi_minifloat_of(f);
    return qsi_minifloat_value(&split, code);
}
