/* Reading JSON, as json_read.h says. */
#include "base/json_read.h"

#include "base/decimal.h"
#include "base/size.h"
#include "base/status.h"

#include <ctype.h>
#include <string.h>

static const char blanks[] = " \t\r\n";

/* A place in a text that is being checked. */
typedef struct scan {
    const char *text;
    size_t at, bytes;
} scan;

static char peek(const scan *s)
{
    return s->at < s->bytes ? s->text[s->at] : 0;
}

static bool take(scan *s, char c)
{
    bool there = s->at < s->bytes && s->text[s->at] == c;
    s->at += there;
    return there;
}

/* Passes over characters of a set; how many there were. */
static size_t take_any(scan *s, const char *set)
{
    size_t begin = s->at;
    while (peek(s) && strchr(set, peek(s))) s->at++;
    return s->at - begin;
}

static bool take_word(scan *s, const char *word)
{
    while (*word && take(s, *word)) word++;
    return !*word;
}

static bool take_string(scan *s)
{
    if (!take(s, '"')) return false;
    while (!take(s, '"')) {
        if ((unsigned char)peek(s) < 0x20) return false;
        if (take(s, '\\')) {
            if (take(s, 'u')) {
                for (int i = 0; i < 4; i++, s->at++)
                    if (!isxdigit((unsigned char)peek(s))) return false;
                continue;
            }
            if (!peek(s) || !strchr("\"\\/bfnrt", peek(s))) return false;
        }
        s->at++;
    }
    return true;
}

static bool take_number(scan *s)
{
    static const char digits[] = "0123456789";
    take(s, '-');
    if (!take(s, '0') && !take_any(s, digits)) return false;
    if (take(s, '.') && !take_any(s, digits)) return false;
    if (!take(s, 'e') && !take(s, 'E')) return true;
    if (!take(s, '+')) take(s, '-');
    return take_any(s, digits) > 0;
}

static bool take_scalar(scan *s)
{
    switch (peek(s)) {
    case '"': return take_string(s);
    case 't': return take_word(s, "true");
    case 'f': return take_word(s, "false");
    case 'n': return take_word(s, "null");
    default: return take_number(s);
    }
}

static bool take_key(scan *s)
{
    take_any(s, blanks);
    if (!take_string(s)) return false;
    take_any(s, blanks);
    return take(s, ':');
}

/* Passes over one value and all that is in it. */
static bool take_value(scan *s)
{
    bool objects[QSI_TREE_DEPTH]; /* which of those that stand open are objects */
    for (size_t depth = 0;;) {
        take_any(s, blanks);
        bool object = take(s, '{'), empty = false;
        if (object || take(s, '[')) {
            if (depth == QSI_TREE_DEPTH) return false;
            objects[depth++] = object;
            take_any(s, blanks);
            empty = peek(s) == (object ? '}' : ']');
            if (!empty && object && !take_key(s)) return false;
            if (!empty) continue;
        } else if (!take_scalar(s)) {
            return false;
        }
        for (;; depth--) { /* a value has ended, and with it perhaps those around it */
            if (!depth) return true;
            take_any(s, blanks);
            if (!empty && take(s, ',')) break;
            if (!take(s, objects[depth - 1] ? '}' : ']')) return false;
            empty = false;
        }
        if (objects[depth - 1] && !take_key(s)) return false;
    }
}

int qsi_json_check(const char *text, size_t bytes)
{
    scan s = {.text = text, .bytes = bytes};
    if (bytes > INT32_MAX) return qsi_fail_byte(0, "the JSON text is longer than 2 GB");
    bool valid = take_value(&s);
    take_any(&s, blanks);
    return valid && s.at == bytes ? QS_OK : qsi_fail_byte((double)s.at, "this is no JSON from here on");
}

bool qsi_json_next_member(const char *text, size_t bytes, size_t *at, qsi_json_span *key, qsi_json_span *value)
{
    scan s = {.text = text, .at = *at, .bytes = bytes};
    take_any(&s, blanks);
    if (!take(&s, *at ? ',' : '{')) return false;
    take_any(&s, blanks);
    key->begin = s.at + 1;
    if (!take_string(&s)) return false; /* the object has no members */
    key->end = s.at - 1;
    take_any(&s, blanks);
    take(&s, ':');
    take_any(&s, blanks);
    value->begin = s.at;
    take_value(&s);
    value->end = *at = s.at;
    return true;
}

int qsi_json_tree_open(qsi_json_tree *tree, const char *text, size_t bytes)
{
    jsmn_parser parser;
    *tree = (qsi_json_tree){.text = text};
    int status = qsi_json_check(text, bytes);
    if (status) return status;
    jsmn_init(&parser);
    int count = jsmn_parse(&parser, text, bytes, NULL, 0);
    if (count <= 0) return qsi_fail_byte(parser.pos, "this is no JSON from here on");
    tree->tokens = qsi_array((size_t)count, sizeof *tree->tokens);
    if (!tree->tokens) return QS_E_MEMORY;
    jsmn_init(&parser);
    tree->count = (size_t)jsmn_parse(&parser, text, bytes, tree->tokens, (unsigned)count);
    return QS_OK;
}

void qsi_json_tree_close(qsi_json_tree *tree)
{
    qsi_array_free(tree->tokens);
    tree->tokens = NULL;
}

size_t qsi_json_tree_skip(const qsi_json_tree *tree, size_t token)
{
    int end = tree->tokens[token].end;
    do token++;
    while (token < tree->count && tree->tokens[token].start < end);
    return token;
}

size_t qsi_json_tree_member(const qsi_json_tree *tree, size_t object, const char *key)
{
    size_t length = strlen(key), end = qsi_json_tree_skip(tree, object), found = 0;
    if (tree->tokens[object].type != JSMN_OBJECT) return 0;
    for (size_t t = object + 1; t + 1 < end; t = qsi_json_tree_skip(tree, t + 1)) {
        const jsmntok_t *k = &tree->tokens[t];
        if ((size_t)(k->end - k->start) != length || memcmp(tree->text + k->start, key, length)) continue;
        if (found) return 0;
        found = t + 1;
    }
    return found;
}

bool qsi_json_tree_number(const qsi_json_tree *tree, size_t token, double *value)
{
    const jsmntok_t *t = &tree->tokens[token];
    char text[64];
    size_t length = (size_t)(t->end - t->start);
    if (t->type != JSMN_PRIMITIVE || length >= sizeof text) return false;
    memcpy(text, tree->text + t->start, length);
    text[length] = 0;
    return qsi_decimal_read(text, value);
}

bool qsi_json_tree_string(const qsi_json_tree *tree, size_t token, char *dst, size_t cap)
{
    const jsmntok_t *t = &tree->tokens[token];
    size_t length = (size_t)(t->end - t->start);
    if (t->type != JSMN_STRING || length >= cap || memchr(tree->text + t->start, '\\', length)) return false;
    memcpy(dst, tree->text + t->start, length);
    dst[length] = 0;
    return true;
}
