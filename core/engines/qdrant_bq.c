/*
 * Qdrant, binary quantization. 1 bit: x > 0. 2 bits, with z = (x - mean) / std of a dim over the rows (std of n -
 * 1): z > -2/3, and in a second plane z >= 2/3; a std below 2^-23: x > 0, and 0. 1.5 bits: a bit of the second
 * plane serves two values, set if either's is. Both sides are coded; Hamming distances of whole rows. Decoded:
 * planes set, less 1; of 1 bit, and of 1.5, whose second plane is no value's own, -1 and 1 by the first.
 */
#include "engines/engine.h"

#include <math.h>

static bool fits(const qsi_spec *spec)
{
    return qsi_engine_bits(spec) > 1;
}

static void fit_all(qs_codec *codec, const qsi_observer *seen)
{
    const double *sums = qsi_observer_sums(seen);
    for (size_t d = 0, n = codec->dim; d < n; d++) {
        double count = sums ? sums[2 * n + d] : 0, mean = sums ? sums[d] / count : 0;
        double square = sums ? sums[n + d] - count * mean * mean : 0;
        codec->params[0].values[d] = (float)mean;
        codec->params[1].values[d] = (float)(count > 1 ? sqrt(fmax(square, 0) / (count - 1)) : !sums);
    }
}

static int code(const qs_codec *codec, float x, double length, size_t d)
{
    (void)length;
    if (!fits(&codec->spec) || qsi_engine_param(codec, 1, d) < 0x1p-23F) return x > 0;
    float z = (x - qsi_engine_param(codec, 0, d)) / qsi_engine_param(codec, 1, d);
    return (z > -2.0F / 3) | (z >= 2.0F / 3) << 1;
}

static float level(const qs_codec *codec, size_t d, int code)
{
    (void)d;
    if (qsi_word(&codec->spec, QSI_BITS) != QSI_BITS_2) return code & 1 ? 1 : -1;
    return (float)((code & 1) + (code >> 1) - 1);
}

static qsi_engine_pack packs(const qsi_spec *spec)
{
    return qsi_word(spec, QSI_BITS) == QSI_BITS_1_5 ? QSI_PACK_PAIRS : QSI_PACK_WORDS;
}

const qsi_engine qsi_engine_qdrant_bq = {.needs = QSI_MOMENTS_DIMS,
                                         .params = {"mean", "std"},
                                         .packs = packs,
                                         .fits = fits,
                                         .fit_all = fit_all,
                                         .code = code,
                                         .level = level};
