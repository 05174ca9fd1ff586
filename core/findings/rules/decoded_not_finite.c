/* Finite values that decode to NaN or infinity. */
#include "findings/rules/rules.h"

#include <string.h>

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    if (!m->values || (s->facts && s->facts->broken > 0) || !(m->undefined || m->lost.overflowed > 0)) return;
    qsi_finding *f = qsi_finding_add_spec(out, rule, m->spec,
                                          "some values decode to NaN or infinity, so its errors have no number; a "
                                          "row whose score is NaN is found last");
    qsi_finding_count(f, "values", m->lost.overflowed);
    qsi_finding_count(f, "of", m->values);
    qsi_finding_damage(f, "rows with such values cannot be found");
    if (qsi_format_option(m->spec->format, QSI_SCALE) && qsi_word(m->spec, QSI_SCALE) == QSI_SCALE_F16) {
        qsi_spec other = *m->spec;
        other.word[QSI_SCALE] = QSI_SCALE_F32;
        qsi_finding_remedy(f, "store scales as float32");
        qsi_finding_try_spec(f, &other);
    } else if (!strcmp(m->spec->format->name, "f16")) {
        qsi_finding_remedy(f, "use bf16, which has the range of float32");
        qsi_finding_try_text(f, "bf16");
    } else {
        qsi_finding_remedy(f, "divide the rows by a power of two before they are coded");
    }
}

const qsi_rule qsi_rule_decoded_not_finite = {
    .id = "decoded-not-finite",
    .level = QSI_WARNING,
    .title = "Values or scales that overflow",
    .meaning =
        "A value, or the scale of its block, is larger than the stored type can hold, so finite values decode to "
        "infinity or NaN. Errors have no number then, and rows with NaN scores are found last.",
    .decided = "All rows are finite and a decoded value is not.",
    .spec = find,
};
