/* The reader of file.h. */
#include "cli/posix.h"

#include "cli/file.h"

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/model.h"
#include "cli/table.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int cli_open_at_once(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

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
    /* Another file may have come in its place since: a pipe is not waited for, and is refused. */
    if (!failed) *descriptor = cli_open_at_once(path);
    if (*descriptor < 0 || fstat(*descriptor, &info))
        return cli_fail(CLI_DATA, "%s: cannot be read: %s", path, strerror(errno));
    *bytes = (double)info.st_size;
    if (S_ISREG(info.st_mode)) return CLI_DONE;
    close(*descriptor);
    *descriptor = -1;
    return cli_fail(CLI_DATA, "%s: it is no longer a plain file", path);
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

/* Gives a source what it wants besides the head. */
static int give(cli_file *file)
{
    double range[3];
    int status = CLI_DONE;
    while (!status && qs_source_wants(file->source, range)) {
        uint8_t *raw = cli_alloc((size_t)range[2]);
        status = cli_parts_read(&file->parts, file->source, (size_t)range[0], range[1], raw, (size_t)range[2]);
        if (!status && qs_source_take(file->source, raw) < 0) status = cli_fail_core(file->path);
        free(raw);
    }
    return status;
}

enum { HEAD_BYTES = 4096, RAW_BYTES = 1 << 15, MOST_RAW = 1 << 26 };

/* The layout of files of values alone, if that is what the options say. */
static struct {
    const char *dtype;
    double dim, offset;
} raw;

int cli_file_raw(const cli_args *args)
{
    raw.dtype = cli_last(args, CLI_DTYPE);
    if (!raw.dtype && !cli_last(args, CLI_DIM) && !cli_last(args, CLI_OFFSET)) return CLI_DONE;
    if (!raw.dtype || !cli_last(args, CLI_DIM))
        return cli_fail(CLI_USAGE,
                        "a file of values alone is described by --dtype and --dim, and --offset if need be");
    int status = cli_whole(args, CLI_DIM, 1, CLI_DIM_MOST, 1, &raw.dim);
    return status ? status : cli_whole(args, CLI_OFFSET, 0, 0x1p53, 0, &raw.offset);
}

/* Opens what a list says, or values alone. */
static int open_known(cli_file *file)
{
    size_t length = file->list ? strlen(file->list) : 0;
    file->source = file->list ? qs_source_open((const uint8_t *)file->list, length, (double)length)
                              : qs_source_open_raw(raw.dtype, raw.dim, raw.offset, file->bytes);
    return file->source ? give(file) : cli_fail_core(file->path);
}

/* Reads as much of the head as the source asks for, and opens the source. */
static int open_source(cli_file *file)
{
    if (file->list || raw.dtype) return open_known(file);
    size_t head_bytes = file->bytes < HEAD_BYTES ? (size_t)file->bytes : HEAD_BYTES;
    for (;;) {
        uint8_t *head = cli_alloc(head_bytes);
        int status = cli_parts_read(&file->parts, NULL, 0, 0, head, head_bytes);
        int wanted = status ? 0 : qs_source_check_as(file->path, head, head_bytes, file->bytes);
        if (!status && wanted == 0) file->source = qs_source_open_as(file->path, head, head_bytes, file->bytes);
        free(head);
        if (status) return status;
        if (wanted <= 0) return file->source ? give(file) : cli_fail_core(file->path);
        file->parts.read -= (double)head_bytes; /* they are read once more with the rest */
        head_bytes = (size_t)wanted;
    }
}

char *cli_file_json(const cli_file *file)
{
    char *text;
    CLI_TEXT(text, qs_source_json(file->source, dst, cap));
    return text;
}

cli_json *cli_file_tensor(const cli_file *file, size_t tensor)
{
    char few[1000], *all = NULL;
    size_t length = qs_source_tensor_json(file->source, tensor, few, sizeof few);
    if (length >= sizeof few) CLI_TEXT(all, qs_source_tensor_json(file->source, tensor, dst, cap));
    cli_json *json = length ? cli_json_parse(all ? all : few, length) : NULL;
    free(all);
    return json;
}

