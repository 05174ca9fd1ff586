/* Values outside of a range that was fitted on other rows. */
#include "findings/rules/rules.h"

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    (void)s;
    if (!m->elsewhere || !(m->clipping.count > 0)) return;
    double values = m->values, outside = m->clipping.count;
    qsi_finding *f =
        qsi_finding_add_spec(out, rule, m->spec,
                             "%.0f of %.0f values lie outside the range that was fitted on other rows, "
                             "and were clipped to it",
                             outside, values);
    if (outside < 0.01 * values) f->level = QSI_NOTE;
    qsi_finding_count(f, "values", outside);
    qsi_finding_count(f, "of", values);
    qsi_finding_figure(f, "share", outside / values);
    qsi_finding_figure(f, "overshoot", m->clipping.overshoot);
    qsi_finding_damage(f, "the furthest lies %.3g times the range beyond it", m->clipping.overshoot);
    qsi_finding_remedy(f, "fit on rows that cover these, or again on all rows");
}

const qsi_rule qsi_rule_elsewhere = {
    .id = "outside-of-fit",
    .level = QSI_WARNING,
    .title = "Values outside of an earlier fit",
    .meaning =
        "A scale that all rows share was fitted on other rows. Values beyond its outermost level are clipped to "
        "it, however far they lie.",
    .decided =
        "Values more than half a step beyond the outermost level are counted where what rows share was fitted "
        "elsewhere. A note below one value in a hundred.",
    .spec = find,
};
