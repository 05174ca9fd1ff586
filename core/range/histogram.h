/*
 * A histogram: exact counts in bins of equal width, and what a set of levels costs on it.
 *
 * Between the edges of a bin the values count as spread evenly, so every figure is a closed form. Nothing here
 * chooses a range: the rules do (rules.h). Filling the counts is the observer's work (observer.h).
 */
#ifndef QSI_HISTOGRAM_H
#define QSI_HISTOGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QSI_MAGNITUDES = 2048 };

typedef struct qsi_histogram {
    float min, max;         /* of the data */
    bool mirrored;          /* the edges lie mirrored about 0: bin i holds what bin bins - 1 - i holds for -x */
    size_t bins;            /* even */
    double lo, width;       /* bin i goes from lo + i * width to lo + (i + 1) * width; the last takes its end too */
    const uint32_t *counts; /* (bins) */
    /* (QSI_MAGNITUDES): how many values have a magnitude from i / QSI_MAGNITUDES of the largest to the next edge;
     * NULL where edges are mirrored, whose counts tell it, or where nobody asks. */
    const uint32_t *magnitudes;
} qsi_histogram;

/* Sets the edges for data from min to max: mirrored ones from -absmax to absmax, else from min to max. */
void qsi_histogram_edges(qsi_histogram *h, float min, float max, bool mirrored, size_t bins);
/* The bin of a finite value. */
static inline size_t qsi_histogram_bin(const qsi_histogram *h, double inverse_width, float x)
{
    size_t base = h->mirrored ? h->bins / 2 : 0, last = h->mirrored ? base - 1 : h->bins - 1;
    double at = (h->mirrored ? (x < 0 ? -(double)x : (double)x) : (double)x - h->lo) * inverse_width;
    size_t bin = !(at > 0) ? 0 : at < (double)last ? (size_t)at : last;
    return h->mirrored && x < 0 ? base - 1 - bin : base + bin;
}

/* How many values there are. */
double qsi_histogram_total(const qsi_histogram *h);
/* The value below which count of all lie. */
double qsi_histogram_quantile(const qsi_histogram *h, double count);
/* The largest magnitude; the bin of a value's magnitude; and how many magnitudes are in each such bin, which asks
 * for mirrored edges of a multiple of 2 * QSI_MAGNITUDES bins, or for magnitudes that were counted. */
double qsi_histogram_largest(const qsi_histogram *h);
static inline size_t qsi_magnitude_bin(double inverse_width, float x)
{
    double at = (x < 0 ? -(double)x : (double)x) * inverse_width;
    return at < QSI_MAGNITUDES ? (size_t)at : QSI_MAGNITUDES - 1;
}
void qsi_histogram_magnitudes(const qsi_histogram *h, double counts[QSI_MAGNITUDES]);

/* ---- levels and their cost */

enum { QSI_LEVELS_MOST = 256 };

/* The values that codes stand for, ascending, and where one takes over from the next. */
typedef struct qsi_levels {
    size_t count;
    double at[QSI_LEVELS_MOST];
    double cut[QSI_LEVELS_MOST]; /* (count - 1): values from cut[i] on go to level i + 1 */
    bool by_chance;              /* a value goes to either neighbour, the nearer one more often, unbiased */
} qsi_levels;

/* Cuts half-way between the levels. */
void qsi_levels_nearest(qsi_levels *levels);

typedef struct qsi_cost {
    double rounding, clipping; /* sums of squared errors; clipping: of values beyond low and high */
    double clipped;            /* how many values those are */
    double low, high;          /* half a step beyond the outermost levels */
    double bias;               /* the sum of errors, decoded - x */
} qsi_cost;

/* The sums up to an edge, made once for a histogram. Lengths count from the middle of the edges. */
typedef struct qsi_mass {
    const qsi_histogram *h;
    double middle, *sums; /* (bins + 1, 3): of 1, x and x * x */
} qsi_mass;

int qsi_mass_open(qsi_mass *mass, const qsi_histogram *h);
void qsi_mass_close(qsi_mass *mass);
double qsi_mass_below(const qsi_mass *mass, double t); /* how many values lie below t */
double qsi_mass_squares(const qsi_mass *mass);         /* the sum of x * x */
void qsi_mass_cost(const qsi_mass *mass, const qsi_levels *levels, qsi_cost *cost);

#endif
