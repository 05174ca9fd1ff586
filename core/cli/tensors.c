/* quantscope tensors: measures specs on the tensors of a file and reports. */
#include "cli/tensors.h"

#include "cli/against.h"
#include "cli/grouped_warnings.h"
#include "quantscope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_CSV = CLI_TENSORS_MORE, OPTION_MD };

static const cli_option options[] = {
    {'s', "spec", "SPEC", "a spec; can be repeated (default: a list of well-known ones)"},
    {CLI_TENSORS_NAME, "tensor", "NAME", "this tensor alone, whatever its shape; can be repeated"},
    {CLI_TENSORS_BUDGET, "budget", "SIZE", "choose a type for each tensor within SIZE, as 4.5bpw or 4GB"},
    {CLI_TENSORS_TYPES, "types", "LIST", "the types to choose from, parted by commas"},
    {CLI_TENSORS_IMATRIX, "imatrix", "FILE", "weigh errors by llama.cpp's importance matrix (.gguf, .dat)"},
    {CLI_TENSORS_AGAINST, "against", "OTHER", "compare with the tensors of another file"},
    {CLI_TENSORS_AXES, "rows-axes", "N",
     "how many leading axes of a tensor number its rows (default 1, of experts, outputs, inputs 2)"},
    {'o', "output", "FILE", "write the types for llama-quantize --tensor-type-file"},
    {CLI_JSON, "json", NULL, "print the report as JSON"},
    {OPTION_CSV, "csv", NULL, "print every figure as CSV"},
    {OPTION_MD, "md", NULL, "print the tables as Markdown"},
    CLI_RAW_OPTIONS,
    {0, NULL, NULL, NULL},
};

static void print_report(const cli_args *args, const char *text, const cli_json *report)
{
    if (cli_last(args, CLI_JSON))
        puts(text);
    else if (cli_last(args, OPTION_CSV))
        cli_tensors_csv(report);
    else
        cli_tensors_table(report, cli_last(args, OPTION_MD) ? CLI_MARKDOWN : CLI_ALIGNED);
}

static void add_problem(cli_gathered *problems, const cli_json *report, int tensor, int result, const char *problem)
{
    const char *name = cli_json_string(report, cli_json_get(report, tensor, "name"));
    const char *spec = cli_json_string(report, cli_json_get(report, result, "spec"));
    char *quoted = cli_alloc(strlen(name) + 3), *text = cli_alloc(strlen(spec) + strlen(problem) + 3);
    sprintf(quoted, "'%s'", name);
    sprintf(text, "%s: %s", spec, problem);
    cli_gather(problems, quoted, text);
    free(quoted);
    free(text);
}

/* Tells of each spec that failed, and on which tensors. */
static int check_problems(const char *path, const cli_json *report)
{
    int status = CLI_DONE, tensors = cli_json_get(report, 0, "tensors");
    cli_gathered problems = {.count = 0};
    for (size_t t = 0; t < cli_json_size(report, tensors); t++) {
        int tensor = cli_json_at(report, tensors, t), results = cli_json_get(report, tensor, "results");
        for (size_t i = 0; i < cli_json_size(report, results); i++) {
            int result = cli_json_at(report, results, i);
            const char *problem = cli_json_string(report, cli_json_get(report, result, "problem"));
            if (problem) add_problem(&problems, report, tensor, result, problem);
        }
    }
    for (size_t i = 0; i < problems.count; i++) {
        char *text = cli_gathered_text(&problems, i);
        status = cli_fail(CLI_DATA, "%s: tensor%s %s", path, problems.kinds[i].count > 1 ? "s" : "", text);
        free(text);
    }
    cli_gathered_free(&problems);
    return status;
}

/* Which axes of tensors with more of them number their rows. */
static int take_axes(cli_tensors *job)
{
    double axes;
    cli_json *tensor;
    int status = cli_whole(job->args, CLI_TENSORS_AXES, 1, 8, 0, &axes);
    if (status || axes == 0) return status;
    for (size_t t = 0; (tensor = cli_file_tensor(&job->sweep.base, t)); t++) {
        cli_json_free(tensor);
        if (qs_source_rows_axes(job->sweep.base.source, t, (size_t)axes) < 0)
            return cli_fail_core(job->sweep.base.path);
    }
    return CLI_DONE;
}

static int list_file(cli_tensors *job)
{
    int status = cli_file_list(&job->sweep.base, cli_nth(job->args, CLI_POSITIONAL, 0));
    if (!status) status = take_axes(job);
    if (status) return status;
    char *text = cli_file_json(&job->sweep.base);
    job->list = cli_json_parse(text, strlen(text));
    free(text);
    return CLI_DONE;
}

static int measure_file(cli_tensors *job)
{
    char *text = NULL;
    int status = list_file(job);
    if (!status) status = cli_tensors_run(job, &text);
    cli_progress_end(&job->sweep.progress);
    if (status) return status;
    cli_json *report = cli_json_parse(text, strlen(text));
    print_report(job->args, text, report);
    fflush(stdout);
    status = check_problems(job->sweep.base.path, report);
    cli_json_free(report);
    free(text);
    return status;
}

