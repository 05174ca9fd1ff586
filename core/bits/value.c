/*
 * One value in one spec, bit by bit:
 * {"spec","title","value","value_bits","scale_from","code","fields":[{"kind","bits",
 * "meaning","worth":[...]}],"class","decoded","decoded_bits","below","above","between":{"low_bits","high_bits",
 * "spacing","at"},"error","relative_error","formula"}.
 *
 * fields run from the highest bit of the code to the lowest; worth is what each bit adds when it is set: to the
 * exponent, to the fraction, to the whole number or to the index; null for a sign. below and above are the values
 * of the codes next to this one, null at the end of the range. between is the step in which the value lies, from
 * the nearest value of the format to the next on its other side: spacing is its length, at the value's place in it
 * from 0 to 1; null where there is none. *_bits are those of a float32, as infinities and NaN are no JSON numbers.
 */
#include "bits/look.h"

#include "base/bytes.h"
#include "base/json.h"
#include "base/status.h"
#include "codec/affine.h"

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

/* The parts of a float's code. */
typedef struct parts {
    uint32_t sign, exponent, mantissa;
    int power; /* of two, of the last bit before the point */
    bool subnormal;
    const char *special; /* "NaN", "infinity" or NULL */
} parts;

static parts split(const qsi_format *f, uint32_t code)
{
    uint32_t top = qsi_ones(f->exponent_bits), full = qsi_ones(f->mantissa_bits);
    parts p = {.mantissa = code & full,
               .exponent = code >> f->mantissa_bits & top,
               .sign = code >> (f->exponent_bits + f->mantissa_bits) & 1};
    p.subnormal = p.exponent == 0 && f->mantissa_bits > 0;
    if (p.exponent == top && f->specials == QSI_IEEE) p.special = p.mantissa ? "NaN" : "infinity";
    if (p.exponent == top && f->specials == QSI_NAN_ONLY && p.mantissa == full) p.special = "NaN";
    p.power = (int)(p.subnormal ? 1 : p.exponent) - f->bias;
    return p;
}

static void float_fields(const qsi_look *l, uint32_t code, qsi_json *json)
{
    const qsi_format *f = l->format;
    parts p = split(f, code);
    char exponent[32], mantissa[48];
    snprintf(exponent, sizeof exponent, "2^%d", p.power);
    snprintf(mantissa, sizeof mantissa, "%d + %u/%u", !p.subnormal, p.mantissa, qsi_ones(f->mantissa_bits) + 1);
    if (f->code_bits > f->exponent_bits + f->mantissa_bits)
        field(json, "sign", code, f->code_bits - 1U, 1, false, p.sign ? "-" : "+");
    field(json, "exponent", code, f->mantissa_bits, f->exponent_bits, false, p.special ? p.special : exponent);
    field(json, "mantissa", code, 0, f->mantissa_bits, false, p.special ? p.special : mantissa);
}

/* What a float's own value is multiplied by: the scale that is a param, or that of the block it stands in. */
static double factor(const qsi_look *l)
{
    const float *scale = qsi_codec_param(l->codec, "scale");
    if (l->format->block == 1) return scale ? (double)*scale : 1;
    return (double)qsi_look_decode(l, 1) / (double)qsi_look_stands(&l->codec->spec, l->bits, 1);
}

static void float_formula(const qsi_look *l, uint32_t code, char *text, size_t cap)
{
    parts p = split(l->format, code);
    char times[32] = "";
    double scale = factor(l);
    if (scale != 1) snprintf(times, sizeof times, " * %.6g", scale);
    if (p.special)
        snprintf(text, cap, "%s%s", p.special[0] == 'N' ? "" : p.sign ? "-" : "+", p.special);
    else if (!l->format->mantissa_bits)
        snprintf(text, cap, "2^%d%s", p.power, times);
    else
        snprintf(text, cap, "%s2^%d * (%d + %u/%u)%s", p.sign ? "-" : "", p.power, !p.subnormal, p.mantissa,
                 qsi_ones(l->format->mantissa_bits) + 1, times);
}

static void integer_formula(const qsi_look *l, int32_t q, char *text, size_t cap)
{
    double scale = (double)*qsi_codec_param(l->codec, "scale");
    const float *zero = qsi_codec_param(l->codec, "zero"), *lo = qsi_codec_param(l->codec, "lo");
    if (qsi_is_pow2(&l->codec->spec)) {
        int32_t qmin, qmax, size = q < 0 ? -q : q;
        qsi_affine_codes(&l->codec->spec, &qmin, &qmax);
        if (size)
            snprintf(text, cap, "%s2^%d * %.6g", q < 0 ? "-" : "", size - qmax, scale);
        else
            snprintf(text, cap, "0 * %.6g", scale);
    } else if (lo)
        snprintf(text, cap, "%.6g + %d * %.6g", (double)*lo, q, scale);
    else if (zero)
        snprintf(text, cap, "(%d - %.0f) * %.6g", q, (double)*zero, scale);
    else
        snprintf(text, cap, "%d * %.6g", q, scale);
}

/* The nearest other value that some code has, upwards or downwards; false at the end of the range. */
static bool next_by_search(const qsi_look *l, float decoded, bool up, float *next)
{
    bool found = false;
    for (uint32_t code = 0; l->bits <= 8 && code <= qsi_ones(l->bits); code++) {
        float x = qsi_look_decode(l, code);
        if (!(up ? x > decoded : x < decoded)) continue;
        if (!found || (up ? x < *next : x > *next)) *next = x;
        found = true;
    }
    return found;
}

