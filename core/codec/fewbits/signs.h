/*
 * Signs as values. One bit says on which side of its threshold a value lies and is decoded to -1 or 1, which has no
 * size to be held against the original. So errors are told of threshold - a and threshold + a, with the one size
 * for all n values that errs least:
 *
 *   a = sum |x - threshold| / n        as sum (|x - threshold| - a)^2 is least at the mean
 *
 * (Rastegari et al., XNOR-Net, 2016, give a filter such a size.) It is no part of the codes, nor of any score.
 */
#ifndef QSI_SIGNS_H
#define QSI_SIGNS_H

#include "codec/codec.h"

/* The sum of |x - threshold| over nrows rows of the data, as they are coded: in double, 16 partial sums a row, rows
 * one after another. */
int qsi_signs_away(const qs_codec *codec, const float *rows, size_t nrows, double *sum);
/* Rows decoded as they are coded, of formats that are signs, turned into such values; other formats' rows stay as
 * they are, and all do where size is NaN. */
void qsi_signs_scale(const qs_codec *codec, float size, size_t nrows, float *rows);

#endif
