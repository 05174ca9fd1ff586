/* Scales smaller than can be used, raised to the least. */
#include "findings/rules/rules.h"

/* affine and levels=full take no scale below 2^-23, the others none below 2^-126 or the least of the stored type.
 */
static void remedy(const qsi_spec *spec, qsi_finding *f)
{
    qsi_spec other = *spec;
    bool full = qsi_format_option(spec->format, QSI_LEVELS) && qsi_word(spec, QSI_LEVELS) == QSI_LEVELS_FULL;
    if (qsi_format_option(spec->format, QSI_MAP) && qsi_word(spec, QSI_MAP) == QSI_MAP_AFFINE) {
        other.word[QSI_MAP] = QSI_MAP_OFFSET;
        qsi_finding_remedy(f, "count from the least value: map=offset has no least scale but float32's");
    } else if (full) {
        other.word[QSI_LEVELS] = QSI_LEVELS_NARROW;
        qsi_finding_remedy(f, "leave out the least level: levels=narrow has no least scale but float32's");
    } else if (qsi_format_option(spec->format, QSI_SCALE) && qsi_word(spec, QSI_SCALE) != QSI_SCALE_F32) {
        other.word[QSI_SCALE] = QSI_SCALE_F32;
        qsi_finding_remedy(f, "store scales as float32");
    } else {
        qsi_finding_remedy(f, "multiply the rows by a power of two before they are coded");
        return;
    }
    qsi_finding_try_spec(f, &other);
}

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    (void)s;
    if (!(m->floored > 0)) return;
    qsi_finding *f = qsi_finding_add_spec(
        out, rule, m->spec, "%.0f scales were smaller than can be used and were raised to the least", m->floored);
    qsi_finding_count(f, "scales", m->floored);
    remedy(m->spec, f);
}

const qsi_rule qsi_rule_floored_scales = {
    .id = "floored-scales",
    .level = QSI_WARNING,
    .title = "Scales raised to the least",
    .meaning = "Values so close together, or so small, that the scale for them is below the least that the format "
               "uses. Steps are then wider than the range of the values needs.",
    .decided = "Scales that encoding or fitting raised to the least are counted.",
    .spec = find,
};
