/* The writer of export.h. */
#include "cli/export.h"

#include "cli/cli.h"
#include "cli/json.h"

#include <stdlib.h>
#include <string.h>

/* As long as any digest: pieces that hold one are written once more with the right one. */
static const char no_digest[] = "xxh64:0000000000000000";

int cli_export_check(const char *to)
{
    char *text, names[200] = "codes, gguf";
    if (!to || !strcmp(to, "codes") || !strcmp(to, "gguf")) return CLI_DONE;
    CLI_TEXT(text, qs_exports_json(dst, cap));
    cli_json *json = cli_json_parse(text, strlen(text));
    int list = cli_json_get(json, 0, "exports");
    bool known = false;
    for (size_t i = 0; i < cli_json_size(json, list); i++) {
        const char *name = cli_json_string(json, cli_json_get(json, cli_json_at(json, list, i), "name"));
        known |= !strcmp(name, to);
        strcat(strcat(names, ", "), name);
    }
    cli_json_free(json);
    free(text);
    return known ? CLI_DONE
                 : cli_fail(CLI_USAGE, "--to '%s' is no kind of file that is written; choose one of %s", to, names);
}

size_t cli_export_shape(const char *text, double shape[], size_t axes)
{
    size_t n = 0;
    char *end;
    for (const char *at = text + 1; n < axes; at = end + 1) shape[n++] = strtod(at, &end);
    if (!n) shape[n++] = 1;
    return n;
}

/* Writes what comes before a section, at its place or where the file is. */
static int write_before(cli_export *e, size_t section, const char *digest, bool seek)
{
    size_t bytes = qs_export_before(e->file, section, digest, NULL, 0);
    if (bytes == SIZE_MAX) return cli_fail_core(NULL);
    uint8_t *text = cli_alloc(bytes + 1);
    qs_export_before(e->file, section, digest, text, bytes);
    int status = seek ? cli_output_write_at(e->output, e->begin[section] - (double)bytes, text, bytes)
                      : cli_output_write(e->output, text, bytes);
    free(text);
    return status;
}

/* Where everything lies. */
static int place_sections(cli_export *e)
{
    size_t count = qs_export_sections(e->file);
    double at = 0;
    e->begin = cli_alloc((count + 1) * sizeof *e->begin);
    for (size_t s = 0; s <= count; s++) {
        size_t bytes = qs_export_before(e->file, s, no_digest, NULL, 0);
        if (bytes == SIZE_MAX) return cli_fail_core(NULL);
        e->begin[s] = at += (double)bytes;
        if (s < count) at += e->rows * qs_export_row_bytes(e->file, s);
    }
    return CLI_DONE;
}

int cli_export_open(cli_export *e, const char *to, const char *name, const char *shape, size_t axes,
                    const qs_codec *codec, cli_output *output)
{
    *e = (cli_export){.output = output};
    if (!to || !strcmp(to, "codes")) return CLI_DONE;
    double *lengths = cli_alloc((axes + 1) * sizeof *lengths);
    axes = cli_export_shape(shape, lengths, axes);
    e->rows = axes > 1 ? lengths[0] : 1;
    e->file = qs_export_open(to, codec, name, lengths, axes);
    free(lengths);
    if (!e->file) return cli_fail_core(name);
    int status = place_sections(e);
    size_t count = qs_export_sections(e->file);
    if (!status && count > 1 && !output->temporary)
        return cli_fail(CLI_OUTPUT, "%s: a file of %zu parts is written at several places; -o takes a file here",
                        output->target, count);
    return status ? status : write_before(e, 0, no_digest, false);
}

int cli_export_write(cli_export *e, double row, size_t n, const uint8_t *codes, size_t bytes)
{
    if (!e->file) return cli_output_write(e->output, codes, bytes);
    size_t count = qs_export_sections(e->file);
    int status = CLI_DONE;
    for (size_t s = 0; s < count && !status; s++) {
        double each = qs_export_row_bytes(e->file, s);
        size_t written = n * (size_t)each;
        if (written > e->room) {
            free(e->some);
            e->some = cli_alloc(e->room = written);
        }
        if (qs_export_rows(e->file, s, codes, n, e->some) < 0) return cli_fail_core(NULL);
        status = count > 1 ? cli_output_write_at(e->output, e->begin[s] + row * each, e->some, written)
                           : cli_output_write(e->output, e->some, written);
    }
    return status;
}

int cli_export_finish(cli_export *e, const char *digest)
{
    if (!e->file) return CLI_DONE;
    size_t count = qs_export_sections(e->file);
    bool seek = e->output->temporary != NULL;
    int status = CLI_DONE;
    for (size_t s = seek ? 0 : count; s <= count && !status; s++) status = write_before(e, s, digest, seek);
    return status;
}

void cli_export_close(cli_export *e)
{
    qs_export_close(e->file);
    free(e->begin);
    free(e->some);
    *e = (cli_export){.file = NULL};
}
