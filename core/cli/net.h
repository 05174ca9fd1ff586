/* The parts of `quantscope net` and `layer`: the files (net_files.c), the work (net.c, layer.c), the tables
 * (net_table.c). */
#ifndef CLI_NET_H
#define CLI_NET_H

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/specs.h"
#include "cli/table.h"
#include "quantscope.h"

/* All bytes of a file; free() them. */
int cli_net_read(const char *path, uint8_t **bytes, double *count);
/* All of -m, checked and canonical; at least one. */
int cli_recipes_read(const cli_args *args, char id, cli_specs *recipes);

/* Feeds a file of samples, and labels if path is not NULL, to a set. */
int cli_net_feed(qs_net *net, const char *set, const char *path, double most);
int cli_net_labels(qs_net *net, const char *set, const char *path, double most);

/* The notes of a result below a table; and what results failed, said on stderr: CLI_DONE or CLI_DATA. */
void cli_net_notes(const cli_json *report, int result);
int cli_net_problems(const char *path, const cli_json *report);
void cli_net_table(const cli_json *report, cli_style style);
void cli_net_csv(const cli_json *report);

#endif
