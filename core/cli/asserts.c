/* The asserts of asserts.h. */
#include "cli/asserts.h"

#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct cli_assert {
    const char *text;    /* as it was given */
    char *spec, *figure; /* the canonical spec, or recipe */
    char op[3];
    double number;
    bool swept;
} cli_assert;

static const char *const operators[] = {">=", "<=", "==", ">", "<"}; /* the longer ones first */

static char *canonical_recipe(const char *text)
{
    return cli_canonical_of(text, qs_recipe_json, "recipe");
}

const cli_assert_kind cli_assert_specs = {.key = "spec",
                                          .option = "-s",
                                          .done = "swept",
                                          .example = "SPEC:FIGURE OP NUMBER, OP one of >= > <= < ==, as "
                                                     "'int8:recall@10>=0.95'",
                                          .canonical = cli_canonical,
                                          .groups = {"bytes", "error", "search", NULL}};
const cli_assert_kind cli_assert_recipes = {.key = "recipe",
                                            .option = "-m",
                                            .done = "measured",
                                            .example = "RECIPE:FIGURE OP NUMBER, OP one of >= > <= < ==, as "
                                                       "'static:w=int4,a=int8:accuracy>=0.84'",
                                            .canonical = canonical_recipe,
                                            .groups = {"bytes", "seeds", "energy", NULL}};

static int fail_form(const cli_assert_kind *kind, const char *text, const char *why)
{
    return cli_fail(CLI_USAGE, "--assert '%s': %s; write %s", text, why, kind->example);
}

/* Splits a trimmed copy of the text behind the spec into figure, op and number. */
static int read_claim(const cli_assert_kind *kind, cli_assert *a, const char *claim)
{
    size_t figure = strcspn(claim, "<>="), end = figure;
    const char *op = claim + figure, *found = NULL;
    char *rest;
    for (size_t i = 0; i < sizeof operators / sizeof *operators && !found; i++)
        if (!strncmp(op, operators[i], strlen(operators[i]))) found = operators[i];
    if (!found) return fail_form(kind, a->text, "it has no >=, >, <=, < or ==");
    strcpy(a->op, found);
    while (end && claim[end - 1] == ' ') end--;
    if (!end) return fail_form(kind, a->text, "there is no figure before the comparison");
    a->figure = cli_alloc(end + 1);
    memcpy(a->figure, claim, end);
    const char *number = op + strlen(found);
    number += strspn(number, " ");
    a->number = strtod(number, &rest);
    rest += strspn(rest, " ");
    if (!*number || *rest || strspn(number, "+-.0123456789eE ") != strlen(number))
        return fail_form(kind, a->text, "there is no number after the comparison");
    if (!isfinite(a->number)) return fail_form(kind, a->text, "its number is larger than a double can hold");
    return CLI_DONE;
}

static int read_assert(const cli_assert_kind *kind, cli_assert *a, const char *text, const cli_specs *specs)
{
    const char *colon = strrchr(text, ':');
    a->text = text;
    if (!colon) return fail_form(kind, text, "it has no colon");
    const char *claim = colon + 1 + strspn(colon + 1, " ");
    size_t start = strspn(text, " "), length = (size_t)(colon - text);
    while (length > start && text[length - 1] == ' ') length--;
    char *spec = cli_alloc(length + 1);
    if (length > start) memcpy(spec, text + start, length - start);
    a->spec = kind->canonical(spec);
    free(spec);
    if (!a->spec) {
        char about[120];
        snprintf(about, sizeof about, "--assert '%.80s'", text);
        return cli_fail_core(about);
    }
    for (size_t i = 0; i < specs->count; i++) a->swept = a->swept || !strcmp(specs->text[i], a->spec);
    return read_claim(kind, a, claim);
}

int cli_asserts_read(const cli_args *args, char id, const cli_specs *specs, cli_asserts *asserts)
{
    int status = CLI_DONE;
    if (!asserts->kind) asserts->kind = &cli_assert_specs;
    asserts->count = cli_count(args, id);
    asserts->list = cli_alloc(asserts->count * sizeof *asserts->list);
    for (size_t i = 0; i < asserts->count && !status; i++)
        status = read_assert(asserts->kind, &asserts->list[i], cli_nth(args, id, i), specs);
    for (size_t i = 0; i < asserts->count && !status; i++) {
        const cli_assert *a = &asserts->list[i];
        if (!a->swept)
            cli_fail(CLI_USAGE, "--assert '%s': the %s %s is not %s; add %s %s", a->text, asserts->kind->key,
                     a->spec, asserts->kind->done, asserts->kind->option, a->spec);
    }
    if (status) cli_asserts_free(asserts);
    return status;
}

void cli_asserts_free(cli_asserts *asserts)
{
    for (size_t i = 0; i < asserts->count; i++) {
        free(asserts->list[i].spec);
        free(asserts->list[i].figure);
    }
    free(asserts->list);
    *asserts = (cli_asserts){.count = 0};
}

