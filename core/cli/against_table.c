/* The tables of `quantscope tensors --against`: each tensor, and the types of the other file added up. */
#include "cli/against.h"

#include "cli/table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static int item(const cli_json *report, const char *key, size_t i)
{
    return cli_json_at(report, cli_json_get(report, 0, key), i);
}

static size_t count_of(const cli_json *report, const char *key)
{
    return cli_json_size(report, cli_json_get(report, 0, key));
}

static const char *text_of(const cli_json *report, int object, const char *key)
{
    return cli_json_string(report, cli_json_get(report, object, key));
}

static void add_figures(cli_table *table, const cli_json *report, int object)
{
    double bytes = cli_json_figure(report, object, "bytes"),
           other = cli_json_figure(report, object, "against_bytes");
    cli_table_whole(table, bytes);
    cli_table_whole(table, other);
    cli_table_figure(table, "%.2f", bytes / other);
    cli_table_figure(table, "%.2f", cli_json_figure(report, object, "sqnr_db"));
    cli_table_figure(table, "%.3g", cli_json_figure(report, object, "mse"));
    cli_table_figure(table, "%.3g", cli_json_figure(report, object, "max_abs"));
    cli_table_figure(table, "%.6f", cli_json_figure(report, object, "cosine"));
}

static void print_tensors(const cli_json *report)
{
    cli_table *table = cli_table_open("tensor|type|in the other|>bytes|>in the other|>times smaller|>SQNR dB|>MSE|"
                                      ">largest difference|>cosine");
    for (size_t t = 0; t < count_of(report, "tensors"); t++) {
        int tensor = item(report, "tensors", t);
        cli_table_add(table, text_of(report, tensor, "name"));
        cli_table_add(table, text_of(report, tensor, "dtype"));
        cli_table_add(table, text_of(report, tensor, "against_dtype"));
        add_figures(table, report, tensor);
    }
    cli_table_add(table, "all");
    cli_table_add(table, "");
    cli_table_add(table, "");
    add_figures(table, report, cli_json_get(report, 0, "totals"));
    cli_table_print(table, CLI_ALIGNED);
}

/* Whether a tensor before this one has its types. */
static bool is_known(const cli_json *report, size_t t)
{
    const char *type = text_of(report, item(report, "tensors", t), "against_dtype");
    for (size_t i = 0; i < t; i++)
        if (!strcmp(text_of(report, item(report, "tensors", i), "against_dtype"), type)) return true;
    return false;
}

static void print_types(const cli_json *report)
{
    cli_table *table = cli_table_open("type in the other|>tensors|>bytes|>in the other|>worst SQNR dB");
    for (size_t t = 0; t < count_of(report, "tensors"); t++) {
        if (is_known(report, t)) continue;
        const char *type = text_of(report, item(report, "tensors", t), "against_dtype");
        double tensors = 0, bytes = 0, other = 0, worst = (double)INFINITY;
        for (size_t i = t; i < count_of(report, "tensors"); i++) {
            int tensor = item(report, "tensors", i);
            if (strcmp(text_of(report, tensor, "against_dtype"), type) != 0) continue;
            double sqnr = cli_json_figure(report, tensor, "sqnr_db");
            tensors++;
            bytes += cli_json_figure(report, tensor, "bytes");
            other += cli_json_figure(report, tensor, "against_bytes");
            if (sqnr < worst) worst = sqnr;
        }
        cli_table_add(table, type);
        cli_table_whole(table, tensors);
        cli_table_whole(table, bytes);
        cli_table_whole(table, other);
        cli_table_figure(table, "%.2f", worst);
    }
    cli_table_print(table, CLI_ALIGNED);
}

void cli_against_table(const cli_json *report)
{
    print_tensors(report);
    putchar('\n');
    print_types(report);
    for (size_t i = 0; i < count_of(report, "others"); i++) {
        int other = item(report, "others", i);
        printf("%s%s: %s\n", i ? "" : "\nNot compared:\n", text_of(report, other, "name"),
               text_of(report, other, "problem"));
    }
}
