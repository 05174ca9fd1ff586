/*
 * The question that a plan of a model answers: its size, its KV cache, the devices it may run on, and the asker's
 * own prices. Read from lines NAME=VALUE; a table in question.c says what each name takes.
 *
 * Sizes of models, contexts and rows take K, M, B, T (or G) as powers of 1,000: 7B, 110M, 8192.
 */
#ifndef QSI_QUESTION_H
#define QSI_QUESTION_H

#include "base/json.h"

#include <stddef.h>

enum { QSI_LAYERS_MOST = 64, QSI_DEVICES_MOST = 16, QSI_QUESTION_TEXT = 400 };

typedef struct qsi_question {
    double params;     /* values of all weights; 0: given by layers */
    double row_length; /* values of a row of weights: scales of rows are shares of it */
    size_t widths;     /* of layers, inputs first; 0: given by params */
    double width[QSI_LAYERS_MOST];
    double context, batch, kv_layers, kv_heads, head_dim; /* of the KV cache; any 0: none */
    size_t devices;
    double device[QSI_DEVICES_MOST];  /* GB each */
    double bandwidth, load;           /* GB/s that the device reads; GB/s that a file is loaded at */
    double price, copies, once, hour; /* a GB a month; copies that run; spent once; an hour of the device */
    char against[QSI_QUESTION_TEXT];  /* the spec that savings are against */
    char cache[QSI_QUESTION_TEXT];    /* the spec of the KV cache */
} qsi_question;

/* Defaults, then the lines of text. QS_E_OPTION names the line that is wrong and what it takes. */
int qsi_question_read(const char *text, qsi_question *q);
/* "question":{...}: every name with its value. */
void qsi_question_json(const qsi_question *q, qsi_json *json);

#endif
