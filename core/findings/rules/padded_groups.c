/* A group or block that does not divide the row, so that the last one of each row is filled up. */
#include "findings/rules/rules.h"

#include "codec/codec.h"

#include <string.h>

/* The largest group up to length that divides dim. */
static size_t divisor_of(size_t dim, size_t length)
{
    while (dim % length) length--;
    return length;
}

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    const qsi_spec *spec = m->spec;
    const qsi_format *format = spec->format;
    qsi_layout row;
    bool blocks = qsi_format_option(format, QSI_BLOCK) && qsi_word(spec, QSI_PER) == QSI_PER_BLOCK;
    size_t length = blocks ? (size_t)spec->value[QSI_BLOCK] : format->block;
    if (length < 2 || s->dim % length == 0 || !strncmp(format->source, "ggml", 4)) return;
    if (format->family->layout(spec, s->dim, &row) || !row.padding_bytes) return;
    double whole = (double)row.row_bytes, less = (double)(row.row_bytes - row.padding_bytes);
    qsi_finding *f = qsi_finding_add_spec(out, rule, spec,
                                          "%zu does not divide rows of %zu: the last group of each row is filled "
                                          "up with zeros, as kernels want whole "
                                          "groups, %.0f bytes a row; with a short last group it were %.0f",
                                          length, s->dim, whole, less);
    qsi_finding_count(f, "block", (double)length);
    qsi_finding_count(f, "dim", (double)s->dim);
    qsi_finding_count(f, "padded_bytes_per_row", whole);
    qsi_finding_count(f, "short_bytes_per_row", less);
    if (!blocks) return;
    size_t divisor = divisor_of(s->dim, length);
    if (divisor < 8) return;
    qsi_spec other = *spec;
    other.value[QSI_BLOCK] = (double)divisor;
    other.given |= 1U << QSI_BLOCK;
    qsi_finding_remedy(f, "use a group that divides the row");
    qsi_finding_try_spec(f, &other);
}

const qsi_rule qsi_rule_padded_groups = {
    .id = "padded-groups",
    .level = QSI_NOTE,
    .title = "A group that does not divide the row",
    .meaning =
        "Values of a row share a scale by groups. Where the length of a group does not divide the row, the last "
        "group is filled up with zeros, whose bytes are counted as padding. Engines that store short groups "
        "use fewer bytes; the values are the same.",
    .decided = "The block of the spec or the format does not divide the row, and filling it up takes bytes.",
    .spec = find,
};
