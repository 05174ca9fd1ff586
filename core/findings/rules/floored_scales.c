/* Scales smaller than can be used, raised to the least. */
#include "findings/rules/rules.h"

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    (void)s;
    if (!(m->floored > 0)) return;
    qsi_finding *f = qsi_finding_add_spec(
        out, rule, m->spec, "%.0f scales were smaller than can be used and were raised to the least", m->floored);
    qsi_finding_count(f, "scales", m->floored);
}

const qsi_rule qsi_rule_floored_scales = {
    .id = "floored-scales",
    .level = QSI_WARNING,
    .title = "Scales raised to the least",
    .meaning = "Values so close together, or so small, that the scale for them is below the least that the format "
               "uses. Steps are then wider than the range of the values needs.",
    .decided = "Scales that encoding or fitting raised to the least are counted.",
    .spec = find,
};
