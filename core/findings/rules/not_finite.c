/* Rows and queries that hold NaN or infinity. */
#include "findings/rules/rules.h"

static void add(const qsi_rule *rule, const char *what, double count, const char *unit, double first, double column,
                double values, qsi_findings *out)
{
    if (count == 0) return;
    qsi_finding *f = qsi_finding_add(out, rule,
                                     "%.0f of the %s hold%s NaN or infinity, the first is %s %.0f, column %.0f: "
                                     "such scores rank last or mean nothing",
                                     count, what, count == 1 ? "s" : "", unit, first, column);
    qsi_finding_count(f, what, count);
    qsi_finding_count(f, "values", values);
    qsi_finding_count(f, unit, first);
    qsi_finding_count(f, "column", column);
    qsi_finding_damage(
        f, "formats of whole numbers and of blocks refuse these values; figures of the others have no number");
    qsi_finding_remedy(f, "leave these %s out, or put the missing values right before they are saved", what);
    qsi_finding_try_command(f, "python3 -c \"import numpy as np; a = np.load('FILE.npy'); "
                               "np.save('FILE-finite.npy', a[np.isfinite(a).all(1)])\"");
}

static double broken_values(const float *x, size_t dim, double *column)
{
    double values = 0;
    for (size_t d = dim; d-- > 0;) {
        if (!qsi_row_broken(x + d, 1)) continue;
        values++;
        *column = (double)d;
    }
    return values;
}

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    double queries = 0, values = 0, first = 0, column = 0;
    if (s->facts)
        add(rule, "rows", s->facts->broken, "row", s->facts->first_broken, s->facts->first_column,
            s->facts->broken_values, out);
    for (size_t q = s->queries ? s->nq : 0; q-- > 0;) {
        const float *x = s->queries + q * s->dim;
        if (!qsi_row_broken(x, s->dim)) continue;
        queries++;
        values += broken_values(x, s->dim, &column);
        first = s->drawn ? s->drawn[q] : (double)q;
    }
    add(rule, "queries", queries, s->drawn ? "row" : "query", first, column, values, out);
}

const qsi_rule qsi_rule_not_finite = {
    .id = "not-finite",
    .level = QSI_WARNING,
    .title = "NaN or infinity",
    .meaning =
        "A row with NaN or infinity has no score that means anything, and no format of whole numbers or blocks "
        "can hold it. It is most often a failed computation or a missing value.",
    .decided = "Every value of every row and query is looked at; rows, values and the first place are counted.",
    .data = find,
};
