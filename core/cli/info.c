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

static void print_table(const cli_file *file, const char *text)
{
    char grouped[40], shape[200];
    cli_json *json = cli_json_parse(text, strlen(text));
    int tensors = cli_json_get(json, 0, "tensors");
    cli_print(file->path);
    printf(": %s, %s bytes\n\n", cli_json_string(json, cli_json_get(json, 0, "kind")),
           cli_grouped(file->bytes, grouped));
    cli_table *table = cli_table_open("tensor|dtype|shape|>rows|>dim|>bytes");
    for (size_t i = 0; i < cli_json_size(json, tensors); i++) {
        int tensor = cli_json_at(json, tensors, i);
        double rows = 0, dim = 0, row_bytes = 0;
        cli_json_number(json, cli_json_get(json, tensor, "rows"), &rows);
        cli_json_number(json, cli_json_get(json, tensor, "dim"), &dim);
        cli_json_number(json, cli_json_get(json, tensor, "row_bytes"), &row_bytes);
        shape_text(json, cli_json_get(json, tensor, "shape"), shape, sizeof shape);
        cli_table_add(table, cli_json_string(json, cli_json_get(json, tensor, "name")));
        cli_table_add(table, cli_json_string(json, cli_json_get(json, tensor, "dtype")));
        cli_table_add(table, shape);
        cli_table_add(table, cli_grouped(rows, grouped));
        cli_table_add(table, cli_grouped(dim, grouped));
        cli_table_add(table, cli_grouped(rows * row_bytes, grouped));
    }
    cli_json_free(json);
    cli_table_print(table, CLI_ALIGNED);
}

static int run(const cli_args *args)
{
    cli_file file;
    int status = cli_file_list(&file, cli_nth(args, CLI_POSITIONAL, 0));
    if (status) return status;
    char *text = cli_file_json(&file);
    if (cli_last(args, CLI_JSON)) {
        fputs("{\"file\":", stdout);
        cli_json_print_text(stdout, file.path);
        printf(",\"bytes\":%.0f,%s\n", file.bytes, text + 1); /* the members of the source follow */
    } else {
        print_table(&file, text);
    }
    free(text);
    cli_file_close(&file);
    return CLI_DONE;
}

const cli_command cli_info = {
    .name = "info",
    .summary = "tells what a file holds",
    .usage = "FILE [--json]",
    .about = "Reads the head of FILE alone, and checks that the file is as long as it says:\n"
             "its tensors with their types and shapes, how many rows of how many values\n"
             "(dim) each is taken for, and their bytes. An array of one dimension is one\n"
             "row; from three on, all but the first are dim.\n",
    .options = options,
    .examples = "  quantscope info base.npy\n"
                "  quantscope info base.npy --json\n",
    .positionals = 1,
    .run = run,
};
