/*
 * Observers: what a fit wants to know of the data, gathered chunk by chunk in one or more passes, and merged.
 *
 * Every kind is a file and a row in observer.c. Counts, minima and maxima merge in any order, sums by
 * base/tree_sum.h, so a result is the same bytes for any split. Observers refuse NaN and infinity. What is made of
 * a result (scales, zero points) is not decided here.
 */
#ifndef QSI_OBSERVER_H
#define QSI_OBSERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum qsi_statistic {
    QSI_NOTHING,
    QSI_EXTREMES,       /* least and greatest value of all: lo[1], hi[1] */
    QSI_EXTREMES_DIMS,  /* of each dim: lo[dim], hi[dim] */
    QSI_MEANS,          /* of each dim: center[dim], a sum in double over rows, rounded to float32 */
    QSI_MEDIANS,        /* of each dim: center[dim], the mean of the two middle values */
    QSI_MOMENTS,        /* extremes as above, and sums[3]: of x, of x * x, and how many x there are */
    QSI_MOMENTS_DIMS,   /* the same of each dim: sums[3 * dim], all sums of x first */
    QSI_HISTOGRAMS,     /* what the digest made of the histogram of all values: digest[width] */
    QSI_HISTOGRAMS_DIMS /* of each dim: digest[dim * width] */
} qsi_statistic;

typedef struct qsi_observer qsi_observer;

struct qsi_histogram; /* range/histogram.h */

enum { QSI_DIGEST_BATCH = 1024 };

/* What is made of each histogram while its counts are there. */
typedef struct qsi_digest {
    size_t width;        /* floats kept of each histogram */
    size_t memory_bytes; /* of counts held at a time; the dims that do not fit are left to further passes */
    bool magnitudes;     /* magnitudes are counted too */
    /* Makes width floats of a group's histogram; called by several threads. */
    int (*take)(void *context, size_t group, const struct qsi_histogram *h, float *out);
    /* After at most QSI_DIGEST_BATCH groups were taken: adds up, in their order, what take left of each. NULL:
     * nothing. */
    void (*fold)(void *context, size_t first, size_t count);
    void *context;
} qsi_digest;

/* What the state of every kind begins with. The arrays belong to the observer, which frees them. */
typedef struct qsi_observed {
    size_t dim, groups; /* groups: dim for statistics of each dim, else 1 */
    bool per_dim;
    float *result; /* lows and highs, centers, or digests, as qsi_statistic says */
    double *sums;  /* of moments, else NULL */
} qsi_observed;

typedef struct qsi_observer_kind {
    size_t state_bytes; /* of the kind's own struct */
    int (*open)(void *state);
    void (*close)(void *state);
    /* Rows of one chunk. marks: 1 for values that are left out, (nrows, dim); NULL: none. Means and medians leave
     * none out. */
    int (*observe)(void *state, double first_row, const float *rows, size_t nrows, const uint8_t *marks);
    int (*next_pass)(void *state);                                  /* 1: another pass; 0: the result is there */
    size_t (*save)(const void *state, uint8_t *dst, size_t cap);    /* as qs_fit_save() */
    int (*merge)(void *state, const uint8_t *bytes, size_t nbytes); /* adds what another saw in this pass */
    void (*clear)(void *state);                                     /* forgets what was seen in this pass */
    /* Of histograms, else NULL. */
    int (*set_digest)(void *state, const qsi_digest *digest);
    const struct qsi_histogram *(*histogram)(const void *state, size_t group);
    size_t (*passes_left)(const void *state); /* at least, including the current one */
    uint32_t mark; /* of kinds that are no statistic above: what their states are known by, from QSI_FAMILY_MARK */
} qsi_observer_kind;

enum { QSI_FAMILY_MARK = 64 };

/* The functions of a kind, each of which has the name of its field. */
#define QSI_OBSERVER(type)                                                                                 \
    .state_bytes = sizeof(type), .open = open, .close = close, .observe = observe, .next_pass = next_pass, \
    .save = save, .merge = merge, .clear = clear

extern const qsi_observer_kind qsi_minmax, qsi_means, qsi_medians, qsi_moments, qsi_histograms;

qsi_observer *qsi_observer_open(qsi_statistic statistic, size_t dim);
/* Of a kind that a transform or a family brings. */
qsi_observer *qsi_observer_open_kind(const qsi_observer_kind *kind, size_t dim);
/* Counts passes from here: one observer follows another in a fit, whose states are told apart by it. */
void qsi_observer_follow(qsi_observer *o, const qsi_observer *before);
/* Histograms take a digest before anything is observed; other statistics do not look at it. */
int qsi_observer_digest(qsi_observer *o, const qsi_digest *digest);
int qsi_observer_observe(qsi_observer *o, double first_row, const float *rows, size_t nrows, const uint8_t *marks);
int qsi_observer_next_pass(qsi_observer *o);
/* Of histograms: how many passes are to come at least, including the current one. */
size_t qsi_observer_passes_left(const qsi_observer *o);
size_t qsi_observer_save(const qsi_observer *o, uint8_t *dst, size_t cap);
int qsi_observer_merge(qsi_observer *o, const uint8_t *bytes, size_t nbytes);
/* Takes a merged state in place of its own. */
int qsi_observer_replace(qsi_observer *o, const uint8_t *bytes, size_t nbytes);
void qsi_observer_close(qsi_observer *o);

/* Results, after the last pass; NULL when nothing was observed. Where all values were left out, extremes are 0. */
const float *qsi_observer_lo(const qsi_observer *o);
const float *qsi_observer_hi(const qsi_observer *o);
const float *qsi_observer_center(const qsi_observer *o);
const float *qsi_observer_digested(const qsi_observer *o);
const double *qsi_observer_sums(const qsi_observer *o);
/* A histogram whose counts are still held: that of the tensor, or of a dim of the last pass. Else NULL. */
const struct qsi_histogram *qsi_observer_histogram(const qsi_observer *o, size_t group);
/* The state of a kind that a family brings, after its passes. */
void *qsi_observer_state(const qsi_observer *o);

#endif
