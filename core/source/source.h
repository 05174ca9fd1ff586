/*
 * What a reader of one file kind gives. A kind is a file beside this one plus a row in kinds.c.
 *
 * A reader sees the start of a file and its length, trusts neither, and says which tensors lie where. What it needs
 * besides (the end of a zip archive, the heads of other files, all lines of a text) it asks for range by range. No
 * reader reads: which bytes to read is one thing, reading them another.
 *
 * Bytes come from parts: part 0 is the file itself; others are files beside it, or members of it that are packed.
 */
#ifndef QSI_SOURCE_H
#define QSI_SOURCE_H

#include "base/json.h"
#include "quantscope.h"
#include "source/dtype.h"

#include <stdbool.h>

enum { QSI_MAX_AXES = 64, QSI_SHOWN = 64, QSI_MAGIC_BYTES = 16 };

#define QSI_MOST_WHOLE 0x1p53 /* from here on a double no longer tells whole numbers apart */

/* How the values of a tensor lie: row after row, column after column, or as records that a reader parses. */
typedef enum qsi_order { QSI_BY_ROWS, QSI_BY_COLUMNS, QSI_BY_RECORDS } qsi_order;

typedef struct qsi_tensor {
    const char *name;
    const qsi_dtype *dtype;
    size_t axes;
    const double *shape; /* (axes); whole */
    double rows, offset;
    size_t dim, row_bytes; /* rows or dim is 0 where there are no values */
    size_t skip;           /* bytes at the start of each row that are not its values */
    size_t part;
    bool swap; /* values are big-endian */
    qsi_order order;
} qsi_tensor;

typedef struct qsi_part {
    char *file;           /* its name, in the folder of part 0; NULL: packed, or part 0 */
    size_t of;            /* packed: in which part, from which byte, how many bytes, by deflate */
    double offset, bytes; /* bytes < 0: as many as there are */
    double length;        /* once it is at hand; < 0: unknown */
} qsi_part;

/* What a file is opened with. name: as the file is called; used only where the content cannot decide. */
typedef struct qsi_head {
    const uint8_t *bytes;
    size_t count;
    double file_bytes;
    const char *name;
} qsi_head;

typedef struct qsi_reader {
    const char *kind;  /* as qs_source_json() says it */
    const char *title; /* as an error says it */
    /* Whether a file that begins so is of this kind. head has 16 bytes, or all there are. */
    bool (*matches)(const qsi_head *head);
    /* Whether its name and its length say so: first bytes without a mark may look like another kind's. May be NULL.
     */
    bool (*named)(const qsi_head *head);
    /* As qs_source_check(), for a file that matches. */
    int (*check)(const qsi_head *head);
    /* Parses a head that check found sufficient into source->tensors, an array that the source then owns. */
    int (*open)(qs_source *source, const qsi_head *head);
    /* The rest is NULL where the head tells all, and values have a dtype and lie by rows or columns. */
    int (*take)(qs_source *source, const uint8_t *raw); /* the bytes of source->want, which it sets anew */
    void (*close)(qs_source *source);                   /* frees source->state */
    /* The byte range that holds the records from first_row on; and their values. */
    void (*records)(const qs_source *source, double first_row, size_t rows, double range[2]);
    int (*floats)(const qs_source *source, double first_row, const uint8_t *raw, size_t rows, float *dst);
    bool (*has_labels)(const qs_source *source);
    int (*labels)(const qs_source *source, double first_row, const uint8_t *raw, size_t rows, qsi_json *json);
} qsi_reader;

struct qs_source {
    const qsi_reader *reader;
    const char *kind; /* the reader's, or what a list of tensors says it is */
    size_t count;
    qsi_tensor *tensors; /* (count) */
    char *names;         /* what the tensors' names point into; NULL: they are constants */
    double *shapes;      /* what the tensors' shapes point into: a file may hold very many tensors of few axes */
    size_t part_count;   /* part 0 counts */
    qsi_part *parts;
    double want[3]; /* what is read next: part, offset, bytes; 0 bytes: nothing */
    char *metadata; /* a JSON object, or NULL */
    void *state;    /* the reader's own */
    void **owned;   /* what names, shapes and types point into where they come piece by piece */
    size_t owned_count;
    qsi_dtype *ggml; /* ggml's block types as far as tensors have them; owned */
};

extern const qsi_reader qsi_reader_npy, qsi_reader_safetensors, qsi_reader_gguf, qsi_reader_npz, qsi_reader_list,
    qsi_reader_index, qsi_reader_fvecs, qsi_reader_bin, qsi_reader_raw, qsi_reader_text;

/* Opens a file without a head, of rows of dim values from byte offset on. (vecs.c) */
int qsi_raw_open(qs_source *source, const char *dtype, double dim, double offset, double file_bytes);

/* The reader of a head of QSI_MAGIC_BYTES (or of all there is); NULL with the error set: none. (kinds.c) */
const qsi_reader *qsi_reader_find(const qsi_head *head);

/* ---- what readers share (tensor.c) */

/* A name as an error shows it: cut between characters where it is long. */
const char *qsi_show(const char *name, char text[QSI_SHOWN]);
/* A whole number with commas between groups of three; "1 row", "2,000 rows". */
const char *qsi_grouped(double value, char text[32]);
const char *qsi_rows_text(double rows, char text[40]);

/* Whether name ends in ending, in letters of any case. */
bool qsi_ends_in(const char *name, const char *ending);

/* Sets rows, dim and row_bytes from the shape. One axis or none is one row. Of more the first is rows and all
 * others together are dim; but of three axes that are experts, each (outputs, inputs), the first two are rows.
 * Returns NULL, or what is wrong. */
const char *qsi_tensor_fold(qsi_tensor *t);
/* The same with so many leading axes as rows. */
const char *qsi_tensor_fold_at(qsi_tensor *t, size_t leading);

/* Cleared memory that the source frees at its end; NULL with the error set. */
void *qsi_own(qs_source *source, size_t count, size_t size);
/* One more tensor, at the end of source->tensors; its name (length bytes, or NULL: it is set later) and shape are
 * copied. NULL with the error set. */
qsi_tensor *qsi_tensor_add(qs_source *source, const char *name, size_t length, const double *shape, size_t axes);
/* ---- the types of ggml (ggml_types.c) */

/* The type of this name, "q4_k"; it may be one that nothing decodes. NULL: there is none. */
const qsi_dtype *qsi_ggml_dtype(qs_source *source, const char *name);
/* Whether a number is one of a type, and its place in the table; and the type there, made for the source. */
bool qsi_ggml_find(uint32_t number, size_t *place);
const qsi_dtype *qsi_ggml_at(qs_source *source, size_t place);

/* Adds a part; a negative error when there is no memory, else its number. file is copied; NULL: it is packed. */
int qsi_part_add(qs_source *source, const char *file, size_t file_bytes);

/* ---- which bytes rows are, and their floats (rows.c) */

size_t qsi_rows_plan(const qs_source *source, const qsi_tensor *t, double first_row, size_t rows, double *ranges,
                     size_t cap);
int qsi_rows_floats(const qs_source *source, const qsi_tensor *t, double first_row, const uint8_t *raw, size_t rows,
                    float *dst);

#endif
