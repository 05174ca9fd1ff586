/* The reader of file.h. */
#include "cli/posix.h"

#include "cli/file.h"

#include "cli/cli.h"
#include "cli/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cli_open_plain(const char *path, int *descriptor, double *bytes)
{
    struct stat info;
    *descriptor = -1;
    if (!*path) return cli_fail(CLI_DATA, "'': the name of a file is empty");
    int failed = stat(path, &info);
    if (failed && errno == ENOENT) return cli_fail(CLI_DATA, "%s: there is no such file", path);
    if (!failed && S_ISDIR(info.st_mode)) return cli_fail(CLI_DATA, "%s: it is a folder, not a file", path);
    if (!failed && !S_ISREG(info.st_mode))
        return cli_fail(CLI_DATA, "%s: it is no plain file; save what it gives to a file first", path);
    if (!failed) *descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (*descriptor < 0) return cli_fail(CLI_DATA, "%s: cannot be read: %s", path, strerror(errno));
    *bytes = (double)info.st_size;
    return CLI_DONE;
}

int cli_read_at(const char *path, int descriptor, double offset, void *dst, size_t bytes)
{
    for (size_t done = 0; done < bytes;) {
        ssize_t got = pread(descriptor, (char *)dst + done, bytes - done, (off_t)offset + (off_t)done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return cli_fail(CLI_DATA, "%s: cannot be read: %s", path, strerror(errno));
        if (got == 0)
            return cli_fail(CLI_DATA, "%s: byte %.0f: the file ends here, it became shorter while it was read",
                            path, offset + (double)done);
        done += (size_t)got;
    }
    return CLI_DONE;
}

int cli_read_text(const char *path, char **text, size_t *length)
{
    const double most = 256.0 * 1024 * 1024;
    int descriptor;
    double bytes = 0;
    *text = NULL;
    int status = cli_open_plain(path, &descriptor, &bytes);
    if (status) return status;
    if (bytes > most) {
        status = cli_fail(CLI_DATA, "%s: %.0f bytes are too many for the parameters of a codec", path, bytes);
    } else {
        *length = (size_t)bytes;
        *text = cli_alloc(*length + 1);
        status = cli_read_at(path, descriptor, 0, *text, *length);
    }
    close(descriptor);
    if (!status) return CLI_DONE;
    free(*text);
    *text = NULL;
    return status;
}

int cli_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return !stat(a, &first) && !stat(b, &second) && first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

/* Reads as much of the head as the source asks for, and opens the source. */
static int open_source(cli_file *file)
{
    size_t head_bytes = 0;
    for (;;) {
        uint8_t *head = cli_alloc(head_bytes);
        int status = cli_read_at(file->path, file->descriptor, 0, head, head_bytes);
        int wanted = status ? 0 : qs_source_check(head, head_bytes, file->bytes);
        if (!status && wanted == 0) file->source = qs_source_open(head, head_bytes, file->bytes);
        free(head);
        if (status) return status;
        if (wanted <= 0) return file->source ? CLI_DONE : cli_fail_core(file->path);
        head_bytes = (size_t)wanted;
    }
}

char *cli_file_json(const cli_file *file)
{
    char *text;
    CLI_TEXT(text, qs_source_json(file->source, dst, cap));
    return text;
}

/* The tensor called name, the first where name is NULL; -1: there is none so called. */
static int find_tensor(const cli_json *json, int tensors, const char *name)
{
    for (size_t i = 0; i < cli_json_size(json, tensors); i++) {
        const char *other = cli_json_string(json, cli_json_get(json, cli_json_at(json, tensors, i), "name"));
        if (!name || (other && !strcmp(name, other))) return (int)i;
    }
    return -1;
}

/* " name name" of all tensors, as far as there is room; " …" where there are more. */
static void list_names(const cli_json *json, int tensors, char *names, size_t cap)
{
    static const char more[] = " …";
    names[0] = 0;
    for (size_t i = 0, at = 0, count = cli_json_size(json, tensors); i < count; i++) {
        const char *name = cli_json_string(json, cli_json_get(json, cli_json_at(json, tensors, i), "name"));
        if (at + 1 + strlen(name) + sizeof more > cap) {
            strcpy(names + at, more);
            return;
        }
        at += (size_t)snprintf(names + at, cap - at, " %s", name);
    }
}

enum { RAW_BYTES = 1 << 18 };

int cli_file_choose(cli_file *file, const cli_json *list, size_t tensor)
{
    int chosen = cli_json_at(list, cli_json_get(list, 0, "tensors"), tensor);
    const char *name = cli_json_string(list, cli_json_get(list, chosen, "name"));
    const char *problem = cli_json_string(list, cli_json_get(list, chosen, "problem"));
    file->tensor = tensor;
    file->rows = cli_json_figure(list, chosen, "rows");
    file->offset = cli_json_figure(list, chosen, "offset");
    file->dim = (size_t)cli_json_figure(list, chosen, "dim");
    file->row_bytes = (size_t)cli_json_figure(list, chosen, "row_bytes");
    free(file->raw);
    file->raw = NULL;
    if (problem) return cli_fail(CLI_DATA, "%s: tensor '%s': %s", file->path, name, problem);
    if (file->rows == 0 || file->dim == 0)
        return cli_fail(CLI_DATA, "%s: tensor '%s' holds no values", file->path, name);
    size_t some = RAW_BYTES / file->row_bytes ? RAW_BYTES / file->row_bytes : 1;
    file->raw_rows = file->rows < (double)some ? (size_t)file->rows : some;
    file->raw = cli_alloc(file->raw_rows * file->row_bytes); /* no more than the file's own bytes */
    return CLI_DONE;
}

int cli_file_find(cli_file *file, const cli_json *json, const char *name)
{
    char names[400];
    int tensors = cli_json_get(json, 0, "tensors"), found = find_tensor(json, tensors, name);
    list_names(json, tensors, names, sizeof names);
    if (!cli_json_size(json, tensors)) return cli_fail(CLI_DATA, "%s: it holds no tensors", file->path);
    if (!name && cli_json_size(json, tensors) > 1)
        return cli_fail(CLI_USAGE, "%s: choose one with --tensor NAME:%s", file->path, names);
    if (found < 0) return cli_fail(CLI_DATA, "%s: there is no tensor '%s'; it has:%s", file->path, name, names);
    return cli_file_choose(file, json, (size_t)found);
}

int cli_file_list(cli_file *file, const char *path)
{
    *file = (cli_file){.path = path, .descriptor = -1};
    int status = cli_open_plain(path, &file->descriptor, &file->bytes);
    if (!status) status = open_source(file);
    if (status) cli_file_close(file);
    return status;
}

static int open_tensor(cli_file *file, const char *path, const char *tensor, bool only)
{
    int status = cli_file_list(file, path);
    if (status) return status;
    char *text = cli_file_json(file);
    cli_json *json = cli_json_parse(text, strlen(text));
    if (only && cli_json_size(json, cli_json_get(json, 0, "tensors")) == 1) tensor = NULL;
    status = cli_file_find(file, json, tensor);
    cli_json_free(json);
    free(text);
    if (status) cli_file_close(file);
    return status;
}

int cli_file_open(cli_file *file, const char *path, const char *tensor)
{
    return open_tensor(file, path, tensor, false);
}

int cli_file_open_beside(cli_file *file, const char *path, const char *tensor)
{
    return open_tensor(file, path, tensor, true);
}

void cli_file_close(cli_file *file)
{
    if (file->descriptor >= 0) close(file->descriptor);
    qs_source_close(file->source);
    free(file->raw);
    *file = (cli_file){.descriptor = -1};
}

size_t cli_file_chunk(const cli_file *file, double first_row)
{
    double left = file->rows - first_row;
    return left < QS_CHUNK_ROWS ? (size_t)left : QS_CHUNK_ROWS;
}

int cli_file_rows(cli_file *file, double first_row, size_t rows, float *dst)
{
    for (size_t done = 0; done < rows;) {
        size_t n = rows - done < file->raw_rows ? rows - done : file->raw_rows;
        double row = first_row + (double)done;
        int status = cli_read_at(file->path, file->descriptor, file->offset + row * (double)file->row_bytes,
                                 file->raw, n * file->row_bytes);
        if (status) return status;
        if (qs_source_rows(file->source, file->tensor, row, file->raw, n, dst + done * file->dim) < 0)
            return cli_fail_core(file->path);
        done += n;
    }
    return CLI_DONE;
}
