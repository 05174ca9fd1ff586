/* How codes lie in the bytes of a row. */
#ifndef QSI_ENGINE_PACK_H
#define QSI_ENGINE_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum qsi_engine_pack {
    QSI_PACK_BYTES,
    QSI_PACK_LOW,    /* one after another from the lowest bit of a byte on */
    QSI_PACK_HALVES, /* 4 bits: value i in the upper half of byte i, value i + n/2 in its lower half */
    QSI_PACK_PLANES, /* a bit of each value in a plane of bytes, the first value in the highest bit; the lowest bits
                        in the first plane */
    QSI_PACK_WORDS,  /* planes of bits, low bits first, that follow each other within words of 1, 4, 8 or 16 bytes:
                        so many as more than 0, 32, 64, 128 bits take */
    QSI_PACK_PAIRS   /* likewise, but of a second plane one bit for each two values, set if either's is */
} qsi_engine_pack;

size_t qsi_packed_bytes(qsi_engine_pack pack, unsigned bits, size_t n);
/* n codes of so many bits to bytes that are zeros, and back; is_signed: of QSI_PACK_BYTES. */
void qsi_packed_put(qsi_engine_pack pack, unsigned bits, size_t n, const int *codes, uint8_t *to);
void qsi_packed_get(qsi_engine_pack pack, unsigned bits, size_t n, bool is_signed, const uint8_t *from, int *codes);
/* Which bit of which code a bit of the bytes is; of QSI_PACK_PAIRS the first of two. false: none. */
bool qsi_packed_at(qsi_engine_pack pack, unsigned bits, size_t n, size_t bit, size_t *value, size_t *place);

#endif
