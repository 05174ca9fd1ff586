/*
 * What a value is, as the formula of its family filled in: "(12 - 8) * 0.125" of "(code - 8) * scale". Numbers have
 * the digits that restore a float32, so that the text evaluated in float32 is the decoded value.
 */
#ifndef QSI_FORMULA_H
#define QSI_FORMULA_H

#include "base/json.h"
#include "bits/numbers.h"
#include "format/minifloat.h"

enum { QSI_FORMULA_TEXT = 160 };

/* Of a value in a coded row, whose code is taken to be this one. after: where the code ends in the text. */
void qsi_formula(const qsi_numbers *numbers, const uint8_t *row, size_t value, uint32_t code,
                 char text[QSI_FORMULA_TEXT], size_t *after);
/* The same in words; empty where the code alone is the value. */
void qsi_formula_names(const qsi_numbers *numbers, char text[QSI_FORMULA_TEXT]);

/* A code's bits, part by part from the highest: sign, exponent and mantissa, or one integer, index, sign or trit.
 */
enum { QSI_PARTS = 3 };
typedef struct qsi_part {
    const char *kind;
    unsigned bits;
} qsi_part;
unsigned qsi_parts(const qsi_numbers *numbers, unsigned code_bits, qsi_part parts[QSI_PARTS]);
void qsi_parts_json(qsi_json *json, const char *key, const qsi_part *parts, unsigned count);

/* How the codes of values are read. */
qsi_number qsi_code_number(const qsi_numbers *numbers);

/* The parts of a float's code. */
typedef struct qsi_float_parts {
    uint32_t sign, exponent, mantissa;
    int power; /* of two, of the last bit before the point */
    bool subnormal;
    const char *special; /* "NaN", "infinity" or NULL */
} qsi_float_parts;
qsi_float_parts qsi_float_split(const qsi_format *format, uint32_t code);

#endif
