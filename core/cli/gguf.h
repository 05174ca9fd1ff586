/* A GGUF made of the tensors of any file: which type each gets, how large it becomes, and the writing of it. */
#ifndef CLI_GGUF_H
#define CLI_GGUF_H

#include "cli/file.h"
#include "cli/output.h"
#include "cli/progress.h"

enum { CLI_GGUF_AXES = 4, CLI_GGUF_NAME = 63 }; /* the most that ggml reads */

typedef struct cli_gguf_tensor {
    char *name, *dtype;
    double shape[CLI_GGUF_AXES]; /* the slowest axis first */
    size_t axes;
    size_t part;
    double offset;       /* of its values in that part of the source */
    double rows, dim;    /* dim: of the last axis, which blocks lie along */
    bool decodes;        /* it cannot be copied as it lies: it is written as float32 where it is not encoded */
    bool encodes;        /* floats of two axes or more: specs apply to it */
    const char *problem; /* why it cannot be part of a GGUF; NULL: it can */
    char *spec;          /* that it is encoded with; NULL: it is copied */
    int type;            /* ggml's number */
    double bytes;        /* of its values in the GGUF */
} cli_gguf_tensor;

typedef struct cli_gguf {
    cli_file *file; /* listed */
    size_t count;
    cli_gguf_tensor *list; /* by their numbers in the file */
    uint8_t *pairs;        /* metadata of the source as its bytes */
    size_t pairs_bytes;
    double pairs_count, alignment;
} cli_gguf;

/* Each int is an exit code. */
int cli_gguf_open(cli_gguf *g, cli_file *file);
/* The spec that a GGUF has in place of another where rows are no whole number of its blocks; free() it. NULL: it is
 * no type of ggml. */
char *cli_gguf_fitting(const cli_gguf_tensor *t, const char *spec);
/* Has a tensor encoded with a spec, or by what fits it; NULL: copied. */
int cli_gguf_choose(cli_gguf *g, size_t tensor, const char *spec);
/* Bytes that a tensor takes in a spec that fits it. */
double cli_gguf_spec_bytes(const cli_gguf_tensor *t, const char *spec);
/* What encodes rows of dim values by a type, which is fitted to nothing; NULL with the core's error. */
qs_codec *cli_gguf_codec(const char *spec, size_t dim);
double cli_gguf_bytes(const cli_gguf *g); /* of the whole file */
int cli_gguf_write(cli_gguf *g, cli_output *output, cli_progress *progress);
void cli_gguf_close(cli_gguf *g);

/* ---- gguf_pairs.c: the metadata of a GGUF as bytes, without what no longer holds; none of other files. */
int cli_gguf_pairs(cli_gguf *g);

/* ---- gguf_types.c: lines NAME=TYPE, as `llama-quantize --tensor-type-file` takes them: NAME is a regular
 * expression that is found in a tensor's name, the first that matches counts. Chooses for all tensors that they
 * match. */
int cli_gguf_types(cli_gguf *g, const char *path);

#endif
