/*
 * The writer of a C header: codes, scales and zero points as constant arrays, and what all rows share before them.
 * Numbers are padded to a fixed width, so that the size of every piece is known.
 */
#include "export/export.h"

#include "base/bytes.h"
#include "format/format.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { A_LINE = 12, IDENTIFIER = 64 };

/* A C identifier made of the tensor's name. */
static const char *identifier(const qs_export *e, char text[IDENTIFIER])
{
    size_t at = 0;
    if (isdigit((unsigned char)*e->name) || !*e->name) text[at++] = '_';
    for (const char *c = e->name; *c && at < IDENTIFIER - 1; c++)
        text[at++] = (char)(isalnum((unsigned char)*c) ? *c : '_');
    text[at] = 0;
    return text;
}

static bool is(const qsi_section *s, const char *dtype)
{
    return !strcmp(s->dtype, dtype);
}

static const char *type_of(const qsi_section *s)
{
    return is(s, "F32") ? "float" : is(s, "I8") ? "int8_t" : s->each == 2 ? "uint16_t" : "uint8_t";
}

/* Of one number with its comma. */
static size_t width_of(const qsi_section *s)
{
    return is(s, "F32") ? 17 : is(s, "I8") ? 6 : s->each == 2 ? 8 : 6;
}

static void put_number(const qsi_section *s, const uint8_t *bytes, qsi_out *out)
{
    if (is(s, "F32"))
        qsi_out_text(out, " %15.9g,", (double)qsi_get_float(bytes));
    else if (is(s, "I8"))
        qsi_out_text(out, " %4d,", (int8_t)bytes[0]);
    else if (s->each == 2)
        qsi_out_text(out, " 0x%04x,", (unsigned)qsi_get16(bytes));
    else
        qsi_out_text(out, " 0x%02x,", (unsigned)bytes[0]);
}

static void write_rows(const qs_export *e, size_t section, const uint8_t *bytes, qsi_out *out)
{
    const qsi_section *s = &e->sections[section];
    for (size_t i = 0, n = s->bytes / s->each; i < n; i++) {
        put_number(s, bytes + i * s->each, out);
        if (i + 1 == n || i % A_LINE == A_LINE - 1) qsi_out_fill(out, '\n', 1);
    }
}

static double row_bytes(const qs_export *e, size_t section)
{
    const qsi_section *s = &e->sections[section];
    size_t n = s->bytes / s->each;
    return (double)n * (double)width_of(s) + (double)((n + A_LINE - 1) / A_LINE);
}

/* A comment of what it is, and constants. */
static void write_top(const qs_export *e, qsi_out *out)
{
    char spec[QSI_SPEC_TEXT], id[IDENTIFIER];
    const qsi_param *p;
    qsi_spec_text(&e->codec->spec, spec);
    identifier(e, id);
    qsi_out_text(out, "/* %s: %.0f rows of dim %zu as %s, by quantscope %s.\n", id, e->rows, e->codec->row_dim,
                 spec, qs_version());
    qsi_out_text(out, " * %.300s. */\n#include <stdint.h>\n\n", e->codec->spec.format->rule);
    qsi_out_text(out, "enum { %s_rows = %.0f, %s_dim = %zu };\n", id, e->rows, id, e->codec->row_dim);
    for (size_t at = 0; (p = qsi_export_param(e, &at));) {
        qsi_out_text(out, "\n/* of all rows */\nstatic const float %s_%s[%zu] = {\n", id, p->name, p->count);
        for (size_t i = 0; i < p->count; i++)
            qsi_out_text(out, " %15.9g,%s", (double)p->values[i],
                         i + 1 == p->count || i % A_LINE == A_LINE - 1 ? "\n" : "");
        qsi_out_text(out, "};\n");
    }
}

static int before(const qs_export *e, size_t section, const char *digest, qsi_out *out)
{
    char id[IDENTIFIER];
    (void)digest;
    if (section == 0) write_top(e, out);
    if (section > 0) qsi_out_text(out, "};\n");
    if (section == e->count) return QS_OK;
    const qsi_section *s = &e->sections[section];
    qsi_out_text(out, "\n/* %s, %zu of each row%s */\nstatic const %s %s_%s[%.0f] = {\n", s->dtype,
                 s->bytes / s->each, section ? "" : "; codes of less than a byte are packed, low bits first",
                 type_of(s), identifier(e, id), s->name, e->rows * (double)(s->bytes / s->each));
    return QS_OK;
}

const qsi_writer qsi_writer_c = {.name = "c",
                                 .title = "C header",
                                 .ending = ".h",
                                 .help = "codes, scales and zero points as constant arrays",
                                 .before = before,
                                 .rows = write_rows,
                                 .row_bytes = row_bytes};
