/* Values that are lost whole: those that are not 0 in a row or block that decodes to zeros, and finite ones that
 * decode to NaN or infinity. Blocks are those of the spec where it has such; else rows. */
#ifndef QSI_LOST_H
#define QSI_LOST_H

#include "codec/codec.h"

typedef struct qsi_lost {
    double vanished, overflowed;
} qsi_lost;

/* Adds those of nrows rows and what they decode to. */
int qsi_lost_count(const qs_codec *codec, const float *rows, const float *decoded, size_t nrows, qsi_lost *lost);

#endif
