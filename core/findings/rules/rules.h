/* Every rule by its file; table.c says in which order they report. */
#ifndef QSI_FINDING_RULES_H
#define QSI_FINDING_RULES_H

#include "findings/findings.h"

extern const qsi_rule qsi_rule_not_finite, qsi_rule_constant_dims, qsi_rule_length, qsi_rule_outliers,
    qsi_rule_decoded_not_finite, qsi_rule_floored_scales, qsi_rule_sparse_kl, qsi_rule_not_read,
    qsi_rule_merged_rows, qsi_rule_larger_than_file, qsi_rule_repeated_rows, qsi_rule_own_queries,
    qsi_rule_by_construction, qsi_rule_few_queries, qsi_rule_zero_rows, qsi_rule_ties, qsi_rule_one_sided,
    qsi_rule_lengths_vanish, qsi_rule_superblocks, qsi_rule_padded_groups, qsi_rule_elsewhere, qsi_rule_vanished,
    qsi_rule_few_for_centroids, qsi_rule_given_truth, qsi_rule_rows_axes;
/* layers.c */
extern const qsi_rule qsi_rule_channel_spread, qsi_rule_input_outliers, qsi_rule_inputs_clipped,
    qsi_rule_weakest_layer, qsi_rule_large_sums, qsi_rule_saturated_pairs, qsi_rule_few_calibration_rows;

#endif
