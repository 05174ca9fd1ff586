/* The reader of imatrix.h. */
#include "cli/posix.h"

#include "cli/imatrix.h"

#include "cli/cli.h"
#include "cli/file.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static cli_importance *add(cli_imatrix *m, const char *name, size_t length, size_t count)
{
    if (m->count == m->room) {
        cli_importance *more = cli_alloc((m->room = 2 * m->room + 64) * sizeof *more);
        if (m->count) memcpy(more, m->list, m->count * sizeof *more);
        free(m->list);
        m->list = more;
    }
    cli_importance *one = &m->list[m->count++];
    *one = (cli_importance){.name = cli_alloc(length + 1), .count = count};
    memcpy(one->name, name, length);
    one->values = cli_alloc((count + 1) * sizeof *one->values);
    return one;
}

static int check_values(const char *path, const cli_importance *one)
{
    for (size_t i = 0; i < one->count; i++)
        if (!(one->values[i] >= 0 && isfinite(one->values[i])))
            return cli_fail(CLI_DATA, "%s: the importance of input %zu of '%s' is %g; it is a mean of squares",
                            path, i, one->name, (double)one->values[i]);
    return CLI_DONE;
}

/* ------------------------------------------------------------------------------------------------- .dat: entries,
 * then for each: length i32 | name | calls i32 | count i32 | floats; what follows the last is about the run. */

typedef struct walk {
    const char *path;
    const unsigned char *bytes;
    size_t count, at;
} walk;

static int take(walk *w, double bytes, const char *what, const unsigned char **found)
{
    if (bytes < 0 || bytes > (double)(w->count - w->at))
        return cli_fail(CLI_DATA, "%s: byte %zu: %s of %.0f bytes is expected here, and %zu follow", w->path, w->at,
                        what, bytes, w->count - w->at);
    *found = w->bytes + w->at;
    w->at += (size_t)bytes;
    return CLI_DONE;
}

static int take_number(walk *w, const char *what, double *number)
{
    const unsigned char *b = (const unsigned char *)"";
    int status = take(w, 4, what, &b);
    if (!status) *number = (int32_t)(b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24);
    return status;
}

static int take_entry(cli_imatrix *m, walk *w)
{
    const unsigned char *none = (const unsigned char *)"", *name = none, *values = none;
    double length = 0, calls = 0, count = 0;
    int status = take_number(w, "the length of a name", &length);
    if (!status) status = take(w, length, "a name", &name);
    if (!status) status = take_number(w, "a number of calls", &calls);
    if (!status) status = take_number(w, "a number of values", &count);
    if (!status) status = take(w, count < 0 ? -1 : 4 * count, "an array", &values);
    if (status) return status;
    if (memchr(name, 0, (size_t)length)) return cli_fail(CLI_DATA, "%s: a name holds a NUL", w->path);
    cli_importance *one = add(m, (const char *)name, (size_t)length, (size_t)count);
    memcpy(one->values, values, one->count * sizeof *one->values);
    for (size_t i = 0; calls > 0 && i < one->count; i++) one->values[i] /= (float)calls;
    return check_values(w->path, one);
}

static int read_dat(cli_imatrix *m, const char *path, const void *bytes, size_t length)
{
    walk w = {path, bytes, length, 0};
    double entries = 0;
    int status = take_number(&w, "the number of entries", &entries);
    if (!status && entries < 1)
        return cli_fail(CLI_DATA, "%s: it is no importance matrix: %.0f entries", path, entries);
    for (double i = 0; i < entries && !status; i++) status = take_entry(m, &w);
    return status;
}

/* ------------------------------------------------------------------------------------------------------- .gguf */

static int read_values(cli_file *file, size_t tensor, float **values, size_t *count)
{
    int status = cli_file_choose(file, tensor);
    if (status) return status;
    *count = (size_t)file->rows * file->dim;
    *values = cli_alloc((*count + 1) * sizeof **values);
    return cli_file_rows(file, 0, (size_t)file->rows, *values);
}

