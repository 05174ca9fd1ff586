/*
 * What one float of up to 16 bits is: code to value and value to code, exact, slow, clear. This is the definition;
 * codecs do the same in other ways.
 *
 *   highest bit   | sign | exponent | mantissa |   lowest bit     m: mantissa bits
 *
 *   exponent 0       +-2^(1 - bias) * mantissa / 2^m             zero and the subnormals
 *   else             +-2^(exponent - bias) * (1 + mantissa / 2^m)
 *   exponent ones    QSI_IEEE: infinity, and NaN where mantissa > 0; QSI_NAN_ONLY: NaN where mantissa is ones too
 *
 * m = 0 is e8m0, the type of scales: neither sign nor zero nor subnormals, 2^(exponent - bias), NaN at ones.
 */
#ifndef QSI_MINIFLOAT_H
#define QSI_MINIFLOAT_H

#include "format/format.h"

typedef struct qsi_minifloat {
    uint8_t exponent_bits, mantissa_bits;
    int16_t bias;
    qsi_specials specials;
} qsi_minifloat;

/* The splits that have names, written once for the rows of the registry and for what is made of such floats. */
#define QSI_F32_SPLIT .exponent_bits = 8, .mantissa_bits = 23, .bias = 127, .specials = QSI_IEEE
#define QSI_F16_SPLIT .exponent_bits = 5, .mantissa_bits = 10, .bias = 15, .specials = QSI_IEEE
#define QSI_BF16_SPLIT .exponent_bits = 8, .mantissa_bits = 7, .bias = 127, .specials = QSI_IEEE
#define QSI_E4M3_SPLIT .exponent_bits = 4, .mantissa_bits = 3, .bias = 7, .specials = QSI_NAN_ONLY
#define QSI_E5M2_SPLIT .exponent_bits = 5, .mantissa_bits = 2, .bias = 15, .specials = QSI_IEEE
#define QSI_E3M2_SPLIT .exponent_bits = 3, .mantissa_bits = 2, .bias = 3, .specials = QSI_FINITE
#define QSI_E2M3_SPLIT .exponent_bits = 2, .mantissa_bits = 3, .bias = 1, .specials = QSI_FINITE
#define QSI_E2M1_SPLIT .exponent_bits = 2, .mantissa_bits = 1, .bias = 1, .specials = QSI_FINITE
#define QSI_E8M0_SPLIT .exponent_bits = 8, .mantissa_bits = 0, .bias = 127, .specials = QSI_NAN_ONLY

static inline qsi_minifloat qsi_minifloat_of(const qsi_format *format)
{
    return (qsi_minifloat){format->exponent_bits, format->mantissa_bits, format->bias, format->specials};
}

/* The code of the largest finite value. */
uint32_t qsi_minifloat_most(const qsi_minifloat *f);
float qsi_minifloat_value(const qsi_minifloat *f, uint32_t code);

/*
 * The nearest value, ties to the even mantissa, subnormals and the sign of zero kept.
 *
 *   saturates       what lies beyond the largest value, infinity too, becomes the largest
 *   else            what would round beyond it becomes infinity, or NaN where there is none
 *   NaN             NaN with its sign, the first bit of the mantissa set (QSI_NAN_ONLY: all); f must have one
 *   e8m0            what rounds above 2^127 is NaN, and so are negative numbers; zero is 2^-127, the least. It goes
 *                   by the fields of the float32: its exponent, one more from a significand of 1.5 on; below 2^-126
 *                   that is 2^-127 up to 2^-127, and 2^-126 above.
 */
uint32_t qsi_minifloat_code(const qsi_minifloat *f, float x, bool saturates);

#endif
