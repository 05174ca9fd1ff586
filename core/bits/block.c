/*
 * A row of a few values as bytes:
 * {"spec","values":[{"value","decoded"}],"bytes":"hex","fields":[{"kind","index","bits":
 * [...]}]}. bits are places in the row, from the field's highest bit to its lowest: bit b is bit b % 8 of byte b
 * / 8.
 */
#include "bits/look.h"

#include "base/json.h"
#include "base/size.h"
#include "base/status.h"

#include <stdio.h>

enum { MOST_VALUES = 4096 };

static const char *const kinds[] = {
    [QSI_ROLE_CODE] = "code",           [QSI_ROLE_CODES] = "codes",  [QSI_ROLE_SCALE] = "scale",
    [QSI_ROLE_ZERO] = "zero",           [QSI_ROLE_LOW] = "low",      [QSI_ROLE_SUPER_SCALE] = "super scale",
    [QSI_ROLE_SUPER_LOW] = "super low", [QSI_ROLE_UNUSED] = "unused"};

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

/* All bits of one field, highest first, found by asking every bit of the row. */
static void field(const qs_codec *codec, qsi_role wanted, qsi_json *json)
{
    size_t bits = 8 * codec->layout.row_bytes;
    uint16_t where[256];
    unsigned count = 0;
    for (size_t bit = 0; bit < bits; bit++) {
        qsi_role role = codec->family->role(codec, bit);
        if (role.kind != wanted.kind || role.index != wanted.index) continue;
        where[role.place] = (uint16_t)bit;
        if (role.place >= count) count = role.place + 1U;
    }
    qsi_json_open(json, '{');
    qsi_json_key(json, "kind");
    qsi_json_text(json, kinds[wanted.kind]);
    qsi_json_key(json, "index");
    qsi_json_whole(json, wanted.index);
    qsi_json_key(json, "bits");
    qsi_json_open(json, '[');
    while (count) qsi_json_whole(json, where[--count]);
    qsi_json_close(json, ']');
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
    for (size_t i = 0; i < codec->dim; i++) {
        qsi_json_open(json, '{');
        qsi_json_key(json, "value");
        qsi_json_exact(json, values[i]);
        qsi_json_key(json, "decoded");
        qsi_json_exact(json, decoded[i]);
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
    qsi_json_key(json, "bytes");
    char hex[2 * QSI_LOOK_ROW + 1];
    for (size_t b = 0; b < codec->layout.row_bytes; b++) snprintf(hex + 2 * b, 3, "%02x", row[b]);
    qsi_json_text(json, hex);
    qsi_json_key(json, "fields");
    qsi_json_open(json, '[');
    for (size_t bit = 0; bit < 8 * codec->layout.row_bytes; bit++) {
        qsi_role role = codec->family->role(codec, bit);
        if (role.place == 0) field(codec, role, json);
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
