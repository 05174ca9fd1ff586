/* Rows whose squared length leaves float32 beside the others, and scores that are taken at the data's own size. */
#include "findings/rules/rules.h"

#include "base/bytes.h"

#include <math.h>

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    if (!s->facts || !s->searched || !(s->facts->shortest > 0) || isinf(s->facts->shortest)) return;
    double shortest = s->facts->shortest * (double)s->scaling.rows;
    if (shortest >= 0x1p-63 || s->metric == QSI_L2) return;
    qsi_finding *f =
        qsi_finding_add(out, rule,
                        "rows differ so much in length (%.4g to %.4g) that the squares of the shortest "
                        "vanish in float32 beside the longest: their scores are 0 or inexact",
                        s->facts->shortest, s->facts->longest);
    qsi_finding_figure(f, "shortest", s->facts->shortest);
    qsi_finding_figure(f, "longest", s->facts->longest);
    qsi_finding_remedy(f, "bring every row to unit length before the rows are saved, or leave out the odd ones");
}

/* A transform's or a family's own scores are not scaled. */
static void find_spec(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    bool scaled = s->scaling.rows != 1 || s->scaling.queries != 1;
    if (!s->facts || !s->searched || !scaled || !m->codec) return;
    if (!m->codec->transform && !m->spec->format->score) return;
    qsi_finding *f =
        qsi_finding_add_spec(out, rule, m->spec,
                             "its scores are taken at the data's own size (greatest value %.4g), where "
                             "squares leave float32",
                             (double)qsi_bits_float(s->facts->largest));
    qsi_finding_figure(f, "largest", (double)qsi_bits_float(s->facts->largest));
    qsi_finding_remedy(f, "multiply rows and queries by a power of two that brings values near 1; no score changes "
                          "its rank");
}

const qsi_rule qsi_rule_lengths_vanish = {
    .id = "lengths-vanish",
    .level = QSI_WARNING,
    .title = "Lengths whose squares leave float32",
    .meaning =
        "Scores are sums of squares and products in float32. One power of two is taken out of all rows first, "
        "so data of any size is scored alike; rows of very different sizes in one file cannot all fit.",
    .decided =
        "After scaling, the shortest row is below 2^-63 under cosine or ip; or values are beyond 2^-20 to 2^40 "
        "and the spec scores rows after a transform or by tables of its own.",
    .data = find,
    .spec = find_spec,
};
