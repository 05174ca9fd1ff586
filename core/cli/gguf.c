/* The writer of gguf.h. The head is "GGUF" | 3 | tensors | pairs, the pairs, and of each tensor its name, axes (the
 * fastest first), type and offset; values begin at multiples of the alignment, and the file ends at one. */
#include "cli/posix.h"

#include "cli/gguf.h"

#include "cli/cli.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 32 };

/* ------------------------------------------------------------------------------------------------ the tensors */

static char *copy_of(const cli_json *json, const char *key)
{
    return cli_copy(cli_json_string(json, cli_json_get(json, 0, key)));
}

static void read_tensor(cli_gguf_tensor *t, const cli_json *json, bool only)
{
    int shape = cli_json_get(json, 0, "shape");
    size_t axes = cli_json_size(json, shape);
    double values = cli_json_figure(json, 0, "rows") * cli_json_figure(json, 0, "dim");
    *t = (cli_gguf_tensor){.name = copy_of(json, "name"), .dtype = copy_of(json, "dtype"), .axes = axes ? axes : 1};
    t->bytes = cli_json_figure(json, 0, "rows") * cli_json_figure(json, 0, "row_bytes");
    t->offset = cli_json_figure(json, 0, "offset");
    if (cli_json_get(json, 0, "part") >= 0) t->part = (size_t)cli_json_figure(json, 0, "part");
    t->type = qs_ggml_type(t->dtype, 1);
    if (axes > CLI_GGUF_AXES) {
        t->problem = "it has more than 4 axes";
        t->axes = CLI_GGUF_AXES;
    }
    for (size_t i = 0; i < t->axes; i++)
        t->shape[i] = i < axes ? strtod(cli_json_plain(json, cli_json_at(json, shape, i)), NULL) : 1;
    t->dim = t->shape[t->axes - 1];
    t->rows = t->dim > 0 ? values / t->dim : 0;
    bool read = cli_json_get(json, 0, "problem") < 0 && values > 0;
    bool whole = cli_json_get(json, 0, "whole") >= 0 && !only;
    bool plain = cli_json_get(json, 0, "order") < 0 && cli_json_get(json, 0, "swap") < 0 &&
                 cli_json_get(json, 0, "skip") < 0;
    t->encodes = read && !whole && axes > 1 && !t->problem;
    if (t->type >= 0 && plain) return;
    if (!read && !t->problem) t->problem = "its values are not of a type that a GGUF holds";
    t->decodes = read;
    t->type = 0;
    t->bytes = 4 * values;
}

static double alignment_of(const cli_file *file)
{
    char *text;
    CLI_TEXT(text, qs_source_metadata_json(file->source, dst, cap));
    cli_json *json = text ? cli_json_parse(text, strlen(text)) : NULL;
    double alignment = cli_json_figure(json, 0, "general.alignment");
    cli_json_free(json);
    free(text);
    return alignment >= 1 ? alignment : ALIGNMENT;
}

int cli_gguf_open(cli_gguf *g, cli_file *file)
{
    cli_json *json;
    *g = (cli_gguf){.file = file, .alignment = alignment_of(file)};
    while ((json = cli_file_tensor(file, g->count))) {
        cli_json_free(json);
        g->count++;
    }
    g->list = cli_alloc((g->count + 1) * sizeof *g->list);
    for (size_t i = 0; i < g->count; i++) {
        json = cli_file_tensor(file, i);
        read_tensor(&g->list[i], json, g->count == 1);
        cli_json_free(json);
    }
    return cli_gguf_pairs(g);
}

void cli_gguf_close(cli_gguf *g)
{
    for (size_t i = 0; i < g->count; i++) {
        free(g->list[i].name);
        free(g->list[i].dtype);
        free(g->list[i].spec);
    }
    free(g->list);
    free(g->pairs);
    *g = (cli_gguf){.file = NULL};
}

/* ------------------------------------------------------------------------------------------------- the choice */

/* What the ledger says of a spec; NULL where it is none for this tensor. */
static cli_json *plan_of(const cli_gguf_tensor *t, const char *spec)
{
    char *text;
    CLI_TEXT(text, qs_plan_json(spec, t->rows, t->dim, dst, cap));
    cli_json *json = text ? cli_json_parse(text, strlen(text)) : NULL;
    free(text);
    return json;
}

char *cli_gguf_fitting(const cli_gguf_tensor *t, const char *spec)
{
    if (qs_ggml_type(spec, 0) < 0) return NULL; /* the error stays */
    cli_json *plan = plan_of(t, spec);
    const char *fits = plan ? spec : NULL;
    int findings = cli_json_get(plan, 0, "findings");
    for (size_t i = 0; i < cli_json_size(plan, findings); i++) {
        int finding = cli_json_at(plan, findings, i);
        const char *id = cli_json_string(plan, cli_json_get(plan, finding, "id"));
        if (id && !strcmp(id, "rows-not-whole-blocks"))
            fits = cli_json_string(plan, cli_json_get(plan, cli_json_get(plan, finding, "remedy"), "spec"));
    }
    char *copy = fits ? cli_copy(fits) : NULL;
    cli_json_free(plan);
    return copy;
}

double cli_gguf_spec_bytes(const cli_gguf_tensor *t, const char *spec)
{
    cli_json *plan = plan_of(t, spec);
    double bytes = cli_json_figure(plan, cli_json_get(plan, 0, "bytes"), "total");
    cli_json_free(plan);
    return bytes;
}

int cli_gguf_choose(cli_gguf *g, size_t tensor, const char *spec)
{
    cli_gguf_tensor *t = &g->list[tensor];
    char *fits = cli_gguf_fitting(t, spec);
    if (!fits) return cli_fail_core(g->file->path);
    if (strcmp(fits, spec) != 0)
        cli_warn("%s: '%s': its rows of %.0f values are no whole number of blocks of %s: %s is stored",
                 g->file->path, t->name, t->dim, spec, fits);
    free(t->spec);
    t->spec = fits;
    t->type = qs_ggml_type(fits, 0);
    t->bytes = cli_gguf_spec_bytes(t, fits);
    return CLI_DONE;
}

qs_codec *cli_gguf_codec(const char *spec, size_t dim)
{
    qs_fit *fit = qs_fit_open(spec, dim);
    qs_codec *codec = fit && qs_fit_next_pass(fit) == 0 ? qs_fit_finish(fit) : NULL;
    qs_fit_close(fit);
    return codec;
}
