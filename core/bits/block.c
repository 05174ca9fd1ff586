/*
 * A row of a few values as bytes:
 * {"spec","values":[{"value","decoded","code","stands"}],"bytes":"hex","code":[{"kind","bits"}],
 * "fields":[{"kind","index","code","stands","values","bits":[...]}]}.
 *
 * bits are places in the row, from the field's highest bit to its lowest: bit b is bit b % 8 of byte b / 8; code is
 * the number they make. The outer code tells how many bits of a value's code are what, from the highest. stands is
 * what the code is before scales: a float, or a whole number; null where a value shares its byte with others.
 * values is only there where codes share a byte: whose.
 * stands of a scale or an outlier is its value where it is a float by itself, else null.
 */
#include "bits/look.h"

#include "base/json.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/block.h"

#include <math.h>
#include <stdio.h>

enum { MOST_VALUES = 4096 };

static const char *const kinds[] = {
    [QSI_ROLE_CODE] = "code",           [QSI_ROLE_CODES] = "codes",     [QSI_ROLE_SCALE] = "scale",
    [QSI_ROLE_ZERO] = "zero",           [QSI_ROLE_LOW] = "low",         [QSI_ROLE_SUPER_SCALE] = "super scale",
    [QSI_ROLE_SUPER_LOW] = "super low", [QSI_ROLE_OUTLIER] = "outlier", [QSI_ROLE_COLUMN] = "column",
    [QSI_ROLE_UNUSED] = "unused"};

/* A fit on these values alone. */
static qs_codec *fit_row(const char *spec, const float *values, size_t n)
{
    qs_codec *codec = NULL;
    int more = 1;
    qs_fit *fit = qs_fit_open(spec, n);
    while (fit && more == 1) {
        more = qs_fit_observe(fit, 0, values, 1);
        if (!more) more = qs_fit_next_pass(fit);
    }
    if (fit && more == 0) codec = qs_fit_finish(fit);
    qs_fit_close(fit);
    return codec;
}

/* One number of the row: where its bits lie, by place from the lowest. */
typedef struct number {
    unsigned bits;
    uint16_t where[256];
} number;

static number find_number(const qs_codec *codec, qsi_role wanted)
{
    number n = {0};
    for (size_t bit = 0; bit < 8 * codec->layout.row_bytes; bit++) {
        qsi_role role = codec->family->role(codec, bit);
        if (role.kind != wanted.kind || role.index != wanted.index) continue;
        n.where[role.place] = (uint16_t)bit;
        if (role.place >= n.bits) n.bits = role.place + 1U;
    }
    return n;
}

static uint32_t read_number(const number *n, const uint8_t *row)
{
    uint32_t code = 0;
    for (unsigned p = 0; p < n->bits && p < 32; p++)
        code |= (uint32_t)(row[n->where[p] / 8] >> n->where[p] % 8 & 1) << p;
    return code;
}

/* A scale, a minimum or an outlier that is stored as a float; NaN for a number that is none. */
static float field_stands(const qs_codec *codec, qsi_role_kind kind, unsigned bits, uint32_t code)
{
    const qsi_block_coder *coder = codec->spec.format->coder;
    const char *name = bits == 32 ? "f32" : bits == 16 ? "f16" : NULL;
    if (qsi_format_offer(codec->spec.format, QSI_SCALE))
        name = qsi_option_rows[QSI_SCALE].words[qsi_word(&codec->spec, QSI_SCALE)];
    if (coder && coder->scale) name = coder->scale;
    if (kind == QSI_ROLE_OUTLIER) name = "f16";
    if (kind == QSI_ROLE_COLUMN) name = NULL;
    qsi_spec spec;
    if (!name || qsi_spec_parse(name, &spec) || spec.format->code_bits != bits) return NAN;
    return qsi_look_stands(&spec, bits, code);
}

/* The values whose codes share a byte. */
static void sharers(const qs_codec *codec, size_t first, qsi_json *json)
{
    const qsi_block_coder *coder = codec->spec.format->coder;
    size_t block = codec->spec.format->block, start = first - first % block;
    uint16_t values[8] = {(uint16_t)(first - start)};
    size_t count = coder && coder->sharers ? coder->sharers(first - start, values) : 1;
    if (!coder) { /* one after another, up to the first of the next byte */
        start = 0;
        for (size_t bit = 0; bit < 8 * codec->layout.row_bytes; bit++) {
            qsi_role role = codec->family->role(codec, bit);
            if (role.kind != QSI_ROLE_CODES || role.index != first || role.place) continue;
            qsi_role next = codec->family->role(codec, bit + 8);
            size_t end = next.kind == QSI_ROLE_CODES ? next.index : codec->dim;
            for (count = 0; first + count < end; count++) values[count] = (uint16_t)(first + count);
        }
    }
    qsi_json_key(json, "values");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < count; i++)
        if (start + values[i] < codec->dim) qsi_json_whole(json, (double)(start + values[i]));
    qsi_json_close(json, ']');
}

