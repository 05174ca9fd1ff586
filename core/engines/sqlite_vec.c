/*
 * sqlite-vec, vec_quantize_int8(x, 'unit'): the fixed range from -1 to 1 in steps of float32(2 / 255), cut off
 * toward zero, in float64, once 128 is taken off; of rows of d dims and length 1, about 2 * 127 / sqrt(d) codes are
 * in use. It does not bring rows to length 1: for cosine its users do, by vec_normalize().
 *
 *   score  cosine of the codes; else minus their Euclidean distance, as its int8 has no inner product
 */
#include "engines/engine.h"

#include <math.h>

static const float step = 2.0F / 255;

static int code(const qs_codec *codec, float x, double length, size_t d)
{
    double v = ((double)x + 1) / (double)step - 128;
    (void)codec, (void)length, (void)d;
    return v > 127 ? 127 : v < -128 ? -128 : (int)v;
}

static float level(const qs_codec *codec, size_t d, int code)
{
    (void)codec, (void)d;
    return ((float)code + 128) * step - 1;
}

static float score(const qsi_pair *pair)
{
    double squares = pair->query->square * pair->row->square;
    if (pair->metric != QSI_COSINE) return -(float)sqrt(pair->squared);
    return squares > 0 ? (float)(pair->dot / sqrt(squares)) : 0;
}

const qsi_engine qsi_engine_sqlite_int8 = {.is_signed = true, .code = code, .level = level, .score = score};
