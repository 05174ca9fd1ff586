/* quantscope formats: the registry. */
#include "cli/cli.h"

#include "cli/json.h"
#include "cli/table.h"
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {CLI_OWN, "dim", "N", "rows of N values: adds the bits per value, scales and padding counted"},
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

static int run(const cli_args *args)
{
    double dim;
    char *text;
    int status = cli_whole(args, CLI_OWN, 1, CLI_DIM_MOST, 0, &dim);
    if (status) return status;
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
    .summary = "lists the number formats",
    .usage = "[--dim N] [--json]",
    .about = "Each format can stand alone as a spec, or with options behind a colon, as in\n"
             "int8:per=dim. What options a format takes is told when a wrong one is given.\n",
    .options = options,
    .examples = "  quantscope formats\n"
                "  quantscope formats --dim 768 --json\n",
    .positionals = 0,
    .run = run,
};
