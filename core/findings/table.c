/* The table of rules: a new rule is a file in rules/ and a line here. */
#include "findings/findings.h"

#include "findings/rules/rules.h"

/* clang-format off */
const qsi_rule *const qsi_rules[] = {
    &qsi_rule_not_read,
    &qsi_rule_rows_axes,
    &qsi_rule_not_finite,
    &qsi_rule_merged_rows,
    &qsi_rule_constant_dims,
    &qsi_rule_length,
    &qsi_rule_zero_rows,
    &qsi_rule_repeated_rows,
    &qsi_rule_own_queries,
    &qsi_rule_by_construction,
    &qsi_rule_few_queries,
    &qsi_rule_ties,
    &qsi_rule_given_truth,
    &qsi_rule_lengths_vanish,
    &qsi_rule_larger_than_file,
    &qsi_rule_outliers,
    &qsi_rule_superblocks,
    &qsi_rule_padded_groups,
    &qsi_rule_one_sided,
    &qsi_rule_elsewhere,
    &qsi_rule_vanished,
    &qsi_rule_decoded_not_finite,
    &qsi_rule_floored_scales,
    &qsi_rule_sparse_kl,
    &qsi_rule_few_for_centroids,
    &qsi_rule_channel_spread,
    &qsi_rule_input_outliers,
    &qsi_rule_inputs_clipped,
    &qsi_rule_weakest_layer,
    &qsi_rule_large_sums,
    &qsi_rule_saturated_pairs,
    &qsi_rule_few_calibration_rows,
    NULL,
};
/* clang-format on */

void qsi_find_spec(const qsi_subject *subject, const qsi_measured *measured, qsi_findings *out)
{
    for (const qsi_rule *const *rule = qsi_rules; *rule; rule++)
        if ((*rule)->spec) (*rule)->spec(*rule, subject, measured, out);
}

void qsi_find(const qsi_subject *subject, qsi_findings *out)
{
    for (const qsi_rule *const *rule = qsi_rules; *rule; rule++)
        if ((*rule)->data) (*rule)->data(*rule, subject, out);
    for (size_t i = 0; i < subject->count; i++) qsi_find_spec(subject, &subject->specs[i], out);
}

size_t qs_rules_json(char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "rules");
    qsi_json_open(&json, '[');
    for (const qsi_rule *const *rule = qsi_rules; *rule; rule++) {
        const struct {
            const char *key, *text;
        } members[] = {{"id", (*rule)->id},
                       {"level", qsi_level_name((*rule)->level)},
                       {"title", (*rule)->title},
                       {"meaning", (*rule)->meaning},
                       {"decided", (*rule)->decided}};
        qsi_json_open(&json, '{');
        for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
            qsi_json_key(&json, members[i].key);
            qsi_json_text(&json, members[i].text);
        }
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
