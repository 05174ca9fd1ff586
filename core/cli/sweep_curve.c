/* The calibration curve of a sweep: how many rows a fit needs. One sweep after another, alike but for the rows that
 * are fitted on, which are drawn several times for each number of them: errors depend on which rows are drawn. */
#include "cli/posix.h"

#include "cli/sweep.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MOST = 24, DRAWS = 5 }; /* 10, 30, 100, ... below 2^32, and all */

typedef struct point {
    double rows; /* of the base, drawn to be fitted on */
    size_t draws;
    cli_json *report[DRAWS];
} point;

typedef struct curve {
    size_t count;
    point points[POINTS_MOST];
} curve;

static double rows_of(const cli_json *report)
{
    return cli_json_figure(report, cli_json_get(report, 0, "data"), "rows");
}

/* One more draw of a point. */
static int add_draw(cli_sweep *sweep, point *p)
{
    char *text;
    sweep->calibrate_rows = p->rows;
    sweep->draw = (int)p->draws;
    int status = cli_sweep_run(sweep, &text);
    if (status) return status;
    p->report[p->draws++] = cli_json_parse(text, strlen(text));
    free(text);
    return CLI_DONE;
}

/* Fits on all rows first: that tells how many there are. Its point is the last of the curve, and stands first here.
 */
