/*
 * USearch, scalar kind i8: a row brought to length 127, whatever the metric, and cut off toward zero, in float64;
 * of d dims with values of about 127 / sqrt(d). The length is not stored. Queries are coded the same way.
 *
 *   score  ip: sum of products; cosine: the same by the lengths of both codes; l2: sum of squared differences,
 *          negative. ip and l2 of rows that are not of length 1 are those of rows that are.
 */
#include "engines/engine.h"

#include <math.h>

static int code(const qs_codec *codec, float x, double length, size_t d)
{
    double v = length > 0 ? (double)x * 127 / length : 0;
    (void)codec, (void)d;
    return v > 127 ? 127 : v < -127 ? -127 : (int)v;
}

static float level(const qs_codec *codec, size_t d, int code)
{
    (void)codec, (void)d;
    return (float)code / 127;
}

static float score(const qsi_pair *pair)
{
    double squares = pair->query->square * pair->row->square;
    if (pair->metric == QSI_L2) return -(float)pair->squared;
    return (float)(pair->metric == QSI_IP ? pair->dot : squares > 0 ? pair->dot / sqrt(squares) : 0);
}

const qsi_engine qsi_engine_usearch_i8 = {
    .is_signed = true, .by_length = true, .code = code, .level = level, .score = score};