/* What a search for a tensor has seen. */
typedef struct found {
    size_t count, tensor; /* of all tensors; the one called so, the first where no name is asked for */
    bool there;
    char names[400]; /* " name name" of all, as far as there is room; " …" where there are more */
    size_t length;
} found;

static void add_name(found *f, const char *name)
{
    static const char more[] = " …";
    size_t room = sizeof f->names - f->length;
    if (f->length + 1 + strlen(name) + sizeof more <= sizeof f->names) {
        f->length += (size_t)snprintf(f->names + f->length, room, " %s", name);
    } else { /* there is always room left for it */
        strcpy(f->names + f->length, more);
        f->length = sizeof f->names; /* no more */
    }
}

/* Goes through all tensors. */
static found find_tensor(const cli_file *file, const char *name)
{
    found f = {.count = 0};
    cli_json *json;
    for (; (json = cli_file_tensor(file, f.count)); f.count++) {
        const char *other = cli_json_string(json, cli_json_get(json, 0, "name"));
        if (!f.there && (!name || !strcmp(name, other))) {
            f.there = true;
            f.tensor = f.count;
        }
        if (f.length < sizeof f.names) add_name(&f, other);
        cli_json_free(json);
    }
    return f;
}

static int fail_values(const cli_file *file, const cli_json *json, const char *problem)
{
    return cli_fail(CLI_DATA, "%s: tensor '%s'%s %s", file->path,
                    cli_json_string(json, cli_json_get(json, 0, "name")), problem ? ":" : "",
                    problem ? problem : "holds no values");
}

int cli_file_choose(cli_file *file, size_t tensor)
{
    cli_json *json = cli_file_tensor(file, tensor);
    const char *problem = cli_json_string(json, cli_json_get(json, 0, "problem"));
    file->tensor = tensor;
    file->rows = cli_json_figure(json, 0, "rows");
    file->dim = (size_t)cli_json_figure(json, 0, "dim");
    file->row_bytes = (size_t)cli_json_figure(json, 0, "row_bytes");
    file->labels = cli_json_get(json, 0, "labels") >= 0;
    file->order = cli_json_get(json, 0, "order") >= 0;
    file->axes = cli_json_size(json, cli_json_get(json, 0, "shape"));
    free(file->shape);
    file->shape = cli_json_text(json, cli_json_get(json, 0, "shape"));
    int status = problem || file->rows == 0 || file->dim == 0 ? fail_values(file, json, problem) : CLI_DONE;
    cli_json_free(json);
    if (status) return status;
    size_t room = file->order ? MOST_RAW : RAW_BYTES, row_bytes = file->row_bytes ? file->row_bytes : 1;
    size_t some = room / row_bytes ? room / row_bytes : 1;
    file->raw_rows = some < QS_CHUNK_ROWS || !file->order ? some : QS_CHUNK_ROWS;
    return CLI_DONE;
}

static int choose_found(cli_file *file, const char *name, const found *f)
{
    if (!f->count) return cli_fail(CLI_DATA, "%s: it holds no tensors", file->path);
    if (!name && f->count > 1)
        return cli_fail(CLI_USAGE, "%s: choose one with --tensor NAME:%s", file->path, f->names);
    if (!f->there) return cli_fail(CLI_DATA, "%s: there is no tensor '%s'; it has:%s", file->path, name, f->names);
    return cli_file_choose(file, f->tensor);
}

int cli_file_find(cli_file *file, const char *name)
{
    found f = find_tensor(file, name);
    return choose_found(file, name, &f);
}

int cli_file_list(cli_file *file, const char *path)
{
    *file = (cli_file){.path = path};
    int status = raw.dtype ? CLI_DONE : cli_model_find(path, &file->list, &file->beside);
    if (!status && file->beside) file->path = file->beside;
    if (!status) status = cli_parts_open(&file->parts, file->path);
    if (!status) file->bytes = file->parts.list[0].bytes;
    if (!status) status = open_source(file);
    if (status) cli_file_close(file);
    return status;
}

