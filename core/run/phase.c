/* The phases of a run: what shards save and merge between them, and the way from one to the next. */
#include "run/run.h"

#include "base/bytes.h"
#include "base/size.h"
#include "base/tree_sum.h"

#include <math.h>
#include <string.h>

/* A state: result and phase it belongs to, problem (code, row, column, message), then the body if there is none. */
enum { MARK = 0x31535351, HEAD_BYTES = 4 + 4 + 4 + 4 + 8 + 8 + sizeof(((qsi_error *)0)->message) };

void qsi_run_close_score(qsi_result *result)
{
    qsi_errors_close(&result->errors);
    qsi_top_close(&result->found);
}

int qsi_run_open_score(qs_run *run)
{
    qsi_result *result = &run->results[run->at];
    qsi_run_close_score(result);
    int status = qsi_errors_open(&result->errors, run->dim);
    result->errors.sign_size = run->sign_size;
    return status ? status : qsi_top_open(&result->found, run->nq, qsi_run_keep(run, result));
}

static void fail_spec(qs_run *run)
{
    qsi_error_get(&run->results[run->at].problem);
    run->stage = QSI_DONE;
}

/* The phase that codes, compares and searches. */
static int begin_score(qs_run *run)
{
    run->scoring = true;
    run->stage = run->codec ? QSI_ENCODE : QSI_DONE;
    run->next = 0;
    return qsi_run_open_score(run);
}

static void close_sizes(qs_run *run)
{
    qsi_tree_sum_close(run->sizes);
    run->sizes = NULL;
}

static int clear_sizes(qs_run *run)
{
    close_sizes(run);
    run->sizes = qsi_tree_sum_open(2);
    return run->sizes ? QS_OK : QS_E_MEMORY;
}

static int end_sizes(qs_run *run)
{
    double sums[2];
    qsi_tree_sum_total(run->sizes, sums);
    close_sizes(run);
    run->sign_size = (float)(sums[0] / sums[1]);
    return begin_score(run);
}

/* The facts of the base are known. */
static int end_survey(qs_run *run)
{
    uint32_t queries = 0;
    run->surveying = false;
    for (size_t q = 0; q < run->nq; q++) {
        uint32_t largest = qsi_largest_finite(run->queries + q * run->dim, run->dim);
        if (largest > queries) queries = largest;
    }
    run->scaling = qsi_scaling_of(run->metric, run->facts.largest, queries);
    int status = qsi_copies_finish(&run->facts.copies);
    for (size_t q = 0; q < run->ndrawn && !status; q++) /* rows of the file that repeat may be drawn */
        status = qsi_repeats_add(&run->facts.repeats, qsi_row_hash(run->queries + q * run->dim, run->dim), 1,
                                 run->drawn[q]);
    if (status) return status;
    run->copies = qsi_copies_most(&run->facts.copies);
    return begin_score(run);
}

/* The fit is complete: its codec, and what comes next. */
static int end_fit(qs_run *run)
{
    qsi_result *result = &run->results[run->at];
    result->sparse = qsi_fit_sparse(run->fit);
    run->sign_size = NAN;
    run->codec = result->codec = qs_fit_finish(run->fit);
    qs_fit_close(run->fit);
    run->fit = NULL;
    if (!run->codec) fail_spec(run);
    run->stage = QSI_MEASURE;
    run->next = 0;
    run->surveying = !run->at;
    if (run->surveying && run->codec) return QS_OK;
    if (!run->codec || !run->codec->family->signs_only) return begin_score(run);
    return clear_sizes(run);
}

int qsi_run_begin(qs_run *run)
{
    char spec[QSI_SPEC_TEXT];
    run->pass = 0;
    run->next = 0;
    run->scoring = false;
    if (run->at == run->count) {
        run->finished = true;
        run->stage = QSI_DONE;
        return QS_OK;
    }
    qsi_result *result = &run->results[run->at];
    qsi_spec_text(&result->spec, spec);
    run->fit = qs_fit_open(spec, run->dim);
    if (!run->fit) return qsi_error_code();
    qsi_fit_for_metric(run->fit, run->metric);
    if (qsi_fit_complete(run->fit)) return end_fit(run);
    run->stage = QSI_FIT;
    return QS_OK;
}

/* Which of a spec's phases the run is in. */
static uint32_t phase_mark(const qs_run *run)
{
    if (run->surveying) return UINT32_MAX - 2;
    return run->sizes ? UINT32_MAX - 1 : run->scoring ? UINT32_MAX : (uint32_t)run->pass;
}

static size_t body(const qs_run *run, uint8_t *dst, size_t cap)
{
    const qsi_result *result = &run->results[run->at];
    if (run->surveying) return qsi_facts_save(&run->facts, dst, cap);
    if (run->sizes) return qsi_tree_sum_save(run->sizes, dst, cap);
    if (!run->scoring) return qs_fit_save(run->fit, dst, cap);
    size_t errors = qsi_errors_save(&result->errors, NULL, 0), hits = qsi_top_save(&result->found, NULL, 0);
    size_t bytes = errors + hits;
    if (!dst || cap < bytes) return bytes;
    qsi_errors_save(&result->errors, dst, errors);
    qsi_top_save(&result->found, dst + errors, hits);
    return bytes;
}