/* The result of a spec in the report, and in its timing: the same place in both. */
static size_t find_result(const cli_assert_kind *kind, const cli_json *report, const char *spec)
{
    int results = cli_json_get(report, 0, "results");
    size_t i = 0;
    for (; i < cli_json_size(report, results); i++) {
        int result = cli_json_at(report, results, i);
        const char *other = cli_json_string(report, cli_json_get(report, result, kind->key));
        if (other && !strcmp(other, spec)) break;
    }
    return i;
}

enum { GROUPS = 6 };

/* The objects that hold a spec's figures: the result itself, what is in it, what people judged, and its timing. */
static bool figure_groups(const cli_assert_kind *kind, const cli_json *report, const char *spec, int groups[GROUPS])
{
    size_t place = find_result(kind, report, spec);
    int result = cli_json_at(report, cli_json_get(report, 0, "results"), place);
    int timing = cli_json_get(report, cli_json_get(report, 0, "timing"), "results");
    for (int g = 0; g < 3; g++) groups[g + 1] = cli_json_get(report, result, kind->groups[g]);
    groups[0] = result;
    groups[4] = cli_json_at(report, cli_json_get(report, cli_json_get(report, 0, "judged"), "results"), place);
    groups[5] = cli_json_at(report, timing, place);
    return result >= 0 && cli_json_get(report, result, "problem") < 0;
}

static int fail_figure(const cli_assert *a, const cli_json *report, const int groups[GROUPS])
{
    const char *names[64] = {NULL}, *name;
    char known[1000] = "";
    size_t count = 0, at = 0;
    int value;
    for (int g = 0; g < GROUPS; g++) {
        for (size_t n = 0; count < 63 && (name = cli_json_key(report, groups[g], n, &value)); n++) {
            if (cli_json_string(report, value) || cli_json_size(report, value))
                continue; /* its spec, an interval */
            names[count++] = name;
            if (at < sizeof known) at += (size_t)snprintf(known + at, sizeof known - at, " %s", name);
        }
    }
    const char *nearest = cli_nearest(a->figure, names);
    return cli_fail(CLI_USAGE, "--assert '%s': there is no figure %s%s%s%s are%s", a->text, a->figure,
                    nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "? Known" : "; known",
                    known);
}

static bool holds(const cli_assert *a, double figure)
{
    bool equal = figure == a->number;
    if (!strcmp(a->op, "==")) return equal;
    return (a->op[1] == '=' && equal) || (a->op[0] == '>' ? figure > a->number : figure < a->number);
}

/* The finding that a recall is 1 whatever the codes are, if it is about this figure of this spec; else -1. */
static int by_construction(const cli_assert *a, const cli_json *report)
{
    int findings = cli_json_get(report, 0, "findings");
    double k = strncmp(a->figure, "recall@", 7) != 0 ? 0 : strtod(a->figure + 7, NULL);
    for (size_t i = 0; i < cli_json_size(report, findings) && k >= 1; i++) {
        int finding = cli_json_at(report, findings, i);
        const char *id = cli_json_string(report, cli_json_get(report, finding, "id"));
        const char *spec = cli_json_string(report, cli_json_get(report, finding, "spec"));
        if (!id || strcmp(id, "recall-by-construction") != 0 || (spec && strcmp(spec, a->spec) != 0)) continue;
        if (k >= cli_json_figure(report, cli_json_get(report, finding, "evidence"), "from_k")) return finding;
    }
    return -1;
}

static int check_assert(const cli_assert_kind *kind, const cli_assert *a, const cli_json *report)
{
    int groups[GROUPS], found = -1;
    double figure;
    if (!a->swept) return CLI_USAGE; /* told before the work */
    if (!figure_groups(kind, report, a->spec, groups))
        return cli_fail(CLI_ASSERT, "assert failed: %s: %s has no result", a->text, a->spec);
    for (int g = 0; g < GROUPS && found < 0; g++) found = cli_json_get(report, groups[g], a->figure);
    if (found < 0 || cli_json_string(report, found) || cli_json_size(report, found))
        return fail_figure(a, report, groups);
    int constructed = by_construction(a, report);
    if (constructed >= 0)
        return cli_fail(CLI_ASSERT, "assert failed: %s: %s", a->text,
                        cli_json_string(report, cli_json_get(report, constructed, "text")));
    if (!cli_json_number(report, found, &figure))
        return cli_fail(CLI_ASSERT, "assert failed: %s: %s of %s is undefined or infinite", a->text, a->figure,
                        a->spec);
    if (holds(a, figure)) return CLI_DONE;
    return cli_fail(CLI_ASSERT, "assert failed: %s: %s of %s is %s", a->text, a->figure, a->spec,
                    cli_json_plain(report, found));
}

int cli_asserts_check(const cli_asserts *asserts, const cli_json *report)
{
    int worst = CLI_DONE;
    for (size_t i = 0; i < asserts->count; i++) {
        int status = check_assert(asserts->kind, &asserts->list[i], report);
        if (status > worst) worst = status;
    }
    return worst;
}
