/* quantscope encode --to gguf: a whole model, each tensor encoded or as it is. */
#include "cli/encode.h"

#include "cli/gguf.h"
#include "cli/output.h"
#include "cli/progress.h"

#include <stdio.h>
#include <string.h>

static bool is_named(const cli_args *args, char id, const char *name)
{
    for (size_t i = 0; i < cli_count(args, id); i++)
        if (!strcmp(name, cli_nth(args, id, i))) return true;
    return false;
}

/* All tensors that a spec applies to, or those that are named. */
static int choose(cli_gguf *g, const cli_encode_gguf_options *o)
{
    int status = CLI_DONE;
    for (size_t i = 0; i < cli_count(o->args, o->tensor) && !status; i++)
        status = cli_file_find(g->file, cli_nth(o->args, o->tensor, i));
    bool all = !cli_count(o->args, o->tensor);
    for (size_t i = 0; i < g->count && !status && o->spec; i++) {
        const cli_gguf_tensor *t = &g->list[i];
        bool named = is_named(o->args, o->tensor, t->name);
        if (named && !t->encodes)
            status =
                cli_fail(CLI_DATA, "%s: tensor '%s' holds no floats of two axes or more", g->file->path, t->name);
        else if (named || (all && t->encodes))
            status = cli_gguf_choose(g, i, o->spec);
    }
    return !status && o->types ? cli_gguf_types(g, o->types) : status;
}

static int write_file(cli_gguf *g, const char *out, bool quiet)
{
    cli_output output = {.target = NULL};
    int status = cli_same_file(out, g->file->path) ? cli_fail(CLI_USAGE, "%s: OUT is the file that is read", out)
                                                   : cli_output_open(&output, out);
    cli_progress progress = cli_progress_begin(quiet);
    if (!status) status = cli_gguf_write(g, &output, &progress);
    cli_progress_end(&progress);
    if (!status) status = cli_output_close(&output);
    if (!status) status = cli_output_rename(&output);
    cli_output_discard(&output);
    return status;
}

int cli_encode_gguf(const cli_encode_gguf_options *o, const char *path, const char *out)
{
    cli_file file;
    cli_gguf g = {.file = NULL};
    int status = cli_file_list(&file, path);
    if (status) return status;
    status = cli_gguf_open(&g, &file);
    if (!status) status = choose(&g, o);
    if (!status) status = write_file(&g, out, cli_last(o->args, CLI_QUIET) != NULL);
    if (!status && cli_last(o->args, CLI_JSON)) {
        size_t encoded = 0;
        for (size_t i = 0; i < g.count; i++) encoded += g.list[i].spec != NULL;
        printf("{\"tensors\":%zu,\"encoded\":%zu,\"bytes\":%.0f}\n", g.count, encoded, cli_gguf_bytes(&g));
    }
    cli_gguf_close(&g);
    cli_file_close(&file);
    return status;
}
