/* Every rule by its file; table.c says in which order they report. */
#ifndef QSI_FINDING_RULES_H
#define QSI_FINDING_RULES_H

#include "findings/findings.h"

extern const qsi_rule qsi_rule_not_finite, qsi_rule_constant_dims, qsi_rule_length, qsi_rule_outliers,
    qsi_rule_decoded_not_finite, qsi_rule_floored_scales, qsi_rule_sparse_kl, qsi_rule_not_read;

#endif
