/* quantscope range: what each rule would make of a file's data for a spec, and what it would cost. */
#include "cli/posix.h"

#include "cli/cli.h"

#include "cli/file.h"
#include "cli/findings.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/scales.h"
#include "cli/specs.h"
#include "cli/table.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_TENSOR = CLI_FIRST_OPTION, OPTION_MEMORY };

static const cli_option options[] = {
    {'s', "spec", "SPEC", "the spec whose range is to be chosen"},
    {OPTION_TENSOR, "tensor", "NAME", "which tensor of FILE, if it has several"},
    {OPTION_MEMORY, "memory", "BYTES", "for counts and rows at a time; K, M and G may follow (default 64M)"},
    {CLI_JSON, "json", NULL,
     "print JSON: {\"spec\", \"rows\", \"dim\", \"figures\", \"rules\": [...], "
     "\"rounds\": [...], \"notes\": []}"},
    CLI_RAW_OPTIONS,
    {0, NULL, NULL, NULL},
};

/* What is left for counts beside a chunk of floats, the raw rows, and the smaller things: at least a quarter. */
static double memory_for_counts(double memory, const cli_file *file)
{
    enum { OF_DIM = 400, OF_THREAD = 256 << 10 }; /* what is chosen for a dim; the sums of a histogram */
    double chunk = (double)cli_file_chunk(file, 0) * (double)file->dim * sizeof(float) +
                   (double)file->raw_rows * (double)file->row_bytes;
    double held = chunk + OF_DIM * (double)file->dim + OF_THREAD * (double)qs_threads(0);
    return memory == 0 ? 0 : fmax(floor(fmax(memory * 15 / 16 - held, memory / 4)), 1); /* 0: the default */
}

static int fold(cli_file *file, qs_range *range, qs_check *check, bool quiet)
{
    float *rows = cli_alloc(cli_file_chunk(file, 0) * file->dim * sizeof *rows);
    cli_progress progress = cli_progress_begin(quiet);
    int status = CLI_DONE, more = 1;
    for (double pass = 0; more > 0 && !status; pass++) {
        double left = (double)qs_range_passes_left(range);
        for (double row = 0; row < file->rows && !status;) {
            size_t n = cli_file_chunk(file, row);
            status = cli_file_rows(file, row, n, rows);
            if (!status && qs_range_observe(range, row, rows, n) < 0) status = cli_fail_core(file->path);
            if (!status && !pass && qs_check_observe(check, row, rows, n, NULL) < 0)
                status = cli_fail_core(file->path);
            row += (double)n;
            cli_progress_show(&progress, (pass + row / file->rows) / (pass + left), "range");
        }
        if (!status) more = qs_range_next_pass(range, NULL, 0);
        if (more < 0) status = cli_fail_core(file->path);
    }
    cli_progress_end(&progress);
    free(rows);
    return status;
}

