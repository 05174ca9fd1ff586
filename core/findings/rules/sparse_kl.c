/* Rule kl had too few values to choose a range by. */
#include "findings/rules/rules.h"

#include "codec/range_rule.h"
#include "codec/scaled.h"

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    char few[QSI_KL_TEXT];
    if (!(m->sparse > 0)) return;
    double scales = (double)qsi_shared_scales(m->spec, s->dim);
    qsi_range_rule_sparse_text(m->sparse, scales, few);
    qsi_finding *f = qsi_finding_add_spec(out, rule, m->spec, "%s", few);
    qsi_finding_count(f, "scales", m->sparse);
    qsi_finding_count(f, "of", scales);
    qsi_spec other = *m->spec;
    other.word[QSI_RANGE] = QSI_RANGE_MSE;
    qsi_finding_remedy(f, "choose the range by mse, which needs no histogram of many values");
    qsi_finding_try_spec(f, &other);
}

const qsi_rule qsi_rule_sparse_kl = {
    .id = "sparse-kl",
    .level = QSI_WARNING,
    .title = "Too few values for range=kl",
    .meaning = "kl compares histograms of 2,048 bins. With few values they are mostly empty, and the range that it "
               "chooses means little.",
    .decided = "Scales whose histogram holds fewer values than kl needs are counted.",
    .spec = find,
};
