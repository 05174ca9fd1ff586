/* The tables of a network's report. */
#include "cli/net.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void add_accuracy(cli_table *table, const cli_json *json, int result)
{
    double low, high, accuracy = cli_json_figure(json, result, "accuracy");
    int ends = cli_json_get(json, result, "accuracy_ci95");
    if (isfinite(accuracy) && cli_json_number(json, cli_json_at(json, ends, 0), &low) &&
        cli_json_number(json, cli_json_at(json, ends, 1), &high))
        cli_table_format(table, "%.4f [%.3f, %.3f]", accuracy, low, high);
    else
        cli_table_add(table, "-");
}

static void add_change(cli_table *table, const cli_json *json, int result)
{
    double low, high, change = cli_json_figure(json, result, "change");
    int ends = cli_json_get(json, result, "change_ci95");
    cli_table_whole(table, cli_json_figure(json, result, "lost"));
    cli_table_whole(table, cli_json_figure(json, result, "gained"));
    if (isfinite(change) && cli_json_number(json, cli_json_at(json, ends, 0), &low) &&
        cli_json_number(json, cli_json_at(json, ends, 1), &high))
        cli_table_format(table, "%+.4f [%+.4f, %+.4f]", change, low, high);
    else
        cli_table_add(table, "-");
}

static void add_seeds(cli_table *table, const cli_json *json, int result)
{
    int seeds = cli_json_get(json, result, "seeds");
    size_t runs = cli_json_size(json, cli_json_get(json, seeds, "runs"));
    if (runs > 1)
        cli_table_format(table, "%.4f sd %.4f of %zu", cli_json_figure(json, seeds, "mean"),
                         cli_json_figure(json, seeds, "sd"), runs);
    else
        cli_table_add(table, "-");
}

static void add_result(cli_table *table, const cli_json *json, int result)
{
    int bytes = cli_json_get(json, result, "bytes");
    cli_table_add(table, cli_json_string(json, cli_json_get(json, result, "recipe")));
    cli_table_whole(table, cli_json_figure(json, bytes, "total"));
    add_accuracy(table, json, result);
    add_change(table, json, result);
    cli_table_figure(table, "%.4f", cli_json_figure(json, result, "agree"));
    cli_table_figure(table, "%.4f", cli_json_figure(json, result, "cross_entropy"));
    add_seeds(table, json, result);
}

void cli_net_notes(const cli_json *report, int result)
{
    int notes = cli_json_get(report, result, "notes");
    for (size_t n = 0; n < cli_json_size(report, notes); n++)
        printf("note: %s\n", cli_json_string(report, cli_json_at(report, notes, n)));
}

/* What was found, and what its remedy came to if that was measured. */
static void print_findings(const cli_json *json, int result)
{
    int findings = cli_json_get(json, result, "findings");
    for (size_t f = 0; f < cli_json_size(json, findings); f++) {
        int finding = cli_json_at(json, findings, f), remedy = cli_json_get(json, finding, "remedy");
        const char *recipe = cli_json_string(json, cli_json_get(json, remedy, "recipe"));
        double accuracy = cli_json_figure(json, remedy, "accuracy");
        printf("%s: %s: %s; %s", cli_json_string(json, cli_json_get(json, finding, "level")),
               cli_json_string(json, cli_json_get(json, finding, "layer")),
               cli_json_string(json, cli_json_get(json, finding, "text")),
               cli_json_string(json, cli_json_get(json, remedy, "text")));
        if (recipe) printf(": -m '%s'", recipe);
        if (isfinite(accuracy)) printf(" has accuracy %.4f", accuracy);
        putchar('\n');
    }
}

