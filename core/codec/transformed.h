/*
 * A codec with a transform before it (transform/transform.h): the options rotate, dims, center and seed of a spec,
 * what a fit of them observes, and what all rows share because of them. The family of a codec knows nothing of it:
 * it codes rows of codec->dim values, those that the transform keeps, and codec->row_dim is that of the data.
 */
#ifndef QSI_TRANSFORMED_H
#define QSI_TRANSFORMED_H

#include "codec/codec.h"
#include "transform/transform.h"

/* Whether a spec has a transform at all; center of binary is no part of one, but its thresholds. */
bool qsi_spec_transforms(const qsi_spec *spec);
/* The spec without it. */
qsi_spec qsi_spec_untransformed(const qsi_spec *spec);
/* How many values of a row of dim values are coded; an error where that cannot be. */
int qsi_transformed_dims(const qsi_spec *spec, size_t dim, size_t *dims);

/* Names and counts of the mean and the rotation, where they are stored. Returns their bytes. */
double qsi_transformed_params(const qsi_spec *spec, size_t dim, qsi_param params[QSI_TRANSFORM_PARAMS]);
/* What a fit of it observes: *seen is NULL where it needs no data. */
int qsi_transformed_observe(const qsi_spec *spec, size_t dim, qsi_observer **seen);
/* Fills those params of a codec. seen: as above, at its end. */
int qsi_transformed_fit(qs_codec *codec, const qsi_observer *seen);
/* Copies those params from another codec of the same spec and dim. */
int qsi_transformed_copy(qs_codec *codec, const qs_codec *from);
/* Opens codec->transform, once its params are there; NULL stays where the spec has none. */
int qsi_transformed_ready(qs_codec *codec);

/* Rows of the data to rows as the family codes them. The error names the first value that is not finite, where the
 * transform would spread it. */
int qsi_transformed_apply(const qs_codec *codec, double first_row, const float *rows, size_t nrows, float *out);

#endif
