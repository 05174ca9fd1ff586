/*
 * Which row an id of people's files means: a line of a file of ids, one a row; without it the row's label, where
 * the file of rows has labels, or else the number of the row, from 0.
 *
 * A line of a file of ids is the id, or the id and a tab before other columns, or a JSON object with "_id" or "id".
 * A label of several fields (a CSV with columns id and text) begins with the id.
 */
#ifndef CLI_IDS_H
#define CLI_IDS_H

#include "cli/file.h"

#include <stdint.h>

#define CLI_NO_ROW UINT32_MAX

typedef struct cli_id {
    char *text;
    uint32_t row;
} cli_id;

typedef struct cli_ids {
    size_t count, room;
    cli_id *list; /* (count), by text; NULL: ids are numbers */
    double rows;
    const char *from; /* what ids are, in words */
} cli_ids;

/* path: of the file of ids; NULL: there is none. Returns an exit code. */
int cli_ids_read(cli_ids *ids, cli_file *file, const char *path);
/* CLI_NO_ROW: there is no such row. */
uint32_t cli_ids_find(const cli_ids *ids, const char *text);
void cli_ids_free(cli_ids *ids);

#endif
