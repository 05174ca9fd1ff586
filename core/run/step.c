/* The work of a run: the stages of a phase, chunks going to threads. */
#include "run/run.h"

#include "base/size.h"
#include "base/tree_sum.h"
#include "codec/fewbits/signs.h"
#include "kernels/kernels.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

#ifdef _OPENMP
#include <omp.h>
#else
static int omp_get_thread_num(void)
{
    return 0;
}
#endif

/* What became of one chunk in a thread. */
typedef struct outcome {
    size_t chunk;
    qsi_error error; /* code 0: none */
    qsi_chunk_errors errors;
    double sizes[2];
} outcome;

static bool is_truth(const qs_run *run)
{
    return run->at == 0;
}

/* Whether the stage fits on rows of their own. */
static bool calibrates(const qs_run *run)
{
    return run->stage == QSI_FIT && run->calibration.rows > 0;
}

/* The chunks that the stage goes through. */
static qsi_chunk *chunks_now(const qs_run *run, size_t *count)
{
    *count = calibrates(run) ? run->calibration.nchunks : run->nchunks;
    return calibrates(run) ? run->calibration.chunks : run->chunks;
}

static int check_fed(const qsi_chunk *chunks, size_t count, const char *what)
{
    for (size_t c = 0; c < count; c++)
        if (chunks[c].values && chunks[c].rows != chunks[c].expected)
            return qsi_fail(QS_E_STATE, "%schunk %zu was fed %zu of its %zu rows", what, c, chunks[c].rows,
                            chunks[c].expected);
    return QS_OK;
}

/* Takes the hashes of the rows that are fitted on from the sum of the base's. */
static void sum_calibration(qs_run *run)
{
    const qsi_calibration *c = &run->calibration;
    for (size_t i = 0; i < c->nchunks; i++)
        for (size_t r = 0; r < c->chunks[i].rows; r++)
            run->facts.sum -= qsi_row_hash(c->chunks[i].values + r * run->dim, run->dim);
}

/* Everything of the shard must be there before the first step. */
static int start(qs_run *run)
{
    if (run->queries_fed != run->nq)
        return qsi_fail(QS_E_STATE, "%zu of %zu queries were fed", run->queries_fed, run->nq);
    int status = check_fed(run->chunks, run->nchunks, "");
    if (!status) status = check_fed(run->calibration.chunks, run->calibration.nchunks, "calibration ");
    if (!status && run->surveying) sum_calibration(run);
    run->started = !status;
    return status;
}

/* The error of a chunk again, with the row's number in the file, and which file unless it is the base's. */
static int locate(const qs_run *run, const qsi_chunk *chunk)
{
    int status = QS_OK;
    for (size_t r = 0; r < chunk->rows && !status; r++)
        status = qsi_check_finite(chunk->ids[r], chunk->values + r * run->dim, 1, run->dim);
    if (!status || !calibrates(run) || run->calibration.drawn) return status;
    qsi_error why;
    qsi_error_get(&why);
    return qsi_fail_cell(why.row, why.column, "calibration: %s", why.message);
}

static int fit_chunk(qs_run *run, size_t number)
{
    size_t count;
    const qsi_chunk *chunk = &chunks_now(run, &count)[number];
    int status = qs_fit_observe(run->fit, (double)number * QS_CHUNK_ROWS, chunk->values, chunk->rows);
    if (!status) return QS_OK;
    int located = locate(run, chunk);
    return located ? located : status;
}

/* Encodes the rows of a chunk, rows with consecutive numbers at a time: numbers seed rounding and name errors. */
static int encode_chunk(const qs_run *run, qsi_chunk *chunk)
{
    size_t row_bytes = run->codec->layout.row_bytes;
    if (is_truth(run)) return QS_OK;
    if (!chunk->codes) chunk->codes = qsi_array(chunk->rows, row_bytes);
    if (!chunk->codes) return QS_E_MEMORY;
    for (size_t begin = 0, end; begin < chunk->rows; begin = end) {
        for (end = begin + 1; end < chunk->rows && chunk->ids[end] == chunk->ids[end - 1] + 1;) end++;
        int status = qs_codec_encode(run->codec, chunk->ids[begin], chunk->values + begin * run->dim, end - begin,
                                     chunk->codes + begin * row_bytes);
        if (status) return status;
    }
    return QS_OK;
}

