/* quantscope info: what tensors a file holds. */
#include "cli/cli.h"

#include "cli/file.h"
#include "cli/json.h"
#include "cli/table.h"
#include "cli/text.h"

#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {CLI_JSON, "json", NULL, "print JSON"},
    CLI_RAW_OPTIONS,
    {0, NULL, NULL, NULL},
};

/* "(10000, 384)" */
static void shape_text(const cli_json *json, int shape, char *text, size_t cap)
{
    size_t count = cli_json_size(json, shape), at = (size_t)snprintf(text, cap, "(");
    for (size_t i = 0; i < count && at < cap; i++)
        at += (size_t)snprintf(text + at, cap - at, "%s%s", i ? ", " : "",
                               cli_json_plain(json, cli_json_at(json, shape, i)));
    if (at < cap) snprintf(text + at, cap - at, count == 1 ? ",)" : ")");
}

static void add_tensor(cli_table *table, const cli_json *json)
{
    char grouped[40], shape[200];
    double rows = cli_json_figure(json, 0, "rows");
    shape_text(json, cli_json_get(json, 0, "shape"), shape, sizeof shape);
    cli_table_add(table, cli_json_string(json, cli_json_get(json, 0, "name")));
    cli_table_add(table, cli_json_string(json, cli_json_get(json, 0, "dtype")));
    cli_table_add(table, shape);
    cli_table_add(table, cli_grouped(rows, grouped));
    cli_table_add(table, cli_grouped(cli_json_figure(json, 0, "dim"), grouped));
    cli_table_add(table, cli_grouped(rows * cli_json_figure(json, 0, "row_bytes"), grouped));
}

/* Adds all tensors, and calls use after each so many of them. */
static void each_tensor(const cli_file *file, cli_table *table, void (*use)(cli_table *table))
{
    enum { AT_A_TIME = 1000 };
    cli_json *json;
    for (size_t i = 0; (json = cli_file_tensor(file, i)); i++) {
        add_tensor(table, json);
        cli_json_free(json);
        if (i % AT_A_TIME == AT_A_TIME - 1) use(table);
    }
    use(table);
}

/* A line for each pair; of an array its type and length. */
static void print_metadata(const cli_file *file)
{
    char *text, shown[400];
    const char *key;
    CLI_TEXT(text, qs_source_metadata_json(file->source, dst, cap));
    cli_json *json = cli_json_parse(text, strlen(text));
    for (int value, n = 0; (key = cli_json_key(json, 0, (size_t)n, &value)); n++) {
        const char *plain = cli_json_plain(json, value),
                   *array = cli_json_string(json, cli_json_get(json, value, "array"));
        cli_print(key);
        fputs(": ", stdout);
        if (array)
            printf("%.0f of %s", cli_json_figure(json, value, "count"), array);
        else if (plain)
            cli_printable(plain, shown, sizeof shown), fputs(shown, stdout);
        else
            fputs(cli_json_true(json, value) ? "true" : "false", stdout);
        fputs("\n", stdout);
    }
    if (cli_json_size(json, 0)) putchar('\n');
    cli_json_free(json);
    free(text);
}

static void print_table(const cli_file *file)
{
    char grouped[40];
    cli_print(file->path);
    printf(": %s, %s bytes\n\n", qs_source_kind(file->source), cli_grouped(file->bytes, grouped));
    print_metadata(file);
    cli_table *table = cli_table_open("tensor|dtype|shape|>rows|>dim|>bytes");
    each_tensor(file, table, cli_table_measure);
    each_tensor(file, table, cli_table_flush);
    cli_table_print(table, CLI_ALIGNED);
}

static void print_json(const cli_file *file)
{
    char *text = cli_file_json(file);
    fputs("{\"file\":", stdout);
    cli_json_print_text(stdout, file->path);
    printf(",\"bytes\":%.0f,\"bytes_read\":%.0f,%s\n", file->bytes, file->parts.read,
           text + 1); /* the members of the source follow */
    free(text);
}

static int run(const cli_args *args)
{
    cli_file file;
    int status = cli_file_list(&file, cli_nth(args, CLI_POSITIONAL, 0));
    if (status) return status;
    if (cli_last(args, CLI_JSON))
        print_json(&file);
    else
        print_table(&file);
    cli_file_close(&file);
    return CLI_DONE;
}

const cli_command cli_info = {
    .name = "info",
    .summary = "lists the tensors of a file",
    .usage = "FILE [--json]",
    .about = "Reads only the head of FILE, checks that the file has the length that its head\n"
             "implies, and lists its tensors: type, shape, rows, values per row (dim) and\n"
             "bytes. An array of one dimension is one row; of three or more, all but the\n"
             "first are the dim, but each output of an expert tensor is a row. FILE may be a\n"
             "folder of .safetensors or .gguf files, or one file of several.\n",
    .options = options,
    .examples = "  quantscope info base.npy\n"
                "  quantscope info base.npy --json\n",
    .positionals = 1,
    .run = run,
};
