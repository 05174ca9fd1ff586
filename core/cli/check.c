/* quantscope check: what is noticed about a file, its queries and specs, and nothing else. */
#include "cli/posix.h"

#include "cli/check.h"

#include "cli/findings.h"
#include "cli/sweep.h"
#include "cli/tensors.h"
#include "quantscope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_METRIC = CLI_TENSORS_NAME + 1, OPTION_SARIF, OPTION_MD, OPTION_FAIL, OPTION_LIST };

static const cli_option options[] = {
    {'q', "queries", "FILE", "queries, as rows of FILE's dim (default: rows drawn from FILE by --seed)"},
    {'s', "spec", "SPEC", "check this spec on the rows too; can be repeated (default: the data alone)"},
    {'k', NULL, "N", "neighbours that recall counts (default 10)"},
    {CLI_TENSORS_NAME, "tensor", "NAME", "this tensor alone; can be repeated without -q"},
    {OPTION_METRIC, "metric", "NAME", "cosine, ip (inner product) or l2 (default cosine)"},
    {OPTION_FAIL, "fail-on", "LEVEL",
     "exit 1 if there is a finding of this level or above: note, warning or error (default error)"},
    {OPTION_LIST, "list", NULL, "list the rules: what each means and how it is decided"},
    {CLI_JSON, "json", NULL, "print JSON: {\"quantscope\",\"file\",\"findings\":[...]}"},
    {OPTION_SARIF, "sarif", NULL, "print SARIF 2.1.0, as code hosts take it"},
    {OPTION_MD, "md", NULL, "print a Markdown table"},
    {0, NULL, NULL, NULL},
};

/* The specs given; without any, float32 alone, which has no rule of its own. */
static int read_specs(const cli_args *args, cli_specs *specs)
{
    if (cli_count(args, 's')) return cli_specs_read(args, false, specs);
    *specs = (cli_specs){.count = 1, .text = cli_alloc(sizeof *specs->text)};
    specs->text[0] = cli_canonical("f32");
    return CLI_DONE;
}

static int list_file(cli_tensors *job)
{
    int status = cli_file_list(&job->sweep.base, cli_nth(job->args, CLI_POSITIONAL, 0));
    if (status) return status;
    char *text = cli_file_json(&job->sweep.base);
    job->list = cli_json_parse(text, strlen(text));
    free(text);
    return CLI_DONE;
}

/* Whether the file holds weights, one tensor after another, and no rows to be searched. */
static bool holds_weights(const cli_tensors *job)
{
    const char *kind = cli_json_string(job->list, cli_json_get(job->list, 0, "kind"));
    size_t tensors = cli_json_size(job->list, cli_json_get(job->list, 0, "tensors"));
    return !cli_last(job->args, 'q') && (tensors != 1 || (kind && strcmp(kind, "safetensors") == 0));
}

/* Rows that are searched: a sweep, of which the findings are taken. */
static int check_rows(cli_tensors *job, char **report)
{
    cli_sweep *s = &job->sweep;
    const char *queries = cli_last(job->args, 'q'), *tensor = cli_last(job->args, CLI_TENSORS_NAME);
    int status = cli_file_find(&s->base, tensor);
    if (!status && queries) status = cli_file_open_beside(&s->queries, queries, tensor);
    if (!status && queries && s->queries.dim != s->base.dim)
        status = cli_fail(CLI_DATA, "%s: its rows have dim %zu, those of %s %zu", queries, s->queries.dim,
                          s->base.path, s->base.dim);
    return status ? status : cli_sweep_run(s, report);
}

static int read_options(cli_tensors *job, cli_level *fail_on)
{
    const cli_args *args = job->args;
    cli_sweep *s = &job->sweep;
    const char *metric = cli_last(args, OPTION_METRIC), *level = cli_last(args, OPTION_FAIL);
    if (!!cli_last(args, CLI_JSON) + !!cli_last(args, OPTION_SARIF) + !!cli_last(args, OPTION_MD) > 1)
        return cli_fail_usage(&cli_check, "check: choose one of --json, --sarif and --md");
    *fail_on = level ? cli_level_of(level) : CLI_GRAVE;
    if (*fail_on == CLI_NO_FINDING)
        return cli_fail_usage(&cli_check, "--fail-on %s: it takes note, warning or error", level);
    s->metric = metric ? metric : "cosine";
    s->progress = cli_progress_begin(cli_last(args, CLI_QUIET));
    int status = cli_whole(args, 'k', 1, 1000000, 10, &s->k);
    if (!status) status = cli_whole(args, CLI_SEED, 0, 4294967295.0, 0, &s->seed);
    if (!status) status = read_specs(args, &s->specs);
    if (status) return status;
    qs_run *probe = qs_run_open(s->specs.text[0], s->metric, (size_t)s->k, s->seed, 1, 1, 0);
    if (!probe) return cli_fail_core("check");
    qs_run_close(probe);
    return CLI_DONE;
}

