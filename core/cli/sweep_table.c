/* The tables of a sweep, made of its report. */
#include "cli/sweep.h"

#include "cli/findings.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct result {
    const cli_json *report;
    int bytes, error, search, judged, timing;
    const char *spec, *problem;
} result;

static result result_at(const cli_json *report, size_t i)
{
    int value = cli_json_at(report, cli_json_get(report, 0, "results"), i);
    return (result){
        .report = report,
        .bytes = cli_json_get(report, value, "bytes"),
        .error = cli_json_get(report, value, "error"),
        .search = cli_json_get(report, value, "search"),
        .judged = cli_json_at(report, cli_json_get(report, cli_json_get(report, 0, "judged"), "results"), i),
        .timing = cli_json_at(report, cli_json_get(report, cli_json_get(report, 0, "timing"), "results"), i),
        .spec = cli_json_string(report, cli_json_get(report, value, "spec")),
        .problem = cli_json_string(report, cli_json_get(report, value, "problem")),
    };
}

static size_t result_count(const cli_json *report)
{
    return cli_json_size(report, cli_json_get(report, 0, "results"));
}

/* Of a rate, three digits say what a measurement knows: 1,230,000. */
static void add_rate(cli_table *table, double count, double seconds)
{
    char text[40];
    double rate = count / seconds;
    if (!isfinite(rate)) {
        cli_table_add(table, "-");
        return;
    }
    double unit = rate >= 1000 ? pow(10, floor(log(rate) / log(10.0)) - 2) : 1;
    cli_table_add(table, cli_grouped(round(rate / unit) * unit, text));
}

void cli_sweep_recall(cli_table *table, const cli_json *report, int search, const char *key)
{
    char interval[60], text[80] = "-";
    double low, high, recall = cli_json_figure(report, search, key);
    snprintf(interval, sizeof interval, "%s_ci95", key);
    int ends = cli_json_get(report, search, interval);
    bool known = cli_json_number(report, cli_json_at(report, ends, 0), &low) &&
                 cli_json_number(report, cli_json_at(report, ends, 1), &high);
    if (isfinite(recall) && known)
        snprintf(text, sizeof text, "%.4f [%.3f, %.3f]", recall, low, high);
    else if (isfinite(recall))
        snprintf(text, sizeof text, "%.4f", recall);
    cli_table_add(table, text);
}

/* The rows that were fitted on, where they are others than those measured; else below 0. */
static int calibration_of(const cli_json *report)
{
    return cli_json_get(report, cli_json_get(report, 0, "data"), "calibration");
}

/* What there is of neighbours that came with the set; else below 0. */
static int truth_of(const cli_json *report)
{
    return cli_json_get(report, 0, "truth");
}

/* The type of the file, where that is not float32. */
static const char *stored_otherwise(const cli_json *report)
{
    return cli_json_string(report, cli_json_get(report, cli_json_get(report, 0, "data"), "dtype"));
}

static void add_result(cli_table *table, const result *r, const char *recall, double rows, double dim,
                       double queries)
{
    const cli_json *json = r->report;
    double total = cli_json_figure(json, r->bytes, "total");
    cli_table_add(table, r->spec);
    cli_table_figure(table, "%.3f", cli_json_figure(json, r->bytes, "bits_per_value"));
    cli_table_whole(table, cli_json_figure(json, r->bytes, "per_row"));
    cli_table_whole(table, total);
    cli_table_figure(table, "%.2f", rows * dim * 4 / total);
    if (stored_otherwise(json)) cli_table_figure(table, "%.2f", cli_json_figure(json, r->bytes, "times_smaller"));
    cli_sweep_recall(table, json, r->search, recall);
    if (truth_of(json) >= 0) {
        char given[60];
        snprintf(given, sizeof given, "%s_truth", recall);
        cli_sweep_recall(table, json, r->search, given);
    }
    if (strcmp(recall, "recall@1") != 0)
        cli_table_figure(table, "%.4f", cli_json_figure(json, r->search, "recall@1"));
    if (cli_json_figure(json, r->error, "mse") == 0)
        cli_table_add(table, "exact");
    else
        cli_table_figure(table, "%.2f", cli_json_figure(json, r->error, "sqnr_db"));
    cli_table_figure(table, "%.6f", cli_json_figure(json, r->error, "cosine_mean"));
    if (calibration_of(json) >= 0) {
        cli_table_figure(table, "%.2g", cli_json_figure(json, r->error, "clipped_share"));
        cli_table_figure(table, "%.2g", cli_json_figure(json, r->error, "overshoot"));
    }
    add_rate(table, r->problem ? NAN : rows, cli_json_figure(json, r->timing, "encode_s"));
    add_rate(table, r->problem ? NAN : queries, cli_json_figure(json, r->timing, "search_s"));
}

