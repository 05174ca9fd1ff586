/* The parts of `quantscope tensors --budget`: what each type does to each tensor (budget_measure.c), which types
 * are chosen (budget_choose.c), the usual mixes beside them (budget_mixes.c), the command and its report (budget.c,
 * budget_report.c).
 *
 * The error of a tensor is the sum of weighted squared errors over that of weighted squared values: the share of
 * noise in what it gives out, if its inputs are as the importance matrix says (all alike without one) and do not
 * depend on each other. The error of a choice is the mean over tensors, each weighted by its number of values. */
#ifndef CLI_BUDGET_H
#define CLI_BUDGET_H

#include "cli/gguf.h"
#include "cli/imatrix.h"
#include "cli/json.h"
#include "cli/progress.h"

enum { CLI_BUDGET_TYPES = 32 };

typedef struct cli_budget_option {
    char *type;   /* as it is stored: what fits the rows */
    double bytes; /* in the file */
    double noise; /* share of noise times the tensor's values */
} cli_budget_option;

typedef struct cli_budget_tensor {
    size_t tensor; /* its number in the file */
    double values;
    const cli_importance *importance; /* NULL: none */
    size_t count;                     /* of options */
    cli_budget_option options[CLI_BUDGET_TYPES];
    size_t chosen;
} cli_budget_tensor;

typedef struct cli_budget {
    cli_gguf gguf;
    cli_imatrix imatrix;
    size_t types; /* candidates */
    char *type[CLI_BUDGET_TYPES];
    size_t count;
    cli_budget_tensor *list;
    double values, kept; /* of all tensors; bytes of those that stay as they are */
    double most;         /* bytes that may be used, kept ones among them */
    bool aligned;        /* bytes are those of a file: each tensor is padded */
    double noise, bytes; /* of the choice */
    double bound;        /* no choice within the budget has less noise */
    cli_progress progress;
} cli_budget;

/* Each int is an exit code. */
int cli_budget_measure(cli_budget *b);
int cli_budget_choose(cli_budget *b);
/* The best choice there is, by trying all (budget_exact.c); false, with nothing changed: they are too many. */
bool cli_budget_exact(cli_budget *b);

/* Bytes of a tensor as the budget counts them. */
double cli_budget_bytes(const cli_budget *b, double bytes);

/* ---- budget_mixes.c: the type that a usual mix (by its number) gives to a tensor; NULL: there are no more mixes.
 */
const char *cli_budget_mix_name(size_t mix);
const char *cli_budget_mix_type(const cli_budget *b, size_t mix, size_t tensor);
/* Whether llama-quantize leaves a tensor of this name as it is. */
bool cli_budget_stays(const char *name);

/* ---- budget_report.c: JSON, free() it; the tables of it. */
char *cli_budget_json(cli_budget *b, const char *path, const char *budget, const char *imatrix);
void cli_budget_table(const cli_json *report);

#endif
