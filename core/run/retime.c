/* A run that is over, once more: a spec's coding and search alone, for those who time them, and what bounds both.
 */
#include "run/run.h"

#include "base/size.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

/* The stage by its name; QSI_DONE when it is none that is timed. */
static qsi_stage stage_of(const char *name)
{
    if (name && !strcmp(name, "encode")) return QSI_ENCODE;
    return name && !strcmp(name, "search") ? QSI_SEARCH : QSI_DONE;
}

/* Puts the run at a spec and stage. 1: there is something to time; 0: the spec failed, no rows, no queries. */
static int enter(qs_run *run, size_t spec, const char *name)
{
    qsi_stage stage = stage_of(name);
    if (!run->finished) return qsi_fail(QS_E_STATE, "the run is not over yet");
    if (spec + 1 >= run->count)
        return qsi_fail(QS_E_OPTION, "spec %zu of %zu specs of a run", spec, run->count - 1);
    if (stage == QSI_DONE)
        return qsi_fail_option("stage", "stage=%.20s: stage takes encode or search", name ? name : "");
    size_t rows = 0;
    for (size_t c = 0; c < run->nchunks; c++) rows += run->chunks[c].rows;
    if (run->results[spec + 1].problem.code || !rows || (stage == QSI_SEARCH && !run->nq)) return 0;
    if (run->at != spec + 1) qsi_run_clean_up(run); /* the codes of another */
    run->at = spec + 1;
    run->codec = run->results[run->at].codec;
    run->stage = stage;
    return 1;
}

static void leave(qs_run *run)
{
    run->stage = QSI_DONE;
    qsi_queries_close(run->prepared);
    run->prepared = NULL;
}

static bool is_coded(const qs_run *run)
{
    for (size_t c = 0; c < run->nchunks; c++)
        if (run->chunks[c].rows && !run->chunks[c].codes) return false;
    return true;
}

static int encode(qs_run *run)
{
    run->stage = QSI_ENCODE;
    return qsi_run_pass(run);
}

/* One search, from queries as floats to hits, which are let go: the spec's own stay as they are. */
static int search(qs_run *run)
{
    qsi_result *result = &run->results[run->at];
    qsi_top kept = result->found;
    run->stage = QSI_SEARCH;
    int status = qsi_top_open(&result->found, run->nq, qsi_run_keep(run, result));
    if (!status) status = qsi_run_pass(run);
    qsi_top_close(&result->found);
    result->found = kept;
    qsi_queries_close(run->prepared);
    run->prepared = NULL;
    return status;
}

int qs_run_retime(qs_run *run, size_t spec, const char *stage, size_t times)
{
    int found = enter(run, spec, stage), status = QS_OK;
    if (found <= 0) return found;
    bool searches = run->stage == QSI_SEARCH;
    if (!times) qsi_run_clean_up(run);
    if (times && searches && !is_coded(run)) status = encode(run);
    for (size_t t = 0; t < times && !status; t++) status = searches ? search(run) : encode(run);
    leave(run);
    return status ? status : 1;
}

static int make_room(qs_run *run)
{
    qsi_run_clean_up(run);
    for (size_t c = 0; c < run->nchunks; c++) {
        qsi_chunk *chunk = &run->chunks[c];
        if (!chunk->rows) continue;
        chunk->codes = qsi_array(chunk->rows, run->codec->layout.row_bytes);
        if (!chunk->codes) return QS_E_MEMORY;
    }
    return QS_OK;
}

/* Values read and codes written, some rows at a time, and nothing made of them. */
static void move(const qs_run *run, size_t some)
{
    size_t from = run->dim * sizeof(float), to = run->codec->layout.row_bytes;
    for (size_t c = 0; c < run->nchunks; c++) {
        const qsi_chunk *chunk = &run->chunks[c];
        size_t whole = chunk->rows / some, rest = chunk->rows % some, at = whole * some;
        if (whole) qs_limit_move((const uint8_t *)chunk->values, from * some, chunk->codes, to * some, whole, 0);
        if (rest)
            qs_limit_move((const uint8_t *)chunk->values + at * from, from, chunk->codes + at * to, to, rest, 0);
    }
}

/* As many operations as the search of this shard's rows takes, on registers. */
static void compute(const qs_run *run, size_t times)
{
    enum { SOME = 1024 };
    const char *kind = qsi_scores_kind(run->codec, run->metric);
    double rows = 0;
    for (size_t c = 0; c < run->nchunks; c++) rows += (double)run->chunks[c].rows;
    double wanted = rows * (double)run->nq * (double)run->dim * (double)times;
    double each = qs_limit_peak(kind, SOME) / SOME;
    qs_limit_peak(kind, (size_t)fmax(1, fmin(ceil(wanted / each) - SOME, 4e9)));
}

int qs_run_limit(qs_run *run, size_t spec, const char *stage, size_t some, size_t times)
{
    int found = enter(run, spec, stage), status = QS_OK;
    if (found <= 0) return found;
    if (run->stage == QSI_SEARCH) {
        compute(run, times);
    } else {
        status = make_room(run);
        for (size_t t = 0; t < times && !status; t++) move(run, some ? some : 1);
        qsi_run_clean_up(run); /* what was moved is no code */
    }
    leave(run);
    return status ? status : 1;
}

size_t qs_run_work_json(const qs_run *run, size_t spec, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    if (spec + 1 >= run->count || !run->results[spec + 1].codec) {
        qsi_fail(QS_E_STATE, "spec %zu is not measured", spec);
        return 0;
    }
    const qs_codec *codec = run->results[spec + 1].codec;
    double coded = run->rows * (double)codec->layout.row_bytes;
    const struct {
        const char *key;
        double value;
    } work[] = {
        {"rows", run->rows},
        {"dim", (double)run->dim},
        {"queries", (double)run->nq},
        {"read", run->rows * (double)run->dim * (double)sizeof(float)},
        {"written", coded},
        {"searched", coded},
        {"operations", run->rows * (double)run->nq * (double)run->dim},
    };
    qsi_json_open(&json, '{');
    for (size_t i = 0; i < sizeof work / sizeof *work; i++) {
        qsi_json_key(&json, work[i].key);
        qsi_json_whole(&json, work[i].value);
    }
    qsi_json_key(&json, "kind");
    qsi_json_text(&json, qsi_scores_kind(codec, run->metric));
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
