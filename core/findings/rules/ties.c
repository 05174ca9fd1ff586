/* Queries whose k-th and next true neighbours score alike. */
#include "findings/rules/rules.h"

#include <math.h>

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    if (!s->tied) return;
    double share = (double)s->tied / (double)s->nq, most = 0;
    for (size_t i = 0; i < s->count; i++) {
        const qsi_recall *r = s->specs[i].recall;
        if (r && !isnan(r->tied_k) && r->tied_k - r->at_k > most) most = r->tied_k - r->at_k;
    }
    qsi_finding *f =
        qsi_finding_add(out, rule,
                        "%zu of %zu queries have true neighbours %zu and %zu of equal score: which of them "
                        "counts is the luck of row order; recall@%zu_ties counts both",
                        s->tied, s->nq, s->k, s->k + 1, s->k);
    if (share < 0.05) f->level = QSI_NOTE;
    qsi_finding_count(f, "queries", (double)s->tied);
    qsi_finding_count(f, "of", (double)s->nq);
    qsi_finding_figure(f, "share", share);
    if (most > 0) qsi_finding_damage(f, "recall@%zu is up to %.4g lower than with ties counted", s->k, most);
    qsi_finding_remedy(f, "read recall@%zu_ties, or take a k at which scores differ", s->k);
}

const qsi_rule qsi_rule_ties = {
    .id = "ties",
    .level = QSI_WARNING,
    .title = "Ties among the true neighbours",
    .meaning =
        "Where the k-th and the next true score are equal, there is no one right list. A spec that finds the "
        "other of two equally near rows is counted as wrong by recall@k, and as right by recall@k_ties.",
    .decided = "The two scores are equal as float32. A note where fewer than one query in twenty has such a tie.",
    .data = find,
};
