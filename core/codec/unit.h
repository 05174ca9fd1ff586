/*
 * Rows brought to length 1, for codecs of which scores are estimates, where the metric is cosine: codes hold no
 * length, so a score is that of the row at length 1. A row of zeros stays one.
 */
#ifndef QSI_UNIT_H
#define QSI_UNIT_H

#include "codec/codec.h"

/* nrows rows of codec->row_dim values to rows of length 1, by the family's own rule where it has one. */
void qsi_unit_rows(const qs_codec *codec, const float *rows, size_t nrows, float *out);
/* Multiplies decoded rows of a codec whose rows are brought to length 1 by the lengths of the rows that they come
 * from, so that the two can be compared; else, and of signs, which have a size by themselves, does nothing. */
void qsi_unit_undo(const qs_codec *codec, const float *rows, size_t nrows, float *decoded);

#endif
