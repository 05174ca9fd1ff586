/*
 * A histogram: how many values lie in each of some cells, and what a set of levels costs on them.
 *
 * A cell knows its least and its greatest value: of the values in it one lies at either end, and the others count
 * as spread evenly between. So values that are all one, and single values far from the others, count as what they
 * are, and every figure is a closed form. Nothing here chooses a range: the rules do (rules.h). Where cells begin
 * and end is for the count to say (counts.h).
 */
#ifndef QSI_HISTOGRAM_H
#define QSI_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QSI_MAGNITUDES = 2048 };

typedef struct qsi_cell {
    uint32_t count;
    float least, greatest;
} qsi_cell;

typedef struct qsi_histogram {
    float min, max;        /* of the data */
    size_t count;          /* of cells */
    const qsi_cell *cells; /* (count), ascending, none of them empty; one ends before the next begins */
    /* (QSI_MAGNITUDES): how many values have a magnitude from i / QSI_MAGNITUDES of the largest to the next edge;
     * NULL where nobody asks. */
    const uint32_t *magnitudes;
} qsi_histogram;

/* The largest magnitude, and the bin of a value's magnitude. */
double qsi_histogram_largest(const qsi_histogram *h);
double qsi_magnitude_inverse(double largest);
static inline size_t qsi_magnitude_bin(double inverse_width, float x)
{
    double at = (x < 0 ? -(double)x : (double)x) * inverse_width;
    return at < QSI_MAGNITUDES ? (size_t)at : QSI_MAGNITUDES - 1;
}

/* ---- sums */

typedef struct qsi_sums {
    double n, x, xx; /* of 1, x and x * x */
} qsi_sums;

/* What a sum up to a point in a cell is made of. Values count from the middle one. */
typedef struct qsi_edge {
    qsi_sums before;        /* of the cells before it */
    double least, greatest; /* of the cell */
    double spread;          /* how many values lie in a unit of length between the two */
} qsi_edge;

/* The sums up to each cell, made once for a histogram, and counted from the middle one towards either end: values
 * far from all others do not blur the differences of sums between the rest. */
typedef struct qsi_cdf {
    const qsi_histogram *h;
    double middle;
    qsi_edge *edges; /* (h->count + 1), the last of a cell that is nowhere reached */
    uint32_t *first; /* (places + 2): the first cell that ends in one of as many places, evenly apart, or beyond */
    size_t places;
    double start, inverse; /* of the places: where they begin, and 1 / their distance */
} qsi_cdf;

int qsi_cdf_open(qsi_cdf *cdf, const qsi_histogram *h);
void qsi_cdf_close(qsi_cdf *cdf);
double qsi_cdf_total(const qsi_cdf *cdf);               /* how many values there are */
double qsi_cdf_below(const qsi_cdf *cdf, double t);     /* how many of them lie below t */
double qsi_cdf_squares(const qsi_cdf *cdf);             /* the sum of x * x */
double qsi_cdf_ranked(const qsi_cdf *cdf, double rank); /* the value that has so many others below it */

static inline size_t qsi_cdf_place(const qsi_cdf *cdf, double t)
{
    double at = (t - cdf->start) * cdf->inverse;
    return !(at > 0) ? 0 : at < (double)cdf->places ? (size_t)at : cdf->places;
}

/* The sums of all values below t, counted from the middle: those below are less than 0. Inline, as a cost asks for
 * it at every level. */
static inline qsi_sums qsi_cdf_at(const qsi_cdf *cdf, double t)
{
    t -= cdf->middle;
    size_t place = qsi_cdf_place(cdf, t);
    size_t i = cdf->first[place], end = cdf->first[place + 1];
    while (i < end) { /* the first cell that does not end below t */
        size_t half = i + (end - i) / 2;
        if (cdf->edges[half].greatest < t)
            i = half + 1;
        else
            end = half;
    }
    const qsi_edge *e = &cdf->edges[i];
    qsi_sums s = e->before;
    if (i == cdf->h->count) return s;
    double one = e->least < t, length = one * (t - e->least),
           part = length * e->spread; /* one: that at its least end */
    s.n += one + part;
    s.x += one * e->least + part * (e->least + length / 2);
    s.xx += one * (e->least * e->least) + part * (e->least * (e->least + length) + length * length / 3);
    return s;
}

/* ---- levels and their cost */

enum { QSI_LEVELS_MOST = 256 };

/* The values that codes stand for, ascending, and where one takes over from the next. */
typedef struct qsi_levels {
    size_t count;
    double at[QSI_LEVELS_MOST];
    double threshold[QSI_LEVELS_MOST]; /* (count - 1): values from cut[i] on go to level i + 1 */
    bool by_chance;                    /* a value goes to either neighbour, the nearer one more often, unbiased */
} qsi_levels;

/* Cuts half-way between the levels. */
void qsi_levels_nearest(qsi_levels *levels);

typedef struct qsi_cost {
    double rounding, clipping; /* sums of squared errors; clipping: of values beyond low and high */
    double clipped;            /* how many values those are */
    double low, high;          /* half a step beyond the outermost levels */
    double bias;               /* the sum of errors, decoded - x */
    double step;               /* from the lowest level to the next; 0: there is one */
} qsi_cost;

/* The same, each computed when it is asked for. */
typedef struct qsi_level_source {
    size_t count;
    double (*at)(const void *context, size_t i);
    double (*threshold)(const void *context, size_t i);
    const void *context;
    bool by_chance;
} qsi_level_source;

void qsi_cdf_cost(const qsi_cdf *cdf, const qsi_levels *levels, qsi_cost *cost);
/* The same, but the errors need not be summed on once they are most or more. */
void qsi_cdf_cost_to(const qsi_cdf *cdf, const qsi_levels *levels, double most, qsi_cost *cost);
/* The same of a grid: of a histogram of few cells in O(cells * log(levels)), as levels that no value is given to
 * cost nothing. */
void qsi_levels_cost(const qsi_cdf *cdf, const qsi_level_source *grid, double most, qsi_cost *cost);
void qsi_levels_of(const qsi_level_source *grid, qsi_levels *levels);

#endif
