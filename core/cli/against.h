/* The parts of `quantscope tensors --against`: the work (against.c) and its tables (against_table.c). */
#ifndef CLI_AGAINST_H
#define CLI_AGAINST_H

#include "cli/cli.h"
#include "cli/json.h"

/* Returns an exit code. */
int cli_tensors_against(const cli_args *args, const char *other);

void cli_against_table(const cli_json *report);

#endif
