/* What a set of levels costs on a histogram: sums of squared errors in closed form, in O(levels), or in O(cells)
 * where these are few. */
#include "range/histogram.h"

#include <assert.h>
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

/* What lies beyond the two outermost levels at either end (one level: both are it), and the sums between. */
static void ends(const qsi_cdf *cdf, double first, double second, double last_but_one, double last, qsi_sums *from,
                 qsi_sums *to, qsi_cost *cost)
{
    *cost = (qsi_cost){.low = first - (second - first) / 2, .high = last + (last - last_but_one) / 2};
    cost->step = second - first;
    qsi_sums none = cdf->edges[0].before, total = cdf->edges[cdf->h->count].before;
    *from = qsi_cdf_at(cdf, cost->low), *to = total;
    if ((double)cdf->h->max > cost->high) *to = qsi_cdf_at(cdf, nextafter(cost->high, INFINITY));
    if (to->n < from->n) *to = *from;
    double under = first - cdf->middle, over = last - cdf->middle;
    cost->clipped = (from->n - none.n) + (total.n - to->n);
    cost->clipping = to_level(none, *from, under) + to_level(*to, total, over);
    cost->bias = bias(none, *from, under) + bias(*to, total, over);
}

void qsi_cdf_cost_to(const qsi_cdf *cdf, const qsi_levels *l, double most, qsi_cost *cost)
{
    size_t last = l->count - 1;
    qsi_sums from, to;
    ends(cdf, l->at[0], l->at[last > 0], l->at[last - (last > 0)], l->at[last], &from, &to, cost);
    cells(cdf, l, from, to, most, cost);
}

/* The least value of the histogram that is t or more; infinite: none is. */
static double value_from(const qsi_cdf *cdf, double t)
{
    double at = t - cdf->middle;
    for (size_t i = 0; i < cdf->h->count; i++)
        if (cdf->edges[i].greatest >= at) return cdf->edges[i].least < at ? t : (double)cdf->h->cells[i].least;
    return INFINITY;
}

/* Where a level's cell ends. */
static double end_of(const qsi_level_source *g, size_t i)
{
    return g->by_chance ? g->at(g->context, i + 1) : g->threshold(g->context, i);
}

/* The first level from i on whose cell ends beyond x, or the last: first where it is if levels are evenly apart. */
static size_t level_of(const qsi_level_source *g, size_t i, double x, double per_level, double first)
{
    size_t end = g->count - 1;
    double even = (x - first) * per_level;
    size_t half = even > (double)i ? (even < (double)end ? (size_t)even : end) : i;
    for (int tries = 0; i < end; tries++) {
        if (half >= end) half = end - 1;
        if (end_of(g, half) > x)
            end = half;
        else
            i = half + 1;
        half = tries > 1 ? i + (end - i) / 2 : end == half && half > i ? half - 1 : i;
    }
    return i;
}

static bool differs(qsi_sums a, qsi_sums b)
{
    return a.n != b.n || a.x != b.x || a.xx != b.xx;
}

static void cost_of_few(const qsi_cdf *cdf, const qsi_level_source *g, double most, qsi_cost *cost)
{
    size_t last = g->count - 1;
    qsi_sums a, b, to;
    double first = g->at(g->context, 0), t;
    ends(cdf, first, g->at(g->context, last > 0), g->at(g->context, last - (last > 0)), g->at(g->context, last), &a,
         &to, cost);
    t = cost->low;
    double wide = g->at(g->context, last) - first, per_level = wide > 0 ? (double)last / wide : 0;
    for (size_t i = 0; i <= last && differs(a, to) && cost->rounding + cost->clipping < most; i++, a = b) {
        i = level_of(g, i, value_from(cdf, t), per_level, first);
        double level = g->at(g->context, i), c = level - cdf->middle;
        t = i < last ? within(end_of(g, i), cost->low, cost->high) : cost->high;
        b = i < last ? qsi_cdf_at(cdf, t) : to;
        qsi_sums start = a;
        if (g->by_chance && i == 0 && i < last) start = qsi_cdf_at(cdf, first);
        if (!g->by_chance || i == last) start = b;
        cost->rounding += to_level(a, start, c);
        cost->bias += bias(a, start, c);
        if (g->by_chance && i < last)
            cost->rounding += by_chance(start, b, c, g->at(g->context, i + 1) - cdf->middle);
    }
}

void qsi_levels_of(const qsi_level_source *g, qsi_levels *levels)
{
    assert(g->count > 0);
    levels->count = g->count;
    levels->by_chance = g->by_chance;
    for (size_t i = 0; i < g->count; i++) levels->at[i] = g->at(g->context, i);
    for (size_t i = 0; i + 1 < g->count; i++) levels->threshold[i] = g->threshold(g->context, i);
}

void qsi_levels_cost(const qsi_cdf *cdf, const qsi_level_source *g, double most, qsi_cost *cost)
{
    enum { FEW = 16 }; /* cells; of more, all levels in turn take less time */
    qsi_levels levels;
    if (cdf->h->count <= FEW) {
        cost_of_few(cdf, g, most, cost);
        return;
    }
    qsi_levels_of(g, &levels);
    qsi_cdf_cost_to(cdf, &levels, most, cost);
}

void qsi_cdf_cost(const qsi_cdf *cdf, const qsi_levels *l, qsi_cost *cost)
{
    qsi_cdf_cost_to(cdf, l, INFINITY, cost);
}
