/* quantscope tensors --against OTHER: two files of the same model, tensor by tensor: which types OTHER has, what
 * they save and what they lose. Tensors are paired by name; FILE is what OTHER is compared with. */
#include "cli/posix.h"

#include "cli/against.h"

#include "cli/file.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 1 << 18 }; /* values that are compared at a time */

/* Sums over all values of a tensor, each in the order of the file. */
typedef struct sums {
    double values, power, other_power, error, product, largest;
} sums;

typedef struct job {
    cli_file a, b;
    cli_progress progress;
    FILE *tensors, *others;
    sums all;
    double bytes, other_bytes; /* of all tensors that both have */
    size_t compared;
} job;

static void add_values(sums *s, const float *a, const float *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double x = (double)a[i], y = (double)b[i], e = y - x;
        s->power += x * x;
        s->other_power += y * y;
        s->product += x * y;
        s->error += e * e;
        if (fabs(e) > s->largest || isnan(e)) s->largest = fabs(e);
    }
    s->values += (double)n;
}

/* Rows of two files may be cut at different axes of the same shape: one's dim is a multiple of the other's. */
static int compare_values(job *j, sums *s)
{
    size_t wide = j->a.dim > j->b.dim ? j->a.dim : j->b.dim;
    size_t some = PIECE / wide ? PIECE / wide : 1;
    double values = j->a.rows * (double)j->a.dim, rows = values / (double)wide;
    if ((double)some > rows) some = (size_t)rows;
    float *a = cli_alloc(some * wide * sizeof *a), *b = cli_alloc(some * wide * sizeof *b);
    int status = CLI_DONE;
    for (double row = 0; row < rows && !status;) {
        size_t n = rows - row < (double)some ? (size_t)(rows - row) : some, count = n * wide;
        status = cli_file_rows(&j->a, row * (double)(wide / j->a.dim), count / j->a.dim, a);
        if (!status) status = cli_file_rows(&j->b, row * (double)(wide / j->b.dim), count / j->b.dim, b);
        if (!status) add_values(s, a, b, count);
        row += (double)n;
    }
    free(a);
    free(b);
    return status;
}

/* ------------------------------------------------------------------------------------------------- the report */

static double decibels(double signal, double noise)
{
    return 10 * log(signal / noise) / log(10);
}

static void print_figures(FILE *f, const sums *s)
{
    fputs("\"mse\":", f);
    cli_json_print_figure(f, s->error / s->values);
    fputs(",\"max_abs\":", f);
    cli_json_print_figure(f, s->largest);
    fputs(",\"noise\":", f);
    cli_json_print_figure(f, s->error / s->power);
    fputs(",\"sqnr_db\":", f);
    cli_json_print_figure(f, decibels(s->power, s->error));
    fputs(",\"cosine\":", f);
    cli_json_print_figure(f, s->product / sqrt(s->power * s->other_power));
}

static void begin_item(FILE *f)
{
    if (ftell(f) > 0) fputc(',', f);
}

static void add_other(job *j, const char *name, const char *why)
{
    begin_item(j->others);
    fputs("{\"name\":", j->others);
    cli_json_print_text(j->others, name);
    fputs(",\"problem\":", j->others);
    cli_json_print_text(j->others, why);
    fputc('}', j->others);
}

static double bytes_of(const cli_json *tensor)
{
    return cli_json_figure(tensor, 0, "rows") * cli_json_figure(tensor, 0, "row_bytes");
}

static const char *text_of(const cli_json *tensor, const char *key)
{
    return cli_json_string(tensor, cli_json_get(tensor, 0, key));
}

static void add_tensor(job *j, const cli_json *a, const cli_json *b, const sums *s)
{
    FILE *f = j->tensors;
    begin_item(f);
    fputs("{\"name\":", f);
    cli_json_print_text(f, text_of(a, "name"));
    fputs(",\"shape\":", f);
    cli_json_print(f, a, cli_json_get(a, 0, "shape"));
    fprintf(f, ",\"dtype\":\"%s\",\"against_dtype\":\"%s\",\"bytes\":%.0f,\"against_bytes\":%.0f,",
            text_of(a, "dtype"), text_of(b, "dtype"), bytes_of(a), bytes_of(b));
    print_figures(f, s);
    fputc('}', f);
    j->all.values += s->values;
    j->all.power += s->power;
    j->all.other_power += s->other_power;
    j->all.error += s->error;
    j->all.product += s->product;
    if (s->largest > j->all.largest) j->all.largest = s->largest;
    j->compared++;
}

/* ----------------------------------------------------------------------------------------------- tensor by tensor
 */

/* Why two tensors are not compared; NULL: they are. */
static const char *why_not(const cli_json *a, const cli_json *b)
{
    char *x = cli_json_text(a, cli_json_get(a, 0, "shape")), *y = cli_json_text(b, cli_json_get(b, 0, "shape"));
    const char *problem = text_of(a, "problem");
    if (!problem) problem = text_of(b, "problem");
    if (strcmp(x, y) != 0) problem = "its shape is another one in the other file";
    if (!problem && cli_json_figure(a, 0, "rows") * cli_json_figure(a, 0, "dim") == 0)
        problem = "it holds no values";
    free(x);
    free(y);
    return problem;
}

