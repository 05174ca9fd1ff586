/*
 * Superblocks whose groups have a scale and a minimum each (q2_k, q4_k, q5_k): how both are fitted, how they become
 * whole numbers under one scale for all, and the codes. Where all this lies in the bytes is said by the formats.
 */
#ifndef QSI_KFIT_H
#define QSI_KFIT_H

#include "codec/ggml/ggml.h"

typedef struct qsi_kshape {
    uint8_t group;     /* values that share a scale and a minimum */
    uint8_t most;      /* the largest code */
    uint8_t most_part; /* the largest whole number of a scale or minimum */
    uint8_t steps;     /* candidates s = 0 .. steps: the group's range takes first + step * s + most steps */
    float first, step;
    bool squares; /* errors count squared, with weights |x| + the root of the mean square; else |error| * |x| */
} qsi_kshape;

/* supers: two half floats, the scale of the scales and of the minima. parts: the scales of all groups, then their
 * minima. x' = (super scale * scale) * code - super low * minimum. */
#define QSI_KFIT_FORMULA "d * s * q - e * m"
void qsi_kfit_encode(const qsi_kshape *shape, const float *x, uint8_t supers[4], uint8_t *parts, uint8_t *codes);
/* Of n superblocks, whose supers are block bytes apart; parts and codes follow one another. */
void qsi_kfit_decode(const qsi_kshape *shape, const uint8_t *supers, size_t block, const uint8_t *parts,
                     const uint8_t *codes, size_t n, float *x);

/*
 * The eight scales s and eight minima m of 6 bits of q4_k and q5_k, in 12 bytes:
 *
 *                      7       6      5    4    3   2   1   0
 *                   +---------------+-------------------------+
 *   byte  0 + j     | s[j + 4] >> 4 |          s[j]           |   j = 0 .. 3
 *   byte  4 + j     | m[j + 4] >> 4 |          m[j]           |
 *                   +---------------+---------+---------------+
 *   byte  8 + j     |      m[j + 4] & 15      | s[j + 4] & 15 |
 *                   +-------------------------+---------------+
 */
enum { QSI_K12_PARTS = 16, QSI_K12_BITS = 96 };
void qsi_k12_put(const uint8_t *parts, uint8_t bytes[12]);
void qsi_k12_get(const uint8_t bytes[12], uint8_t *parts);
qsi_role qsi_k12_role(size_t bit);

#endif
