/* The work of `quantscope tensors`: one tensor after another through a sweep without queries, and one report made
 * of their reports. */
#include "cli/posix.h"

#include "cli/tensors.h"

#include "cli/findings.h"
#include "cli/grouped_warnings.h"
#include "quantscope.h"

#include <stdlib.h>
#include <string.h>

/* Shapes as the core adds them up: rows, dim and bytes in the file of each. */
typedef struct shapes {
    size_t count;
    double *list;
} shapes;

typedef struct work {
    cli_tensors *job;
    char *choice; /* (tensors of the file): what becomes of each */
    size_t chosen;
    shapes measured, kept;
    shapes others; /* of each that is not measured and stays as it is, its bytes alone */
    bool *failed;  /* (specs): on some tensor */
    FILE *tensors; /* the items of "tensors" */
    FILE *timing;  /* "timing", as far as its items */
    cli_gathered warnings;
    const char *empty; /* the first tensor of two dimensions without values */
} work;

enum { PASSED_OVER, STAYS, KEPT, MEASURED };

static FILE *open_text(char **text, size_t *bytes)
{
    FILE *stream = open_memstream(text, bytes);
    if (!stream) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    return stream;
}

static void begin_item(FILE *stream)
{
    if (ftell(stream) > 0) fputc(',', stream);
}

/* ---------------------------------------------------------------------------------------- which tensors */

static bool is_named(const cli_tensors *job, const char *name)
{
    for (size_t i = 0; i < cli_count(job->args, CLI_TENSORS_NAME); i++)
        if (!strcmp(name, cli_nth(job->args, CLI_TENSORS_NAME, i))) return true;
    return false;
}

/* A tensor that is left out. */
static void leave_out(work *w, const char *name, const char *problem)
{
    char *text;
    CLI_TEXT(text, qs_unread_json(problem, dst, cap));
    cli_json *finding = cli_json_parse(text, strlen(text));
    cli_gather_finding(&w->warnings, name, finding, 0);
    cli_json_free(finding);
    free(text);
}

/* The same by the core's last error. */
static void leave_out_by_core(work *w, const char *name)
{
    char *text;
    CLI_TEXT(text, qs_error_json(dst, cap));
    cli_json *error = cli_json_parse(text, strlen(text));
    const char *message = cli_json_string(error, cli_json_get(error, 0, "message"));
    leave_out(w, name, message ? message : text);
    cli_json_free(error);
    free(text);
}

/* Integers in a file of weights are indices, masks or codes, which nothing should round. */
static const char whole_words[] = "integers stay as they are; --tensor NAME measures them";

/* A tensor of floats is measured if it is named, or if none is and it has two dimensions. */
static int choose(work *w, int tensor)
{
    const cli_json *list = w->job->list;
    const char *name = cli_json_string(list, cli_json_get(list, tensor, "name"));
    const char *problem = cli_json_string(list, cli_json_get(list, tensor, "problem"));
    bool named = is_named(w->job, name), all = !cli_count(w->job->args, CLI_TENSORS_NAME);
    bool empty = cli_json_figure(list, tensor, "rows") == 0 || cli_json_figure(list, tensor, "dim") == 0;
    if (named) return MEASURED;
    bool flat = cli_json_size(list, cli_json_get(list, tensor, "shape")) <= 1;
    if (!problem && cli_json_get(list, tensor, "whole") >= 0 &&
        cli_json_size(list, cli_json_get(list, 0, "tensors")) > 1)
        problem = whole_words;
    if (problem && all) leave_out(w, name, problem);
    if (!problem && empty && !flat && !w->empty) w->empty = name;
    if (problem && all) return STAYS;
    if (problem || empty || !all) return PASSED_OVER;
    if (flat) return KEPT;
    qs_values *values = qs_values_open((size_t)cli_json_figure(list, tensor, "dim"));
    if (!values) leave_out_by_core(w, name);
    qs_values_close(values);
    return values ? MEASURED : STAYS;
}

static void add_shape(shapes *s, const cli_json *list, int tensor)
{
    double *shape = s->list + 3 * s->count++;
    shape[0] = cli_json_figure(list, tensor, "rows");
    shape[1] = cli_json_figure(list, tensor, "dim");
    shape[2] = shape[0] * cli_json_figure(list, tensor, "row_bytes");
}

