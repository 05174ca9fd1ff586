/* Steady speeds of a sweep: a stage that took little time is done again until 50 ms or five runs, and the least
 * counts. The first run has warmed it, and codes are written over those that are there. */
#include "cli/sweep.h"

#include "quantscope.h"

enum { RUNS = 5 };
static const double ENOUGH = 0.05;

/* Seconds of a stage of one spec, the least of those known (negative: none) and of more runs. */
static double least(qs_run *run, size_t spec, const char *stage, double known)
{
    double spent = known > 0 ? known : 0, shortest = known;
    for (int i = 1; i < RUNS && spent < ENOUGH; i++) {
        double began = cli_seconds();
        if (qs_run_retime(run, spec, stage, 1) <= 0) break;
        double seconds = cli_seconds() - began;
        spent += seconds;
        if (shortest < 0 || seconds < shortest) shortest = seconds;
    }
    return shortest;
}

void cli_sweep_time(qs_run *run, size_t spec, double *encode, double *search)
{
    if (*encode >= 0 && *encode < ENOUGH) *encode = least(run, spec, "encode", *encode);
    if (*search < 0 || *search >= ENOUGH) return;
    qs_run_retime(run, spec, "search", 0); /* codes of an earlier spec go */
    if (qs_run_retime(run, spec, "encode", 1) > 0) *search = least(run, spec, "search", *search);
    qs_run_retime(run, spec, "search", 0);
}
