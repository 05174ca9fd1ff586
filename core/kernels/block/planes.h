/*
 * Where numbers of a few bits lie in the bytes of a block. A number may be cut into parts that lie in different
 * stretches of bytes, planes:
 *
 *   plane   bits bits of every number, from place on, in bytes at .. at + n * bits / 8 - 1
 *   span    numbers that follow one another and share span * bits / 8 bytes, which are filled in turn: first all
 *           their lowest bits, then the next ones
 *
 * A span of 8 / bits numbers has one byte: the plain order, low bits first. A span of 32 numbers of 4 bits has 16
 * bytes: byte j holds number j low and number j + 16 high.
 */
#ifndef QSI_KERNELS_PLANES_H
#define QSI_KERNELS_PLANES_H

#include <stddef.h>
#include <stdint.h>

/* The most numbers that kernels take at a time: what they keep of them stays in the first cache. */
enum { QSI_RUN = 1024 };

typedef struct qsi_plane {
    uint16_t at, span;
    uint8_t bits, place; /* 1, 2, 4 or 8 bits, in the order of their places */
} qsi_plane;

typedef struct qsi_planes {
    uint16_t n;         /* numbers, a multiple of each span */
    qsi_plane plane[3]; /* one of 0 bits ends them; the first has place 0 */
} qsi_planes;

/* The bytes that a span has: 1, or a multiple of 4. */
static inline size_t qsi_plane_run(const qsi_plane *p)
{
    return (size_t)p->span * p->bits / 8;
}

#endif
