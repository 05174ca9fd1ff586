/*
 * The count of values into cells, from which a histogram is made.
 *
 * A first count cuts the data's range into bins of equal width. Where a few values lie far from the others these
 * fall into one bin, or a few: then the cells that hold most are cut into finer ones, and their values are counted
 * again, some times at most. Edges follow from extremes and from the counts before, so counts of the same data
 * merge in any order: numbers are added, least and greatest values compared.
 */
#ifndef QSI_COUNTS_H
#define QSI_COUNTS_H

#include "range/histogram.h"

enum { QSI_SPANS = 128 };

/* Values from least to greatest are counted in bins of equal width: cells first ... first + bins - 1. */
typedef struct qsi_span {
    float least, greatest;
    uint32_t first, bins;
    double inverse; /* 1 / width of a bin */
} qsi_span;

typedef struct qsi_counts {
    qsi_cell *cells; /* (room) */
    size_t room, used;
    size_t spans; /* that are counted now, ascending; what lies in none of them is settled */
    qsi_span span[QSI_SPANS];
    unsigned turns; /* how often they were cut */
} qsi_counts;

/* Begins the first count of values from least to greatest, in cells of the caller's. */
void qsi_counts_begin(qsi_counts *c, qsi_cell *cells, size_t room, float least, float greatest);
/* Ends a count. True: another one is needed, and has begun. */
bool qsi_counts_next(qsi_counts *c);
/* Forgets what was counted since it began. */
void qsi_counts_clear(qsi_counts *c);

/* Counts n finite values, each stride behind the one before, but for those that are marked. */
void qsi_counts_add(qsi_counts *c, const float *x, size_t n, size_t stride, const uint8_t *marks);
/* Adds a cell that another counted; false where it cannot be one. */
bool qsi_counts_merge(qsi_counts *c, size_t at, const qsi_cell *cell);

/* The histogram of what was counted, once no count is left. */
qsi_histogram qsi_counts_histogram(const qsi_counts *c, float min, float max);

#endif
