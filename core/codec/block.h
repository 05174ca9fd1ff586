/*
 * The family of blocks: a row is cut into blocks of a fixed number of values, and each block into a fixed number of
 * bytes that stand alone. A format of this family is a registry row and a coder: two functions on one block, and a
 * map of its bits. A short last block is padded with zeros, whose values are dropped in decoding.
 */
#ifndef QSI_BLOCK_H
#define QSI_BLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a bit of a block belongs to. */
typedef enum qsi_role_kind {
    QSI_ROLE_CODE,        /* a value's code; index: the value */
    QSI_ROLE_SCALE,       /* a scale; index: the group of values it is for */
    QSI_ROLE_LOW,         /* a minimum of a group */
    QSI_ROLE_SUPER_SCALE, /* the scale of the scales */
    QSI_ROLE_SUPER_LOW,   /* the scale of the minima */
    QSI_ROLE_UNUSED
} qsi_role_kind;

typedef struct qsi_role {
    qsi_role_kind kind;
    uint16_t index;
    uint8_t place; /* which bit of that number, 0 the lowest */
} qsi_role;

typedef struct qsi_block_coder {
    size_t bytes;      /* of a block; the number of values is the registry row's */
    bool shared_scale; /* a scale of the whole tensor is a param, made from its extremes by shared() */
    float (*shared)(float lo, float hi);
    /* One block of finite values. scale: the tensor's, 1 where there is none. */
    void (*encode)(const float *x, float scale, uint8_t *block);
    void (*decode)(const uint8_t *block, float scale, float *x);
    qsi_role (*role)(size_t bit); /* bit b is bit b % 8 of byte b / 8 */
} qsi_block_coder;

#endif
