/*
 * The family of blocks: a row is cut into blocks of a fixed number of values, and each block into a fixed number of
 * bytes that stand alone. A format of this family is a registry row and a coder: a shape for the kernels, or two
 * functions on blocks, and a map of its bits. A short last block is padded with zeros, whose values are dropped in
 * decoding.
 */
#ifndef QSI_BLOCK_H
#define QSI_BLOCK_H

#include "codec/role.h"
#include "format/format.h"
#include "kernels/kernels.h"
#include "spec/spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct qsi_block_coder {
    size_t bytes;      /* of a block; the number of values is the registry row's */
    size_t groups;     /* of values in a block that have a scale each; 0: the block is one */
    bool shared_scale; /* a scale of the whole tensor is a param, made from its extremes by shared() */
    float (*shared)(float lo, float hi);
    const qsi_shape *shape; /* of all, for kernels; NULL: the coder has functions */
    /* n blocks, QSI_RUN values at most, or most_encoded where that is given; false where values are not finite.
     * scale: the tensor's, 1 where there is none. */
    size_t most_encoded;
    bool (*encode)(const float *x, size_t n, float scale, uint8_t *blocks);
    /* In its place where scales are chosen as option exponent, a word of it, has it. */
    bool (*encode_by)(int exponent, const float *x, size_t n, float scale, uint8_t *blocks);
    void (*decode)(const uint8_t *blocks, size_t n, float scale, float *x);
    qsi_role (*role)(size_t bit); /* bit b is bit b % 8 of byte b / 8 */
    const qsi_digits *digits;     /* NULL: no codes share bytes */
    /* What a value is: the formula of codec.h, and how the numbers in it are read. The scales of scales and of
     * minima are half floats; a code with fields in the registry row is such a float. */
    const char *formula;
    qsi_number code, scale, low;
} qsi_block_coder;

/* n blocks by the format's coder; encoding returns false where values are not finite. */
bool qsi_blocks_encode(const qsi_spec *spec, const float *x, size_t n, float scale, uint8_t *blocks);
void qsi_blocks_decode(const qsi_format *f, const uint8_t *blocks, size_t n, float scale, float *x);

static inline bool qsi_all_finite(const float *x, size_t n)
{
    return qsi_kernels_now()->absmax(x, n) < 0x7f800000U;
}

#endif
