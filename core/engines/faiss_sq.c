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
#include "engines/engine.h"

static void fit(unsigned bits, float lo, float hi, float *first, float *second)
{
    (void)bits;
    *first = lo;
    *second = hi - lo;
}

static int code(const qs_codec *codec, float x, double length, size_t d)
{
    float lo = qsi_engine_param(codec, 0, d), width = qsi_engine_param(codec, 1, d);
    float share = width == 0 ? 0 : (x - lo) / width;
    unsigned bits = codec->spec.format->code_bits;
    (void)length;
    if (!(share > 0)) share = 0; /* NaN, where the width is beyond float32, too */
    if (share > 1) share = 1;
    if (bits == 8) return (int)(255.0F * share);
    return (int)((double)share * (double)((1U << bits) - 1));
}

static float level(const qs_codec *codec, size_t d, int code)
{
    float levels = (float)((1U << codec->spec.format->code_bits) - 1);
    return qsi_engine_param(codec, 0, d) + ((float)code + 0.5F) / levels * qsi_engine_param(codec, 1, d);
}

const qsi_engine qsi_engine_faiss_sq = {.needs = QSI_EXTREMES_DIMS,
                                        .params = {"lo", "width"},
                                        .pack = QSI_PACK_LOW,
                                        .fit = fit,
                                        .code = code,
                                        .level = level};
