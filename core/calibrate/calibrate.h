/*
 * Calibration: what each rule would make of the data for a spec, and what each range would cost. One handle folds
 * over chunks (calibrate.c); views of one histogram are drawn from it (view.c).
 *
 * Scales of the tensor or of dims: figures are computed from histograms. Scales of rows or blocks: each rule codes
 * the rows, and figures are measured (rows.c); ranges are then too many to be listed.
 */
#ifndef QSI_CALIBRATE_H
#define QSI_CALIBRATE_H

#include "base/json.h"
#include "codec/choose.h"
#include "codec/codec.h"

enum { QSI_RULES = 6 };

/* Errors of values, summed. */
typedef struct qsi_split {
    double rounding, clipping, clipped, bias; /* as of qsi_cost */
} qsi_split;

/* What a rule chose for one scale. */
typedef struct qsi_choice {
    qsi_range range; /* as the map takes it: mirrored, or with 0 in it */
    float scale, low;
    int32_t zero;
    qsi_split split;
} qsi_choice;

struct qsi_trials;

struct qs_range {
    qsi_spec spec;   /* as asked */
    qsi_spec shared; /* the same with per=tensor where rows hold their scales: what the histograms are for */
    size_t dim, groups, nrules;
    qsi_spec rules[QSI_RULES]; /* shared, by one rule each */
    qsi_choice *choices;       /* (nrules, groups) */
    qsi_observer *moments, *histograms;
    struct qsi_trials *trials; /* rows.c; NULL for scales of the tensor or of dims */
    double rows;
    int pass; /* 0: moments and extremes; then histograms; -1: done */
    struct {
        size_t group;
        qsi_mass mass; /* without sums: none */
    } view;            /* the histogram that was looked at last */
};

/* The scale, zero point and low that a range gets, and what they cost on a histogram. */
int qsi_calibrate_choice(const qsi_spec *spec, qsi_range range, const qsi_mass *mass, qsi_choice *choice);
/* "mse", "rounding_mse", "clipping_mse", "clipped_share", "bias" and "sqnr_db" of n values; squares: their sum of x
 * * x. */
void qsi_calibrate_figures(qsi_json *json, const qsi_split *split, double n, double squares);

/* ---- rows.c: every rule tried on rows that hold their scales */

struct qsi_trials *qsi_trials_open(const qsi_spec *spec, size_t dim);
void qsi_trials_close(struct qsi_trials *trials);
int qsi_trials_observe(struct qsi_trials *trials, double first_row, const float *rows, size_t nrows);
size_t qsi_trials_save(const struct qsi_trials *trials, uint8_t *dst, size_t cap);
int qsi_trials_merge(struct qsi_trials *trials, const uint8_t *state, size_t bytes, size_t *used);
int qsi_trials_clear(struct qsi_trials *trials);
/* How many rules were tried, the spec of one, and what it cost. */
size_t qsi_trials_count(const struct qsi_trials *trials);
const qsi_spec *qsi_trials_spec(const struct qsi_trials *trials, size_t rule);
qsi_split qsi_trials_split(const struct qsi_trials *trials, size_t rule);

#endif
