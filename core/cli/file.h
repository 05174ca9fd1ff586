/* A file of rows, read by places: its head as far as its source asks for it, then the rows wanted, some at a
 * time. */
#ifndef CLI_FILE_H
#define CLI_FILE_H

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/parts.h"
#include "quantscope.h"

typedef struct cli_file {
    const char *path;
    char *list, *beside; /* of cli_model_find() */
    cli_parts parts;
    double bytes;      /* of part 0, unpacked */
    qs_source *source; /* NULL: no file is open */
    size_t tensor;     /* the one chosen */
    double rows;
    size_t dim, row_bytes;
    char *shape; /* its text, "[50,4,8]" */
    size_t axes;
    bool labels;  /* rows have one each */
    bool order;   /* its rows do not lie one after another */
    uint8_t *raw; /* some rows as they are read */
    size_t raw_rows, raw_room;
    double *ranges; /* where those lie */
    size_t ranges_room;
} cli_file;

/* Options of every subcommand that reads rows, for files of values alone; cli_file_raw() reads them first. */
#define CLI_RAW_OPTIONS                                                                       \
    {CLI_DTYPE, "dtype", "TYPE", "FILE is values of TYPE alone, as float32, int8, bfloat16"}, \
        {CLI_DIM, "dim", "N", "values of a row of such a file"},                              \
    {                                                                                         \
        CLI_OFFSET, "offset", "BYTE", "where they begin in it (default: 0)"                   \
    }
int cli_file_raw(const cli_args *args);

/* Each returns an exit code, CLI_DONE or what it has said is wrong. */
int cli_file_list(cli_file *file, const char *path); /* for cli_file_json() alone: no tensor is chosen */
/* tensor: its name; NULL: the only one. */
int cli_file_open(cli_file *file, const char *path, const char *tensor);
/* The same, whatever the name, where there is only one. */
int cli_file_open_beside(cli_file *file, const char *path, const char *tensor);
/* Chooses, of a file that is listed, the tensor of this number in cli_file_json(). */
int cli_file_choose(cli_file *file, size_t tensor);
int cli_file_find(cli_file *file, const char *name); /* the same by its name */
int cli_file_rows(cli_file *file, double first_row, size_t rows, float *dst);
/* The same with what float32 leaves out of each value; *lost: whether it can leave out any. */
int cli_file_rows_and_rests(cli_file *file, double first_row, size_t rows, float *dst, float *rests, bool *lost);
/* The labels of rows, as one JSON array; *labels is NULL where the file has none. */
int cli_file_labels(cli_file *file, double first_row, size_t rows, cli_json **labels);
/* Says how an array of any but two axes is taken for rows. */
void cli_file_warn_shape(const cli_file *file);
void cli_file_close(cli_file *file);

/* {"kind","tensors":[...]} of a file; free() it. */
char *cli_file_json(const cli_file *file);
/* One of the tensors, as a file may hold a million; NULL behind the last. */
cli_json *cli_file_tensor(const cli_file *file, size_t tensor);

/* How many rows from first_row on make the next chunk. */
size_t cli_file_chunk(const cli_file *file, double first_row);

/* Opens what may have become a pipe since it was seen, which is not waited for; -1: it cannot be opened. */
int cli_open_at_once(const char *path);
/* Opens a file to read, or says why not: a folder, missing, no plain file. Its descriptor and bytes. */
int cli_open_plain(const char *path, int *descriptor, double *bytes);
/* All of a short text file; free() it. */
int cli_read_text(const char *path, char **text, size_t *length);
/* bytes from offset; less is an error. */
int cli_read_at(const char *path, int descriptor, double offset, void *dst, size_t bytes);
/* Whether two names are the same file. */
int cli_same_file(const char *a, const char *b);

#endif
