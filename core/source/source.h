/*
 * What a reader of one file kind gives. A kind is a file beside this one plus a row in source.c.
 *
 * A reader sees the start of a file and its length, trusts neither, and says which tensors lie where. It converts
 * nothing: raw rows become floats by their dtype alone.
 */
#ifndef QSI_SOURCE_H
#define QSI_SOURCE_H

#include "quantscope.h"
#include "source/dtype.h"

#include <stdbool.h>

enum { QSI_MAX_AXES = 64 };

typedef struct qsi_tensor {
    const char *name;
    const qsi_dtype *dtype;
    size_t axes;
    const double *shape; /* (axes); whole */
    double rows, offset;
    size_t dim, row_bytes; /* rows or dim is 0 where there are no values */
} qsi_tensor;

typedef struct qsi_reader {
    const char *kind;  /* as qs_source_json() says it */
    const char *title; /* as an error says it */
    /* Whether a file that begins so is of this kind. head: the first 16 bytes, fewer if the file has fewer. */
    bool (*matches)(const uint8_t *head, size_t head_bytes);
    /* As qs_source_check(), for a file that matches. */
    int (*check)(const uint8_t *head, size_t head_bytes, double file_bytes);
    /* Parses a head that check found sufficient into source->tensors, an array that the source then owns. */
    int (*open)(qs_source *source, const uint8_t *head, double file_bytes);
} qsi_reader;

struct qs_source {
    const qsi_reader *reader;
    size_t count;
    qsi_tensor *tensors; /* (count) */
    char *names;         /* what the tensors' names point into; NULL: they are constants */
    double *shapes;      /* what the tensors' shapes point into: a file may hold very many tensors of few axes */
};

extern const qsi_reader qsi_reader_npy, qsi_reader_safetensors;

#endif
