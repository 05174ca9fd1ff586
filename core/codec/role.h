/*
 * What a coded row or block is made of, for inspection: which number each of its bits belongs to, how
 * such numbers are read, and how several codes share a byte. Coding itself needs none of it.
 */
#ifndef QSI_ROLE_H
#define QSI_ROLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qs_codec;
struct qsi_format;

typedef enum qsi_role_kind {
    QSI_ROLE_CODE,        /* a value's code; index: the value */
    QSI_ROLE_CODES,       /* a byte that several values share as one number; index: the first of them */
    QSI_ROLE_SCALE,       /* a scale; index: the group of values it is for */
    QSI_ROLE_ZERO,        /* a zero point of a group */
    QSI_ROLE_LOW,         /* a minimum of a group */
    QSI_ROLE_HIGH,        /* the upper end of a row's interval */
    QSI_ROLE_EXTRA,       /* a number that scores take besides */
    QSI_ROLE_SUM,         /* a sum of codes */
    QSI_ROLE_SUPER_SCALE, /* the scale of the scales */
    QSI_ROLE_SUPER_LOW,   /* the scale of the minima */
    QSI_ROLE_OUTLIER,     /* a value kept as float16; index: which of the row's outliers */
    QSI_ROLE_COLUMN,      /* the column that outlier is of */
    QSI_ROLE_UNUSED       /* filled with zeros */
} qsi_role_kind;

typedef struct qsi_role {
    qsi_role_kind kind;
    uint16_t index;
    uint8_t place; /* which bit of that number, 0 the lowest */
} qsi_role;

/* How a stored number is read, and what it then stands for. All fields 0: a whole number from 0 up. */
typedef struct qsi_number {
    const char *as; /* the float format whose fields it has; NULL: a whole number */
    bool is_signed; /* two's complement */
    uint8_t minus;  /* what is taken from it: of codes of 0 to 15 perhaps 8 */
    bool narrow;    /* encoding never gives the least of the signed ones */
    uint8_t most;   /* the largest that encoding gives; 0: it gives all */
    bool or_zero;   /* one beyond most stands for 0 */
    uint8_t powers; /* K: q stands for +-2^(|q| - K), and 0 for 0; else 0 */
    float (*level)(const struct qs_codec *codec, size_t value, uint32_t code); /* what it means, by a table or so */
} qsi_number;

/* The format whose fields a number has, NULL for a whole one (number.c). */
const struct qsi_format *qsi_number_float(const qsi_number *how);
/* A whole number of so many bits, sign-extended where it is signed. */
int32_t qsi_number_whole(const qsi_number *how, unsigned bits, uint32_t number);
/* Whether it is one that encoding gives. */
bool qsi_number_given(const qsi_number *how, unsigned bits, uint32_t number);
/* What a number stands for by itself: of a code what it is before scales, by the table of codec where it has one.
 */
float qsi_number_value(const qsi_number *how, const struct qs_codec *codec, unsigned bits, uint32_t number);

static inline uint32_t qsi_ones(unsigned bits)
{
    return bits >= 32 ? UINT32_MAX : (1U << bits) - 1;
}

/* Codes of several values as the digits, 0 to 2, of one number in a byte. */
enum { QSI_DIGITS = 5, QSI_DIGIT_VALUES = 3 };
typedef struct qsi_digits {
    /* The values whose digits are in the byte that QSI_ROLE_CODES gives to value first, the highest digit first;
     * returns how many. */
    size_t (*values)(size_t first, uint16_t values[QSI_DIGITS]);
    void (*get)(uint8_t byte, uint8_t digits[QSI_DIGITS]);
    uint8_t (*put)(const uint8_t digits[QSI_DIGITS]);
} qsi_digits;

#endif