/* Divides the sums of each matrix by how often it was used; one never used tells nothing: all inputs count alike.
 */
static int take_sums(cli_imatrix *m, cli_file *file, size_t tensor, const char *name, size_t length)
{
    static const char ending[] = ".counts";
    float *sums = NULL, *counts = NULL;
    size_t n = 0, matrices = 0;
    char *other = cli_alloc(length + sizeof ending);
    memcpy(other, name, length);
    strcat(other, ending);
    int status = read_values(file, tensor, &sums, &n);
    if (!status) status = cli_file_find(file, other);
    if (!status) status = read_values(file, file->tensor, &counts, &matrices);
    if (!status && (!matrices || n % matrices))
        status = cli_fail(CLI_DATA, "%s: '%s' has %zu values, no multiple of the %zu of '%s'", file->path, name, n,
                          matrices, other);
    if (!status) {
        cli_importance *one = add(m, name, length, n);
        for (size_t i = 0; i < n; i++) {
            float count = counts[i * matrices / n];
            one->values[i] = count > 0 ? sums[i] / count : 1;
        }
        status = check_values(file->path, one);
    }
    free(other);
    free(sums);
    free(counts);
    return status;
}

static int read_gguf(cli_imatrix *m, const char *path)
{
    static const char ending[] = ".in_sum2";
    cli_file file;
    cli_json *json;
    int status = cli_file_list(&file, path);
    if (status) return status;
    for (size_t i = 0; !status && (json = cli_file_tensor(&file, i)); i++) {
        const char *name = cli_json_string(json, cli_json_get(json, 0, "name"));
        size_t length = strlen(name), end = sizeof ending - 1;
        if (length > end && !strcmp(name + length - end, ending))
            status = take_sums(m, &file, i, name, length - end);
        cli_json_free(json);
    }
    if (!status && !m->count)
        status = cli_fail(CLI_DATA, "%s: it is no importance matrix: no tensor is called NAME%s", path, ending);
    cli_file_close(&file);
    return status;
}

/* -------------------------------------------------------------------------------------------------- both of them
 */

int cli_imatrix_open(cli_imatrix *m, const char *path)
{
    char *text;
    size_t length = 0;
    *m = (cli_imatrix){.count = 0};
    int descriptor;
    double bytes = 0;
    char magic[4] = "";
    int status = cli_open_plain(path, &descriptor, &bytes);
    if (status) return status;
    if (bytes >= 4) status = cli_read_at(path, descriptor, 0, magic, sizeof magic);
    close(descriptor);
    if (status) return status;
    if (!memcmp(magic, "GGUF", 4)) {
        status = read_gguf(m, path);
    } else {
        status = cli_read_text(path, &text, &length);
        if (!status) status = read_dat(m, path, text, length);
        free(text);
    }
    if (status) cli_imatrix_close(m);
    return status;
}

const cli_importance *cli_imatrix_find(const cli_imatrix *m, const char *name, double rows, size_t dim)
{
    for (size_t i = 0; i < m->count; i++) {
        const cli_importance *one = &m->list[i];
        if (strcmp(one->name, name) != 0) continue;
        bool fits = one->count && one->count % dim == 0 && fmod(rows, (double)(one->count / dim)) == 0;
        return fits ? one : NULL;
    }
    return NULL;
}

const float *cli_importance_row(const cli_importance *one, double row, double rows, size_t dim)
{
    double matrices = (double)(one->count / dim);
    return one->values + (size_t)floor(row * matrices / rows) * dim;
}

void cli_imatrix_close(cli_imatrix *m)
{
    for (size_t i = 0; i < m->count; i++) {
        free(m->list[i].name);
        free(m->list[i].values);
    }
    free(m->list);
    *m = (cli_imatrix){.count = 0};
}
