/*
 * Product codecs: rows as the numbers of centroids.
 *
 *   pq    a centroid for each piece of a row (pieces.h)
 *   opq   the same of rotated rows; the rotation is fitted with the centroids
 *   rq    m centroids of whole rows, each of what those before it leave; their sum is the row
 *
 * Row layout: m codes of bits bits each, low bits first, the last byte filled with zeros. Params: "codebook", for
 * pq and opq the centroids as pieces.h has them, for rq (m, 2^bits, dim); "rotation" (dim, dim) of opq.
 */
#ifndef QSI_PRODUCT_H
#define QSI_PRODUCT_H

#include "codec/codec.h"
#include "codec/product/clusters.h"

extern const qsi_family qsi_family_pq, qsi_family_opq, qsi_family_rq;

/* ---- fit.c: an observer of many passes, which takes a digest whose context is the spec */

typedef enum qsi_product_kind { QSI_PQ, QSI_OPQ, QSI_RQ } qsi_product_kind;
extern const qsi_observer_kind qsi_product_fits;

/* What was fitted, after its passes. */
typedef struct qsi_product_result {
    const float *codebook, *rotation;
    double rows;   /* it was fitted to */
    size_t fewest; /* the least number of different centroids of a piece or stage */
} qsi_product_result;
void qsi_product_fitted(const qsi_observer *seen, qsi_product_result *result);

qsi_product_kind qsi_product_kind_of(const qsi_spec *spec);

/* ---- what a codec derives from its codebook */

typedef struct qsi_product {
    qsi_pieces pieces;      /* of pq and opq; of rq one piece for a stage, m of it being 1 */
    size_t m;               /* codes of a row */
    qsi_clusters *clusters; /* one, or of rq one a stage */
} qsi_product;

static inline const qsi_product *qsi_product_of(const qs_codec *codec)
{
    return codec->derived;
}

/* Codes of rows, (nrows, m) bytes, packed and unpacked. */
void qsi_product_pack(const qs_codec *codec, const uint8_t *codes, size_t nrows, uint8_t *rows);
void qsi_product_unpack(const qs_codec *codec, const uint8_t *rows, size_t nrows, uint8_t *codes);

/* ---- common.c: members of their families */

const qsi_observer_kind *qsi_product_observer(const qsi_spec *spec);
int qsi_product_fit(qs_codec *codec, const qsi_observer *seen);
int qsi_product_usage(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_usage *usage);
qsi_role qsi_product_role(const qs_codec *codec, size_t bit);

/* ---- opq.c */

/* The start: principal components dealt to pieces so that the products of their eigenvalues are alike. */
int qsi_opq_start(const qsi_observer *covariance, const qsi_pieces *pieces, float *rotation);
/* The rotation nearest to sums of products (dim, dim), decoded times row: the old one where there is none. */
int qsi_opq_turn(const int64_t *products, size_t dim, float *rotation);

/* ---- scores.c */

extern const qsi_scorer qsi_product_scorer;

#endif
