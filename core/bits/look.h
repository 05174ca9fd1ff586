/*
 * One value looked at through a spec: the row it is coded in, the bits of its code, and what any code of it would
 * mean.
 *
 * A scale that would come from data is that of absmax 1. Where the spec can be given a range it is -1 to 1; where
 * values share a scale by definition of the format, the value stands first in a block with 1, -1 and zeros.
 */
#ifndef QSI_LOOK_H
#define QSI_LOOK_H

#include "codec/codec.h"

enum { QSI_LOOK_ROW = 2048, QSI_LOOK_BITS = 32 };

typedef struct qsi_look {
    qs_codec *codec;
    const qsi_format *format;
    qsi_spec asked;         /* the spec as it was given */
    const char *scale_from; /* what stands in for data, NULL where nothing does */
    float value;
    uint8_t row[QSI_LOOK_ROW];     /* the coded row */
    unsigned bits;                 /* of the code; 0: the value shares a byte with others (five trits) */
    uint16_t where[QSI_LOOK_BITS]; /* (bits): the bit of the row that holds place p */
} qsi_look;

int qsi_look_open(qsi_look *look, const char *spec, float value);
void qsi_look_close(qsi_look *look);

uint32_t qsi_look_code(const qsi_look *look);
/* What the value would be if its code were this one. */
float qsi_look_decode(const qsi_look *look, uint32_t code);
/* The code as a whole number, sign-extended where codes are signed. */
int32_t qsi_look_integer(const qsi_look *look, uint32_t code);

/* A code's bits, part by part from the highest: sign, exponent and mantissa, or one integer or index. */
enum { QSI_PARTS = 3 };
typedef struct qsi_part {
    const char *kind;
    unsigned bits;
} qsi_part;
unsigned qsi_look_parts(const qsi_format *format, unsigned code_bits, qsi_part parts[QSI_PARTS]);

/* A code as a number, before any scale: a float's value, else a whole number. */
float qsi_look_stands(const qsi_spec *spec, unsigned code_bits, uint32_t code);

static inline uint32_t qsi_ones(unsigned bits)
{
    return bits >= 32 ? UINT32_MAX : (1U << bits) - 1;
}

#endif
