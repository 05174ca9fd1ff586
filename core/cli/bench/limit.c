/* What bounds a work here and now: its bytes moved in the same shape by plain or by streaming stores, whichever is
 * faster, and once more read where the range is found first; or the peak of its arithmetic. */
#include "cli/bench/bench.h"

#include "cli/progress.h"

enum { PEAK_STEPS = 100000 };

/* A way to move rows: how it stores (as qs_limit_move() says), and how many bytes of float32 are read, or written,
 * in a burst. The last ones only read. Plain stores come often: the work finds its memory as they leave it. */
enum { READS = 3 };
static const struct way {
    int stream;
    size_t bytes;
} ways[BENCH_WAYS] = {
    {2, 256},  {0, 512},    {2, 512},     {0, 2048},     {2, 2048},      {0, 32768},
    {2, 8192}, {0, 131072}, {2, 32768},   {1, 256},      {1, 512},       {1, 2048},
    {1, 8192}, {2, 128},    {READS, 512}, {READS, 2048}, {READS, 32768}, {READS, 131072},
};

/* Rows of a burst, so many that there are a few bursts; 1 where it is a part of one. */
static size_t rows_of(const bench_job *job, struct way w)
{
    size_t some = w.bytes / (job->data->dim * sizeof(float)), most = job->rows / 8;
    if (some > most) some = most;
    return some ? some : 1;
}

/* Milliseconds for reading the rows, and for writing what is made of them. */
static double time_moving(const bench_job *job, struct way w)
{
    bool writes = w.stream != READS, decodes = job->work->kind == BENCH_DECODE;
    size_t value_bytes = job->data->dim * sizeof(float), threads = (size_t)job->threads;
    size_t some = rows_of(job, w), part = w.bytes < value_bytes ? value_bytes / w.bytes : 1;
    size_t in = decodes ? job->row_bytes : value_bytes, out = decodes ? value_bytes : job->row_bytes;
    const uint8_t *from = decodes ? job->data->codes : (const uint8_t *)job->data->values;
    uint8_t *to = decodes ? (uint8_t *)job->data->decoded : job->data->codes;
    double began = cli_seconds();
#pragma omp parallel for num_threads(job->threads)
    for (int t = 0; t < job->threads; t++) {
        size_t first = job->rows * (size_t)t / threads / 64 * 64,
               end = job->rows * ((size_t)t + 1) / threads / 64 * 64;
        if (t + 1 == job->threads) end = job->rows;
        qs_limit_move(from + first * in, in * some / part, to + first * out, writes ? out * some / part : 0,
                      (end - first) * part / some, writes ? w.stream : 0);
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

/* Whether the work can be bound that way: ways that only read apply where it reads twice. */
static bool applies(const bench_job *job, struct way w)
{
    return w.stream != READS || job->work->fits;
}

/* The fastest way so far, of those that only read or of the others. */
static size_t best_of(const bench_limits *limits, bool reads)
{
    size_t best = BENCH_WAYS;
    for (size_t i = 0; i < BENCH_WAYS; i++)
        if (limits->ms[i] > 0 && (ways[i].stream == READS) == reads &&
            (best == BENCH_WAYS || limits->ms[i] < limits->ms[best]))
            best = i;
    return best;
}

/* One way after another, and the best of either kind between them: it is to be tried as often as the work. */
static size_t next_way(const bench_job *job, size_t turn, const bench_limits *limits)
{
    size_t best = best_of(limits, turn % 4 == 0 && job->work->fits);
    if (turn < BENCH_WAYS || best == BENCH_WAYS) return turn % BENCH_WAYS;
    return turn % 2 ? turn / 2 % BENCH_WAYS : best;
}

void bench_limit(const bench_job *job, double ms, bench_limits *limits)
{
    double end = cli_seconds() + ms * 1e-3;
    do {
        size_t w = job->work->peak ? 0 : next_way(job, limits->turn, limits);
        if (job->work->peak || applies(job, ways[w])) {
            double took = job->work->peak ? time_peak(job) : time_moving(job, ways[w]);
            if (limits->ms[w] == 0 || took < limits->ms[w]) limits->ms[w] = took;
        }
        limits->turn++;
    } while (cli_seconds() < end || limits->turn < BENCH_WAYS);
}

double bench_limit_ms(const bench_job *job, const bench_limits *limits)
{
    return limits->ms[best_of(limits, false)] + (job->work->fits ? limits->ms[best_of(limits, true)] : 0);
}
