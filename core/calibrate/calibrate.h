/*
 * Calibration: the range that each rule chooses for a spec, and what any range costs. One handle reads the data in
 * chunks (calibrate.c); view.c reports one histogram.
 *
 * Scales per tensor or per dim: figures are computed from histograms. Scales per row or block: the rows are encoded
 * by each rule and figures are measured (rows.c); their scales are listed a few rows at a time (one_scale.c).
 * Outliers are left out of the histograms and their error is added (outlier_cost.c). rounding.c compares the
 * rounding modes. Where levels are fitted there is no range to choose: codebook.c.
 */
#ifndef QSI_CALIBRATE_H
#define QSI_CALIBRATE_H

#include "base/json.h"
#include "codec/range_rule.h"
#include "codec/codec.h"
#include "kernels/kernels.h"
#include "measure/error.h"

enum { QSI_RULES = 6, QSI_ROUNDS = QSI_STOCHASTIC + 1 };

/* Errors of values, summed. */
typedef struct qsi_split {
    double rounding, clipping, clipped, bias; /* as of qsi_cost */
} qsi_split;

/* What a rule chose for one scale. */
typedef struct qsi_range_choice {
    qsi_range range; /* as the map takes it: mirrored, or with 0 in it */
    float scale, low;
    int32_t zero;
    qsi_split split;
} qsi_range_choice;

/* What each rounding mode costs, and what an error even over a step would. */
typedef struct qsi_rounding {
    double error[QSI_ROUNDS], even[QSI_ROUNDS];
} qsi_rounding;

typedef struct qsi_trials qsi_trials;
typedef struct qsi_outlier_cost qsi_outlier_cost;

/* What one group adds to the figures of all. */
typedef struct qsi_left {
    qsi_rounding rounds;
    bool is_sparse; /* rule kl saw too little of it to choose by */
} qsi_left;

struct qs_range {
    qsi_spec spec;   /* as asked */
    qsi_spec shared; /* the same with per=tensor where rows hold their scales: what the histograms are for */
    size_t dim, groups, nrules;
    size_t levels;             /* of a codebook, which is fitted in place of a range; 0: rules choose ranges */
    qsi_spec rules[QSI_RULES]; /* shared, by one rule each */
    qsi_range_choice *choices; /* (nrules, groups) */
    qsi_left *left;            /* (QSI_DIGEST_BATCH): of groups that were taken, until they are added */
    qsi_observer *moments, *histograms;
    qsi_trials *trials;             /* rows.c; NULL for scales of the tensor or of dims */
    qsi_outlier_cost *outlier_cost; /* outlier_cost.c; NULL without outliers */
    qsi_rounding rounds;            /* of the spec's own rule, where histograms tell them */
    double *worst;                  /* (2, dim), room for what each dim errs; NULL but for scales of dims */
    double rows, sparse;            /* sparse: of how many scales rule kl saw too little to choose by */
    int pass;                       /* 0: moments and extremes; then histograms; -1: done */
    struct {
        size_t group;
        qsi_cdf cdf; /* not open: none */
    } view;          /* the histogram that was looked at last */
    struct {
        qsi_range_choice *choices;
        size_t count;
    } listed; /* the scales of rows or blocks that were listed last; rounding is the mean of all their errors */
};

/* ---- choice.c */

/* The spec by another rule: what it gives of a range is of use to range=given alone. */
qsi_spec qsi_calibrate_rule(const qsi_spec *spec, int rule);
/* The scale, zero point and low that a range gets. */
int qsi_calibrate_params(const qsi_spec *spec, qsi_range range, qsi_range_choice *choice);
/* The same, and what they cost on a histogram. */
int qsi_calibrate_choice(const qsi_spec *spec, qsi_range range, const qsi_cdf *cdf, qsi_range_choice *choice);
/* The same for a scale of a calibration, with its outliers. */
int qsi_calibrate_group(const qs_range *r, const qsi_spec *spec, size_t group, qsi_range range, const qsi_cdf *cdf,
                        qsi_range_choice *choice);
/* ---- report.c */

