/* The public face of a codec: checks at the edge, then the family's functions. */
#include "codec/codec.h"

#include "base/size.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

int qsi_check_dim(double dim)
{
    if (dim >= 1 && dim <= QSI_DIM_MOST && floor(dim) == dim) return QS_OK;
    return qsi_fail_option("dim", "dim=%.15g: rows hold a whole number of values from 1 to %d", dim, QSI_DIM_MOST);
}

qs_codec *qsi_codec_open(const qsi_spec *spec, size_t dim)
{
    if (qsi_check_dim((double)dim)) return NULL;
    qs_codec *codec = qsi_array_zero(1, sizeof *codec);
    if (!codec) return NULL;
    codec->spec = *spec;
    codec->family = spec->format->family;
    codec->dim = dim;
    if (codec->family->params) codec->family->params(spec, dim, codec->params);
    if (!codec->family->layout(spec, dim, &codec->layout)) return codec;
    qs_codec_close(codec);
    return NULL;
}

void qs_codec_close(qs_codec *codec)
{
    if (!codec) return;
    if (codec->family->close) codec->family->close(codec);
    for (size_t p = 0; p < QSI_PARAMS; p++) qsi_array_free(codec->params[p].values);
    qsi_array_free(codec);
}

const float *qsi_codec_param(const qs_codec *codec, const char *name)
{
    for (size_t p = 0; p < QSI_PARAMS && codec->params[p].name; p++)
        if (!strcmp(codec->params[p].name, name)) return codec->params[p].values;
    return NULL;
}

size_t qs_codec_dim(const qs_codec *codec)
{
    return codec->dim;
}
size_t qs_codec_row_bytes(const qs_codec *codec)
{
    return codec->layout.row_bytes;
}

int qs_codec_encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    if (!(first_row >= 0 && first_row <= 0x1p53) || floor(first_row) != first_row)
        return qsi_fail_option("first_row", "first_row=%.15g: rows are numbered from 0 to 2^53", first_row);
    return nrows ? codec->family->encode(codec, first_row, rows, nrows, codes) : QS_OK;
}

int qs_codec_decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    return nrows ? codec->family->decode(codec, codes, nrows, rows) : QS_OK;
}
