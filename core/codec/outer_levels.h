/*
 * The outermost levels of the values in coded rows, and which values were clipped to them.
 *
 * A level is what a code means with the scale, minimum or zero point that its row holds for it. So rows are decoded
 * again with every code the lowest that encoding gives, and with every code the highest: where codes lie in a row
 * is known of each format (role.h), and decoding is the truth.
 *
 *   clipped    the value lies beyond the outermost level by more than half the step from there to the next level
 *              that differs, or is decoded to infinity; and it is not decoded to itself
 *   overshoot  how far beyond, as a share of the distance between the two outermost levels; infinite where all
 *              levels are one
 *
 * Levels are float32: what lies beyond by no more than 2^-23 of the larger end is the rounding of the level. NaN,
 * values kept as outliers and f32 are never clipped, nor are signs without a size.
 */
#ifndef QSI_OUTER_LEVELS_H
#define QSI_OUTER_LEVELS_H

#include "codec/codec.h"

enum { QSI_OUTER_RANKS = 2 };

typedef struct qsi_outer_levels {
    const qs_codec *codec;
    qsi_number how;
    float size;         /* that signs are given (signs.h); NaN, as opened: none */
    size_t count;       /* of codes; 0: nothing is ever clipped */
    uint8_t order[256]; /* (count), ascending by what they mean; not of floats, which order themselves */
    uint8_t *others;    /* (row_bytes): 1 for bits that are no code's */
    bool codes_only;    /* there are none: the levels of one row are those of any */
    uint8_t *codes;     /* (2, ranks, row_bytes): of the lowest code and the highest, then of those next to them */
} qsi_outer_levels;

/* The codec stays the caller's and stays open as long. size is for the caller to set. */
int qsi_outer_levels_open(qsi_outer_levels *outer, const qs_codec *codec);
void qsi_outer_levels_close(qsi_outer_levels *outer);

typedef struct qsi_clipping {
    double count, overshoot; /* values, and the furthest of them */
} qsi_clipping;

/* Rows decoded as they are coded, before a transform is undone; signs become values of that size. */
int qsi_outer_levels_decode(const qsi_outer_levels *outer, const uint8_t *codes, size_t nrows, float *rows);

/* Adds what happened to nrows rows, of which codes were made, which decode (as above) to decoded. marks: (nrows,
 * dim), to be 1 for what was clipped and 0 else. */
int qsi_outer_levels_clipped(const qsi_outer_levels *outer, const float *rows, const uint8_t *codes,
                             const float *decoded, size_t nrows, uint8_t *marks, qsi_clipping *clipping);

#endif
