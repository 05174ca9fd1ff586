/* The parts of parts.h: each is opened when it is first read. */
#include "cli/posix.h"

#include "cli/parts.h"

#include "cli/cli.h"
#include "cli/file.h"
#include "cli/hdf5.h"
#include "cli/json.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int cli_parts_open(cli_parts *parts, const char *path)
{
    *parts = (cli_parts){.path = path, .count = 1, .list = cli_alloc(sizeof(cli_part))};
    cli_part *p = parts->list;
    *p = (cli_part){.path = cli_copy(path), .descriptor = -1};
    int status = cli_open_plain(path, &p->descriptor, &p->bytes);
    unsigned char magic[3] = {0};
    if (!status && p->bytes >= 18) status = cli_read_at(path, p->descriptor, 0, magic, sizeof magic);
    if (status || !qs_source_is_gzip(magic, sizeof magic)) return status;
    int packed = p->descriptor;
    double bytes = p->bytes;
    status = cli_unpack_open(&p->unpack, path, packed, 0, bytes, true, -1, &p->descriptor);
    if (!status) status = cli_unpack_until(p->unpack, -1, &p->bytes);
    parts->read += bytes;
    close(packed);
    return status;
}

static int open_beside(cli_parts *parts, cli_part *p, const char *name)
{
    if (!strncmp(name, "hdf5:", 5)) {
        p->path = cli_copy(parts->path);
        return cli_hdf5_dataset(parts->path, name + 5, &p->descriptor, &p->bytes);
    }
    const char *slash = strrchr(parts->path, '/');
    size_t folder = slash ? (size_t)(slash + 1 - parts->path) : 0;
    if (strchr(name, '/') || !strcmp(name, ".."))
        return cli_fail(CLI_DATA, "%s: it names the file '%s', which does not lie beside it", parts->path, name);
    p->path = cli_alloc(folder + strlen(name) + 1);
    memcpy(p->path, parts->path, folder);
    strcpy(p->path + folder, name);
    return cli_open_plain(p->path, &p->descriptor, &p->bytes);
}

/* Opens a part as the source lists it. */
static int open_part(cli_parts *parts, qs_source *source, size_t number)
{
    char *text;
    CLI_TEXT(text, qs_source_parts_json(source, dst, cap));
    cli_json *json = cli_json_parse(text, strlen(text));
    int part = cli_json_at(json, cli_json_get(json, 0, "parts"), number), status;
    const char *name = cli_json_string(json, cli_json_get(json, part, "file"));
    cli_part *p = &parts->list[number];
    if (name) {
        status = open_beside(parts, p, name);
    } else {
        const cli_part *of = &parts->list[(size_t)cli_json_figure(json, part, "of")];
        p->path = cli_copy(of->path);
        p->bytes = cli_json_figure(json, part, "length");
        status = cli_unpack_open(&p->unpack, p->path, of->descriptor, cli_json_figure(json, part, "offset"),
                                 cli_json_figure(json, part, "bytes"), false, p->bytes, &p->descriptor);
    }
    if (!status && qs_source_part(source, number, p->bytes) < 0) status = cli_fail_core(parts->path);
    cli_json_free(json);
    free(text);
    return status;
}

static void make_room(cli_parts *parts, size_t count)
{
    if (count <= parts->count) return;
    cli_part *more = cli_alloc(count * sizeof *more);
    memcpy(more, parts->list, parts->count * sizeof *more);
    for (size_t i = parts->count; i < count; i++) more[i] = (cli_part){.descriptor = -1};
    free(parts->list);
    parts->list = more;
    parts->count = count;
}

int cli_parts_read(cli_parts *parts, qs_source *source, size_t part, double offset, void *dst, size_t bytes)
{
    int status = CLI_DONE;
    make_room(parts, part + 1);
    if (parts->list[part].descriptor < 0) status = open_part(parts, source, part);
    cli_part *p = &parts->list[part];
    double there;
    if (!status && p->unpack) status = cli_unpack_until(p->unpack, offset + (double)bytes, &there);
    parts->read += (double)bytes;
    if (!status && !p->unpack && offset + (double)bytes > p->bytes)
        return cli_fail(CLI_DATA, "%s: byte %.0f: %.0f bytes should follow, and %.0f do: the file is truncated",
                        p->path, offset, (double)bytes, p->bytes > offset ? p->bytes - offset : 0);
    return status ? status : cli_read_at(p->path, p->descriptor, offset, dst, bytes);
}

void cli_parts_close(cli_parts *parts)
{
    for (size_t i = 0; i < parts->count; i++) {
        cli_part *p = &parts->list[i];
        if (p->unpack)
            cli_unpack_close(p->unpack); /* its file with it */
        else if (p->descriptor >= 0)
            close(p->descriptor);
        free(p->path);
    }
    free(parts->list);
    *parts = (cli_parts){.path = NULL};
}
