/*
 * One value in one spec, bit by bit:
 * {"spec","title","value","value_bits","scale_from","code","fields":[{"kind","bits",
 * "meaning"}],"class","decoded","below","above","error","relative_error","formula"}.
 *
 * fields run from the highest bit of the code to the lowest. below and above are the values of the codes next to
 * this one, null at the end of the range. A scale that would come from data is that of absmax 1, and scale_from
 * says so.
 */
#include "codec/affine.h"
#include "codec/codec.h"

#include "base/bytes.h"
#include "base/json.h"
#include "base/status.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct look {
    const qs_codec *codec;
    const qsi_format *format;
    float value, decoded;
    uint32_t code;
} look;

static uint32_t ones(unsigned bits)
{
    return bits >= 32 ? UINT32_MAX : (1U << bits) - 1;
}

static float decode_code(const qs_codec *codec, uint32_t code)
{
    uint8_t bytes[64] = {0};
    float x;
    qsi_put32(bytes, code);
    qs_codec_decode(codec, bytes, 1, &x);
    return x;
}

/* The codec of one value: with a scale of its own to share, from -1 to 1 unless the spec gives it. */
static qs_codec *open_codec(const char *text, const char **scale_from)
{
    qsi_spec spec;
    *scale_from = NULL;
    if (qsi_spec_parse(text, &spec)) return NULL;
    if (qsi_format_offer(spec.format, QSI_RANGE)) {
        spec.value[QSI_PER] = QSI_PER_TENSOR;
        if (qsi_word(&spec, QSI_RANGE) != QSI_RANGE_GIVEN) {
            *scale_from = qsi_word(&spec, QSI_MAP) == QSI_MAP_SYM ? "absmax 1" : "lo -1, hi 1";
            spec.value[QSI_RANGE] = QSI_RANGE_GIVEN;
            spec.value[QSI_LO] = -1;
            spec.value[QSI_HI] = 1;
        }
    } else if (qsi_format_offer(spec.format, QSI_CENTER)) {
        if (qsi_word(&spec, QSI_CENTER) != QSI_CENTER_NONE) *scale_from = "threshold 0";
        spec.value[QSI_CENTER] = QSI_CENTER_NONE;
    }
    qs_codec *codec = qsi_codec_open(&spec, 1);
    qsi_observer *nothing = qsi_observer_open(QSI_NOTHING, 1);
    int status = codec && nothing ? QS_OK : QS_E_MEMORY;
    if (!status && codec->family->fit) status = codec->family->fit(codec, nothing);
    if (!status && codec->family->ready) status = codec->family->ready(codec);
    qsi_observer_close(nothing);
    if (!status) return codec;
    qs_codec_close(codec);
    return NULL;
}

static void field(qsi_json *json, const char *kind, uint32_t code, unsigned low, unsigned bits, const char *meaning)
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
    qsi_json_close(json, '}');
}

/* The parts of a float's code. */
typedef struct parts {
    uint32_t sign, exponent, mantissa;
    int power; /* of two, of the last bit before the point */
    bool subnormal, special;
} parts;

static parts split(const qsi_format *f, uint32_t code)
{
    parts p = {.mantissa = code & ones(f->mantissa_bits),
               .exponent = code >> f->mantissa_bits & ones(f->exponent_bits),
               .sign = code >> (f->exponent_bits + f->mantissa_bits) & 1};
    p.subnormal = p.exponent == 0;
    p.special = f->specials == QSI_IEEE && p.exponent == ones(f->exponent_bits);
    p.power = (int)(p.subnormal ? 1 : p.exponent) - f->bias;
    return p;
}

static void float_fields(const look *l, qsi_json *json)
{
    parts p = split(l->format, l->code);
    char exponent[32], mantissa[48];
    snprintf(exponent, sizeof exponent, p.special ? "infinity or NaN" : "2^%d", p.power);
    if (p.special)
        snprintf(mantissa, sizeof mantissa, "%s", p.mantissa ? "not zero: NaN" : "zero: infinity");
    else
        snprintf(mantissa, sizeof mantissa, "%d + %u/%u", !p.subnormal, p.mantissa,
                 ones(l->format->mantissa_bits) + 1);
    field(json, "sign", l->code, l->format->code_bits - 1U, 1, p.sign ? "-" : "+");
    field(json, "exponent", l->code, l->format->mantissa_bits, l->format->exponent_bits, exponent);
    field(json, "mantissa", l->code, 0, l->format->mantissa_bits, mantissa);
}

static void float_formula(const look *l, char *text, size_t cap)
{
    parts p = split(l->format, l->code);
    if (p.special)
        snprintf(text, cap, "%s%s", p.mantissa ? "" : p.sign ? "-" : "+", p.mantissa ? "NaN" : "infinity");
    else
        snprintf(text, cap, "%s2^%d * (%d + %u/%u)", p.sign ? "-" : "", p.power, !p.subnormal, p.mantissa,
                 ones(l->format->mantissa_bits) + 1);
}

/* The code as a whole number, sign-extended where codes are signed. */
static int32_t integer_of(const look *l, uint32_t code)
{
    int32_t qmin, qmax;
    unsigned bits = l->format->code_bits;
    qsi_affine_codes(&l->codec->spec, &qmin, &qmax);
    return qmin < 0 && code >> (bits - 1) & 1 ? (int32_t)(code | ~ones(bits)) : (int32_t)code;
}