/* "1,000 rows" */
static const char *counted(double count, const char *one, const char *more, char text[60])
{
    char digits[40];
    snprintf(text, 60, "%s %s", cli_grouped(count, digits), count == 1 ? one : more);
    return text;
}

/* ", calibrated on 300 of them", where that is told. */
static const char *calibrated(const cli_json *report, char text[100])
{
    char rows[60];
    int calibration = calibration_of(report);
    const char *from = cli_json_string(report, cli_json_get(report, calibration, "from"));
    double count = cli_json_figure(report, calibration, "rows");
    text[0] = 0;
    if (from && !strcmp(from, "drawn"))
        snprintf(text, 100, ", calibrated on %s of them", cli_grouped(count, rows));
    else if (from)
        snprintf(text, 100, ", calibrated on %s of another file", counted(count, "row", "rows", rows));
    return text;
}

void cli_sweep_conditions(const cli_json *report)
{
    char rows[60], queries[60], threads[60], calibration[100];
    int data = cli_json_get(report, 0, "data"), timing = cli_json_get(report, 0, "timing");
    printf("%s of %.0f%s, %s, %s, k %.0f, seed %.0f; %s, %s\n\n",
           counted(cli_json_figure(report, data, "rows"), "row", "rows", rows),
           cli_json_figure(report, data, "dim"), calibrated(report, calibration),
           counted(cli_json_figure(report, data, "queries"), "query", "queries", queries),
           cli_json_string(report, cli_json_get(report, 0, "metric")), cli_json_figure(report, 0, "k"),
           cli_json_figure(report, 0, "seed"), cli_json_string(report, cli_json_get(report, timing, "backend")),
           counted(cli_json_figure(report, timing, "threads"), "thread", "threads", threads));
}

enum { FEW_SPECS = 12 };

/* How each spec compares with one of them: a sentence each. */
static void print_against(const cli_json *report)
{
    int against = cli_json_get(report, 0, "against"), results = cli_json_get(report, against, "results");
    size_t count = cli_json_size(report, results);
    if (count > FEW_SPECS) return; /* all of them are in the JSON */
    if (count) putchar('\n');
    for (size_t i = 0; i < count; i++) {
        int result = cli_json_at(report, results, i);
        printf("%s: %s\n", cli_json_string(report, cli_json_get(report, result, "spec")),
               cli_json_string(report, cli_json_get(report, result, "text")));
    }
}

static void print_truth(const cli_json *report, const char *recall)
{
    char key[60];
    snprintf(key, sizeof key, "%s_truth", recall);
    if (truth_of(report) >= 0)
        printf("\nfloat32 finds %.4f of the first given neighbours.\n",
               cli_json_figure(report, truth_of(report), key));
}

