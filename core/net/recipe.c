/* The parser of recipes: text to struct, canonical text, and an error for everything it does not take. */
#include "net/recipe.h"

#include "base/decimal.h"
#include "base/status.h"
#include "net/method.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_WIDTH = 2, MOST_WIDTH = 8, ALL_WIDTHS = 1 << 2 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 8 };

static void list(char *text, size_t cap, const char *word)
{
    size_t length = strlen(text);
    snprintf(text + length, cap - length, "%s%s", length ? ", " : "", word);
}

/* ------------------------------------------------------------------------------------------------- errors */

static int fail_method(const char *name)
{
    char known[300] = "";
    for (const qsi_method *const *m = qsi_methods; *m; m++) list(known, sizeof known, (*m)->name);
    for (const qsi_method_word *w = qsi_method_words; w->name; w++) list(known, sizeof known, w->name);
    return qsi_fail_option("", "'%.40s' is no method; a recipe is METHOD[:OPTION=VALUE,...], METHOD one of %s",
                           name, known);
}

static int fail_option(const qsi_recipe *recipe, const char *name)
{
    char known[400] = "";
    const qsi_method *m = recipe->method;
    if (m->w) list(known, sizeof known, "w, LAYER.w");
    if (m->a) list(known, sizeof known, "a, LAYER.a");
    for (int o = 0; o < QSI_RECIPE_OPTIONS; o++)
        if (m->takes & QSI_TAKES(o)) list(known, sizeof known, qsi_recipe_option_rows[o].name);
    return qsi_fail_option(name, "'%.40s' is no option of %s, which takes %s", name, m->name, known);
}

static int fail_value(qsi_recipe_option option, const char *value)
{
    const qsi_recipe_option_row *row = &qsi_recipe_option_rows[option];
    char words[120] = "";
    for (size_t w = 0; w < 5 && row->words[w]; w++) list(words, sizeof words, row->words[w]);
    if (option == QSI_WIDTHS)
        return qsi_fail_option(row->name, "widths=%.40s: write bits from %d to %d parted by +, as 2+3+4+6+8", value,
                               LEAST_WIDTH, MOST_WIDTH);
    if (*words) return qsi_fail_option(row->name, "%s=%.40s: %s takes %s", row->name, value, row->name, words);
    return qsi_fail_option(row->name, "%s=%.40s: %s takes a %snumber from %.15g to %.15g", row->name, value,
                           row->name, row->whole ? "whole " : "", row->low, row->high);
}

/* ------------------------------------------------------------------------------------------------- values */

static bool read_widths(const char *value, double *widths)
{
    uint32_t set = 0;
    for (const char *c = value; *c; c += c[1] ? 2 : 1) {
        if (*c < '0' + LEAST_WIDTH || *c > '0' + MOST_WIDTH || (c[1] && (c[1] != '+' || !c[2]))) return false;
        set |= 1U << (*c - '0');
    }
    *widths = set;
    return set != 0;
}

static int set_value(qsi_recipe *recipe, qsi_recipe_option option, const char *value)
{
    const qsi_recipe_option_row *row = &qsi_recipe_option_rows[option];
    double number;
    if (option == QSI_WIDTHS) return read_widths(value, &recipe->value[option]) ? QS_OK : fail_value(option, value);
    for (size_t w = 0; w < 5 && row->words[w]; w++) {
        if (strcmp(value, row->words[w]) != 0) continue;
        recipe->value[option] = (double)w;
        return QS_OK;
    }
    char nine_digits[QSI_DECIMAL_TEXT];
    bool good = !row->words[0] && qsi_decimal_read(value, &number);
    if (good && !row->whole) { /* what canonical text can say, so that the text means the same */
        qsi_decimal_write(nine_digits, 'g', 9, number);
        good = qsi_decimal_read(nine_digits, &number);
    }
    good = good && number >= row->low && number <= row->high && (!row->whole || number == floor(number));
    if (good && option == QSI_SMOOTH) good = number >= 0 || number == -1;
    if (!good) return fail_value(option, value);
    recipe->value[option] = number == 0 ? 0 : number;
    return QS_OK;
}

