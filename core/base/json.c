/* A writer of JSON text, as json.h says. */
#include "base/json.h"

#include "base/decimal.h"
#include "base/utf8.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void put(qsi_json *json, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++, json->length++)
        if (json->length + 1 < json->cap) json->dst[json->length] = text[i];
}

/* A value begins: the comma that parts it from the one before. */
static void begin(qsi_json *json)
{
    if (json->comma) put(json, ",", 1);
    json->comma = true;
}

qsi_json qsi_json_start(char *dst, size_t cap)
{
    return (qsi_json){.dst = dst, .cap = dst ? cap : 0};
}

size_t qsi_json_end(qsi_json *json)
{
    if (json->cap) json->dst[json->length < json->cap ? json->length : json->cap - 1] = 0;
    return json->length;
}

void qsi_json_open(qsi_json *json, char bracket)
{
    begin(json);
    put(json, &bracket, 1);
    json->comma = false;
}

void qsi_json_close(qsi_json *json, char bracket)
{
    put(json, &bracket, 1);
    json->comma = true;
}

void qsi_json_key(qsi_json *json, const char *key)
{
    qsi_json_text(json, key);
    put(json, ":", 1);
    json->comma = false;
}

void qsi_json_text(qsi_json *json, const char *text)
{
    begin(json);
    put(json, "\"", 1);
    for (const unsigned char *c = (const unsigned char *)text; *c;) {
        size_t length = qsi_utf8_length(c, 4); /* it does not go beyond a NUL */
        char escaped[8];
        if (*c == '"' || *c == '\\') {
            put(json, "\\", 1);
            put(json, (const char *)c, 1);
        } else if (*c < 0x20 || *c == 0x7f) {
            put(json, escaped, (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", *c));
        } else if (!length) {
            put(json, "\\ufffd", 6);
        } else {
            put(json, (const char *)c, length);
        }
        c += length ? length : 1;
    }
    put(json, "\"", 1);
}

static void number(qsi_json *json, char kind, int digits, double value)
{
    char text[QSI_DECIMAL_TEXT];
    if (!isfinite(value)) {
        qsi_json_null(json);
        return;
    }
    size_t length = qsi_decimal_write(text, kind, digits, value == 0 ? 0 : value);
    begin(json);
    put(json, text, length);
}

void qsi_json_whole(qsi_json *json, double value)
{
    if (!(value >= 1 && value < 0x1p53) || value != (double)(uint64_t)value) {
        number(json, 'f', 0, value);
        return;
    }
    char text[20];
    size_t at = sizeof text;
    for (uint64_t left = (uint64_t)value; left; left /= 10) text[--at] = (char)('0' + left % 10);
    begin(json);
    put(json, text + at, sizeof text - at);
}
void qsi_json_figure(qsi_json *json, double value)
{
    number(json, 'g', 6, value);
}
void qsi_json_exact(qsi_json *json, float value)
{
    if (value == 0 && signbit(value))
        qsi_json_raw(json, "-0.0");
    else
        number(json, 'g', 9, (double)value);
}

void qsi_json_raw(qsi_json *json, const char *text)
{
    begin(json);
    put(json, text, strlen(text));
}

void qsi_json_bool(qsi_json *json, bool value)
{
    qsi_json_raw(json, value ? "true" : "false");
}
void qsi_json_null(qsi_json *json)
{
    qsi_json_raw(json, "null");
}
