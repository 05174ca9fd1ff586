/* quantscope tensors --budget: the command. */
#include "cli/posix.h"

#include "cli/budget.h"

#include "cli/output.h"
#include "cli/specs.h"
#include "cli/tensors.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char usual_types[] = "q2_k,q3_k,q4_k,q5_k,q6_k,q8_0,f16";

/* ------------------------------------------------------------------------------------------------- the options */

static int read_types(cli_budget *b, const char *text)
{
    char *words = cli_copy(text ? text : usual_types), *state = NULL;
    int status = CLI_DONE;
    for (char *word = strtok_r(words, ", ", &state); word && !status; word = strtok_r(NULL, ", ", &state)) {
        char *spec = cli_canonical(word);
        if (!spec) {
            status = cli_fail_spec(word);
        } else if (qs_ggml_type(spec, 0) < 0) {
            status = cli_fail_core("--types");
        } else if (b->types == CLI_BUDGET_TYPES) {
            status = cli_fail(CLI_USAGE, "--types: at most %d types are compared", CLI_BUDGET_TYPES);
        } else {
            b->type[b->types++] = spec;
            spec = NULL;
        }
        free(spec);
    }
    if (!status && !b->types) status = cli_fail(CLI_USAGE, "--types: it names no type; default: %s", usual_types);
    free(words);
    return status;
}