static int measure_chunk(const qs_run *run, const qsi_chunk *chunk, outcome *o)
{
    if (is_truth(run)) return QS_OK;
    if (!run->sizes) return qsi_errors_measure(&run->outer, chunk->values, chunk->codes, chunk->rows, &o->errors);
    o->sizes[1] = (double)chunk->rows * (double)run->codec->dim;
    return qsi_signs_away(run->codec, chunk->values, chunk->rows, &o->sizes[0]);
}

static int search_chunk(const qs_run *run, const qsi_chunk *chunk, qsi_scratch *scratch, qsi_top *top)
{
    const uint8_t *codes = is_truth(run) ? (const uint8_t *)chunk->values : chunk->codes;
    size_t row_bytes = run->codec->layout.row_bytes;
    for (size_t r = 0; r < chunk->rows; r += QSI_TILE_ROWS) {
        size_t n = chunk->rows - r < QSI_TILE_ROWS ? chunk->rows - r : QSI_TILE_ROWS;
        int status = qsi_search_tile(run->prepared, scratch, codes + r * row_bytes, n, chunk->ids + r, top);
        if (status) return status;
    }
    return QS_OK;
}

/* What a thread needs for the search stage, and its own list of hits (the first thread has the run's). */
typedef struct searcher {
    qsi_scratch *scratch;
    qsi_top own, *top;
} searcher;

static int open_searcher(qs_run *run, searcher *s, bool first)
{
    qsi_top *shared = &run->results[run->at].found;
    *s = (searcher){.scratch = qsi_scratch_open(run->prepared), .top = shared};
    if (!s->scratch) return QS_E_MEMORY;
    if (first) return QS_OK;
    s->top = &s->own;
    return qsi_top_open(&s->own, shared->nq, shared->k);
}

static void close_searcher(qs_run *run, searcher *s)
{
    if (s->top == &s->own && s->own.hits) qsi_top_merge(&run->results[run->at].found, &s->own);
    qsi_scratch_close(s->scratch);
    qsi_top_close(&s->own);
}

static int do_chunk(qs_run *run, outcome *o, searcher *s)
{
    qsi_chunk *chunk = &run->chunks[o->chunk];
    switch (run->stage) {
    case QSI_ENCODE: return encode_chunk(run, chunk);
    case QSI_MEASURE: return measure_chunk(run, chunk, o);
    default: return search_chunk(run, chunk, s->scratch, s->top);
    }
}

/* Does the count chunks of todo in this stage, by as many threads as are in use. */
static int do_chunks(qs_run *run, outcome *todo, size_t count)
{
    int threads = qs_threads(0);
    if (threads > (int)count) threads = (int)count;
    searcher *searchers = qsi_array_zero((size_t)threads, sizeof *searchers);
    int status = searchers ? QS_OK : QS_E_MEMORY;
    for (int t = 0; t < threads && !status && run->stage == QSI_SEARCH; t++)
        status = open_searcher(run, &searchers[t], t == 0);
    if (!status) {
#pragma omp parallel for schedule(dynamic) num_threads(threads)
        for (long i = 0; i < (long)count; i++)
            if (do_chunk(run, &todo[i], &searchers[omp_get_thread_num()])) qsi_error_get(&todo[i].error);
    }
    for (int t = 0; searchers && t < threads; t++) close_searcher(run, &searchers[t]);
    qsi_array_free(searchers);
    return status;
}

/* Scores of the kept candidates against the original rows. All of them are rows of this shard. */
static int score_originals(qs_run *run, qsi_result *result)
{
    float *room = qsi_array(run->dim, 2 * sizeof *room);
    if (!room) return QS_E_MEMORY;
    for (size_t q = 0; q < run->nq; q++)
        for (size_t i = 0; i < result->found.k; i++) {
            qsi_hit *hit = &result->found.hits[q * result->found.k + i];
            if (!hit->key) continue;
            uint32_t row = qsi_hit_row(hit);
            const qsi_chunk *chunk = &run->chunks[row / QS_CHUNK_ROWS];
            size_t at = row % QS_CHUNK_ROWS < chunk->rows ? row % QS_CHUNK_ROWS : chunk->rows - 1;
            while (chunk->ids[at] > row) at--;
            hit->exact = qsi_score_pair(run->metric, run->scaling, run->queries + q * run->dim,
                                        chunk->values + at * run->dim, run->dim, room);
        }
    qsi_array_free(room);
    return QS_OK;
}

