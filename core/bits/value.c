/*
 * One value in one spec, bit by bit:
 * {"spec","title","value","value_bits","scale_from","code","fields":[{"kind","bits",
 * "meaning","worth":[...]}],"class","decoded","decoded_bits","below","above","between":{"low_bits","high_bits",
 * "spacing","at"},"error","relative_error","formula","formula_rest","formula_names"}.
 *
 * fields run from the highest bit of the code to the lowest; worth is what each bit adds when it is set: to the
 * exponent, to the fraction, to the whole number or to the index; null for a sign. below and above are the values
 * of the codes next to this one, null at the end of the range. between is the step in which the value lies, from
 * the nearest value of the format to the next on its other side: spacing is its length, at the value's place in it
 * from 0 to 1; null where there is none. *_bits are those of a float32, as infinities and NaN are no JSON numbers.
 * formula is the decoded value's with its numbers, formula_rest what follows its code in it, formula_names the same
 * in words; the last two are null where the code alone is the value.
 */
#include "bits/formula.h"
#include "bits/inspect.h"

#include "base/bytes.h"
#include "base/json.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/outer_levels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What one bit of a field is worth; place 0 is the field's lowest of so many bits. */
static void worth(qsi_json *json, const char *kind, unsigned place, unsigned bits, bool is_signed)
{
    char text[16];
    bool fraction = !strcmp(kind, "mantissa"), minus = is_signed && place + 1 == bits;
    if (!strcmp(kind, "sign")) {
        qsi_json_null(json);
        return;
    }
    snprintf(text, sizeof text, "%s%u",
             minus      ? "-"
             : fraction ? "1/"
                        : "",
             1U << (fraction ? bits - place : place));
    qsi_json_text(json, text);
}

