/* Which dims carry the error of each spec of a sweep, as a table made of its report. */
#include "cli/sweep.h"

#include <stdio.h>
#include <stdlib.h>

enum { WORST = 5 };

typedef struct part {
    double share;
    size_t dim;
} part;

static int by_share(const void *a, const void *b)
{
    const part *x = a, *y = b;
    if (x->share != y->share) return x->share < y->share ? 1 : -1;
    return (x->dim > y->dim) - (x->dim < y->dim);
}

/* "37: 12.4 %", the dims of the largest shares. */
static void add_worst(cli_table *table, const cli_json *report, int shares)
{
    size_t count = cli_json_size(report, shares);
    part *parts = cli_alloc(count * sizeof *parts);
    for (size_t d = 0; d < count; d++) {
        parts[d].dim = d;
        cli_json_number(report, cli_json_at(report, shares, d), &parts[d].share);
    }
    qsort(parts, count, sizeof *parts, by_share);
    for (size_t i = 0; i < WORST; i++) {
        if (i < count && parts[i].share > 0)
            cli_table_format(table, "%zu: %.3g %%", parts[i].dim, 100 * parts[i].share);
        else
            cli_table_add(table, "-");
    }
    free(parts);
}

void cli_sweep_dims_table(const cli_json *report, cli_style style)
{
    int dims = cli_json_get(report, 0, "dims"), told = cli_json_get(report, dims, "results");
    int results = cli_json_get(report, 0, "results");
    cli_table *table = cli_table_open("spec|>dims with half the error|>worst dim: share|>2nd|>3rd|>4th|>5th");
    for (size_t i = 0; i < cli_json_size(report, told); i++) {
        int error = cli_json_get(report, cli_json_at(report, results, i), "error");
        cli_table_add(table, cli_json_string(report, cli_json_get(report, cli_json_at(report, told, i), "spec")));
        cli_table_whole(table, cli_json_figure(report, error, "half_error_dims"));
        add_worst(table, report, cli_json_get(report, cli_json_at(report, told, i), "shares"));
    }
    printf("\nWhich of %.0f dims carry the squared error\n\n", cli_json_figure(report, dims, "dim"));
    cli_table_print(table, style);
}
