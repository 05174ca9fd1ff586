/* quantscope engines: what each engine makes of "int8", "4 bits" and "1 bit" on the same rows. */
#include "cli/cli.h"

#include "cli/sweep.h"
#include "quantscope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_METRIC = CLI_FIRST_OPTION, OPTION_TENSOR, OPTION_CSV, OPTION_MD };

static const cli_option options[] = {
    {'q', "queries", "FILE",
     "queries, as rows of the base's dim (default: drawn from BASE by --seed, and left out)"},
    {'k', NULL, "N", "neighbours that recall counts (default 10)"},
    {OPTION_TENSOR, "tensor", "NAME", "which tensor of BASE, where it has several"},
    {OPTION_METRIC, "metric", "NAME", "cosine, ip (inner product) or l2 (default cosine)"},
    {CLI_JSON, "json", NULL, "print the report as JSON: that of sweep, and \"groups\""},
    {OPTION_CSV, "csv", NULL, "print the table as CSV"},
    {OPTION_MD, "md", NULL, "print the table as Markdown"},
    CLI_RAW_OPTIONS,
    {0, NULL, NULL, NULL},
};

/* Groups by bits of a value; 5 and 6 are in none. */
static const char *const names[] = {"int8", "4 bits", "1 bit"};

static size_t group_of(double bits)
{
    return bits > 6 ? 0 : bits > 2 && bits <= 4 ? 1 : bits <= 2 ? 2 : 3;
}

/* The formats of the core, parsed once. */
static cli_json *formats(void)
{
    static cli_json *json;
    char *text = NULL;
    if (json) return json;
    CLI_TEXT(text, qs_formats_json(0, dst, cap));
    json = cli_json_parse(text, strlen(text));
    free(text);
    return json;
}

/* The row of the format that a spec is of. */
static int format_of(const char *spec)
{
    int list = cli_json_get(formats(), 0, "formats");
    for (size_t i = 0; i < cli_json_size(formats(), list); i++) {
        int row = cli_json_at(formats(), list, i);
        const char *name = cli_json_string(formats(), cli_json_get(formats(), row, "name"));
        if (strlen(name) == strcspn(spec, ":") && !strncmp(name, spec, strlen(name))) return row;
    }
    return -1;
}

static char *how(const char *spec)
{
    return cli_copy(cli_json_string(formats(), cli_json_get(formats(), format_of(spec), "rule")));
}

/* The engines' own formats among the specs worth comparing, by their bits. */
static void add_engines(cli_sweep *s, const cli_specs *all)
{
    s->groups.count = sizeof names / sizeof *names;
    s->groups.names = cli_alloc(s->groups.count * sizeof *s->groups.names);
    for (size_t g = 0; g < s->groups.count; g++) s->groups.names[g] = cli_copy(names[g]);
    for (size_t g = 0; g < s->groups.count; g++)
        for (size_t i = 0; i < all->count; i++) {
            int row = format_of(all->text[i]);
            const char *kind = cli_json_string(formats(), cli_json_get(formats(), row, "family"));
            const char *bits = strstr(all->text[i], "bits=");
            double each = bits ? strtod(bits + 5, NULL) : cli_json_figure(formats(), row, "bits");
            if (kind && !strcmp(kind, "engine") && group_of(each) == g)
                cli_groups_add(s, g, all->text[i], all->text[i]);
        }
}

static int measure(const cli_args *args, cli_sweep *s)
{
    const char *queries = cli_last(args, 'q'), *tensor = cli_last(args, OPTION_TENSOR);
    int status = cli_file_open(&s->base, cli_nth(args, CLI_POSITIONAL, 0), tensor);
    if (!status && queries) status = cli_file_open_beside(&s->queries, queries, tensor);
    if (!status && queries && s->queries.dim != s->base.dim)
        status = cli_fail(CLI_DATA, "%s: its rows have dim %zu, those of %s %zu", queries, s->queries.dim,
                          s->base.path, s->base.dim);
    char *text = NULL;
    if (!status) status = cli_sweep_run(s, &text);
    if (status) return status;
    cli_json *report = cli_json_parse(text, strlen(text));
    cli_progress_end(&s->progress);
    if (cli_last(args, CLI_JSON))
        puts(text);
    else
        cli_sweep_groups_table(report,
                               cli_last(args, OPTION_CSV)  ? CLI_CSV
                               : cli_last(args, OPTION_MD) ? CLI_MARKDOWN
                                                           : CLI_ALIGNED,
                               "called", how);
    status = cli_sweep_check_problems(s, report);
    cli_json_free(report);
    free(text);
    return status;
}

static int run(const cli_args *args)
{
    cli_sweep s = CLI_SWEEP_NONE;
    cli_specs all = {.count = 0};
    const char *metric = cli_last(args, OPTION_METRIC);
    if (!!cli_last(args, CLI_JSON) + !!cli_last(args, OPTION_CSV) + !!cli_last(args, OPTION_MD) > 1)
        return cli_fail_usage(&cli_engines, "engines: choose one of --json, --csv and --md");
    s.metric = metric ? metric : "cosine";
    s.untimed = true;
    s.progress = cli_progress_begin(cli_last(args, CLI_QUIET));
    int status = cli_whole(args, 'k', 1, 1000000, 10, &s.k);
    if (!status) status = cli_whole(args, CLI_SEED, 0, 4294967295.0, 0, &s.seed);
    if (!status) status = cli_specs_read(args, false, &all);
    if (!status) add_engines(&s, &all);
    if (!status) {
        qs_run *probe = qs_run_open(s.specs.text[0], s.metric, (size_t)s.k, s.seed, 1, 1, 0);
        if (!probe) status = cli_fail_core("engines");
        qs_run_close(probe);
    }
    if (!status) status = measure(args, &s);
    cli_specs_free(&all);
    cli_groups_free(&s.groups, s.specs.count);
    cli_specs_free(&s.specs);
    cli_file_close(&s.base);
    cli_file_close(&s.queries);
    return status;
}

const cli_command cli_engines = {
    .name = "engines",
    .summary = "the same word, every engine's result",
    .usage = "BASE [-q QUERIES] [-k 10] [--metric cosine|ip|l2]\n"
             "                          [--json|--csv|--md]",
    .about = "Encodes the rows of BASE as search engines and libraries do when they say\n"
             "\"int8\", \"4 bits\" or \"1 bit\": with their own range, rounding, row bytes,\n"
             "encoding of queries and score. Bytes of a vector leave out what rows share.\n"
             "Recall is compared with that of the best of the group over the same queries.\n"
             "`quantscope formats` names the versions.\n",
    .options = options,
    .examples = "  quantscope engines base.npy -q queries.npy\n"
                "  quantscope engines base.npy --metric ip --md\n",
    .positionals = 1,
    .run = run,
};
