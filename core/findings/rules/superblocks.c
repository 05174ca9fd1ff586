/* Rows that the blocks of a GGUF type do not divide: llama.cpp stores another type in their place. */
#include "findings/rules/rules.h"

#include "codec/codec.h"

#include <string.h>

/* What llama.cpp's llama_tensor_get_type() falls back to where rows are no whole superblocks. */
static const char *fallback_of(const char *name, size_t dim)
{
    static const struct {
        const char *type, *other;
    } others[] = {
        {"tq1_0", "q4_0"},   {"tq2_0", "q4_0"},     {"iq2_xxs", "iq4_nl"}, {"iq2_xs", "iq4_nl"},
        {"iq2_s", "iq4_nl"}, {"iq3_xxs", "iq4_nl"}, {"iq3_s", "iq4_nl"},   {"iq1_s", "iq4_nl"},
        {"iq1_m", "iq4_nl"}, {"q2_k", "iq4_nl"},    {"q3_k", "iq4_nl"},    {"iq4_xs", "iq4_nl"},
        {"q4_k", "q5_0"},    {"q5_k", "q5_1"},      {"q6_k", "q8_0"},
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (!strcmp(others[i].type, name) && dim % 32 == 0) return others[i].other;
    return "f16";
}

static bool sizes_of(const char *name, size_t dim, double *bytes, double *bits)
{
    qsi_spec spec;
    qsi_layout row;
    if (qsi_spec_parse(name, &spec) || spec.format->family->layout(&spec, dim, &row)) return false;
    *bytes = (double)row.row_bytes;
    *bits = 8 * *bytes / (double)dim;
    return true;
}

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    const qsi_format *format = m->spec->format;
    double bytes, bits, padded, padded_bits;
    if (strncmp(format->source, "ggml", 4) != 0 || format->block < 2 || s->dim % format->block == 0) return;
    const char *other = fallback_of(format->name, s->dim);
    if (!sizes_of(other, s->dim, &bytes, &bits) || !sizes_of(format->name, s->dim, &padded, &padded_bits)) return;
    qsi_finding *f =
        qsi_finding_add_spec(out, rule, m->spec,
                             "%u does not divide rows of %zu, so no GGUF holds %s of them: llama.cpp "
                             "stores %s in its place (%.0f bytes a row, %.4g bits a value); the padded "
                             "%.0f bytes are quantscope's own",
                             format->block, s->dim, format->name, other, bytes, bits, padded);
    qsi_finding_count(f, "block", format->block);
    qsi_finding_count(f, "dim", (double)s->dim);
    qsi_finding_count(f, "padded_bytes_per_row", padded);
    qsi_finding_count(f, "bytes_per_row", bytes);
    qsi_finding_figure(f, "bits_per_value", bits);
    qsi_finding_damage(f, "a GGUF of such rows takes %.4g times the bytes reported for %s", bytes / padded,
                       format->name);
    qsi_finding_remedy(f, "measure what will be stored");
    qsi_finding_try_text(f, other);
}

const qsi_rule qsi_rule_superblocks = {
    .id = "rows-not-whole-blocks",
    .level = QSI_WARNING,
    .title = "Rows that a GGUF type does not divide",
    .meaning = "Types of GGUF files code blocks of 32 or 256 values, and a row must be a whole number of them. "
               "llama.cpp silently stores another, mostly larger type for tensors whose rows are not. Here short "
               "last blocks are padded instead, which no GGUF can hold.",
    .decided =
        "The format is one of ggml's and its block does not divide the row. The type in its place is that of "
        "llama.cpp's quantizer (q4_k: q5_0, q5_k: q5_1, q6_k: q8_0, q2_k, q3_k and the iq types: iq4_nl, "
        "ternary types: q4_0, rows that 32 does not divide: f16).",
    .spec = find,
};
