/*
 * A row of a few values as bytes:
 * {"spec","formula","values":[{"value","decoded","code","stands","formula"}],"bytes":"hex","code":[{"kind","bits"}],
 * "fields":[{"kind","index","code","stands","values","digits","bits":[...]}]}.
 *
 * The outer formula says in words how a value is put together, empty where its code alone is the value; a value's
 * has its numbers. bits are places in the row, from the field's highest bit to its lowest: bit b is bit b % 8 of
 * byte b / 8; code is the number they make. The outer code tells how many bits of a value's code are what, from
 * the highest. stands of a value is what its code is before scales: a float, a whole number or a digit; stands of
 * other fields what they put into the formula. values and digits are only there where codes share a byte: whose,
 * and the digit of each, the highest first.
 */
#include "bits/formula.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/transformed.h"

#include <stdio.h>

static const char *const kinds[] = {
    [QSI_ROLE_CODE] = "code",           [QSI_ROLE_CODES] = "codes",     [QSI_ROLE_SCALE] = "scale",
    [QSI_ROLE_ZERO] = "zero",           [QSI_ROLE_LOW] = "low",         [QSI_ROLE_HIGH] = "high",
    [QSI_ROLE_EXTRA] = "correction",    [QSI_ROLE_SUM] = "sum",         [QSI_ROLE_SUPER_SCALE] = "super scale",
    [QSI_ROLE_SUPER_LOW] = "super low", [QSI_ROLE_OUTLIER] = "outlier", [QSI_ROLE_COLUMN] = "column"};

/* Rows that centroids are fitted to: the row, and the same moved on by one value each. */
enum { MOVED_ROWS = 64 };
static float *move_row(const float *values, size_t n, size_t rows)
{
    float *moved = qsi_array(rows, n * sizeof *moved);
    for (size_t r = 0; r < rows && moved; r++)
        for (size_t i = 0; i < n; i++) moved[r * n + i] = values[(i + r) % n];
    return moved;
}

/* A fit on these values alone, which are values as they are coded: no transform comes before. */
static qs_codec *fit_row(const qsi_spec *spec, const float *values, size_t n)
{
    char text[QSI_SPEC_TEXT];
    qs_codec *codec = NULL;
    int more = 1;
    qsi_spec plain = qsi_spec_untransformed(spec);
    qsi_spec_text(&plain, text);
    size_t nrows = !spec->format->family->code_of ? 1 : n < MOVED_ROWS ? n : MOVED_ROWS;
    float *rows = move_row(values, n, nrows);
    qs_fit *fit = rows ? qs_fit_open(text, n) : NULL;
    while (fit && more == 1) {
        more = qs_fit_observe(fit, 0, rows, nrows);
        if (!more) more = qs_fit_next_pass(fit);
    }
    if (fit && more == 0) codec = qs_fit_finish(fit);
    qs_fit_close(fit);
    qsi_array_free(rows);
    return codec;
}

/* The values whose codes share a byte, and their digits in it. */
static void shared_members(const qsi_numbers *n, const qsi_stored *s, const uint8_t *row, qsi_json *json)
{
    size_t values[QSI_DIGITS], count = qsi_numbers_values(n, s, values);
    for (int digits = 0; digits < 2; digits++) {
        qsi_json_key(json, digits ? "digits" : "values");
        qsi_json_open(json, '[');
        for (size_t i = 0; i < count; i++) {
            qsi_place place = qsi_numbers_place(n, values[i]);
            qsi_json_whole(json, digits ? qsi_place_get(n, &place, row) : (double)values[i]);
        }
        qsi_json_close(json, ']');
    }
}

/* The values that share a code, where a code is of more than one. */
static void code_members(const qsi_numbers *n, const qsi_stored *s, qsi_json *json)
{
    const qsi_family *family = n->codec->family;
    if (!family->code_of) return;
    qsi_json_key(json, "values");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < n->codec->dim; i++)
        if (family->code_of(n->codec, i) == s->index) qsi_json_whole(json, (double)i);
    qsi_json_close(json, ']');
}

