/* OUT.json, which encode writes beside OUT: what decodes OUT, and what tells that it is OUT that it decodes. Either
 * file may be of another run: one that was killed between the two, or copied, or edited.
 *
 * The digest of OUT finds all but one such pair: codes that are the same bytes under other scales. So OUT also
 * carries the digest of its OUT.json as an extended attribute, where the file system has them. A copy may lose it,
 * and is then known by its bytes alone. */
#ifndef CLI_SIDECAR_H
#define CLI_SIDECAR_H

#include "quantscope.h"

#include <stdbool.h>
#include <stddef.h>

enum { CLI_DIGEST = 80 };

typedef struct cli_sidecar {
    const char *path, *codes; /* OUT.json and OUT; codes is NULL where no such name is known */
    char *text;
    size_t length;
    qs_codec *codec;
    double rows, skip; /* skip: bytes of OUT before its codes, where it is a .npy */
    char *shape;       /* "[50,4,8]" */
    size_t axes;
    char digest[CLI_DIGEST]; /* of OUT; empty: it tells of none, as params that were written by themselves */
    char own[CLI_DIGEST];    /* of its own text */
} cli_sidecar;

/* Each returns an exit code, CLI_DONE or what it has said is wrong. */
int cli_sidecar_read(cli_sidecar *sidecar, const char *path, const char *codes);
void cli_sidecar_close(cli_sidecar *sidecar);

/* Whether its text is as it was written. */
int cli_sidecar_check_text(const cli_sidecar *sidecar);
/* Whether OUT, which has these bytes, is as long as OUT.json says, and not marked as belonging to another. */
int cli_sidecar_check_file(cli_sidecar *sidecar, int descriptor, double bytes);
/* Whether this is the digest of OUT. */
int cli_sidecar_check_digest(const cli_sidecar *sidecar, const qs_digest *digest);
/* All of that, for which the whole file is read. */
int cli_sidecar_check_codes(cli_sidecar *sidecar, int descriptor, double bytes);

/* Marks OUT as belonging to the OUT.json of this text, if the file system can. */
void cli_sidecar_mark(int descriptor, const char *text);

/* OUT + ".json", and what is before ".json" in a name, NULL where it does not end so; free() it. */
char *cli_sidecar_name(const char *codes);
char *cli_sidecar_codes(const char *path);

#endif
