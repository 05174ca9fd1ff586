/* Cuts the bytes of a row into sections: codes, scales, zero points, outliers, columns. */
#include "export/export.h"

#include "base/size.h"
#include "codec/block.h"
#include "codec/role.h"
#include "format/format.h"

#include <string.h>

enum { CODES, SCALES, ZEROS, OUTLIERS, COLUMNS };

static const uint8_t section_of[] = {
    [QSI_ROLE_CODE] = CODES,      [QSI_ROLE_CODES] = CODES,      [QSI_ROLE_SCALE] = SCALES,
    [QSI_ROLE_ZERO] = ZEROS,      [QSI_ROLE_LOW] = ZEROS,        [QSI_ROLE_SUPER_SCALE] = SCALES,
    [QSI_ROLE_SUPER_LOW] = ZEROS, [QSI_ROLE_OUTLIER] = OUTLIERS, [QSI_ROLE_COLUMN] = COLUMNS};

static const struct {
    const char *format, *dtype;
    size_t bytes;
} floats[] = {{"f32", "F32", 4},         {"f16", "F16", 2},         {"bf16", "BF16", 2},
              {"f8_e4m3", "F8_E4M3", 1}, {"f8_e5m2", "F8_E5M2", 1}, {"e8m0", "F8_E8M0", 1}};

static void set_dtype(qsi_section *s, const char *dtype, size_t each)
{
    s->dtype = dtype;
    s->each = each;
}

/* The dtype of numbers of so many bits; bytes where there is none for them. */
static void find_dtype(const qs_codec *codec, qsi_role_kind kind, size_t bits, qsi_section *s)
{
    qsi_number number = codec->family->number(codec, kind);
    set_dtype(s, bits == 8 && number.is_signed && !number.as ? "I8" : "U8", 1);
    for (size_t i = 0; number.as && i < sizeof floats / sizeof *floats; i++)
        if (!strcmp(number.as, floats[i].format) && 8 * floats[i].bytes == bits)
            set_dtype(s, floats[i].dtype, floats[i].bytes);
}

/* Blocks of several kinds of scales are of no use in pieces: they stay as they are. */
static bool stays_whole(const qs_codec *codec)
{
    const qsi_format *f = codec->spec.format;
    if (!f->coder) return false;
    for (size_t bit = 0; bit < 8 * f->coder->bytes; bit++) {
        qsi_role_kind kind = codec->family->role(codec, bit).kind,
                      first = codec->family->role(codec, bit & ~7U).kind;
        if ((kind != QSI_ROLE_CODE && kind != QSI_ROLE_SCALE) || kind != first) return true;
    }
    return false;
}

static void number_sections(qs_export *e, const size_t counts[QSI_EXPORT_SECTIONS], uint8_t numbers[])
{
    static const char *const names[] = {"codes", "scales", "zeros", "outliers", "columns"};
    const qs_codec *codec = e->codec;
    for (size_t kind = 0; kind < QSI_EXPORT_SECTIONS; kind++) {
        if (!counts[kind]) continue;
        qsi_section *s = &e->sections[numbers[kind] = (uint8_t)e->count++];
        *s = (qsi_section){.name = names[kind], .bytes = counts[kind]};
    }
    for (size_t at = codec->layout.row_bytes; at-- > 0;) { /* the first byte of each section comes last */
        qsi_role role = codec->family->role(codec, 8 * at);
        qsi_section *s = &e->sections[numbers[section_of[role.kind]]];
        if (role.kind == QSI_ROLE_UNUSED) continue;
        s->begin = at;
        size_t bits = 8; /* of a number: from one that begins here to the next */
        while (at + bits / 8 < codec->layout.row_bytes && bits < 32 &&
               codec->family->role(codec, 8 * at + bits).kind == role.kind &&
               codec->family->role(codec, 8 * at + bits).index == role.index)
            bits += 8;
        if (role.kind == QSI_ROLE_CODE) bits = codec->spec.format->code_bits;
        find_dtype(codec, role.kind, bits, s);
    }
}

/* Rows as one section, of whole blocks. */
static int take_whole(qs_export *e)
{
    e->count = 1;
    e->sections[0] = (qsi_section){.name = e->codec->spec.format->coder ? "blocks" : "codes",
                                   .dtype = "U8",
                                   .bytes = e->codec->layout.row_bytes,
                                   .each = 1,
                                   .whole = true};
    return QS_OK;
}

int qsi_export_cut(qs_export *e)
{
    const qs_codec *codec = e->codec;
    size_t counts[QSI_EXPORT_SECTIONS] = {0}, row_bytes = codec->layout.row_bytes;
    uint8_t numbers[QSI_EXPORT_SECTIONS] = {0};
    if (e->writer->in_place || stays_whole(codec)) return take_whole(e);
    e->map = qsi_array(row_bytes, 1);
    if (!e->map) return QS_E_MEMORY;
    uint8_t kind = CODES;
    for (size_t at = 0; at < row_bytes; at++) {
        qsi_role role = codec->family->role(codec, 8 * at);
        if (role.kind != QSI_ROLE_UNUSED) kind = section_of[role.kind]; /* what fills up belongs to what it fills */
        counts[e->map[at] = kind]++;
    }
    number_sections(e, counts, numbers);
    for (size_t at = 0; at < row_bytes; at++) e->map[at] = numbers[e->map[at]];
    for (size_t i = 0; i < e->count; i++) {
        qsi_section *s = &e->sections[i];
        const uint8_t *first = e->map + s->begin;
        s->whole = s->begin + s->bytes <= row_bytes;
        for (size_t at = 0; s->whole && at < s->bytes; at++) s->whole = first[at] == i;
        s->array = i == 0 && s->bytes == codec->dim * s->each && codec->dim == codec->row_dim;
    }
    return QS_OK;
}
