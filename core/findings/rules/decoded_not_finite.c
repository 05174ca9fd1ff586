/* Finite values that decode to NaN or infinity. */
#include "findings/rules/rules.h"

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    if (!m->errors || (s->facts && s->facts->broken > 0) || qsi_errors_defined(m->errors)) return;
    qsi_finding *f = qsi_finding_add_spec(out, rule, m->spec,
                                          "some values decode to NaN or infinity, so its errors have no number; a "
                                          "row whose score is NaN is found last");
    qsi_finding_damage(f, "rows with such values cannot be found");
}

const qsi_rule qsi_rule_decoded_not_finite = {
    .id = "decoded-not-finite",
    .level = QSI_WARNING,
    .title = "Values or scales that overflow",
    .meaning =
        "A value, or the scale of its block, is larger than the stored type can hold, so finite values decode to "
        "infinity or NaN. Errors have no number then, and rows with NaN scores are found last.",
    .decided = "All rows are finite and a decoded value is not.",
    .spec = find,
};
