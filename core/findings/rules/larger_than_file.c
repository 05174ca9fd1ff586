/* Codes that take more bytes than the file's own values. */
#include "findings/rules/rules.h"

#include <string.h>

/* The spec that keeps the values of a file's type as they are. */
static const char *lossless_of(const char *dtype)
{
    static const struct {
        const char *dtype, *spec;
    } all[] = {{"float16", "f16"},
               {"bfloat16", "bf16"},
               {"float8_e4m3", "f8_e4m3"},
               {"float8_e5m2", "f8_e5m2"},
               {"int8", "int8:per=tensor,levels=full,range=given,s=1"},
               {"uint8", "int8:map=affine,per=tensor,codes=unsigned,range=given,s=1,z=0"}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].dtype, dtype)) return all[i].spec;
    return NULL;
}

static void find(const qsi_rule *rule, const qsi_subject *s, const qsi_measured *m, qsi_findings *out)
{
    double file = s->rows * s->row_bytes;
    if (!s->dtype || !(file > 0) || !(m->bytes > 1.005 * file)) return;
    if (!strcmp(m->spec->format->name, "f32")) return; /* what all others are compared with */
    const char *lossless = lossless_of(s->dtype);
    qsi_finding *f =
        qsi_finding_add_spec(out, rule, m->spec, "its codes are larger than the file: %.0f bytes, and %.0f as %s",
                             m->bytes, file, s->dtype);
    if (!lossless) f->level = QSI_NOTE;
    qsi_finding_count(f, "bytes", m->bytes);
    qsi_finding_count(f, "file_bytes", file);
    qsi_finding_figure(f, "times_smaller", file / m->bytes);
    qsi_finding_damage(f, "%.3g times the bytes of what is there", m->bytes / file);
    if (!lossless) return;
    qsi_finding_remedy(f, "keep the values of the file as they are, without loss");
    qsi_finding_try_text(f, lossless);
}

const qsi_rule qsi_rule_larger_than_file = {
    .id = "larger-than-file",
    .level = QSI_WARNING,
    .title = "Codes larger than the file",
    .meaning =
        "Savings are usually told against float32. A file of 8- or 16-bit values has made most of them already: "
        "int8 codes with scales are larger than an int8 file.",
    .decided =
        "The bytes of the codes are more than the bytes of the file's values. A note where no spec keeps values of "
        "the file's type as they are.",
    .spec = find,
};