void qsi_run_clean_up(qs_run *run)
{
    qsi_queries_close(run->prepared);
    run->prepared = NULL;
    qsi_outer_levels_close(&run->outer);
    for (size_t c = 0; c < run->nchunks; c++) {
        qsi_array_free(run->chunks[c].codes);
        run->chunks[c].codes = NULL;
    }
}

/* Records a spec's failure; the run goes on with the next. Out of memory too: other specs may need less. */
static void give_up(qs_run *run, const qsi_error *error)
{
    run->results[run->at].problem = *error;
    run->stage = QSI_DONE;
    qsi_run_clean_up(run);
}

/* With rescoring, or where ties are counted one by one: kept candidates get their scores against the originals. */
static int rescore(qs_run *run)
{
    qsi_result *result = &run->results[run->at];
    return run->nq && (qsi_run_rescores(result) || (run->pairs && run->at)) ? score_originals(run, result) : QS_OK;
}

/* Whether codes are the floats themselves: then what is found is what the truth has found. */
static bool is_original(const qs_run *run)
{
    char text[QSI_SPEC_TEXT];
    const qsi_spec *spec = &run->results[run->at].spec;
    qsi_spec_text(spec, text);
    return !is_truth(run) && spec->format->code_bits == 32 && !strcmp(text, spec->format->name);
}

/* The truth's hits among the rows of this shard: those of all shards are merged as if each had searched. */
static void take_truth(qs_run *run)
{
    const qsi_top *truth = &run->results[0].found;
    for (size_t i = 0; i < run->nq * truth->k; i++) {
        const qsi_hit *hit = &truth->hits[i];
        if (hit->key && run->chunks[qsi_hit_row(hit) / QS_CHUNK_ROWS].rows)
            qsi_top_push(&run->results[run->at].found, i / truth->k,
                         qsi_hit_of(qsi_hit_score(hit), qsi_hit_row(hit)));
    }
}

/* All chunks went through the stage: on to the next one. */
static int end_stage(qs_run *run)
{
    run->next = 0;
    run->stage = run->stage == QSI_FIT || run->sizes || run->surveying ? QSI_DONE : run->stage + 1;
    if (run->stage == QSI_SEARCH && run->nq && is_original(run)) {
        take_truth(run);
        run->stage = QSI_DONE;
    }
    if (run->stage == QSI_SEARCH && !run->nq) run->stage = QSI_DONE;
    if (run->stage != QSI_DONE || !run->scoring) return QS_OK;
    int status = rescore(run);
    qsi_run_clean_up(run);
    return status;
}

/* Folds what the threads found, in the order of chunks, and keeps the first failure. */
static int fold_outcomes(qs_run *run, const outcome *todo, size_t count)
{
    qsi_result *result = &run->results[run->at];
    for (size_t i = 0; i < count; i++) {
        if (todo[i].error.code) {
            give_up(run, &todo[i].error);
            return QS_OK;
        }
        if (run->stage != QSI_MEASURE) continue;
        const qsi_chunk *chunk = &run->chunks[todo[i].chunk];
        double number = (double)todo[i].chunk;
        int status = QS_OK;
        if (run->surveying)
            status = qsi_facts_observe(&run->facts, 0, chunk->values, chunk->ids, chunk->rows);
        else if (is_truth(run))
            continue;
        else if (run->sizes)
            status = qsi_tree_sum_add(run->sizes, number, todo[i].sizes);
        else
            status = qsi_errors_add(&result->errors, number, &todo[i].errors);
        if (status) return status;
    }
    return QS_OK;
}

/* Prepares what codes are compared with, and the queries as soon as there is a codec. Every shard has all of them,
 * so one that cannot be coded fails the spec in each shard alike, whatever is in its rows. */
