/* The finder of model.h: folders, split GGUF files, HDF5. */
#include "cli/posix.h"

#include "cli/model.h"

#include "cli/cli.h"
#include "cli/file.h"
#include "cli/hdf5.h"
#include "cli/json.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool ends_in(const char *name, const char *ending)
{
    size_t length = strlen(name), end = strlen(ending);
    return length >= end && !strcmp(name + length - end, ending);
}

typedef struct names {
    size_t count;
    char **list;
} names;

static void add(names *n, const char *name)
{
    char **more = realloc(n->list, (n->count + 1) * sizeof *more);
    if (!more) exit(cli_fail(CLI_MEMORY, "out of memory for the names of files"));
    n->list = more;
    n->list[n->count++] = cli_copy(name);
}

static void free_names(names *n)
{
    for (size_t i = 0; i < n->count; i++) free(n->list[i]);
    free(n->list);
    *n = (names){0, NULL};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The files of a folder with this ending, in order. */
static void list_folder(const char *path, const char *ending, names *n)
{
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && (entry = readdir(folder)))
        if (ends_in(entry->d_name, ending) && entry->d_name[0] != '.') add(n, entry->d_name);
    if (folder) closedir(folder);
    if (n->count) qsort(n->list, n->count, sizeof *n->list, by_name);
}

/* {"quantscope":"files","files":[...]} */
static char *list_text(const names *n)
{
    char *text = NULL;
    size_t bytes;
    FILE *stream = open_memstream(&text, &bytes);
    if (!stream) exit(cli_fail(CLI_MEMORY, "out of memory for a list of files"));
    fputs("{\"quantscope\":\"files\",\"files\":[", stream);
    for (size_t i = 0; i < n->count; i++) {
        if (i) fputc(',', stream);
        cli_json_print_text(stream, n->list[i]);
    }
    fputs("]}", stream);
    fclose(stream);
    return text;
}

static char *join(const char *folder, const char *name)
{
    char *path = cli_alloc(strlen(folder) + strlen(name) + 2);
    sprintf(path, "%s%s%s", folder, ends_in(folder, "/") ? "" : "/", name);
    return path;
}

/* A folder's index, or its one file, or all of them. */
static int find_in_folder(const char *path, char **text, char **beside)
{
    static const char *const endings[] = {".safetensors.index.json", ".safetensors", ".gguf"};
    names n = {0, NULL};
    for (size_t i = 0; i < sizeof endings / sizeof *endings && !n.count; i++) list_folder(path, endings[i], &n);
    if (n.count == 0)
        return cli_fail(CLI_DATA, "%s: it is a folder, not a file, and holds no .safetensors and no .gguf", path);
    *beside = join(path, n.list[0]);
    if (n.count > 1) *text = list_text(&n);
    free_names(&n);
    return CLI_DONE;
}

/* NAME-00001-of-00003.gguf: all of them, if they are there. */
static int find_splits(const char *path, char **text, char **beside)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    size_t length = strlen(name), stem = length > 20 ? length - 20 : 0;
    unsigned of = 0, number = 0;
    int used = 0;
    if (length <= 20 || sscanf(name + stem, "-%5u-of-%5u.gguf%n", &number, &of, &used) != 2 || used != 20 || of < 2)
        return CLI_DONE;
    names n = {0, NULL};
    for (unsigned i = 1; i <= of; i++) {
        char *one = cli_alloc(length + 12);
        sprintf(one, "%.*s-%05u-of-%05u.gguf", (int)stem, name, i, of);
        add(&n, one);
        free(one);
    }
    *text = list_text(&n);
    *beside = cli_copy(path);
    free_names(&n);
    return CLI_DONE;
}

static bool is_hdf5(const char *path)
{
    unsigned char magic[8];
    int file = cli_open_at_once(path);
    bool is = file >= 0 && pread(file, magic, sizeof magic, 0) == (ssize_t)sizeof magic &&
              !memcmp(magic, "\x89HDF\r\n\x1a\n", sizeof magic);
    if (file >= 0) close(file);
    return is;
}

int cli_model_find(const char *path, char **text, char **beside)
{
    struct stat info;
    *text = *beside = NULL;
    if (stat(path, &info)) return CLI_DONE; /* who opens it says why */
    if (S_ISDIR(info.st_mode)) return find_in_folder(path, text, beside);
    if (!S_ISREG(info.st_mode)) return CLI_DONE;
    if (is_hdf5(path)) {
        *beside = cli_copy(path);
        return cli_hdf5_list(path, text);
    }
    return find_splits(path, text, beside);
}
