/* The work of a sweep: feeds a run, steps it, and times each step by the stage it was in. */
#include "cli/posix.h"

#include "cli/sweep.h"

#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STAGES = 4 };
static const char *const stages[STAGES] = {"fit", "encode", "measure", "search"};
enum { FIT, ENCODE, SEARCH, TIMED };
static const char *const timed[TIMED] = {"fit", "encode", "search"};
static const char *const keys[TIMED] = {"fit_s", "encode_s", "search_s"};

typedef struct work {
    cli_sweep *sweep;
    qs_run *run;
    float *rows;              /* a chunk of either file */
    double (*seconds)[TIMED]; /* (specs); negative: no step was in that stage */
    double truth;             /* seconds of the search for it */
} work;

typedef int feed_rows(qs_run *run, double first, const float *rows, size_t nrows);

/* All rows of a file. */
static int feed_file(work *w, cli_file *file, feed_rows *feed)
{
    double row = 0;
    int status = CLI_DONE;
    while (row < file->rows && !status) {
        size_t n = cli_file_chunk(file, row);
        status = cli_file_rows(file, row, n, w->rows);
        if (!status && feed(w->run, row, w->rows, n) < 0) status = cli_fail_core(file->path);
        row += (double)n;
    }
    return status;
}

/* The rows of the base that the run drew. */
static int feed_drawn(work *w, size_t (*list)(const qs_run *run, uint32_t *dst, size_t cap), feed_rows *feed)
{
    cli_file *base = &w->sweep->base;
    int status = CLI_DONE;
    size_t count = list(w->run, NULL, 0);
    uint32_t *drawn = cli_alloc(count * sizeof *drawn);
    list(w->run, drawn, count);
    for (size_t i = 0; i < count && !status; i++) {
        status = cli_file_rows(base, drawn[i], 1, w->rows);
        if (!status && feed(w->run, (double)i, w->rows, 1) < 0) status = cli_fail_core(base->path);
    }
    free(drawn);
    return status;
}

static int feed_queries(work *w)
{
    if (w->sweep->queries.source) return feed_file(w, &w->sweep->queries, qs_run_feed_queries);
    return feed_drawn(w, qs_run_drawn, qs_run_feed_queries);
}

/* The rows to fit on, where they are not the base. */
static int feed_calibration(work *w)
{
    cli_file *file = &w->sweep->calibration;
    bool drawn = w->sweep->calibrate_rows > 0;
    double rows = drawn ? w->sweep->calibrate_rows : file->rows;
    if (!drawn && !file->source) return CLI_DONE;
    if (qs_run_calibrate(w->run, rows, drawn ? w->sweep->draw + 1 : 0) < 0)
        return cli_fail_core(drawn ? w->sweep->base.path : file->path);
    return drawn ? feed_drawn(w, qs_run_calibration, qs_run_feed_calibration)
                 : feed_file(w, file, qs_run_feed_calibration);
}

static int feed_base(work *w)
{
    cli_file *base = &w->sweep->base;
    float *rests = cli_alloc(cli_file_chunk(base, 0) * base->dim * sizeof *rests);
    double row = 0;
    bool lost = false;
    int status = qs_run_stored(w->run, base->source, base->tensor) < 0 ? cli_fail_core(base->path) : CLI_DONE;
    while (row < base->rows && !status) {
        size_t n = cli_file_chunk(base, row);
        status = cli_file_rows_and_rests(base, row, n, w->rows, rests, &lost);
        if (!status && qs_run_feed_base(w->run, row, w->rows, n) < 0) status = cli_fail_core(base->path);
        if (!status && lost && qs_run_feed_rests(w->run, row, w->rows, rests, n) < 0)
            status = cli_fail_core(base->path);
        row += (double)n;
        cli_progress_show(&w->sweep->progress, row / base->rows, "read");
    }
    free(rests);
    return status;
}

/* The place of a stage among those that a spec goes through. */
static int stage_number(const char *stage)
{
    int n = 0;
    while (n < STAGES && strcmp(stages[n], stage) != 0) n++;
    return n;
}

