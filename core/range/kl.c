/*
 * Rule kl: the range whose codes tell least of the data's distribution apart from their own, by NVIDIA's procedure
 * (pytorch-quantization, calib/histogram.py).
 *
 * Magnitudes stand in 2,048 bins from 0 to the largest. Bin 0 takes the count of bin 1. For i = 128 ... 2,048: P is
 * the first i bins, with all that lies beyond added to the last; Q spreads what each of `groups` equal groups of
 * the i bins holds (without what lies beyond) evenly over the group's bins that are not empty. The candidate of
 * least divergence sum P log(P / Q) wins, the last one of several; where Q is 0 and P is not it is infinite and
 * drops out. The range ends at edge i.
 *
 * With sums of c, of c log c and of non-empty bins up to each bin, a candidate costs O(groups), not O(bins):
 *   sum P log(P / Q) = (sum P log P - sum P log Q) / total - log(total) + log(sum Q), P and Q as counts.
 */
#include "range/rules.h"

#include "base/size.h"
#include "base/status.h"

#include <math.h>

/* Sums over the bins before i. */
typedef struct before {
    double count, entropy; /* of c, of c * log(c) */
    double used;           /* bins that are not empty */
} before;

static double entropy(double count)
{
    return count > 0 ? count * log(count) : 0;
}

static double divergence_of(const double *counts, const before *sums, size_t i, size_t groups)
{
    double last = counts[i - 1], kept = sums[i].count, total = sums[QSI_KL_BINS].count, beyond = total - kept;
    if (!(kept > 0) || (last == 0 && beyond > 0)) return INFINITY;
    double p_log_p = sums[i].entropy - entropy(last) + entropy(last + beyond), p_log_q = 0;
    for (size_t g = 0, begin = 0, end; g < groups; g++, begin = end) {
        end = ((g + 1) * i + groups - 1) / groups; /* bin j is in group floor(j * groups / i) */
        double cdf = sums[end].count - sums[begin].count, used = sums[end].used - sums[begin].used;
        if (!(cdf > 0)) continue;
        double each = log(cdf / used);
        p_log_q += cdf * each;
        if (g + 1 == groups) p_log_q += beyond * each;
    }
    return (p_log_p - p_log_q) / total - log(total) + log(kept);
}

size_t qsi_kl_bins(double counts[QSI_KL_BINS], size_t groups, double divergence[QSI_KL_BINS + 1])
{
    before *sums = qsi_array(QSI_KL_BINS + 1, sizeof *sums);
    size_t best = QSI_KL_BINS;
    if (!sums) return 0;
    counts[0] = counts[1];
    sums[0] = (before){0, 0, 0};
    for (size_t i = 0; i < QSI_KL_BINS; i++) {
        sums[i + 1].count = sums[i].count + counts[i];
        sums[i + 1].entropy = sums[i].entropy + entropy(counts[i]);
        sums[i + 1].used = sums[i].used + (counts[i] > 0);
    }
    double least = INFINITY;
    for (size_t i = QSI_KL_FIRST; i <= QSI_KL_BINS; i++) {
        divergence[i] = divergence_of(counts, sums, i, groups);
        if (!(divergence[i] <= least) || isinf(divergence[i])) continue;
        least = divergence[i];
        best = i;
    }
    qsi_array_free(sums);
    return best;
}

bool qsi_kl_sparse(const qsi_histogram *h)
{
    size_t filled = 0;
    for (size_t i = 0; i < QSI_KL_BINS; i++) filled += h->magnitudes[i] > 0;
    return filled < QSI_KL_FEW && h->min < h->max; /* a constant has no range to choose */
}

int qsi_rule_kl(const qsi_histogram *h, size_t groups, bool mirrored, qsi_range *range)
{
    double *counts = qsi_array(2 * QSI_KL_BINS + 1, sizeof *counts);
    if (!counts) return QS_E_MEMORY;
    for (size_t i = 0; i < QSI_KL_BINS; i++) counts[i] = h->magnitudes[i];
    size_t bins = qsi_kl_bins(counts, groups, counts + QSI_KL_BINS);
    qsi_array_free(counts);
    if (!bins) return QS_E_MEMORY;
    double end = qsi_histogram_largest(h) * (double)bins / QSI_KL_BINS;
    *range = qsi_range_about_0((float)end);
    if (mirrored) return QS_OK;
    range->lo = fmaxf(range->lo, h->min);
    range->hi = fminf(range->hi, h->max);
    if (range->lo > range->hi) *range = (qsi_range){h->min, h->max}; /* all the data lies beyond, on one side */
    return QS_OK;
}
