/* The parts of `quantscope tensors`: the work (tensors_run.c) and the tables made of its report
 * (tensors_table.c). */
#ifndef CLI_TENSORS_H
#define CLI_TENSORS_H

#include "cli/cli.h"
#include "cli/json.h"
#include "cli/sweep.h"
#include "cli/table.h"

typedef struct cli_tensors {
    const cli_args *args;
    cli_sweep sweep; /* its base is the file, listed */
    cli_json *list;  /* cli_file_json() of it */
} cli_tensors;

/* Option ids: of --tensor, --budget, --types, --imatrix, --against, --rows-axes, and those that are free. */
enum {
    CLI_TENSORS_NAME = CLI_FIRST_OPTION,
    CLI_TENSORS_BUDGET,
    CLI_TENSORS_TYPES,
    CLI_TENSORS_IMATRIX,
    CLI_TENSORS_AGAINST,
    CLI_TENSORS_AXES,
    CLI_TENSORS_MORE
};

/* The cheapest choice of types within --budget (budget.c). Returns an exit code. */
int cli_tensors_budget(const cli_args *args);

/* Measures the tensors that were asked for, and gives the report with its timing; free() it. */
int cli_tensors_run(cli_tensors *job, char **report);

/* The tensors and what each spec makes of them, for people, or every figure of the report as CSV. */
void cli_tensors_table(const cli_json *report, cli_style style);
void cli_tensors_csv(const cli_json *report);

#endif