static int open_tensor(cli_file *file, const char *path, const char *tensor, bool only)
{
    int status = cli_file_list(file, path);
    if (status) return status;
    found f = find_tensor(file, tensor);
    if (only && f.count == 1) { /* whatever its name */
        tensor = NULL;
        f.there = true;
    }
    status = choose_found(file, tensor, &f);
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

void cli_file_warn_shape(const cli_file *file)
{
    char rows[40], dim[40];
    if (file->axes == 2) return;
    cli_warn("%s: its shape, %s, is taken as %s row%s of %s values: %s", file->path, file->shape,
             cli_grouped(file->rows, rows), file->rows == 1 ? "" : "s", cli_grouped((double)file->dim, dim),
             file->axes < 2                                ? "an array of one axis is one row"
             : strtod(file->shape + 1, NULL) == file->rows ? "all axes but the first make up a row"
                                                           : "each output of each expert is a row");
}

void cli_file_close(cli_file *file)
{
    free(file->shape);
    cli_parts_close(&file->parts);
    qs_source_close(file->source);
    free(file->list);
    free(file->beside);
    free(file->raw);
    free(file->ranges);
    *file = (cli_file){.path = NULL};
}

size_t cli_file_chunk(const cli_file *file, double first_row)
{
    double left = file->rows - first_row;
    return left < QS_CHUNK_ROWS ? (size_t)left : QS_CHUNK_ROWS;
}

/* Reads the bytes of n rows to file->raw. */
static int read_raw(cli_file *file, double row, size_t n)
{
    size_t count = qs_source_plan(file->source, file->tensor, row, n, file->ranges, file->ranges_room), bytes = 0;
    if (!count) return cli_fail_core(file->path);
    if (count > file->ranges_room) {
        free(file->ranges);
        file->ranges_room = count;
        file->ranges = cli_alloc(count * 3 * sizeof *file->ranges);
        qs_source_plan(file->source, file->tensor, row, n, file->ranges, count);
    }
    for (size_t i = 0; i < count; i++) bytes += (size_t)file->ranges[3 * i + 2];
    if (bytes > file->raw_room) {
        free(file->raw);
        file->raw_room = bytes;
        file->raw = cli_alloc(bytes); /* no more than the file's own bytes */
    }
    int status = CLI_DONE;
    bytes = 0;
    for (size_t i = 0; i < count && !status; i++) {
        const double *range = file->ranges + 3 * i;
        status = cli_parts_read(&file->parts, file->source, (size_t)range[0], range[1], file->raw + bytes,
                                (size_t)range[2]);
        bytes += (size_t)range[2];
    }
    return status;
}

int cli_file_rows(cli_file *file, double first_row, size_t rows, float *dst)
{
    return cli_file_rows_and_rests(file, first_row, rows, dst, NULL, NULL);
}

int cli_file_rows_and_rests(cli_file *file, double first_row, size_t rows, float *dst, float *rests, bool *lost)
{
    for (size_t done = 0; done < rows;) {
        size_t n = rows - done < file->raw_rows ? rows - done : file->raw_rows;
        double row = first_row + (double)done;
        int status = read_raw(file, row, n);
        if (status) return status;
        if (qs_source_rows(file->source, file->tensor, row, file->raw, n, dst + done * file->dim) < 0)
            return cli_fail_core(file->path);
        if (rests)
            *lost = qs_source_rests(file->source, file->tensor, row, file->raw, n, rests + done * file->dim) > 0;
        done += n;
    }
    return CLI_DONE;
}

int cli_file_labels(cli_file *file, double first_row, size_t rows, cli_json **labels)
{
    char *text;
    *labels = NULL;
    if (!file->labels) return CLI_DONE;
    int status = read_raw(file, first_row, rows);
    if (status) return status;
    CLI_TEXT(text, qs_source_labels_json(file->source, file->tensor, first_row, file->raw, rows, dst, cap));
    if (!text) return cli_fail_core(file->path);
    *labels = cli_json_parse(text, strlen(text));
    free(text);
    return CLI_DONE;
}
