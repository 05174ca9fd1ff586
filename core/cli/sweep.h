/* The parts of `quantscope sweep`: the work (sweep_run.c) and the tables made of its report (sweep_table.c). */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include "cli/cli.h"
#include "cli/file.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/specs.h"
#include "cli/table.h"

typedef struct cli_sweep {
    cli_specs specs;
    const char *metric;
    double k, seed;
    cli_file base, queries; /* queries.descriptor < 0: drawn from the base */
    bool errors_only;       /* no queries: nothing is searched */
    cli_progress progress;
} cli_sweep;

/* An empty job: no file is open. */
#define CLI_SWEEP_NONE                                             \
    {                                                              \
        .base = {.descriptor = -1}, .queries = {.descriptor = -1 } \
    }

/* Runs all, and gives the report with its timing; free() it. */
int cli_sweep_run(cli_sweep *sweep, char **report);

/* A few columns and rounded figures for people, or every figure of the report as CSV. */
void cli_sweep_table(const cli_json *report, cli_style style);
void cli_sweep_csv(const cli_json *report);

#endif
