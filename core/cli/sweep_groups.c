/* Specs of a sweep in groups: in each the best, and the paired difference of the others from it. */
#include "cli/posix.h"

#include "cli/sweep.h"

#include "cli/findings.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void cli_groups_add(cli_sweep *s, size_t group, const char *codec, const char *spec)
{
    size_t n = s->specs.count++;
    s->specs.text = realloc(s->specs.text, (n + 1) * sizeof *s->specs.text);
    s->groups.of = realloc(s->groups.of, (n + 1) * sizeof *s->groups.of);
    s->groups.codec = realloc(s->groups.codec, (n + 1) * sizeof *s->groups.codec);
    if (!s->specs.text || !s->groups.of || !s->groups.codec) exit(cli_fail(CLI_MEMORY, "out of memory for specs"));
    s->specs.text[n] = cli_copy(spec);
    s->groups.codec[n] = cli_copy(codec);
    s->groups.of[n] = group;
}

void cli_groups_free(cli_groups *groups, size_t specs)
{
    for (size_t i = 0; i < specs && groups->codec; i++) free(groups->codec[i]);
    for (size_t g = 0; g < groups->count && groups->names; g++) free(groups->names[g]);
    free(groups->names);
    free(groups->codec);
    free(groups->of);
    *groups = (cli_groups){.count = 0};
}

typedef struct member {
    size_t spec;
    double recall;
} member;

/* Better first; of equals the one that comes first. */
static int by_recall(const void *a, const void *b)
{
    const member *x = a, *y = b;
    if (x->recall < y->recall || x->recall > y->recall) return x->recall < y->recall ? 1 : -1;
    return (x->spec > y->spec) - (x->spec < y->spec);
}

/* The members of a group that were searched, the best of each codec, best first. */
static size_t list_members(const cli_sweep *s, const cli_json *report, size_t group, member *list)
{
    char key[40];
    int results = cli_json_get(report, 0, "results");
    size_t count = 0, left = 0;
    snprintf(key, sizeof key, "recall@%.0f", s->k);
    for (size_t i = 0; i < s->specs.count; i++) {
        int search = cli_json_get(report, cli_json_at(report, results, i), "search");
        double recall = cli_json_figure(report, search, key);
        if (s->groups.of[i] == group && isfinite(recall)) list[count++] = (member){i, recall};
    }
    qsort(list, count, sizeof *list, by_recall);
    for (size_t i = 0; i < count; i++) {
        size_t j = 0;
        while (j < left && strcmp(s->groups.codec[list[j].spec], s->groups.codec[list[i].spec]) != 0) j++;
        if (j == left) list[left++] = list[i];
    }
    return left;
}

static void print_group(const cli_sweep *s, const qs_run *run, size_t group, const member *list, size_t count,
                        FILE *stream)
{
    fputs("{\"name\":", stream);
    cli_json_print_text(stream, s->groups.names[group]);
    fputs(",\"results\":[", stream);
    for (size_t i = 0; i < count; i++) {
        char *pair = NULL;
        if (i) CLI_TEXT(pair, qs_run_pair_json(run, list[0].spec, list[i].spec, dst, cap));
        fprintf(stream, "%s{\"codec\":", i ? "," : "");
        cli_json_print_text(stream, s->groups.codec[list[i].spec]);
        fprintf(stream, ",\"result\":%zu,\"best\":%s", list[i].spec, i ? "false" : "true");
        fprintf(stream, ",\"pair\":%s}", pair ? pair : "null");
        free(pair);
    }
    fputs("]}", stream);
}

char *cli_sweep_groups(const cli_sweep *s, const qs_run *run, const char *core)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&text, &bytes);
    cli_json *report = cli_json_parse(core, strlen(core));
    member *list = cli_alloc(s->specs.count * sizeof *list);
    if (!stream) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    for (size_t g = 0; g < s->groups.count; g++) {
        fputs(g ? "," : "[", stream);
        print_group(s, run, g, list, list_members(s, report, g, list), stream);
    }
    fputc(']', stream);
    free(list);
    cli_json_free(report);
    if (fclose(stream)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    return text;
}

/* "-0.0110 [-0.0180, -0.0050]", and "=" where no difference can be shown. */
static void add_difference(cli_table *table, const cli_json *report, int pair)
{
    int interval = cli_json_get(report, pair, "difference_ci95");
    double difference = cli_json_figure(report, pair, "difference"), low = 0, high = 0;
    cli_json_number(report, cli_json_at(report, interval, 0), &low);
    cli_json_number(report, cli_json_at(report, interval, 1), &high);
    if (!isfinite(difference))
        cli_table_add(table, "best");
    else
        cli_table_format(table, "%+.4f [%+.4f, %+.4f]%s", difference, low, high,
                         cli_json_true(report, cli_json_get(report, pair, "differs")) ? "" : " =");
}

/* The bytes of one row, without what rows share. */
static double row_bytes(const cli_json *report, int result)
{
    int bytes = cli_json_get(report, result, "bytes");
    double rows = cli_json_figure(report, cli_json_get(report, 0, "data"), "rows");
    return (cli_json_figure(report, bytes, "total") - cli_json_figure(report, bytes, "params")) / rows;
}

void cli_sweep_groups_table(const cli_json *report, cli_style style, const char *title,
                            char *(*why)(const char *spec))
{
    char headings[200], recall[40];
    int groups = cli_json_get(report, 0, "groups"), results = cli_json_get(report, 0, "results");
    snprintf(recall, sizeof recall, "recall@%.0f", cli_json_figure(report, 0, "k"));
    snprintf(headings, sizeof headings, "%s|spec|>bytes/vector|>%s [95 %%]|>from the best [95 %%]|>MSE%s", title,
             recall, why ? "|how" : "");
    cli_table *table = cli_table_open(headings);
    for (size_t g = 0; g < cli_json_size(report, groups); g++) {
        int group = cli_json_at(report, groups, g), members = cli_json_get(report, group, "results");
        for (size_t i = 0; i < cli_json_size(report, members); i++) {
            int member = cli_json_at(report, members, i);
            int result = cli_json_at(report, results, (size_t)cli_json_figure(report, member, "result"));
            const char *spec = cli_json_string(report, cli_json_get(report, result, "spec"));
            cli_table_add(table, cli_json_string(report, cli_json_get(report, group, "name")));
            cli_table_add(table, spec);
            cli_table_whole(table, row_bytes(report, result));
            cli_sweep_recall(table, report, cli_json_get(report, result, "search"), recall);
            add_difference(table, report, cli_json_get(report, member, "pair"));
            cli_table_figure(table, "%.3g", cli_json_figure(report, cli_json_get(report, result, "error"), "mse"));
            char *text = why ? why(spec) : NULL;
            if (why) cli_table_add(table, text ? text : "");
            free(text);
        }
    }
    if (style != CLI_CSV) cli_sweep_conditions(report);
    cli_table_print(table, style);
    if (style != CLI_CSV) cli_findings_print(report, 0);
    if (style != CLI_CSV)
        puts("\nFrom the best: recall less that of the group's best spec, over the same queries; =: no difference "
             "is "
             "shown.");
}