static void integer_formula(const look *l, char *text, size_t cap)
{
    double scale = (double)*qsi_codec_param(l->codec, "scale");
    const float *zero = qsi_codec_param(l->codec, "zero"), *lo = qsi_codec_param(l->codec, "lo");
    if (lo)
        snprintf(text, cap, "%.6g + %d * %.6g", (double)*lo, integer_of(l, l->code), scale);
    else if (zero)
        snprintf(text, cap, "(%d - %.0f) * %.6g", integer_of(l, l->code), (double)*zero, scale);
    else
        snprintf(text, cap, "%d * %.6g", integer_of(l, l->code), scale);
}

/* The code next to this one, upwards or downwards in value. */
static bool next_code(const look *l, bool up, uint32_t *code)
{
    unsigned bits = l->format->code_bits;
    if (l->format->exponent_bits) {
        uint32_t sign = 1U << (bits - 1), size = l->code & (sign - 1);
        bool negative = l->code & sign;
        if (isnan(l->decoded)) return false;
        if (size == 0)
            *code = up ? 1 : sign | 1;
        else
            *code = (negative ? sign : 0) | (negative == up ? size - 1 : size + 1);
        return !isnan(decode_code(l->codec, *code));
    }
    if (!qsi_codec_param(l->codec, "scale")) {
        *code = up;
        return l->code != up;
    }
    int32_t qmin, qmax, q = integer_of(l, l->code) + (up ? 1 : -1);
    qsi_affine_codes(&l->codec->spec, &qmin, &qmax);
    *code = (uint32_t)q & ones(bits);
    return q >= qmin && q <= qmax;
}

static const char *class_of(const look *l)
{
    if (isnan(l->decoded)) return "NaN";
    if (isinf(l->decoded)) return isinf(l->value) ? "infinity" : "overflow to infinity";
    if (l->format->exponent_bits) {
        parts p = split(l->format, l->code);
        return l->decoded == 0 ? (p.sign ? "negative zero" : "zero") : p.subnormal ? "subnormal" : "normal";
    }
    qsi_audit audit = {0};
    uint8_t bytes[4];
    qsi_put32(bytes, l->code);
    if (l->codec->family->audit) l->codec->family->audit(l->codec, &l->value, bytes, 1, &audit);
    return audit.clipped > 0 ? "clipped" : "code";
}

static void exact_member(qsi_json *json, const char *key, bool there, float value)
{
    qsi_json_key(json, key);
    if (there)
        qsi_json_exact(json, value);
    else
        qsi_json_null(json);
}

static void write_value(const look *l, qsi_json *json)
{
    char text[96] = "";
    uint32_t next = 0;
    qsi_json_key(json, "fields");
    qsi_json_open(json, '[');
    if (l->format->exponent_bits) {
        float_fields(l, json);
        float_formula(l, text, sizeof text);
    } else if (qsi_codec_param(l->codec, "scale")) {
        snprintf(text, sizeof text, "%d", integer_of(l, l->code));
        field(json, "integer", l->code, 0, l->format->code_bits, text);
        integer_formula(l, text, sizeof text);
    } else {
        field(json, "sign", l->code, 0, 1, l->code ? "above the threshold" : "not above the threshold");
        snprintf(text, sizeof text, "%s1", l->code ? "+" : "-");
    }
    qsi_json_close(json, ']');
    qsi_json_key(json, "class");
    qsi_json_text(json, class_of(l));
    exact_member(json, "decoded", true, l->decoded);
    bool there = next_code(l, false, &next);
    exact_member(json, "below", there, there ? decode_code(l->codec, next) : 0);
    there = next_code(l, true, &next);
    exact_member(json, "above", there, there ? decode_code(l->codec, next) : 0);
    double error = (double)l->decoded - (double)l->value;
    qsi_json_key(json, "error");
    qsi_json_figure(json, error);
    qsi_json_key(json, "relative_error");
    qsi_json_figure(json, error == 0 ? 0 : fabs(error) / fabs((double)l->value));
    qsi_json_key(json, "formula");
    qsi_json_text(json, text);
}

size_t qs_bits_json(const char *spec, uint32_t f32_bits, char *dst, size_t cap)
{
    const char *scale_from;
    char text[QSI_SPEC_TEXT], hex[16];
    uint8_t bytes[64] = {0};
    qsi_spec asked;
    if (qsi_spec_parse(spec, &asked)) return 0;
    float value = qsi_bits_float(f32_bits);
    if (asked.format->refuses_nonfinite && !isfinite(value)) {
        qsi_fail(QS_E_DATA, "%s has no code for %s; its values are finite", asked.format->name,
                 isnan(value) ? "NaN" : "infinity");
        return 0;
    }
    qs_codec *codec = open_codec(spec, &scale_from);
    if (!codec || qs_codec_encode(codec, 0, &value, 1, bytes)) {
        qs_codec_close(codec);
        return 0;
    }
    look l = {.codec = codec, .format = codec->spec.format, .value = value, .code = qsi_get32(bytes)};
    l.code &= ones(l.format->code_bits);
    l.decoded = decode_code(codec, l.code);
    qsi_spec_text(&asked, text);
    snprintf(hex, sizeof hex, "0x%08x", (unsigned)f32_bits);
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "spec");
    qsi_json_text(&json, text);
    qsi_json_key(&json, "title");
    qsi_json_text(&json, l.format->title);
    exact_member(&json, "value", true, value);
    qsi_json_key(&json, "value_bits");
    qsi_json_text(&json, hex);
    qsi_json_key(&json, "scale_from");
    if (scale_from)
        qsi_json_text(&json, scale_from);
    else
        qsi_json_null(&json);
    qsi_json_key(&json, "code");
    qsi_json_whole(&json, l.code);
    write_value(&l, &json);
    qsi_json_close(&json, '}');
    qs_codec_close(codec);
    return qsi_json_end(&json);
}
