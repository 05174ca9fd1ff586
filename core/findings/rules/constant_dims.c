/* Dims that hold one value in every row. */
#include "findings/rules/rules.h"

#include "kernels/kernels.h"

static bool is_constant(const qsi_facts *facts, size_t d)
{
    int32_t lo = facts->bounds[d], hi = facts->bounds[facts->dim + d];
    return lo == hi || (lo == qsi_ordered(0x80000000U) && hi == 0); /* -0 and 0 are one value */
}

static void find(const qsi_rule *rule, const qsi_subject *s, qsi_findings *out)
{
    size_t constant = 0, first = 0;
    if (!s->facts || s->facts->rows <= 1) return;
    for (size_t d = s->dim; d-- > 0;) {
        if (!is_constant(s->facts, d)) continue;
        constant++;
        first = d;
    }
    if (!constant) return;
    qsi_finding *f = qsi_finding_add(out, rule, "%zu of %zu dims hold one value in every row, the first is dim %zu",
                                     constant, s->dim, first);
    qsi_finding_count(f, "dims", (double)constant);
    qsi_finding_count(f, "dim", (double)first);
    qsi_finding_damage(f, "%.3g %% of the bytes of codes tell rows apart in nothing",
                       100 * (double)constant / (double)s->dim);
    qsi_finding_remedy(f, "leave these dims out before the rows are saved");
}

const qsi_rule qsi_rule_constant_dims = {
    .id = "constant-dims",
    .level = QSI_WARNING,
    .title = "Dims that never change",
    .meaning =
        "A dim with the same value in every row tells no row from another. Its codes cost bytes all the same.",
    .decided =
        "The least and the greatest value of each dim over two rows or more are equal; -0 and 0 are one value.",
    .data = find,
};