/* Inputs are coded by an integer with one range, from its lowest code on: that is what integer products take. */
static int take_input(const char *name, qsi_spec *spec)
{
    uint32_t one_range = 1U << QSI_MAP | 1U << QSI_PER | 1U << QSI_CODES | 1U << QSI_RANGE | 1U << QSI_P |
                         1U << QSI_SD | 1U << QSI_LO | 1U << QSI_HI;
    bool integer = !strcmp(spec->format->kind, "integer") && spec->format->code_bits >= 2;
    if (!integer)
        return qsi_fail_option(name, "%s=%s: inputs are coded as int2 to int8, or stay f32", name,
                               spec->format->name);
    bool sym = spec->given >> QSI_MAP & 1 && spec->word[QSI_MAP] == QSI_MAP_SYM;
    bool others = spec->given & ~one_range || (spec->given >> QSI_MAP & 1 && spec->word[QSI_MAP] == QSI_MAP_OFFSET);
    others = others || (spec->given >> QSI_PER & 1 && spec->word[QSI_PER] != QSI_PER_TENSOR);
    others = others || (spec->given >> QSI_CODES & 1 && spec->word[QSI_CODES] != QSI_CODES_UNSIGNED);
    if (others)
        return qsi_fail_option(name,
                               "%s: inputs are coded with per=tensor, round=even, and map=affine (codes from "
                               "0) or map=sym; of the options of %s they take map, range, p, sd, lo and hi",
                               name, spec->format->name);
    if (!sym) spec->word[QSI_MAP] = QSI_MAP_AFFINE;
    if (!sym) spec->word[QSI_CODES] = QSI_CODES_UNSIGNED;
    spec->word[QSI_PER] = QSI_PER_TENSOR;
    spec->given |= 1U << QSI_MAP | 1U << QSI_PER;
    return QS_OK;
}

/* A spec, in brackets or not, or f32: not coded. An input's spec may ask for range=kl, which needs its per=tensor:
 * so that stands before what was given. */
static int set_code(const char *name, bool input, const char *value, qsi_recipe_code *code)
{
    char text[QSI_SPEC_TEXT + 16], given[QSI_SPEC_TEXT];
    size_t length = strlen(value);
    bool brackets = length > 1 && value[0] == '(' && value[length - 1] == ')';
    if (code->given) return qsi_fail_option(name, "%s is given twice", name);
    if (strchr(value, ':') && !brackets)
        return qsi_fail_option(name, "%s=%.60s: a spec with options stands in brackets, %s=(%.60s)", name, value,
                               name, value);
    if (length >= sizeof given) return qsi_fail_option(name, "%s: the spec is too long", name);
    snprintf(given, sizeof given, "%.*s", (int)(brackets ? length - 2 : length), value + brackets);
    *code = (qsi_recipe_code){.given = true, .plain = !strcmp(given, "f32")};
    char *options = strchr(given, ':');
    bool kl = input && options && strstr(options, "range=kl") && !strstr(options, "per=");
    snprintf(text, sizeof text, "%s%s", given, kl ? ",per=tensor" : "");
    int status = qsi_spec_parse(text, &code->spec);
    if (status || code->plain || !input) return status;
    return take_input(name, &code->spec);
}

/* LAYER.w or LAYER.a, w or a. */
static int set_coding(qsi_recipe *recipe, const char *name, const char *value)
{
    const char *dot = strrchr(name, '.');
    bool input = !strcmp(dot ? dot + 1 : name, "a");
    if (!(input ? recipe->method->a : recipe->method->w)) return fail_option(recipe, name);
    if (!dot) return set_code(name, input, value, input ? &recipe->a : &recipe->w);
    size_t length = (size_t)(dot - name);
    if (!length || length >= QSI_LAYER_NAME) return fail_option(recipe, name);
    for (size_t i = 0; i < recipe->layers; i++)
        if (recipe->layer[i].input == input && strlen(recipe->layer[i].name) == length &&
            !memcmp(recipe->layer[i].name, name, length))
            return qsi_fail_option(name, "%s is given twice", name);
    if (recipe->layers == QSI_RECIPE_LAYERS)
        return qsi_fail_option(name, "a recipe names at most %d layers", QSI_RECIPE_LAYERS);
    qsi_recipe_layer *layer = &recipe->layer[recipe->layers++];
    *layer = (qsi_recipe_layer){.input = input};
    memcpy(layer->name, name, length);
    return set_code(name, input, value, &layer->code);
}

