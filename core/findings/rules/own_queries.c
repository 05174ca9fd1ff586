/* Queries that are rows of the base. */
#include "findings/rules/rules.h"

#include <math.h>

/* The spec whose recall loses most without the row itself. */
static void damage(const qsi_subject *s, qsi_finding *f)
{
    const qsi_measured *worst = NULL;
    double most = 0;
    for (size_t i = 0; i < s->count; i++) {
        const qsi_recall *r = s->specs[i].recall;
        if (!r || isnan(r->apart_k) || !(r->at_k - r->apart_k > most)) continue;
        most = r->at_k - r->apart_k;
        worst = &s->specs[i];
    }
    if (!worst) return;
    char spec[QSI_SPEC_TEXT];
    qsi_spec_text(worst->spec, spec);
    qsi_finding_damage(f, "%s has recall@%zu %.4g with the row itself, %.4g without it", spec, s->k,
                       worst->recall->at_k, worst->recall->apart_k);
}

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    if (!s->facts || !s->nq || !s->facts->copies.count) return;
    size_t queries = qsi_copies_queries(&s->facts->copies);
    if (!queries) return;
    qsi_finding *f =
        s->drawn
            ? qsi_finding_add(out, rule,
                              "%zu of %zu queries drawn from the base have copies in it: they find those first, "
                              "so recall@1 says little; see the recall without_self",
                              queries, s->nq)
            : qsi_finding_add(out, rule,
                              "%zu of %zu queries are rows of the base: each finds itself first, so recall@1 says "
                              "little; see the recall without_self",
                              queries, s->nq);
    if ((double)queries < 0.01 * (double)s->nq) f->level = QSI_NOTE;
    qsi_finding_count(f, "queries", (double)queries);
    qsi_finding_count(f, "of", (double)s->nq);
    damage(s, f);
    qsi_finding_remedy(f, s->drawn
                              ? "keep one of each row that repeats, before queries are drawn"
                              : "use queries that are no rows of the base, or leave out -q to have them drawn");
}

const qsi_rule qsi_rule_own_queries = {
    .id = "queries-in-base",
    .level = QSI_WARNING,
    .title = "Queries that are rows of the base",
    .meaning = "A query finds its own copy first in almost any format, which no real query does. The figures "
               "recall@1_without_self and recall@k_without_self leave such rows out of both searches.",
    .decided = "Queries and rows are equal byte for byte. A note where fewer than one query in a hundred is one.",
    .data = find,
};