void cli_sweep_table(const cli_json *report, cli_style style)
{
    char recall[40], headings[300];
    int data = cli_json_get(report, 0, "data");
    double rows = cli_json_figure(report, data, "rows"), dim = cli_json_figure(report, data, "dim");
    double queries = cli_json_figure(report, data, "queries");
    snprintf(recall, sizeof recall, "recall@%.0f", cli_json_figure(report, 0, "k"));
    snprintf(headings, sizeof headings,
             "spec|>bits/value|>bytes/vector|>total bytes|>times smaller|%s>%s [95 %%]|%s%s>SQNR dB|>cosine|%s"
             ">encode rows/s|>search queries/s",
             stored_otherwise(report) ? ">than the file|" : "", recall,
             truth_of(report) >= 0 ? ">of the given [95 %]|" : "",
             strcmp(recall, "recall@1") != 0 ? ">recall@1|" : "",
             calibration_of(report) >= 0 ? ">clipped|>overshoot|" : "");
    cli_table *table = cli_table_open(headings);
    for (size_t i = 0; i < result_count(report); i++) {
        result r = result_at(report, i);
        add_result(table, &r, recall, rows, dim, queries);
    }
    cli_sweep_conditions(report);
    cli_table_print(table, style);
    print_truth(report, recall);
    print_against(report);
    cli_findings_print(report, 0);
}

/* ------------------------------------------------------------------------------------------------------- CSV */

enum { GROUPS = 5, MOST_COLUMNS = 80 };

typedef struct columns {
    size_t count;
    struct {
        int group;
        char key[40];
        int item; /* of an interval; -1: the figure itself */
    } list[MOST_COLUMNS];
} columns;

static int group_of(const result *r, int group)
{
    const int groups[GROUPS] = {r->bytes, r->error, r->search, r->judged, r->timing};
    return groups[group];
}

static void add_column(columns *c, int group, const char *key, int item)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->list[i].group == group && c->list[i].item == item && !strcmp(c->list[i].key, key)) return;
    if (c->count == MOST_COLUMNS) return;
    c->list[c->count].group = group;
    c->list[c->count].item = item;
    snprintf(c->list[c->count++].key, sizeof c->list->key, "%s", key);
}

/* Every figure that any result has, group by group. */
static void find_columns(const cli_json *report, columns *c)
{
    for (int group = 0; group < GROUPS; group++) {
        for (size_t i = 0; i < result_count(report); i++) {
            result r = result_at(report, i);
            const char *key;
            int value;
            if (r.problem) continue;
            for (size_t n = 0; (key = cli_json_key(report, group_of(&r, group), n, &value)); n++) {
                size_t items = cli_json_size(report, value);
                if (!strcmp(key, "spec") || !strcmp(key, "text")) continue; /* the timing's, a sentence */
                for (size_t item = 0; item < items; item++) add_column(c, group, key, (int)item);
                if (!items) add_column(c, group, key, -1);
            }
        }
    }
}

void cli_sweep_csv(const cli_json *report)
{
    static const char *const ends[] = {"_low", "_high"};
    columns c = {.count = 0};
    find_columns(report, &c);
    char headings[MOST_COLUMNS * 48] = "spec";
    for (size_t i = 0, at = 4; i < c.count; i++)
        at += (size_t)snprintf(headings + at, sizeof headings - at, "|%s%s", c.list[i].key,
                               c.list[i].item < 0 ? "" : ends[c.list[i].item & 1]);
    strcat(headings, "|problem");
    cli_table *table = cli_table_open(headings);
    for (size_t i = 0; i < result_count(report); i++) {
        result r = result_at(report, i);
        cli_table_add(table, r.spec);
        for (size_t n = 0; n < c.count; n++) {
            int value = cli_json_get(report, group_of(&r, c.list[n].group), c.list[n].key);
            if (c.list[n].item >= 0) value = cli_json_at(report, value, (size_t)c.list[n].item);
            const char *cell = cli_json_plain(report, value);
            cli_table_add(table, cell && !r.problem ? cell : "");
        }
        cli_table_add(table, r.problem ? r.problem : "");
    }
    cli_table_print(table, CLI_CSV);
}
