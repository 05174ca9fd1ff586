/* The parts of `quantscope sweep`: the work (sweep_run.c), the tables made of its report (sweep_table.c, and of
 * dims sweep_dims.c), what people judged (sweep_judged.c), and the calibration curve (sweep_curve.c). */
#ifndef CLI_SWEEP_H
#define CLI_SWEEP_H

#include "cli/cli.h"
#include "cli/file.h"
#include "cli/json.h"
#include "cli/progress.h"
#include "cli/qrels.h"
#include "cli/specs.h"
#include "cli/table.h"
#include "quantscope.h"

/* Specs in groups, each of which has a best: by a name, as of engines, or by bytes. */
typedef struct cli_groups {
    size_t count; /* 0: there are none */
    char **names; /* (count) */
    size_t *of;   /* (specs): the group of each */
    char **codec; /* (specs): of which of a group the best is told */
} cli_groups;

typedef struct cli_sweep {
    cli_specs specs;
    const char *metric;
    bool steady, untimed; /* short stages are timed more often; no times are given */
    size_t against;       /* the spec that all others are compared with */
    double k, seed;
    cli_file base, queries; /* no queries.source: drawn from the base */
    cli_file calibration;   /* fitted on in place of the base; no source: none */
    double calibrate_rows;  /* of the base, drawn to be fitted on; 0: none are */
    int draw;               /* which draw of them, from 0 */
    bool errors_only;       /* no queries: nothing is searched */
    bool dims;              /* which dims carry the error is told too */
    cli_qrels qrels;        /* no path: nobody judged */
    double budget, at_least,
        vectors;          /* bytes, of so many vectors (0: those of the base); recall; 0: not asked for */
    const char *truth;    /* a file of neighbours; NULL: none */
    uint32_t *neighbours; /* (queries, depth) of it */
    size_t depth;
    cli_groups groups;
    cli_progress progress;
} cli_sweep;

/* An empty job: no file is open. */
#define CLI_SWEEP_NONE \
    {                  \
        .metric = NULL \
    } /* no file is open */

/* Times the stages of a spec again, of a run that is over, where they took little time. */
void cli_sweep_time(qs_run *run, size_t spec, double *encode, double *search);

/* Runs all, and gives the report with its timing; free() it. */
int cli_sweep_run(cli_sweep *sweep, char **report);

/* A few columns and rounded figures for people, or every figure of the report as CSV. */
void cli_sweep_table(const cli_json *report, cli_style style);
void cli_sweep_csv(const cli_json *report);

/* Which dims carry the error of each spec: those with the largest shares. */
void cli_sweep_dims_table(const cli_json *report, cli_style style);

/* Sweeps with 10, 30, 100, ... calibration rows drawn from the base, each number of them drawn several times, and
 * last with all rows: the reports in one, free() it; and a table of it. */
int cli_sweep_curve(cli_sweep *sweep, char **report);
void cli_sweep_curve_table(const cli_json *report, cli_style style);

/* sweep_judged.c: judgements, read by options before the work; the member "judged" of the report, free() it; and a
 * table of it. Each returns an exit code. */
int cli_sweep_read_qrels(cli_sweep *sweep, const char *qrels, const char *ids, const char *query_ids);
int cli_sweep_judged(const cli_sweep *sweep, const qs_run *run, char **text);
void cli_sweep_judged_table(const cli_json *report, cli_style style);

/* sweep_truth.c: neighbours that came with the set, read before the work, and compared in a run that is over. */
int cli_sweep_read_truth(cli_sweep *sweep);
int cli_sweep_compare_truth(const cli_sweep *sweep, qs_run *run);

/* sweep_choice.c: the member "choice", which spec to take; its sentence; and CLI_ASSERT unless there is one that
 * holds. */
int cli_sweep_choose(const cli_sweep *sweep, const qs_run *run, char **text);
void cli_sweep_choice_print(const cli_json *report);
int cli_sweep_choice_check(const cli_sweep *sweep, const cli_json *report);

/* sweep_groups.c: adds a spec to a group; the member "groups" of a report, free() it; a table of it, with a text
 * for each spec, free()d (why NULL: none). */
void cli_groups_add(cli_sweep *sweep, size_t group, const char *codec, const char *spec);
void cli_groups_free(cli_groups *groups, size_t specs);
char *cli_sweep_groups(const cli_sweep *sweep, const qs_run *run, const char *core);
void cli_sweep_groups_table(const cli_json *report, cli_style style, const char *title,
                            char *(*why)(const char *spec));
/* sweep_equal.c: the specs of --equal-bytes, a group for each budget; the base is open. */
int cli_sweep_equal(cli_sweep *sweep, const char *list);
/* Says of each spec that failed why; CLI_DATA if one did. */
int cli_sweep_check_problems(const cli_sweep *sweep, const cli_json *report);

/* What was measured, on what: a line above a table. */
void cli_sweep_conditions(const cli_json *report);
/* A cell "0.981 [0.976, 0.985]" of the figure called key and its interval in a "search". */
void cli_sweep_recall(cli_table *table, const cli_json *report, int search, const char *key);

#endif
