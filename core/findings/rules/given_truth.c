/* Neighbours that came with the set and are others than those that exact search finds. */
#include "findings/rules/rules.h"

#include <string.h>

static void remedy(const qsi_subject *s, qsi_finding *f)
{
    const qsi_given *g = s->given;
    if (g->from_one) {
        qsi_finding_remedy(f, "the numbers of rows count from 1: take 1 from each");
    } else if (g->metric) {
        char option[40] = "--metric ";
        strcat(option, g->metric);
        qsi_finding_remedy(f, "they are in the order of another metric");
        qsi_finding_try_option(f, option);
    } else if (g->error) {
        qsi_finding_remedy(
            f,
            "if they are of longer vectors, of which these rows are the first dims, read recall@%zu_truth: "
            "it counts what the dims left out lose too",
            s->k);
    }
}

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    const qsi_given *g = s->given;
    if (!g || !g->depth || !(g->ties + g->rounding + g->error)) return;
    qsi_finding *f = qsi_finding_add(out, rule,
                                     "the first %zu given neighbours of %zu of %zu queries are not those of exact "
                                     "search: of %zu by ties, of %zu by "
                                     "rounding, of %zu by rows that score lower",
                                     s->k, g->ties + g->rounding + g->error, s->nq, g->ties, g->rounding, g->error);
    if (!g->error) f->level = QSI_NOTE;
    qsi_finding_count(f, "ties", (double)g->ties);
    qsi_finding_count(f, "rounding", (double)g->rounding);
    qsi_finding_count(f, "error", (double)g->error);
    qsi_finding_count(f, "of", (double)s->nq);
    qsi_finding_count(f, "outside", (double)g->outside);
    if (g->error) qsi_finding_damage(f, "float32 itself finds %.4g of the given first %zu", g->found, s->k);
    remedy(s, f);
}

const qsi_rule qsi_rule_given_truth = {
    .id = "other-truth",
    .level = QSI_WARNING,
    .title = "Given neighbours that exact search does not find",
    .meaning =
        "The truth that came with a set is of other rows, of another metric, or of vectors with more dims; recall "
        "against it measures that difference too.",
    .decided =
        "A given row that exact search lacks is a tie if it has exactly the k-th score, rounding within 1e-5 of "
        "it, else an error. A note where no query has an error.",
    .data = find,
};
