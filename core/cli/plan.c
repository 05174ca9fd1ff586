/* quantscope plan: the byte ledger of specs, computed, with no data. */
#include "cli/cli.h"

#include "cli/findings.h"
#include "cli/json.h"
#include "cli/plan_model.h"
#include "cli/specs.h"
#include "cli/table.h"
#include "quantscope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPTION_ROWS = CLI_FIRST_OPTION, OPTION_DIM, OPTION_FROM };

static const cli_option options[] = {
    {'s', "spec", "SPEC", "a spec; can be repeated (default: a list of well-known ones)"},
    {OPTION_ROWS, "rows", "N", "rows (vectors)"},
    {OPTION_DIM, "dim", "D", "values of a row"},
    {OPTION_FROM, "from", "TYPE", "what there is now: f16, bf16, int8, ... or a spec; adds the saving against it"},
    CLI_PLAN_MODEL_OPTIONS,
    {CLI_JSON, "json", NULL, "print JSON: {\"plans\":[...]}, of a model {\"question\",\"results\",\"cache\"}"},
    {0, NULL, NULL, NULL},
};

static void add_plan(cli_table *table, const char *text, double originals, bool from)
{
    static const char *keys[] = {"per_row", "codes", "scales", "zeros", "padding", "params", "total"};
    char grouped[40];
    double figure = 0, total = 0;
    cli_json *json = cli_json_parse(text, strlen(text));
    int bytes = cli_json_get(json, 0, "bytes");
    cli_table_add(table, cli_json_string(json, cli_json_get(json, 0, "spec")));
    cli_json_number(json, cli_json_get(json, bytes, "bits_per_value"), &figure);
    cli_table_format(table, "%.3f", figure);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        cli_json_number(json, cli_json_get(json, bytes, keys[i]), &figure);
        cli_table_add(table, cli_grouped(figure, grouped));
    }
    total = figure;
    cli_table_format(table, "%.2f", originals / total);
    if (from) cli_table_figure(table, "%.2f", cli_json_figure(json, bytes, "times_smaller"));
    cli_json_number(json, cli_json_get(json, bytes, "originals"), &figure);
    cli_table_add(table, cli_grouped(figure, grouped));
    cli_json_free(json);
}

/* The table, and the findings of all plans below it. */
static void print_table(char *const *texts, size_t count, double originals, const char *from)
{
    char headings[300];
    snprintf(headings, sizeof headings,
             "spec|>bits per value|>bytes per vector|>codes|>scales|>zeros|>padding|>params|>total|>times smaller|"
             "%s%.40s%s>originals kept",
             from ? ">than " : "", from ? from : "", from ? "|" : "");
    cli_table *table = cli_table_open(headings);
    for (size_t i = 0; i < count; i++) add_plan(table, texts[i], originals, from);
    cli_table_print(table, CLI_ALIGNED);
    for (size_t i = 0; i < count; i++) {
        cli_json *json = cli_json_parse(texts[i], strlen(texts[i]));
        cli_findings_print(json, 0);
        cli_json_free(json);
    }
}

static int print_plans(const cli_args *args, const cli_specs *specs, double rows, double dim)
{
    bool as_json = cli_last(args, CLI_JSON);
    const char *from = cli_last(args, OPTION_FROM);
    char **texts = cli_alloc(specs->count * sizeof *texts);
    int status = CLI_DONE;
    for (size_t i = 0; i < specs->count && !status; i++) {
        CLI_TEXT(texts[i], qs_plan_from_json(specs->text[i], from, rows, dim, dst, cap));
        if (!texts[i]) status = cli_fail_core(specs->text[i]);
    }
    if (!status && as_json) {
        for (size_t i = 0; i < specs->count; i++) printf("%s%s", i ? "," : "{\"plans\":[", texts[i]);
        puts("]}");
    } else if (!status) {
        print_table(texts, specs->count, rows * dim * 4, from);
    }
    for (size_t i = 0; i < specs->count; i++) free(texts[i]);
    free(texts);
    return status;
}

static int run(const cli_args *args)
{
    const char *given;
    double rows, dim;
    cli_specs specs;
    if (cli_plan_is_of_model(args) && cli_last(args, OPTION_FROM))
        return cli_fail_usage(&cli_plan,
                              "plan: --from is of --rows and --dim; a model's savings are --against SPEC");
    if (cli_plan_is_of_model(args)) return cli_plan_model(args, cli_last(args, CLI_JSON));
    int status = cli_need(args, OPTION_ROWS, &given);
    if (!status) status = cli_need(args, OPTION_DIM, &given);
    if (!status) status = cli_whole(args, OPTION_ROWS, 1, 0x1p53, 1, &rows);
    if (!status) status = cli_whole(args, OPTION_DIM, 1, CLI_DIM_MOST, 1, &dim);
    if (!status) status = cli_specs_read(args, false, &specs);
    if (status) return status;
    status = print_plans(args, &specs, rows, dim);
    cli_specs_free(&specs);
    return status;
}

const cli_command cli_plan = {
    .name = "plan",
    .summary = "computes how many bytes specs take",
    .usage = "[-s SPEC]... {--rows N --dim D | --model SIZE |\n"
             "                       --layers WIDTHS} [--from TYPE] [--json]",
    .about = "Computes the bytes of N rows of D values; nothing is measured. The parts are\n"
             "codes, scales, zero points (or lows), padding, and params, which all rows\n"
             "share. Total is their sum in bytes; bits per value and bytes per vector divide\n"
             "it, and times smaller is float32 over total. Originals are the float32 rows\n"
             "that rescoring keeps on disk; total leaves them out. --from TYPE adds the saving\n"
             "against what there is now, as nobody has the float32 file.\n"
             "\n"
             "With --model or --layers: the bytes of a model and its KV cache, the memory to\n"
             "spare on devices, load time, tokens a second at most, energy by Horowitz 2014,\n"
             "and costs at your own prices. Biases are counted with --layers.\n",
    .options = options,
    .examples = "  quantscope plan -s int8 -s binary:rescore=4 --rows 1000000 --dim 768\n"
                "  quantscope plan --model 7B --device 16 --bandwidth 100\n",
    .positionals = 0,
    .run = run,
};
