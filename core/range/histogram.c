/* Histograms: edges, quantiles and magnitudes. */
#include "range/histogram.h"

#include <math.h>

void qsi_histogram_edges(qsi_histogram *h, float min, float max, bool mirrored, size_t bins)
{
    double largest = fmax(fabs((double)min), fabs((double)max));
    *h = (qsi_histogram){.min = min, .max = max, .mirrored = mirrored, .bins = bins};
    h->lo = mirrored ? -largest : (double)min;
    double span = mirrored ? 2 * largest : (double)max - (double)min;
    h->width = fmax(span / (double)bins, fmax(largest * 0x1p-60, 0x1p-1000)); /* a constant fills one bin */
}

double qsi_histogram_total(const qsi_histogram *h)
{
    double total = 0;
    for (size_t i = 0; i < h->bins; i++) total += h->counts[i];
    return total;
}

double qsi_histogram_quantile(const qsi_histogram *h, double count)
{
    double below = 0;
    size_t last = 0;
    for (size_t i = 0; i < h->bins; i++) {
        if (!h->counts[i]) continue;
        last = i;
        if (below + h->counts[i] >= count) {
            double part = fmax(count - below, 0) / h->counts[i];
            return h->lo + ((double)i + part) * h->width;
        }
        below += h->counts[i];
    }
    return h->lo + (double)(last + 1) * h->width;
}

double qsi_histogram_magnitudes(const qsi_histogram *h, size_t bins, double *counts)
{
    double largest = fmax(fabs((double)h->min), fabs((double)h->max));
    size_t half = h->bins / 2, each = half / bins;
    for (size_t i = 0; i < bins; i++) counts[i] = 0;
    if (h->mirrored && each * bins == half) {
        for (size_t i = 0; i < half; i++)
            counts[i / each] += (double)h->counts[half + i] + (double)h->counts[half - 1 - i];
        return largest;
    }
    for (size_t i = 0; i < h->bins; i++) { /* a bin of the histogram covers a few of these, or a part of one */
        if (!h->counts[i]) continue;
        double from = h->lo + (double)i * h->width, to = from + h->width, step = largest / (double)bins;
        double ends[3] = {from, from < 0 && to > 0 ? 0 : to, to};
        for (int part = 0; part < 2; part++) {
            double a = fmin(fabs(ends[part]), fabs(ends[part + 1])),
                   b = fmax(fabs(ends[part]), fabs(ends[part + 1]));
            if (!(b > a)) continue;
            for (size_t m = step > 0 ? (size_t)fmin(a / step, (double)bins - 1) : 0; m < bins; m++) {
                double top = m + 1 == bins ? b : fmin(b, (double)(m + 1) * step);
                double low = fmax(a, (double)m * step);
                if (top > low) counts[m] += h->counts[i] * (top - low) / h->width;
                if (top >= b) break;
            }
        }
    }
    return largest;
}