static void field(const qs_codec *codec, qsi_role wanted, const uint8_t *row, qsi_json *json)
{
    number n = find_number(codec, wanted);
    qsi_json_open(json, '{');
    qsi_json_key(json, "kind");
    qsi_json_text(json, kinds[wanted.kind]);
    qsi_json_key(json, "index");
    qsi_json_whole(json, wanted.index);
    qsi_json_key(json, "code");
    qsi_json_whole(json, read_number(&n, row));
    if (wanted.kind != QSI_ROLE_CODE && wanted.kind != QSI_ROLE_CODES) {
        qsi_json_key(json, "stands");
        qsi_json_exact(json, field_stands(codec, wanted.kind, n.bits, read_number(&n, row)));
    }
    if (wanted.kind == QSI_ROLE_CODES) sharers(codec, wanted.index, json);
    qsi_json_key(json, "bits");
    qsi_json_open(json, '[');
    while (n.bits) qsi_json_whole(json, n.where[--n.bits]);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

/* How the bits of a value's code are divided. */
static void code_parts(const qs_codec *codec, qsi_json *json)
{
    qsi_part parts[QSI_PARTS];
    number n = find_number(codec, (qsi_role){QSI_ROLE_CODE, 0, 0});
    unsigned count = qsi_look_parts(codec->spec.format, n.bits, parts);
    qsi_json_key(json, "code");
    qsi_json_open(json, '[');
    for (unsigned i = 0; i < count; i++) {
        qsi_json_open(json, '{');
        qsi_json_key(json, "kind");
        qsi_json_text(json, parts[i].kind);
        qsi_json_key(json, "bits");
        qsi_json_whole(json, parts[i].bits);
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
}

/* One value, and what is stored for it. */
static void value_member(const qs_codec *codec, size_t i, const float *values, const float *decoded,
                         const uint8_t *row, qsi_json *json)
{
    number n = find_number(codec, (qsi_role){QSI_ROLE_CODE, (uint16_t)i, 0});
    uint32_t code = read_number(&n, row);
    qsi_json_open(json, '{');
    qsi_json_key(json, "value");
    qsi_json_exact(json, values[i]);
    qsi_json_key(json, "decoded");
    qsi_json_exact(json, decoded[i]);
    qsi_json_key(json, "code");
    if (n.bits)
        qsi_json_whole(json, code);
    else
        qsi_json_null(json);
    qsi_json_key(json, "stands");
    if (n.bits)
        qsi_json_exact(json, qsi_look_stands(&codec->spec, n.bits, code));
    else
        qsi_json_null(json);
    qsi_json_close(json, '}');
}

static void write(const qs_codec *codec, const float *values, const uint8_t *row, const float *decoded,
                  qsi_json *json)
{
    char spec[QSI_SPEC_TEXT];
    qsi_spec_text(&codec->spec, spec);
    qsi_json_open(json, '{');
    qsi_json_key(json, "spec");
    qsi_json_text(json, spec);
    qsi_json_key(json, "values");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < codec->dim; i++) value_member(codec, i, values, decoded, row, json);
    qsi_json_close(json, ']');
    qsi_json_key(json, "bytes");
    char hex[2 * QSI_LOOK_ROW + 1];
    for (size_t b = 0; b < codec->layout.row_bytes; b++) snprintf(hex + 2 * b, 3, "%02x", row[b]);
    qsi_json_text(json, hex);
    code_parts(codec, json);
    qsi_json_key(json, "fields");
    qsi_json_open(json, '[');
    for (size_t bit = 0; bit < 8 * codec->layout.row_bytes; bit++) {
        qsi_role role = codec->family->role(codec, bit);
        if (role.place == 0) field(codec, role, row, json);
    }
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

size_t qs_block_json(const char *spec, const float *values, size_t n, char *dst, size_t cap)
{
    uint8_t row[QSI_LOOK_ROW];
    size_t length = 0;
    if (n < 1 || n > MOST_VALUES) {
        qsi_fail_option("values", "%zu values: one row of 1 to %d values can be looked at", n, MOST_VALUES);
        return 0;
    }
    qs_codec *codec = fit_row(spec, values, n);
    if (!codec) return 0;
    float *decoded = qsi_array(n, sizeof *decoded);
    if (codec->layout.row_bytes > QSI_LOOK_ROW) {
        qsi_fail_option("values", "this row has %zu bytes; %d can be looked at", codec->layout.row_bytes,
                        QSI_LOOK_ROW);
    } else if (decoded && !qs_codec_encode(codec, 0, values, 1, row) && !qs_codec_decode(codec, row, 1, decoded)) {
        qsi_json json = qsi_json_start(dst, cap);
        write(codec, values, row, decoded, &json);
        length = qsi_json_end(&json);
    }
    qsi_array_free(decoded);
    qs_codec_close(codec);
    return length;
}
