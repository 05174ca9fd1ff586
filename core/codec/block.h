/*
 * The family of blocks: a row is cut into blocks of a fixed number of values, and each block into a fixed number of
 * bytes that stand alone. A format of this family is a registry row and a coder: two functions on one block, and a
 * map of its bits. A short last block is padded with zeros, whose values are dropped in decoding.
 */
#ifndef QSI_BLOCK_H
#define QSI_BLOCK_H

#include "codec/role.h"
#include "kernels/kernels.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct qsi_block_coder {
    size_t bytes;      /* of a block; the number of values is the registry row's */
    size_t groups;     /* of values in a block that have a scale each; 0: the block is one */
    const char *scale; /* the format that the scales of a block are coded in, where that has a name; else NULL */
    bool signed_codes; /* a value's code is a two's complement number, for those who look at it */
    bool shared_scale; /* a scale of the whole tensor is a param, made from its extremes by shared() */
    float (*shared)(float lo, float hi);
    /* n blocks of finite values, QSI_RUN values at most. scale: the tensor's, 1 where there is none. Those coders
     * that take one block at a time have encode_one instead. */
    void (*encode)(const float *x, size_t n, float scale, uint8_t *blocks);
    void (*encode_one)(const float *x, float scale, uint8_t *block);
    void (*decode)(const uint8_t *blocks, size_t n, float scale, float *x);
    qsi_role (*role)(size_t bit); /* bit b is bit b % 8 of byte b / 8 */
    /* The values, at most 8, whose codes share the byte that QSI_ROLE_CODES gives to value first, as digits of one
     * number, the highest first; returns how many. NULL: no codes share bytes. */
    size_t (*sharers)(size_t first, uint16_t *values);
} qsi_block_coder;

#endif
