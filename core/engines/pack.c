/* How codes lie in the bytes of a row, as pack.h says. */
#include "engines/pack.h"

size_t qsi_packed_bytes(qsi_engine_pack pack, unsigned bits, size_t n)
{
    size_t all = pack == QSI_PACK_PAIRS ? n + (n + 1) / 2 : n * bits;
    size_t word = all > 128 ? 16 : all > 64 ? 8 : all > 32 ? 4 : 1;
    switch (pack) {
    case QSI_PACK_BYTES: return n;
    case QSI_PACK_LOW: return (all + 7) / 8;
    case QSI_PACK_HALVES: return (n + 1) / 2;
    case QSI_PACK_PLANES: return (n + 7) / 8 * bits;
    default: return (all + 8 * word - 1) / (8 * word) * word;
    }
}

/* Where bit b of the code of value i is. */
static size_t place_of(qsi_engine_pack pack, unsigned bits, size_t n, size_t i, size_t b)
{
    size_t half = (n + 1) / 2;
    switch (pack) {
    case QSI_PACK_BYTES: return 8 * i + b;
    case QSI_PACK_LOW: return i * bits + b;
    case QSI_PACK_HALVES: return i < half ? 8 * i + 4 + b : 8 * (i - half) + b;
    case QSI_PACK_PLANES: return 8 * (b * ((n + 7) / 8) + i / 8) + 7 - i % 8;
    case QSI_PACK_WORDS: return b * n + i;
    default: return b ? n + i / 2 : i;
    }
}

void qsi_packed_put(qsi_engine_pack pack, unsigned bits, size_t n, const int *codes, uint8_t *to)
{
    for (size_t i = 0; i < n; i++) {
        if (pack == QSI_PACK_BYTES) to[i] = (uint8_t)codes[i];
        for (size_t b = 0; b < bits && pack != QSI_PACK_BYTES; b++) {
            size_t at = place_of(pack, bits, n, i, b);
            to[at / 8] |= (uint8_t)((codes[i] >> b & 1) << at % 8);
        }
    }
}

void qsi_packed_get(qsi_engine_pack pack, unsigned bits, size_t n, bool is_signed, const uint8_t *from, int *codes)
{
    for (size_t i = 0; i < n; i++) {
        codes[i] = pack != QSI_PACK_BYTES ? 0 : is_signed ? (int8_t)from[i] : from[i] & ((1 << bits) - 1);
        for (size_t b = 0; b < bits && pack != QSI_PACK_BYTES; b++) {
            size_t at = place_of(pack, bits, n, i, b);
            codes[i] |= (from[at / 8] >> at % 8 & 1) << b;
        }
    }
}

bool qsi_packed_at(qsi_engine_pack pack, unsigned bits, size_t n, size_t bit, size_t *value, size_t *place)
{
    size_t i = bit / 8, b = bit % 8, half = (n + 1) / 2, plane = (n + 7) / 8;
    if (pack == QSI_PACK_LOW) i = bit / bits, b = bit % bits;
    if (pack == QSI_PACK_HALVES) i = bit / 8 + (bit % 8 < 4 ? half : 0), b = bit % 4;
    if (pack == QSI_PACK_PLANES) i = bit / 8 % plane * 8 + 7 - bit % 8, b = bit / 8 / plane;
    if (pack >= QSI_PACK_WORDS) i = bit % n, b = bit / n;
    if (pack == QSI_PACK_PAIRS && b) i *= 2;
    *value = i;
    *place = b;
    return i < n && b < bits;
}
