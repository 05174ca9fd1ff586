/* Where the bytes of a source come from: a file, files beside it, and members that are packed. */
#ifndef CLI_PARTS_H
#define CLI_PARTS_H

#include "cli/unpack.h"
#include "quantscope.h"

typedef struct cli_part {
    char *path;
    int descriptor;
    double bytes;
    cli_unpack *unpack; /* NULL: it is a file */
} cli_part;

typedef struct cli_parts {
    const char *path; /* of part 0 */
    size_t count;
    cli_part *list;
    double read; /* bytes so far */
} cli_parts;

/* Each returns an exit code. Opens part 0, unpacked if it is a gzip file. */
int cli_parts_open(cli_parts *parts, const char *path);
/* Bytes of a part that the source has listed. */
int cli_parts_read(cli_parts *parts, qs_source *source, size_t part, double offset, void *dst, size_t bytes);
void cli_parts_close(cli_parts *parts);

#endif
