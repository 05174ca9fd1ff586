/* The option outliers keeps more of each row than was asked for. */
#include "findings/rules/rules.h"

#include "codec/outliers.h"

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    char text[150];
    if (!qsi_outliers_exceed(m->spec, s->dim, text, sizeof text)) return;
    qsi_finding *f = qsi_finding_add_spec(out, rule, m->spec, "%s", text);
    qsi_finding_count(f, "kept", (double)qsi_outliers_count(m->spec, s->dim));
    qsi_finding_figure(f, "asked_per_mille", m->spec->value[QSI_OUTLIERS]);
    qsi_finding_count(f, "dim", (double)s->dim);
}

const qsi_rule qsi_rule_outliers = {
    .id = "outliers-exceed",
    .level = QSI_WARNING,
    .title = "More outliers than asked for",
    .meaning =
        "A row keeps a whole number of outliers, so short rows keep a larger share than the option says, and "
        "use more bytes.",
    .decided = "The whole number of outliers is a tenth or more above the share that was asked for.",
    .spec = find,
};
