/* Fuzzes the asserts of the command line: any line is one, checked against a report. */
#include "cli/asserts.h"
#include "input.h"

static const char report[] =
    "{\"results\":[{\"spec\":\"int8\",\"bytes\":{\"total\":3200},\"error\":{\"mse\":1.5e-05,\"sqnr_db\":null},"
    "\"search\":{\"recall@10\":0.98,\"recall@10_ci95\":[0.97,0.99]}}],\"timing\":{\"results\":[{\"spec\":\"int8\","
    "\"fit_s\":0.1}]}}";

static char assert_id(void)
{
    for (const cli_option *o = cli_sweep_command.options; o->id; o++)
        if (o->name && !strcmp(o->name, "assert")) return o->id;
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    input in = {data, size};
    char *text = fuzz_line(&in);
    char *argv[] = {"sweep", "base.npy", "-s", "int8", "--assert", text, NULL};
    cli_args *args = NULL;
    cli_specs specs = {.count = 0};
    cli_asserts asserts = {.count = 0};
    cli_json *json = cli_json_parse(report, strlen(report));
    if (!cli_args_read(&cli_sweep_command, 6, argv, &args)) {
        if (cli_specs_read(args, true, &specs)) abort();
        if (!cli_asserts_read(args, assert_id(), &specs, &asserts)) cli_asserts_check(&asserts, json);
        cli_asserts_free(&asserts);
        cli_specs_free(&specs);
        cli_args_free(args);
    }
    cli_json_free(json);
    free(text);
    return 0;
}
