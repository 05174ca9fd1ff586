/* Dims that never change sign, of which binary makes one bit that is always the same. */
#include "findings/rules/rules.h"

#include "codec/codec.h"
#include "kernels/kernels.h"

/* A bit is 1 for values above 0. */
static size_t count_one_sided(const qsi_facts *facts)
{
    size_t dims = 0;
    for (size_t d = 0; d < facts->dim; d++) dims += facts->bounds[d] > 0 || facts->bounds[facts->dim + d] <= 0;
    return dims;
}

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    if (!s->facts || s->facts->rows < 2 || s->facts->broken > 0 || !m->spec->format->family->signs_only) return;
    if (qsi_word(m->spec, QSI_CENTER) != QSI_CENTER_NONE || (m->codec && m->codec->transform)) return;
    size_t dims = count_one_sided(s->facts);
    if (!dims) return;
    double share = (double)dims / (double)s->dim;
    bool all = dims == s->dim;
    qsi_finding *f =
        all ? qsi_finding_add_spec(
                  out, rule, m->spec,
                  "no dim ever changes sign, so every row has the same code: what is found is the luck "
                  "of row order (by chance recall@%zu %.3g)",
                  s->k ? s->k : 1, (double)(s->k ? s->k : 1) / s->rows)
            : qsi_finding_add_spec(out, rule, m->spec,
                                   "%zu of %zu dims never change sign, so their bits are the same in every row",
                                   dims, s->dim);
    f->level = all ? QSI_GRAVE : share < 0.05 ? QSI_NOTE : QSI_WARNING;
    qsi_finding_count(f, "dims", (double)dims);
    qsi_finding_count(f, "of", (double)s->dim);
    qsi_finding_damage(f, "%.3g %% of its bits say nothing", 100 * share);
    if (!qsi_format_option(m->spec->format, QSI_CENTER)) return;
    qsi_spec other = *m->spec;
    other.word[QSI_CENTER] = QSI_CENTER_MEAN;
    qsi_finding_remedy(f, "use the sign about the mean of each dim");
    qsi_finding_try_spec(f, &other);
}

const qsi_rule qsi_rule_one_sided = {
    .id = "one-sided-dims",
    .level = QSI_WARNING,
    .title = "Dims that never change sign",
    .meaning =
        "binary keeps the sign of each value. A dim that is above 0 in every row, or never above, gives a bit "
        "that is the same in all of them. Counts, pixels and the output of a ReLU are such data.",
    .decided = "The least value of a dim is above 0 or its greatest is not. An error where all dims are so, a note "
               "below one dim in twenty.",
    .spec = find,
};
