/* Formulas filled in, as formula.h says. */
#include "bits/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

qsi_number qsi_code_number(const qsi_numbers *n)
{
    return n->codec->family->number(n->codec, QSI_ROLE_CODE);
}

unsigned qsi_parts(const qsi_numbers *n, unsigned code_bits, qsi_part parts[QSI_PARTS])
{
    qsi_number how = qsi_code_number(n);
    const qsi_format *f = qsi_number_float(&how);
    unsigned count = 0, of_float = f ? f->exponent_bits + f->mantissa_bits : 0U;
    if (!f) {
        bool is_trit = !qsi_numbers_find(n, QSI_ROLE_CODE, 0), is_index = how.level && code_bits > 1;
        parts[0] = (qsi_part){is_trit ? "trit" : is_index ? "index" : how.level ? "sign" : "integer", code_bits};
        return 1;
    }
    if (code_bits > of_float) parts[count++] = (qsi_part){"sign", code_bits - of_float};
    parts[count++] = (qsi_part){"exponent", f->exponent_bits};
    if (f->mantissa_bits) parts[count++] = (qsi_part){"mantissa", f->mantissa_bits};
    return count;
}

void qsi_parts_json(qsi_json *json, const char *key, const qsi_part *parts, unsigned count)
{
    qsi_json_key(json, key);
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

qsi_float_parts qsi_float_split(const qsi_format *f, uint32_t code)
{
    uint32_t top = qsi_ones(f->exponent_bits), full = qsi_ones(f->mantissa_bits);
    qsi_float_parts p = {.mantissa = code & full,
                         .exponent = code >> f->mantissa_bits & top,
                         .sign = code >> (f->exponent_bits + f->mantissa_bits) & 1};
    p.subnormal = p.exponent == 0 && f->mantissa_bits > 0;
    if (p.exponent == top && f->specials == QSI_IEEE) p.special = p.mantissa ? "NaN" : "infinity";
    if (p.exponent == top && f->specials == QSI_NAN_ONLY && p.mantissa == full) p.special = "NaN";
    p.power = (int)(p.subnormal ? 1 : p.exponent) - f->bias;
    return p;
}

/* ---- text */

typedef struct text {
    char *to;
    size_t length;
} text;

__attribute__((format(printf, 2, 3))) static void put(text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(t->to + t->length, QSI_FORMULA_TEXT - t->length, format, args);
    va_end(args);
    t->length += strlen(t->to + t->length);
}

/* A number; a minus turns the sum or difference before it round. */
static void put_value(text *t, double value)
{
    char *sign = t->length > 2 ? &t->to[t->length - 2] : NULL;
    if (sign && value < 0 && (*sign == '+' || *sign == '-')) {
        *sign = *sign == '+' ? '-' : '+';
        value = -value;
    }
    put(t, "%.9g", value);
}

static void put_float(text *t, const qsi_format *f, uint32_t code)
{
    qsi_float_parts p = qsi_float_split(f, code);
    if (p.special)
        put(t, "%s%s", p.special[0] == 'N' ? "" : p.sign ? "-" : "+", p.special);
    else if (!f->mantissa_bits)
        put(t, "2^%d", p.power);
    else
        put(t, "%s2^%d * (%d + %u/%u)", p.sign ? "-" : "", p.power, !p.subnormal, p.mantissa,
            qsi_ones(f->mantissa_bits) + 1);
}

/* A code, by itself. */
static void put_code(text *t, const qsi_numbers *n, size_t value, unsigned bits, uint32_t code)
{
    qsi_number how = qsi_code_number(n);
    const qsi_format *f = qsi_number_float(&how);
    int32_t q = qsi_number_whole(&how, bits, code);
    if (f)
        put_float(t, f, code);
    else if (how.level)
        put_value(t, (double)how.level(n->codec, value, code));
    else if (how.powers && q)
        put(t, "%s2^%d", q < 0 ? "-" : "", (q < 0 ? -q : q) - how.powers);
    else if (how.or_zero && code > how.most)
        put(t, "0");
    else if (how.minus)
        put(t, "(%d - %d)", q, how.minus);
    else
        put_value(t, q);
}

static double param(const qsi_numbers *n, const char *name, size_t value)
{
    for (size_t p = 0; p < QSI_PARAMS && n->codec->params[p].name; p++)
        if (!strcmp(n->codec->params[p].name, name))
            return (double)n->codec->params[p].values[n->codec->params[p].count > 1 ? value : 0];
    return NAN;
}

/* The numbers that a formula's letters stand for besides the code: in the row, else among the params. */
static const struct letter {
    char letter;
    qsi_role_kind kind;
    const char *param, *name;
} letters[] = {{'s', QSI_ROLE_SCALE, "scale", "scale"},
               {'m', QSI_ROLE_LOW, "lo", "low"},
               {'h', QSI_ROLE_HIGH, NULL, "high"},
               {'z', QSI_ROLE_ZERO, "zero", "zero"},
               {'d', QSI_ROLE_SUPER_SCALE, NULL, "super scale"},
               {'e', QSI_ROLE_SUPER_LOW, NULL, "super low"},
               {'g', QSI_ROLE_UNUSED, "scale", "tensor scale"},
               {'c', QSI_ROLE_UNUSED, "center", "centre"}};

static const struct letter *letter_of(char c)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].letter == c) return &letters[i];
    return NULL;
}

