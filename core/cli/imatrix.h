/* Importance matrices of llama.cpp: for each tensor the mean square of each of its inputs, of each expert apart.
 * Read from its .gguf (tensors NAME.in_sum2 and NAME.counts) and from its older .dat. */
#ifndef CLI_IMATRIX_H
#define CLI_IMATRIX_H

#include <stddef.h>

typedef struct cli_importance {
    char *name;
    size_t count; /* dim values for each matrix of the tensor */
    float *values;
} cli_importance;

typedef struct cli_imatrix {
    size_t count, room;
    cli_importance *list;
} cli_imatrix;

/* An exit code. */
int cli_imatrix_open(cli_imatrix *matrix, const char *path);
/* Of a tensor whose rows are so many of dim values; NULL: there is none, or none of that dim. */
const cli_importance *cli_imatrix_find(const cli_imatrix *matrix, const char *name, double rows, size_t dim);
/* The (dim) values for a row. */
const float *cli_importance_row(const cli_importance *one, double row, double rows, size_t dim);
void cli_imatrix_close(cli_imatrix *matrix);

#endif
