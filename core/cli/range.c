/* quantscope range: what each rule would make of a file's data for a spec, and what it would cost. */
#include "cli/posix.h"

#include "cli/cli.h"

#include "cli/file.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/specs.h"
#include "cli/table.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_TENSOR = CLI_OWN, OPTION_MEMORY };

static const cli_option options[] = {
    {'s', "spec", "SPEC", "the spec whose range is to be chosen"},
    {OPTION_TENSOR, "tensor", "NAME", "which tensor of FILE, if it has several"},
    {OPTION_MEMORY, "memory", "BYTES", "for counts and rows at a time; K, M and G may follow (default 64M)"},
    {CLI_JSON, "json", NULL,
     "print JSON: {\"spec\",\"rows\",\"dim\",\"figures\",\"rules\":[...],\"rounds\":[...],\"notes\":[]}"},
    {0, NULL, NULL, NULL},
};

/* Bytes as a whole number with K, M or G (1,024, its square and its cube) behind it. */
static int read_memory(const cli_args *args, double *memory)
{
    static const char units[] = "kmg";
    const char *text = cli_last(args, OPTION_MEMORY);
    char *end;
    *memory = 0;
    if (!text) return CLI_DONE;
    double value = strtod(text, &end), unit = 1;
    const char *at = *end ? strchr(units, *end | 32) : NULL;
    for (int i = 0; at && i <= at - units; i++) unit *= 1024;
    value *= unit;
    bool digit = *text >= '0' && *text <= '9';
    if (digit && (!*end || (at && !end[1])) && value >= 1 && value < 0x1p53 && floor(value) == value) {
        *memory = value;
        return CLI_DONE;
    }
    return cli_fail(CLI_USAGE, "--memory %s: write a whole number of bytes, such as 50000000, 64M or 2G", text);
}

/* What is left for counts beside a chunk of raw rows, one of floats, and the smaller things: at least a quarter. */
static double memory_for_counts(double memory, const cli_file *file)
{
    double chunk = (double)cli_file_chunk(file, 0) * ((double)file->row_bytes + (double)file->dim * sizeof(float));
    return memory == 0 ? 0 : fmax(floor(fmax(memory * 15 / 16 - chunk, memory / 4)), 1); /* 0: the default */
}

static int fold(cli_file *file, qs_range *range, bool quiet)
{
    float *rows = cli_alloc(cli_file_chunk(file, 0) * file->dim * sizeof *rows);
    cli_progress progress = cli_progress_begin(quiet);
    int status = CLI_DONE, more = 1;
    for (double pass = 0; more > 0 && !status; pass++) {
        for (double row = 0; row < file->rows && !status;) {
            size_t n = cli_file_chunk(file, row);
            status = cli_file_rows(file, row, n, rows);
            if (!status && qs_range_observe(range, row, rows, n) < 0) status = cli_fail_core(file->path);
            row += (double)n;
            cli_progress_show(&progress, (pass + row / file->rows) / (pass + 2),
                              "range"); /* passes are not known */
        }
        if (!status) more = qs_range_next_pass(range, NULL, 0);
        if (more < 0) status = cli_fail_core(file->path);
    }
    cli_progress_end(&progress);
    free(rows);
    return status;
}

/* The least and the greatest number of an array, or that none are told. */
static void add_span(cli_table *table, const cli_json *json, int array)
{
    double least = INFINITY, greatest = -INFINITY;
    for (size_t i = 0; i < cli_json_size(json, array); i++) {
        double value;
        if (!cli_json_number(json, cli_json_at(json, array, i), &value)) continue;
        least = fmin(least, value);
        greatest = fmax(greatest, value);
    }
    if (least > greatest)
        cli_table_add(table, "-");
    else if (least == greatest)
        cli_table_format(table, "%.6g", least);
    else
        cli_table_format(table, "%.4g to %.4g", least, greatest);
}

/* Which dim carries most of the error: "37 (12.4 %)". */
static void add_worst(cli_table *table, const cli_json *json, int rule)
{
    double dim, share;
    if (!cli_json_number(json, cli_json_get(json, rule, "worst_dim"), &dim) ||
        !cli_json_number(json, cli_json_get(json, rule, "worst_dim_share"), &share))
        cli_table_add(table, "-");
    else
        cli_table_format(table, "%.0f (%.3g %%)", dim, 100 * share);
}

/* The ways of rounding, in the range of the spec's own rule. */
static void print_rounds(const cli_json *json)
{
    int rounds = cli_json_get(json, 0, "rounds");
    if (!cli_json_size(json, rounds)) return;
    cli_table *table = cli_table_open("round|>rounding MSE / (step^2 / 12)|>in theory");
    for (size_t i = 0; i < cli_json_size(json, rounds); i++) {
        int round = cli_json_at(json, rounds, i);
        cli_table_add(table, cli_json_string(json, cli_json_get(json, round, "round")));
        cli_table_figure(table, "%.3f", cli_json_figure(json, round, "factor"));
        cli_table_figure(table, "%.0f", cli_json_figure(json, round, "theory"));
    }
    putchar('\n');
    cli_table_print(table, CLI_ALIGNED);
}

