/* Weights through a codec: a row for each output, coded and decoded. */
#include "net/net.h"

#include "base/size.h"
#include "codec/codec.h"

#include <math.h>
#include <string.h>

/* The codec of a spec for these rows, whatever passes its fit takes. */
static qs_codec *fit_rows(const qsi_spec *spec, const float *w, size_t rows, size_t dim)
{
    char text[QSI_SPEC_TEXT];
    qsi_spec_text(spec, text);
    qs_fit *fit = qs_fit_open(text, dim);
    qs_codec *codec = NULL;
    int more = fit ? 1 : QS_E_DATA;
    while (more == 1) {
        for (size_t r = 0, n; r < rows && more == 1; r += n) {
            n = rows - r < QS_CHUNK_ROWS ? rows - r : QS_CHUNK_ROWS;
            int status = qs_fit_observe(fit, (double)r, w + r * dim, n);
            if (status) more = status;
        }
        if (more == 1) more = qs_fit_next_pass(fit);
    }
    if (more == 0) codec = qs_fit_finish(fit);
    qs_fit_close(fit);
    return codec;
}

/* One symmetric scale for a row or for all. */
static bool is_whole(const qsi_spec *spec)
{
    return spec->format->family->integers_apply && spec->format->family->integers_apply(spec) &&
           qsi_word(spec, QSI_MAP) == QSI_MAP_SYM;
}

static int take_integers(const qs_codec *codec, const uint8_t *bytes, size_t rows, int8_t *codes, float *scale)
{
    qsi_integers out = {.codes = codes, .scale = scale};
    out.zero = qsi_array(rows, sizeof *out.zero);
    out.sum = qsi_array(rows, sizeof *out.sum);
    int status = out.zero && out.sum ? codec->family->integers(codec, bytes, rows, &out) : QS_E_MEMORY;
    qsi_array_free(out.zero);
    qsi_array_free(out.sum);
    return status;
}

int qsi_weights_code(const qsi_spec *spec, const float *w, size_t rows, size_t dim, float *decoded, int8_t *codes,
                     float *scale, bool *whole)
{
    qs_codec *codec = fit_rows(spec, w, rows, dim);
    if (!codec) return qsi_error_code();
    uint8_t *bytes = qsi_array(rows, codec->layout.row_bytes);
    int status = bytes ? qs_codec_encode(codec, 0, w, rows, bytes) : QS_E_MEMORY;
    if (!status) status = qs_codec_decode(codec, bytes, rows, decoded);
    bool integers = codes && scale && is_whole(spec);
    if (!status && integers) status = take_integers(codec, bytes, rows, codes, scale);
    if (whole) *whole = integers;
    qsi_array_free(bytes);
    qs_codec_close(codec);
    return status;
}

static int make_room(qsi_model_layer *m, const qsi_layer *layer)
{
    if (!m->codes) m->codes = qsi_array(layer->rows, layer->dim);
    if (!m->scale) m->scale = qsi_array(layer->rows, sizeof *m->scale);
    return m->codes && m->scale ? QS_OK : QS_E_MEMORY;
}

static void forget_codes(qsi_model_layer *m)
{
    qsi_array_free(m->codes);
    qsi_array_free(m->scale);
    m->codes = NULL;
    m->scale = NULL;
}

int qsi_model_code_weights(qsi_model_layer *m, const qsi_layer *layer, const qsi_spec *spec)
{
    bool whole = false;
    int status = make_room(m, layer);
    if (!status)
        status =
            qsi_weights_code(spec, layer->weight, layer->rows, layer->dim, m->weight, m->codes, m->scale, &whole);
    if (status || !whole) forget_codes(m);
    return status;
}

int qsi_model_take_codes(qsi_model_layer *m, const qsi_layer *layer, const float *scale)
{
    int status = make_room(m, layer);
    if (status) return status;
    bool good = true;
    for (size_t o = 0; o < layer->rows && good; o++)
        for (size_t j = 0; j < layer->dim && good; j++) {
            float w = m->weight[o * layer->dim + j], q = scale[o] > 0 ? nearbyintf(w / scale[o]) : 0;
            good = fabsf(q) <= 127 && q * scale[o] == w;
            m->codes[o * layer->dim + j] = (int8_t)q;
        }
    memcpy(m->scale, scale, layer->rows * sizeof *scale);
    if (!good) forget_codes(m);
    return QS_OK;
}
