/* The plan of a whole model, as plan_model.h says: the options become the lines of a question to the core. */
#include "cli/posix.h"

#include "cli/plan_model.h"

#include "cli/json.h"
#include "cli/specs.h"
#include "cli/table.h"
#include "quantscope.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MODEL = CLI_PLAN_MODEL,
    LAYERS,
    ROW_LENGTH,
    CONTEXT,
    BATCH,
    KV,
    CACHE,
    DEVICE,
    BANDWIDTH,
    LOAD,
    PRICE,
    COPIES
};

bool cli_plan_is_of_model(const cli_args *args)
{
    return cli_count(args, MODEL) || cli_count(args, LAYERS);
}

/* --kv L,H,D as three lines. */
static int write_kv(const char *text, FILE *question)
{
    const char *first = strchr(text, ','), *second = first ? strchr(first + 1, ',') : NULL;
    if (!second)
        return cli_fail(CLI_USAGE, "--kv %s: it takes layers, key-value heads and values of a head, as 32,8,128",
                        text);
    fprintf(question, "kv_layers=%.*s\nkv_heads=%.*s\nhead_dim=%s\n", (int)(first - text), text,
            (int)(second - first - 1), first + 1, second + 1);
    return CLI_DONE;
}

/* Layers alone have no KV cache, unless it is asked for. */
static int write_question(const cli_args *args, FILE *question)
{
    static const struct {
        char id;
        const char *name;
    } lines[] = {{MODEL, "params"},      {LAYERS, "layers"}, {ROW_LENGTH, "row_length"}, {CONTEXT, "context"},
                 {BATCH, "batch"},       {CACHE, "cache"},   {BANDWIDTH, "bandwidth"},   {LOAD, "load"},
                 {PRICE, "price"},       {COPIES, "copies"}, {COPIES + 1, "once"},       {COPIES + 2, "hour"},
                 {COPIES + 3, "against"}};
    int status = CLI_DONE;
    if (!cli_count(args, MODEL)) fputs("context=0\n", question);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (cli_count(args, lines[i].id)) fprintf(question, "%s=%s\n", lines[i].name, cli_last(args, lines[i].id));
    if (cli_count(args, KV)) status = write_kv(cli_last(args, KV), question);
    for (size_t d = 0; d < cli_count(args, DEVICE); d++)
        fprintf(question, "%s%s", d ? "," : "devices=", cli_nth(args, DEVICE, d));
    return status;
}

static double get(const cli_json *json, int object, const char *key)
{
    return cli_json_figure(json, object, key);
}

static void print_tables(const char *text)
{
    cli_json *json = cli_json_parse(text, strlen(text));
    int question = cli_json_get(json, 0, "question"), results = cli_json_get(json, 0, "results");
    int devices = cli_json_get(json, question, "devices");
    bool priced = get(json, question, "price") > 0, hourly = get(json, question, "hour") > 0;
    char headings[1000] = "spec|>bits/value|>weights, bytes|>biases|>KV cache|>total GB|>times smaller";
    for (size_t d = 0; d < cli_json_size(json, devices); d++) {
        size_t at = strlen(headings);
        snprintf(headings + at, sizeof headings - at, "|>to spare on %s GB",
                 cli_json_plain(json, cli_json_at(json, devices, d)));
    }
    snprintf(headings + strlen(headings), sizeof headings - strlen(headings),
             "|>load s|>tokens/s, at most|>arithmetic mJ|>memory J%s%s",
             priced ? "|>a month|>saved|>months to pay back" : "", hourly ? "|>a million tokens" : "");
    char parameters[40], context[40];
    printf("%s parameters, a context of %s, KV cache in %s, times smaller than %s\n\n",
           cli_grouped(get(json, question, "params"), parameters),
           cli_grouped(get(json, question, "context"), context),
           cli_json_string(json, cli_json_get(json, question, "cache")),
           cli_json_string(json, cli_json_get(json, question, "against")));
    cli_table *table = cli_table_open(headings);
    for (size_t i = 0; i < cli_json_size(json, results); i++) {
        int one = cli_json_at(json, results, i), spare = cli_json_get(json, one, "spare"),
            joule = cli_json_get(json, one, "memory_j");
        double low = NAN, high = NAN, bytes;
        cli_table_add(table, cli_json_string(json, cli_json_get(json, one, "spec")));
        cli_table_figure(table, "%.3f", get(json, one, "bits_per_value"));
        cli_table_whole(table, get(json, one, "weights"));
        cli_table_whole(table, get(json, one, "biases"));
        cli_table_whole(table, get(json, one, "cache"));
        cli_table_figure(table, "%.2f", get(json, one, "total") / 1e9);
        cli_table_figure(table, "%.2f", get(json, one, "times_smaller"));
        for (size_t d = 0; d < cli_json_size(json, devices); d++) {
            cli_json_number(json, cli_json_at(json, spare, d), &bytes);
            cli_table_figure(table, "%.1f", bytes < 0 ? NAN : bytes / 1e9);
        }
        cli_table_figure(table, "%.3g", get(json, one, "load_s"));
        cli_table_figure(table, "%.1f", get(json, one, "tokens_per_s"));
        cli_table_figure(table, "%.2g", get(json, one, "arithmetic_j") * 1e3);
        cli_json_number(json, cli_json_at(json, joule, 0), &low);
        cli_json_number(json, cli_json_at(json, joule, 1), &high);
        cli_table_format(table, "%.3g to %.3g", low, high);
        if (priced) {
            cli_table_figure(table, "%.2f", get(json, one, "month"));
            cli_table_figure(table, "%.2f", get(json, one, "saved_month"));
            cli_table_figure(table, "%.1f", get(json, one, "payback_months"));
        }
        if (hourly) cli_table_figure(table, "%.3f", get(json, one, "million_tokens"));
    }
    cli_table_print(table, CLI_ALIGNED);
    puts("\nA GB is 1,000,000,000 bytes. Tokens/s is bandwidth over the bytes that a token reads, so an\n"
         "upper limit; energy is by Horowitz 2014 (45 nm). Nothing is measured.");
    cli_json_free(json);
}

int cli_plan_model(const cli_args *args, bool as_json)
{
    char *question = NULL, *specs = NULL, *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&question, &bytes);
    if (!stream) return cli_fail(CLI_MEMORY, "there is no memory for the question");
    int status = write_question(args, stream);
    fclose(stream);
    stream = open_memstream(&specs, &bytes);
    for (size_t i = 0; i < cli_count(args, 's') && stream; i++) fprintf(stream, "%s\n", cli_nth(args, 's', i));
    if (stream) fclose(stream);
    if (!status) {
        CLI_TEXT(text, qs_plan_model_json(question, specs ? specs : "", dst, cap));
        if (!text) status = cli_fail_core(NULL);
    }
    if (!status && as_json)
        puts(text);
    else if (!status)
        print_tables(text);
    free(text);
    free(question);
    free(specs);
    return status;
}