/* The same for a wide float, whose codes are in order of size on either side of 0. */
static bool next_by_order(const qsi_look *l, uint32_t code, float decoded, bool up, float *next)
{
    uint32_t sign = 1U << (l->format->code_bits - 1), size = code & (sign - 1);
    bool negative = code & sign;
    if (isnan(decoded)) return false;
    if (size == 0)
        code = up ? 1 : sign | 1;
    else
        code = (negative ? sign : 0) | (negative == up ? size - 1 : size + 1);
    *next = qsi_look_decode(l, code);
    return !isnan(*next) && (!isinf(decoded) || !isinf(*next));
}

/* A value and those next to it. */
typedef struct place {
    float decoded, below, above;
    bool has_below, has_above;
} place;

static place find_place(const qsi_look *l, uint32_t code, float decoded)
{
    place p = {.decoded = decoded};
    bool in_order = l->bits > 8;
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
 * the step below it. */
static void between(const place *p, float value, qsi_json *json)
{
    bool up = value == p->decoded ? p->has_above : value > p->decoded;
    bool known = !isnan(p->decoded) && !isnan(value);
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

static const char *class_of(const qsi_look *l, uint32_t code, float decoded, bool given_code)
{
    qsi_audit audit = {0};
    if (isnan(decoded)) return "NaN";
    if (isinf(decoded)) return given_code || isinf(l->value) ? "infinity" : "overflow to infinity";
    if (l->codec->family->audit && l->codec->dim == 1 && !given_code)
        l->codec->family->audit(l->codec, &l->value, l->row, 1, &audit);
    if (audit.clipped > 0) return "clipped";
    if (!l->format->exponent_bits) return "code";
    parts p = split(l->format, code);
    return decoded == 0 ? (p.sign ? "negative zero" : "zero") : p.subnormal ? "subnormal" : "normal";
}

/* What the bits of the code are, field by field; and the formula that gives the value. */
static void fields_and_formula(const qsi_look *l, uint32_t code, float decoded, qsi_json *json, char *text,
                               size_t cap)
{
    const qsi_format *f = l->format;
    snprintf(text, cap, "%.9g", (double)decoded);
    qsi_json_key(json, "fields");
    qsi_json_open(json, '[');
    if (f->exponent_bits) {
        float_fields(l, code, json);
        float_formula(l, code, text, cap);
    } else if (qsi_format_offer(f, QSI_MAP)) {
        int32_t q = qsi_look_integer(l, code);
        snprintf(text, cap, "%d", q);
        field(json, "integer", code, 0, l->bits, qsi_look_integer(l, qsi_ones(l->bits)) < 0, text);
        integer_formula(l, q, text, cap);
    } else if (l->codec->family->signs_only) {
        field(json, "sign", code, 0, 1, false, code ? "above the threshold" : "not above the threshold");
        snprintf(text, cap, "%s1", code ? "+" : "-");
    } else {
        char meaning[32];
        bool index = !strcmp(f->kind, "codebook");
        snprintf(meaning, sizeof meaning, "%s %d", index ? "index" : "code", (int)qsi_look_integer(l, code));
        field(json, index ? "index" : "integer", code, 0, l->bits, qsi_look_integer(l, qsi_ones(l->bits)) < 0,
              meaning);
    }
    qsi_json_close(json, ']');
}

static size_t write(const qsi_look *l, uint32_t code, bool given_code, char *dst, size_t cap)
{
    char spec[QSI_SPEC_TEXT], formula[96];
    float decoded = qsi_look_decode(l, code), value = given_code ? decoded : l->value;
    double error = (double)decoded - (double)value;
    place near = find_place(l, code, decoded);
    qsi_json json = qsi_json_start(dst, cap);
    qsi_spec_text(&l->asked, spec);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "spec");
    qsi_json_text(&json, spec);
    qsi_json_key(&json, "title");
    qsi_json_text(&json, l->format->title);
    qsi_json_key(&json, "value");
    qsi_json_exact(&json, value);
    bits_member("value_bits", true, value, &json);
    qsi_json_key(&json, "scale_from");
    if (l->scale_from)
        qsi_json_text(&json, l->scale_from);
    else
        qsi_json_null(&json);
    qsi_json_key(&json, "code");
    qsi_json_whole(&json, code);
    fields_and_formula(l, code, decoded, &json, formula, sizeof formula);
    qsi_json_key(&json, "class");
    qsi_json_text(&json, class_of(l, code, decoded, given_code));
    qsi_json_key(&json, "decoded");
    qsi_json_exact(&json, decoded);
    bits_member("decoded_bits", true, decoded, &json);
    next_member("below", near.has_below, near.below, &json);
    next_member("above", near.has_above, near.above, &json);
    between(&near, value, &json);
    qsi_json_key(&json, "error");
    qsi_json_figure(&json, error);
    qsi_json_key(&json, "relative_error");
    qsi_json_figure(&json, error == 0 ? 0 : fabs(error) / fabs((double)value));
    qsi_json_key(&json, "formula");
    qsi_json_text(&json, formula);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

size_t qs_bits_json(const char *spec, uint32_t f32_bits, char *dst, size_t cap)
{
    qsi_look look;
    size_t length = 0;
    if (!qsi_look_open(&look, spec, qsi_bits_float(f32_bits)))
        length = write(&look, qsi_look_code(&look), false, dst, cap);
    qsi_look_close(&look);
    return length;
}

size_t qs_code_json(const char *spec, uint32_t code, char *dst, size_t cap)
{
    qsi_look look;
    size_t length = 0;
    int status = qsi_look_open(&look, spec, 0);
    if (!status && code > qsi_ones(look.bits))
        status = qsi_fail_option("code", "code %u: codes of %s go from 0 to %u", (unsigned)code, look.format->name,
                                 (unsigned)qsi_ones(look.bits));
    if (!status) length = write(&look, code, true, dst, cap);
    qsi_look_close(&look);
    return length;
}
