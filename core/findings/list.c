/* The list of findings, and its JSON. */
#include "findings/findings.h"

#include "base/size.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static qsi_finding *add(qsi_findings *out, const qsi_rule *rule)
{
    if (out->count == out->room) {
        size_t room = out->room ? 2 * out->room : 8;
        qsi_finding *list = qsi_array(room, sizeof *list);
        if (list && out->count) memcpy(list, out->list, out->count * sizeof *list);
        if (list) {
            qsi_array_free(out->list);
            out->list = list;
            out->room = room;
        }
    }
    qsi_finding *f = out->count < out->room ? &out->list[out->count++] : &out->spare;
    *f = (qsi_finding){.rule = rule, .level = rule->level};
    return f;
}

void qsi_findings_close(qsi_findings *all)
{
    qsi_array_free(all->list);
    *all = (qsi_findings){.count = 0};
}

#define PRINT(dst)                                   \
    do {                                             \
        va_list args;                                \
        va_start(args, format);                      \
        vsnprintf((dst), sizeof(dst), format, args); \
        va_end(args);                                \
    } while (0)

qsi_finding *qsi_finding_add(qsi_findings *out, const qsi_rule *rule, const char *format, ...)
{
    qsi_finding *f = add(out, rule);
    PRINT(f->text);
    return f;
}

qsi_finding *qsi_finding_add_spec(qsi_findings *out, const qsi_rule *rule, const qsi_spec *spec, const char *format,
                                  ...)
{
    char text[sizeof out->spare.text];
    qsi_finding *f = add(out, rule);
    qsi_spec_text(spec, f->spec);
    PRINT(text);
    snprintf(f->text, sizeof f->text, "%s: %.*s", f->spec, (int)(sizeof f->text - QSI_SPEC_TEXT - 3), text);
    return f;
}

static void number(qsi_finding *f, const char *key, double value, bool whole)
{
    if (f->numbers == QSI_EVIDENCE) return;
    f->evidence[f->numbers].key = key;
    f->evidence[f->numbers].value = value;
    f->evidence[f->numbers++].whole = whole;
}

void qsi_finding_count(qsi_finding *f, const char *key, double value)
{
    number(f, key, value, true);
}

void qsi_finding_figure(qsi_finding *f, const char *key, double value)
{
    number(f, key, value, false);
}

void qsi_finding_damage(qsi_finding *f, const char *format, ...)
{
    PRINT(f->damage);
}

void qsi_finding_remedy(qsi_finding *f, const char *format, ...)
{
    PRINT(f->remedy.text);
}

void qsi_finding_try_spec(qsi_finding *f, const qsi_spec *spec)
{
    qsi_spec_text(spec, f->remedy.spec);
}

void qsi_finding_try_text(qsi_finding *f, const char *spec)
{
    snprintf(f->remedy.spec, sizeof f->remedy.spec, "%s", spec);
}

void qsi_finding_try_option(qsi_finding *f, const char *option)
{
    snprintf(f->remedy.option, sizeof f->remedy.option, "%s", option);
}

void qsi_finding_try_command(qsi_finding *f, const char *format, ...)
{
    PRINT(f->remedy.command);
}

const char *qsi_level_name(qsi_level level)
{
    static const char *const names[] = {[QSI_NOTE] = "note", [QSI_WARNING] = "warning", [QSI_GRAVE] = "error"};
    return names[level];
}

static void text_member(qsi_json *json, const char *key, const char *text)
{
    qsi_json_key(json, key);
    if (*text)
        qsi_json_text(json, text);
    else
        qsi_json_null(json);
}

static void remedy_json(const qsi_finding *f, qsi_json *json)
{
    const struct {
        const char *key, *text;
    } tried[] = {{"spec", f->remedy.spec}, {"option", f->remedy.option}, {"command", f->remedy.command}};
    qsi_json_key(json, "remedy");
    if (!*f->remedy.text) {
        qsi_json_null(json);
        return;
    }
    qsi_json_open(json, '{');
    text_member(json, "text", f->remedy.text);
    for (size_t i = 0; i < 3; i++)
        if (*tried[i].text) text_member(json, tried[i].key, tried[i].text);
    qsi_json_close(json, '}');
}

void qsi_finding_json(const qsi_finding *f, qsi_json *json)
{
    qsi_json_open(json, '{');
    text_member(json, "id", f->rule->id);
    text_member(json, "level", qsi_level_name(f->level));
    text_member(json, "spec", f->spec);
    text_member(json, "text", f->text);
    qsi_json_key(json, "evidence");
    qsi_json_open(json, '{');
    for (size_t i = 0; i < f->numbers; i++) {
        qsi_json_key(json, f->evidence[i].key);
        if (f->evidence[i].whole)
            qsi_json_whole(json, f->evidence[i].value);
        else
            qsi_json_figure(json, f->evidence[i].value);
    }
    qsi_json_close(json, '}');
    text_member(json, "damage", f->damage);
    remedy_json(f, json);
    qsi_json_close(json, '}');
}

void qsi_findings_json(const qsi_findings *all, qsi_json *json)
{
    qsi_json_key(json, "warnings");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < all->count; i++)
        if (all->list[i].level > QSI_NOTE) qsi_json_text(json, all->list[i].text);
    qsi_json_close(json, ']');
    qsi_json_key(json, "findings");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < all->count; i++) qsi_finding_json(&all->list[i], json);
    qsi_json_close(json, ']');
}
