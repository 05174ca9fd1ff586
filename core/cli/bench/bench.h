/* The works that `quantscope bench` times, their data, and what bounds them. */
#ifndef CLI_BENCH_H
#define CLI_BENCH_H

#include "quantscope.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum bench_kind { BENCH_ENCODE, BENCH_DECODE, BENCH_SEARCH } bench_kind;

typedef struct bench_work {
    const char *name, *spec;
    bench_kind kind;
    bool fits; /* the range is found within the time, which is a pass of its own */
    const char
        *peak;   /* of a search, or other work of much arithmetic: what bounds it, as qs_limit_peak() calls it */
    double each; /* multiplications for each value, or pair of values of a search; 0: 1 */
} bench_work;

extern const bench_work bench_works[]; /* one without a name ends them */

/* ---- data.c: rows, and buffers for what is made of them, all touched before anything is timed */

typedef struct bench_data {
    size_t rows, dim, base_rows, queries; /* rows to encode and decode; rows and queries of a search */
    float *values, *base, *query_values;  /* NULL where no work wants them */
    uint8_t *codes;                       /* room for either rows as float32 */
    float *decoded;                       /* (rows, dim) */
    uint32_t *ids;                        /* (queries, BENCH_K) */
    float *scores;
} bench_data;

enum { BENCH_K = 10 };

/* Fills data from folder (w1.f32, base.f32 and queries.f32, raw), NULL: drawn by seed. Row counts of 0 are what the
 * files hold, or the usual ones. An exit code. */
int bench_data_open(bench_data *data, const char *folder, double seed, bool codes, bool searches);
void bench_data_close(bench_data *data);

/* ---- run.c: one work, ready to be run again and again */

typedef struct bench_job {
    const bench_work *work;
    bench_data *data;
    int threads;
    qs_codec *codec;
    size_t rows, row_bytes;
    double operations; /* multiplications of a search, floats of the others */
} bench_job;

/* Each returns an exit code. */
int bench_job_open(bench_job *job, const bench_work *work, bench_data *data);
int bench_job_run(bench_job *job);
void bench_job_close(bench_job *job);

/* ---- limit.c */

/* What was found so far; all zeros at first. */
enum { BENCH_WAYS = 18 };
typedef struct bench_limits {
    size_t turn;
    double ms[BENCH_WAYS]; /* the least of each way to do it; 0: none yet */
} bench_limits;

/* Measures what bounds the work for so many milliseconds more: each way to do it once at least, the best ones
 * often. */
void bench_limit(const bench_job *job, double ms, bench_limits *limits);
/* Milliseconds that the work cannot go below. */
double bench_limit_ms(const bench_job *job, const bench_limits *limits);

/* ---- report.c */

typedef struct bench_result {
    const bench_job *job;
    const char *backend;
    double min_ms, median_ms, limit_ms;
} bench_result;

typedef struct bench_report bench_report;
bench_report *bench_report_open(bool json);
void bench_report_add(bench_report *report, const bench_result *result);
/* Prints what was added, and closes. */
void bench_report_print(bench_report *report);

#endif
