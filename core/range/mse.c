/*
 * Rule mse on histograms: the range of least cost, whatever the cost is. The best may be a thousandth of the data's
 * extremes, and the curve of few values, or of values far from the others, has many valleys.
 *
 * It may lie beyond the data. levels=full has no level at the largest value but half a step below. Levels of floats
 * repeat at twice the scale, not within an octave. And values that are all whole multiples of something are kept
 * exactly where k levels lie from each to the next: if k is the most that there are levels for, the range is at
 * most (k + 1) / k as wide as the data. So twice as far is enough.
 *
 * One bound, for both signs or where all values have one: ratios of the largest value first, then more finely
 * around the best of those better than their neighbours, then golden section. Two bounds: every pair of ratios,
 * drawn in towards a center, and either bound moved out alone; then from the best pairs by steps of either bound
 * and of both, halved where none gains.
 */
#include "range/rules.h"

#include <math.h>
#include <string.h>

typedef struct search {
    qsi_range_cost cost;
    void *context;
    double lo, hi; /* the data's */
} search;

/* A range that float32 cannot hold costs more than any. */
static double cost_of(const search *s, double lo, double hi, double most)
{
    qsi_range range = {(float)lo, (float)hi};
    return isfinite(range.lo) && isfinite(range.hi) ? s->cost(s->context, range, most) : INFINITY;
}

/* Two bounds, or two ratios with a better one between. */
typedef struct place {
    double lo, hi, cost; /* infinite where it is most or more */
    double step;         /* of the next moves, halved where none gains */
} place;

/* Puts a place among the best count of at most room, by their cost. */
static size_t keep(place *places, size_t count, size_t room, place p)
{
    size_t i = count < room ? count : room;
    for (; i > 0 && places[i - 1].cost > p.cost; i--)
        if (i < room) places[i] = places[i - 1];
    if (i < room) places[i] = p;
    return count < room ? count + 1 : room;
}

/* ---- one bound */

/* Ratios of the bound to the largest value: evenly from 2 down to 1/2, EVEN of them to 1, then eight an octave.
 * Around the best VALLEYS of them the search goes on, in FINE even steps, and to CLOSE at last. */
enum { EVEN = 128, TAIL = 88, VALLEYS = 4, FINE = 16, GOLDEN_STEPS = 24 };
#define STEP 0.91700404320467121 /* 2^(-1/8) */
#define CLOSE 1e-6

typedef struct best {
    double ratio, cost; /* the least seen so far */
} best;

static double try_ratio(const search *s, double ratio, double most, best *b)
{
    double cost = cost_of(s, s->lo * ratio, s->hi * ratio, most);
    if (cost < b->cost) *b = (best){ratio, cost};
    return cost;
}

/* Golden section between two ratios. */
static void refine(const search *s, double from, double to, best *b)
{
    const double golden = 0.6180339887498949;
    double x = to - golden * (to - from), y = from + golden * (to - from);
    double at_x = try_ratio(s, x, INFINITY, b), at_y = try_ratio(s, y, INFINITY, b);
    for (int i = 0; i < GOLDEN_STEPS && to - from > CLOSE * to; i++) {
        if (at_x <= at_y) {
            to = y, y = x, at_y = at_x;
            x = to - golden * (to - from);
            at_x = try_ratio(s, x, INFINITY, b);
        } else {
            from = x, x = y, at_x = at_y;
            y = from + golden * (to - from);
            at_y = try_ratio(s, y, INFINITY, b);
        }
    }
}

