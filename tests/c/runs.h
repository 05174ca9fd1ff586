/* Runs as tests do them: in any number of shards, threads, steps and feeds. */
#ifndef QS_TEST_RUNS_H
#define QS_TEST_RUNS_H

#include "quantscope.h"

#include <stddef.h>
#include <stdint.h>

enum { DIM = 9, SHARDS = 3, K = 5 };

/* How a run is done: none of it may show. */
typedef struct way {
    int threads;
    size_t shards;
    double work; /* of a step; 0: a different one each time */
    size_t feed; /* rows of a call; 0: a different number each time */
    const char *backend;
    uint64_t seed; /* of what is random in the way */
} way;

/* What is run. */
typedef struct job {
    const char *specs, *metric;
    const float *base, *queries; /* queries NULL: drawn */
    size_t rows, nq;
} job;

/* What is fitted on in place of the base: rows of their own, or, rows NULL, so many of the base, drawn. */
typedef struct calibration {
    const float *rows;
    size_t count;
} calibration;

/* Runs to the end. The first of the runs is left open, the others are closed; each tells the same. */
qs_run *do_run(const job *j, const way *w);
qs_run *do_run_calibrated(const job *j, const calibration *c, const way *w);

/* The rows of the base that a run drew to fit on. The caller frees. */
float *calibration_rows(const qs_run *run, const job *j);

/* The kernels that the environment asks for, or the best. */
void settle(void);

#endif
