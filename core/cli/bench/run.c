/* One work, run as often as wanted. Rows are cut into as many parts as there are threads, at whole chunks. */
#include "cli/bench/bench.h"

#include "cli/cli.h"

#include <stdlib.h>

enum { MOST_THREADS = 1024 }; /* as --threads takes */

typedef struct part {
    size_t first, rows;
} part;

static part part_of(const bench_job *job, int number)
{
    size_t chunks = (job->rows + QS_CHUNK_ROWS - 1) / QS_CHUNK_ROWS, threads = (size_t)job->threads;
    size_t first = chunks * (size_t)number / threads * QS_CHUNK_ROWS;
    size_t end = chunks * ((size_t)number + 1) / threads * QS_CHUNK_ROWS;
    if (end > job->rows) end = job->rows;
    return (part){first, end > first ? end - first : 0};
}

/* Adds what the fits of the other threads saw to the first one's. */
static int merge_fits(qs_fit **fits, int count)
{
    int status = QS_OK;
    for (int i = 1; i < count && status >= 0; i++) {
        size_t bytes = qs_fit_save(fits[i], NULL, 0);
        uint8_t *state = cli_alloc(bytes);
        qs_fit_save(fits[i], state, bytes);
        status = qs_fit_merge(fits[0], state, bytes);
        free(state);
    }
    return status;
}

/* A codec fitted to a few rows in as many passes as it takes: centroids, whose fit is no part of a work. */
static qs_codec *fit_few(const bench_job *job, const float *values)
{
    enum { FEW = 2 * QS_CHUNK_ROWS };
    qs_fit *fit = qs_fit_open(job->work->spec, job->data->dim);
    qs_codec *codec = NULL;
    int more = fit ? qs_fit_next_pass(fit) != 0 : -1;
    while (more == 1) {
        more = qs_fit_observe(fit, 0, values, job->rows < FEW ? job->rows : FEW);
        if (!more) more = qs_fit_next_pass(fit);
    }
    if (more == 0) codec = qs_fit_finish(fit);
    qs_fit_close(fit);
    return codec;
}

/* A codec fitted to the values in one pass, which is all that the other works need. */
static qs_codec *fit_codec(const bench_job *job, const float *values)
{
    if (job->work->each > 0) return fit_few(job, values);
    qs_fit *fits[MOST_THREADS] = {NULL};
    int threads = job->threads, failed = 0;
    qs_codec *codec = NULL;
    for (int t = 0; t < threads; t++) fits[t] = qs_fit_open(job->work->spec, job->data->dim);
    if (fits[0] && qs_fit_next_pass(fits[0]) != 0) {
#pragma omp parallel for num_threads(threads) reduction(+ : failed)
        for (int t = 0; t < threads; t++) {
            part p = part_of(job, t);
            if (!p.rows) continue;
            const float *rows = values + p.first * job->data->dim;
            failed += !fits[t] || qs_fit_observe(fits[t], (double)p.first, rows, p.rows) < 0;
        }
        if (!failed && merge_fits(fits, threads) == QS_OK && qs_fit_next_pass(fits[0]) == 0)
            codec = qs_fit_finish(fits[0]);
    } else if (fits[0]) {
        codec = qs_fit_finish(fits[0]);
    }
    for (int t = 0; t < threads; t++) qs_fit_close(fits[t]);
    return codec;
}

static int code_rows(const bench_job *job, const qs_codec *codec, const float *values, bool decodes)
{
    int failed = 0;
#pragma omp parallel for num_threads(job->threads) reduction(+ : failed)
    for (int t = 0; t < job->threads; t++) {
        part p = part_of(job, t);
        size_t at = p.first * job->data->dim;
        uint8_t *codes = job->data->codes + p.first * job->row_bytes;
        failed += (decodes ? qs_codec_decode(codec, codes, p.rows, job->data->decoded + at)
                           : qs_codec_encode(codec, (double)p.first, values + at, p.rows, codes)) < 0;
    }
    return failed ? cli_fail_core(job->work->name) : CLI_DONE;
}

int bench_job_open(bench_job *job, const bench_work *work, bench_data *data)
{
    bool searches = work->kind == BENCH_SEARCH;
    const float *values = searches ? data->base : data->values;
    *job = (bench_job){.work = work, .data = data, .threads = qs_threads(0)};
    job->rows = searches ? data->base_rows : data->rows;
    job->operations = (double)job->rows * (double)data->dim * (searches ? (double)data->queries : 1);
    if (work->each > 0) job->operations *= work->each;
    job->codec = fit_codec(job, values);
    if (!job->codec) return cli_fail_core(work->name);
    job->row_bytes = qs_codec_row_bytes(job->codec);
    return work->kind == BENCH_ENCODE ? CLI_DONE : code_rows(job, job->codec, values, false);
}

int bench_job_run(bench_job *job)
{
    bench_data *data = job->data;
    if (job->work->kind == BENCH_SEARCH) {
        int status = qs_search(job->codec, data->codes, job->rows, NULL, data->query_values, data->queries, BENCH_K,
                               "ip", data->ids, data->scores);
        return status < 0 ? cli_fail_core(job->work->name) : CLI_DONE;
    }
    if (job->work->fits) {
        qs_codec_close(job->codec);
        job->codec = fit_codec(job, data->values);
        if (!job->codec) return cli_fail_core(job->work->name);
    }
    return code_rows(job, job->codec, data->values, job->work->kind == BENCH_DECODE);
}

void bench_job_close(bench_job *job)
{
    qs_codec_close(job->codec);
    job->codec = NULL;
}
