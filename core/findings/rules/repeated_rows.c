/* Rows of the base that repeat an earlier one. */
#include "findings/rules/rules.h"

#include <math.h>

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    if (!s->facts || s->facts->rows < 2) return;
    qsi_repeats_total total = qsi_repeats_sum(&s->facts->repeats);
    bool exact = !s->facts->repeats.shift;
    double share = total.repeated / total.rows, rows = exact ? total.rows : s->facts->rows, repeated = share * rows;
    if (total.repeated == 0) return;
    qsi_finding *f =
        qsi_finding_add(out, rule,
                        "%s%.0f of %.0f rows repeat an earlier row, row %u most often (%u times): their "
                        "scores are equal, and which of them is found is the luck of row order",
                        exact ? "" : "about ", repeated, rows, total.most.first, total.most.count);
    if (share < 0.01) f->level = QSI_NOTE;
    qsi_finding_count(f, "rows", floor(repeated + 0.5));
    qsi_finding_count(f, "of", rows);
    qsi_finding_figure(f, "share", share);
    qsi_finding_count(f, "row", total.most.first);
    qsi_finding_count(f, "times", total.most.count);
    if (!s->searched) return;
    qsi_finding_damage(f,
                       "the %zu nearest rows of a query are fewer different ones, and copies of a query make its "
                       "recall@1 look perfect",
                       s->k);
    qsi_finding_remedy(f, "keep one of each before the rows are saved");
    qsi_finding_try_command(f, "python3 -c \"import numpy as np; "
                               "np.save('FILE-distinct.npy', np.unique(np.load('FILE.npy'), axis=0))\"");
}

const qsi_rule qsi_rule_repeated_rows = {
    .id = "repeated-rows",
    .level = QSI_WARNING,
    .title = "Rows that repeat",
    .meaning = "Rows that are equal byte for byte score alike. Searches find them together or by the luck of their "
               "order, and a query drawn from such rows has a copy in the base.",
    .decided =
        "Rows are compared by a 64-bit hash of their bytes; up to 1,048,576 different rows the count is exact, "
        "beyond it is estimated from a sample by hash. A note where fewer than one row in a hundred repeats.",
    .data = find,
};
