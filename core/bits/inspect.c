/* One value encoded with a spec, as inspect.h says. */
#include "bits/inspect.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/transformed.h"

#include <math.h>
#include <string.h>

/* Options that take data are given what absmax 1 would bring; a value alone is looked at as one of the rest. */
static size_t settle(qsi_spec *spec, const char **scale_from)
{
    const qsi_format *f = spec->format;
    spec->value[QSI_OUTLIERS] = 0;
    if (f->scales_only) return 1;
    if (qsi_format_option(f, QSI_RANGE)) {
        bool plain = qsi_word(spec, QSI_PER) == QSI_PER_NONE;
        if (plain) return 1;
        spec->word[QSI_PER] = QSI_PER_TENSOR;
        if (qsi_word(spec, QSI_RANGE) == QSI_RANGE_GIVEN) return 1;
        bool sym = !qsi_format_option(f, QSI_MAP) || qsi_word(spec, QSI_MAP) == QSI_MAP_SYM;
        *scale_from = sym ? "the scale is that of absmax 1" : "the range is from -1 to 1";
        spec->word[QSI_RANGE] = QSI_RANGE_GIVEN;
        spec->value[QSI_LO] = -1;
        spec->value[QSI_HI] = 1;
        return 1;
    }
    if (f->family->signs_only) {
        if (qsi_word(spec, QSI_CENTER) != QSI_CENTER_NONE) *scale_from = "the threshold is 0";
        spec->word[QSI_CENTER] = QSI_CENTER_NONE;
        return 1;
    }
    spec->value[QSI_M] = 1;
    if (qsi_format_option(f, QSI_M))
        spec->word[QSI_BITS] = spec->word[QSI_BITS] == QSI_BITS_4 ? QSI_BITS_4 : QSI_BITS_8;
    if (f->family->digest || f->family->observer) { /* a codebook fitted to values spread evenly */
        spec->word[QSI_PER] = QSI_PER_TENSOR;
        *scale_from = "the levels are spread evenly from -1 to 1";
        return 1;
    }
    if (f->family->needs && f->family->needs(spec) == QSI_EXTREMES_DIMS) {
        *scale_from = "the range is from -1 to 1";
        return 1;
    }
    if (!f->refuses_nonfinite || (f->exponent_bits && f->block == 1)) return 1;
    *scale_from = "it is encoded in a block with 1, -1 and zeros";
    return f->block > 4 ? f->block : 4;
}

static qs_codec *fit_nothing(const qsi_spec *spec, size_t dim)
{
    qs_codec *codec = qsi_codec_open(spec, dim);
    qsi_observer *nothing = qsi_observer_open(QSI_NOTHING, dim);
    int status = codec && nothing ? QS_OK : QS_E_MEMORY;
    if (!status && codec->family->fit) status = codec->family->fit(codec, nothing);
    if (!status) status = qsi_codec_ready(codec);
    qsi_observer_close(nothing);
    if (!status) return codec;
    qs_codec_close(codec);
    return NULL;
}

int qsi_inspect_open(qsi_inspect *inspect, const char *text, float value)
{
    *inspect = (qsi_inspect){.value = value};
    if (qsi_spec_parse(text, &inspect->asked)) return QS_E_OPTION;
    inspect->format = inspect->asked.format;
    if (inspect->format->refuses_nonfinite && !isfinite(value))
        return qsi_fail(QS_E_DATA, "%s has no code for %s; its values are finite", inspect->format->name,
                        isnan(value) ? "NaN" : "infinity");
    qsi_spec spec = qsi_spec_untransformed(&inspect->asked);
    size_t dim = settle(&spec, &inspect->scale_from);
    inspect->codec = inspect->own = fit_nothing(&spec, dim);
    if (!inspect->codec) return qsi_error_code();
    float *row = qsi_array_zero(dim, sizeof *row);
    if (!row) return QS_E_MEMORY;
    row[0] = value;
    if (dim > 1) row[1] = 1;
    if (dim > 2) row[2] = -1;
    int status = qsi_numbers_open(&inspect->numbers, inspect->codec);
    if (!status) status = qs_codec_encode(inspect->codec, 0, row, 1, inspect->row);
    if (!status) inspect->place = qsi_numbers_place(&inspect->numbers, 0);
    qsi_array_free(row);
    return status;
}

int qsi_inspect_fitted(qsi_inspect *inspect, const qs_codec *codec, double number, const float *row, size_t at)
{
    *inspect = (qsi_inspect){.codec = codec, .at = at, .asked = codec->spec, .format = codec->spec.format};
    if (at >= codec->row_dim)
        return qsi_fail_option("column", "column %zu: a row has %zu values", at, codec->row_dim);
    if (codec->transform)
        return qsi_fail_option("spec", "%s: its rows are transformed first, so no code is that of one value",
                               inspect->format->name);
    inspect->value = row[at];
    int status = qsi_numbers_open(&inspect->numbers, codec);
    if (!status) status = qs_codec_encode(codec, number, row, 1, inspect->row);
    if (!status) inspect->place = qsi_numbers_place(&inspect->numbers, at);
    return status;
}

void qsi_inspect_close(qsi_inspect *inspect)
{
    qsi_numbers_close(&inspect->numbers);
    qs_codec_close(inspect->own);
}

uint32_t qsi_inspect_code(const qsi_inspect *inspect)
{
    return qsi_place_get(&inspect->numbers, &inspect->place, inspect->row);
}

float qsi_inspect_decode(const qsi_inspect *inspect, uint32_t code)
{
    uint8_t row[QSI_ROW_BYTES];
    float x = NAN, *values = qsi_array(inspect->codec->dim, sizeof *values);
    if (!values) return x;
    memcpy(row, inspect->row, inspect->codec->layout.row_bytes);
    qsi_place_put(&inspect->numbers, &inspect->place, row, code);
    if (!qs_codec_decode(inspect->codec, row, 1, values)) x = values[inspect->at];
    qsi_array_free(values);
    return x;
}
