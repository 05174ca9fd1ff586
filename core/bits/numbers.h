/*
 * The numbers that a coded row is made of: which bits each one has, and their reading and writing. A row is asked
 * for the role of its every bit once.
 */
#ifndef QSI_NUMBERS_H
#define QSI_NUMBERS_H

#include "codec/codec.h"

enum { QSI_ROW_BYTES = 8191, QSI_ROW_VALUES = 4096 }; /* of a row that can be looked at */

/* One number: bits bits, that of place p at where[first + p]. */
typedef struct qsi_stored {
    qsi_role_kind kind;
    uint16_t index, bits;
    uint32_t first;
} qsi_stored;

typedef struct qsi_numbers {
    const qs_codec *codec;
    size_t count;
    qsi_stored *stored; /* (count), in the order of their lowest bits */
    uint16_t *where;    /* (bits of a row): bit b is bit b % 8 of byte b / 8 */
    uint16_t *known;    /* (kinds, most indices): a number's place in stored and 1; 0: there is none */
} qsi_numbers;

/* Fails for rows that are too long. The codec stays the caller's, and stays open as long. */
int qsi_numbers_open(qsi_numbers *numbers, const qs_codec *codec);
void qsi_numbers_close(qsi_numbers *numbers);

const qsi_stored *qsi_numbers_find(const qsi_numbers *numbers, qsi_role_kind kind, size_t index); /* or NULL */
uint32_t qsi_numbers_get(const qsi_numbers *numbers, const qsi_stored *stored, const uint8_t *row);
void qsi_numbers_put(const qsi_numbers *numbers, const qsi_stored *stored, uint8_t *row, uint32_t number);

/* Where the code of a value is: a number of its own, or a digit of one that it shares. */
typedef struct qsi_place {
    const qsi_stored *stored;
    const qsi_digits *digits; /* NULL: its own */
    size_t digit, count;      /* which of how many digits, the highest is 0 */
} qsi_place;
qsi_place qsi_numbers_place(const qsi_numbers *numbers, size_t value);
/* The values of a number that is shared. Returns how many. */
size_t qsi_numbers_values(const qsi_numbers *numbers, const qsi_stored *stored, size_t values[QSI_DIGITS]);

uint32_t qsi_place_codes(const qsi_place *place); /* how many codes there are; 0 stands for 2^32 */
uint32_t qsi_place_get(const qsi_numbers *numbers, const qsi_place *place, const uint8_t *row);
void qsi_place_put(const qsi_numbers *numbers, const qsi_place *place, uint8_t *row, uint32_t code);

/* The group of values that share a scale, and the block of those that share a scale of scales. */
size_t qsi_numbers_group(const qsi_numbers *numbers, size_t value);
size_t qsi_numbers_block(const qsi_numbers *numbers, size_t value);

#endif
