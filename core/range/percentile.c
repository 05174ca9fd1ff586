/* Rule percentile: leaves out the few values of largest magnitude, or the few at either end. */
#include "range/rules.h"

#include "base/bytes.h"
#include "range/quickselect.h"

#include <math.h>

/* How many of n values are left out, at one end or both together. 1e-9 keeps 1,000 * 0.1 % at 1. */
static double left_out(double n, double p)
{
    return floor(n * (100 - p) / 100 + 1e-9);
}

/* The least magnitude that has no more than out greater ones: bit by bit, as floats above 0 are in the order of
 * their bits. */
static float magnitude_below(const qsi_cdf *cdf, double out)
{
    double n = qsi_cdf_total(cdf);
    uint32_t most = qsi_float_bits((float)qsi_histogram_largest(cdf->h)), least = 0;
    while (least < most) {
        uint32_t half = least + (most - least) / 2;
        double next = (double)qsi_bits_float(half + 1),
               t = (double)qsi_bits_float(half); /* beyond t is from next */
        double outside = qsi_cdf_below(cdf, -t) + n - qsi_cdf_below(cdf, next);
        if (outside > out)
            least = half + 1;
        else
            most = half;
    }
    return qsi_bits_float(least);
}

qsi_range qsi_rule_percentile(const qsi_cdf *cdf, double p, bool mirrored)
{
    double n = qsi_cdf_total(cdf), out = fmin(left_out(n, p), n - 1), end = floor(out / 2);
    if (mirrored) return qsi_range_about_0(magnitude_below(cdf, out));
    return (qsi_range){(float)qsi_cdf_ranked(cdf, end), (float)qsi_cdf_ranked(cdf, n - 1 - end)};
}

qsi_range qsi_rule_percentile_values(const float *x, size_t n, double p, bool mirrored, float *scratch)
{
    size_t out = (size_t)left_out((double)n, p), end = out / 2;
    if (!mirrored) {
        if (2 * end >= n) end = (n - 1) / 2;
        return (qsi_range){qsi_quickselect(x, n, n - end), qsi_quickselect(x, n, end + 1)};
    }
    for (size_t i = 0; i < n; i++) scratch[i] = fabsf(x[i]);
    return qsi_range_about_0(qsi_quickselect(scratch, n, out < n ? out + 1 : n));
}
