/* A writer of JSON text into a caller's buffer, with the three kinds of number that reports hold. Reading is
 * jsmn's. */
#ifndef QSI_JSON_H
#define QSI_JSON_H

#include <stdbool.h>
#include <stddef.h>

typedef struct qsi_json {
    char *dst;
    size_t cap, length; /* length counts all that was written, beyond cap too */
    bool comma;
} qsi_json;

qsi_json qsi_json_start(char *dst, size_t cap);
size_t qsi_json_end(qsi_json *json); /* ends the text with a NUL; returns its length */

void qsi_json_open(qsi_json *json, char bracket);  /* { or [ */
void qsi_json_close(qsi_json *json, char bracket); /* } or ] */
void qsi_json_key(qsi_json *json, const char *key);
void qsi_json_text(qsi_json *json, const char *text); /* control characters, quotes and broken UTF-8 escaped */
void qsi_json_whole(qsi_json *json, double value);    /* a count: all its digits */
void qsi_json_figure(qsi_json *json, double value);   /* 6 significant digits; null unless finite */
void qsi_json_exact(qsi_json *json, float value);     /* 9 digits, which restore a float32; null unless finite */
void qsi_json_bool(qsi_json *json, bool value);
void qsi_json_null(qsi_json *json);
/* Text that is JSON already, such as what another writer made. */
void qsi_json_raw(qsi_json *json, const char *text);

#endif
