/* The results of a bench, as a table for people or as JSON. */
#include "cli/bench/bench.h"

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct bench_report {
    cli_table *table; /* NULL: JSON */
    size_t count;
};

bench_report *bench_report_open(bool json)
{
    bench_report *report = cli_alloc(sizeof *report);
    *report = (bench_report){0};
    if (!json)
        report->table =
            cli_table_open("work|backend|>threads|>rows|>dim|>min ms|>median ms|>limit ms|>of limit|>rate");
    return report;
}

static void print_member(const char *key, double figure)
{
    printf(",\"%s\":", key);
    cli_json_print_figure(stdout, figure);
}

static void print_json(bench_report *report, const bench_result *r)
{
    printf("%s{\"work\":\"%s\",\"backend\":\"%s\"", report->count++ ? "," : "{\"works\":[", r->job->work->name,
           r->backend);
    print_member("threads", r->job->threads);
    print_member("rows", (double)r->job->rows);
    print_member("dim", (double)r->job->data->dim);
    print_member("min_ms", r->min_ms);
    print_member("median_ms", r->median_ms);
    print_member("limit_ms", r->limit_ms);
    print_member("of_limit", r->limit_ms / r->min_ms);
    printf("}");
}

void bench_report_add(bench_report *report, const bench_result *r)
{
    bool multiplies = r->job->work->peak != NULL;
    cli_table *table = report->table;
    if (!table) {
        print_json(report, r);
        return;
    }
    cli_table_add(table, r->job->work->name);
    cli_table_add(table, r->backend);
    cli_table_format(table, "%d", r->job->threads);
    cli_table_format(table, "%zu", r->job->rows);
    cli_table_format(table, "%zu", r->job->data->dim);
    cli_table_format(table, "%.3f", r->min_ms);
    cli_table_format(table, "%.3f", r->median_ms);
    cli_table_format(table, "%.3f", r->limit_ms);
    cli_table_format(table, "%.2f", r->limit_ms / r->min_ms);
    cli_table_format(table, "%.1f %s", r->job->operations * (multiplies ? 1 : 4) / r->min_ms * 1e-6,
                     multiplies ? "GMAC/s" : "GB/s");
}

void bench_report_print(bench_report *report)
{
    if (report->table)
        cli_table_print(report->table, CLI_ALIGNED);
    else
        puts(report->count ? "]}" : "{\"works\":[]}");
    free(report);
}