/* "4.5bpw", "4GB", "700MiB": bytes of all tensors, or of the file. */
static int read_budget(cli_budget *b, const char *text)
{
    static const struct {
        const char *unit;
        double bytes;
    } units[] = {{"", 1},     {"B", 1},      {"KB", 1e3},      {"MB", 1e6},
                 {"GB", 1e9}, {"KiB", 1024}, {"MiB", 1048576}, {"GiB", 1073741824.0}};
    char *end;
    double number = strtod(text, &end);
    if (end != text && number > 0 && number < 1e18 && !strcmp(end, "bpw")) {
        b->most = floor(number * b->values / 8);
        return CLI_DONE;
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (end != text && number > 0 && number < 1e18 && !strcmp(end, units[i].unit)) {
            b->most = floor(number * units[i].bytes);
            b->aligned = true;
            return CLI_DONE;
        }
    return cli_fail(CLI_USAGE,
                    "--budget '%s': it takes bits for each value, as 4.5bpw, or bytes of the file, as 4GB, "
                    "700MiB",
                    text);
}

/* ------------------------------------------------------------------------------------------------ the tensors */

static int list_tensors(cli_budget *b, bool of_gguf)
{
    size_t without = 0;
    b->list = cli_alloc((b->gguf.count + 1) * sizeof *b->list);
    for (size_t i = 0; i < b->gguf.count; i++) {
        const cli_gguf_tensor *t = &b->gguf.list[i];
        b->values += t->rows * t->dim;
        if (t->problem)
            return cli_fail(CLI_DATA, "%s: tensor '%s' cannot be in a GGUF: %s", b->gguf.file->path, t->name,
                            t->problem);
        if (!t->encodes || (of_gguf && cli_budget_stays(t->name))) continue;
        cli_budget_tensor *one = &b->list[b->count++];
        *one = (cli_budget_tensor){.tensor = i, .values = t->rows * t->dim};
        if (t->dim <= CLI_DIM_MOST)
            one->importance = cli_imatrix_find(&b->imatrix, t->name, t->rows, (size_t)t->dim);
        without += !one->importance;
    }
    if (b->imatrix.count && without)
        cli_warn("%zu of %zu tensors have no importance of their shape in the matrix: their inputs count alike",
                 without, b->count);
    return b->count ? CLI_DONE
                    : cli_fail(CLI_DATA, "%s: no tensor of floats has two axes or more", b->gguf.file->path);
}

/* What stays as it is, and of a file its head. */
static void count_kept(cli_budget *b)
{
    for (size_t i = 0, at = 0; i < b->gguf.count; i++) {
        if (at < b->count && b->list[at].tensor == i)
            at++;
        else
            b->kept += cli_budget_bytes(b, b->gguf.list[i].bytes);
    }
    if (!b->aligned) return;
    double whole = cli_gguf_bytes(&b->gguf);
    for (size_t i = 0; i < b->gguf.count; i++) whole -= cli_budget_bytes(b, b->gguf.list[i].bytes);
    b->kept += whole;
}

/* --------------------------------------------------------------------------------------------------- the file */

/* Of a name what a regular expression takes for itself has a backslash before it. */
static int write_name(cli_output *output, const char *name)
{
    int status = cli_output_write(output, "^", 1);
    for (; *name && !status; name++) {
        if (strchr(".^$*+?()[]{}|\\", *name)) status = cli_output_write(output, "\\", 1);
        if (!status) status = cli_output_write(output, name, 1);
    }
    return status ? status : cli_output_write(output, "$=", 2);
}

static int write_types(const cli_budget *b, const char *path)
{
    static const char own[] = "ggml_"; /* before names that are others' too */
    cli_output output;
    int status = cli_output_open(&output, path);
    for (size_t i = 0; i < b->count && !status; i++) {
        const cli_budget_tensor *t = &b->list[i];
        const char *type = t->options[t->chosen].type;
        if (!strncmp(type, own, sizeof own - 1)) type += sizeof own - 1;
        status = write_name(&output, b->gguf.list[t->tensor].name);
        if (!status) status = cli_output_write(&output, type, strlen(type));
        if (!status) status = cli_output_write(&output, "\n", 1);
    }
    if (!status) status = cli_output_close(&output);
    if (!status) status = cli_output_rename(&output);
    cli_output_discard(&output);
    return status;
}

/* ------------------------------------------------------------------------------------------------- all of it */

static void close_budget(cli_budget *b)
{
    for (size_t i = 0; i < b->count; i++)
        for (size_t o = 0; o < b->list[i].count; o++) free(b->list[i].options[o].type);
    for (size_t i = 0; i < b->types; i++) free(b->type[i]);
    free(b->list);
    cli_imatrix_close(&b->imatrix);
    cli_gguf_close(&b->gguf);
}

static int solve(cli_budget *b, cli_file *file, const cli_args *args)
{
    const char *matrix = cli_last(args, CLI_TENSORS_IMATRIX);
    int status = matrix ? cli_imatrix_open(&b->imatrix, matrix) : CLI_DONE;
    if (!status) status = cli_gguf_open(&b->gguf, file);
    if (!status) status = list_tensors(b, !strcmp(qs_source_kind(file->source), "gguf"));
    if (!status) status = read_budget(b, cli_last(args, CLI_TENSORS_BUDGET));
    if (status) return status;
    count_kept(b);
    b->progress = cli_progress_begin(cli_last(args, CLI_QUIET) != NULL);
    status = cli_budget_measure(b);
    cli_progress_end(&b->progress);
    return status ? status : cli_budget_choose(b);
}

static int print_report(cli_budget *b, const cli_file *file, const cli_args *args)
{
    char *text =
        cli_budget_json(b, file->path, cli_last(args, CLI_TENSORS_BUDGET), cli_last(args, CLI_TENSORS_IMATRIX));
    if (cli_last(args, CLI_JSON)) {
        puts(text);
    } else {
        cli_json *report = cli_json_parse(text, strlen(text));
        cli_budget_table(report);
        cli_json_free(report);
    }
    free(text);
    return CLI_DONE;
}

int cli_tensors_budget(const cli_args *args)
{
    cli_budget b = {.count = 0};
    cli_file file = {.path = NULL};
    const char *out = cli_last(args, 'o');
    int status = read_types(&b, cli_last(args, CLI_TENSORS_TYPES));
    if (!status) {
        b.values = 8; /* the form of the text is checked before files are */
        status = read_budget(&b, cli_last(args, CLI_TENSORS_BUDGET));
        b.values = 0;
        b.aligned = false;
    }
    if (!status) status = cli_file_list(&file, cli_nth(args, CLI_POSITIONAL, 0));
    if (!status) status = solve(&b, &file, args);
    if (!status && out) status = write_types(&b, out);
    if (!status) status = print_report(&b, &file, args);
    close_budget(&b);
    cli_file_close(&file);
    return status;
}