static int choose_tensors(work *w)
{
    cli_file *file = &w->job->sweep.base;
    const cli_json *list = w->job->list;
    int tensors = cli_json_get(list, 0, "tensors");
    size_t count = cli_json_size(list, tensors), names = cli_count(w->job->args, CLI_TENSORS_NAME);
    for (size_t i = 0; i < names; i++) { /* each of them must be there */
        int status = cli_file_find(file, cli_nth(w->job->args, CLI_TENSORS_NAME, i));
        if (status) return status;
    }
    w->choice = cli_alloc(count);
    w->measured.list = cli_alloc(3 * count * sizeof(double));
    w->kept.list = cli_alloc(3 * count * sizeof(double));
    w->others.list = cli_alloc(count * sizeof(double));
    for (size_t i = 0; i < count; i++) {
        int tensor = cli_json_at(list, tensors, i);
        w->choice[i] = (char)choose(w, tensor);
        if (w->choice[i] == STAYS)
            w->others.list[w->others.count++] =
                cli_json_figure(list, tensor, "rows") * cli_json_figure(list, tensor, "row_bytes");
        else if (w->choice[i] != PASSED_OVER)
            add_shape(w->choice[i] == KEPT ? &w->kept : &w->measured, list, tensor);
    }
    w->chosen = w->measured.count;
    if (w->chosen) return CLI_DONE;
    if (!count) return cli_fail(CLI_DATA, "%s: it holds no tensor", file->path);
    if (w->empty && !w->warnings.count)
        return cli_fail(CLI_DATA,
                        "%s: tensor '%s': its shape holds no value; it has no other tensor of two dimensions "
                        "or more",
                        file->path, w->empty);
    if (w->warnings.count)
        return cli_fail(CLI_DATA, "%s: tensor '%s': %s; it has no other tensor of two dimensions or more",
                        file->path, w->warnings.kinds[0].first, w->warnings.kinds[0].text);
    return cli_fail(CLI_DATA, "%s: it has no tensor of two dimensions or more; --tensor NAME measures any other",
                    file->path);
}

/* ------------------------------------------------------------------------------------------ one of them */

/* Says the core's last error, about a tensor. */
static int fail_tensor(const cli_file *file, const char *name)
{
    char *about = cli_alloc(strlen(file->path) + strlen(name) + 20);
    sprintf(about, "%s: tensor '%s'", file->path, name);
    int status = cli_fail_data(about);
    free(about);
    return status;
}

/* The figures of the values themselves, as JSON; free() it. */
static int measure_values(cli_file *file, const char *name, char **text)
{
    qs_values *values = qs_values_open(file->dim);
    if (!values) return fail_tensor(file, name);
    float *rows = cli_alloc(cli_file_chunk(file, 0) * file->dim * sizeof *rows);
    int status = CLI_DONE, more = 1;
    while (!status && more > 0) {
        for (double row = 0; row < file->rows && !status;) {
            size_t n = cli_file_chunk(file, row);
            status = cli_file_rows(file, row, n, rows);
            if (!status && qs_values_observe(values, row, rows, n) < 0) status = cli_fail_core(file->path);
            row += (double)n;
        }
        more = qs_values_next_pass(values);
    }
    if (!status && more < 0) status = cli_fail_core(file->path);
    if (!status) CLI_TEXT(*text, qs_values_json(values, dst, cap));
    qs_values_close(values);
    free(rows);
    return status;
}

/* {"key":value,...} of the members of an object that are wanted. */
static void print_members(FILE *stream, const cli_json *json, int object, const char *const *wanted)
{
    const char *comma = "{";
    for (; *wanted; wanted++) {
        int value = cli_json_get(json, object, *wanted);
        if (value < 0) continue;
        fprintf(stream, "%s\"%s\":", comma, *wanted);
        cli_json_print(stream, json, value);
        comma = ",";
    }
    fputc('}', stream);
}

static void print_results(FILE *stream, const cli_json *json, int results, const char *const *wanted)
{
    fputs("\"results\":[", stream);
    for (size_t i = 0; i < cli_json_size(json, results); i++) {
        if (i) fputc(',', stream);
        print_members(stream, json, cli_json_at(json, results, i), wanted);
    }
    fputs("]}", stream);
}

/* Adds a tensor, and the report of its sweep, to the report of all. */
static void add_report(work *w, size_t number, const char *values, const cli_json *report)
{
    static const char *const result_keys[] = {"spec", "problem", "bytes", "error", NULL};
    static const char *const timing_keys[] = {"spec", "fit_s", "encode_s", NULL};
    static const char *const tensor_keys[] = {"name", "dtype", "shape", "rows", "dim"};
    const cli_json *list = w->job->list;
    int tensor = cli_json_at(list, cli_json_get(list, 0, "tensors"), number);
    int results = cli_json_get(report, 0, "results"), findings = cli_json_get(report, 0, "findings");
    int timing = cli_json_get(report, 0, "timing");
    begin_item(w->tensors);
    for (size_t k = 0; k < sizeof tensor_keys / sizeof *tensor_keys; k++) {
        fprintf(w->tensors, "%s\"%s\":", k ? "," : "{", tensor_keys[k]);
        cli_json_print(w->tensors, list, cli_json_get(list, tensor, tensor_keys[k]));
    }
    fprintf(w->tensors, ",\"file_bytes\":%.0f,\"facts\":%s,",
            cli_json_figure(list, tensor, "rows") * cli_json_figure(list, tensor, "row_bytes"), values);
    print_results(w->tensors, report, results, result_keys);
    for (size_t i = 0; i < cli_json_size(report, results); i++)
        if (cli_json_get(report, cli_json_at(report, results, i), "problem") >= 0) w->failed[i] = true;
    for (size_t i = 0; i < cli_json_size(report, findings); i++)
        cli_gather_finding(&w->warnings, cli_json_string(list, cli_json_get(list, tensor, "name")), report,
                           cli_json_at(report, findings, i));
    if (ftell(w->timing) == 0) {
        fputs("{\"backend\":", w->timing);
        cli_json_print(w->timing, report, cli_json_get(report, timing, "backend"));
        fputs(",\"threads\":", w->timing);
        cli_json_print(w->timing, report, cli_json_get(report, timing, "threads"));
        fputs(",\"tensors\":[{\"name\":", w->timing);
    } else {
        fputs(",{\"name\":", w->timing);
    }
    cli_json_print(w->timing, list, cli_json_get(list, tensor, "name"));
    fputc(',', w->timing);
    print_results(w->timing, report, cli_json_get(report, timing, "results"), timing_keys);
}