static void layer_table(const cli_json *json, int result, cli_style style)
{
    static const char *const figures[] = {"weight_sqnr_db", "alone_sqnr_db", "accumulated_sqnr_db"};
    int layers = cli_json_get(json, result, "layers");
    printf("\n%s\n", cli_json_string(json, cli_json_get(json, result, "recipe")));
    cli_table *table =
        cli_table_open("layer|weights|>bytes|>inputs|>scale|>clipped|>weight dB|>alone dB|>so far dB|"
                       ">largest sum|>channel spread|>outlier ratio");
    for (size_t l = 0; l < cli_json_size(json, layers); l++) {
        int layer = cli_json_at(json, layers, l), a = cli_json_get(json, layer, "a");
        double bits = cli_json_figure(json, a, "bits");
        cli_table_add(table, cli_json_string(json, cli_json_get(json, layer, "name")));
        cli_table_add(table, cli_json_string(json, cli_json_get(json, layer, "w")));
        cli_table_whole(table, cli_json_figure(json, layer, "bytes"));
        if (isfinite(bits))
            cli_table_format(table, "int%.0f", bits);
        else
            cli_table_add(table, "f32");
        cli_table_figure(table, "%.6g", cli_json_figure(json, a, "scale"));
        cli_table_figure(table, "%.2g", cli_json_figure(json, layer, "clipped_share"));
        for (size_t f = 0; f < sizeof figures / sizeof *figures; f++)
            cli_table_figure(table, "%.2f", cli_json_figure(json, layer, figures[f]));
        cli_table_whole(table, cli_json_figure(json, layer, "peak_acc"));
        cli_table_figure(table, "%.1f", cli_json_figure(json, layer, "channel_spread"));
        cli_table_figure(table, "%.2f", cli_json_figure(json, layer, "outlier_ratio"));
    }
    cli_table_print(table, style);
    cli_net_notes(json, result);
    print_findings(json, result);
}

static cli_table *open_results(const cli_json *json)
{
    int results = cli_json_get(json, 0, "results"), plain = cli_json_get(json, 0, "float");
    cli_table *table = cli_table_open("recipe|>bytes|>accuracy [95 %]|>lost|>gained|>change [95 %]|>agree|"
                                      ">cross-entropy|>seeds");
    cli_table_add(table, "float32");
    cli_table_whole(table, cli_json_figure(json, plain, "bytes"));
    add_accuracy(table, json, plain);
    for (int i = 0; i < 4; i++) cli_table_add(table, "-");
    cli_table_figure(table, "%.4f", cli_json_figure(json, plain, "cross_entropy"));
    cli_table_add(table, "-");
    for (size_t i = 0; i < cli_json_size(json, results); i++) {
        int result = cli_json_at(json, results, i);
        if (cli_json_get(json, result, "problem") < 0) add_result(table, json, result);
    }
    return table;
}

void cli_net_csv(const cli_json *report)
{
    cli_table_print(open_results(report), CLI_CSV);
}

void cli_net_table(const cli_json *report, cli_style style)
{
    int results = cli_json_get(report, 0, "results"), data = cli_json_get(report, 0, "data");
    char samples[40], values[40];
    printf("%s samples, a network of %s values\n\n", cli_grouped(cli_json_figure(report, data, "samples"), samples),
           cli_grouped(cli_json_figure(report, cli_json_get(report, 0, "net"), "values"), values));
    cli_table_print(open_results(report), style);
    for (size_t i = 0; i < cli_json_size(report, results); i++) {
        int result = cli_json_at(report, results, i);
        if (cli_json_get(report, result, "problem") < 0) layer_table(report, result, style);
    }
}

int cli_net_problems(const char *path, const cli_json *report)
{
    int status = CLI_DONE, results = cli_json_get(report, 0, "results");
    for (size_t i = 0; i < cli_json_size(report, results); i++) {
        int result = cli_json_at(report, results, i);
        const char *problem = cli_json_string(report, cli_json_get(report, result, "problem"));
        if (!problem) continue;
        status = cli_fail(CLI_DATA, "%s: %s: %s", path,
                          cli_json_string(report, cli_json_get(report, result, "recipe")), problem);
    }
    return status;
}
