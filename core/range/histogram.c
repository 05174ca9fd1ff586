/* Histograms: edges, quantiles and magnitudes. */
#include "range/histogram.h"

#include <assert.h>
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

double qsi_histogram_largest(const qsi_histogram *h)
{
    return fmax(fabs((double)h->min), fabs((double)h->max));
}

void qsi_histogram_magnitudes(const qsi_histogram *h, double counts[QSI_MAGNITUDES])
{
    size_t half = h->bins / 2, each = half / QSI_MAGNITUDES;
    assert(h->magnitudes || (h->mirrored && each * QSI_MAGNITUDES == half));
    for (size_t i = 0; i < QSI_MAGNITUDES; i++) counts[i] = h->magnitudes ? h->magnitudes[i] : 0;
    for (size_t i = 0; i < half && !h->magnitudes; i++)
        counts[i / each] += (double)h->counts[half + i] + (double)h->counts[half - 1 - i];
}
