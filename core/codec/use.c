/* How often each code of an integer format occurs in coded rows. */
#include "base/size.h"
#include "base/status.h"
#include "codec/affine.h"
#include "codec/codec.h"

int qs_codec_use(const qs_codec *codec, const uint8_t *codes, size_t nrows, double *counts, size_t cap)
{
    const qsi_spec *spec = &codec->spec;
    int32_t qmin, qmax;
    if (!qsi_format_offer(spec->format, QSI_MAP))
        return qsi_fail(QS_E_OPTION, "codes of %s are not counted; take an integer format", spec->format->name);
    qsi_affine_codes(spec, &qmin, &qmax);
    int32_t count = qmax - qmin + 1;
    if (!counts || cap < (size_t)count) return count;
    uint8_t *row = qsi_array(codec->dim, 1);
    if (!row) return QS_E_MEMORY;
    for (int32_t q = 0; q < count; q++) counts[q] = 0;
    for (size_t r = 0; r < nrows; r++) {
        qsi_kernels_now()->unpack(codes + r * codec->layout.row_bytes, codec->dim, spec->format->code_bits,
                                  qmin < 0, row);
        for (size_t i = 0; i < codec->dim; i++) {
            int32_t at = (qmin < 0 ? (int8_t)row[i] : row[i]) - qmin;
            if (at >= 0 && at < count) counts[at]++; /* other codes are never written */
        }
    }
    qsi_array_free(row);
    return count;
}