size_t qs_run_save(const qs_run *run, uint8_t *dst, size_t cap)
{
    if (run->finished || run->stage != QSI_DONE) {
        qsi_fail(QS_E_STATE, run->finished ? "the run is over" : "the phase is not done yet");
        return 0;
    }
    const qsi_error *problem = &run->results[run->at].problem;
    size_t bytes = HEAD_BYTES + (problem->code ? 0 : body(run, NULL, 0));
    if (!dst || cap < bytes) return bytes;
    qsi_put32(dst, MARK);
    qsi_put32(dst + 4, (uint32_t)run->at);
    qsi_put32(dst + 8, phase_mark(run));
    qsi_put32(dst + 12, (uint32_t)-problem->code);
    qsi_put_double(dst + 16, problem->row);
    qsi_put_double(dst + 24, problem->column);
    memcpy(dst + 32, problem->message, sizeof problem->message);
    if (!problem->code) body(run, dst + HEAD_BYTES, bytes - HEAD_BYTES);
    return bytes;
}

/* Of two problems the one of the lower row stays, so that the split does not matter. */
static void merge_problem(qsi_error *ours, const uint8_t *state)
{
    qsi_error theirs = {.code = -(int)qsi_get32(state + 12), .byte = -1};
    theirs.row = qsi_get_double(state + 16);
    theirs.column = qsi_get_double(state + 24);
    memcpy(theirs.message, state + 32, sizeof theirs.message);
    theirs.message[sizeof theirs.message - 1] = 0;
    if (theirs.code && (!ours->code || theirs.row < ours->row)) *ours = theirs;
}

static int merge_body(qs_run *run, const uint8_t *state, size_t bytes)
{
    qsi_result *result = &run->results[run->at];
    size_t used;
    if (run->surveying) return qsi_facts_merge(&run->facts, state, bytes, &used);
    if (run->sizes) return qsi_tree_sum_merge(run->sizes, state, bytes, &used);
    if (!run->scoring) return qs_fit_merge(run->fit, state, bytes);
    int status = qsi_errors_merge(&result->errors, state, bytes, &used);
    return status ? status : qsi_top_merge_saved(&result->found, run->file_rows, state + used, bytes - used, &used);
}

static int check_state(const qs_run *run, const uint8_t *state, size_t bytes)
{
    bool fits = !run->finished && bytes >= HEAD_BYTES && qsi_get32(state) == MARK &&
                qsi_get32(state + 4) == run->at && qsi_get32(state + 8) == phase_mark(run) &&
                qsi_get32(state + 12) < 100;
    return fits ? QS_OK : qsi_fail(QS_E_STATE, "this state is not of the phase the run is in");
}

int qs_run_merge(qs_run *run, const uint8_t *state, size_t bytes)
{
    if (run->stage != QSI_DONE) return qsi_fail(QS_E_STATE, "the phase is not done yet");
    int status = check_state(run, state, bytes);
    if (status) return status;
    qsi_error *problem = &run->results[run->at].problem;
    merge_problem(problem, state);
    return problem->code ? QS_OK : merge_body(run, state + HEAD_BYTES, bytes - HEAD_BYTES);
}

/* Takes the merged state of all shards in place of the run's own. */
static int replace(qs_run *run, const uint8_t *state, size_t bytes)
{
    int status = check_state(run, state, bytes);
    if (status) return status;
    run->results[run->at].problem = (qsi_error){0};
    merge_problem(&run->results[run->at].problem, state);
    if (run->results[run->at].problem.code) return QS_OK;
    if (!run->scoring && !run->sizes && !run->surveying)
        return qsi_fit_replace(run->fit, state + HEAD_BYTES, bytes - HEAD_BYTES);
    if (run->surveying) {
        qsi_facts_close(&run->facts);
        status = qsi_facts_open(&run->facts, run->dim);
        if (!status) status = qsi_copies_open(&run->facts.copies, run->queries, run->nq, run->dim);
    } else {
        status = run->sizes ? clear_sizes(run) : qsi_run_open_score(run);
    }
    return status ? status : merge_body(run, state + HEAD_BYTES, bytes - HEAD_BYTES);
}

/* The spec is through: its lists are put in order and its recall is taken. */
static int finish_result(qs_run *run)
{
    qsi_result *result = &run->results[run->at];
    result->done = true;
    if (result->problem.code) return QS_OK;
    const qsi_family *family = result->spec.format->family;
    result->floored = result->errors.usage.floored + (family->floored ? (double)family->floored(run->codec) : 0);
    qsi_top_sort(&result->found);
    if (!run->nq) return QS_OK;
    if (run->at) {
        int status = qsi_run_recall(run, result);
        return status ? status : qsi_run_compare(run);
    }
    qsi_run_truth(run);
    return QS_OK;
}

static int next_spec(qs_run *run)
{
    int status = finish_result(run);
    qs_fit_close(run->fit);
    run->fit = NULL;
    close_sizes(run);
    run->at++;
    if (!status) status = qsi_run_begin(run);
    return status ? status : !run->finished;
}

int qs_run_next_phase(qs_run *run, const uint8_t *merged, size_t bytes)
{
    if (run->finished) return 0;
    if (run->stage != QSI_DONE) return qsi_fail(QS_E_STATE, "the phase is not done yet");
    int status = merged ? replace(run, merged, bytes) : QS_OK;
    if (status) return status;
    if (run->scoring || run->results[run->at].problem.code) return next_spec(run);
    if (run->surveying || run->sizes) {
        status = run->surveying ? end_survey(run) : end_sizes(run);
        return status ? status : 1;
    }
    run->pass++;
    run->next = 0;
    int more = qs_fit_next_pass(run->fit);
    if (more < 0) {
        fail_spec(run);
        return next_spec(run);
    }
    run->stage = QSI_FIT;
    if (!more) {
        status = end_fit(run);
        if (status) return status;
    }
    return 1;
}
