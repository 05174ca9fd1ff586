/* quantscope backends: the kernels compiled in, and which of them this processor runs. */
#include "cli/cli.h"

#include "cli/json.h"
#include "cli/table.h"
#include "quantscope.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {CLI_JSON, "json", NULL, "print JSON"},
    {0, NULL, NULL, NULL},
};

static void print_table(const char *text)
{
    cli_table *table = cli_table_open("backend|title|with|available|used");
    cli_json *json = cli_json_parse(text, strlen(text));
    int backends = cli_json_get(json, 0, "backends");
    for (size_t i = 0; i < cli_json_size(json, backends); i++) {
        int backend = cli_json_at(json, backends, i);
        cli_table_add(table, cli_json_plain(json, cli_json_get(json, backend, "name")));
        cli_table_add(table, cli_json_plain(json, cli_json_get(json, backend, "title")));
        int features = cli_json_get(json, backend, "features");
        char with[80] = "";
        for (size_t f = 0; f < cli_json_size(json, features); f++) {
            size_t length = strlen(with);
            snprintf(with + length, sizeof with - length, "%s%s", f ? ", " : "",
                     cli_json_plain(json, cli_json_at(json, features, f)));
        }
        cli_table_add(table, with);
        cli_table_add(table, cli_json_true(json, cli_json_get(json, backend, "available")) ? "yes" : "no");
        cli_table_add(table, cli_json_true(json, cli_json_get(json, backend, "used")) ? "yes" : "no");
    }
    cli_json_free(json);
    cli_table_print(table, CLI_ALIGNED);
}

static int run(const cli_args *args)
{
    char *text;
    CLI_TEXT(text, qs_backends_json(dst, cap));
    if (!text) return cli_fail_core(NULL);
    if (cli_last(args, CLI_JSON))
        puts(text);
    else
        print_table(text);
    free(text);
    return CLI_DONE;
}

const cli_command cli_backends = {
    .name = "backends",
    .summary = "lists the kernels for this processor",
    .usage = "[--json]",
    .about = "A backend is the same arithmetic written for one instruction set. All backends\n"
             "give the same bytes; they differ in speed. --backend NAME chooses one for any\n"
             "command. \"available\" says whether this processor can run it; optional\n"
             "processor features in use are listed beside it.\n",
    .options = options,
    .examples = "  quantscope backends\n"
                "  quantscope sweep base.npy --backend ref\n",
    .positionals = 0,
    .run = run,
};
