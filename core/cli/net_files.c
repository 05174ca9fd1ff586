/* The files of a network: its weights, samples, labels, and recipes. */
#include "cli/posix.h"

#include "cli/net.h"

#include "cli/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_net_read(const char *path, uint8_t **bytes, double *count)
{
    int descriptor, status = cli_open_plain(path, &descriptor, count);
    if (status) return status;
    *bytes = cli_alloc((size_t)*count + 1);
    status = cli_read_at(path, descriptor, 0, *bytes, (size_t)*count);
    close(descriptor);
    return status;
}

int cli_recipes_read(const cli_args *args, char id, cli_specs *recipes)
{
    size_t count = cli_count(args, id);
    *recipes = (cli_specs){.text = cli_alloc((count + 1) * sizeof *recipes->text)};
    for (size_t i = 0; i < count; i++) {
        char about[80];
        const char *given = cli_nth(args, id, i);
        char *canonical = cli_canonical_of(given, qs_recipe_json, "recipe");
        snprintf(about, sizeof about, strlen(given) > 60 ? "recipe '%.60s...'" : "recipe '%s'", given);
        if (!canonical) {
            cli_specs_free(recipes);
            return cli_fail_core(about);
        }
        recipes->text[recipes->count++] = canonical;
    }
    return CLI_DONE;
}

/* Whether the values of the file's tensor are pixels: uint8. */
static bool is_pixels(const cli_file *file)
{
    char *text = cli_file_json(file);
    cli_json *json = cli_json_parse(text, strlen(text));
    int tensor = cli_json_at(json, cli_json_get(json, 0, "tensors"), file->tensor);
    const char *dtype = cli_json_string(json, cli_json_get(json, tensor, "dtype"));
    bool pixels = dtype && (!strcmp(dtype, "uint8") || !strcmp(dtype, "U8"));
    cli_json_free(json);
    free(text);
    return pixels;
}

static int feed_rows(qs_net *net, const char *set, cli_file *file, double most)
{
    bool pixels = is_pixels(file);
    double rows = file->rows < most ? file->rows : most;
    float *values = cli_alloc(QS_CHUNK_ROWS * file->dim * sizeof *values);
    int status = CLI_DONE;
    for (double row = 0, n; row < rows && !status; row += n) {
        n = cli_file_chunk(file, row);
        if (row + n > rows) n = rows - row;
        status = cli_file_rows(file, row, (size_t)n, values);
        if (!status && qs_net_feed(net, set, row, values, (size_t)n, file->dim, pixels))
            status = cli_fail_data(file->path);
    }
    free(values);
    return status;
}

int cli_net_feed(qs_net *net, const char *set, const char *path, double most)
{
    cli_file file;
    int status = cli_file_open(&file, path, NULL);
    if (status) return status;
    status = feed_rows(net, set, &file, most);
    cli_file_close(&file);
    return status;
}

/* Labels are whole numbers: one row of them, or rows of one. */
static int feed_labels(qs_net *net, const char *set, cli_file *file, double most)
{
    if (file->rows != 1 && file->dim != 1)
        return cli_fail(CLI_DATA, "%s: labels are one number a sample; this is %.0f x %zu", file->path, file->rows,
                        file->dim);
    double count = file->rows * (double)file->dim;
    size_t n = (size_t)(count < most ? count : most);
    float *values = cli_alloc((size_t)count * sizeof *values);
    uint32_t *labels = cli_alloc(n * sizeof *labels);
    int status = cli_file_rows(file, 0, (size_t)file->rows, values);
    for (size_t i = 0; i < n && !status; i++) {
        bool whole = values[i] >= 0 && values[i] < 16777216.0F && values[i] == floorf(values[i]);
        labels[i] = whole ? (uint32_t)values[i] : 0;
        if (!whole)
            status = cli_fail(CLI_DATA, "%s: the label of sample %zu is %g; labels are whole numbers from 0",
                              file->path, i, (double)values[i]);
    }
    if (!status && qs_net_labels(net, set, 0, labels, n)) status = cli_fail_data(file->path);
    free(values);
    free(labels);
    return status;
}

int cli_net_labels(qs_net *net, const char *set, const char *path, double most)
{
    cli_file file;
    int status = cli_file_open(&file, path, NULL);
    if (status) return status;
    status = feed_labels(net, set, &file, most);
    cli_file_close(&file);
    return status;
}
