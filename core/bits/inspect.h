/*
 * One value encoded with a spec: the row that holds its code, and what any other code would mean there.
 *
 * A scale that would come from data is that of absmax 1. Where the spec can be given a range it is -1 to 1; where
 * values share a scale by definition of the format, the value stands first in a block with 1, -1 and zeros.
 */
#ifndef QSI_INSPECT_H
#define QSI_INSPECT_H

#include "bits/numbers.h"

typedef struct qsi_inspect {
    const qs_codec *codec;
    qs_codec *own; /* the same, where it is opened for this value alone; else NULL */
    size_t at;     /* which value of the row */
    const qsi_format *format;
    qsi_spec asked;         /* the spec as it was given */
    const char *scale_from; /* what stands in for data, as a sentence's second half; NULL where nothing does */
    float value;
    uint8_t row[QSI_ROW_BYTES]; /* the coded row */
    qsi_numbers numbers;        /* of that row */
    qsi_place place;            /* of the value's code in it */
} qsi_inspect;

int qsi_inspect_open(qsi_inspect *inspect, const char *spec, float value);
/* The same of a value of a row, by a codec that is fitted on data and stays the caller's. number: of the row. Fails
 * where a transform comes before: then no code is that of one value. */
int qsi_inspect_fitted(qsi_inspect *inspect, const qs_codec *codec, double number, const float *row, size_t at);
void qsi_inspect_close(qsi_inspect *inspect);
/* What value.c says of it. */
size_t qsi_inspect_json(const qsi_inspect *inspect, char *dst, size_t cap);

uint32_t qsi_inspect_code(const qsi_inspect *inspect);
/* What the value would be if its code were this one. */
float qsi_inspect_decode(const qsi_inspect *inspect, uint32_t code);

#endif
