/*
 * Lucene 99, scalar quantization in 7 bits, by the range of lucene_quantiles.c (params "lo" and "hi"); a = (hi -
 * lo) / 127. Rows are brought to length 1 for cosine by lucene_unit.c. Queries are coded too.
 *
 *   row    codes, a byte each, then the float32 offset: of each value lo (x - lo / 2) + ((x - lo) - c a) c a, which
 *          gives back some of what rounding took; for l2 0
 *   code   (x - lo) / a, x clamped to the range, halves up
 *   score  a^2 * sum of products + both offsets; l2: minus a^2 * sum of squared differences
 */
#include "engines/engine.h"

#include "base/bytes.h"

#include <math.h>

static void fit(unsigned bits, float lo, float hi, float *first, float *second)
{
    (void)bits;
    *first = lo;
    *second = hi;
}

static float step_of(const qs_codec *codec)
{
    return (qsi_engine_param(codec, 1, 0) - qsi_engine_param(codec, 0, 0)) / 127;
}

static int code(const qs_codec *codec, float x, double length, size_t d)
{
    float lo = qsi_engine_param(codec, 0, d), hi = qsi_engine_param(codec, 1, d), scale = 127 / (hi - lo);
    (void)length;
    if (!(hi > lo)) return 0;
    float v = scale * (fmaxf(lo, fminf(hi, x)) - lo); /* infinite, or NaN, where the range is next to nothing */
    return v >= 127 ? 127 : v > 0 ? (int)floor((double)v + 0.5) : 0;
}

static float level(const qs_codec *codec, size_t d, int code)
{
    return qsi_engine_param(codec, 0, d) + (float)code * step_of(codec);
}

static void put(const qs_codec *codec, const float *x, const qsi_side *side, const int *codes, uint8_t *row)
{
    float lo = qsi_engine_param(codec, 0, 0), offset = 0;
    (void)side;
    for (size_t d = 0; d < codec->dim && codec->metric != QSI_L2; d++) {
        float away = x[d] - lo, coded = (float)codes[d] * step_of(codec);
        offset += lo * (x[d] - lo / 2) + (away - coded) * coded;
    }
    qsi_put_float(row + codec->dim, offset);
}

static void get(const qs_codec *codec, const uint8_t *row, float beside[QSI_BESIDE])
{
    beside[0] = qsi_get_float(row + codec->dim);
}

static float score(const qsi_pair *pair)
{
    float square = step_of(pair->codec) * step_of(pair->codec);
    if (pair->metric == QSI_L2) return -square * (float)pair->squared;
    return square * (float)pair->dot + pair->row->beside[0] + pair->query->beside[0];
}

const qsi_engine qsi_engine_lucene_int7 = {.needs = QSI_EXTREMES,
                                           .params = {"lo", "hi"},
                                           .tail = sizeof(float),
                                           .beside = "f32",
                                           .most = 127,
                                           .fit = fit,
                                           .code = code,
                                           .level = level,
                                           .put = put,
                                           .get = get,
                                           .score = score};
