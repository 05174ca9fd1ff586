/*
 * The inside of a run: its shard of the base, its place in the work, and what is known so far.
 *
 * A run goes through its specs one after another, the truth (f32) first. Before it comes a phase that gathers facts
 * of the base, by which scores are scaled and findings decided. Each spec has phases: one for each pass of its fit,
 * for signs one that finds their size, then one in which its rows are encoded, compared and searched. A phase works
 * in stages; between phases the states of all shards are merged (phase.c). Within a stage chunks go to threads
 * (step.c).
 */
#ifndef QSI_RUN_H
#define QSI_RUN_H

#include "base/status.h"
#include "codec/codec.h"
#include "findings/findings.h"
#include "measure/error.h"
#include "measure/given.h"
#include "measure/paired.h"
#include "measure/recall.h"
#include "plan/ledger.h"
#include "search/scores.h"
#include "search/top.h"

typedef struct qsi_chunk {
    size_t expected, rows; /* rows of the base in it, and those fed so far */
    float *values;         /* (expected, dim) */
    uint32_t *ids;         /* (expected): row numbers in the file, ascending */
    uint8_t *codes;        /* (expected, row_bytes) of the spec at work */
} qsi_chunk;

/* The rows to fit on in place of the base (calibration.c). Its chunks are cut as those of the base are. */
typedef struct qsi_calibration {
    double rows;     /* 0: there are none, the base is fitted on */
    uint32_t *drawn; /* (rows): which rows of the base, by their number in the file, ascending; NULL: of a file */
    size_t nchunks;
    qsi_chunk *chunks;
} qsi_calibration;

typedef struct qsi_result {
    qsi_spec spec;
    bool done;
    qsi_error problem; /* code 0: none */
    qs_codec *codec;   /* once fitted; kept for those who time it again */
    qsi_errors errors;
    qsi_recall recall;
    bool compared; /* with the one that all are compared with */
    qsi_paired paired;
    qsi_interval given; /* share of the given neighbours that it finds */
    qsi_top found;      /* sorted, the first k of each query, once done */
    double floored;     /* scales raised to the least, shared and own */
    double sparse;      /* scales of which rule kl saw too little to choose by */
} qsi_result;

typedef enum qsi_stage { QSI_FIT, QSI_ENCODE, QSI_MEASURE, QSI_SEARCH, QSI_DONE } qsi_stage;

struct qs_run {
    qsi_metric metric;
    size_t k, dim, depth;         /* depth: how many true neighbours are kept of each query */
    double seed, file_rows, rows; /* rows: of the base without drawn queries */
    size_t nq, queries_fed, ndrawn, nchunks;
    bool draws;
    uint32_t *drawn;   /* (ndrawn), ascending */
    float *queries;    /* (nq, dim) */
    qsi_chunk *chunks; /* (nchunks); those of other shards stay empty */
    qsi_calibration calibration;

    size_t count;          /* results; the first is the truth */
    qsi_result *results;   /* (count) */
    const char *dtype;     /* of the base in its file, a constant; NULL: not told */
    double file_row_bytes; /* of a row there */
    size_t axes;           /* of its array there; 3: shape holds them */
    double shape[3];
    qsi_facts facts; /* of the base: gathered in a phase before all others */

    qsi_scaling scaling; /* of scores, once the facts are known */
    size_t copies;       /* the most rows that are copies of one query */
    size_t tied;         /* queries whose k-th and next true scores are equal */
    bool pairs;          /* ties go beyond the lists of the truth: found rows are scored one by one */

    qsi_given given; /* neighbours that came with the set (given.c) */
    size_t against;  /* the result that others are compared with */
    size_t at;       /* the result at work */
    qsi_stage stage; /* QSI_DONE: this shard's part of the phase is over */
    size_t next;     /* the next chunk of this stage */
    size_t pass;     /* of the fit */
    bool started, surveying, scoring, finished;
    qs_fit *fit;
    struct qsi_tree_sum *sizes; /* in the phase that finds the size of signs: of |x - threshold|, and how many */
    float sign_size;            /* NaN: codes are no signs */
    qs_codec *codec;            /* of the result at work, which owns it */
    qsi_outer_levels outer;     /* of that codec, while its rows are compared */
    qsi_queries *prepared;
};

/* The result of a spec (by its place among those given) that is measured, or NULL with an error. */
const qsi_result *qsi_run_measured(const qs_run *run, size_t spec);
/* The number of rows a search over codes keeps for each query, and how many of them count. */
size_t qsi_run_keep(const qs_run *run, const qsi_result *result);
size_t qsi_run_candidates(const qs_run *run, const qsi_result *result);
bool qsi_run_rescores(const qsi_result *result);
/* The recalls of a result whose lists are sorted; and what the sorted lists of the truth tell of ties. */
int qsi_run_recall(const qs_run *run, qsi_result *result);
void qsi_run_truth(qs_run *run);
/* Compares results that are done and not compared yet; "against" of the report. */
int qsi_run_compare(qs_run *run);
void qsi_run_against_json(const qs_run *run, qsi_json *json);
/* What follows from a paired difference of a figure over nq queries: a sentence. */
void qsi_run_difference_text(const qsi_paired *p, const char *reference, const char *figure, size_t k, size_t nq,
                             char *text, size_t cap);
void qsi_calibration_close(qsi_calibration *calibration);
/* Opens the fit of the result at work and the first of its phases. */
int qsi_run_begin(qs_run *run);
/* Opens what a scoring phase fills: lists and sums. */
int qsi_run_open_score(qs_run *run);
void qsi_run_close_score(qsi_result *result);
/* All chunks through the stage the run is in, once. */
int qsi_run_pass(qs_run *run);
/* Lets go of what the stages of one spec needed: its codes and its prepared queries. */
void qsi_run_clean_up(qs_run *run);

#endif
