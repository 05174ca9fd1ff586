/* Reading JSON: jsmn's tokens, made strict. Only what valid JSON allows passes, and numbers are whole tokens. */
#ifndef QSI_JSONREAD_H
#define QSI_JSONREAD_H

#define JSMN_STRICT
#define JSMN_STATIC
#include <jsmn.h>

#include <stdbool.h>
#include <stddef.h>

/* A parsed text. Token 0 is its value; text needs no NUL. */
typedef struct qsi_tree {
    const char *text;
    jsmntok_t *tokens;
    size_t count;
} qsi_tree;

/* QS_E_DATA with the byte where text stops being JSON. Depth and length are bounded by the text alone. */
int qsi_tree_open(qsi_tree *tree, const char *text, size_t bytes);
void qsi_tree_close(qsi_tree *tree);

/* The token of an object's member, 0 when there is none (or object is no object). */
size_t qsi_tree_member(const qsi_tree *tree, size_t object, const char *key);
/* The token after the whole value at token. */
size_t qsi_tree_skip(const qsi_tree *tree, size_t token);
/* Whether token is a number (a string); its value. A string longer than cap - 1, or with escapes, is refused. */
bool qsi_tree_number(const qsi_tree *tree, size_t token, double *value);
bool qsi_tree_string(const qsi_tree *tree, size_t token, char *dst, size_t cap);

#endif
