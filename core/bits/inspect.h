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
    qs_codec *codec;
    const qsi_format *format;
    qsi_spec asked;         /* the spec as it was given */
    const char *scale_from; /* what stands in for data, as a sentence's second half; NULL where nothing does */
    float value;
    uint8_t row[QSI_ROW_BYTES]; /* the coded row */
    qsi_numbers numbers;        /* of that row */
    qsi_place place;            /* of the value's code in it */
} qsi_inspect;

int qsi_inspect_open(qsi_inspect *inspect, const char *spec, float value);
void qsi_inspect_close(qsi_inspect *inspect);

uint32_t qsi_inspect_code(const qsi_inspect *inspect);
/* What the value would be if its code were this one. */
float qsi_inspect_decode(const qsi_inspect *inspect, uint32_t code);

#endif
