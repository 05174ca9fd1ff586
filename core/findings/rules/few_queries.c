/* Too few queries for an interval to mean much. */
#include "findings/rules/rules.h"

enum { FEW = 20 };

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    if (!s->searched || s->nq >= FEW) return;
    qsi_finding *f =
        qsi_finding_add(out, rule,
                        "%zu quer%s too few for the 95 %% interval of recall: resampling so few gives one "
                        "that is too narrow, of equal recalls a single point",
                        s->nq, s->nq == 1 ? "y is" : "ies are");
    f->level = s->nq < FEW / 2 ? QSI_WARNING : QSI_NOTE;
    qsi_finding_count(f, "queries", (double)s->nq);
    qsi_finding_count(f, "wanted", FEW);
    if (s->nq)
        qsi_finding_damage(f, "even if all %zu are right, up to %.2g of all queries may be wrong (95 %%)", s->nq,
                           3.0 / (double)s->nq < 1 ? 3.0 / (double)s->nq : 1.0);
    qsi_finding_remedy(f, "measure with 100 queries or more");
}

const qsi_rule qsi_rule_few_queries = {
    .id = "few-queries",
    .level = QSI_WARNING,
    .title = "Few queries",
    .meaning =
        "The interval beside recall resamples the queries. Of a handful it is too narrow: what other queries "
        "would show is not in it.",
    .decided = "Fewer than 20 queries; a note from 10 on. The damage is the rule of three: 3 / queries.",
    .data = find,
};
