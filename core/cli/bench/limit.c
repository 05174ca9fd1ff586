/* What bounds a work here and now: its bytes moved in the same shape by plain or by streaming stores, whichever is
 * faster, and once more read where the range is found first; or the peak of its arithmetic. */
#include "cli/bench/bench.h"

#include "cli/progress.h"

#include <math.h>

enum { PEAK_STEPS = 100000 };

/* A way to move rows: how it stores (as qs_limit_move() says), and how much it reads before it writes: some rows,
 * or a part of one. */
typedef struct way {
    int stream;
    size_t some, part;
} way;

/* Milliseconds for reading the rows, and with writes for writing what is made of them. */
static double time_moving(const bench_job *job, bool writes, way w)
{
    bool decodes = job->work->kind == BENCH_DECODE;
    size_t value_bytes = job->data->dim * sizeof(float), threads = (size_t)job->threads;
    size_t in = decodes ? job->row_bytes : value_bytes, out = decodes ? value_bytes : job->row_bytes;
    const uint8_t *from = decodes ? job->data->codes : (const uint8_t *)job->data->values;
    uint8_t *to = decodes ? (uint8_t *)job->data->decoded : job->data->codes;
    double began = cli_seconds();
#pragma omp parallel for num_threads(job->threads)
    for (int t = 0; t < job->threads; t++) {
        size_t first = job->rows * (size_t)t / threads / 64 * 64,
               end = job->rows * ((size_t)t + 1) / threads / 64 * 64;
        if (t + 1 == job->threads) end = job->rows;
        qs_limit_move(from + first * in, in * w.some / w.part, to + first * out, writes ? out * w.some / w.part : 0,
                      (end - first) * w.part / w.some, w.stream);
    }
    return (cli_seconds() - began) * 1e3;
}

static double time_peak(const bench_job *job)
{
    double done = 0, began = cli_seconds();
#pragma omp parallel for num_threads(job->threads) reduction(+ : done)
    for (int t = 0; t < job->threads; t++) done += qs_limit_peak(job->work->peak, PEAK_STEPS);
    return (cli_seconds() - began) * 1e3 / done * job->operations;
}

double bench_limit(const bench_job *job)
{
    if (job->work->peak) return time_peak(job);
    /* Plain stores last: the work finds its memory as they do. */
    static const way ways[] = {{2, 1, 8}, {2, 1, 4}, {2, 1, 1}, {2, 4, 1}, {1, 1, 8},  {1, 1, 4},
                               {1, 1, 1}, {1, 4, 1}, {0, 1, 4}, {0, 1, 1}, {0, 16, 1}, {0, 64, 1}};
    double least = INFINITY, reading = INFINITY;
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        if (ways[i].some > 1 && ways[i].some > job->rows / 8) continue;
        least = fmin(least, time_moving(job, true, ways[i]));
        if (job->work->fits && ways[i].stream == 0) reading = fmin(reading, time_moving(job, false, ways[i]));
    }
    return job->work->fits ? least + reading : least;
}
