/* Rows that are not of unit length where scores are inner products. */
#include "findings/rules/rules.h"

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    if (!s->facts || s->metric != QSI_IP) return;
    double shortest = s->facts->shortest, longest = s->facts->longest;
    if (!(shortest <= longest) || (shortest >= 0.999 && longest <= 1.001)) return;
    bool nearly = shortest > 0.9 && longest < 1.1;
    qsi_finding *f = qsi_finding_add(
        out, rule,
        nearly ? "rows are nearly but not quite of unit length (%.6g to %.6g), so ip ranks them by length too; "
                 "use cosine to leave length out"
               : "rows are not of unit length (%.6g to %.6g), so ip ranks them by length too; use cosine to leave "
                 "length out",
        shortest, longest);
    if (!nearly && longest > 1.001) f->level = QSI_NOTE; /* lengths that are meant */
    qsi_finding_figure(f, "shortest", shortest);
    qsi_finding_figure(f, "longest", longest);
    qsi_finding_remedy(f, "measure by cosine, unless longer rows are meant to rank first");
    qsi_finding_try_option(f, "--metric cosine");
}

const qsi_rule qsi_rule_length = {
    .id = "not-unit-length",
    .level = QSI_WARNING,
    .title = "Rows not of unit length",
    .meaning =
        "By inner product a longer row ranks higher for many queries. Embeddings that were cut to their first "
        "dims, averaged or saved without normalising are often meant for cosine.",
    .decided = "Under ip, the shortest row is below 0.999 or the longest above 1.001; rows of zeros are left out. "
               "Where lengths "
               "go beyond 1 and are not near it, they may be meant: a note.",
    .data = find,
};
