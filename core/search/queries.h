/*
 * Queries prepared for one codec and metric: which kind of score they take, their values or codes, and how the
 * kernels want them. Inside core/search: queries.c makes them, scores.c scores rows by them.
 */
#ifndef QSI_SEARCH_QUERIES_H
#define QSI_SEARCH_QUERIES_H

#include "kernels/kernels.h"
#include "search/scores.h"

#define QSI_SUM_LENGTH 65536 /* the most elements that dots_i8 takes */

typedef enum mode { BY_FLOAT, BY_INTEGER, BY_BITS, BY_FAMILY } mode;

struct qsi_queries {
    const qs_codec *codec;
    qsi_metric metric;
    mode mode;
    qsi_scaling scaling;
    size_t nq, dim;
    float *values;     /* (nq, dim): as the f32 kernel takes them, where it does or lengths are theirs */
    float *inverse;    /* (nq): 1 / length, for cosine of values */
    float *add;        /* (nq): what the dims that a transform leaves out add to sums; NULL: nothing */
    float lengths;     /* what they add to the squared length of a row */
    uint8_t *codes;    /* (nq, row_bytes): BY_BITS */
    qsi_integers q;    /* BY_INTEGER */
    qsi_query_set set; /* BY_FAMILY */
    void *state;       /* of its scorer */
    const qsi_packed_scores *packed; /* NULL: the kernels take queries and rows as they are */
    void *packed_queries;
    size_t block; /* queries that are scored at a time */
};

int qsi_integers_room(qsi_integers *v, size_t rows, size_t dim);
void qsi_integers_free(qsi_integers *v);

/* 1 / length, 0 for zeros. */
float qsi_inverse_length(const float *x, size_t dim);
/* The same of a decoded row, what a transform leaves out counted. */
float qsi_queries_inverse(const qsi_queries *q, const float *row);

/* Whether rows are decoded for scores; how they are. */
bool qsi_queries_want_rows(const qsi_queries *q);
int qsi_queries_decode(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows);

/* What the kernel takes: a query's first element, and how many there are. */
const void *qsi_queries_for_kernel(const qsi_queries *q, size_t first, size_t *n);

#endif