/* Where the next step will work: the seconds to add its time to, NULL for a stage that is not timed. */
static double *next_step(work *w)
{
    char *text, what[80];
    CLI_TEXT(text, qs_run_progress_json(w->run, dst, cap));
    cli_json *json = text ? cli_json_parse(text, strlen(text)) : NULL;
    const char *stage = json ? cli_json_string(json, cli_json_get(json, 0, "stage")) : NULL;
    double index = -1, done = 0, total = 1, specs = (double)w->sweep->specs.count, *seconds = NULL;
    if (stage) {
        cli_json_number(json, cli_json_get(json, 0, "spec"), &index); /* -1: the truth */
        cli_json_number(json, cli_json_get(json, 0, "done"), &done);
        cli_json_number(json, cli_json_get(json, 0, "total"), &total);
        for (int t = 0; t < TIMED && index >= 0 && index < specs; t++)
            if (!strcmp(timed[t], stage)) seconds = &w->seconds[(size_t)index][t];
        if (index < 0 && !strcmp(timed[SEARCH], stage)) seconds = &w->truth;
        snprintf(what, sizeof what, "%s: %.60s", stage, cli_json_string(json, cli_json_get(json, 0, "name")));
        double part = (stage_number(stage) + (total > 0 ? done / total : 0)) / STAGES;
        cli_progress_show(&w->sweep->progress, (index + 1 + part) / (specs + 1), what);
    }
    cli_json_free(json);
    free(text);
    return seconds;
}

/* Steps until the run is done. A step is enough work for every thread. */
static int step_all(work *w)
{
    double units = 8.0 * QS_CHUNK_ROWS * qs_threads(0);
    int more = 1;
    do {
        int step = 1;
        while (step > 0) {
            double *seconds = next_step(w), began = cli_seconds();
            step = qs_run_step(w->run, units);
            if (seconds) *seconds = (*seconds < 0 ? 0 : *seconds) + cli_seconds() - began;
        }
        if (step < 0) return cli_fail_core(w->sweep->base.path);
        more = qs_run_next_phase(w->run, NULL, 0);
    } while (more > 0);
    return more < 0 ? cli_fail_core(w->sweep->base.path) : CLI_DONE;
}

static void print_backend(FILE *stream)
{
    char *text;
    CLI_TEXT(text, qs_backends_json(dst, cap));
    cli_json *json = cli_json_parse(text, strlen(text));
    int backends = cli_json_get(json, 0, "backends");
    const char *used = "";
    for (size_t i = 0; i < cli_json_size(json, backends); i++) {
        int backend = cli_json_at(json, backends, i);
        if (cli_json_true(json, cli_json_get(json, backend, "used")))
            used = cli_json_string(json, cli_json_get(json, backend, "name"));
    }
    cli_json_print_text(stream, used);
    cli_json_free(json);
    free(text);
}

/* Members of the report beyond the core's own. */
enum { DIMS, JUDGED, CHOICE, GROUPS, MEMBERS };
static const char *const members[MEMBERS] = {"dims", "judged", "choice", "groups"};

static int add_members(const work *w, char *texts[MEMBERS])
{
    const cli_sweep *s = w->sweep;
    if (s->dims) CLI_TEXT(texts[DIMS], qs_run_dims_json(w->run, dst, cap));
    if (s->dims && !texts[DIMS]) return cli_fail_core(s->base.path);
    int status = s->qrels.path ? cli_sweep_judged(s, w->run, &texts[JUDGED]) : CLI_DONE;
    if (!status && (s->budget > 0 || s->at_least > 0)) status = cli_sweep_choose(s, w->run, &texts[CHOICE]);
    return status;
}

static void print_timing(const work *w, FILE *stream)
{
    fputs("\"timing\":{\"backend\":", stream);
    print_backend(stream);
    fprintf(stream, ",\"threads\":%d,\"results\":[", qs_threads(0));
    for (size_t i = 0; i < w->sweep->specs.count; i++) {
        fputs(i ? ",{\"spec\":" : "{\"spec\":", stream);
        cli_json_print_text(stream, w->sweep->specs.text[i]);
        for (int t = 0; t < TIMED; t++) {
            fprintf(stream, ",\"%s\":", keys[t]);
            cli_json_print_figure(stream, w->seconds[i][t] < 0 ? (double)NAN : w->seconds[i][t]);
        }
        fputc('}', stream);
    }
    fputs("]}", stream);
}

