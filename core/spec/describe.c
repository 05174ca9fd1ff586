/* What can be asked about specs: one spec and its options, and the specs to begin with. */
#include "spec/describe.h"

#include "quantscope.h"

#include <string.h>

void qsi_format_json(qsi_json *json, const qsi_format *format)
{
    static const char *specials[] = {"finite", "nan", "ieee"};
    const struct {
        const char *key, *text;
    } texts[] = {{"name", format->name},     {"title", format->title},
                 {"family", format->kind},   {"rule", format->rule},
                 {"source", format->source}, {"score", format->score ? format->score : "decoded"}};
    const struct {
        const char *key;
        double number;
    } numbers[] = {{"bits", format->code_bits},
                   {"block", format->block},
                   {"scale_bits", format->scale_bits},
                   {"zero_bits", format->zero_bits},
                   {"row_bits", qsi_format_block_bits(format)}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        qsi_json_key(json, texts[i].key);
        qsi_json_text(json, texts[i].text);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        qsi_json_key(json, numbers[i].key);
        qsi_json_whole(json, numbers[i].number);
    }
    if (!strcmp(format->kind, "float")) {
        qsi_json_key(json, "exponent_bits");
        qsi_json_whole(json, format->exponent_bits);
        qsi_json_key(json, "mantissa_bits");
        qsi_json_whole(json, format->mantissa_bits);
        qsi_json_key(json, "bias");
        qsi_json_whole(json, format->bias);
        qsi_json_key(json, "specials");
        qsi_json_text(json, specials[format->specials]);
    }
    qsi_json_key(json, "error_bound");
    qsi_json_figure(json, format->error_bound);
}

static void option_value(qsi_json *json, const qsi_option_row *row, const qsi_option_values *allowed, double value)
{
    if (allowed->count)
        qsi_json_text(json, row->words[(int)value]);
    else if (row->whole)
        qsi_json_whole(json, value);
    else
        qsi_json_exact(json, (float)value);
}

static void option_json(qsi_json *json, const qsi_spec *spec, const qsi_option_values *allowed)
{
    const qsi_option_row *row = &qsi_option_rows[allowed->option];
    qsi_json_open(json, '{');
    qsi_json_key(json, "name");
    qsi_json_text(json, row->name);
    qsi_json_key(json, "help");
    qsi_json_text(json, row->help);
    qsi_json_key(json, "applies");
    qsi_json_bool(json, qsi_option_applies(spec, allowed->option));
    qsi_json_key(json, "value");
    option_value(json, row, allowed,
                 allowed->count ? qsi_word(spec, allowed->option) : spec->value[allowed->option]);
    qsi_json_key(json, "default");
    option_value(json, row, allowed, allowed->count ? allowed->words[0] : allowed->first);
    if (allowed->count) {
        qsi_json_key(json, "values");
        qsi_json_open(json, '[');
        for (size_t w = 0; w < allowed->count; w++) qsi_json_text(json, row->words[allowed->words[w]]);
        qsi_json_close(json, ']');
    } else {
        qsi_json_key(json, "low");
        option_value(json, row, allowed, allowed->low);
        qsi_json_key(json, "high");
        option_value(json, row, allowed, allowed->high);
        qsi_json_key(json, "whole");
        qsi_json_bool(json, row->whole);
    }
    qsi_json_close(json, '}');
}

size_t qs_spec_json(const char *text, char *dst, size_t cap)
{
    qsi_spec spec;
    char canonical[QSI_SPEC_TEXT];
    qsi_json json = qsi_json_start(dst, cap);
    if (qsi_spec_parse(text, &spec)) return 0;
    qsi_spec_text(&spec, canonical);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "spec");
    qsi_json_text(&json, canonical);
    qsi_json_key(&json, "format");
    qsi_json_open(&json, '{');
    qsi_format_json(&json, spec.format);
    qsi_json_close(&json, '}');
    qsi_json_key(&json, "options");
    qsi_json_open(&json, '[');
    for (const qsi_option_values *o = spec.format->options; o->option != QSI_OPTIONS; o++)
        option_json(&json, &spec, o);
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

/* Two widths, and what shares a scale in each: what a model's file is measured with first. */
static void weights_json(qsi_json *json)
{
    static const char *const specs[] = {"int8:per=tensor", "int8", "int4:per=tensor", "int4", "int4:per=block"};
    qsi_json_key(json, "weights");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) qsi_json_text(json, specs[i]);
    qsi_json_close(json, ']');
}

size_t qs_defaults_json(char *dst, size_t cap)
{
    static const struct {
        const char *title, *a, *b;
    } pairs[] = {
        {"int4, int8", "int4:map=offset,per=dim", "int8:map=offset,per=dim"},
        {"float16, bfloat16", "f16", "bf16"},
        {"scale per row, per tensor", "int4", "int4:per=tensor"},
        {"binary, binary with rescoring", "binary", "binary:rescore=4"},
    };
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "specs");
    qsi_json_open(&json, '[');
    for (size_t i = 0; i < qsi_format_count(); i++) {
        const qsi_format *format = qsi_format_at(i);
        if (format->slow_fit) continue;
        qsi_json_text(&json, format->name);
        for (const char *v = format->variants; *v;) {
            char variant[QSI_SPEC_TEXT] = "";
            size_t length = strcspn(v, " ");
            memcpy(variant, v, length);
            qsi_json_text(&json, variant);
            v += length + (v[length] == ' ');
        }
    }
    qsi_json_close(&json, ']');
    qsi_json_key(&json, "pairs");
    qsi_json_open(&json, '[');
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        qsi_json_open(&json, '{');
        qsi_json_key(&json, "title");
        qsi_json_text(&json, pairs[i].title);
        qsi_json_key(&json, "a");
        qsi_json_text(&json, pairs[i].a);
        qsi_json_key(&json, "b");
        qsi_json_text(&json, pairs[i].b);
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_key(&json, "range");
    qsi_json_text(&json, "int4:per=tensor,range=mse");
    qsi_stops_json(&json);
    weights_json(&json);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
