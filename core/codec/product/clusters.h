/*
 * k-means of pieces (pieces.h), in sums that any split of the rows reproduces.
 *
 *   assign   each piece to the nearest centroid by squared distance (16 partial sums, as the kernels'), of equal
 * ones the lower index update   a centroid becomes the mean of its members: a sum in fixed point over their count,
 * to float32
 *
 * Where a centroid has no members, in index order, it takes half of the largest cluster (of equals the lower
 * index): that centroid c becomes c * (1 + 2^-10), the empty one c * (1 - 2^-10), the count is halved.
 *
 * (Lloyd 1982; Jegou, Douze, Schmid 2011, Product quantization for nearest neighbor search.)
 */
#ifndef QSI_CLUSTERS_H
#define QSI_CLUSTERS_H

#include "codec/product/pieces.h"

#include <stdint.h>

typedef struct qsi_clusters {
    qsi_pieces pieces;
    float *centroids; /* (count * dim) as pieces.h has them */
    float *columns;   /* the same, each piece (length, padded), filled with infinity: for the kernel */
    size_t padded;
    size_t *used;    /* (m): how many centroids there are; the rest are copies of the last */
    double *scale;   /* (dim): of the fixed-point numbers */
    double most;     /* what those stay within */
    int64_t *sums;   /* as centroids */
    double *members; /* (m, count) */
} qsi_clusters;

int qsi_clusters_open(qsi_clusters *c, const qsi_pieces *pieces);
void qsi_clusters_close(qsi_clusters *c);
/* Centroids were changed: what assigning derives from them. */
void qsi_clusters_ready(qsi_clusters *c);
/* Copies the last centroid in use to those that are not. */
void qsi_clusters_fill(qsi_clusters *c);

/* codes (nrows, m). Threads share the rows and pieces. */
int qsi_clusters_assign(const qsi_clusters *c, const float *rows, size_t nrows, uint8_t *codes);
/* The decoded rows of codes (nrows, m). */
void qsi_clusters_decode(const qsi_clusters *c, const uint8_t *codes, size_t nrows, float *rows);
void qsi_clusters_add(qsi_clusters *c, const float *rows, size_t nrows, const uint8_t *codes);
void qsi_clusters_update(qsi_clusters *c);

/* Sums and counts of a pass. */
void qsi_clusters_clear(qsi_clusters *c);
size_t qsi_clusters_save(const qsi_clusters *c, uint8_t *dst, size_t cap);
int qsi_clusters_merge(qsi_clusters *c, const uint8_t *state, size_t bytes);

/* The nearest of the centroids of one piece to nrows points, apart values from one to the next; scratch:
 * qsi_nearest_scratch() floats. codes are apart_codes apart. */
size_t qsi_nearest_scratch(const qsi_pieces *p, size_t piece);
void qsi_nearest(const qsi_clusters *c, size_t piece, const float *x, size_t apart, size_t nrows, float *scratch,
                 uint8_t *codes, size_t apart_codes);

#endif
