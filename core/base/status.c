/* The last error of a thread, and its JSON. */
#include "base/status.h"

#include "base/json.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static _Thread_local qsi_error last = {.byte = -1, .row = -1, .column = -1};

static int record(int code, const char *option, double byte, double row, double column, const char *format,
                  va_list words)
{
    char message[sizeof last.message]; /* the words may quote the last error itself */
    vsnprintf(message, sizeof message, format, words);
    last = (qsi_error){.code = code, .byte = byte, .row = row, .column = column};
    memcpy(last.message, message, sizeof message);
    snprintf(last.option, sizeof last.option, "%s", option);
    return code;
}

#define RECORD(code, option, byte, row, column)                          \
    va_list words;                                                       \
    va_start(words, format);                                             \
    int result = record(code, option, byte, row, column, format, words); \
    va_end(words);                                                       \
    return result

int qsi_fail(int code, const char *format, ...)
{
    RECORD(code, "", -1, -1, -1);
}
int qsi_fail_option(const char *option, const char *format, ...)
{
    RECORD(QS_E_OPTION, option, -1, -1, -1);
}
int qsi_fail_byte(double byte, const char *format, ...)
{
    RECORD(QS_E_DATA, "", byte, -1, -1);
}
int qsi_fail_cell(double row, double column, const char *format, ...)
{
    RECORD(QS_E_DATA, "", -1, row, column);
}

int qsi_fail_memory(double bytes)
{
    return qsi_fail(QS_E_MEMORY, "out of memory: %.0f more bytes are needed; use fewer rows or specs at a time",
                    bytes);
}

void qsi_error_get(qsi_error *error)
{
    *error = last;
}
void qsi_error_set(const qsi_error *error)
{
    last = *error;
}

size_t qs_error_json(char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "code");
    qsi_json_whole(&json, last.code);
    qsi_json_key(&json, "message");
    qsi_json_text(&json, last.message);
    if (last.option[0]) {
        qsi_json_key(&json, "option");
        qsi_json_text(&json, last.option);
    }
    const struct {
        const char *key;
        double value;
    } places[] = {{"byte", last.byte}, {"row", last.row}, {"column", last.column}};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        if (places[i].value < 0) continue;
        qsi_json_key(&json, places[i].key);
        qsi_json_whole(&json, places[i].value);
    }
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

int qsi_error_code(void)
{
    return last.code;
}

int qsi_fail_dim(size_t dim)
{
    qsi_error why;
    qsi_error_get(&why);
    if (why.code != QS_E_DATA) return why.code;
    return qsi_fail_cell(-1, (double)dim, "dim %zu: %s", dim, why.message);
}
