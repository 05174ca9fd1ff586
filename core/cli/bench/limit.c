/* What bounds a work here and now: its bytes moved in the same shape by plain or by streaming stores, whichever is
 * faster, and once more read where the range is found first; or the peak of its arithmetic. */
#include "cli/bench/bench.h"

#include "cli/progress.h"

enum { PEAK_STEPS = 100000 };

/* A way to move rows: how it stores (as qs_limit_move() says), and how much it reads before it writes: some rows,
 * or a part of one. The last ones only read. Plain stores come often: the work finds its memory as they leave it.
 */
enum { READS = 3 };
static const struct way {
    int stream;
    size_t some, part;
} ways[] = {
    {2, 1, 8}, {0, 1, 4}, {2, 1, 4}, {0, 1, 1}, {2, 1, 1},     {0, 16, 1},    {2, 4, 1},      {0, 64, 1},
    {1, 1, 8}, {1, 1, 4}, {1, 1, 1}, {1, 4, 1}, {READS, 1, 4}, {READS, 1, 1}, {READS, 16, 1}, {READS, 64, 1},
};
enum { WAYS = sizeof ways / sizeof *ways };

/* Milliseconds for reading the rows, and for writing what is made of them. */
static double time_moving(const bench_job *job, struct way w)
{
    bool writes = w.stream != READS;
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
                      (end - first) * w.part / w.some, writes ? w.stream : 0);
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

/* Whether the work can be bound that way: rows for a few bursts, and ways that only read where it reads twice. */
static bool applies(const bench_job *job, struct way w)
{
    return (w.some == 1 || w.some <= job->rows / 8) && (w.stream != READS || job->work->fits);
}

static void keep_least(double *least, double ms)
{
    if (*least == 0 || ms < *least) *least = ms;
}

void bench_limit(const bench_job *job, double ms, bench_limits *limits)
{
    double end = cli_seconds() + ms * 1e-3;
    do {
        struct way w = ways[limits->turn++ % WAYS];
        if (job->work->peak)
            keep_least(&limits->least, time_peak(job));
        else if (applies(job, w))
            keep_least(w.stream == READS ? &limits->reading : &limits->least, time_moving(job, w));
    } while (cli_seconds() < end || limits->turn < WAYS);
}

double bench_limit_ms(const bench_job *job, const bench_limits *limits)
{
    return limits->least + (job->work->fits ? limits->reading : 0);
}