static void field(const qsi_numbers *n, const qsi_stored *s, const uint8_t *row, qsi_json *json)
{
    uint32_t number = qsi_numbers_get(n, s, row);
    qsi_json_open(json, '{');
    qsi_json_key(json, "kind");
    qsi_json_text(json, kinds[s->kind]);
    qsi_json_key(json, "index");
    qsi_json_whole(json, s->index);
    qsi_json_key(json, "code");
    qsi_json_whole(json, number);
    if (s->kind == QSI_ROLE_CODES) {
        shared_members(n, s, row, json);
    } else if (s->kind == QSI_ROLE_CODE) {
        code_members(n, s, json);
    } else {
        qsi_number how = n->codec->family->number(n->codec, s->kind);
        qsi_json_key(json, "stands");
        qsi_json_exact(json, qsi_number_value(&how, n->codec, s->bits, number));
    }
    qsi_json_key(json, "bits");
    qsi_json_open(json, '[');
    for (unsigned p = s->bits; p-- > 0;) qsi_json_whole(json, n->where[s->first + p]);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

/* How the bits of a value's code are divided. */
static void code_parts(const qsi_numbers *n, qsi_json *json)
{
    qsi_part parts[QSI_PARTS];
    const qsi_stored *first = qsi_numbers_find(n, QSI_ROLE_CODE, 0);
    unsigned count = first ? qsi_parts(n, first->bits, parts) : 0;
    qsi_parts_json(json, "code", parts, count);
}

/* A code as a number, before any scale: a float's value, else the whole number or digit it is. */
static float code_value(const qsi_numbers *n, const qsi_place *place, uint32_t code)
{
    qsi_number how = qsi_code_number(n);
    how.minus = 0;
    how.level = NULL;
    return qsi_number_value(&how, n->codec, place->digits ? 8 : place->stored->bits, code);
}

/* One value, and what is stored for it. */
static void value_member(const qsi_numbers *n, size_t i, const float *values, const float *decoded,
                         const uint8_t *row, qsi_json *json)
{
    char formula[QSI_FORMULA_TEXT];
    size_t after;
    qsi_place place = qsi_numbers_place(n, i);
    uint32_t code = qsi_place_get(n, &place, row);
    qsi_formula(n, row, i, code, formula, &after);
    qsi_json_open(json, '{');
    qsi_json_key(json, "value");
    qsi_json_exact(json, values[i]);
    qsi_json_key(json, "decoded");
    qsi_json_exact(json, decoded[i]);
    qsi_json_key(json, "code");
    qsi_json_whole(json, code);
    qsi_json_key(json, "stands");
    qsi_json_exact(json, code_value(n, &place, code));
    qsi_json_key(json, "formula");
    qsi_json_text(json, formula);
    qsi_json_close(json, '}');
}

/* hex: room for two characters of each byte of the row, and a NUL. */
static void write(const qsi_numbers *n, const qsi_spec *asked, const float *values, const uint8_t *row,
                  const float *decoded, char *hex, qsi_json *json)
{
    char spec[QSI_SPEC_TEXT], names[QSI_FORMULA_TEXT];
    qsi_spec_text(asked, spec);
    qsi_formula_names(n, names);
    qsi_json_open(json, '{');
    qsi_json_key(json, "spec");
    qsi_json_text(json, spec);
    qsi_json_key(json, "formula");
    qsi_json_text(json, names);
    qsi_json_key(json, "values");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < n->codec->dim; i++) value_member(n, i, values, decoded, row, json);
    qsi_json_close(json, ']');
    qsi_json_key(json, "bytes");
    for (size_t b = 0; b < n->codec->layout.row_bytes; b++) snprintf(hex + 2 * b, 3, "%02x", row[b]);
    qsi_json_text(json, hex);
    code_parts(n, json);
    qsi_json_key(json, "fields");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < n->count; i++) field(n, &n->stored[i], row, json);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

/* Turns bits of a row over. */
static int turn(const qs_codec *codec, const uint32_t *bits, size_t count, uint8_t *row)
{
    for (size_t i = 0; i < count; i++) {
        if (bits[i] >= 8 * codec->layout.row_bytes)
            return qsi_fail_option("turned", "bit %u: this row has %zu", (unsigned)bits[i],
                                   8 * codec->layout.row_bytes);
        row[bits[i] / 8] ^= (uint8_t)(1U << bits[i] % 8);
    }
    return QS_OK;
}

size_t qs_block_json(const char *spec, const float *values, size_t n, const uint32_t *turned, size_t turns,
                     char *dst, size_t cap)
{
    qsi_numbers numbers;
    qsi_spec asked;
    size_t length = 0;
    if (n < 1 || n > QSI_ROW_VALUES) {
        qsi_fail_option("values", "%zu values: one row of 1 to %d values can be looked at", n, QSI_ROW_VALUES);
        return 0;
    }
    if (qsi_spec_parse(spec, &asked)) return 0;
    qs_codec *codec = fit_row(&asked, values, n);
    if (!codec) return 0;
    float *decoded = qsi_array(n, sizeof *decoded);
    uint8_t *row = qsi_array(codec->layout.row_bytes, 1);
    char *hex = qsi_array(codec->layout.row_bytes + 1, 2);
    int status = qsi_numbers_open(&numbers, codec);
    if (!status && (!decoded || !row || !hex)) status = QS_E_MEMORY;
    if (!status) status = codec->family->encode(codec, 0, values, 1, row);
    if (!status) status = turn(codec, turned, turns, row);
    if (!status) status = qsi_codec_decode_coded(codec, row, 1, decoded);
    if (!status) {
        qsi_json json = qsi_json_start(dst, cap);
        write(&numbers, &asked, values, row, decoded, hex, &json);
        length = qsi_json_end(&json);
    }
    qsi_numbers_close(&numbers);
    qsi_array_free(decoded);
    qsi_array_free(row);
    qsi_array_free(hex);
    qs_codec_close(codec);
    return length;
}
