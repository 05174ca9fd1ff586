/*
 * Reading JSON: the tokens of jsmn, for texts that were found to be JSON (RFC 8259) first, as jsmn takes more than
 * that. Strings pass as the bytes they are.
 */
#ifndef QSI_JSONREAD_H
#define QSI_JSONREAD_H

#define JSMN_STRICT
#define JSMN_STATIC
#define JSMN_PARENT_LINKS /* else a deep text takes time squared */
#include <jsmn.h>

#include <stdbool.h>
#include <stddef.h>

/* A parsed text. Token 0 is its value; text needs no NUL. */
typedef struct qsi_json_tree {
    const char *text;
    jsmntok_t *tokens;
    size_t count;
} qsi_json_tree;

#define QSI_TREE_DEPTH 64 /* the most objects and arrays that may stand within each other */

/* QS_E_DATA with the byte where text stops being JSON. */
int qsi_json_tree_open(qsi_json_tree *tree, const char *text, size_t bytes);
void qsi_json_tree_close(qsi_json_tree *tree);

/* The same check without a tree, in no memory. */
int qsi_json_check(const char *text, size_t bytes);

/* A part of a text. */
typedef struct qsi_json_span {
    size_t begin, end;
} qsi_json_span;

/* Goes through the members of the object that a checked text is, one at a time, as one with very many is too large
 * for a tree. *at is 0 before the first. False behind the last. key: what stands between its quotes. */
bool qsi_json_next_member(const char *text, size_t bytes, size_t *at, qsi_json_span *key, qsi_json_span *value);

/* The token of an object's member, 0 when there is none, or more than one (or object is no object). */
size_t qsi_json_tree_member(const qsi_json_tree *tree, size_t object, const char *key);
/* The token after the whole value at token. */
size_t qsi_json_tree_skip(const qsi_json_tree *tree, size_t token);
/* Whether token is a number (a string); its value. A string longer than cap - 1, or with escapes, is refused. */
bool qsi_json_tree_number(const qsi_json_tree *tree, size_t token, double *value);
bool qsi_json_tree_string(const qsi_json_tree *tree, size_t token, char *dst, size_t cap);

#endif
