/* Reading JSON, as jsonread.h says. */
#include "base/jsonread.h"

#include "base/size.h"
#include "base/status.h"

#include <stdlib.h>
#include <string.h>

int qsi_tree_open(qsi_tree *tree, const char *text, size_t bytes)
{
    jsmn_parser parser;
    *tree = (qsi_tree){.text = text};
    if (bytes > INT32_MAX) return qsi_fail_byte(0, "the JSON text is longer than 2 GB");
    jsmn_init(&parser);
    int count = jsmn_parse(&parser, text, bytes, NULL, 0);
    if (count <= 0) return qsi_fail_byte(parser.pos, "this is no JSON from byte %u on", parser.pos);
    tree->tokens = qsi_array((size_t)count, sizeof *tree->tokens);
    if (!tree->tokens) return QS_E_MEMORY;
    jsmn_init(&parser);
    tree->count = (size_t)jsmn_parse(&parser, text, bytes, tree->tokens, (unsigned)count);
    if (qsi_tree_skip(tree, 0) == tree->count) return QS_OK;
    qsi_tree_close(tree);
    return qsi_fail_byte(0, "the JSON text holds more than one value");
}

void qsi_tree_close(qsi_tree *tree)
{
    qsi_array_free(tree->tokens);
    tree->tokens = NULL;
}

size_t qsi_tree_skip(const qsi_tree *tree, size_t token)
{
    int end = tree->tokens[token].end;
    do token++;
    while (token < tree->count && tree->tokens[token].start < end);
    return token;
}

size_t qsi_tree_member(const qsi_tree *tree, size_t object, const char *key)
{
    size_t length = strlen(key), end = qsi_tree_skip(tree, object);
    if (tree->tokens[object].type != JSMN_OBJECT) return 0;
    for (size_t t = object + 1; t + 1 < end; t = qsi_tree_skip(tree, t + 1)) {
        const jsmntok_t *k = &tree->tokens[t];
        if (k->type == JSMN_STRING && (size_t)(k->end - k->start) == length &&
            !memcmp(tree->text + k->start, key, length))
            return t + 1;
    }
    return 0;
}

bool qsi_tree_number(const qsi_tree *tree, size_t token, double *value)
{
    const jsmntok_t *t = &tree->tokens[token];
    char text[64], *end;
    size_t length = (size_t)(t->end - t->start);
    if (t->type != JSMN_PRIMITIVE || length >= sizeof text) return false;
    memcpy(text, tree->text + t->start, length);
    text[length] = 0;
    if (strspn(text, "+-.0123456789eE") != length) return false;
    *value = strtod(text, &end);
    return end != text && !*end;
}

bool qsi_tree_string(const qsi_tree *tree, size_t token, char *dst, size_t cap)
{
    const jsmntok_t *t = &tree->tokens[token];
    size_t length = (size_t)(t->end - t->start);
    if (t->type != JSMN_STRING || length >= cap || memchr(tree->text + t->start, '\\', length)) return false;
    memcpy(dst, tree->text + t->start, length);
    dst[length] = 0;
    return true;
}
