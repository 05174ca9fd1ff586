/*
 * What values cost on levels times a scale, at many scales in one pass.
 *
 * A value comes to another level only where value / scale passes a bound between two; until then its squared error
 * is a quadratic in the scale. So the sum over all values is one too, and changes by small terms at known scales.
 * These are put into bins between the scales that are asked for, and summed from the largest scale down.
 */
#ifndef QSI_SCALE_COSTS_H
#define QSI_SCALE_COSTS_H

#include "range/histogram.h"

/* The squared error of x at scale s: square * x * x + cross * x * s + level * s * s. */
typedef struct qsi_cell_error {
    double square, cross, level;
} qsi_cell_error;

/* Levels at scale 1, as cells: values in one err alike. */
typedef struct qsi_cells {
    size_t count;
    double bound[QSI_LEVELS_MOST], inverse[QSI_LEVELS_MOST]; /* (count - 1): the end of each cell, and 1 / it */
    qsi_cell_error error[QSI_LEVELS_MOST + 1];
    double first, last; /* the outermost levels */
} qsi_cells;

void qsi_cells_of(const qsi_levels *unit, qsi_cells *cells);

/* The scales top, top - step ... top - points * step; above 0, and QSI_SCALE_POINTS at most. Levels stay within lo
 * and hi. */
typedef struct qsi_scales {
    double top, step;
    size_t points;
    double lo, hi;
} qsi_scales;
enum { QSI_SCALE_POINTS = 1024 };

/* At which scales values cost least. */
typedef enum qsi_fitted {
    QSI_AT_SCALES, /* at those asked for */
    QSI_ON_LEVELS, /* at the last of each bin at which a value comes to another cell: toward zero, by chance */
    QSI_FIT_SCALE, /* at the best of all for the codes there, by least squares; coded anew they cost no more if */
    QSI_FIT_LINE   /* levels are the nearest ones; and at the best low */
} qsi_fitted;

typedef struct qsi_scale_cost_points {
    double cost, scale, low;
    double first, last; /* outermost levels at scale 1 */
} qsi_scale_cost_points;

/* Sums over values: of the terms of their errors, and of their cells' cross terms alone. Of a bin: of the changes
 * in it, and the least scale of one. */
typedef struct qsi_scale_sums {
    double square, cross, level, plain, scale;
} qsi_scale_sums;

/* Puts what costs the n values least in place of best, if that is less; returns whether. low is taken from them.
 * bins: room for QSI_SCALE_POINTS + 2. */
bool qsi_scale_costs(const qsi_cells *cells, const float *x, size_t n, double low, qsi_scales scales,
                     qsi_fitted fitted, qsi_scale_sums *bins, qsi_scale_cost_points *best);

#endif
