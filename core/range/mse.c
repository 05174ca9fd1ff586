/*
 * Rule mse: the range of least cost, whatever the cost is. The best may be a thousandth of the data's extremes, and
 * the curve of few values, or of values far from the others, has many valleys.
 *
 * One bound for both signs: even ratios of the largest value first, then more finely around the best, then golden
 * section. Two bounds: every pair of ratios, drawn in towards a center; then from the best pairs by steps of either
 * bound and of both, halved where none gains.
 */
#include "range/rules.h"

#include <math.h>
#include <stdlib.h>

enum { RATIOS = 97, FINE = 16, GOLDEN_STEPS = 24 };
#define STEP 0.91700404320467121 /* 2^(-1/8): eight ratios an octave */

typedef struct search {
    qsi_range_cost cost;
    void *context;
    double lo, hi; /* the data's */
} search;

/* ---- one bound */

typedef struct best {
    double ratio, cost; /* the least seen so far */
} best;

static qsi_range mirrored_at(const search *s, double ratio)
{
    return (qsi_range){-(float)(s->hi * ratio), (float)(s->hi * ratio)};
}

static double try_ratio(const search *s, double ratio, best *b)
{
    double cost = s->cost(s->context, mirrored_at(s, ratio));
    if (cost < b->cost) *b = (best){ratio, cost};
    return cost;
}

/* Golden section between two ratios. */
static void refine(const search *s, double from, double to, best *b)
{
    const double golden = 0.6180339887498949;
    double x = to - golden * (to - from), y = from + golden * (to - from);
    double at_x = try_ratio(s, x, b), at_y = try_ratio(s, y, b);
    for (int i = 0; i < GOLDEN_STEPS && to - from > 1e-6 * to; i++) {
        if (at_x <= at_y) {
            to = y, y = x, at_y = at_x;
            x = to - golden * (to - from);
            at_x = try_ratio(s, x, b);
        } else {
            from = x, x = y, at_x = at_y;
            y = from + golden * (to - from);
            at_y = try_ratio(s, y, b);
        }
    }
}

static qsi_range one_bound(const search *s)
{
    best b = {1, INFINITY};
    double ratio = 1;
    for (int k = 0; k < RATIOS; k++, ratio *= STEP) try_ratio(s, ratio, &b);
    double from = b.ratio * STEP, to = fmin(b.ratio / STEP, 1), step = (to - from) / FINE;
    for (int k = 1; k < FINE; k++) try_ratio(s, from + step * k, &b);
    refine(s, b.ratio - step, fmin(b.ratio + step, 1), &b);
    return mirrored_at(s, b.ratio);
}

/* ---- two bounds */

enum { MOST_RATIOS = 32, ROUGH = 6, FINEST = 20 };

/* How many ratios of a bound are tried, evenly spaced ones and then each step times the one before; and how many of
 * the pairs are moved roughly, and of those finely. */
typedef struct effort {
    int even, ratios, rough, fine;
    double step;
} effort;
static const effort every = {16, 32, 12, 3, 0.70710678118654752}, few = {8, 14, 3, 1, 0.5};

typedef struct place {
    double lo, hi, cost;
    double step; /* of the next moves, halved where none gains */
} place;

static place at(const search *s, double lo, double hi)
{
    lo = fmax(lo, s->lo);
    hi = fmin(hi, s->hi);
    double cost = lo < hi ? s->cost(s->context, (qsi_range){(float)lo, (float)hi}) : INFINITY;
    return (place){lo, hi, cost, (hi - lo) / 8};
}

/* Moves to where the cost is less until steps have been halved so often. */
static void descend(const search *s, place *p, int halvings)
{
    while (halvings > 0) {
        place best = *p;
        for (int move = 0; move < 9; move++) {
            if (move == 4) continue;
            place next = at(s, p->lo + p->step * (move / 3 - 1), p->hi + p->step * (move % 3 - 1));
            if (next.cost < best.cost) best = (place){next.lo, next.hi, next.cost, p->step};
        }
        if (best.cost == p->cost) {
            best.step /= 2;
            halvings--;
        }
        *p = best;
    }
}

static int by_cost(const void *a, const void *b)
{
    const place *x = a, *y = b;
    return (x->cost > y->cost) - (x->cost < y->cost);
}

static qsi_range two_bounds(const search *s, double center, const effort *e)
{
    place places[MOST_RATIOS * MOST_RATIOS];
    double ratio[MOST_RATIOS];
    size_t count = 0;
    for (int i = 0; i < e->ratios; i++) ratio[i] = i < e->even ? 1 - (double)i / e->even : ratio[i - 1] * e->step;
    for (int i = 0; i < e->ratios; i++)
        for (int j = 0; j < e->ratios; j++)
            places[count++] = at(s, center + (s->lo - center) * ratio[i], center + (s->hi - center) * ratio[j]);
    qsort(places, count, sizeof *places, by_cost);
    for (int i = 0; i < e->rough; i++) descend(s, &places[i], ROUGH);
    qsort(places, (size_t)e->rough, sizeof *places, by_cost);
    for (int i = 0; i < e->fine; i++) descend(s, &places[i], FINEST - ROUGH);
    qsort(places, (size_t)e->fine, sizeof *places, by_cost);
    return (qsi_range){(float)places[0].lo, (float)places[0].hi};
}

qsi_range qsi_rule_mse(qsi_range data, double center, bool mirrored, bool thorough, qsi_range_cost cost,
                       void *context)
{
    search s = {.cost = cost, .context = context, .lo = (double)data.lo, .hi = (double)data.hi};
    if (mirrored) s.hi = fmax(fabs(s.lo), fabs(s.hi));
    if (data.lo == data.hi) return mirrored ? mirrored_at(&s, 1) : data;
    return mirrored ? one_bound(&s) : two_bounds(&s, center, thorough ? &every : &few);
}
