/* Reading JSON, by jsmn, and the few pieces of JSON that the command line adds to what the core writes. */
#ifndef CLI_JSON_H
#define CLI_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* text = the whole JSON of a call that writes to dst and cap, or NULL where it fails; free() it:
 *     CLI_TEXT(text, qs_formats_json(0, dst, cap)); */
#define CLI_TEXT(text, call)        \
    do {                            \
        char *dst = NULL;           \
        size_t cap = 0;             \
        cap = (call);               \
        if (cap) {                  \
            dst = cli_alloc(++cap); \
            (void)(call);           \
        }                           \
        (text) = dst;               \
    } while (0)

/* Values are numbered in the order they stand; 0 is the whole, -1 none. Every function takes -1 and values of
 * another kind: there is nothing in them. */
typedef struct cli_json cli_json;

/* NULL when the text is no JSON. */
cli_json *cli_json_parse(const char *text, size_t length);
void cli_json_free(cli_json *json);

int cli_json_get(const cli_json *json, int object, const char *key);
size_t cli_json_size(const cli_json *json, int value); /* members, or items */
int cli_json_at(const cli_json *json, int array, size_t n);
const char *cli_json_key(const cli_json *json, int object, size_t n, int *value);
bool cli_json_is_object(const cli_json *json, int value);
bool cli_json_number(const cli_json *json, int value, double *number);
const char *cli_json_string(const cli_json *json, int value); /* unescaped; NULL: not a string */
const char *cli_json_plain(const cli_json *json,
                           int value); /* a string, or a number as it is written; NULL: none */
double cli_json_figure(const cli_json *json, int object, const char *key); /* NaN: no such number */
bool cli_json_true(const cli_json *json, int value);

/* A value as its text stood; free() it. */
char *cli_json_text(const cli_json *json, int value);
/* The same, written. */
void cli_json_print(FILE *stream, const cli_json *json, int value);
/* A text in quotes; broken UTF-8 becomes U+FFFD. */
void cli_json_print_text(FILE *stream, const char *text);
/* A figure of 6 significant digits; null unless it is finite. */
void cli_json_print_figure(FILE *stream, double figure);

#endif
