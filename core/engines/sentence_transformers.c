/*
 * Sentence Transformers, quantize_embeddings() to int8 and uint8: steps of the range of each dim (params "lo" and
 * "step" = (hi - lo) / 255, 1 where that is 0), cut off toward the low end; int8 is the same code less 128.
 *
 * Its searches never decode: scores are sums of products of codes, for any metric (USearch "ip"; FAISS, inner
 * product), so that dims of a small range weigh as much as others, and the low ends are left out. Decoded here:
 * lo + code * step, as its users do. Queries are coded by the ranges of the rows.
 */
#include "engines/engine.h"

#include <math.h>

static void fit(unsigned bits, float lo, float hi, float *first, float *second)
{
    (void)bits;
    *first = lo;
    *second = (hi - lo) / 255;
    if (*second == 0) *second = 1;
}

static int code_u(const qs_codec *codec, float x, double length, size_t d)
{
    float code = floorf((x - qsi_engine_param(codec, 0, d)) / qsi_engine_param(codec, 1, d));
    (void)length;
    return code < 0 ? 0 : code > 255 ? 255 : (int)code;
}

static int code_s(const qs_codec *codec, float x, double length, size_t d)
{
    return code_u(codec, x, length, d) - 128;
}

static float level_u(const qs_codec *codec, size_t d, int code)
{
    return qsi_engine_param(codec, 0, d) + (float)code * qsi_engine_param(codec, 1, d);
}

static float level_s(const qs_codec *codec, size_t d, int code)
{
    return level_u(codec, d, code + 128);
}

static float score(const qsi_pair *pair)
{
    return (float)pair->dot;
}

#define ST .needs = QSI_EXTREMES_DIMS, .params = {"lo", "step"}, .fit = fit, .score = score
const qsi_engine qsi_engine_st_int8 = {ST, .is_signed = true, .code = code_s, .level = level_s};
const qsi_engine qsi_engine_st_uint8 = {ST, .code = code_u, .level = level_u};
