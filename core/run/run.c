/* Opening a run, drawing its queries, and feeding it. */
#include "run/run.h"

#include "base/random.h"
#include "base/size.h"
#include "base/tree_sum.h"
#include "source/source.h"

#include <math.h>
#include <string.h>

enum { DRAWN_MOST = 500, DRAWN_SHARE = 5, DEPTH = 100 };

/* Where row stands, or would stand, among the drawn. */
static size_t drawn_before(const qs_run *run, double row)
{
    size_t low = 0, high = run->ndrawn;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (run->drawn[middle] < row)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_drawn(const qs_run *run, double row)
{
    size_t at = drawn_before(run, row);
    return at < run->ndrawn && run->drawn[at] == row;
}

/* Draws without replacement (Floyd's algorithm), so that every set of rows is as likely. */
static int draw_queries(qs_run *run)
{
    double share = floor(run->file_rows / DRAWN_SHARE);
    size_t count = share < DRAWN_MOST ? (size_t)share : DRAWN_MOST;
    run->drawn = qsi_array(count ? count : 1, sizeof *run->drawn);
    if (!run->drawn) return QS_E_MEMORY;
    for (size_t i = 0; i < count; i++) {
        uint32_t last = (uint32_t)run->file_rows - (uint32_t)count + (uint32_t)i;
        uint32_t row = qsi_random_below((uint64_t)run->seed, i, last + 1);
        if (is_drawn(run, row)) row = last;
        size_t at = drawn_before(run, row);
        memmove(run->drawn + at + 1, run->drawn + at, (run->ndrawn - at) * sizeof *run->drawn);
        run->drawn[at] = row;
        run->ndrawn++;
    }
    run->nq = count;
    return QS_OK;
}

static int parse_specs(qs_run *run, const char *specs)
{
    size_t lines = 2; /* the truth, and a last line without its end */
    for (const char *c = specs; *c; c++) lines += *c == '\n';
    run->results = qsi_array_zero(lines, sizeof *run->results);
    if (!run->results) return QS_E_MEMORY;
    if (qsi_spec_parse("f32", &run->results[run->count++].spec)) return QS_E_OPTION;
    for (const char *line = specs; *line;) {
        char text[QSI_SPEC_TEXT + 1];
        size_t length = strcspn(line, "\n"), kept = length < sizeof text ? length : sizeof text - 1;
        memcpy(text, line, kept);
        text[kept] = 0;
        if (length && qsi_spec_parse(text, &run->results[run->count++].spec)) return QS_E_OPTION;
        line += length + (line[length] == '\n');
    }
    return QS_OK;
}

static int check_job(const qs_run *run, double queries)
{
    if (!run->k) return qsi_fail_option("k", "k=0: k takes a whole number from 1");
    if (run->k > 1000000) return qsi_fail_option("k", "k=%zu: k takes at most 1000000", run->k);
    if (!(run->seed >= 0 && run->seed <= 4294967295.0) || floor(run->seed) != run->seed)
        return qsi_fail_option("seed", "seed=%.15g: seed takes a whole number from 0 to 4294967295", run->seed);
    if (!(run->file_rows >= 1 && run->file_rows < 4294967295.0) || floor(run->file_rows) != run->file_rows)
        return qsi_fail_option("rows", "rows=%.15g: a run takes from 1 to 4294967294 rows", run->file_rows);
    if (!(queries < 4294967295.0) || (queries >= 0 && floor(queries) != queries))
        return qsi_fail_option("queries",
                               "queries=%.15g: a run takes a whole number of queries, 4294967294 at most", queries);
    return qsi_check_dim((double)run->dim);
}

static int open_chunks(qs_run *run)
{
    run->nchunks = (size_t)ceil(run->file_rows / QS_CHUNK_ROWS);
    run->chunks = qsi_array_zero(run->nchunks, sizeof *run->chunks);
    run->queries = qsi_array(run->nq ? run->nq : 1, run->dim * sizeof *run->queries);
    if (!run->chunks || !run->queries) return QS_E_MEMORY;
    run->rows = run->file_rows - (double)run->ndrawn;
    double depth = run->k > DEPTH ? (double)run->k : DEPTH;
    run->depth = (size_t)(depth < run->rows ? depth : run->rows);
    int status = qsi_facts_open(&run->facts, run->dim);
    return status ? status : qsi_copies_open(&run->facts.copies, run->queries, run->nq, run->dim);
}

static int check_candidates(const qs_run *run)
{
    int status = QS_OK;
    for (size_t i = 0; i < run->count && !status; i++) {
        const qsi_spec *spec = &run->results[i].spec;
        double rescore = qsi_run_rescores(&run->results[i]) ? spec->value[QSI_RESCORE] : 0;
        status = run->nq ? qsi_check_candidates((double)run->k, rescore, run->rows) : QS_OK;
    }
    return status;
}

qs_run *qs_run_open(const char *specs, const char *metric, size_t k, double seed, double rows, size_t dim,
                    double queries)
{
    qs_run *run = qsi_array_zero(1, sizeof *run);
    if (!run) return NULL;
    run->k = k;
    run->dim = dim;
    run->seed = seed;
    run->file_rows = rows;
    run->draws = queries < 0;
    run->against = 1;
    int status = check_job(run, queries);
    if (!status) status = qsi_metric_parse(metric, &run->metric);
    if (!status) status = parse_specs(run, specs);
    if (!status && !run->draws) run->nq = (size_t)queries;
    if (!status && run->draws) status = draw_queries(run);
    if (!status) status = open_chunks(run);
    if (!status) status = check_candidates(run);
    if (!status) status = qsi_run_begin(run);
    if (!status) return run;
    qs_run_close(run);
    return NULL;
}

void qs_run_close(qs_run *run)
{
    if (!run) return;
    for (size_t c = 0; run->chunks && c < run->nchunks; c++) {
        qsi_array_free(run->chunks[c].values);
        qsi_array_free(run->chunks[c].ids);
        qsi_array_free(run->chunks[c].codes);
    }
    for (size_t r = 0; r < run->count; r++) {
        qsi_run_close_score(&run->results[r]);
        qs_codec_close(run->results[r].codec);
    }
    qsi_calibration_close(&run->calibration);
    qsi_facts_close(&run->facts);
    qs_fit_close(run->fit);
    qsi_tree_sum_close(run->sizes);
    qsi_queries_close(run->prepared);
    qsi_array_free(run->drawn);
    qsi_array_free(run->queries);
    qsi_array_free(run->chunks);
    qsi_array_free(run->results);
    qsi_array_free(run);
}

size_t qs_run_drawn(const qs_run *run, uint32_t *dst, size_t cap)
{
    for (size_t i = 0; i < run->ndrawn && i < cap; i++) dst[i] = run->drawn[i];
    return run->ndrawn;
}

int qs_run_feed_queries(qs_run *run, double first, const float *rows, size_t nrows)
{
    if (first != (double)run->queries_fed || nrows > run->nq - run->queries_fed)
        return qsi_fail(QS_E_STATE, "queries %.0f to %.0f were fed where %zu of %zu were expected next", first,
                        first + (double)nrows - 1, run->queries_fed, run->nq);
    if (nrows) memcpy(run->queries + run->queries_fed * run->dim, rows, nrows * run->dim * sizeof *rows);
    run->queries_fed += nrows;
    return QS_OK;
}

static int open_chunk(const qs_run *run, size_t number, qsi_chunk *chunk)
{
    double first = (double)number * QS_CHUNK_ROWS, end = fmin(first + QS_CHUNK_ROWS, run->file_rows);
    size_t drawn = drawn_before(run, end) - drawn_before(run, first);
    chunk->expected = (size_t)(end - first) - drawn;
    chunk->values = qsi_array(chunk->expected, run->dim * sizeof *chunk->values);
    chunk->ids = qsi_array(chunk->expected, sizeof *chunk->ids);
    return chunk->values && chunk->ids ? QS_OK : QS_E_MEMORY;
}

int qs_run_feed_base(qs_run *run, double first_row, const float *rows, size_t nrows)
{
    if (run->started) return qsi_fail(QS_E_STATE, "rows were fed to a run that has started");
    if (!(first_row >= 0) || floor(first_row) != first_row || first_row + (double)nrows > run->file_rows)
        return qsi_fail(QS_E_STATE, "rows %.0f to %.0f were fed to a run of %.0f rows", first_row,
                        first_row + (double)nrows - 1, run->file_rows);
    for (size_t r = 0; r < nrows; r++) {
        double row = first_row + (double)r;
        size_t number = (size_t)row / QS_CHUNK_ROWS;
        qsi_chunk *chunk = &run->chunks[number];
        if (!chunk->values && open_chunk(run, number, chunk)) return QS_E_MEMORY;
        if (run->ndrawn && is_drawn(run, row)) continue;
        if (chunk->rows == chunk->expected || (chunk->rows && chunk->ids[chunk->rows - 1] >= row))
            return qsi_fail(QS_E_STATE, "row %.0f was fed out of order", row);
        memcpy(chunk->values + chunk->rows * run->dim, rows + r * run->dim, run->dim * sizeof *rows);
        chunk->ids[chunk->rows++] = (uint32_t)row;
    }
    return QS_OK;
}

int qs_run_stored(qs_run *run, const qs_source *source, size_t tensor)
{
    if (tensor >= source->count) return qsi_fail_option("tensor", "there is no tensor %zu", tensor);
    const qsi_tensor *t = &source->tensors[tensor];
    run->axes = t->axes;
    if (t->axes == 3) memcpy(run->shape, t->shape, sizeof run->shape);
    if (t->order == QSI_BY_RECORDS || t->dtype == &qsi_dtype_float32) return QS_OK; /* nothing else to tell */
    run->dtype = t->dtype->name;
    run->file_row_bytes = qsi_dtype_bytes(t->dtype, (double)run->dim);
    return QS_OK;
}

int qs_run_feed_rests(qs_run *run, double first_row, const float *rows, const float *rests, size_t nrows)
{
    if (run->started) return qsi_fail(QS_E_STATE, "rows were fed to a run that has started");
    return qsi_facts_observe_originals(&run->facts, first_row, rows, rests, nrows);
}