static int run_points(cli_sweep *sweep, curve *c)
{
    cli_progress_part(&sweep->progress, 0, 0.2);
    int status = add_draw(sweep, &c->points[c->count++]);
    if (status) return status;
    double all = rows_of(c->points[0].report[0]), tens = 10;
    while (tens < all) {
        c->points[c->count++].rows = tens;
        if (3 * tens < all) c->points[c->count++].rows = 3 * tens;
        tens *= 10;
    }
    double share = 0.8 / (double)(DRAWS * (c->count - 1));
    for (size_t i = 1; i < c->count; i++)
        for (size_t d = 0; d < DRAWS && !status; d++) {
            cli_progress_part(&sweep->progress, 0.2 + share * (double)((i - 1) * DRAWS + d), share);
            status = add_draw(sweep, &c->points[i]);
        }
    c->points[0].rows = all;
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

/* A figure of a spec over the draws of a point: {"mean","min","max"}, null where a draw has none. */
static void print_spread(FILE *stream, const point *p, size_t spec, const char *group, const char *key)
{
    double sum = 0, least = INFINITY, most = -INFINITY;
    for (size_t d = 0; d < p->draws; d++) {
        const cli_json *report = p->report[d];
        int result = cli_json_at(report, cli_json_get(report, 0, "results"), spec);
        double figure = cli_json_figure(report, cli_json_get(report, result, group), key);
        sum += figure; /* NaN stays */
        least = figure < least ? figure : least;
        most = figure > most ? figure : most;
    }
    bool known = isfinite(sum);
    const struct {
        const char *key;
        double value;
    } members[] = {{"mean", sum / (double)p->draws}, {"min", known ? least : NAN}, {"max", known ? most : NAN}};
    fprintf(stream, ",\"%s\":", key);
    for (size_t m = 0; m < 3; m++) {
        fprintf(stream, "%s\"%s\":", m ? "," : "{", members[m].key);
        cli_json_print_figure(stream, members[m].value);
    }
    fputc('}', stream);
}

/* Of each spec, how far errors and recall differ between the draws. */
static void print_spreads(FILE *stream, const point *p)
{
    static const char *const errors[] = {"mse", "sqnr_db", "cosine_mean", "clipped_share", "overshoot"};
    const cli_json *report = p->report[0];
    int results = cli_json_get(report, 0, "results");
    char recall[40];
    snprintf(recall, sizeof recall, "recall@%.0f", cli_json_figure(report, 0, "k"));
    for (size_t s = 0; s < cli_json_size(report, results); s++) {
        fputs(s ? ",{\"spec\":" : "{\"spec\":", stream);
        cli_json_print(stream, report, cli_json_get(report, cli_json_at(report, results, s), "spec"));
        for (size_t e = 0; e < sizeof errors / sizeof *errors; e++) print_spread(stream, p, s, "error", errors[e]);
        print_spread(stream, p, s, "search", recall);
        fputc('}', stream);
    }
}

static void print_point(FILE *stream, const point *p)
{
    const cli_json *report = p->report[0];
    static const char *const keys[] = {"warnings", "findings", "results", NULL};
    fprintf(stream, "{\"calibration_rows\":%.0f,", p->rows);
    print_members(stream, report, 0, keys);
    fprintf(stream, "\"draws\":%zu,\"over_draws\":[", p->draws);
    print_spreads(stream, p);
    fputs("]}", stream);
}

/* {"quantscope","data","metric","k","seed","curve":[{"calibration_rows","warnings","findings","results","draws",
 * "over_draws"}],"timing":{"backend","threads"}}; findings and results are those of a point's first draw. */
static char *join(const curve *c)
{
    static const char *const head[] = {"quantscope", "data", "metric", "k", "seed", NULL};
    const cli_json *all = c->points[0].report[0];
    int timing = cli_json_get(all, 0, "timing");
    char *text = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&text, &bytes);
    if (!stream) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    fputc('{', stream);
    print_members(stream, all, 0, head);
    fputs("\"curve\":[", stream);
    for (size_t i = 1; i < c->count; i++) {
        print_point(stream, &c->points[i]);
        fputc(',', stream);
    }
    print_point(stream, &c->points[0]);
    fputs("],\"timing\":{\"backend\":", stream);
    cli_json_print(stream, all, cli_json_get(all, timing, "backend"));
    fputs(",\"threads\":", stream);
    cli_json_print(stream, all, cli_json_get(all, timing, "threads"));
    fputs("}}", stream);
    if (fclose(stream)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    return text;
}

int cli_sweep_curve(cli_sweep *sweep, char **report)
{
    curve c = {.count = 0};
    int status = run_points(sweep, &c);
    if (!status) *report = join(&c);
    for (size_t i = 0; i < c.count; i++)
        for (size_t d = 0; d < c.points[i].draws; d++) cli_json_free(c.points[i].report[d]);
    return status;
}

/* "45.31 [44.90, 45.77]": the mean over draws, the least and the greatest; of one draw its figure alone. */
static void add_spread(cli_table *table, const cli_json *report, int spreads, const char *key, const char *format)
{
    static const char *const keys[] = {"mean", "min", "max"};
    char texts[3][30];
    double figures[3];
    int spread = cli_json_get(report, spreads, key);
    for (size_t i = 0; i < 3; i++) {
        figures[i] = cli_json_figure(report, spread, keys[i]);
        snprintf(texts[i], sizeof texts[i], format, figures[i]);
    }
    if (!isfinite(figures[0]))
        cli_table_add(table, "-");
    else if (!strcmp(texts[1], texts[2]))
        cli_table_add(table, texts[0]);
    else
        cli_table_format(table, "%s [%s, %s]", texts[0], texts[1], texts[2]);
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
            int spreads = cli_json_at(report, cli_json_get(report, point, "over_draws"), s);
            cli_table_add(table, cli_json_string(report, cli_json_get(report, result, "spec")));
            cli_table_whole(table, cli_json_figure(report, point, "calibration_rows"));
            cli_sweep_recall(table, report, cli_json_get(report, result, "search"), recall);
            add_spread(table, report, spreads, "sqnr_db", "%.2f");
            add_spread(table, report, spreads, "cosine_mean", "%.6f");
            add_spread(table, report, spreads, "clipped_share", "%.2g");
            add_spread(table, report, spreads, "overshoot", "%.2g");
        }
    cli_sweep_conditions(report);
    cli_table_print(table, style);
    if (cli_json_size(report, points) > 1)
        printf(
            "\nErrors are means of %d draws of the calibration rows, with the least and the greatest where these\n"
            "differ; recall is that of the first draw, with its interval over the queries.\n",
            DRAWS);
}
