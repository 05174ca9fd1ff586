/* The lines of a question, as question.h says. */
#include "plan/question.h"

#include "base/decimal.h"
#include "base/status.h"

#include <math.h>
#include <string.h>

typedef struct row {
    const char *name;
    size_t at;        /* of the number in a question */
    double low, high; /* whole: a count */
    double otherwise;
    bool whole;
} row;

#define AT(member) offsetof(qsi_question, member)
static const row rows[] = {
    {"params", AT(params), 0, 1e15, 7e9, true},
    {"row_length", AT(row_length), 1, 1048576, 4096, true},
    {"context", AT(context), 0, 1e9, 8192, true},
    {"batch", AT(batch), 0, 1e6, 1, true},
    {"kv_layers", AT(kv_layers), 0, 1e5, 32, true},
    {"kv_heads", AT(kv_heads), 0, 1e5, 8, true},
    {"head_dim", AT(head_dim), 0, 65536, 128, true},
    {"bandwidth", AT(bandwidth), 1e-3, 1e6, 100, false},
    {"load", AT(load), 1e-3, 1e6, 2, false},
    {"price", AT(price), 0, 1e9, 0, false},
    {"copies", AT(copies), 0, 1e9, 1, true},
    {"once", AT(once), 0, 1e12, 0, false},
    {"hour", AT(hour), 0, 1e9, 0, false},
};
enum { ROWS = sizeof rows / sizeof *rows };

static double *number(qsi_question *q, const row *row)
{
    return (double *)(void *)((char *)q + row->at);
}

/* A number that may end in K, M, B, G or T. */
static bool read_size(const char *text, size_t length, double *value)
{
    static const char letters[] = "kmbt";
    char digits[64];
    double factor = 1;
    if (!length || length >= sizeof digits) return false;
    memcpy(digits, text, length);
    digits[length] = 0;
    char last = digits[length - 1];
    if (last >= 'A' && last <= 'Z') last = (char)(last + 'a' - 'A');
    if (last == 'g') last = 'b';
    const char *letter = strchr(letters, last);
    if (letter && last) {
        for (const char *l = letters; l <= letter; l++) factor *= 1000;
        digits[length - 1] = 0;
    }
    if (!qsi_decimal_read(digits, value)) return false;
    *value = factor == 1 ? *value : nearbyint(*value * factor);
    return true;
}

static int read_number(qsi_question *q, const row *row, const char *text, size_t length)
{
    double value;
    if (!read_size(text, length, &value) || !(value >= row->low && value <= row->high) ||
        (row->whole && floor(value) != value))
        return qsi_fail_option(row->name, "%s=%.*s: %s takes %s from %.15g to %.15g", row->name, (int)length, text,
                               row->name, row->whole ? "a whole number" : "a number", row->low, row->high);
    *number(q, row) = value;
    return QS_OK;
}

/* Numbers between separators. */
static int read_list(const char *name, const char *text, size_t length, char between, double high, size_t most,
                     double *list, size_t *count)
{
    *count = 0;
    for (size_t at = 0; at <= length;) {
        size_t part = 0;
        while (at + part < length && text[at + part] != between) part++;
        if (*count == most || !read_size(text + at, part, &list[*count]) || !(list[*count] > 0) ||
            list[*count] > high)
            return qsi_fail_option(name,
                                   "%s=%.*s: %s takes up to %zu numbers from above 0 to %.15g, with %c between",
                                   name, (int)length, text, name, most, high, between);
        ++*count;
        at += part + 1;
    }
    return QS_OK;
}

static int read_layers(qsi_question *q, const char *text, size_t length)
{
    int status = read_list("layers", text, length, '-', 1048576, QSI_LAYERS_MOST, q->width, &q->widths);
    for (size_t i = 0; i < q->widths && !status; i++)
        if (floor(q->width[i]) != q->width[i]) status = QS_E_OPTION;
    if (status || q->widths < 2)
        return qsi_fail_option(
            "layers",
            "layers=%.*s: layers takes whole numbers of values from 1 to 1048576, inputs first, as "
            "784-256-128-10",
            (int)length, text);
    q->params = 0;
    for (size_t i = 0; i + 1 < q->widths; i++) q->params += (q->width[i] + 1) * q->width[i + 1];
    return QS_OK;
}

static int read_text(const char *name, const char *text, size_t length, char *to)
{
    if (length >= QSI_QUESTION_TEXT)
        return qsi_fail_option(name, "%s takes a spec, which is not as long as this", name);
    memcpy(to, text, length);
    to[length] = 0;
    return QS_OK;
}

static int read_line(qsi_question *q, const char *line, size_t length)
{
    const char *equals = memchr(line, '=', length);
    size_t name = equals ? (size_t)(equals - line) : length;
    const char *value = line + name + 1;
    size_t rest = equals ? length - name - 1 : 0;
#define IS(word) (name == strlen(word) && !memcmp(line, word, name))
    for (size_t i = 0; i < ROWS && equals; i++)
        if (IS(rows[i].name)) {
            if (rows[i].at == AT(params)) q->widths = 0;
            return read_number(q, &rows[i], value, rest);
        }
    if (equals && IS("layers")) return read_layers(q, value, rest);
    if (equals && IS("devices"))
        return read_list("devices", value, rest, ',', 1e9, QSI_DEVICES_MOST, q->device, &q->devices);
    if (equals && IS("against")) return read_text("against", value, rest, q->against);
    if (equals && IS("cache")) return read_text("cache", value, rest, q->cache);
#undef IS
    return qsi_fail_option(
        "question",
        "%.*s: a question has lines NAME=VALUE with params, layers, row_length, context, "
        "batch, kv_layers, kv_heads, head_dim, devices, bandwidth, load, price, copies, once, hour, "
        "against and cache",
        (int)(length > 60 ? 60 : length), line);
}

int qsi_question_read(const char *text, qsi_question *q)
{
    static const double devices[] = {4, 8, 16, 24, 80};
    *q = (qsi_question){.devices = sizeof devices / sizeof *devices, .against = "f16", .cache = "f16"};
    memcpy(q->device, devices, sizeof devices);
    for (size_t i = 0; i < ROWS; i++) *number(q, &rows[i]) = rows[i].otherwise;
    while (*text) {
        size_t length = strcspn(text, "\n");
        int status = length ? read_line(q, text, length) : QS_OK;
        if (status) return status;
        text += length + (text[length] == '\n');
    }
    return q->params > 0 ? QS_OK : qsi_fail_option("params", "params=0: params takes a whole number from 1");
}

void qsi_question_json(const qsi_question *q, qsi_json *json)
{
    qsi_json_key(json, "question");
    qsi_json_open(json, '{');
    for (size_t i = 0; i < ROWS; i++) {
        double value = *number((qsi_question *)q, &rows[i]);
        qsi_json_key(json, rows[i].name);
        if (rows[i].whole)
            qsi_json_whole(json, value);
        else
            qsi_json_figure(json, value);
    }
    qsi_json_key(json, "layers");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < q->widths; i++) qsi_json_whole(json, q->width[i]);
    qsi_json_close(json, ']');
    qsi_json_key(json, "devices");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < q->devices; i++) qsi_json_figure(json, q->device[i]);
    qsi_json_close(json, ']');
    qsi_json_key(json, "against");
    qsi_json_text(json, q->against);
    qsi_json_key(json, "cache");
    qsi_json_text(json, q->cache);
    qsi_json_close(json, '}');
}
