/* Rows and queries of zeros, which have no direction. */
#include "findings/rules/rules.h"

#include <stdio.h>

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    double queries = 0, first = 0;
    if (!s->facts || !s->searched || s->metric != QSI_COSINE) return;
    for (size_t q = s->nq; q-- > 0;) {
        if (!qsi_row_zero(s->queries + q * s->dim, s->dim)) continue;
        queries++;
        first = s->drawn ? s->drawn[q] : (double)q;
    }
    double rows = s->facts->zeros;
    if (rows + queries == 0) return;
    char text[100] = "";
    if (queries > 0)
        snprintf(text, sizeof text, "%s%.0f quer%s (the first is %.0f)", rows > 0 ? " and " : "", queries,
                 queries == 1 ? "y" : "ies", first);
    qsi_finding *f =
        rows > 0
            ? qsi_finding_add(out, rule,
                              "%.0f row%s (the first is %.0f)%s are all zeros: they have no direction, and their "
                              "cosine, taken as 0, means nothing",
                              rows, rows == 1 ? "" : "s", s->facts->first_zero, text)
            : qsi_finding_add(out, rule,
                              "%s are all zeros: they have no direction, and their cosine, taken as 0, means "
                              "nothing",
                              text);
    qsi_finding_count(f, "rows", rows);
    if (rows > 0) qsi_finding_count(f, "row", s->facts->first_zero);
    qsi_finding_count(f, "queries", queries);
    if (queries > 0) qsi_finding_count(f, "query", first);
    qsi_finding_damage(f,
                       "a query of zeros finds the first rows of the file, and a decoded row of zeros counts as an "
                       "exact cosine of 1");
    qsi_finding_remedy(f, "leave them out; they are most often empty texts or failed computations");
    qsi_finding_try_command(f, "python3 -c \"import numpy as np; a = np.load('FILE.npy'); "
                               "np.save('FILE-nonzero.npy', a[a.any(1)])\"");
}

const qsi_rule qsi_rule_zero_rows = {
    .id = "zero-rows",
    .level = QSI_WARNING,
    .title = "Rows of zeros under cosine",
    .meaning = "A vector of zeros has no direction. Its cosine with anything is undefined; here it is 0.",
    .decided = "Every value of a row or a query is 0 or -0, and the metric is cosine.",
    .data = find,
};
