/* The tables of `quantscope tensors`, made of its report. */
#include "cli/tensors.h"

#include "cli/findings.h"

#include <stdio.h>
#include <string.h>

static size_t count_of(const cli_json *report, const char *key)
{
    return cli_json_size(report, cli_json_get(report, 0, key));
}

static int item(const cli_json *report, const char *key, size_t i)
{
    return cli_json_at(report, cli_json_get(report, 0, key), i);
}

static const char *text_of(const cli_json *report, int object, const char *key)
{
    return cli_json_string(report, cli_json_get(report, object, key));
}

/* "128 x 129 x 3", "scalar" */
static void shape_text(const cli_json *report, int shape, char *text, size_t cap)
{
    size_t axes = cli_json_size(report, shape), at = (size_t)snprintf(text, cap, "%s", axes ? "" : "scalar");
    for (size_t i = 0; i < axes && at < cap; i++)
        at += (size_t)snprintf(text + at, cap - at, "%s%s", i ? " x " : "",
                               cli_json_plain(report, cli_json_at(report, shape, i)));
}

static void print_facts(const cli_json *report, cli_style style)
{
    cli_table *table = cli_table_open("tensor|shape|>min|>max|>std|>largest, sigma|>excess kurtosis");
    for (size_t t = 0; t < count_of(report, "tensors"); t++) {
        char shape[200];
        int tensor = item(report, "tensors", t), facts = cli_json_get(report, tensor, "facts");
        shape_text(report, cli_json_get(report, tensor, "shape"), shape, sizeof shape);
        cli_table_add(table, text_of(report, tensor, "name"));
        cli_table_add(table, shape);
        cli_table_figure(table, "%.5g", cli_json_figure(report, facts, "min"));
        cli_table_figure(table, "%.5g", cli_json_figure(report, facts, "max"));
        cli_table_figure(table, "%.4g", cli_json_figure(report, facts, "std"));
        cli_table_figure(table, "%.1f", cli_json_figure(report, facts, "largest_sigma"));
        cli_table_figure(table, "%.2f", cli_json_figure(report, facts, "excess_kurtosis"));
    }
    cli_table_print(table, style);
}

static void add_result(cli_table *table, const cli_json *report, const char *name, double stored, int result)
{
    int bytes = cli_json_get(report, result, "bytes"), error = cli_json_get(report, result, "error");
    cli_table_add(table, name);
    cli_table_add(table, text_of(report, result, "spec"));
    cli_table_whole(table, cli_json_figure(report, bytes, "total"));
    cli_table_figure(table, "%.2f", stored / cli_json_figure(report, bytes, "total"));
    cli_table_figure(table, "%.3f", cli_json_figure(report, bytes, "bits_per_value"));
    cli_table_figure(table, "%.2f", cli_json_figure(report, error, "sqnr_db"));
    cli_table_figure(table, "%.3g", cli_json_figure(report, error, "mse"));
    cli_table_figure(table, "%.3g", cli_json_figure(report, error, "max_abs"));
    cli_table_figure(table, "%.2g", cli_json_figure(report, error, "clipped_share"));
    cli_table_figure(table, "%.6f", cli_json_figure(report, error, "cosine_mean"));
}

static void print_results(const cli_json *report, cli_style style)
{
    cli_table *table = cli_table_open("tensor|spec|>bytes|>times smaller than the file|>bits/value|>SQNR "
                                      "dB|>MSE|>largest error|>clipped|>cosine");
    for (size_t t = 0; t < count_of(report, "tensors"); t++) {
        int tensor = item(report, "tensors", t), results = cli_json_get(report, tensor, "results");
        for (size_t i = 0; i < cli_json_size(report, results); i++)
            add_result(table, report, text_of(report, tensor, "name"),
                       cli_json_figure(report, tensor, "file_bytes"), cli_json_at(report, results, i));
    }
    for (size_t i = 0; i < count_of(report, "totals"); i++) {
        int total = item(report, "totals", i);
        cli_table_add(table, "all, with what is kept");
        cli_table_add(table, text_of(report, total, "spec"));
        cli_table_whole(table, cli_json_figure(report, total, "bytes"));
        cli_table_figure(table, "%.2f", cli_json_figure(report, total, "times_smaller"));
        for (int empty = 0; empty < 6; empty++) cli_table_add(table, "");
    }
    cli_table_print(table, style);
}

static const char *plural(double count)
{
    return count == 1 ? "" : "s";
}

