/*
 * Rule mse: the range of least cost, whatever the cost is. Bounds are tried in even ratios first (the best may be
 * a thousandth of the data's extremes), then more finely around the best, then refined by golden section.
 *
 * A range that is not mirrored has two bounds, drawn in towards a center: both together first, then one after the
 * other until neither moves (coordinate descent).
 */
#include "range/rules.h"

#include <math.h>

enum { RATIOS = 97, FINE = 16, GOLDEN_STEPS = 24, ROUNDS = 24 };
#define STEP 0.91700404320467121 /* 2^(-1/8): eight ratios an octave */

typedef struct search {
    qsi_range_cost cost;
    void *context;
    bool mirrored;
    double lo, hi;         /* the range at hand */
    double center;         /* the bounds are drawn in towards it */
    double from_lo, to_hi; /* the data's */
    enum { BOTH, LO, HI } moves;
} search;

static qsi_range range_at(const search *s, double ratio)
{
    if (s->mirrored) return (qsi_range){-(float)(s->to_hi * ratio), (float)(s->to_hi * ratio)};
    double lo = s->moves != HI ? s->center + (s->from_lo - s->center) * ratio : s->lo;
    double hi = s->moves != LO ? s->center + (s->to_hi - s->center) * ratio : s->hi;
    return (qsi_range){(float)lo, (float)hi};
}

typedef struct best {
    double ratio, cost; /* the least seen so far */
} best;

static double try(const search *s, double ratio, best *b)
{
    double cost = s->cost(s->context, range_at(s, ratio));
    if (cost < b->cost) *b = (best){ratio, cost};
    return cost;
}

/* Golden section between two ratios. */
static void refine(const search *s, double from, double to, best *b)
{
    const double golden = 0.6180339887498949;
    double x = to - golden * (to - from), y = from + golden * (to - from);
    double at_x = try(s, x, b), at_y = try(s, y, b);
    for (int i = 0; i < GOLDEN_STEPS && to - from > 1e-6 * to; i++) {
        if (at_x <= at_y) {
            to = y, y = x, at_y = at_x;
            x = to - golden * (to - from);
            at_x = try(s, x, b);
        } else {
            from = x, x = y, at_x = at_y;
            y = from + golden * (to - from);
            at_y = try(s, y, b);
        }
    }
}

static double take(search *s, const best *b, double cost_now)
{
    if (!(b->cost < cost_now)) return cost_now;
    qsi_range range = range_at(s, b->ratio);
    s->lo = (double)range.lo;
    s->hi = (double)range.hi;
    return b->cost;
}

static double descend_from(search *s, double near, double cost_now)
{
    best b = {near, cost_now};
    refine(s, near * STEP, fmin(near / STEP, 1), &b);
    return take(s, &b, cost_now);
}

/* Moves the bounds that move to where the cost is least, wherever they are. */
static double descend(search *s, double cost_now)
{
    best b = {1, INFINITY};
    double ratio = 1;
    for (int k = 0; k < RATIOS; k++, ratio *= STEP) try(s, ratio, &b);
    double from = b.ratio * STEP, to = fmin(b.ratio / STEP, 1), step = (to - from) / FINE;
    for (int k = 1; k < FINE; k++) try(s, from + step * k, &b); /* the curve of few values has many valleys */
    refine(s, b.ratio - step, fmin(b.ratio + step, 1), &b);
    return take(s, &b, cost_now);
}

/* How far the bound that moves is from the center, as a share of the data's. */
static double ratio_now(const search *s)
{
    double all = s->moves == LO ? s->from_lo - s->center : s->to_hi - s->center;
    return all == 0 ? 0 : ((s->moves == LO ? s->lo : s->hi) - s->center) / all;
}

qsi_range qsi_rule_mse(qsi_range data, double center, bool mirrored, qsi_range_cost cost, void *context)
{
    search s = {.cost = cost, .context = context, .mirrored = mirrored, .center = center};
    s.from_lo = s.lo = (double)data.lo;
    s.to_hi = s.hi = (double)data.hi;
    if (mirrored) {
        s.to_hi = s.hi = fmax(fabs(s.lo), fabs(s.hi));
        s.from_lo = s.lo = -s.hi;
    }
    if (s.lo == s.hi) return data;
    double least = descend(&s, cost(context, (qsi_range){(float)s.lo, (float)s.hi}));
    for (int round = 0; round < ROUNDS && !mirrored; round++) {
        double before = least;
        for (s.moves = LO; s.moves <= HI; s.moves++)
            least = round ? descend_from(&s, ratio_now(&s), least) : descend(&s, least);
        if (!(least < before * (1 - 1e-8))) break;
    }
    return (qsi_range){(float)s.lo, (float)s.hi};
}
