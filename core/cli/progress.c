/* The bar of progress.h. */
#include "cli/posix.h"

#include "cli/progress.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BAR = 30 };

double cli_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

cli_progress cli_progress_begin(bool quiet)
{
    return (cli_progress){.on = !quiet && isatty(STDERR_FILENO), .began = cli_seconds(), .span = 1};
}

void cli_progress_part(cli_progress *progress, double from, double span)
{
    progress->from = from;
    progress->span = span;
}

void cli_progress_show(cli_progress *progress, double share, const char *what)
{
    if (!progress->on) return;
    share = progress->from + progress->span * share;
    double now = cli_seconds();
    if (now - progress->began < 1 || now - progress->shown < 0.1) return;
    progress->shown = now;
    double left = share > 0 ? (now - progress->began) * (1 / share - 1) : 0;
    char more[40] = "";
    if (left > 60) snprintf(more, sizeof more, ", %.0f minutes more", ceil(left / 60));
    int full = share >= 1 ? BAR : share > 0 ? (int)(share * BAR) : 0;
    fprintf(stderr, "\r[%.*s%*s] %3.0f %%  %-.40s%s\x1b[K", full, "##############################", BAR - full, "",
            share * 100, what, more);
    fflush(stderr);
}

void cli_progress_end(cli_progress *progress)
{
    if (progress->shown > 0) fputs("\r\x1b[K", stderr);
    progress->shown = 0;
    progress->on = false;
}
