/* A bar on stderr, where that is a terminal and the work lasts over a second; and the minutes that are left. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include <stdbool.h>

/* Seconds since some moment, for bars and for timing. */
double cli_seconds(void);

typedef struct cli_progress {
    bool on;
    double began, shown; /* seconds; shown is 0 until the bar appears */
    double from, span;   /* the part of the whole work that shares are of */
} cli_progress;

cli_progress cli_progress_begin(bool quiet);
/* share of the work that is done, 0 to 1, and what is being done. Cheap enough to call for each block. */
void cli_progress_show(cli_progress *progress, double share, const char *what);
/* From now on shares are of a part of the work: from, and how much of the whole, 0 to 1. */
void cli_progress_part(cli_progress *progress, double from, double span);
void cli_progress_end(cli_progress *progress);

#endif