static void put_letter(text *t, const qsi_numbers *n, const uint8_t *row, size_t value, const struct letter *l)
{
    bool of_block = l->kind == QSI_ROLE_SUPER_SCALE || l->kind == QSI_ROLE_SUPER_LOW;
    size_t index = of_block ? qsi_numbers_block(n, value) : qsi_numbers_group(n, value);
    const qsi_stored *s = qsi_numbers_find(n, l->kind, index);
    if (!s) {
        put_value(t, param(n, l->param, value));
        return;
    }
    qsi_number how = n->codec->family->number(n->codec, l->kind);
    uint32_t number = qsi_numbers_get(n, s, row);
    if (how.minus)
        put(t, "(%d - %d)", qsi_number_whole(&how, s->bits, number), how.minus);
    else
        put_value(t, (double)qsi_number_value(&how, n->codec, s->bits, number));
}

/* An outlier's value stands in the row as it is. */
static const qsi_stored *outlier_of(const qsi_numbers *n, const uint8_t *row, size_t value)
{
    const qsi_stored *column;
    for (size_t i = 0; (column = qsi_numbers_find(n, QSI_ROLE_COLUMN, i)); i++)
        if (qsi_numbers_get(n, column, row) == value) return qsi_numbers_find(n, QSI_ROLE_OUTLIER, i);
    return NULL;
}

/* The levels of the codes behind the first, where several add up to a value. */
static void put_others(text *t, const qsi_numbers *n, const uint8_t *row, size_t value)
{
    const qsi_family *family = n->codec->family;
    const qsi_stored *s;
    for (size_t i = 1; family->level_in && (s = qsi_numbers_find(n, QSI_ROLE_CODE, i)); i++) {
        put(t, " + ");
        put_value(t, (double)family->level_in(n->codec, value, i, qsi_numbers_get(n, s, row)));
    }
}

void qsi_formula(const qsi_numbers *n, const uint8_t *row, size_t value, uint32_t code, char to[QSI_FORMULA_TEXT],
                 size_t *after)
{
    text t = {.to = to};
    qsi_place place = qsi_numbers_place(n, value);
    const qsi_stored *outlier = outlier_of(n, row, value);
    *to = 0;
    *after = 0;
    if (outlier) {
        qsi_number how = n->codec->family->number(n->codec, QSI_ROLE_OUTLIER);
        put_value(&t, (double)qsi_number_value(&how, n->codec, outlier->bits, qsi_numbers_get(n, outlier, row)));
        return;
    }
    for (const char *c = qsi_codec_formula(n->codec); *c; c++) {
        const struct letter *l = letter_of(*c);
        if (*c == 'q') {
            put_code(&t, n, value, place.digits ? 8 : place.stored->bits, code);
            *after = t.length;
            put_others(&t, n, row, value);
        } else if (l) {
            put_letter(&t, n, row, value, l);
        } else {
            put(&t, "%c", *c);
        }
    }
}

void qsi_formula_names(const qsi_numbers *n, char to[QSI_FORMULA_TEXT])
{
    text t = {.to = to};
    qsi_number how = qsi_code_number(n);
    const char *code = how.as                                  ? "float"
                       : how.level || how.powers               ? "level"
                       : qsi_numbers_find(n, QSI_ROLE_CODE, 0) ? "code"
                                                               : "trit";
    const char *formula = qsi_codec_formula(n->codec);
    *to = 0;
    for (const char *c = formula; *c && formula[1]; c++) {
        const struct letter *l = letter_of(*c);
        qsi_number read = *c == 'q' ? how : l ? n->codec->family->number(n->codec, l->kind) : (qsi_number){0};
        const char *name = *c == 'q' ? code : l ? l->name : NULL;
        if (name && read.minus)
            put(&t, "(%s - %d)", name, read.minus);
        else if (name)
            put(&t, "%s", name);
        else
            put(&t, "%c", *c);
    }
}
