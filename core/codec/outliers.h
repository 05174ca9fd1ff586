/*
 * Outliers: the few values of each row that are largest by magnitude, kept as float16 beside the codes.
 *
 *   | what the format makes of the row | outliers, float16 | their columns, ascending, 2 or 4 bytes each |
 *
 * outliers=T keeps ceil(T / 1000 * dim) values of each row; of equal magnitudes the lower columns go first. Columns
 * have 2 bytes in rows of up to 65,536 values, else 4. Ranges are taken from the rest of the values: a row's or a
 * block's own, and those that a fit observes of the tensor or of a dim. An outlier is coded as 0 is, which nobody
 * reads: decoding puts the outliers back. One that float16 cannot hold is an error.
 */
#ifndef QSI_OUTLIERS_H
#define QSI_OUTLIERS_H

#include "codec/codec.h"

/* The outliers of a row, and their bytes; 0 without the option. */
size_t qsi_outliers_count(const qsi_spec *spec, size_t dim);
size_t qsi_outliers_bytes(const qsi_spec *spec, size_t dim);
/* Rows keep whole values: whether that is a tenth more than what was asked for or beyond, and how to say so. */
bool qsi_outliers_exceed(const qsi_spec *spec, size_t dim, char *text, size_t cap);

/* A row without its outliers: marks[dim] are 1 for those; room: dim floats. */
typedef struct qsi_inliers {
    uint8_t *marks;
    float *room;
} qsi_inliers;
/* The values that are not marked, one after another; returns how many of the n they are. */
size_t qsi_inliers_gather(const float *x, const uint8_t *marks, size_t n, float *out);

/* How a family codes rows of which only the rest counts. */
typedef int qsi_inliers_encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows,
                               const qsi_inliers *inliers, uint8_t *codes);
/* Encodes rows, whose outliers are 0 for encode, and appends these to each. */
int qsi_outliers_encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows,
                        qsi_inliers_encode *encode, uint8_t *codes);
/* Puts a coded row's outliers into its decoded values. Fails for columns that there are not. */
int qsi_outliers_put_back(const qs_codec *codec, const uint8_t *row, float *x);
/* Sets marks[dim] to 1 for a coded row's outliers, else 0. */
int qsi_outliers_marked(const qs_codec *codec, const uint8_t *row, uint8_t *marks);
/* Fails as coding does for an outlier that float16 cannot hold. */
int qsi_outliers_beyond(double row, size_t column, float value);
/* What a bit is, counted from the first of the outliers. */
qsi_role qsi_outliers_role(const qs_codec *codec, size_t bit);

/* Marks the outliers of rows before they are coded, for an observer to leave out: marks[nrows * dim]. Fails for NaN
 * and infinity. */
int qsi_outliers_mark(const qsi_spec *spec, double first_row, const float *rows, size_t nrows, size_t dim,
                      uint8_t *marks);

#endif
