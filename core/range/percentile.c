/* Rule percentile: leaves out the few values of largest magnitude, or the few at either end. */
#include "range/rules.h"

#include <math.h>
#include <stdlib.h>

/* How many of n values are left out, at one end or both together. 1e-9 keeps 1,000 * 0.1 % at 1. */
static double left_out(double n, double p)
{
    return floor(n * (100 - p) / 100 + 1e-9);
}

/* Where the first value stands that has count others below it. */
static double after(const qsi_histogram *h, double count)
{
    double below = 0;
    size_t i = 0;
    for (; i + 1 < h->bins && below + h->counts[i] <= count; i++) below += h->counts[i];
    return h->lo + ((double)i + (h->counts[i] ? (count - below) / h->counts[i] : 0)) * h->width;
}

static qsi_range within(const qsi_histogram *h, double lo, double hi)
{
    return (qsi_range){(float)fmax(lo, (double)h->min), (float)fmin(hi, (double)h->max)};
}

qsi_range qsi_rule_percentile(const qsi_histogram *h, double p, bool mirrored)
{
    double n = qsi_histogram_total(h), out = left_out(n, p);
    if (!mirrored) {
        double end = floor(out / 2);
        double lo = end > 0 ? after(h, end) : (double)h->min;
        return within(h, lo, end > 0 ? qsi_histogram_quantile(h, n - end) : (double)h->max);
    }
    double largest = fmax(fabs((double)h->min), fabs((double)h->max));
    double outside = 0;
    size_t i = 0, half = h->bins / 2, bins = h->mirrored ? half : 0;
    for (; i < bins; i++) { /* from the outside inwards, both signs at once */
        double n_here = (double)h->counts[i] + (double)h->counts[h->bins - 1 - i];
        if (outside + n_here > out) {
            double part = (out - outside) / n_here;
            largest = fmin(largest, ((double)(half - i) - part) * h->width);
            break;
        }
        outside += n_here;
    }
    return (qsi_range){-(float)largest, (float)largest};
}

static int ascending(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

qsi_range qsi_rule_percentile_values(const float *x, size_t n, double p, bool mirrored, float *scratch)
{
    size_t out = (size_t)left_out((double)n, p), end = mirrored ? 0 : out / 2;
    for (size_t i = 0; i < n; i++) scratch[i] = mirrored ? fabsf(x[i]) : x[i];
    qsort(scratch, n, sizeof *scratch, ascending);
    if (mirrored) {
        float largest = scratch[out < n ? n - 1 - out : 0];
        return (qsi_range){-largest, largest};
    }
    if (2 * end >= n) end = (n - 1) / 2;
    return (qsi_range){scratch[end], scratch[n - 1 - end]};
}
