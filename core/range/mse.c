/*
 * Rule mse: the range of least cost, whatever the cost is. The best may be a thousandth of the data's extremes, and
 * the curve of few values, or of values far from the others, has many valleys.
 *
 * One bound for both signs: even ratios of the largest value first, then more finely around the best, then golden
 * section. Two bounds: every pair of ratios, drawn in towards a center; then from the pairs better than their
 * neighbours by steps of either bound and of both, halved where none gains.
 */
#include "range/rules.h"

#include <math.h>
#include <string.h>

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
    double cost = s->cost(s->context, mirrored_at(s, ratio), INFINITY);
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

enum { MOST_RATIOS = 32, MOST_STARTS = 12, ROUGH = 3, FINEST = 16 };

/* How many ratios of a bound are tried, evenly spaced ones and then each step times the one before; and from how
 * many pairs the search goes on roughly, and from how many of those finely. */
typedef struct effort {
    int even, ratios;
    size_t rough, fine;
    double step;
} effort;
static const effort every = {16, 32, MOST_STARTS, 3, 0.70710678118654752}, few = {8, 14, 3, 1, 0.5};

typedef struct place {
    double lo, hi, cost; /* infinite where it is most or more */
    double step;         /* of the next moves, halved where none gains */
} place;

static place at(const search *s, double lo, double hi, double most)
{
    if (lo < s->lo) lo = s->lo;
    if (hi > s->hi) hi = s->hi;
    double cost = lo < hi ? s->cost(s->context, (qsi_range){(float)lo, (float)hi}, most) : INFINITY;
    return (place){lo, hi, cost < most ? cost : INFINITY, (hi - lo) / 8};
}

/* Moves to where the cost is less until steps have been halved so often. */
static void descend(const search *s, place *p, int halvings)
{
    while (halvings > 0) {
        place best = *p;
        for (int move = 0; move < 9; move++) {
            if (move == 4) continue;
            double lo = p->lo + p->step * (move / 3 - 1), hi = p->hi + p->step * (move % 3 - 1);
            place next = at(s, lo, hi, best.cost);
            if (next.cost < best.cost) best = (place){next.lo, next.hi, next.cost, p->step};
        }
        if (best.cost == p->cost) {
            best.step /= 2;
            halvings--;
        }
        *p = best;
    }
}

/* Puts a place among the best count of at most room, by their cost. */
static size_t keep(place *places, size_t count, size_t room, place p)
{
    size_t i = count < room ? count : room;
    for (; i > 0 && places[i - 1].cost > p.cost; i--)
        if (i < room) places[i] = places[i - 1];
    if (i < room) places[i] = p;
    return count < room ? count + 1 : room;
}

/* The best of the pairs of ratios. */
static size_t find_starts(const search *s, double center, const effort *e, place starts[MOST_STARTS])
{
    double ratio[MOST_RATIOS];
    size_t count = 0;
    for (int i = 0; i < e->ratios; i++) ratio[i] = i < e->even ? 1 - (double)i / e->even : ratio[i - 1] * e->step;
    for (int i = 0; i < e->ratios; i++)
        for (int j = 0; j < e->ratios; j++) {
            double lo = center + (s->lo - center) * ratio[i], hi = center + (s->hi - center) * ratio[j];
            double most = count < e->rough ? INFINITY : starts[count - 1].cost;
            place p = at(s, lo, hi, most);
            if (p.cost < most) count = keep(starts, count, e->rough, p);
        }
    return count;
}

static qsi_range two_bounds(const search *s, double center, const effort *e)
{
    place starts[MOST_STARTS], better[MOST_STARTS];
    size_t count = find_starts(s, center, e, starts);
    if (!count) return (qsi_range){(float)s->lo, (float)s->hi}; /* there is none whose cost is a number */
    for (int halvings = ROUGH; halvings <= FINEST; halvings += ROUGH) {
        size_t left = (count + 1) / 2, kept = 0;
        for (size_t i = 0; i < count; i++) {
            descend(s, &starts[i], ROUGH);
            kept = keep(better, kept, left, starts[i]);
        }
        count = kept;
        memcpy(starts, better, count * sizeof *starts);
    }
    return (qsi_range){(float)starts[0].lo, (float)starts[0].hi};
}

qsi_range qsi_rule_mse(qsi_range data, double center, bool mirrored, bool thorough, qsi_range_cost cost,
                       void *context)
{
    search s = {.cost = cost, .context = context, .lo = (double)data.lo, .hi = (double)data.hi};
    if (mirrored) s.hi = fmax(fabs(s.lo), fabs(s.hi));
    if (data.lo == data.hi) return mirrored ? mirrored_at(&s, 1) : data;
    return mirrored ? one_bound(&s) : two_bounds(&s, center, thorough ? &every : &few);
}