/* The best of the ratios that cost less than their neighbours, each as the place between the two. */
static size_t find_valleys(const search *s, place valleys[VALLEYS], best *b)
{
    int even = 3 * EVEN / 2, all = even + TAIL;
    size_t count = 0;
    double before = 2, ratio = 2, cost = INFINITY;
    bool falling = false;
    for (int k = 0; k <= all; k++) {
        double next = k < even ? 2 - (double)k / EVEN : k == even ? 0.5 : ratio * STEP;
        double most = count < VALLEYS ? INFINITY : valleys[count - 1].cost;
        double then = k < all ? try_ratio(s, next, most, b) : INFINITY;
        if (falling && cost <= then) count = keep(valleys, count, VALLEYS, (place){next, before, cost, 0});
        falling = then < cost;
        before = ratio, ratio = next, cost = then;
    }
    return count;
}

static qsi_range one_bound(const search *s)
{
    place valleys[VALLEYS];
    best b = {1, INFINITY};
    size_t count = find_valleys(s, valleys, &b);
    for (size_t i = 0; i < count; i++) {
        best here = {1, INFINITY};
        double step = (valleys[i].hi - valleys[i].lo) / FINE;
        for (int k = 1; k < FINE; k++) try_ratio(s, valleys[i].lo + step * k, INFINITY, &here);
        refine(s, here.ratio - step, fmin(here.ratio + step, 2), &here);
        if (here.cost < b.cost) b = here;
    }
    return (qsi_range){(float)(s->lo * b.ratio), (float)(s->hi * b.ratio)};
}

/* ---- two bounds */

/* Pairs of ratios of the two bounds: RATIOS of each, ALIKE of them evenly spaced, each of the rest SHRINK times the
 * one before; and one bound moved out in OUT even steps by the width of the data. The search goes on from the best
 * STARTS pairs, and from as many with a bound moved out that are better than all pairs. */
enum { ALIKE = 16, RATIOS = 32, OUT = 64, STARTS = 12, ROUGH = 3, FINEST = 16 };
#define SHRINK 0.70710678118654752

static place at(const search *s, double lo, double hi, double most)
{
    double width = s->hi - s->lo;
    lo = fmax(lo, s->lo - width);
    hi = fmin(hi, s->hi + width);
    double cost = lo < hi ? cost_of(s, lo, hi, most) : INFINITY;
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

/* Puts a pair of bounds among the best of at most room that cost less than most. */
static size_t start_at(const search *s, double lo, double hi, double most, place *starts, size_t count, size_t room)
{
    place p = at(s, lo, hi, count < room ? most : starts[count - 1].cost);
    return isinf(p.cost) ? count : keep(starts, count, room, p);
}

/* The best of the pairs of ratios, and of the data's own bounds with one of them moved out. */
static size_t find_starts(const search *s, double center, place starts[2 * STARTS])
{
    double ratio[RATIOS], width = s->hi - s->lo;
    size_t count = 0, out = 0;
    for (int i = 0; i < RATIOS; i++) ratio[i] = i < ALIKE ? 1 - (double)i / ALIKE : ratio[i - 1] * SHRINK;
    for (int i = 0; i < RATIOS; i++)
        for (int j = 0; j < RATIOS; j++) {
            double lo = center + (s->lo - center) * ratio[i], hi = center + (s->hi - center) * ratio[j];
            count = start_at(s, lo, hi, INFINITY, starts, count, STARTS);
        }
    double most = count ? starts[0].cost : INFINITY;
    for (int i = 1; i <= OUT; i++) {
        double by = width * i / OUT;
        out = start_at(s, s->lo - by, s->hi, most, starts + count, out, STARTS);
        out = start_at(s, s->lo, s->hi + by, most, starts + count, out, STARTS);
    }
    return count + out;
}

static qsi_range two_bounds(const search *s, double center)
{
    place starts[2 * STARTS], better[2 * STARTS];
    size_t count = find_starts(s, center, starts);
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

qsi_range qsi_rule_mse(qsi_range data, double center, bool one, qsi_range_cost cost, void *context)
{
    search s = {.cost = cost, .context = context, .lo = (double)data.lo, .hi = (double)data.hi};
    if (data.lo == data.hi) return data;
    return one ? one_bound(&s) : two_bounds(&s, center);
}
