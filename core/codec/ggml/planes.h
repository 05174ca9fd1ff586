/*
 * Where the codes of a block lie. A code may be cut into parts that lie in different stretches of bytes, planes:
 *
 *   plane   bits bits of every number, from place on, in bytes at .. at + n * bits / 8 - 1
 *   span    numbers that follow one another and share span * bits / 8 bytes, which are filled in turn: first all
 *           their lowest bits, then the next ones
 *
 * A span of 8 / bits numbers has one byte: the plain order, low bits first. A span of 32 numbers of 4 bits has 16
 * bytes: byte j holds number j low and number j + 16 high.
 */
#ifndef QSI_PLANES_H
#define QSI_PLANES_H

#include "codec/role.h"

#include <stddef.h>

typedef struct qsi_plane {
    uint16_t at, span;
    uint8_t bits, place;
} qsi_plane;

typedef struct qsi_planes {
    uint16_t n;         /* numbers, a multiple of each span */
    qsi_plane plane[3]; /* one of 0 bits ends them */
} qsi_planes;

/* Numbers into their bits of a block, whose other bytes stay; and back. */
void qsi_planes_put(const qsi_planes *planes, const uint8_t *numbers, uint8_t *block);
void qsi_planes_get(const qsi_planes *planes, const uint8_t *block, uint8_t *numbers);

/* The number and place of a bit, as a role of this kind; QSI_ROLE_UNUSED for a bit of no plane. */
qsi_role qsi_planes_role(const qsi_planes *planes, qsi_role_kind kind, size_t bit);

#endif