/* Options that say nothing without --budget, and those that say nothing with it. */
static int check_budget(const cli_args *args)
{
    static const struct {
        char id;
        bool with;
        const char *name;
    } options_of[] = {{CLI_TENSORS_TYPES, true, "types"},
                      {CLI_TENSORS_IMATRIX, true, "imatrix"},
                      {'o', true, "output"},
                      {'s', false, "spec"},
                      {CLI_TENSORS_NAME, false, "tensor"},
                      {OPTION_CSV, false, "csv"},
                      {OPTION_MD, false, "md"}};
    bool budget = cli_count(args, CLI_TENSORS_BUDGET) > 0, against = cli_count(args, CLI_TENSORS_AGAINST) > 0;
    if (budget && against)
        return cli_fail_usage(&cli_tensors_command, "tensors: choose one of --budget and --against");
    for (size_t i = 0; i < sizeof options_of / sizeof *options_of; i++)
        if (cli_count(args, options_of[i].id) && against)
            return cli_fail_usage(&cli_tensors_command, "tensors: --%s is of no use with --against",
                                  options_of[i].name);
        else if (cli_count(args, options_of[i].id) && options_of[i].with != budget)
            return cli_fail_usage(&cli_tensors_command, "tensors: --%s is of no use %s --budget",
                                  options_of[i].name, budget ? "with" : "without");
    return CLI_DONE;
}

static int run(const cli_args *args)
{
    int wrong = check_budget(args);
    if (wrong || cli_last(args, CLI_TENSORS_BUDGET)) return wrong ? wrong : cli_tensors_budget(args);
    const char *other = cli_last(args, CLI_TENSORS_AGAINST);
    if (other) return cli_tensors_against(args, other);
    cli_tensors job = {.args = args, .sweep = CLI_SWEEP_NONE};
    cli_sweep *sweep = &job.sweep;
    if (cli_count(args, CLI_JSON) + cli_count(args, OPTION_CSV) + cli_count(args, OPTION_MD) > 1)
        return cli_fail_usage(&cli_tensors_command, "tensors: choose one of --json, --csv and --md");
    int status = cli_whole(args, CLI_SEED, 0, 4294967295.0, 0, &sweep->seed);
    if (!status) status = cli_specs_read(args, false, &sweep->specs);
    if (status) return status;
    sweep->metric = "cosine";
    sweep->k = 1;
    sweep->errors_only = true;
    sweep->progress = cli_progress_begin(cli_last(args, CLI_QUIET));
    status = measure_file(&job);
    cli_json_free(job.list);
    cli_file_close(&sweep->base);
    cli_specs_free(&sweep->specs);
    return status;
}

const cli_command cli_tensors_command = {
    .name = "tensors",
    .summary = "measures specs on the weights of a model",
    .usage = "FILE [-s SPEC]... [--tensor NAME]...\n"
             "                          [--rows-axes N] [--json|--csv|--md]\n"
             "       quantscope tensors FILE --budget SIZE [--types LIST]\n"
             "                          [--imatrix FILE] [-o FILE] [--json]\n"
             "       quantscope tensors FILE --against OTHER [--json]",
    .about = "Encodes each tensor of FILE that has two or more dimensions with each SPEC and\n"
             "reports bytes and errors. A row is one index of the first dimension; all other\n"
             "dimensions together are its values (--rows-axes 2: one of the first two). Two\n"
             "figures of each tensor show how much of a shared scale its outliers take: the\n"
             "largest value in standard deviations from the mean, and the excess kurtosis (0\n"
             "for a normal distribution, more for heavier tails).\n"
             "\n"
             "Tensors of fewer than two dimensions (biases, norms, scalars) stay float32 and\n"
             "are counted as kept; --tensor measures one anyway, as one row. The last rows\n"
             "are totals of all measured and kept tensors.\n"
             "\n"
             "If a SPEC fails on a tensor, the problem is reported, the remaining specs\n"
             "still run, and the exit code is 3.\n"
             "\n"
             "--budget chooses a ggml type for each tensor, so that all tensors together take\n"
             "SIZE bits for each value (4.5bpw) or a GGUF of them SIZE bytes (4GB, 700MiB),\n"
             "and the mean over all values of the share of noise, squared error over squared\n"
             "value, is least. An importance matrix weighs both by the mean square of each\n"
             "input. The choice is shown beside one type for all and llama.cpp's mixes. A\n"
             "type whose blocks do not fit a tensor's rows is replaced as llama.cpp does.\n"
             "\n"
             "--against compares FILE with another file of the same model, as an f16 original\n"
             "with its GGUF: tensors of the same name and shape, their types, bytes and the\n"
             "difference of their values.\n",
    .options = options,
    .examples = "  quantscope tensors model.safetensors -s int8 -s int4:per=block\n"
                "  quantscope tensors model.gguf --budget 4.5bpw --imatrix im.gguf -o types.txt\n",
    .positionals = 1,
    .run = run,
};
