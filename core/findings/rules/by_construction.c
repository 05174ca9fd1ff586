/* Recall that is 1 whatever the codes are. */
#include "findings/rules/rules.h"

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    if (!s->searched || s->rows > (double)s->k) return;
    qsi_finding *f =
        qsi_finding_add(out, rule,
                        "recall@%zu is 1 by construction: the base has no more than %zu rows (%.0f), so "
                        "all of them are found whatever the codes are",
                        s->k, s->k, s->rows);
    qsi_finding_count(f, "rows", s->rows);
    qsi_finding_count(f, "k", (double)s->k);
    qsi_finding_count(f, "from_k", s->rows);
    qsi_finding_damage(f, "recall@%zu compares nothing, and an --assert on it fails", s->k);
    qsi_finding_remedy(f, "measure on more rows, many times k, or on a smaller k");
    if (s->rows > 2) qsi_finding_try_option(f, "-k 1");
}

/* Rescoring chooses among candidates by float32; where they are all rows, codes choose nothing. */
static void find_spec(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    bool rescores = qsi_format_option(m->spec->format, QSI_RESCORE) && m->spec->value[QSI_RESCORE] > 0;
    if (!s->searched || !rescores || m->candidates < s->rows || s->rows <= (double)s->k) return;
    qsi_finding *f =
        qsi_finding_add_spec(out, rule, m->spec,
                             "its recall is 1 by construction: rescore=%.0f at k %zu ranks all %.0f rows "
                             "by float32, whatever the codes are",
                             m->spec->value[QSI_RESCORE], s->k, s->rows);
    qsi_finding_count(f, "rows", s->rows);
    qsi_finding_count(f, "candidates", m->candidates);
    qsi_finding_count(f, "from_k", 1);
    qsi_finding_damage(f, "its recall compares nothing, and an --assert on it fails");
    qsi_finding_remedy(f, "measure on more rows, many times k * rescore");
}

const qsi_rule qsi_rule_by_construction = {
    .id = "recall-by-construction",
    .level = QSI_WARNING,
    .title = "Recall that is 1 by construction",
    .meaning =
        "With no more rows than neighbours wanted, every search finds all of them; so does one that rescores "
        "every row. Such a recall says nothing about the codes.",
    .decided = "The base has at most k rows, or k times rescore is at least its rows.",
    .data = find,
    .spec = find_spec,
};
