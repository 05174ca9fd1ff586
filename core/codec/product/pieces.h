/*
 * Rows cut into pieces: m sub-vectors of a row of dim values, the first dim % m of them one value longer than the
 * rest; any m from 1 to dim. Each piece has 2^bits centroids of its own length, kept one after another, all those
 * of piece 0 first: those of piece j begin at 2^bits * first(j).
 */
#ifndef QSI_PIECES_H
#define QSI_PIECES_H

#include "spec/spec.h"

#include <assert.h>

typedef struct qsi_pieces {
    size_t dim, m, count; /* count: centroids of a piece, 2^bits */
    unsigned bits;
} qsi_pieces;

static inline size_t qsi_piece_first(const qsi_pieces *p, size_t j)
{
    assert(p->m > 0);
    size_t longer = p->dim % p->m;
    return j * (p->dim / p->m) + (j < longer ? j : longer);
}

static inline size_t qsi_piece_length(const qsi_pieces *p, size_t j)
{
    assert(p->m > 0);
    return p->dim / p->m + (j < p->dim % p->m);
}

/* The piece that value d belongs to. */
static inline size_t qsi_piece_of(const qsi_pieces *p, size_t d)
{
    size_t least = p->dim / p->m, longer = p->dim % p->m, in_longer = longer * (least + 1);
    return d < in_longer ? d / (least + 1) : longer + (d - in_longer) / least;
}

/* How many values the centroids of a piece take, those before included: where those of piece j begin. */
static inline size_t qsi_piece_centroids(const qsi_pieces *p, size_t j)
{
    return p->count * qsi_piece_first(p, j);
}

/* The options m and bits of a spec, for rows of dim coded values; an error where m is more than dim. */
int qsi_pieces_of(const qsi_spec *spec, size_t dim, qsi_pieces *pieces);

#endif
