/* Recipes for those who choose them: the check, and the options with what they take. */
#include "net/recipe.h"

#include "base/size.h"
#include "base/status.h"
#include "net/method.h"
#include "quantscope.h"

#include <string.h>

int qs_recipe_check(const char *text)
{
    qsi_recipe recipe;
    return qsi_recipe_parse(text, &recipe);
}

static void method_json(const qsi_method *method, qsi_json *json)
{
    qsi_json_open(json, '{');
    qsi_json_key(json, "name");
    qsi_json_text(json, method->name);
    qsi_json_key(json, "title");
    qsi_json_text(json, method->title);
    qsi_json_key(json, "help");
    qsi_json_text(json, method->help);
    const struct {
        const char *key;
        bool is;
    } needs[] = {{"weights", method->w != NULL},
                 {"inputs", method->a != NULL},
                 {"trains", method->trains},
                 {"calibrates", method->calibrates || method->chooses}};
    for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
        qsi_json_key(json, needs[i].key);
        qsi_json_bool(json, needs[i].is);
    }
    qsi_json_close(json, '}');
}

static void value_json(const qsi_recipe_option_row *row, double value, qsi_json *json)
{
    if (row->words[0])
        qsi_json_text(json, row->words[(int)value]);
    else if (row->whole)
        qsi_json_whole(json, value);
    else
        qsi_json_figure(json, value);
}

static void option_json(const qsi_recipe *recipe, qsi_recipe_option o, qsi_json *json)
{
    const qsi_recipe_option_row *row = &qsi_recipe_option_rows[o];
    qsi_json_open(json, '{');
    qsi_json_key(json, "name");
    qsi_json_text(json, row->name);
    qsi_json_key(json, "help");
    qsi_json_text(json, row->help);
    if (o != QSI_WIDTHS) {
        qsi_json_key(json, "value");
        value_json(row, recipe->value[o], json);
        qsi_json_key(json, "default");
        value_json(row, row->first, json);
    }
    if (row->words[0]) {
        qsi_json_key(json, "values");
        qsi_json_open(json, '[');
        for (size_t w = 0; w < sizeof row->words / sizeof *row->words && row->words[w]; w++)
            qsi_json_text(json, row->words[w]);
        qsi_json_close(json, ']');
    } else if (o != QSI_WIDTHS) {
        qsi_json_key(json, "low");
        value_json(row, row->low, json);
        qsi_json_key(json, "high");
        value_json(row, row->high, json);
        qsi_json_key(json, "whole");
        qsi_json_bool(json, row->whole);
    }
    qsi_json_close(json, '}');
}

static void codes_json(const qsi_recipe *recipe, qsi_json *json)
{
    char text[QSI_SPEC_TEXT];
    const struct {
        const char *key;
        const qsi_recipe_code *code;
    } codes[] = {{"w", &recipe->w}, {"a", &recipe->a}};
    for (int i = 0; i < 2; i++) {
        qsi_json_key(json, codes[i].key);
        if (codes[i].code->given) {
            qsi_recipe_code_text(codes[i].code, i == 1, text);
            qsi_json_text(json, text);
        } else {
            qsi_json_null(json);
        }
    }
    qsi_json_key(json, "layers");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < recipe->layers; i++) {
        const qsi_recipe_layer *layer = &recipe->layer[i];
        qsi_json_open(json, '{');
        qsi_json_key(json, "layer");
        qsi_json_text(json, layer->name);
        qsi_json_key(json, layer->input ? "a" : "w");
        qsi_recipe_code_text(&layer->code, layer->input, text);
        qsi_json_text(json, text);
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
}

static size_t write_recipe(const qsi_recipe *recipe, char *dst, size_t cap)
{
    char canonical[QSI_RECIPE_TEXT];
    qsi_json json = qsi_json_start(dst, cap);
    qsi_recipe_text(recipe, canonical);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "recipe");
    qsi_json_text(&json, canonical);
    qsi_json_key(&json, "method");
    method_json(recipe->method, &json);
    codes_json(recipe, &json);
    qsi_json_key(&json, "options");
    qsi_json_open(&json, '[');
    for (int o = 0; o < QSI_RECIPE_OPTIONS; o++)
        if (recipe->method->takes & QSI_TAKES(o)) option_json(recipe, (qsi_recipe_option)o, &json);
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

size_t qs_recipe_json(const char *text, char *dst, size_t cap)
{
    qsi_recipe *recipe = qsi_array(1, sizeof *recipe); /* too large for a stack */
    size_t length = recipe && !qsi_recipe_parse(text, recipe) ? write_recipe(recipe, dst, cap) : 0;
    qsi_array_free(recipe);
    return length;
}

size_t qs_methods_json(char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "methods");
    qsi_json_open(&json, '[');
    for (const qsi_method *const *m = qsi_methods; *m; m++) method_json(*m, &json);
    qsi_json_close(&json, ']');
    qsi_json_key(&json, "words");
    qsi_json_open(&json, '[');
    for (const qsi_method_word *w = qsi_method_words; w->name; w++) qsi_json_text(&json, w->name);
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
