/*
 * Weaviate, scalar quantization: 255 steps from the least value of all ("low") over their range ("range"), cut off
 * toward the low end and never decoded half a step higher. Queries are coded too.
 * (Weaviate finds the range by a running sum, which depends on the order of rows in its last digits; here it is the
 * greatest value less the least.)
 *
 *   row    codes, then the sum of codes and the sum of their squares, big-endian u32
 *   score  with a = range, b = low: a^2 / 255^2 * sum of products + a * b / 255 * (both sums of codes) + n * b^2;
 *          l2: minus a^2 / 255^2 times the sum of squared differences
 */
#include "engines/engine.h"

#include <math.h>

static void fit(unsigned bits, float lo, float hi, float *first, float *second)
{
    (void)bits;
    *first = lo;
    *second = hi - lo;
}

static int code(const qs_codec *codec, float x, double length, size_t d)
{
    float low = qsi_engine_param(codec, 0, 0), range = qsi_engine_param(codec, 1, 0);
    (void)length, (void)d;
    if (x < low) return 0;
    if (x - low > range) return 255;
    float v = range > 0 ? (x - low) * 255 / range : 0; /* infinite or NaN beyond float32 */
    return v >= 255 ? 255 : v > 0 ? (int)floorf(v) : 0;
}

static float level(const qs_codec *codec, size_t d, int code)
{
    return qsi_engine_param(codec, 0, d) + (float)code * qsi_engine_param(codec, 1, d) / 255;
}

static void put_big_endian(uint8_t *to, uint32_t v)
{
    for (size_t b = 0; b < 4; b++) to[b] = (uint8_t)(v >> (24 - 8 * b));
}

static void put(const qs_codec *codec, const float *x, const qsi_side *side, const int *codes, uint8_t *row)
{
    (void)x, (void)codes;
    put_big_endian(row + codec->dim, (uint32_t)side->sum);
    put_big_endian(row + codec->dim + 4, (uint32_t)side->square);
}

static float score(const qsi_pair *pair)
{
    float b = qsi_engine_param(pair->codec, 0, 0), a = qsi_engine_param(pair->codec, 1, 0);
    float product = a * a / (255 * 255), both = a * b / 255;
    if (pair->metric == QSI_L2) return -product * (float)pair->squared;
    return product * (float)pair->dot + both * (float)(pair->query->sum + pair->row->sum) + b * b * (float)pair->n;
}

const qsi_engine qsi_engine_weaviate_sq = {.needs = QSI_EXTREMES,
                                           .params = {"low", "range"},
                                           .tail = 8,
                                           .big_endian = true,
                                           .fit = fit,
                                           .code = code,
                                           .level = level,
                                           .put = put,
                                           .score = score};
