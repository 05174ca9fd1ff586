/* The parts of `quantscope encode`: rows of one tensor (encode.c) and whole models (encode_gguf.c). */
#ifndef CLI_ENCODE_H
#define CLI_ENCODE_H

#include "cli/cli.h"

typedef struct cli_encode_gguf_options {
    const cli_args *args;
    char tensor;              /* the id of the option that names tensors */
    const char *spec, *types; /* of all of them, and a file of types for some; NULL: none */
} cli_encode_gguf_options;

int cli_encode_gguf(const cli_encode_gguf_options *o, const char *path, const char *out);

#endif
