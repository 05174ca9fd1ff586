/*
 * Qdrant, scalar quantization to int8 without a quantile: 7 bits, by the least value of all ("low") and the step to
 * the greatest ("scale", a 127th).
 *
 *   row      float32 offset, codes, filled up to a multiple of 16: by the code of 0.0, for l2 by code 0
 *   code     (x - low) / scale, clamped to 0 to 127, halves away from zero
 *   offset   n * low^2 + sum of codes * scale * low; of l2 scale^2 * sum of code^2
 *   score    the query coded too: scale^2 * sum of products + offset + the query's sum of codes * scale * low; of
 *            l2 scale^2 times the sum of squared differences, negative
 */
#include "engines/engine.h"

#include "base/bytes.h"

#include <math.h>

static void fit(unsigned bits, float lo, float hi, float *first, float *second)
{
    (void)bits;
    *first = (hi - lo) / 127;
    *second = lo;
}

static int code_of(const qs_codec *codec, float x)
{
    float scale = qsi_engine_param(codec, 0, 0), v = (x - qsi_engine_param(codec, 1, 0)) / scale;
    return v > 127 ? 127 : v > 0 ? (int)floor((double)v + 0.5) : 0; /* NaN, of a range of 0: 0 */
}

static int code(const qs_codec *codec, float x, double length, size_t d)
{
    (void)length, (void)d;
    return code_of(codec, x);
}

static int filler(const qs_codec *codec)
{
    return codec->metric == QSI_L2 ? 0 : code_of(codec, 0);
}

static float level(const qs_codec *codec, size_t d, int code)
{
    return qsi_engine_param(codec, 1, d) + (float)code * qsi_engine_param(codec, 0, d);
}

static void put(const qs_codec *codec, const float *x, const qsi_side *side, const int *codes, uint8_t *row)
{
    float scale = qsi_engine_param(codec, 0, 0), low = qsi_engine_param(codec, 1, 0);
    float n = (float)qsi_engine_codes(&codec->spec, codec->dim);
    (void)x, (void)codes;
    qsi_put_float(row, codec->metric == QSI_L2 ? (float)side->square * scale * scale
                                               : n * low * low + (float)side->sum * scale * low);
}

static void get(const qs_codec *codec, const uint8_t *row, float beside[QSI_BESIDE])
{
    (void)codec;
    beside[0] = qsi_get_float(row);
}

static float score(const qsi_pair *pair)
{
    float scale = qsi_engine_param(pair->codec, 0, 0), low = qsi_engine_param(pair->codec, 1, 0);
    if (pair->metric == QSI_L2) return -scale * scale * (float)pair->squared;
    return scale * scale * (float)pair->dot + pair->row->beside[0] + (float)pair->query->sum * scale * low;
}

const qsi_engine qsi_engine_qdrant_int8 = {.needs = QSI_EXTREMES,
                                           .params = {"scale", "low"},
                                           .head = sizeof(float),
                                           .beside = "f32",
                                           .most = 127,
                                           .multiple = 16,
                                           .fit = fit,
                                           .code = code,
                                           .filler = filler,
                                           .level = level,
                                           .put = put,
                                           .get = get,
                                           .score = score};
