/* quantscope formats: the registry, or one format with its options. */
#include "cli/cli.h"

#include "cli/json.h"
#include "cli/specs.h"
#include "cli/table.h"
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {CLI_FIRST_OPTION, "dim", "N", "rows of N values: adds the bits per value, scales and padding counted"},
    {CLI_JSON, "json", NULL, "print JSON"},
    {0, NULL, NULL, NULL},
};

static void print_table(const char *text, bool dim)
{
    static const struct {
        const char *heading, *key;
        bool with_dim;
    } columns[] = {{"format", "name", false}, {">bits", "bits", false}, {">bits per value", "bits_per_value", true},
                   {"title", "title", false}, {"rule", "rule", false},  {"source", "source", false}};
    char headings[200] = "";
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++)
        if (dim || !columns[c].with_dim) strcat(strcat(headings, *headings ? "|" : ""), columns[c].heading);
    cli_table *table = cli_table_open(headings);
    cli_json *json = cli_json_parse(text, strlen(text));
    int formats = cli_json_get(json, 0, "formats");
    for (size_t i = 0; i < cli_json_size(json, formats); i++) {
        for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
            if (columns[c].with_dim && !dim) continue;
            const char *cell =
                cli_json_plain(json, cli_json_get(json, cli_json_at(json, formats, i), columns[c].key));
            cli_table_add(table, cell ? cell : "");
        }
    }
    cli_json_free(json);
    cli_table_print(table, CLI_ALIGNED);
}

/* A value as people write it: a word, or a number in a few digits. */
static size_t put_value(const cli_json *json, int option, int value, char *text, size_t cap)
{
    double number;
    bool whole = cli_json_true(json, cli_json_get(json, option, "whole"));
    if (!cli_json_number(json, value, &number))
        return (size_t)snprintf(text, cap, "%s", cli_json_plain(json, value));
    return (size_t)snprintf(text, cap, whole ? "%.0f" : "%.6g", number);
}

/* "sym, affine, offset", the default first, or "32; 1 to 65536". */
static void takes_text(const cli_json *json, int option, char text[200])
{
    int values = cli_json_get(json, option, "values"), first = cli_json_get(json, option, "default");
    size_t at = put_value(json, option, first, text, 200);
    for (size_t i = 0; i < cli_json_size(json, values) && at < 200; i++) {
        const char *word = cli_json_plain(json, cli_json_at(json, values, i));
        if (strcmp(word, cli_json_plain(json, first)) != 0)
            at += (size_t)snprintf(text + at, 200 - at, ", %s", word);
    }
    if (values >= 0 || at >= 200) return;
    at += (size_t)snprintf(text + at, 200 - at, "; ");
    at += put_value(json, option, cli_json_get(json, option, "low"), text + at, 200 - at);
    at += (size_t)snprintf(text + at, 200 - at, " to ");
    put_value(json, option, cli_json_get(json, option, "high"), text + at, 200 - at);
}

static void print_options(const cli_json *json, int options)
{
    cli_table *table = cli_table_open("option|takes, first the default|here|meaning");
    for (size_t i = 0; i < cli_json_size(json, options); i++) {
        int option = cli_json_at(json, options, i);
        bool applies = cli_json_true(json, cli_json_get(json, option, "applies"));
        char takes[200], here[40] = "-";
        takes_text(json, option, takes);
        if (applies) put_value(json, option, cli_json_get(json, option, "value"), here, sizeof here);
        cli_table_add(table, cli_json_string(json, cli_json_get(json, option, "name")));
        cli_table_add(table, takes);
        cli_table_add(table, here);
        cli_table_add(table, cli_json_string(json, cli_json_get(json, option, "help")));
    }
    cli_table_print(table, CLI_ALIGNED);
    puts("\nHere: the value in this spec; - where an option needs another value of one above (block: per=block).");
}

/* One format as a spec has it. */
static int run_one(const cli_args *args, const char *spec)
{
    static const char *const keys[] = {"rule", "source"};
    char *text;
    CLI_TEXT(text, qs_spec_json(spec, dst, cap));
    if (!text) return cli_fail_spec(spec);
    cli_json *json = cli_json_parse(text, strlen(text));
    int format = cli_json_get(json, 0, "format"), options_of = cli_json_get(json, 0, "options");
    if (cli_last(args, CLI_JSON)) {
        puts(text);
    } else {
        printf("%s: %s\n", cli_json_string(json, cli_json_get(json, 0, "spec")),
               cli_json_string(json, cli_json_get(json, format, "title")));
        for (size_t i = 0; i < 2; i++)
            printf("  %s: %s\n", keys[i], cli_json_string(json, cli_json_get(json, format, keys[i])));
        putchar('\n');
        if (cli_json_size(json, options_of))
            print_options(json, options_of);
        else
            puts("It takes no options.");
    }
    cli_json_free(json);
    free(text);
    return CLI_DONE;
}

static int run(const cli_args *args)
{
    double dim;
    char *text;
    size_t specs = cli_count(args, CLI_POSITIONAL);
    int status = cli_whole(args, CLI_FIRST_OPTION, 1, CLI_DIM_MOST, 0, &dim);
    if (!status && (specs > 1 || (specs && dim > 0)))
        return cli_fail_usage(&cli_formats, "formats: %s",
                              specs > 1 ? "one SPEC at a time" : "--dim goes with the list");
    if (status) return status;
    if (specs) return run_one(args, cli_nth(args, CLI_POSITIONAL, 0));
    CLI_TEXT(text, qs_formats_json(dim, dst, cap));
    if (!text) return cli_fail_core(NULL);
    if (cli_last(args, CLI_JSON))
        puts(text);
    else
        print_table(text, dim > 0);
    free(text);
    return CLI_DONE;
}

const cli_command cli_formats = {
    .name = "formats",
    .summary = "lists the number formats, or the options of one",
    .usage = "[SPEC] [--dim N] [--json]",
    .about = "Each name is a spec by itself. Options follow a colon, as in int8:per=dim.\n"
             "With a SPEC, the options of its format are listed with their accepted values\n"
             "and the value each has in SPEC.\n",
    .options = options,
    .examples = "  quantscope formats int4:per=block\n"
                "  quantscope formats --dim 768 --json\n",
    .positionals = -1,
    .run = run,
};