/* What is not coded, and is part of the totals all the same. */
static void print_rest(const cli_json *report)
{
    char values[40], bytes[40], whole[40];
    int kept = cli_json_get(report, 0, "kept"), others = cli_json_get(report, 0, "not_measured");
    int total = item(report, "totals", 0);
    double count = cli_json_figure(report, kept, "tensors"), more = cli_json_figure(report, others, "tensors");
    printf("\nKept as stored: %.0f tensor%s of fewer than two dimensions, %s values, %s bytes.", count,
           plural(count), cli_grouped(cli_json_figure(report, kept, "values"), values),
           cli_grouped(cli_json_figure(report, kept, "bytes"), bytes));
    if (more > 0)
        printf(" Not measured, and in the totals as stored: %.0f tensor%s, %s bytes.", more, plural(more),
               cli_grouped(cli_json_figure(report, others, "bytes"), bytes));
    if (total >= 0)
        printf(" The file's tensors: %s bytes; all in float32: %s.",
               cli_grouped(cli_json_figure(report, total, "file_bytes"), bytes),
               cli_grouped(cli_json_figure(report, total, "float32_bytes"), whole));
    putchar('\n');
}

void cli_tensors_table(const cli_json *report, cli_style style)
{
    print_facts(report, style);
    putchar('\n');
    print_results(report, style);
    print_rest(report);
    cli_findings_print(report, 0);
}

/* ------------------------------------------------------------------------------------------------------- CSV */

enum { GROUPS = 3, MOST_COLUMNS = 60, KEY = 40 };

/* The groups of figures in a row: of the tensor, and of the result. */
static int group_of(const cli_json *report, int tensor, int result, int group)
{
    static const char *const keys[GROUPS] = {"facts", "bytes", "error"};
    return cli_json_get(report, group ? result : tensor, keys[group]);
}

typedef struct columns {
    size_t count;
    struct {
        int group;
        const char *key;
    } list[MOST_COLUMNS];
} columns;

/* The figures of the first result that has any: all have the same. */
static void find_columns(const cli_json *report, columns *c)
{
    for (size_t t = 0; t < count_of(report, "tensors"); t++) {
        int tensor = item(report, "tensors", t), results = cli_json_get(report, tensor, "results");
        for (size_t i = 0; i < cli_json_size(report, results) && !c->count; i++) {
            int result = cli_json_at(report, results, i), value;
            const char *key;
            if (text_of(report, result, "problem")) continue;
            for (int group = 0; group < GROUPS; group++)
                for (size_t n = 0;
                     (key = cli_json_key(report, group_of(report, tensor, result, group), n, &value)) &&
                     c->count < MOST_COLUMNS;
                     n++, c->count++) {
                    c->list[c->count].group = group;
                    c->list[c->count].key = key;
                }
        }
    }
}

static void add_cell(cli_table *table, const cli_json *report, int value)
{
    const char *cell = cli_json_plain(report, value);
    cli_table_add(table, cell ? cell : "");
}

static void add_row(cli_table *table, const cli_json *report, const columns *c, int tensor, int result)
{
    char shape[200];
    shape_text(report, cli_json_get(report, tensor, "shape"), shape, sizeof shape);
    add_cell(table, report, cli_json_get(report, tensor, "name"));
    add_cell(table, report, cli_json_get(report, tensor, "dtype"));
    cli_table_add(table, shape);
    add_cell(table, report, cli_json_get(report, tensor, "rows"));
    add_cell(table, report, cli_json_get(report, tensor, "dim"));
    add_cell(table, report, cli_json_get(report, tensor, "file_bytes"));
    add_cell(table, report, cli_json_get(report, result, "spec"));
    for (size_t n = 0; n < c->count; n++)
        add_cell(table, report,
                 cli_json_get(report, group_of(report, tensor, result, c->list[n].group), c->list[n].key));
    add_cell(table, report, cli_json_get(report, result, "problem"));
}

/* A row of a total: its spec, and its bytes in the column of total. */
static void add_total(cli_table *table, const cli_json *report, const columns *c, int total)
{
    cli_table_add(table, "all, with what is kept");
    for (int empty = 0; empty < 4; empty++) cli_table_add(table, "");
    add_cell(table, report, cli_json_get(report, total, "file_bytes"));
    add_cell(table, report, cli_json_get(report, total, "spec"));
    for (size_t n = 0; n < c->count; n++)
        add_cell(table, report, strcmp(c->list[n].key, "total") ? -1 : cli_json_get(report, total, "bytes"));
    cli_table_add(table, "");
}

void cli_tensors_csv(const cli_json *report)
{
    columns c = {.count = 0};
    find_columns(report, &c);
    char headings[MOST_COLUMNS * (KEY + 1)] = "tensor|dtype|shape|rows|dim|file_bytes|spec";
    for (size_t n = 0, at = strlen(headings); n < c.count; n++)
        at += (size_t)snprintf(headings + at, sizeof headings - at, "|%.*s", KEY - 1, c.list[n].key);
    strcat(headings, "|problem");
    cli_table *table = cli_table_open(headings);
    for (size_t t = 0; t < count_of(report, "tensors"); t++) {
        int tensor = item(report, "tensors", t), results = cli_json_get(report, tensor, "results");
        for (size_t i = 0; i < cli_json_size(report, results); i++)
            add_row(table, report, &c, tensor, cli_json_at(report, results, i));
    }
    for (size_t i = 0; i < count_of(report, "totals"); i++) add_total(table, report, &c, item(report, "totals", i));
    cli_table_print(table, CLI_CSV);
}
