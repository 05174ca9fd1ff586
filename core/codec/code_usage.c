/* How often each level occurs in coded rows of integers, scaled floats or fitted codebooks. */
#include "base/size.h"
#include "base/status.h"
#include "codec/affine.h"
#include "codec/codec.h"
#include "format/minifloat.h"

/* The level each code stands for, counted from the lowest; -1: a code that is never written. Returns how many. */
static int number_levels(const qsi_spec *spec, int16_t levels[256])
{
    const qsi_format *format = spec->format;
    int codes = 1 << format->code_bits, half = codes / 2, count;
    if (qsi_format_option(format, QSI_MAP)) {
        int32_t qmin, qmax;
        qsi_affine_codes(spec, &qmin, &qmax);
        count = qmax - qmin + 1;
        for (int c = 0; c < codes; c++) levels[c] = (int16_t)((qmin < 0 && c >= half ? c - codes : c) - qmin);
    } else if (!qsi_format_option(format, QSI_RANGE)) { /* levels in the order of their codes */
        count = codes;
        for (int c = 0; c < codes; c++) levels[c] = (int16_t)c;
    } else { /* sign and magnitude; both zeros are one level */
        qsi_minifloat f = qsi_minifloat_of(format);
        int most = (int)qsi_minifloat_most(&f);
        count = 2 * most + 1;
        for (int c = 0; c < codes; c++) levels[c] = (int16_t)(c < half ? most + c : most - (c - half));
    }
    for (int c = 0; c < codes; c++)
        if (levels[c] < 0 || levels[c] >= count) levels[c] = -1;
    return count;
}

int qs_codec_usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, double *counts, size_t cap)
{
    const qsi_spec *spec = &codec->spec;
    int16_t levels[256];
    if (!qsi_format_option(spec->format, QSI_RANGE) && !codec->family->digest)
        return qsi_fail(QS_E_OPTION,
                        "codes of %s are not counted; use an integer, a small float or a fitted codebook",
                        spec->format->name);
    int count = number_levels(spec, levels);
    if (!counts || cap < (size_t)count) return count;
    uint8_t *row = qsi_array(codec->dim, 1);
    if (!row) return QS_E_MEMORY;
    for (int i = 0; i < count; i++) counts[i] = 0;
    for (size_t r = 0; r < nrows; r++) {
        qsi_kernels_now()->unpack(codes + r * codec->layout.row_bytes, codec->dim, spec->format->code_bits, false,
                                  row);
        for (size_t i = 0; i < codec->dim; i++)
            if (levels[row[i]] >= 0) counts[levels[row[i]]]++;
    }
    qsi_array_free(row);
    return count;
}
