/* What bounds a work here and now: its bytes moved in the same shape by plain or by streaming stores, whichever is
 * faster, and once more read where the range is found first; or the peak of its arithmetic. */
#include "cli/bench/bench.h"

#include "cli/progress.h"

#include <math.h>

enum { PEAK_STEPS = 100000 };

/* Milliseconds for reading the rows, and with writes for writing what is made of them, some rows at a time. */
static double time_moving(const bench_job *job, bool writes, int stream, size_t some)
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
        qs_limit_move(from + first * in, in * some, to + first * out, writes ? out * some : 0, (end - first) / some,
                      stream);
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
    double least = INFINITY, reading = INFINITY;
    for (int stream = 1; stream >= 0; stream--) { /* plain stores last: the work finds its memory as they do */
        for (size_t some = 1; some <= 64 && (some == 1 || some <= job->rows / 8); some *= 4) {
            least = fmin(least, time_moving(job, true, stream, some));
            if (job->work->fits) reading = fmin(reading, time_moving(job, false, 0, some));
        }
    }
    return job->work->fits ? least + reading : least;
}
