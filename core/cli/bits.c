/* quantscope bits: one value in each spec, drawn bit by bit. */
#include "cli/cli.h"

#include "cli/json.h"
#include "cli/specs.h"
#include "cli/value.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const cli_option options[] = {
    {'s', "spec", "SPEC", "a spec; can be repeated (default: every format)"},
    {CLI_JSON, "json", NULL, "print JSON: {\"bits\":[...]}"},
    {0, NULL, NULL, NULL},
};

enum { LINES = 3 };

/* The fields beside one another: their bits, below them their names, below those their meanings. */
static void print_fields(const cli_json *json, int fields)
{
    static const char *const keys[LINES] = {"bits", "kind", "meaning"};
    for (int line = 0; line < LINES; line++) {
        fputs(" ", stdout);
        for (size_t f = 0; f < cli_json_size(json, fields); f++) {
            int field = cli_json_at(json, fields, f), width = 0;
            const char *texts[LINES];
            for (int i = 0; i < LINES; i++) {
                texts[i] = cli_json_string(json, cli_json_get(json, field, keys[i]));
                if ((int)strlen(texts[i]) > width) width = (int)strlen(texts[i]);
            }
            bool last = f + 1 == cli_json_size(json, fields);
            printf(" %-*s%s", last ? 0 : width, texts[line], last ? "\n" : " ");
        }
    }
}

static const char *plain(const cli_json *json, const char *key)
{
    const char *text = cli_json_plain(json, cli_json_get(json, 0, key));
    return text ? text : "none";
}

static void print_bits(const char *text)
{
    cli_json *json = cli_json_parse(text, strlen(text));
    const char *scale_from = cli_json_string(json, cli_json_get(json, 0, "scale_from"));
    const char *names = cli_json_string(json, cli_json_get(json, 0, "formula_names"));
    const char *class = plain(json, "class"), *formula = plain(json, "formula");
    double decoded, relative;
    printf("\n%s  %s%s%s%s\n", plain(json, "spec"), plain(json, "title"), scale_from ? " (without data " : "",
           scale_from ? scale_from : "", scale_from ? ")" : "");
    print_fields(json, cli_json_get(json, 0, "fields"));
    printf("  %s%s= %s", names ? names : "", names ? " " : "", formula);
    bool finite = cli_json_number(json, cli_json_get(json, 0, "decoded"), &decoded),
         ordinary = !strcmp(class, "code");
    if (finite && strcmp(formula, plain(json, "decoded")) != 0) printf(" = %s", plain(json, "decoded"));
    printf("\n  %s", ordinary ? "" : class);
    if (finite)
        printf("%snext values %s and %s; error %s", ordinary ? "" : "; ", plain(json, "below"),
               plain(json, "above"), plain(json, "error"));
    if (cli_json_number(json, cli_json_get(json, 0, "relative_error"), &relative))
        printf(" (%.3g %%)", relative * 100);
    putchar('\n');
    cli_json_free(json);
}

/* What the core last said, as one line without the name of the program. */
static char *last_message(void)
{
    char *text;
    CLI_TEXT(text, qs_error_json(dst, cap));
    cli_json *json = cli_json_parse(text, strlen(text));
    char *message = cli_copy(plain(json, "message"));
    cli_json_free(json);
    free(text);
    return message;
}

/* A spec that has no code for the value gets a line that says so, and the others go on. */
static void print_problem(const char *spec, const char *message, bool as_json)
{
    if (!as_json) {
        printf("\n%s\n  %s\n", spec, message);
        return;
    }
    fputs("{\"spec\":", stdout);
    cli_json_print_text(stdout, spec);
    fputs(",\"problem\":", stdout);
    cli_json_print_text(stdout, message);
    fputs("}", stdout);
}

/* Exits with CLI_DATA where a spec that was asked for has no code. */
static int print_all(const cli_specs *specs, uint32_t bits, bool asked, bool as_json)
{
    int status = CLI_DONE;
    if (as_json) fputs("{\"bits\":[", stdout);
    for (size_t i = 0; i < specs->count; i++) {
        char *text;
        CLI_TEXT(text, qs_bits_json(specs->text[i], bits, dst, cap));
        if (as_json && i) putchar(',');
        if (!text) {
            char *message = last_message();
            print_problem(specs->text[i], message, as_json);
            if (asked) status = cli_fail(CLI_DATA, "%s", message);
            free(message);
        } else if (as_json) {
            fputs(text, stdout);
        } else {
            print_bits(text);
        }
        free(text);
    }
    if (as_json) puts("]}");
    return status;
}

static int run(const cli_args *args)
{
    const char *value = cli_nth(args, CLI_POSITIONAL, 0);
    bool as_json = cli_last(args, CLI_JSON);
    uint32_t bits;
    cli_specs specs;
    const char *wrong = cli_read_value(value, &bits);
    if (wrong) return cli_fail_usage(&cli_bits, "bits: '%s': %s", value, wrong);
    int status = cli_specs_read(args, true, &specs);
    if (status) return status;
    if (!as_json) {
        float nearest;
        memcpy(&nearest, &bits, sizeof nearest);
        if (isnan(nearest)) nearest = fabsf(nearest); /* its sign shows in the bits */
        printf("%s is float32 %.9g, bits 0x%08x\n", value, (double)nearest, (unsigned)bits);
    }
    status = print_all(&specs, bits, cli_count(args, 's') > 0, as_json);
    cli_specs_free(&specs);
    return status;
}

const cli_command cli_bits = {
    .name = "bits",
    .summary = "shows one value bit by bit",
    .usage = "VALUE [-s SPEC]... [--json]",
    .about = "VALUE is a number (0.7265, -1.5, 1e-3), the bits of a float32 (0x3f39fbe7),\n"
             "inf, -0 or nan. For each SPEC the output shows the fields of the code, what\n"
             "they mean, the decoded value, the neighbouring values and the error. A scale\n"
             "that would be fitted to data is that of absmax 1 (lo -1, hi 1), and the output\n"
             "says so.\n",
    .options = options,
    .examples = "  quantscope bits 0.7265\n"
                "  quantscope bits -1.5 -s f16 -s bf16 -s int8 --json\n",
    .positionals = 1,
    .run = run,
};
