/* What a set of levels costs on a histogram: sums of squared errors in closed form, in O(levels). */
#include "range/histogram.h"

#include "base/size.h"
#include "base/status.h"

#include <math.h>

typedef struct sums {
    double n, x, xx;
} sums;

int qsi_mass_open(qsi_mass *mass, const qsi_histogram *h)
{
    *mass = (qsi_mass){.h = h, .middle = h->lo + (double)h->bins / 2 * h->width};
    mass->sums = qsi_array(h->bins + 1, 3 * sizeof *mass->sums);
    if (!mass->sums) return QS_E_MEMORY;
    double *at = mass->sums;
    at[0] = at[1] = at[2] = 0;
    for (size_t i = 0; i < h->bins; i++, at += 3) {
        double n = h->counts[i], x = h->lo + ((double)i + 0.5) * h->width - mass->middle;
        at[3] = at[0] + n;
        at[4] = at[1] + n * x;
        at[5] = at[2] + n * (x * x + h->width * h->width / 12);
    }
    return QS_OK;
}

void qsi_mass_close(qsi_mass *mass)
{
    qsi_array_free(mass->sums);
    mass->sums = NULL;
}

double qsi_mass_squares(const qsi_mass *mass)
{
    const double *all = mass->sums + 3 * mass->h->bins;
    return all[2] + 2 * mass->middle * all[1] + mass->middle * mass->middle * all[0];
}

/* The sums of all values below t. */
static sums below(const qsi_mass *mass, double t)
{
    const qsi_histogram *h = mass->h;
    double at = (t - h->lo) / h->width;
    size_t bin = at <= 0 || isnan(at) ? 0 : at >= (double)h->bins ? h->bins : (size_t)at;
    const double *s = mass->sums + 3 * bin;
    sums out = {s[0], s[1], s[2]};
    if (!(at > 0) || bin == h->bins) return out;
    double part = at - (double)bin, n = h->counts[bin] * part, length = part * h->width;
    double left = h->lo + (double)bin * h->width - mass->middle;
    out.n += n;
    out.x += n * (left + length / 2);
    out.xx += n * (left * left + left * length + length * length / 3);
    return out;
}

double qsi_mass_below(const qsi_mass *mass, double t)
{
    return below(mass, t).n;
}

/* The sum of squared errors of values between two points: all to level c, or by chance to a or b. */
static double to_level(sums from, sums to, double c)
{
    return fmax((to.xx - from.xx) - 2 * c * (to.x - from.x) + c * c * (to.n - from.n), 0);
}

static double by_chance(sums from, sums to, double a, double b)
{
    return fmax((a + b) * (to.x - from.x) - (to.xx - from.xx) - a * b * (to.n - from.n), 0);
}

void qsi_levels_nearest(qsi_levels *levels)
{
    for (size_t i = 0; i + 1 < levels->count; i++) levels->cut[i] = (levels->at[i] + levels->at[i + 1]) / 2;
}

/* The cells of levels between the two ends; the outermost ones reach to them. */
static void cells(const qsi_mass *mass, const qsi_levels *l, sums from, sums to, qsi_cost *cost)
{
    sums a = from;
    for (size_t i = 0; i < l->count; i++) {
        double c = l->at[i] - mass->middle;
        sums b = to;
        if (i + 1 < l->count)
            b = below(mass, fmin(fmax(l->by_chance ? l->at[i + 1] : l->cut[i], cost->low), cost->high));
        if (!l->by_chance || i + 1 == l->count) {
            cost->rounding += to_level(a, b, c);
            cost->bias += c * (b.n - a.n) - (b.x - a.x);
        } else {
            sums start = a;
            if (i == 0) { /* below the first level there is no neighbour */
                start = below(mass, l->at[0]);
                cost->rounding += to_level(a, start, c);
                cost->bias += c * (start.n - a.n) - (start.x - a.x);
            }
            cost->rounding += by_chance(start, b, c, l->at[i + 1] - mass->middle);
        }
        a = b;
    }
}

void qsi_mass_cost(const qsi_mass *mass, const qsi_levels *l, qsi_cost *cost)
{
    double first = l->at[0], last = l->at[l->count - 1];
    *cost = (qsi_cost){.low = first, .high = last};
    if (l->count > 1) {
        cost->low = first - (l->at[1] - first) / 2;
        cost->high = last + (last - l->at[l->count - 2]) / 2;
    }
    const double *all = mass->sums + 3 * mass->h->bins;
    sums none = {0, 0, 0}, total = {all[0], all[1], all[2]};
    bool clips_low = mass->h->min<cost->low, clips_high = mass->h->max> cost->high;
    sums from = clips_low ? below(mass, cost->low) : none, to = clips_high ? below(mass, cost->high) : total;
    if (to.n < from.n) to = from;
    double under = first - mass->middle, over = last - mass->middle;
    cost->clipped = from.n + (total.n - to.n);
    cost->clipping = to_level(none, from, under) + to_level(to, total, over);
    cost->bias = under * from.n - from.x + over * (total.n - to.n) - (total.x - to.x);
    cells(mass, l, from, to, cost);
}