/* The least and the greatest number of an array, or of a column in its place, or that none are told. */
static void add_span(cli_table *table, const cli_json *json, int array, const cli_scale_column *column)
{
    double least = column ? column->least : INFINITY, greatest = column ? column->greatest : -INFINITY;
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

/* The rounding modes, in the range of the spec's own rule. */
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

/* A rule as the core tells it, but with its scales in the place of their nulls. */
static int print_rule(const cli_json *json, int rule, size_t number, const cli_scales *scales)
{
    const char *key;
    int status = CLI_DONE, value;
    for (size_t n = 0; (key = cli_json_key(json, rule, n, &value)) && !status; n++) {
        cli_scale_column *column = cli_scales_column(scales, number, key);
        printf("%s\"%s\":", n ? "," : "{", key);
        if (column)
            status = cli_scales_print(column);
        else
            cli_json_print(stdout, json, value);
    }
    putchar('}');
    return status;
}

static int print_json(const cli_json *json, const cli_json *noticed, const cli_scales *scales)
{
    const char *key;
    int status = CLI_DONE, value;
    for (size_t n = 0; (key = cli_json_key(json, 0, n, &value)) && !status; n++) {
        bool rules = !strcmp(key, "rules");
        printf("%s\"%s\":%s", n ? "," : "{", key, rules ? "[" : "");
        if (!rules) cli_json_print(stdout, json, value);
        for (size_t i = 0; rules && i < cli_json_size(json, value) && !status; i++) {
            if (i) putchar(',');
            status = print_rule(json, cli_json_at(json, value, i), i, scales);
        }
        if (rules) putchar(']');
    }
    for (size_t n = 0; (key = cli_json_key(noticed, 0, n, &value)) && !status; n++) {
        printf(",\"%s\":", key);
        cli_json_print(stdout, noticed, value);
    }
    puts("}");
    return status;
}

static void print_table(const cli_json *json, const cli_json *noticed, const cli_scales *scales)
{
    static const char *const spans[] = {"lo", "hi", "scale", "zero"};
    static const char *const figures[] = {"rounding_mse", "clipping_mse", "mse", "clipped_share", "sqnr_db"};
    static const char *const formats[] = {"%.4g", "%.4g", "%.4g", "%.4f %%", "%.2f"};
    int rules = cli_json_get(json, 0, "rules");
    cli_table *table =
        cli_table_open("range|>lo|>hi|>scale|>zero|>rounding MSE|>clipping MSE|>MSE|>clipped|>SQNR dB|>worst dim");
    for (size_t i = 0; i < cli_json_size(json, rules); i++) {
        int rule = cli_json_at(json, rules, i);
        cli_table_add(table, cli_json_string(json, cli_json_get(json, rule, "range")));
        for (size_t s = 0; s < sizeof spans / sizeof *spans; s++)
            add_span(table, json, cli_json_get(json, rule, spans[s]), cli_scales_column(scales, i, spans[s]));
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
    cli_findings_print(noticed, 0);
}

/* The report of a file (for the table, of many scales the least and the greatest), the scales that are not in it,
 * and findings; the counts are let go before it is looked at. */
static int choose(const cli_args *args, cli_file *file, const char *spec, double memory, cli_json **json,
                  cli_json **noticed, cli_scales *scales)
{
    char *text = NULL, *findings = NULL;
    bool quiet = cli_last(args, CLI_QUIET);
    qs_range *range = qs_range_open(spec, file->dim, memory_for_counts(memory, file));
    qs_check *check = range ? qs_check_open_rows(spec, file->dim) : NULL;
    if (!check) {
        qs_range_close(range);
        return cli_fail_data(file->path);
    }
    int status = fold(file, range, check, quiet);
    if (!status && cli_last(args, CLI_JSON)) CLI_TEXT(text, qs_range_json(range, dst, cap));
    if (!status && !text) CLI_TEXT(text, qs_range_spans_json(range, dst, cap));
    if (!status) CLI_TEXT(findings, qs_check_json(check, dst, cap));
    if (!status && (!text || !findings)) status = cli_fail_core(file->path);
    qs_check_close(check);
    if (!status) {
        *noticed = cli_json_parse(findings, strlen(findings));
        *json = cli_json_parse(text, strlen(text));
        int rules = cli_json_get(*json, 0, "rules"), first = cli_json_at(*json, rules, 0);
        size_t count = cli_json_size(*json, rules);
        if (!cli_json_size(*json, cli_json_get(*json, first, "lo")))
            status = cli_scales_list(scales, file, range, count, cli_last(args, CLI_JSON), quiet);
    }
    free(text);
    free(findings);
    qs_range_close(range);
    return status;
}

static int run(const cli_args *args)
{
    const char *spec;
    cli_json *json = NULL, *noticed = NULL;
    cli_scales scales = {.rules = 0};
    double memory;
    cli_file file;
    int status = cli_need(args, 's', &spec);
    if (!status && cli_count(args, 's') > 1)
        status = cli_fail_usage(&cli_range, "range: it takes one spec; choose one of the %zu given with -s",
                                cli_count(args, 's'));
    if (!status) status = cli_bytes(args, OPTION_MEMORY, &memory);
    if (status) return status;
    qs_range *range = qs_range_open(spec, 1, memory); /* the spec is tried before the file is */
    if (!range) return cli_fail_spec(spec);
    qs_range_close(range);
    status = cli_file_open(&file, cli_nth(args, CLI_POSITIONAL, 0), cli_last(args, OPTION_TENSOR));
    if (status) return status;
    status = choose(args, &file, spec, memory, &json, &noticed, &scales);
    cli_file_close(&file);
    if (!status && cli_last(args, CLI_JSON))
        status = print_json(json, noticed, &scales);
    else if (!status)
        print_table(json, noticed, &scales);
    cli_json_free(json);
    cli_json_free(noticed);
    cli_scales_free(&scales);
    return status;
}

const cli_command cli_range = {
    .name = "range",
    .summary = "shows the range that each rule chooses, and its error",
    .usage = "FILE -s SPEC [--tensor NAME] [--memory BYTES] [--json]",
    .about = "Chooses the range of every scale by each rule: minmax, percentile, mse, kl and\n"
             "std. SPEC gives the format, what shares a scale, p of percentile and sd of\n"
             "std; the range that SPEC names is listed with the others. A fitted codebook\n"
             "has levels in place of a range; its outermost levels and its error are\n"
             "reported.\n"
             "\n"
             "For scales per tensor or per dim, errors are computed from histograms (16,384\n"
             "bins per tensor, 2,048 per dim, and finer bins where these are too coarse),\n"
             "with the values of a bin spread evenly between its smallest and its largest.\n"
             "For scales per row or block, errors are measured by encoding the rows; rule\n"
             "kl, which needs a histogram, is left out.\n"
             "\n"
             "Where there are several scales the table shows the smallest and the largest,\n"
             "and JSON holds all of them; those of rows and blocks are in the order in which\n"
             "encode stores them. A value is clipped if it is more than half a step beyond\n"
             "the outermost level. The worst dim is the one with the largest share of the\n"
             "error (scales per dim, row or block). The last lines compare the rounding\n"
             "modes in the range of SPEC's rule: the error of the values that are not\n"
             "clipped, divided by that of an error spread evenly over a step. Error feedback\n"
             "is left out there; sweep measures it.\n"
             "\n"
             "FILE is read in chunks, in two or more passes. A pass counts as many dims as\n"
             "--memory has room for; dims with values far from the others are counted once\n"
             "more. At least one chunk of 1,024 rows is held, whatever --memory says, and\n"
             "400 bytes for what is chosen for each dim; with --json several times that.\n"
             "Encoding rows and blocks takes up to twice --memory. The JSON of their\n"
             "scales is written to temporary files (in TMPDIR) first.\n",
    .options = options,
    .examples = "  quantscope range base.npy -s int4:per=tensor\n"
                "  quantscope range base.npy -s int8:map=offset,per=dim --memory 16M --json\n",
    .positionals = 1,
    .run = run,
};