static int set_option(qsi_recipe *recipe, char *text, uint32_t *given)
{
    char *value = strchr(text, '=');
    if (!*text)
        return qsi_fail_option("", "an option is missing: options are OPTION=VALUE parted by single commas");
    if (!value) return qsi_fail_option(text, "%.40s: write %.40s=VALUE", text, text);
    *value++ = 0;
    if (!*value) return qsi_fail_option(text, "%.40s: the value after = is missing", text);
    size_t length = strlen(text);
    bool coding =
        length && (text[length - 1] == 'w' || text[length - 1] == 'a') && (length == 1 || text[length - 2] == '.');
    if (coding) return set_coding(recipe, text, value);
    for (int o = 0; o < QSI_RECIPE_OPTIONS; o++) {
        if (strcmp(text, qsi_recipe_option_rows[o].name) != 0) continue;
        if (!(recipe->method->takes & QSI_TAKES(o))) break;
        if (*given & QSI_TAKES(o)) return qsi_fail_option(text, "%s is given twice", text);
        *given |= QSI_TAKES(o);
        return set_value(recipe, (qsi_recipe_option)o, value);
    }
    return fail_option(recipe, text);
}

/* ------------------------------------------------------------------------------------------------- the whole */

static int find_method(const char *name, bool inputs, qsi_recipe *recipe)
{
    for (const qsi_method *const *m = qsi_methods; *m; m++)
        if (!strcmp((*m)->name, name)) recipe->method = *m;
    for (const qsi_method_word *w = qsi_method_words; w->name && !recipe->method; w++) {
        if (strcmp(w->name, name) != 0) continue;
        bool coded = inputs || (!w->mse && w->option == QSI_SMOOTH);
        recipe->method = coded ? &qsi_method_static : &qsi_method_weights;
    }
    return recipe->method ? QS_OK : fail_method(name);
}

/* Behind the options: what the first word stood for, unless the options say it themselves. */
static int apply_word(const char *name, qsi_recipe *recipe, uint32_t given)
{
    for (const qsi_method_word *w = qsi_method_words; w->name; w++) {
        if (strcmp(w->name, name) != 0) continue;
        if (w->mse) {
            if (!qsi_format_option(recipe->w.spec.format, QSI_RANGE))
                return qsi_fail_option("w", "mse: %s takes no range to search for", recipe->w.spec.format->name);
            recipe->w.spec.word[QSI_RANGE] = QSI_RANGE_MSE;
            recipe->w.spec.given |= 1U << QSI_RANGE;
        } else if (w->option == QSI_SMOOTH && given & QSI_TAKES(QSI_SMOOTH)) {
            return QS_OK; /* smoothquant:smooth=0.75 */
        } else if (given & QSI_TAKES(w->option)) {
            return qsi_fail_option(qsi_recipe_option_rows[w->option].name, "%s says %s already", name,
                                   qsi_recipe_option_rows[w->option].name);
        } else {
            recipe->value[w->option] = w->value;
        }
    }
    return QS_OK;
}

static int check_together(const qsi_recipe *recipe)
{
    int arithmetic = qsi_recipe_word(recipe, QSI_ARITHMETIC);
    if (recipe->value[QSI_DAMP] > 0 && qsi_recipe_word(recipe, QSI_ROUNDING) != QSI_ROUNDING_GPTQ)
        return qsi_fail_option("damp", "damp applies only with rounding=gptq");
    if (arithmetic != QSI_FAKE && recipe->a.plain)
        return qsi_fail_option("arithmetic", "arithmetic=%s needs coded inputs, a=int8",
                               qsi_recipe_option_rows[QSI_ARITHMETIC].words[arithmetic]);
    if (qsi_recipe_word(recipe, QSI_ROUNDING) != QSI_ROUNDING_RTN && !recipe->w.plain) {
        const qsi_spec *w = &recipe->w.spec;
        bool affine = qsi_format_option(w->format, QSI_MAP) && qsi_format_option(w->format, QSI_RANGE) &&
                      !strcmp(w->format->kind, "integer");
        if (!affine) return qsi_fail_option("w", "rounding takes weights of int2 to int8");
    }
    return QS_OK;
}

