/*
 * The rules that choose a range, a file each: percentile.c, std.c, mse.c, kl.c.
 *
 * A rule sees a histogram, moments, or the values themselves, and answers with the two ends of a range. mirrored
 * (map=sym) means one bound for both signs: lo = -hi. What a range becomes (scale, zero point) is not decided here.
 */
#ifndef QSI_RULES_H
#define QSI_RULES_H

#include "range/histogram.h"

typedef struct qsi_range {
    float lo, hi;
} qsi_range;

/* The range of one bound for both signs; that of 0 does not begin at -0. */
static inline qsi_range qsi_range_about_0(float most)
{
    return (qsi_range){0 - most, most};
}

/* percentile: of n values floor(n * (100 - p) / 100) of the largest magnitude are left out, or half as many at
 * either end where the range is not mirrored; the range goes to the outermost of those that stay. */
qsi_range qsi_rule_percentile(const qsi_cdf *cdf, double p, bool mirrored);
/* The same of values themselves, exactly; scratch holds n floats. */
qsi_range qsi_rule_percentile_values(const float *x, size_t n, double p, bool mirrored, float *scratch);

/* std: mean -+ sd standard deviations, no further than the data. */
qsi_range qsi_rule_std(double count, double sum, double squares, qsi_range data, double sd, bool mirrored);

/* mse: the range of least cost. one: of those whose ends are the data's times a number up to 2; else either bound
 * goes out by the data's width at most, and the search goes from ranges that hold center. A cost that is known to
 * be most or more may be any number that is. */
typedef double (*qsi_range_cost)(void *context, qsi_range range, double most);
qsi_range qsi_rule_mse(qsi_range data, double center, bool one, qsi_range_cost cost, void *context);

/* kl: NVIDIA's procedure on the magnitudes of the values, see kl.c. groups: how many codes magnitudes have. sparse:
 * whether magnitudes fill so few bins that its choice means little. */
enum { QSI_KL_BINS = QSI_MAGNITUDES, QSI_KL_FIRST = 128, QSI_KL_FEW = QSI_KL_BINS / 4 };
bool qsi_kl_sparse(const qsi_histogram *h);
int qsi_rule_kl(const qsi_histogram *h, size_t groups, bool mirrored, qsi_range *range);
/* The procedure itself: the last of the candidates (how many bins a range keeps) of least divergence. counts[0] is
 * overwritten. divergence[i]: that of keeping i bins, for i >= QSI_KL_FIRST; infinite candidates drop out. */
size_t qsi_kl_bins(double counts[QSI_KL_BINS], size_t groups, double divergence[QSI_KL_BINS + 1]);

#endif
