/* What a set of levels costs on a histogram: sums of squared errors in closed form, in O(levels). */
#include "range/histogram.h"

#include <math.h>

static double within(double t, double low, double high)
{
    return t < low ? low : t > high ? high : t;
}

static double positive(double sum)
{
    return sum > 0 ? sum : 0;
}

/* The sum of squared errors of values between two points: all to level c, or by chance to a or b. */
static double to_level(qsi_sums from, qsi_sums to, double c)
{
    return positive((to.xx - from.xx) - 2 * c * (to.x - from.x) + c * c * (to.n - from.n));
}

/* The sum of their errors. */
static double bias(qsi_sums from, qsi_sums to, double c)
{
    return c * (to.n - from.n) - (to.x - from.x);
}

static double by_chance(qsi_sums from, qsi_sums to, double a, double b)
{
    return positive((a + b) * (to.x - from.x) - (to.xx - from.xx) - a * b * (to.n - from.n));
}

void qsi_levels_nearest(qsi_levels *levels)
{
    for (size_t i = 0; i + 1 < levels->count; i++) levels->threshold[i] = (levels->at[i] + levels->at[i + 1]) / 2;
}

/* The cells of levels between the two ends; the outermost ones reach to them. */
static void cells(const qsi_cdf *cdf, const qsi_levels *l, qsi_sums from, qsi_sums to, double most, qsi_cost *cost)
{
    qsi_sums a = from;
    for (size_t i = 0; i < l->count && cost->rounding + cost->clipping < most; i++) {
        double c = l->at[i] - cdf->middle;
        qsi_sums b = to;
        if (i + 1 < l->count)
            b = qsi_cdf_at(cdf, within(l->by_chance ? l->at[i + 1] : l->threshold[i], cost->low, cost->high));
        if (!l->by_chance || i + 1 == l->count) {
            cost->rounding += to_level(a, b, c);
            cost->bias += bias(a, b, c);
        } else {
            qsi_sums start = a;
            if (i == 0) { /* below the first level there is no neighbour */
                start = qsi_cdf_at(cdf, l->at[0]);
                cost->rounding += to_level(a, start, c);
                cost->bias += bias(a, start, c);
            }
            cost->rounding += by_chance(start, b, c, l->at[i + 1] - cdf->middle);
        }
        a = b;
    }
}

void qsi_cdf_cost_to(const qsi_cdf *cdf, const qsi_levels *l, double most, qsi_cost *cost)
{
    double first = l->at[0], last = l->at[l->count - 1];
    *cost = (qsi_cost){.low = first, .high = last};
    if (l->count > 1) {
        cost->low = first - (l->at[1] - first) / 2;
        cost->high = last + (last - l->at[l->count - 2]) / 2;
    }
    qsi_sums none = cdf->edges[0].before, total = cdf->edges[cdf->h->count].before;
    qsi_sums from = qsi_cdf_at(cdf, cost->low), to = total;
    if ((double)cdf->h->max > cost->high) to = qsi_cdf_at(cdf, nextafter(cost->high, INFINITY));
    if (to.n < from.n) to = from;
    double under = first - cdf->middle, over = last - cdf->middle;
    cost->clipped = (from.n - none.n) + (total.n - to.n);
    cost->clipping = to_level(none, from, under) + to_level(to, total, over);
    cost->bias = bias(none, from, under) + bias(to, total, over);
    cells(cdf, l, from, to, most, cost);
}

void qsi_cdf_cost(const qsi_cdf *cdf, const qsi_levels *l, qsi_cost *cost)
{
    qsi_cdf_cost_to(cdf, l, INFINITY, cost);
}