static void field(qsi_json *json, const char *kind, uint32_t code, unsigned low, unsigned bits, bool is_signed,
                  const char *meaning)
{
    char text[33] = "";
    if (!bits) return;
    for (unsigned b = 0; b < bits; b++) text[b] = (char)('0' + (code >> (low + bits - 1 - b) & 1));
    text[bits] = 0;
    qsi_json_open(json, '{');
    qsi_json_key(json, "kind");
    qsi_json_text(json, kind);
    qsi_json_key(json, "bits");
    qsi_json_text(json, text);
    qsi_json_key(json, "meaning");
    qsi_json_text(json, meaning);
    qsi_json_key(json, "worth");
    qsi_json_open(json, '[');
    for (unsigned place = bits; place-- > 0;) worth(json, kind, place, bits, is_signed);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

static void float_fields(const qsi_format *f, uint32_t code, qsi_json *json)
{
    qsi_float_parts p = qsi_float_split(f, code);
    char exponent[32], mantissa[48];
    snprintf(exponent, sizeof exponent, "2^%d", p.power);
    snprintf(mantissa, sizeof mantissa, "%d + %u/%u", !p.subnormal, p.mantissa, qsi_ones(f->mantissa_bits) + 1);
    if (f->code_bits > f->exponent_bits + f->mantissa_bits)
        field(json, "sign", code, f->code_bits - 1U, 1, false, p.sign ? "-" : "+");
    field(json, "exponent", code, f->mantissa_bits, f->exponent_bits, false, p.special ? p.special : exponent);
    field(json, "mantissa", code, 0, f->mantissa_bits, false, p.special ? p.special : mantissa);
}

/* One digit of a byte: what it is worth in the number that the byte is. */
static void trit_field(const qsi_place *place, uint32_t code, qsi_json *json)
{
    const char digit[2] = {(char)('0' + code), 0};
    char text[40];
    unsigned worth = 1;
    for (size_t i = place->digit + 1; i < QSI_DIGITS; i++) worth *= QSI_DIGIT_VALUES;
    qsi_json_open(json, '{');
    qsi_json_key(json, "kind");
    qsi_json_text(json, "trit");
    qsi_json_key(json, "bits");
    qsi_json_text(json, digit);
    qsi_json_key(json, "meaning");
    snprintf(text, sizeof text, "trit %zu of %d in its byte", place->digit + 1, QSI_DIGITS);
    qsi_json_text(json, text);
    qsi_json_key(json, "worth");
    qsi_json_open(json, '[');
    snprintf(text, sizeof text, "%u", worth);
    qsi_json_text(json, text);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

/* What the bits of the code are, field by field. */
static void fields(const qsi_inspect *l, uint32_t code, qsi_json *json)
{
    qsi_number how = qsi_code_number(&l->numbers);
    const qsi_format *f = qsi_number_float(&how);
    unsigned bits = l->place.stored->bits;
    qsi_part part[QSI_PARTS];
    char meaning[32];
    qsi_parts(&l->numbers, bits, part);
    qsi_json_key(json, "fields");
    qsi_json_open(json, '[');
    if (f) {
        float_fields(f, code, json);
    } else if (l->place.digits) {
        trit_field(&l->place, code, json);
    } else {
        if (l->codec->family->signs_only)
            snprintf(meaning, sizeof meaning, "%s the threshold", code ? "above" : "not above");
        else if (how.level && bits == 1)
            snprintf(meaning, sizeof meaning, "%s", code ? "+" : "-");
        else
            snprintf(meaning, sizeof meaning, "%s%d", how.level ? "level " : "",
                     qsi_number_whole(&how, bits, code));
        field(json, part[0].kind, code, 0, bits, how.is_signed, meaning);
    }
    qsi_json_close(json, ']');
}

/* The nearest other value that some code has, upwards or downwards; false at the end of the range. */
static bool next_by_search(const qsi_inspect *l, float decoded, bool up, float *next)
{
    bool found = false;
    qsi_number how = qsi_code_number(&l->numbers);
    for (uint32_t code = 0; code < qsi_place_codes(&l->place); code++) {
        if (!qsi_number_given(&how, l->place.stored->bits, code)) continue;
        float x = qsi_inspect_decode(l, code);
        if (!(up ? x > decoded : x < decoded)) continue;
        if (!found || (up ? x < *next : x > *next)) *next = x;
        found = true;
    }
    return found;
}

/* The same for a wide float, whose codes are in order of size on either side of 0. */
static bool next_by_order(const qsi_inspect *l, uint32_t code, float decoded, bool up, float *next)
{
    uint32_t sign = 1U << (l->format->code_bits - 1), size = code & (sign - 1);
    bool negative = code & sign;
    if (isnan(decoded)) return false;
    if (size == 0)
        code = up ? 1 : sign | 1;
    else
        code = (negative ? sign : 0) | (negative == up ? size - 1 : size + 1);
    *next = qsi_inspect_decode(l, code);
    return !isnan(*next) && (!isinf(decoded) || !isinf(*next));
}

/* A value and those next to it. */
typedef struct place {
    float decoded, below, above;
    bool has_below, has_above;
} place;

static place find_place(const qsi_inspect *l, uint32_t code, float decoded)
{
    place p = {.decoded = decoded};
    bool in_order = !l->place.digits && l->place.stored->bits > 8;
    p.has_below =
        in_order ? next_by_order(l, code, decoded, false, &p.below) : next_by_search(l, decoded, false, &p.below);
    p.has_above =
        in_order ? next_by_order(l, code, decoded, true, &p.above) : next_by_search(l, decoded, true, &p.above);
    return p;
}

static void next_member(const char *key, bool there, float next, qsi_json *json)
{
    qsi_json_key(json, key);
    if (there)
        qsi_json_exact(json, next);
    else
        qsi_json_null(json);
}

static void bits_member(const char *key, bool there, float value, qsi_json *json)
{
    char hex[16];
    snprintf(hex, sizeof hex, "0x%08x", (unsigned)qsi_float_bits(value));
    qsi_json_key(json, key);
    if (there)
        qsi_json_text(json, hex);
    else
        qsi_json_null(json);
}

/* The step that holds the value; a value that is one of the format's begins the step above it, the last one ends
 * the step below it. Of rows that are decoded at length 1 there is none. */
static void between(const place *p, const qsi_inspect *l, float value, qsi_json *json)
{
    bool up = value == p->decoded ? p->has_above : value > p->decoded;
    bool known = !isnan(p->decoded) && !isnan(value) && !l->codec->family->unit_length;
    bool has_low = known && (up || p->has_below), has_high = known && (!up || p->has_above);
    double low = (double)(up ? p->decoded : p->below), high = (double)(up ? p->above : p->decoded);
    double spacing = has_low && has_high ? high - low : NAN;
    qsi_json_key(json, "between");
    qsi_json_open(json, '{');
    bits_member("low_bits", has_low, (float)low, json);
    bits_member("high_bits", has_high, (float)high, json);
    qsi_json_key(json, "spacing");
    qsi_json_figure(json, spacing);
    qsi_json_key(json, "at");
    qsi_json_figure(json, isfinite(spacing) ? ((double)value - low) / spacing : NAN);
    qsi_json_close(json, '}');
}

/* Whether the value lies more than half a step beyond the outermost level that it can have here. */
static bool is_clipped(const qsi_inspect *l)
{
    qsi_clipping clipping = {0};
    qsi_outer_levels ends;
    size_t dim = l->codec->dim;
    float *row = qsi_array(dim, sizeof *row), *decoded = qsi_array(dim, sizeof *decoded);
    uint8_t *marks = qsi_array(dim, 1);
    int status = qsi_outer_levels_open(&ends, l->codec);
    if (row && decoded && marks && !status && !qs_codec_decode(l->codec, l->row, 1, decoded)) {
        memcpy(row, decoded, dim * sizeof *row);
        row[l->at] = l->value;
        qsi_outer_levels_clipped(&ends, row, l->row, decoded, 1, marks, &clipping);
    }
    qsi_outer_levels_close(&ends);
    qsi_array_free(row);
    qsi_array_free(decoded);
    qsi_array_free(marks);
    return clipping.count > 0;
}

static const char *class_of(const qsi_inspect *l, uint32_t code, const place *near, bool given_code)
{
    float decoded = near->decoded;
    qsi_number how = qsi_code_number(&l->numbers);
    const qsi_format *f = qsi_number_float(&how);
    if (isnan(decoded)) return "NaN";
    if (isinf(decoded)) return given_code || isinf(l->value) ? "infinity" : "overflow to infinity";
    if (!given_code && is_clipped(l)) return "clipped";
    if (!f) return "code";
    if (decoded == 0) return signbit(decoded) ? "negative zero" : "zero";
    return qsi_float_split(f, code).subnormal ? "subnormal" : "normal";
}

static void text_or_null(qsi_json *json, const char *key, const char *text)
{
    qsi_json_key(json, key);
    if (text && *text)
        qsi_json_text(json, text);
    else
        qsi_json_null(json);
}

static size_t write(const qsi_inspect *l, uint32_t code, bool given_code, char *dst, size_t cap)
{
    char spec[QSI_SPEC_TEXT], formula[QSI_FORMULA_TEXT], names[QSI_FORMULA_TEXT];
    float decoded = qsi_inspect_decode(l, code), value = given_code ? decoded : l->value;
    double error = (double)decoded - (double)value;
    size_t after;
    place near = find_place(l, code, decoded);
    qsi_json json = qsi_json_start(dst, cap);
    qsi_spec_text(&l->asked, spec);
    qsi_formula(&l->numbers, l->row, l->at, code, formula, &after);
    qsi_formula_names(&l->numbers, names);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "spec");
    qsi_json_text(&json, spec);
    qsi_json_key(&json, "title");
    qsi_json_text(&json, l->format->title);
    qsi_json_key(&json, "value");
    qsi_json_exact(&json, value);
    bits_member("value_bits", true, value, &json);
    text_or_null(&json, "scale_from", l->scale_from);
    qsi_json_key(&json, "code");
    qsi_json_whole(&json, code);
    fields(l, code, &json);
    qsi_json_key(&json, "class");
    qsi_json_text(&json, class_of(l, code, &near, given_code));
    qsi_json_key(&json, "decoded");
    qsi_json_exact(&json, decoded);
    bits_member("decoded_bits", true, decoded, &json);
    next_member("below", near.has_below, near.below, &json);
    next_member("above", near.has_above, near.above, &json);
    between(&near, l, value, &json);
    qsi_json_key(&json, "error");
    qsi_json_figure(&json, error);
    qsi_json_key(&json, "relative_error");
    qsi_json_figure(&json, error == 0 ? 0 : fabs(error) / fabs((double)value));
    qsi_json_key(&json, "formula");
    qsi_json_text(&json, formula);
    text_or_null(&json, "formula_rest", formula + after);
    text_or_null(&json, "formula_names", names);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

size_t qsi_inspect_json(const qsi_inspect *inspect, char *dst, size_t cap)
{
    return write(inspect, qsi_inspect_code(inspect), false, dst, cap);
}

size_t qs_bits_json(const char *spec, uint32_t f32_bits, char *dst, size_t cap)
{
    qsi_inspect inspect;
    size_t length = 0;
    if (!qsi_inspect_open(&inspect, spec, qsi_bits_float(f32_bits))) length = qsi_inspect_json(&inspect, dst, cap);
    qsi_inspect_close(&inspect);
    return length;
}

size_t qs_code_json(const char *spec, uint32_t f32_bits, uint32_t code, char *dst, size_t cap)
{
    qsi_inspect inspect;
    size_t length = 0;
    int status = qsi_inspect_open(&inspect, spec, qsi_bits_float(f32_bits));
    uint32_t codes = status ? 0 : qsi_place_codes(&inspect.place);
    if (!status && codes && code >= codes)
        status = qsi_fail_option("code", "code %u: codes of %s go from 0 to %u", (unsigned)code,
                                 inspect.format->name, (unsigned)codes - 1);
    if (!status) length = write(&inspect, code, true, dst, cap);
    qsi_inspect_close(&inspect);
    return length;
}
