/* The calibration curve of a sweep: how many rows a fit needs. One sweep after another, alike but for the rows that
 * are fitted on. */
#include "cli/posix.h"

#include "cli/sweep.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MOST = 24 }; /* 10, 30, 100, ... below 2^32, and all */

typedef struct curve {
    size_t count;
    double rows[POINTS_MOST]; /* of the base, drawn to be fitted on */
    char *text[POINTS_MOST];
    cli_json *report[POINTS_MOST];
} curve;

static double rows_of(const cli_json *report)
{
    return cli_json_figure(report, cli_json_get(report, 0, "data"), "rows");
}

/* The next point, its rows being known. */
static int add_point(cli_sweep *sweep, curve *c)
{
    sweep->calibrate_rows = c->rows[c->count];
    int status = cli_sweep_run(sweep, &c->text[c->count]);
    if (status) return status;
    c->report[c->count] = cli_json_parse(c->text[c->count], strlen(c->text[c->count]));
    c->count++;
    return CLI_DONE;
}

/* Fits on all rows first: that tells how many there are. Its point is the last of the curve. */
static int run_points(cli_sweep *sweep, curve *c)
{
    cli_progress_part(&sweep->progress, 0, 0.5);
    int status = add_point(sweep, c);
    if (status) return status;
    double all = rows_of(c->report[0]), tens = 10;
    double points[POINTS_MOST];
    size_t count = 0;
    while (tens < all) {
        points[count++] = tens;
        if (3 * tens < all) points[count++] = 3 * tens;
        tens *= 10;
    }
    for (size_t i = 0; i < count && !status; i++) {
        cli_progress_part(&sweep->progress, 0.5 + (double)i / (double)count / 2, 0.5 / (double)count);
        c->rows[c->count] = points[i];
        status = add_point(sweep, c);
    }
    c->rows[0] = all;
    return status;
}

static void print_members(FILE *stream, const cli_json *report, int object, const char *const *keys)
{
    for (; *keys; keys++) {
        cli_json_print_text(stream, *keys);
        fputc(':', stream);
        cli_json_print(stream, report, cli_json_get(report, object, *keys));
        fputc(',', stream);
    }
}

static void print_point(FILE *stream, const curve *c, size_t i)
{
    const cli_json *report = c->report[i];
    static const char *const keys[] = {"warnings", NULL};
    fprintf(stream, "{\"calibration_rows\":%.0f,", c->rows[i]);
    print_members(stream, report, 0, keys);
    fputs("\"results\":", stream);
    cli_json_print(stream, report, cli_json_get(report, 0, "results"));
    fputc('}', stream);
}

/* {"quantscope","data","metric","k","seed","curve":[{"calibration_rows","warnings","results"}],
 * "timing":{"backend","threads"}} */
static char *join(const curve *c)
{
    static const char *const head[] = {"quantscope", "data", "metric", "k", "seed", NULL};
    const cli_json *all = c->report[0];
    int timing = cli_json_get(all, 0, "timing");
    char *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&text, &bytes);
    if (!stream) exit(cli_fail(CLI_MEMORY, "there is no memory for the report"));
    fputc('{', stream);
    print_members(stream, all, 0, head);
    fputs("\"curve\":[", stream);
    for (size_t i = 1; i < c->count; i++) {
        print_point(stream, c, i);
        fputc(',', stream);
    }
    print_point(stream, c, 0);
    fputs("],\"timing\":{\"backend\":", stream);
    cli_json_print(stream, all, cli_json_get(all, timing, "backend"));
    fputs(",\"threads\":", stream);
    cli_json_print(stream, all, cli_json_get(all, timing, "threads"));
    fputs("}}", stream);
    if (fclose(stream)) exit(cli_fail(CLI_MEMORY, "there is no memory for the report"));
    return text;
}

int cli_sweep_curve(cli_sweep *sweep, char **report)
{
    curve c = {.count = 0};
    int status = run_points(sweep, &c);
    if (!status) *report = join(&c);
    for (size_t i = 0; i < c.count; i++) {
        cli_json_free(c.report[i]);
        free(c.text[i]);
    }
    return status;
}

void cli_sweep_curve_table(const cli_json *report, cli_style style)
{
    char recall[40], headings[200];
    int points = cli_json_get(report, 0, "curve");
    size_t specs = cli_json_size(report, cli_json_get(report, cli_json_at(report, points, 0), "results"));
    snprintf(recall, sizeof recall, "recall@%.0f", cli_json_figure(report, 0, "k"));
    snprintf(headings, sizeof headings, "spec|>calibration rows|>%s [95 %%]|>SQNR dB|>cosine|>clipped|>overshoot",
             recall);
    cli_table *table = cli_table_open(headings);
    for (size_t s = 0; s < specs; s++)
        for (size_t p = 0; p < cli_json_size(report, points); p++) {
            int point = cli_json_at(report, points, p);
            int result = cli_json_at(report, cli_json_get(report, point, "results"), s);
            int error = cli_json_get(report, result, "error");
            cli_table_add(table, cli_json_string(report, cli_json_get(report, result, "spec")));
            cli_table_whole(table, cli_json_figure(report, point, "calibration_rows"));
            cli_sweep_recall(table, report, cli_json_get(report, result, "search"), recall);
            cli_table_figure(table, "%.2f", cli_json_figure(report, error, "sqnr_db"));
            cli_table_figure(table, "%.6f", cli_json_figure(report, error, "cosine_mean"));
            cli_table_figure(table, "%.2g", cli_json_figure(report, error, "clipped_share"));
            cli_table_figure(table, "%.2g", cli_json_figure(report, error, "overshoot"));
        }
    cli_sweep_conditions(report);
    cli_table_print(table, style);
}
