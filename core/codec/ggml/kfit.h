/*
 * Superblocks whose groups have a scale and a minimum each (q2_k, q4_k, q5_k): how both are fitted, how they become
 * whole numbers under one scale for all, and the codes. Where all this lies in the bytes is said by the formats.
 */
#ifndef QSI_KFIT_H
#define QSI_KFIT_H

#include "codec/ggml/ggml.h"

typedef struct qsi_kshape {
    qsi_line_search search; /* how scale and minimum of a group are found; their codes */
    uint8_t most_part;      /* the largest whole number of a scale or minimum */
} qsi_kshape;

/* n superblocks, QSI_RUN values at most. supers: two half floats of each, block bytes apart, the scale of the
 * scales and of the minima. parts of each: the scales of all groups, then their minima. parts and codes follow one
 * another. x' = (super scale * scale) * code - super low * minimum. */
#define QSI_KFIT_FORMULA "d * s * q - e * m"
void qsi_kfit_encode(const qsi_kshape *shape, const float *x, size_t n, uint8_t *supers, size_t block,
                     uint8_t *parts, uint8_t *codes);
void qsi_kfit_decode(const qsi_kshape *shape, const qsi_planes *codes, size_t supers, const uint8_t *parts,
                     const uint8_t *blocks, size_t block, size_t n, float *x);

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
typedef struct qsi_k12 { /* superblocks of two super numbers, these 12 bytes, and codes */
    qsi_kshape shape;
    qsi_planes codes;
    size_t bytes;
} qsi_k12;
bool qsi_k12_encode(const qsi_k12 *how, const float *x, size_t n, uint8_t *blocks);
void qsi_k12_decode(const qsi_k12 *how, const uint8_t *blocks, size_t n, float *x);
qsi_role qsi_k12_role(const qsi_k12 *how, size_t bit);

/* The functions of such a format, and its coder, from a qsi_k12 called how. */
#define QSI_K12_CODER(coder)                                                   \
    static bool encode(const float *x, size_t n, float scale, uint8_t *blocks) \
    {                                                                          \
        (void)scale;                                                           \
        return qsi_k12_encode(&how, x, n, blocks);                             \
    }                                                                          \
    static void decode(const uint8_t *blocks, size_t n, float scale, float *x) \
    {                                                                          \
        (void)scale;                                                           \
        qsi_k12_decode(&how, blocks, n, x);                                    \
    }                                                                          \
    static qsi_role role(size_t bit)                                           \
    {                                                                          \
        return qsi_k12_role(&how, bit);                                        \
    }                                                                          \
    const qsi_block_coder coder = {.bytes = BYTES,                             \
                                   .groups = 8,                                \
                                   .encode = encode,                           \
                                   .decode = decode,                           \
                                   .role = role,                               \
                                   .formula = QSI_KFIT_FORMULA}

#endif