/* How many values share a scale, and whether no pass is left. */
double qsi_calibrate_values(const qs_range *r);
int qsi_calibrate_done(const qs_range *r);
/* "mse", "rounding_mse", "clipping_mse", "clipped_share", "bias" and "sqnr_db" of n values; squares: their sum of x
 * * x. */
void qsi_calibrate_figures(qsi_json *json, const qsi_split *split, double n, double squares);

/* ---- encode.c: rows that hold their scales */

/* The number of threads to use: all where ranges are searched for (range=mse), else one. */
int qsi_calibrate_threads(const qsi_spec *spec);
int qsi_calibrate_encode(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes);

/* ---- codebook.c: levels fitted in place of a range */

bool qsi_codebook_is_fitted(const qsi_format *format);
/* The codebook of a histogram, r->levels floats, and what it costs. */
int qsi_codebook_fit(qs_range *r, size_t group, const qsi_histogram *h, float *codebook, qsi_range_choice *choice);
/* That of a group, once no pass is left. */
void qsi_codebook_levels(const qs_range *r, size_t group, qsi_levels *levels);

/* ---- rounding.c: what each rounding mode costs */

/* Whether a spec has rounding modes, and steps that are all of one length. */
bool qsi_rounding_apply(const qsi_spec *spec);
/* Adds those of a range on a histogram. */
int qsi_rounding_add(qsi_rounding *rounds, const qsi_spec *spec, qsi_range range, const qsi_cdf *cdf);
/* Adds those of one way, by coding rows that hold their scales. */
int qsi_rounding_measure(const qs_codec *codec, double first_row, const float *rows, size_t nrows, double *error,
                         double *even);
/* "rounds":[{"round","theory","factor"}], or null where they do not apply to the spec. */
void qsi_rounding_json(const qsi_spec *spec, const qsi_rounding *rounds, qsi_json *json);

/* ---- rows.c: every rule tried on rows that hold their scales */

qsi_trials *qsi_trials_open(const qsi_spec *spec, size_t dim);
void qsi_trials_close(qsi_trials *trials);
int qsi_trials_observe(qsi_trials *trials, double first_row, const float *rows, size_t nrows); /* of one chunk */
size_t qsi_trials_save(const qsi_trials *trials, uint8_t *dst, size_t cap);
int qsi_trials_merge(qsi_trials *trials, const uint8_t *state, size_t bytes);
int qsi_trials_clear(qsi_trials *trials);
/* How many rules were tried, the spec of one, and its errors. */
size_t qsi_trials_count(const qsi_trials *trials);
const qsi_spec *qsi_trials_spec(const qsi_trials *trials, size_t rule);
const qsi_errors *qsi_trials_errors(const qsi_trials *trials, size_t rule);
qsi_rounding qsi_trials_rounds(const qsi_trials *trials);

/* ---- outlier_cost.c: values kept beside the codes */

qsi_outlier_cost *qsi_outlier_cost_open(const qsi_spec *spec, size_t dim, size_t groups);
void qsi_outlier_cost_close(qsi_outlier_cost *outlier_cost);
/* Marks the outliers of rows of one chunk, marks[nrows * dim] in memory of kept; then adds those marked last. */
int qsi_outlier_cost_mark(qsi_outlier_cost *outlier_cost, double first_row, const float *rows, size_t nrows,
                          const uint8_t **marks);
int qsi_outlier_cost_observe(qsi_outlier_cost *outlier_cost, double first_row, const float *rows, size_t nrows);
size_t qsi_outlier_cost_save(const qsi_outlier_cost *outlier_cost, uint8_t *dst, size_t cap);
int qsi_outlier_cost_merge(qsi_outlier_cost *outlier_cost, const uint8_t *state, size_t bytes);
void qsi_outlier_cost_clear(qsi_outlier_cost *outlier_cost);
void qsi_outlier_cost_finish(qsi_outlier_cost *outlier_cost);
/* The error of an outlier; infinite beyond float16. */
double qsi_outlier_cost_error(float x);
/* Of a scale's outliers: the sum of x * x, and their errors added to a split. */
double qsi_outlier_cost_squares(const qsi_outlier_cost *outlier_cost, size_t group);
void qsi_outlier_cost_add(const qsi_outlier_cost *outlier_cost, size_t group, qsi_split *split);

#endif
