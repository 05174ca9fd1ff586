/* The ids of ids.h. */
#include "cli/ids.h"

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/lines.h"

#include <stdlib.h>
#include <string.h>

static int by_text(const void *a, const void *b)
{
    const cli_id *x = a, *y = b;
    int order = strcmp(x->text, y->text);
    return order ? order : (x->row > y->row) - (x->row < y->row);
}

static void add(cli_ids *ids, const char *text)
{
    if (ids->count == ids->room) {
        size_t room = ids->room ? 2 * ids->room : 1024;
        cli_id *list = cli_alloc(room * sizeof *list);
        if (ids->count) memcpy(list, ids->list, ids->count * sizeof *list);
        free(ids->list);
        ids->list = list;
        ids->room = room;
    }
    ids->list[ids->count] = (cli_id){cli_copy(text), (uint32_t)ids->count};
    ids->count++;
}

/* The id in a line; false: an object without one. */
static bool add_line(cli_ids *ids, char *line)
{
    static const char *const keys[] = {"_id", "id"};
    const char *id = NULL;
    if (*line != '{') {
        line[strcspn(line, "\t")] = 0;
        add(ids, line);
        return true;
    }
    cli_json *json = cli_json_parse(line, strlen(line));
    for (size_t i = 0; i < 2 && !id; i++) id = cli_json_plain(json, json ? cli_json_get(json, 0, keys[i]) : -1);
    if (id) add(ids, id);
    cli_json_free(json);
    return id;
}

static int read_lines(cli_ids *ids, const char *path)
{
    cli_lines lines;
    int status = cli_lines_open(&lines, path), more = 0;
    while (!status && (more = cli_lines_next(&lines)) > 0)
        if (!add_line(ids, lines.text))
            status = cli_fail(CLI_DATA, "%s: line %.0f: an object without \"_id\" or \"id\"", path, lines.number);
    if (more < 0) status = -more;
    cli_lines_close(&lines);
    return status;
}

static int read_labels(cli_ids *ids, cli_file *file)
{
    int status = CLI_DONE;
    for (double row = 0; row < file->rows && !status;) {
        size_t n = cli_file_chunk(file, row);
        cli_json *labels;
        status = cli_file_labels(file, row, n, &labels);
        for (size_t i = 0; i < n && !status; i++) {
            char *label = cli_copy(cli_json_string(labels, cli_json_at(labels, 0, i)));
            char *rest = strstr(label, " \xc2\xb7 ");
            if (rest) *rest = 0;
            add(ids, label);
            free(label);
        }
        cli_json_free(labels);
        row += (double)n;
    }
    return status;
}

int cli_ids_read(cli_ids *ids, cli_file *file, const char *path)
{
    const char *source = path ? path : file->path;
    *ids = (cli_ids){.rows = file->rows,
                     .from = path           ? "a line of the file of ids"
                             : file->labels ? "the label of a row"
                                            : "the number of a row, from 0"};
    int status = path ? read_lines(ids, path) : file->labels ? read_labels(ids, file) : CLI_DONE;
    if (status) return status;
    if (path && (double)ids->count != file->rows)
        return cli_fail(CLI_DATA, "%s: it holds %zu ids for the %.0f rows of %s", path, ids->count, file->rows,
                        file->path);
    if (ids->count) qsort(ids->list, ids->count, sizeof *ids->list, by_text);
    for (size_t i = 1; i < ids->count; i++)
        if (!strcmp(ids->list[i].text, ids->list[i - 1].text))
            return cli_fail(CLI_DATA, "%s: rows %u and %u have the same id, '%.80s'", source, ids->list[i - 1].row,
                            ids->list[i].row, ids->list[i].text);
    return CLI_DONE;
}

uint32_t cli_ids_find(const cli_ids *ids, const char *text)
{
    cli_id key = {.text = (char *)text};
    if (!ids->list) {
        size_t digits = strspn(text, "0123456789");
        double row = digits && !text[digits] ? strtod(text, NULL) : ids->rows;
        return row < ids->rows ? (uint32_t)row : CLI_NO_ROW;
    }
    size_t low = 0, high = ids->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(ids->list[middle].text, key.text);
        if (!order) return ids->list[middle].row;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return CLI_NO_ROW;
}

void cli_ids_free(cli_ids *ids)
{
    for (size_t i = 0; i < ids->count; i++) free(ids->list[i].text);
    free(ids->list);
    *ids = (cli_ids){.count = 0};
}
