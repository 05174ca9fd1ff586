/* The lists of specs.h. */
#include "cli/specs.h"

#include "cli/json.h"
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>

char *cli_canonical_of(const char *given, size_t (*json_of)(const char *, char *, size_t), const char *key)
{
    char *text;
    CLI_TEXT(text, json_of(given, dst, cap));
    if (!text) return NULL;
    cli_json *json = cli_json_parse(text, strlen(text));
    char *canonical = cli_copy(cli_json_string(json, cli_json_get(json, 0, key)));
    cli_json_free(json);
    free(text);
    return canonical;
}

char *cli_canonical(const char *spec)
{
    return cli_canonical_of(spec, qs_spec_json, "spec");
}

int cli_fail_spec(const char *spec)
{
    char about[80];
    snprintf(about, sizeof about, strlen(spec) > 60 ? "spec '%.60s...'" : "spec '%s'", spec);
    return cli_fail_core(about);
}

static int read_given(const cli_args *args, cli_specs *specs)
{
    size_t count = cli_count(args, 's');
    specs->text = cli_alloc(count * sizeof *specs->text);
    for (size_t i = 0; i < count; i++) {
        const char *spec = cli_nth(args, 's', i);
        char *canonical = cli_canonical(spec);
        if (!canonical) {
            cli_specs_free(specs);
            return cli_fail_spec(spec);
        }
        specs->text[specs->count++] = canonical;
    }
    return CLI_DONE;
}

static void read_defaults(bool plain, cli_specs *specs)
{
    char *text;
    CLI_TEXT(text, qs_defaults_json(dst, cap));
    cli_json *json = cli_json_parse(text, strlen(text));
    int list = cli_json_get(json, 0, "specs");
    specs->text = cli_alloc(cli_json_size(json, list) * sizeof *specs->text);
    for (size_t i = 0; i < cli_json_size(json, list); i++) {
        const char *spec = cli_json_string(json, cli_json_at(json, list, i));
        if (spec && !(plain && strchr(spec, ':'))) specs->text[specs->count++] = cli_copy(spec);
    }
    cli_json_free(json);
    free(text);
}

int cli_specs_read(const cli_args *args, bool plain, cli_specs *specs)
{
    *specs = (cli_specs){.count = 0};
    if (cli_count(args, 's')) return read_given(args, specs);
    read_defaults(plain, specs);
    return CLI_DONE;
}

void cli_specs_free(cli_specs *specs)
{
    for (size_t i = 0; i < specs->count; i++) free(specs->text[i]);
    free(specs->text);
    *specs = (cli_specs){.count = 0};
}
