/*
 * USearch, scalar kind b1, as pgvector's binary_quantize() and "ubinary" of Sentence Transformers: 1 where a value
 * is above 0, the first value in the highest bit of a byte; Hamming distances. (USearch leaves bits past the last
 * value as its memory had them; here they are 0.)
 */
#include "engines/engine.h"

static int code(const qs_codec *codec, float x, double length, size_t d)
{
    (void)codec, (void)length, (void)d;
    return x > 0;
}

static float level(const qs_codec *codec, size_t d, int code)
{
    (void)codec, (void)d;
    return code ? 1 : -1;
}

const qsi_engine qsi_engine_usearch_b1 = {.pack = QSI_PACK_PLANES, .code = code, .level = level};