/* The core's report with further members (NULL: not asked for), and "timing" as its last. */
static char *whole_report(const work *w, const char *core, char *const texts[MEMBERS])
{
    char *report = NULL;
    size_t bytes = 0;
    FILE *stream = open_memstream(&report, &bytes);
    if (!stream) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    fprintf(stream, "%.*s,", (int)strlen(core) - 1, core);
    for (int m = 0; m < MEMBERS; m++)
        if (texts[m]) fprintf(stream, "\"%s\":%s,", members[m], texts[m]);
    print_timing(w, stream);
    fputc('}', stream);
    if (fclose(stream)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    return report;
}

static qs_run *open_run(const cli_sweep *s)
{
    size_t length = 1;
    for (size_t i = 0; i < s->specs.count; i++) length += strlen(s->specs.text[i]) + 1;
    char *lines = cli_alloc(length), *at = lines;
    for (size_t i = 0; i < s->specs.count; i++)
        at += snprintf(at, length - (size_t)(at - lines), "%s%s", i ? "\n" : "", s->specs.text[i]);
    double queries = s->queries.source ? s->queries.rows : s->errors_only ? 0 : -1;
    qs_run *run = qs_run_open(lines, s->metric, (size_t)s->k, s->seed, s->base.rows, s->base.dim, queries);
    free(lines);
    return run;
}

/* The options were tried before: it is the rows or their dim, or how many of them -k and rescore ask for together.
 */
static int fail_run(const char *path)
{
    char *text;
    CLI_TEXT(text, qs_error_json(dst, cap));
    cli_json *error = cli_json_parse(text, strlen(text));
    const char *option = cli_json_string(error, cli_json_get(error, 0, "option"));
    bool usage = option && !strcmp(option, "rescore");
    cli_json_free(error);
    free(text);
    return usage ? cli_fail_core(NULL) : cli_fail_data(path);
}

static size_t largest_chunk(const cli_sweep *s)
{
    const cli_file *const files[] = {&s->base, &s->queries, &s->calibration};
    size_t most = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (files[i]->source && cli_file_chunk(files[i], 0) > most) most = cli_file_chunk(files[i], 0);
    return most;
}

/* Times short stages again, or forgets all times. f32 takes the hits of the truth, and with them its time. */
static void settle_times(work *w)
{
    for (size_t i = 0; i < w->sweep->specs.count; i++) {
        double *search = &w->seconds[i][SEARCH];
        if (*search < 0 && qs_run_retime(w->run, i, "search", 0) > 0) *search = w->truth;
        if (w->sweep->steady) cli_sweep_time(w->run, i, &w->seconds[i][ENCODE], search);
        for (int t = 0; t < TIMED && w->sweep->untimed; t++) w->seconds[i][t] = -1;
    }
}

int cli_sweep_run(cli_sweep *sweep, char **report)
{
    work w = {.sweep = sweep, .run = open_run(sweep)};
    char *core = NULL, *texts[MEMBERS] = {NULL};
    if (!w.run) return fail_run(sweep->base.path);
    if (sweep->against && qs_run_against(w.run, sweep->against) < 0) return cli_fail_core("--against");
    w.rows = cli_alloc(largest_chunk(sweep) * sweep->base.dim * sizeof *w.rows);
    w.seconds = cli_alloc(sweep->specs.count * sizeof *w.seconds);
    for (size_t i = 0; i < sweep->specs.count; i++)
        for (int t = 0; t < TIMED; t++) w.seconds[i][t] = t == FIT ? 0 : -1; /* most need no fit */
    int status = feed_calibration(&w);
    if (!status) status = feed_queries(&w);
    if (!status) status = feed_base(&w);
    if (!status) status = step_all(&w);
    if (!status && sweep->truth) status = cli_sweep_compare_truth(sweep, w.run);
    if (!status) CLI_TEXT(core, qs_run_json(w.run, dst, cap));
    if (!status && !core) status = cli_fail_core(sweep->base.path);
    if (!status) status = add_members(&w, texts);
    if (!status && sweep->groups.count) texts[GROUPS] = cli_sweep_groups(sweep, w.run, core);
    if (!status) settle_times(&w);
    if (!status) *report = whole_report(&w, core, texts);
    free(core);
    for (int m = 0; m < MEMBERS; m++) free(texts[m]);
    free(w.rows);
    free(w.seconds);
    qs_run_close(w.run);
    return status;
}