/* {"quantscope","file","findings"} of a report of either kind. */
static char *take_findings(const char *path, const char *text)
{
    cli_json *report = cli_json_parse(text, strlen(text));
    char *taken = NULL;
    size_t bytes;
    FILE *stream = open_memstream(&taken, &bytes);
    if (!stream) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    fprintf(stream, "{\"quantscope\":\"%s\",\"file\":", qs_version());
    cli_json_print_text(stream, path);
    fputs(",\"findings\":", stream);
    cli_json_print(stream, report, cli_json_get(report, 0, "findings"));
    fputc('}', stream);
    if (fclose(stream)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    cli_json_free(report);
    return taken;
}

/* Says which specs fail on the data, of the results of a report or of one of its tensors. */
static int check_results(const char *path, const cli_json *report, int object)
{
    int results = cli_json_get(report, object, "results"), status = CLI_DONE;
    for (size_t i = 0; i < cli_json_size(report, results); i++) {
        int result = cli_json_at(report, results, i);
        const char *problem = cli_json_string(report, cli_json_get(report, result, "problem"));
        const char *tensor = cli_json_string(report, cli_json_get(report, object, "name"));
        if (problem)
            status = cli_fail(CLI_DATA, "%s: %s%s%s: %s", path, tensor ? tensor : "", tensor ? ": " : "",
                              cli_json_string(report, cli_json_get(report, result, "spec")), problem);
    }
    return status;
}

static int check_problems(const char *path, const cli_json *report)
{
    int tensors = cli_json_get(report, 0, "tensors"), status = check_results(path, report, 0);
    for (size_t i = 0; i < cli_json_size(report, tensors); i++) {
        int failed = check_results(path, report, cli_json_at(report, tensors, i));
        if (failed) status = failed;
    }
    return status;
}

static void print_report(const cli_args *args, const char *text, const cli_json *report)
{
    if (cli_last(args, CLI_JSON))
        puts(text);
    else if (cli_last(args, OPTION_SARIF))
        cli_check_sarif(report);
    else if (cli_last(args, OPTION_MD))
        cli_check_markdown(report);
    else
        cli_check_text(report);
    fflush(stdout);
}

static int check_file(cli_tensors *job, cli_level fail_on)
{
    cli_sweep *s = &job->sweep;
    char *text = NULL;
    int status = list_file(job);
    if (!status && holds_weights(job)) {
        s->errors_only = true;
        status = cli_tensors_run(job, &text);
    } else if (!status) {
        status = check_rows(job, &text);
    }
    cli_progress_end(&s->progress);
    if (status) return status;
    char *taken = take_findings(s->base.path, text);
    cli_json *report = cli_json_parse(taken, strlen(taken));
    print_report(job->args, taken, report);
    cli_json *whole = cli_json_parse(text, strlen(text));
    status = check_problems(s->base.path, whole);
    if (!status && cli_findings_worst(report, 0) >= fail_on) status = CLI_ASSERT;
    cli_json_free(whole);
    cli_json_free(report);
    free(taken);
    free(text);
    return status;
}

static int run(const cli_args *args)
{
    cli_tensors job = {.args = args, .sweep = CLI_SWEEP_NONE};
    cli_level fail_on = CLI_GRAVE;
    if (cli_last(args, OPTION_LIST)) {
        cli_check_list(cli_last(args, CLI_JSON));
        return CLI_DONE;
    }
    if (!cli_count(args, CLI_POSITIONAL)) return cli_fail_usage(&cli_check, "check: give a FILE");
    if (cli_count(args, CLI_POSITIONAL) > 1)
        return cli_fail_usage(&cli_check, "check: one FILE at a time, not %zu", cli_count(args, CLI_POSITIONAL));
    int status = read_options(&job, &fail_on);
    if (!status) status = check_file(&job, fail_on);
    cli_json_free(job.list);
    cli_file_close(&job.sweep.base);
    cli_file_close(&job.sweep.queries);
    cli_specs_free(&job.sweep.specs);
    return status;
}

const cli_command cli_check = {
    .name = "check",
    .summary = "reports what in a file makes figures misleading",
    .usage = "FILE [-q QUERIES] [-s SPEC]... [--tensor NAME] [-k 10]\n"
             "                        [--metric cosine|ip|l2] [--fail-on LEVEL]\n"
             "                        [--json|--sarif|--md]\n"
             "       quantscope check --list [--json]",
    .about = "Applies every rule to the rows of FILE, the queries and the specs, and prints\n"
             "the findings: repeated rows, queries that are rows of FILE, NaN, rows without\n"
             "a direction, recall that is 1 whatever the codes are, scales that vanish, and\n"
             "more (--list). Each finding has a level: a note is worth knowing, a warning\n"
             "says that a figure may mislead, an error that it has no meaning. Remedies to\n"
             "try follow. sweep, tensors, encode and plan report the same findings beside\n"
             "their figures.\n"
             "\n"
             "The tensors of a model (.safetensors) are checked one by one, without queries.\n"
             "The exit code is 1 if a finding has the level of --fail-on or a higher one.\n",
    .options = options,
    .examples = "  quantscope check base.npy -q queries.npy -s int8 -s binary\n"
                "  quantscope check model.safetensors -s q4_k --fail-on warning\n",
    .positionals = -1,
    .run = run,
};