static void print_table(const char *text)
{
    static const char *const spans[] = {"lo", "hi", "scale", "zero"};
    static const char *const figures[] = {"rounding_mse", "clipping_mse", "mse", "clipped_share", "sqnr_db"};
    static const char *const formats[] = {"%.4g", "%.4g", "%.4g", "%.4f %%", "%.2f"};
    cli_json *json = cli_json_parse(text, strlen(text));
    int rules = cli_json_get(json, 0, "rules");
    cli_table *table =
        cli_table_open("range|>lo|>hi|>scale|>zero|>rounding MSE|>clipping MSE|>MSE|>clipped|>SQNR dB|>worst dim");
    for (size_t i = 0; i < cli_json_size(json, rules); i++) {
        int rule = cli_json_at(json, rules, i);
        cli_table_add(table, cli_json_string(json, cli_json_get(json, rule, "range")));
        for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
            add_span(table, json, cli_json_get(json, rule, spans[s]));
        for (size_t f = 0; f < sizeof figures / sizeof *figures; f++) {
            double value;
            if (!cli_json_number(json, cli_json_get(json, rule, figures[f]), &value))
                cli_table_add(table, "-");
            else
                cli_table_format(table, formats[f], f == 3 ? 100 * value : value);
        }
        add_worst(table, json, rule);
    }
    cli_table_print(table, CLI_ALIGNED);
    print_rounds(json);
    int notes = cli_json_get(json, 0, "notes");
    for (size_t i = 0; i < cli_json_size(json, notes); i++)
        printf("\nNote: %s\n", cli_json_string(json, cli_json_at(json, notes, i)));
    cli_json_free(json);
}

/* The report of a file; the counts are let go before it is looked at. */
static int choose(const cli_args *args, cli_file *file, const char *spec, double memory, char **text)
{
    qs_range *range = qs_range_open(spec, file->dim, memory_for_counts(memory, file));
    if (!range) return cli_fail_data(file->path);
    int status = fold(file, range, cli_last(args, CLI_QUIET));
    if (!status) CLI_TEXT(*text, qs_range_json(range, dst, cap));
    if (!status && !*text) status = cli_fail_core(file->path);
    qs_range_close(range);
    return status;
}

static int run(const cli_args *args)
{
    const char *spec;
    char *text = NULL;
    double memory;
    cli_file file;
    int status = cli_need(args, 's', &spec);
    if (!status && cli_count(args, 's') > 1)
        status = cli_fail_usage(&cli_range, "range: it takes one spec; choose one of the %zu given with -s",
                                cli_count(args, 's'));
    if (!status) status = read_memory(args, &memory);
    if (status) return status;
    qs_range *range = qs_range_open(spec, 1, memory); /* the spec is tried before the file is */
    if (!range) return cli_fail_spec(spec);
    qs_range_close(range);
    status = cli_file_open(&file, cli_nth(args, CLI_POSITIONAL, 0), cli_last(args, OPTION_TENSOR));
    if (status) return status;
    status = choose(args, &file, spec, memory, &text);
    cli_file_close(&file);
    if (!status && cli_last(args, CLI_JSON))
        puts(text);
    else if (!status && text)
        print_table(text);
    free(text);
    return status;
}

const cli_command cli_range = {
    .name = "range",
    .summary = "shows the range each rule would choose, and its error",
    .usage = "FILE -s SPEC [--tensor NAME] [--memory BYTES] [--json]",
    .about = "Chooses the range of every scale by each of the rules: minmax, percentile, mse,\n"
             "kl and std. SPEC says the format, what shares a scale, p of percentile and sd\n"
             "of std; whatever range it names is one among the others. With scales of the\n"
             "tensor or of dims errors are computed from histograms (16,384 bins of the\n"
             "tensor, 2,048 of a dim, and finer ones where these are too coarse), the values\n"
             "of a bin spread evenly between its least and its greatest; with scales of rows\n"
             "or blocks they are measured by coding the rows, without kl, which needs a\n"
             "histogram. Where there are several scales the table shows the least and the\n"
             "greatest of them, and JSON holds all, but null for those of rows and blocks,\n"
             "which are too many. Clipped are values more than half a step beyond the\n"
             "outermost level; worst dim is the one that carries most of the error, where\n"
             "scales are of dims, rows or blocks. Below stand the ways of rounding in the\n"
             "range of SPEC's rule: the error of the values that are not clipped, over that\n"
             "of an error spread evenly over a step. A fitted codebook has levels of its own\n"
             "in place of a range: their ends and their error stand there. FILE is read in\n"
             "chunks, twice or more: as many dims as --memory has room for are counted in one\n"
             "pass, and once more where values far from the others made it coarse.\n",
    .options = options,
    .examples = "  quantscope range base.npy -s int4:per=tensor\n"
                "  quantscope range base.npy -s int8:map=offset,per=dim --memory 16M --json\n",
    .positionals = 1,
    .run = run,
};
