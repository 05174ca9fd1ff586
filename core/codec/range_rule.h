/*
 * The range of a scale by the rule of a spec (range=minmax, percentile, mse, kl, std): from what a fit observed, or
 * from a row's or a block's own values. The rules themselves are range/rules.h; what they need to know of a format
 * they ask of its family (levels, squared).
 */
#ifndef QSI_RANGE_RULE_H
#define QSI_RANGE_RULE_H

#include "codec/codec.h"
#include "range/rules.h"

/* Whether one bound serves both signs. */
static inline bool qsi_range_rule_mirrored(const qsi_spec *spec)
{
    return qsi_word(spec, QSI_MAP) == QSI_MAP_SYM;
}
/* What a fit of scales per tensor or dim observes. */
qsi_statistic qsi_range_rule_needs(const qsi_spec *spec);
/* The digest of a fit: each histogram becomes a range. */
void qsi_range_rule_digest(const qsi_spec *spec, qsi_digest *digest);
/* The number of scales for which rule kl saw magnitudes in too few bins to choose by, and what to say of that: text
 * holds QSI_KL_TEXT bytes. */
enum { QSI_KL_TEXT = 240 };
double qsi_range_rule_sparse(const qsi_spec *spec, const qsi_observer *seen, size_t count);
void qsi_range_rule_sparse_text(double sparse, double count, char *text);
/* The range of group g of count, from what a fit saw; seen holds nothing for range=given. */
qsi_range qsi_range_rule_observed(const qsi_spec *spec, const qsi_observer *seen, size_t g, size_t count);

/* The range by the spec's rule on a histogram, and on moments (sum, squares and count of x). */
int qsi_range_rule_histogram(const qsi_spec *spec, const qsi_cdf *cdf, qsi_range *range);
qsi_range qsi_range_rule_moments(const qsi_spec *spec, double count, double sum, double squares, qsi_range data);

/* The range of n finite values from data.lo to data.hi, by any rule but mse; scratch: n floats. */
qsi_range qsi_range_rule_values(const qsi_spec *spec, const float *x, size_t n, qsi_range data, float *scratch);
/* The same by rule mse (range_rule_mse.c), in place of the data's own range where one costs less. */
int qsi_range_rule_mse(const qsi_spec *spec, const float *x, size_t n, qsi_range *range);
/* The range of values alone, 0 to 0 without any; QS_E_DATA where some are not finite. */
int qsi_range_rule_one_scale(const qsi_spec *spec, const float *x, size_t n, qsi_range *range);

#endif