static int compare(job *j, size_t number, const cli_json *a, const cli_json *b, size_t other)
{
    sums s = {.values = 0};
    const char *problem = why_not(a, b);
    j->bytes += bytes_of(a);
    j->other_bytes += bytes_of(b);
    if (problem) {
        add_other(j, text_of(a, "name"), problem);
        return CLI_DONE;
    }
    int status = cli_file_choose(&j->a, number);
    if (!status) status = cli_file_choose(&j->b, other);
    if (!status) status = compare_values(j, &s);
    if (!status) add_tensor(j, a, b, &s);
    return status;
}

/* A tensor's name and number; sorted by name. */
typedef struct entry {
    char *name;
    size_t number;
    bool used;
} entry;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const entry *)a)->name, ((const entry *)b)->name);
}

static entry *list_names(const cli_file *file, size_t *count)
{
    cli_json *json;
    size_t room = 0;
    entry *list = NULL;
    for (*count = 0; (json = cli_file_tensor(file, *count)); ++*count) {
        if (*count == room) {
            entry *more = cli_alloc((room = 2 * room + 64) * sizeof *more);
            if (*count) memcpy(more, list, *count * sizeof *more);
            free(list);
            list = more;
        }
        list[*count] = (entry){cli_copy(text_of(json, "name")), *count, false};
        cli_json_free(json);
    }
    if (*count) qsort(list, *count, sizeof *list, by_name);
    return list;
}

static int compare_all(job *j)
{
    size_t count;
    cli_json *a;
    entry *names = list_names(&j->b, &count);
    int status = CLI_DONE;
    for (size_t i = 0; !status && (a = cli_file_tensor(&j->a, i)); i++) {
        entry key = {.name = cli_copy(text_of(a, "name"))};
        entry *found = count ? bsearch(&key, names, count, sizeof *names, by_name) : NULL;
        if (found) {
            cli_json *b = cli_file_tensor(&j->b, found->number);
            found->used = true;
            status = compare(j, i, a, b, found->number);
            cli_json_free(b);
        } else {
            add_other(j, key.name, "the other file does not have it");
        }
        free(key.name);
        cli_json_free(a);
        cli_progress_show(&j->progress, count ? (double)(i + 1) / (double)count : 1, "compare");
    }
    for (size_t i = 0; i < count; i++) {
        if (!names[i].used && !status) add_other(j, names[i].name, "only the other file has it");
        free(names[i].name);
    }
    free(names);
    return status;
}

static FILE *open_text(char **text, size_t *bytes)
{
    FILE *stream = open_memstream(text, bytes);
    if (!stream) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    return stream;
}

/* The whole report. */
static char *put_together(const job *j, const char *tensors, const char *others)
{
    char *text = NULL;
    size_t bytes;
    FILE *f = open_text(&text, &bytes);
    fprintf(f, "{\"quantscope\":\"%s\",\"file\":", qs_version());
    cli_json_print_text(f, j->a.path);
    fputs(",\"against\":", f);
    cli_json_print_text(f, j->b.path);
    fprintf(
        f, ",\"tensors\":[%s],\"others\":[%s],\"totals\":{\"bytes\":%.0f,\"against_bytes\":%.0f,\"times_smaller\":",
        tensors, others, j->bytes, j->other_bytes);
    cli_json_print_figure(f, j->bytes / j->other_bytes);
    fprintf(f, ",\"values\":%.0f,", j->all.values);
    print_figures(f, &j->all);
    fputs("}}", f);
    if (fclose(f)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    return text;
}

static int run_job(job *j, const cli_args *args)
{
    char *tensors = NULL, *others = NULL;
    size_t bytes[2];
    j->tensors = open_text(&tensors, &bytes[0]);
    j->others = open_text(&others, &bytes[1]);
    j->progress = cli_progress_begin(cli_last(args, CLI_QUIET) != NULL);
    int status = compare_all(j);
    cli_progress_end(&j->progress);
    if (fclose(j->tensors) || fclose(j->others)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
    if (!status && !j->compared)
        status =
            cli_fail(CLI_DATA, "%s and %s: no tensor has the same name and shape in both", j->a.path, j->b.path);
    if (!status) {
        char *text = put_together(j, tensors, others);
        cli_json *report = cli_json_parse(text, strlen(text));
        if (cli_last(args, CLI_JSON))
            puts(text);
        else
            cli_against_table(report);
        cli_json_free(report);
        free(text);
    }
    free(tensors);
    free(others);
    return status;
}

int cli_tensors_against(const cli_args *args, const char *other)
{
    job j = {.compared = 0};
    int status = cli_file_list(&j.a, cli_nth(args, CLI_POSITIONAL, 0));
    if (status) return status;
    status = cli_file_list(&j.b, other);
    if (!status) status = run_job(&j, args);
    cli_file_close(&j.a);
    cli_file_close(&j.b);
    return status;
}
