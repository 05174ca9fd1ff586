/*
 * Writers: one encoded tensor as a file that other programs read. A writer is a file beside this one plus a row in
 * writers.c.
 *
 * The bytes of a row are cut into sections by what they are: codes, scales, zero points, outliers and their
 * columns. A file is, for each section, what comes before it and then that section of all rows, and last what comes
 * after all of them. Nothing is gathered in memory: rows come some at a time, and the size of each piece is known
 * before.
 */
#ifndef QSI_EXPORT_H
#define QSI_EXPORT_H

#include "codec/codec.h"
#include "quantscope.h"

#include <stdbool.h>

enum { QSI_EXPORT_AXES = 64, QSI_EXPORT_SECTIONS = 5 };

/* Bytes or text for a caller's buffer; length counts what does not fit too. */
typedef struct qsi_out {
    uint8_t *dst;
    size_t cap, length;
} qsi_out;

void qsi_out_bytes(qsi_out *out, const void *bytes, size_t count);
void qsi_out_fill(qsi_out *out, char value, size_t count);
void qsi_out_text(qsi_out *out, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One kind of numbers in a row. */
typedef struct qsi_section {
    const char *name;   /* "codes", "scales", ... */
    const char *dtype;  /* of its numbers, as .safetensors calls it */
    size_t bytes, each; /* of a row; of one number */
    size_t begin;       /* its first byte in a row */
    bool whole;         /* they lie one behind another */
    bool array;         /* one number for each value, in the shape of the array */
} qsi_section;

typedef struct qsi_writer {
    const char *name, *title, *ending, *help;
    bool floats;   /* it holds decoded values */
    bool in_place; /* rows stay as they are: one section */
    /* What comes before a section, or after the last one (section == count). digest: of all codes. */
    int (*before)(const qs_export *e, size_t section, const char *digest, qsi_out *out);
    /* A section of these rows; NULL: its bytes as they are. */
    void (*rows)(const qs_export *e, size_t section, const uint8_t *bytes, qsi_out *out);
    double (*row_bytes)(const qs_export *e, size_t section); /* of one row as rows() writes it */
} qsi_writer;

struct qs_export {
    const qsi_writer *writer;
    const qs_codec *codec;
    char *name; /* of the tensor */
    double shape[QSI_EXPORT_AXES], rows;
    size_t axes, count; /* count: of sections */
    qsi_section sections[QSI_EXPORT_SECTIONS];
    uint8_t *map; /* (row_bytes): the section that each byte of a row is of */
};

extern const qsi_writer qsi_writer_npy, qsi_writer_float_npy, qsi_writer_fvecs, qsi_writer_safetensors,
    qsi_writer_c;

/* Cuts the rows of e->codec into sections. */
int qsi_export_cut(qs_export *e);
/* The text that lies beside codes, of this digest, to be freed with qsi_array_free(); NULL with the error set. */
char *qsi_export_sidecar(const qs_export *e, const char *digest);
/* The next param of a codec that all rows share; NULL after the last. at: 0 at first. */
const qsi_param *qsi_export_param(const qs_export *e, size_t *at);

#endif
