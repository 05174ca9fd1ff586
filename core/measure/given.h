/* What neighbours that came with a set (its own truth) are beside those that exact search finds. */
#ifndef QSI_GIVEN_H
#define QSI_GIVEN_H

#include <stdbool.h>
#include <stddef.h>

typedef struct qsi_interval {
    double mean, low, high;
} qsi_interval;

/* Queries whose first k rows are not the same set as ours, by the worst of the rows that ours lack. */
typedef struct qsi_given {
    size_t depth;       /* neighbours given for each query; 0: none are given */
    size_t ties;        /* rows of exactly the k-th score */
    size_t rounding;    /* of that score but for 1e-5 of it */
    size_t error;       /* of a lower score, or no rows */
    size_t outside;     /* numbers among the first k that are no row's */
    double found;       /* share of the first k that exact search finds */
    bool from_one;      /* numbers count from 1: less 1 they agree */
    const char *metric; /* another metric, by which their order falls as it should; NULL: none */
} qsi_given;

#endif
