/*
 * FAISS ScalarQuantizer QT_8bit, QT_6bit, QT_4bit with the range RS_minmax: of each dim the least value and the
 * width to the greatest (params "lo" and "width"); L = 255, 63 or 15.
 *
 *   code     L * clamp((x - lo) / width, 0, 1) without its fraction: half a step too low, so that
 *   decoded  lo + (code + 0.5) / L * width
 *
 * With 8 bits L is a float32, else a double, as there. A width of 0 has the code 0. Codes lie low bits first. A
 * float query is scored with decoded rows.
 */
#include "engines/engines.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/scaled.h"
#include "kernels/kernels.h"
#include "range/finite.h"

#include <math.h>

static int layout(const qsi_spec *spec, size_t dim, qsi_layout *out)
{
    *out = (qsi_layout){.code_bytes = (dim * spec->format->code_bits + 7) / 8};
    out->row_bytes = out->code_bytes;
    out->params_bytes = 2.0 * (double)dim * sizeof(float);
    return QS_OK;
}

static void params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS])
{
    (void)spec;
    out[0] = (qsi_param){.name = "lo", .count = dim};
    out[1] = (qsi_param){.name = "width", .count = dim};
}

static qsi_statistic needs(const qsi_spec *spec)
{
    (void)spec;
    return QSI_EXTREMES_DIMS;
}

/* Without data: -1 to 1. */
static int fit(qs_codec *codec, const qsi_observer *seen)
{
    const float *lo = qsi_observer_lo(seen), *hi = qsi_observer_hi(seen);
    for (size_t p = 0; p < 2; p++) {
        codec->params[p].values = qsi_array(codec->dim, sizeof(float));
        if (!codec->params[p].values) return QS_E_MEMORY;
    }
    for (size_t d = 0; d < codec->dim; d++) {
        codec->params[0].values[d] = lo ? lo[d] : -1;
        codec->params[1].values[d] = lo ? hi[d] - lo[d] : 2;
        if (!isfinite(codec->params[1].values[d]))
            return qsi_fail(QS_E_DATA, "dim %zu: the width of its range overflows float32", d);
    }
    return QS_OK;
}

static uint8_t code_of(float x, float lo, float width, unsigned bits)
{
    float share = width == 0 ? 0 : (x - lo) / width;
    if (share < 0) share = 0;
    if (share > 1) share = 1;
    if (bits == 8) return (uint8_t)(255.0F * share);
    return (uint8_t)((double)share * (double)((1U << bits) - 1));
}

static int encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes)
{
    size_t dim = codec->dim;
    unsigned bits = codec->spec.format->code_bits;
    const float *lo = codec->params[0].values, *width = codec->params[1].values;
    int status = qsi_check_finite(first_row, rows, nrows, dim);
    uint8_t *own = status ? NULL : qsi_array(dim, 1);
    if (!own) return status ? status : QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        for (size_t d = 0; d < dim; d++) own[d] = code_of(rows[r * dim + d], lo[d], width[d], bits);
        qsi_kernels_now()->pack(own, dim, bits, codes + r * codec->layout.row_bytes);
    }
    qsi_array_free(own);
    return QS_OK;
}

static float level(const qs_codec *codec, size_t value, uint32_t code)
{
    float levels = (float)((1U << codec->spec.format->code_bits) - 1);
    return codec->params[0].values[value] + ((float)code + 0.5F) / levels * codec->params[1].values[value];
}

static int decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows)
{
    size_t dim = codec->dim;
    uint8_t *own = qsi_array(dim, 1);
    if (!own) return QS_E_MEMORY;
    for (size_t r = 0; r < nrows; r++) {
        qsi_kernels_now()->unpack(codes + r * codec->layout.row_bytes, dim, codec->spec.format->code_bits, false,
                                  own);
        for (size_t d = 0; d < dim; d++) rows[r * dim + d] = level(codec, d, own[d]);
    }
    qsi_array_free(own);
    return QS_OK;
}

static qsi_role role(const qs_codec *codec, size_t bit)
{
    return qsi_packed_role(codec, bit, false);
}

static qsi_number number(const qs_codec *codec, qsi_role_kind kind)
{
    (void)codec, (void)kind;
    return (qsi_number){.level = level};
}

const qsi_family qsi_family_faiss_sq = {QSI_FAMILY("engine"), .formula = "q", .params = params, .needs = needs,
                                        .fit = fit};