static int measure(work *w, size_t number)
{
    cli_sweep *sweep = &w->job->sweep;
    char *values = NULL, *text = NULL;
    const cli_json *list = w->job->list;
    int tensor = cli_json_at(list, cli_json_get(list, 0, "tensors"), number);
    const char *name = cli_json_string(list, cli_json_get(list, tensor, "name"));
    int status = cli_file_choose(&sweep->base, number);
    if (!status) status = measure_values(&sweep->base, name, &values);
    if (!status) status = cli_sweep_run(sweep, &text);
    if (!status) {
        cli_json *report = cli_json_parse(text, strlen(text));
        add_report(w, number, values, report);
        cli_json_free(report);
    }
    free(values);
    free(text);
    return status;
}

static int measure_all(work *w)
{
    int status = CLI_DONE;
    size_t done = 0;
    double share = 1 / (double)w->chosen;
    for (size_t i = 0; done < w->chosen && !status; i++) {
        if (w->choice[i] != MEASURED) continue;
        cli_progress_part(&w->job->sweep.progress, (double)done++ * share, share);
        status = measure(w, i);
    }
    return status;
}

/* ------------------------------------------------------------------------------------------- all of them */

/* {"kept":{...},"totals":[...]} of the specs that no tensor failed. */
static int add_up(work *w, char **text)
{
    const cli_specs *specs = &w->job->sweep.specs;
    size_t bytes = 1;
    for (size_t i = 0; i < specs->count; i++) bytes += strlen(specs->text[i]) + 1;
    char *lines = cli_alloc(bytes);
    for (size_t i = 0; i < specs->count; i++)
        if (!w->failed[i]) strcat(strcat(lines, specs->text[i]), "\n");
    CLI_TEXT(*text, qs_totals_json(lines, w->measured.list, w->measured.count, w->kept.list, w->kept.count,
                                   w->others.list, w->others.count, dst, cap));
    free(lines);
    return *text ? CLI_DONE : cli_fail_core(w->job->sweep.base.path);
}

static bool is_note(const char *finding)
{
    cli_json *json = finding ? cli_json_parse(finding, strlen(finding)) : NULL;
    bool note = json && cli_level_of(cli_json_string(json, cli_json_get(json, 0, "level"))) == CLI_NOTE;
    cli_json_free(json);
    return note;
}

static void print_warnings(FILE *stream, const cli_gathered *warnings)
{
    const char *comma = "";
    for (size_t i = 0; i < warnings->count; i++) {
        if (is_note(warnings->kinds[i].json)) continue;
        char *text = cli_gathered_text(warnings, i);
        fputs(comma, stream);
        comma = ",";
        cli_json_print_text(stream, text);
        free(text);
    }
}

int cli_tensors_run(cli_tensors *job, char **report)
{
    work w = {.job = job, .failed = cli_alloc(job->sweep.specs.count * sizeof(bool))};
    char *tensors = NULL, *timing = NULL, *totals = NULL;
    size_t bytes[3];
    w.tensors = open_text(&tensors, &bytes[0]);
    w.timing = open_text(&timing, &bytes[1]);
    int status = choose_tensors(&w);
    if (!status) status = measure_all(&w);
    if (!status) status = add_up(&w, &totals);
    if (fclose(w.tensors) || fclose(w.timing)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    if (!status) {
        FILE *stream = open_text(report, &bytes[2]);
        fprintf(stream, "{\"quantscope\":\"%s\",\"file\":", qs_version());
        cli_json_print_text(stream, job->sweep.base.path);
        fputs(",\"warnings\":[", stream);
        print_warnings(stream, &w.warnings);
        fputs("],\"findings\":[", stream);
        cli_gathered_print(stream, &w.warnings);
        fprintf(stream, "],\"tensors\":[%s],%.*s,\"timing\":%s]}}", tensors, (int)strlen(totals) - 2, totals + 1,
                timing);
        if (fclose(stream)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    }
    free(tensors);
    free(timing);
    free(totals);
    cli_gathered_free(&w.warnings);
    free(w.choice);
    free(w.measured.list);
    free(w.kept.list);
    free(w.others.list);
    free(w.failed);
    return status;
}