/* The zero that hqq fits is stored as a low is. */
static int take_hqq(qsi_recipe_code *code)
{
    if (!code->given || code->plain || !qsi_format_option(code->spec.format, QSI_MAP)) return QS_OK;
    if (code->spec.given >> QSI_MAP & 1 && qsi_word(&code->spec, QSI_MAP) != QSI_MAP_OFFSET)
        return qsi_fail_option("map", "rounding=hqq fits a float zero, which is stored with map=offset");
    code->spec.word[QSI_MAP] = QSI_MAP_OFFSET;
    code->spec.given |= 1U << QSI_MAP;
    return QS_OK;
}

static int take_options(char *options, const char *name, qsi_recipe *recipe)
{
    uint32_t given = 0;
    int status = QS_OK;
    for (char *next; options && !status; options = next) {
        int depth = 0;
        for (next = options; *next && (depth > 0 || *next != ','); next++) depth += (*next == '(') - (*next == ')');
        if (depth != 0) return qsi_fail_option("", "'%.60s': a bracket is not closed", options);
        if (*next)
            *next++ = 0;
        else
            next = NULL;
        status = set_option(recipe, options, &given);
    }
    const qsi_method *m = recipe->method;
    if (!status && m->w && !recipe->w.given) status = set_code("w", false, m->w, &recipe->w);
    if (!status && m->a && !recipe->a.given) status = set_code("a", true, m->a, &recipe->a);
    if (!status) status = apply_word(name, recipe, given);
    bool hqq = !status && qsi_recipe_word(recipe, QSI_ROUNDING) == QSI_ROUNDING_HQQ;
    if (hqq) status = take_hqq(&recipe->w);
    for (size_t i = 0; hqq && i < recipe->layers && !status; i++)
        if (!recipe->layer[i].input) status = take_hqq(&recipe->layer[i].code);
    return status ? status : check_together(recipe);
}

int qsi_recipe_parse(const char *text, qsi_recipe *recipe)
{
    char copy[QSI_RECIPE_TEXT];
    size_t length = text ? strlen(text) : 0;
    if (!length) return fail_method("");
    if (length >= sizeof copy / 2)
        return qsi_fail_option("", "the recipe \"%.20s...\" has %zu characters; %zu are the most", text, length,
                               sizeof copy / 2 - 1);
    snprintf(copy, sizeof copy, "%s", text);
    *recipe = (qsi_recipe){.method = NULL};
    for (int o = 0; o < QSI_RECIPE_OPTIONS; o++) recipe->value[o] = qsi_recipe_option_rows[o].first;
    recipe->value[QSI_WIDTHS] = ALL_WIDTHS;
    char *options = strchr(copy, ':');
    if (options) *options++ = 0;
    bool inputs = options && (!strncmp(options, "a=", 2) || strstr(options, ",a=") || strstr(options, ".a="));
    int status = find_method(copy, inputs, recipe);
    if (status) return status;
    if (options && !*options) return qsi_fail_option("", "%s: nothing follows the colon", copy);
    return take_options(options, copy, recipe);
}

/* ------------------------------------------------------------------------------------------------- text */

void qsi_recipe_code_text(const qsi_recipe_code *code, bool input, char text[QSI_SPEC_TEXT])
{
    qsi_spec spec = code->spec;
    char full[QSI_SPEC_TEXT], *to = text;
    if (code->plain) {
        strcpy(text, "f32");
        return;
    }
    qsi_spec_text(&spec, full);
    if (!input) {
        strcpy(text, full);
        return;
    }
    char mark = ':';                                    /* what every input has is left out */
    bool sym = qsi_word(&spec, QSI_MAP) == QSI_MAP_SYM; /* a spec's default, but not that of an input */
    for (const char *at = full; *at;) {
        size_t length = strcspn(at, ":,");
        bool implied = !strncmp(at, "map=affine", 10) || !strncmp(at, "per=", 4) || !strncmp(at, "codes=", 6);
        if (!implied) {
            if (to > text) {
                *to++ = mark;
                mark = ',';
            }
            memcpy(to, at, length);
            to += length;
        }
        at += length + (at[length] != 0);
        if (!sym) continue;
        to += sprintf(to, ":map=sym");
        mark = ',';
        sym = false;
    }
    *to = 0;
}

