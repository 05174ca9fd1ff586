/*
 * Every rule tried on rows that hold their scales: the rows are encoded, and compared with what they were
 * (measure/error.h).
 */
#include "calibrate/calibrate.h"

#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"

#include <math.h>

typedef struct qsi_trials {
    size_t dim, count;
    qs_codec *codecs[QSI_RULES];
    qsi_errors errors[QSI_RULES];
    qs_codec *rounds[QSI_ROUNDS]; /* the spec, by each rounding mode; NULL where that is not told */
    qsi_tree_sum *round_sums;     /* of a qsi_rounding */
} qsi_trials;

int qsi_trials_clear(qsi_trials *t)
{
    int status = QS_OK;
    qsi_tree_sum_clear(t->round_sums);
    for (size_t i = 0; i < t->count && !status; i++) {
        qsi_errors_close(&t->errors[i]);
        status = qsi_errors_open(&t->errors[i], t->dim);
    }
    return status;
}

static qs_codec *open_codec(const qsi_spec *spec, size_t dim)
{
    qs_codec *codec = qsi_codec_open(spec, dim);
    if (!codec || !codec->family->ready(codec)) return codec;
    qs_codec_close(codec);
    return NULL;
}

static int open_rounds(qsi_trials *t, const qsi_spec *spec)
{
    qsi_spec tried = *spec;
    tried.value[QSI_FEEDBACK] = 0; /* which adds an error of its own */
    for (int round = QSI_EVEN; round < QSI_ROUNDS && qsi_rounding_apply(spec); round++) {
        tried.word[QSI_ROUND] = round;
        if (!(t->rounds[round] = open_codec(&tried, t->dim))) return qsi_error_code();
    }
    return QS_OK;
}

qsi_trials *qsi_trials_open(const qsi_spec *spec, size_t dim)
{
    qsi_trials *t = qsi_array_zero(1, sizeof *t);
    if (!t) return NULL;
    t->dim = dim;
    t->round_sums = qsi_tree_sum_open((size_t)2 * QSI_ROUNDS);
    int status = t->round_sums ? open_rounds(t, spec) : QS_E_MEMORY;
    for (int rule = QSI_RANGE_MINMAX; rule <= QSI_RANGE_GIVEN && !status; rule++) {
        qsi_spec tried = qsi_calibrate_rule(spec, rule);
        if (rule == QSI_RANGE_KL || (rule == QSI_RANGE_GIVEN && qsi_word(spec, QSI_RANGE) != rule)) continue;
        if (!(t->codecs[t->count++] = open_codec(&tried, dim))) status = qsi_error_code();
    }
    if (!status) status = qsi_trials_clear(t);
    if (!status) return t;
    qsi_trials_close(t);
    return NULL;
}

void qsi_trials_close(qsi_trials *t)
{
    if (!t) return;
    for (size_t i = 0; i < t->count; i++) {
        qs_codec_close(t->codecs[i]);
        qsi_errors_close(&t->errors[i]);
    }
    for (size_t i = 0; i < QSI_ROUNDS; i++) qs_codec_close(t->rounds[i]);
    qsi_tree_sum_close(t->round_sums);
    qsi_array_free(t);
}

static int observe_rounds(qsi_trials *t, double first_row, const float *rows, size_t nrows)
{
    double sums[2 * QSI_ROUNDS] = {0};
    int status = QS_OK;
    for (int i = 0; i < QSI_ROUNDS && t->rounds[i] && !status; i++)
        status = qsi_rounding_measure(t->rounds[i], first_row, rows, nrows, &sums[i], &sums[QSI_ROUNDS + i]);
    return status ? status : qsi_tree_sum_add(t->round_sums, floor(first_row / QS_CHUNK_ROWS), sums);
}

/* Encodes the rows of a chunk by each rule. */
int qsi_trials_observe(qsi_trials *t, double first_row, const float *rows, size_t nrows)
{
    int status = QS_OK;
    for (size_t i = 0; i < t->count && !status; i++) {
        const qs_codec *codec = t->codecs[i];
        qsi_chunk_errors errors = {0};
        qsi_outer_levels outer;
        uint8_t *codes = qsi_array(nrows, codec->layout.row_bytes);
        status = qsi_outer_levels_open(&outer, codec);
        if (!status) status = codes ? qsi_calibrate_encode(codec, first_row, rows, nrows, codes) : QS_E_MEMORY;
        if (!status) status = qsi_errors_measure(&outer, rows, codes, nrows, &errors);
        if (!status) status = qsi_errors_add(&t->errors[i], floor(first_row / QS_CHUNK_ROWS), &errors);
        qsi_array_free(errors.sums);
        qsi_array_free(codes);
        qsi_outer_levels_close(&outer);
    }
    return status ? status : observe_rounds(t, first_row, rows, nrows);
}

size_t qsi_trials_save(const qsi_trials *t, uint8_t *dst, size_t cap)
{
    size_t bytes = qsi_tree_sum_save(t->round_sums, dst, cap);
    for (size_t i = 0; i < t->count; i++)
        bytes += qsi_errors_save(&t->errors[i], dst ? dst + bytes : NULL, cap > bytes ? cap - bytes : 0);
    return bytes;
}

int qsi_trials_merge(qsi_trials *t, const uint8_t *state, size_t bytes)
{
    size_t used;
    int status = qsi_tree_sum_merge(t->round_sums, state, bytes, &used);
    for (size_t i = 0; i < t->count && !status; i++) {
        state += used;
        bytes -= used;
        status = qsi_errors_merge(&t->errors[i], state, bytes, &used);
    }
    return status;
}

size_t qsi_trials_count(const qsi_trials *t)
{
    return t->count;
}

const qsi_spec *qsi_trials_spec(const qsi_trials *t, size_t rule)
{
    return &t->codecs[rule]->spec;
}

const qsi_errors *qsi_trials_errors(const qsi_trials *t, size_t rule)
{
    return &t->errors[rule];
}

qsi_rounding qsi_trials_rounds(const qsi_trials *t)
{
    double sums[2 * QSI_ROUNDS];
    qsi_rounding rounds;
    qsi_tree_sum_total(t->round_sums, sums);
    for (size_t i = 0; i < QSI_ROUNDS; i++) {
        rounds.error[i] = sums[i];
        rounds.even[i] = sums[QSI_ROUNDS + i];
    }
    return rounds;
}