static int prepare(qs_run *run)
{
    if (run->stage == QSI_MEASURE && !run->outer.codec && !is_truth(run) && !run->sizes) {
        int status = qsi_outer_levels_open(&run->outer, run->codec);
        if (status) return status;
        run->outer.size = run->sign_size;
    }
    if (run->stage == QSI_FIT || run->surveying || run->prepared || !run->nq) return QS_OK;
    run->prepared = qsi_queries_open(run->codec, run->metric, run->scaling, 0, run->queries, run->nq);
    if (run->prepared) return QS_OK;
    qsi_error why;
    qsi_error_get(&why);
    if (why.row < 0 || !run->draws) return why.code;
    size_t at = (size_t)why.row; /* a drawn query is told by its number in the file */
    uint8_t *codes = qsi_array(1, run->codec->layout.row_bytes);
    if (!codes) return QS_E_MEMORY;
    int status = qs_codec_encode(run->codec, run->drawn[at], run->queries + at * run->dim, 1, codes);
    qsi_array_free(codes);
    if (status) qsi_error_get(&why);
    return qsi_fail_cell(why.row, why.column, "queries: %s", why.message);
}

/* A fit folds in order and is bound by memory: one thread. */
static int fit_chunks(qs_run *run, const outcome *todo, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!fit_chunk(run, todo[i].chunk)) continue;
        qsi_error error;
        qsi_error_get(&error);
        give_up(run, &error);
        return QS_OK;
    }
    return QS_OK;
}

int qsi_run_pass(qs_run *run)
{
    outcome *todo = qsi_array_zero(run->nchunks ? run->nchunks : 1, sizeof *todo);
    size_t count = 0;
    int status = todo ? QS_OK : QS_E_MEMORY;
    if (!status && run->stage == QSI_SEARCH) status = prepare(run);
    for (size_t c = 0; c < run->nchunks && !status; c++)
        if (run->chunks[c].rows) todo[count++].chunk = c;
    if (!status) status = do_chunks(run, todo, count);
    for (size_t i = 0; i < count && !status; i++) status = todo[i].error.code;
    if (!status && run->stage == QSI_SEARCH) status = rescore(run);
    qsi_array_free(todo);
    return status;
}

int qs_run_step(qs_run *run, double work)
{
    if (run->finished || run->stage == QSI_DONE) return 0;
    if (!run->started && start(run)) return QS_E_STATE;
    size_t most = work > QS_CHUNK_ROWS ? (size_t)(fmin(work, 1e9) / QS_CHUNK_ROWS) : 1, count = 0, nchunks;
    const qsi_chunk *chunks = chunks_now(run, &nchunks);
    if (most > nchunks) most = nchunks;
    outcome *todo = qsi_array_zero(most, sizeof *todo);
    if (!todo) return QS_E_MEMORY;
    for (; run->next < nchunks && count < most; run->next++)
        if (chunks[run->next].rows) todo[count++].chunk = run->next;
    while (run->next < nchunks && !chunks[run->next].rows) run->next++;

    int status = QS_OK;
    if (prepare(run)) { /* queries that cannot be coded fail the spec, not the run */
        qsi_error error;
        qsi_error_get(&error);
        give_up(run, &error);
    } else if (count && run->stage == QSI_FIT) {
        status = fit_chunks(run, todo, count);
    } else if (count) {
        status = do_chunks(run, todo, count);
        if (!status) status = fold_outcomes(run, todo, count);
    }
    for (size_t i = 0; i < count; i++) qsi_array_free(todo[i].errors.sums);
    qsi_array_free(todo);
    if (status) return status;
    if (run->stage != QSI_DONE && run->next >= nchunks) status = end_stage(run);
    if (status) return status;
    return run->stage != QSI_DONE;
}

size_t qs_run_progress_json(const qs_run *run, char *dst, size_t cap)
{
    static const char *const stages[] = {"fit", "encode", "measure", "search", "done"};
    char spec[QSI_SPEC_TEXT] = "truth";
    qsi_json json = qsi_json_start(dst, cap);
    double rows = calibrates(run) ? run->calibration.rows : run->file_rows;
    if (run->at && run->at < run->count) qsi_spec_text(&run->results[run->at].spec, spec);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "spec");
    qsi_json_whole(&json, (double)run->at - 1);
    qsi_json_key(&json, "name");
    qsi_json_text(&json, spec);
    qsi_json_key(&json, "stage");
    qsi_json_text(&json, stages[run->finished ? QSI_DONE : run->stage]);
    qsi_json_key(&json, "done");
    qsi_json_whole(&json, fmin((double)run->next * QS_CHUNK_ROWS, rows));
    qsi_json_key(&json, "total");
    qsi_json_whole(&json, rows);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
