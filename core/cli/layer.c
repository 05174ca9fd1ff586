/* quantscope layer: quantizes one linear layer by recipes and measures its outputs on real inputs. */
#include "cli/net.h"

#include "cli/asserts.h"
#include "cli/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    OPTION_TENSOR = CLI_FIRST_OPTION,
    OPTION_INPUTS,
    OPTION_INPUTS_TENSOR,
    OPTION_CALIBRATE,
    OPTION_CALIBRATE_TENSOR,
    OPTION_CSV,
    OPTION_MD,
    OPTION_ASSERT
};

static const cli_option options[] = {
    {OPTION_TENSOR, "tensor", "NAME", "the weights, (outputs, inputs), where FILE has several tensors"},
    {OPTION_INPUTS, "inputs", "X", "rows of inputs to measure on"},
    {OPTION_INPUTS_TENSOR, "inputs-tensor", "NAME", "which tensor of X"},
    {OPTION_CALIBRATE, "calibrate", "C", "rows of inputs that rounding and ranges look at (default: those of X)"},
    {OPTION_CALIBRATE_TENSOR, "calibrate-tensor", "NAME", "which tensor of C"},
    {'m', "method", "RECIPE", "what is done, as gptq:w=int4,damp=0.1; may be given often"},
    {CLI_JSON, "json", NULL, "print the report as JSON"},
    {OPTION_CSV, "csv", NULL, "print a row for each recipe as CSV"},
    {OPTION_MD, "md", NULL, "print the table as Markdown"},
    {OPTION_ASSERT, "assert", "EXPR",
     "exit 1 unless it holds: RECIPE:FIGURE OP NUMBER, OP one of >= > <= < ==; may be given often"},
    {0, NULL, NULL, NULL},
};

/* All rows of a file as floats; free() them. */
static int read_rows(const char *path, const char *tensor, float **values, size_t *rows, size_t *dim)
{
    cli_file file;
    int status = cli_file_open_beside(&file, path, tensor);
    if (status) return status;
    *rows = (size_t)file.rows;
    *dim = file.dim;
    *values = cli_alloc(*rows * *dim * sizeof **values);
    status = cli_file_rows(&file, 0, *rows, *values);
    cli_file_close(&file);
    return status;
}

static int feed(qs_layer *layer, const char *set, const char *path, const char *tensor, size_t wanted)
{
    float *values = NULL;
    size_t rows, dim;
    int status = read_rows(path, tensor, &values, &rows, &dim);
    if (!status && dim != wanted)
        status = cli_fail(CLI_DATA, "%s: its rows have dim %zu; the layer takes %zu inputs", path, dim, wanted);
    if (!status && qs_layer_feed(layer, set, 0, values, rows)) status = cli_fail_data(path);
    free(values);
    return status;
}

static int open_layer(const cli_args *args, qs_layer **layer)
{
    const char *path = cli_nth(args, CLI_POSITIONAL, 0), *calibrate = cli_last(args, OPTION_CALIBRATE);
    float *values = NULL;
    size_t rows, dim;
    cli_file file;
    int status = cli_file_open(&file, path, cli_last(args, OPTION_TENSOR));
    if (status) return status;
    cli_file_close(&file);
    status = read_rows(path, cli_last(args, OPTION_TENSOR), &values, &rows, &dim);
    *layer = status ? NULL : qs_layer_open(values, rows, dim);
    free(values);
    if (status) return status;
    if (!*layer) return cli_fail_data(path);
    status = feed(*layer, "test", cli_last(args, OPTION_INPUTS), cli_last(args, OPTION_INPUTS_TENSOR), dim);
    if (!status && calibrate)
        status = feed(*layer, "calibrate", calibrate, cli_last(args, OPTION_CALIBRATE_TENSOR), dim);
    return status;
}

