/* Encoded rows written as a file of another kind (--to), as the core lays it out. */
#ifndef CLI_EXPORT_H
#define CLI_EXPORT_H

#include "cli/output.h"
#include "quantscope.h"

typedef struct cli_export {
    qs_export *file; /* NULL: codes alone */
    cli_output *output;
    double rows;
    double *begin; /* (sections + 1): where in the file each section begins; the last: what comes after all */
    uint8_t *some; /* rows as they are written */
    size_t room;
} cli_export;

/* Each returns an exit code. to: a kind, NULL or "codes" for codes alone. */
int cli_export_check(const char *to);
/* name: of the array; shape: its text, "[50,4,8]", of so many axes. */
int cli_export_open(cli_export *e, const char *to, const char *name, const char *shape, size_t axes,
                    const qs_codec *codec, cli_output *output);
/* Rows from row on, in their order. */
int cli_export_write(cli_export *e, double row, size_t n, const uint8_t *codes, size_t bytes);
/* What needs the digest of all codes. */
int cli_export_finish(cli_export *e, const char *digest);
void cli_export_close(cli_export *e);

/* The numbers of "[50,4,8]", at most axes; how many there are. Of a single number: one row of one. */
size_t cli_export_shape(const char *text, double shape[], size_t axes);

#endif
