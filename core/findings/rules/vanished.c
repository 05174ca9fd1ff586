/* Rows and blocks that decode to zeros, though they are none, and values that decode beyond float32. */
#include "findings/rules/rules.h"

#include "base/bytes.h"

#include <math.h>

/* Another spec, or the power of two that brings the greatest value near 1. */
static void remedy(const qsi_subject *s, const qsi_spec *spec, qsi_finding *f)
{
    qsi_spec other = *spec;
    bool shared = qsi_format_option(spec->format, QSI_PER) &&
                  (qsi_word(spec, QSI_PER) == QSI_PER_TENSOR || qsi_word(spec, QSI_PER) == QSI_PER_NONE);
    if (shared && qsi_format_option(spec->format, QSI_MAP) && qsi_word(spec, QSI_RANGE) != QSI_RANGE_GIVEN) {
        other.word[QSI_PER] = QSI_PER_ROW;
        qsi_finding_remedy(f, "give each row a scale of its own");
        qsi_finding_try_spec(f, &other);
    } else if (qsi_format_option(spec->format, QSI_SCALE) && qsi_word(spec, QSI_SCALE) != QSI_SCALE_F32) {
        other.word[QSI_SCALE] = QSI_SCALE_F32;
        qsi_finding_remedy(f, "store scales as float32");
        qsi_finding_try_spec(f, &other);
    } else if (s->facts && qsi_bits_float(s->facts->largest) >= 0x1p-10F) {
        qsi_finding_remedy(f, "bring rows to one size, such as unit length, before they are coded");
    } else if (s->facts && s->facts->largest) {
        int exponent;
        frexp((double)qsi_bits_float(s->facts->largest), &exponent);
        qsi_finding_remedy(f, "multiply the rows by 2^%d before they are coded, and decoded rows by 2^%d",
                           1 - exponent, exponent - 1);
    }
}

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    if (!(m->lost.vanished > 0)) return;
    double values = m->values, share = m->lost.vanished / values;
    qsi_finding *f =
        qsi_finding_add_spec(out, rule, m->spec,
                             "%.0f of %.0f values (%.3g %%) are not 0 but in a row or block that decodes to "
                             "zeros: its scale vanishes in the type that it is stored in, or one scale "
                             "serves values of very different size",
                             m->lost.vanished, values, 100 * share);
    qsi_finding_count(f, "values", m->lost.vanished);
    qsi_finding_count(f, "of", values);
    qsi_finding_figure(f, "share", share);
    if (share < 0.0001) f->level = QSI_NOTE;
    qsi_finding_damage(f, "%.3g %% of all values are lost whole", 100 * share);
    remedy(s, m->spec, f);
}

const qsi_rule qsi_rule_vanished = {
    .id = "values-vanish",
    .level = QSI_WARNING,
    .title = "Blocks that decode to zeros",
    .meaning =
        "All values of a row, or of a block that shares a scale, come back as 0 though they were not. The scale "
        "is below what its stored type can hold (a float16 scale below 2^-25), or one scale serves the whole "
        "tensor and the largest value sets it.",
    .decided =
        "Every decoded value of a row or block is 0 and some original is not; the originals that are not 0 are "
        "counted. A note below one value in ten thousand.",
    .spec = find,
};