static void append(char text[QSI_RECIPE_TEXT], size_t *at, const char *name, const char *value)
{
    bool brackets = strchr(value, ':') != NULL, first = strchr(text, '=') == NULL;
    *at += (size_t)snprintf(text + *at, QSI_RECIPE_TEXT - *at, "%c%s=%s%s%s", first ? ':' : ',', name,
                            brackets ? "(" : "", value, brackets ? ")" : "");
}

static void widths_text(double widths, char *text)
{
    for (int b = LEAST_WIDTH; b <= MOST_WIDTH; b++)
        if ((uint32_t)widths >> b & 1) *text++ = (char)('0' + b), *text++ = '+';
    text[-1] = 0;
}

static void option_text(const qsi_recipe *recipe, qsi_recipe_option o, char *text)
{
    if (o == QSI_WIDTHS)
        widths_text(recipe->value[o], text);
    else if (qsi_recipe_option_rows[o].words[0])
        strcpy(text, qsi_recipe_option_rows[o].words[qsi_recipe_word(recipe, o)]);
    else
        qsi_decimal_write(text, 'g', qsi_recipe_option_rows[o].whole ? 17 : 9, recipe->value[o]);
}

void qsi_recipe_text(const qsi_recipe *recipe, char text[QSI_RECIPE_TEXT])
{
    char value[QSI_DECIMAL_TEXT];
    size_t at = (size_t)snprintf(text, QSI_RECIPE_TEXT, "%s", recipe->method->name);
    if (recipe->method->w) qsi_recipe_code_text(&recipe->w, false, value), append(text, &at, "w", value);
    if (recipe->method->a) qsi_recipe_code_text(&recipe->a, true, value), append(text, &at, "a", value);
    for (size_t i = 0; i < recipe->layers; i++) {
        const qsi_recipe_layer *layer = &recipe->layer[i];
        char name[QSI_LAYER_NAME + 2];
        snprintf(name, sizeof name, "%s.%c", layer->name, layer->input ? 'a' : 'w');
        qsi_recipe_code_text(&layer->code, layer->input, value);
        append(text, &at, name, value);
    }
    for (int o = 0; o < QSI_RECIPE_OPTIONS; o++) {
        double first = o == QSI_WIDTHS ? ALL_WIDTHS : qsi_recipe_option_rows[o].first;
        if (!(recipe->method->takes & QSI_TAKES(o)) || recipe->value[o] == first) continue;
        option_text(recipe, (qsi_recipe_option)o, value);
        append(text, &at, qsi_recipe_option_rows[o].name, value);
    }
}

/* ------------------------------------------------------------------------------------------------- layers */

int qsi_recipe_check_layers(const qsi_recipe *recipe, const qsi_chain *chain)
{
    for (size_t i = 0; i < recipe->layers; i++) {
        const char *name = recipe->layer[i].name;
        char known[400] = "";
        if (qsi_chain_find(chain, name, strlen(name)) < chain->count) continue;
        for (size_t l = 0; l < chain->count; l++) list(known, sizeof known, chain->layers[l].name);
        return qsi_fail_option(name, "the network has no layer '%s'; its layers are %s", name, known);
    }
    return QS_OK;
}

const qsi_recipe_code *qsi_recipe_layer_code(const qsi_recipe *recipe, const char *layer, bool input)
{
    for (size_t i = 0; i < recipe->layers; i++)
        if (recipe->layer[i].input == input && !strcmp(recipe->layer[i].name, layer)) return &recipe->layer[i].code;
    return input ? &recipe->a : &recipe->w;
}