static void print_table(const cli_json *report, cli_style style)
{
    int results = cli_json_get(report, 0, "results");
    cli_table *table = cli_table_open("recipe|>bytes|>output error|>on calibration rows|>dead inputs|>damp|>r");
    for (size_t i = 0; i < cli_json_size(report, results); i++) {
        int result = cli_json_at(report, results, i), bytes = cli_json_get(report, result, "bytes");
        if (cli_json_get(report, result, "problem") >= 0) continue;
        cli_table_add(table, cli_json_string(report, cli_json_get(report, result, "recipe")));
        cli_table_whole(table, cli_json_figure(report, bytes, "total"));
        cli_table_figure(table, "%.5f", cli_json_figure(report, result, "output_rel_err"));
        cli_table_figure(table, "%.5f", cli_json_figure(report, result, "calibration_rel_err"));
        cli_table_whole(table, cli_json_figure(report, result, "dead_inputs"));
        cli_table_figure(table, "%.3g", cli_json_figure(report, result, "damp"));
        cli_table_figure(table, "%.2f", cli_json_figure(report, result, "awq_r"));
    }
    cli_table_print(table, style);
    for (size_t i = 0; style != CLI_CSV && i < cli_json_size(report, results); i++)
        cli_net_notes(report, cli_json_at(report, results, i));
}

static int print(const cli_args *args, const qs_layer *layer, const cli_asserts *asserts)
{
    char *text;
    CLI_TEXT(text, qs_layer_json(layer, dst, cap));
    cli_json *report = cli_json_parse(text, strlen(text));
    if (cli_last(args, CLI_JSON))
        puts(text);
    else
        print_table(report, cli_last(args, OPTION_CSV)  ? CLI_CSV
                            : cli_last(args, OPTION_MD) ? CLI_MARKDOWN
                                                        : CLI_ALIGNED);
    fflush(stdout);
    int problems = cli_net_problems(cli_nth(args, CLI_POSITIONAL, 0), report);
    int claims = cli_asserts_check(asserts, report);
    cli_json_free(report);
    free(text);
    return claims == CLI_USAGE ? claims : problems ? problems : claims;
}

static int run(const cli_args *args)
{
    cli_specs recipes = {.count = 0};
    cli_asserts asserts = {.kind = &cli_assert_recipes};
    qs_layer *layer = NULL;
    const char *given;
    if (!!cli_last(args, CLI_JSON) + !!cli_last(args, OPTION_CSV) + !!cli_last(args, OPTION_MD) > 1)
        return cli_fail_usage(&cli_layer, "layer: choose one of --json, --csv and --md");
    int status = cli_need(args, OPTION_INPUTS, &given);
    if (!status) status = cli_recipes_read(args, 'm', &recipes);
    if (!status) status = cli_asserts_read(args, OPTION_ASSERT, &recipes, &asserts);
    if (!status) status = open_layer(args, &layer);
    for (size_t i = 0; i < recipes.count && !status; i++)
        if (qs_layer_measure(layer, recipes.text[i])) status = cli_fail_core(recipes.text[i]);
    if (!status) status = print(args, layer, &asserts);
    qs_layer_close(layer);
    cli_asserts_free(&asserts);
    cli_specs_free(&recipes);
    return status;
}

const cli_command cli_layer = {
    .name = "layer",
    .summary = "quantizes one layer and measures its outputs on real inputs",
    .usage = "FILE --tensor NAME --inputs X -m RECIPE...\n"
             "                        [--calibrate C] [--inputs-tensor NAME]\n"
             "                        [--calibrate-tensor NAME] [--assert EXPR]...\n"
             "                        [--json|--csv|--md]",
    .about = "The weights are one tensor of FILE, (outputs, inputs); X and C are rows of real\n"
             "inputs of that layer. The figure is the relative error of the outputs,\n"
             "||X' W'^T - X W^T|| / ||X W^T||, over X and over the rows of C, which rounding\n"
             "and ranges look at. RECIPE is one of\n\n"
             "  rtn, mse    rounding to the nearest; scales of least squared error\n"
             "  gptq        columns one after another, errors made up for by those after\n"
             "  awq, hqq    inputs scaled first; a fitted float zero\n"
             "  smoothquant, static, dynamic    inputs are coded too, a=int8\n\n"
             "with w=SPEC, a=SPEC, damp=, smooth=; `quantscope net --help` explains them.\n"
             "Inputs that are 0 in all rows of C are rounded to the nearest.\n",
    .options = options,
    .examples = "  quantscope layer model.safetensors --tensor ffn.weight --inputs test.npy \\\n"
                "      --calibrate calib.npy -m rtn:w=int4 -m gptq:w=int4\n",
    .positionals = 1,
    .run = run,
};
