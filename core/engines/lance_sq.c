/*
 * LanceDB, scalar quantization: 255 steps from the least value of all to the greatest ("lo", "hi"), cut off toward
 * the low end, in float64. Queries are coded too.
 *
 *   score  l2, and cosine on rows of length 1: minus the sum of squared differences of codes times a step squared;
 *          ip: the sum of products of codes times that, the low end left out, so that the order is nearly random
 */
#include "engines/engine.h"

static void fit(unsigned bits, float lo, float hi, float *first, float *second)
{
    (void)bits;
    *first = lo;
    *second = hi;
}

static double range(const qs_codec *codec)
{
    return (double)qsi_engine_param(codec, 1, 0) - (double)qsi_engine_param(codec, 0, 0);
}

static int code(const qs_codec *codec, float x, double length, size_t d)
{
    double v = ((double)x - (double)qsi_engine_param(codec, 0, 0)) * 255 / range(codec);
    (void)length, (void)d;
    return v >= 255 ? 255 : v > 0 ? (int)v : 0; /* NaN, of a range of 0: 0 */
}

static float level(const qs_codec *codec, size_t d, int code)
{
    return (float)((double)qsi_engine_param(codec, 0, d) + (double)code * range(codec) / 255);
}

static float score(const qsi_pair *pair)
{
    double step = range(pair->codec) / 255;
    return (float)(step * step * (pair->metric == QSI_IP ? pair->dot : -pair->squared));
}

const qsi_engine qsi_engine_lance_sq = {
    .needs = QSI_EXTREMES, .params = {"lo", "hi"}, .fit = fit, .code = code, .level = level, .score = score};
