/*
 * JSON with vectors in it: values one after another (JSON lines), the items of one array, or the members of one
 * object of arrays. In each of these records the vector is found by the path that leads to it in the first: by a
 * key such as "embedding", or else the longest array of numbers; or a text of float32 in base64. Other texts and
 * numbers of a record are its label.
 *
 *     {"id":1,"embedding":[0.1,0.2]}          [{"embedding":"zczMPc3MTD4="},...] {"data":[{"embedding":[...]},...]}
 *     [[0.1,0.2],[0.3,0.4]]                   {"a word":[0.1,0.2],"another":[0.3,0.4]}
 */
#include "source/text.h"

#include "base/bytes.h"
#include "base/json_read.h"
#include "base/size.h"
#include "base/status.h"
#include "base/unescape.h"

#include <stdio.h>
#include <string.h>

enum { VALUES = 'l', ITEMS = 'a', MEMBERS = 'o' };

static const char *skip_blanks(const char *c, const char *end)
{
    while (c < end && qsi_is_blank(*c)) c++;
    return c;
}

/* Behind the string that begins at c; NULL: it does not end. */
static const char *string_end(const char *c, const char *end)
{
    for (c++; c < end && *c != '"'; c++) c += *c == '\\';
    return c < end ? c + 1 : NULL;
}

/* Behind the value that begins at c, found by its brackets alone; NULL: it does not end in these bytes. */
static const char *value_end(const char *c, const char *end)
{
    size_t depth = 0;
    while (c < end) {
        if (*c == '"') {
            c = string_end(c, end);
            if (!c) return NULL;
        } else if (*c == '[' || *c == '{') {
            depth++;
            c++;
        } else if (*c == ']' || *c == '}') {
            if (depth == 0) return c;
            depth--;
            c++;
        } else if (depth == 0) {
            const char *from = c;
            while (c < end && !qsi_is_blank(*c) && !strchr(",]}[{\"", *c)) c++;
            if (c == end) return NULL;
            return c > from ? c : c + 1;
        } else {
            c++;
            continue;
        }
        if (depth == 0) return c;
    }
    return NULL;
}

/* ----------------------------------------------------------------------------------------------------- records */

static const char *end(const qsi_text *t, qsi_span bytes, bool last)
{
    const char *c = skip_blanks(bytes.at, bytes.end);
    if (c == bytes.end) return last ? c : NULL;
    if (t->form != VALUES && (*c == ']' || *c == '}')) return c + 1;
    if (t->form == MEMBERS) {
        c = *c == '"' ? string_end(c, bytes.end) : NULL;
        if (c) c = skip_blanks(c, bytes.end);
        if (!c || c == bytes.end || *c != ':') return NULL;
        c = skip_blanks(c + 1, bytes.end);
    }
    const char *from = c;
    c = c < bytes.end ? value_end(c, bytes.end) : NULL;
    if (!c || c == from) return NULL; /* a bracket that closes nothing is no value */
    c = skip_blanks(c, bytes.end);
    if (t->form == VALUES) return c;
    if (c == bytes.end) return NULL;
    return *c == ',' ? c + 1 : c;
}

static bool is_blank(const qsi_text *t, qsi_span record)
{
    const char *c = skip_blanks(record.at, record.end);
    return c == record.end || (t->form != VALUES && (*c == ']' || *c == '}'));
}

/* The value of a record; key: what stands before it in the form MEMBERS. */
static qsi_span value_of(const qsi_text *t, qsi_span record, qsi_span *key)
{
    qsi_span s = qsi_trim(record);
    if (t->form != VALUES && s.at < s.end && s.end[-1] == ',') s.end--;
    s = qsi_trim(s);
    *key = (qsi_span){s.at, s.at};
    if (t->form != MEMBERS || s.at == s.end) return s;
    const char *c = string_end(s.at, s.end);
    if (!c) return s;
    *key = (qsi_span){s.at + 1, c - 1};
    c = skip_blanks(c, s.end);
    return qsi_trim((qsi_span){c < s.end ? c + 1 : c, s.end});
}

/* ----------------------------------------------------------------------------------------------------- base64 */

static int digit64(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

/* Floats of a base64 text; SIZE_MAX where it is none, or its bytes are no whole number of floats. */
static size_t floats_of(qsi_span text, float *dst, size_t cap)
{
    uint32_t bits = 0;
    size_t count = 0, have = 0;
    uint8_t four[4];
    while (text.at < text.end && text.end[-1] == '=') text.end--;
    for (const char *c = text.at; c < text.end; c++) {
        int digit = digit64(*c);
        if (digit < 0) return SIZE_MAX;
        bits = bits << 6 | (uint32_t)digit;
        have += 6;
        if (have % 8 == 6) continue;
        four[count % 4] = (uint8_t)(bits >> (have % 8));
        have %= 8;
        if (++count % 4 == 0 && count / 4 <= cap) dst[count / 4 - 1] = qsi_get_float(four);
    }
    return count % 4 ? SIZE_MAX : count / 4;
}

/* ------------------------------------------------------------------------------------------------ the vector's
 * path */

static qsi_span span_of(const qsi_json_tree *tree, size_t token)
{
    return (qsi_span){tree->text + tree->tokens[token].start, tree->text + tree->tokens[token].end};
}

/* The numbers of an array, 0 where it holds anything else. */
static size_t count_numbers(const qsi_json_tree *tree, size_t token)
{
    const jsmntok_t *array = &tree->tokens[token];
    if (array->type != JSMN_ARRAY) return 0;
    for (size_t i = 1; i <= (size_t)array->size; i++) {
        const jsmntok_t *t = &tree->tokens[token + i];
        if (t->type != JSMN_PRIMITIVE || strchr("tfn", tree->text[t->start])) return 0;
    }
    return (size_t)array->size;
}

static bool is_name_of_vector(qsi_span key)
{
    static const char *const names[] = {"embedding", "vector", "emb",      "embeddings",
                                        "vec",       "values", "features", "dense_vector"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if ((size_t)(key.end - key.at) == strlen(names[i]) && !memcmp(key.at, names[i], strlen(names[i])))
            return true;
    return false;
}

/* The key that token is the value of; empty where it is an item or the whole. */
static qsi_span key_of(const qsi_json_tree *tree, size_t token)
{
    int parent = tree->tokens[token].parent;
    if (parent >= 0 && tree->tokens[parent].type == JSMN_STRING) return span_of(tree, (size_t)parent);
    return (qsi_span){NULL, NULL};
}

/* How good a vector the value at token is; 0: none. What a key says counts more than any length. */
static double worth(const qsi_json_tree *tree, size_t token)
{
    const jsmntok_t *t = &tree->tokens[token];
    bool named = is_name_of_vector(key_of(tree, token));
    double count = (double)count_numbers(tree, token);
    if (t->type == JSMN_STRING && t->size == 0 && named) {
        size_t floats = floats_of(span_of(tree, token), NULL, 0);
        count = floats == SIZE_MAX ? 0 : (double)floats;
    }
    return count > 0 && named ? count + 0x1p40 : count;
}

/* Writes the way from the whole to token. False where it is too long to keep. */
static bool keep_path(qsi_text *t, const qsi_json_tree *tree, size_t token)
{
    size_t way[2 * QSI_PATH + 2], steps = 0;
    for (int at = (int)token; at > 0; at = tree->tokens[at].parent) {
        if (steps == sizeof way / sizeof *way) return false;
        way[steps++] = (size_t)at;
    }
    for (t->depth = 0; steps-- > 0;) {
        const jsmntok_t *here = &tree->tokens[way[steps]];
        int parent = here->parent;
        bool item = tree->tokens[parent].type == JSMN_ARRAY, key = tree->tokens[parent].type == JSMN_OBJECT;
        if (!item && !key) continue; /* the value of a key that is kept */
        if (item && way[steps] != (size_t)parent + 1) return false;
        size_t n = item ? 0 : (size_t)(here->end - here->start);
        if (t->depth == QSI_PATH || n >= sizeof t->path[0] || (key && n == 0)) return false;
        memcpy(t->path[t->depth], tree->text + here->start, n);
        t->path[t->depth++][n] = 0;
    }
    return true;
}

static bool find_path(qsi_text *t, const qsi_json_tree *tree)
{
    double most = 0;
    size_t best = 0;
    for (size_t i = 0; i < tree->count; i++) {
        double value = worth(tree, i);
        if (value <= most) continue;
        most = value;
        best = i;
    }
    if (most == 0 || !keep_path(t, tree, best)) return false;
    t->base64 = tree->tokens[best].type == JSMN_STRING;
    t->dim = t->base64 ? floats_of(span_of(tree, best), NULL, 0) : count_numbers(tree, best);
    return true;
}

/* The token at the path; SIZE_MAX: it is not there. */
static size_t follow_path(const qsi_text *t, const qsi_json_tree *tree)
{
    size_t at = 0;
    for (size_t i = 0; i < t->depth; i++) {
        bool item = !*t->path[i];
        if (item && (tree->tokens[at].type != JSMN_ARRAY || tree->tokens[at].size < 1)) return SIZE_MAX;
        at = item ? at + 1 : qsi_json_tree_member(tree, at, t->path[i]);
        if (!at) return SIZE_MAX;
    }
    return at;
}

/* ------------------------------------------------------------------------------------------------------- sniff */

/* Where the records begin: behind the bracket of an array of arrays or objects that is the text or, in an object,
 * the value of one of its keys. NULL: there is none in these bytes. members: arrays of numbers under keys. */
static const char *find_items(const char *c, const char *stop, size_t *members)
{
    *members = 0;
    if (*c == '[') {
        const char *item = skip_blanks(c + 1, stop);
        return item < stop && (*item == '[' || *item == '{' || *item == '"') ? c + 1 : NULL;
    }
    for (c = skip_blanks(c + 1, stop); c < stop && *c == '"';) {
        c = string_end(c, stop);
        c = c ? skip_blanks(c, stop) : stop;
        if (c >= stop || *c != ':') return NULL;
        c = skip_blanks(c + 1, stop);
        if (c < stop && *c == '[') {
            const char *item = skip_blanks(c + 1, stop);
            if (item < stop && (*item == '[' || *item == '{')) return c + 1;
            *members += item < stop && (*item == '-' || (*item >= '0' && *item <= '9'));
        }
        c = c < stop ? value_end(c, stop) : NULL;
        if (!c) return NULL;
        c = skip_blanks(c, stop);
        if (c < stop && *c == ',') c = skip_blanks(c + 1, stop);
    }
    return NULL;
}

static int sniff(qsi_text *t, qsi_span head, bool whole)
{
    const char *c = skip_blanks(head.at, head.end), *first, *next;
    if (c == head.end || (*c != '[' && *c != '{')) return 0;
    size_t members;
    first = value_end(c, head.end);
    next = first ? skip_blanks(first, head.end) : NULL;
    bool several = next && next < head.end;
    const char *items = several ? NULL : find_items(c, head.end, &members);
    t->form = items ? ITEMS : VALUES;
    if (!several && !items && *c == '{' && members > 1) {
        t->form = MEMBERS;
        items = c + 1;
    }
    t->begin = (size_t)((items ? items : c) - head.at);
    qsi_span bytes = {head.at + t->begin, head.end}, key;
    const char *stop = end(t, bytes, whole);
    if (!stop) return whole ? 0 : 2;
    qsi_span value = value_of(t, (qsi_span){bytes.at, stop}, &key);
    qsi_json_tree tree;
    if (qsi_json_tree_open(&tree, value.at, (size_t)(value.end - value.at)) < 0) return 0;
    bool found = find_path(t, &tree);
    t->labels = t->form == MEMBERS || tree.tokens[0].type == JSMN_OBJECT;
    qsi_json_tree_close(&tree);
    return found;
}

/* ------------------------------------------------------------------------------------------------------- parse */

static bool take_vector(const qsi_text *t, const qsi_json_tree *tree, float *dst, char problem[160])
{
    size_t at = follow_path(t, tree);
    const char *name = t->depth ? t->path[t->depth - 1] : "";
    if (at == SIZE_MAX) {
        snprintf(problem, 160, "it has no '%s', where the first row has its vector", name);
        return false;
    }
    size_t count = t->base64 ? floats_of(span_of(tree, at), dst, t->dim) : (size_t)tree->tokens[at].size;
    bool right = tree->tokens[at].type == (t->base64 ? JSMN_STRING : JSMN_ARRAY) && count != SIZE_MAX;
    if (!right || count != t->dim) {
        if (right)
            snprintf(problem, 160, "its vector has %zu values, that of the first row %zu", count, t->dim);
        else
            snprintf(problem, 160, "'%s' is no %s, as it is in the first row", name,
                     t->base64 ? "base64 text of float32" : "array of numbers");
        return false;
    }
    for (size_t i = 0; i < count && !t->base64; i++) {
        if (tree->tokens[at + 1 + i].type == JSMN_PRIMITIVE && qsi_text_float(span_of(tree, at + 1 + i), &dst[i]))
            continue;
        snprintf(problem, 160, "value %zu of its vector is not a number that float32 can hold", i);
        return false;
    }
    return true;
}

/* Texts and numbers right in the record. */
static void put_label(const qsi_json_tree *tree, qsi_span key, qsi_json *label)
{
    char text[1000] = "", part[1000];
    size_t length = 0, n;
    if (key.end > key.at && (size_t)(key.end - key.at) < sizeof part &&
        qsi_unescape(key.at, (size_t)(key.end - key.at), part, &n))
        length = qsi_label_add(text, length, sizeof text, part, n);
    bool object = tree->tokens[0].type == JSMN_OBJECT;
    for (size_t k = 1; object && k < tree->count; k = qsi_json_tree_skip(tree, k + 1)) {
        const jsmntok_t *v = &tree->tokens[k + 1];
        size_t bytes = (size_t)(v->end - v->start);
        bool number = v->type == JSMN_PRIMITIVE && !strchr("tfn", tree->text[v->start]);
        if ((v->type != JSMN_STRING && !number) || is_name_of_vector(span_of(tree, k))) continue;
        if (bytes >= sizeof part) bytes = sizeof part - 1; /* a long text is cut */
        while (v->type == JSMN_STRING && bytes && !qsi_unescape(tree->text + v->start, bytes, part, &n)) bytes--;
        if (number) memcpy(part, tree->text + v->start, n = bytes);
        length = qsi_label_add(text, length, sizeof text, part, bytes ? n : 0);
    }
    qsi_json_text(label, text);
}

static bool parse(const qsi_text *t, qsi_span record, float *dst, qsi_json *label, char problem[160])
{
    qsi_span key, value = value_of(t, record, &key);
    qsi_json_tree tree;
    int status = qsi_json_tree_open(&tree, value.at, (size_t)(value.end - value.at));
    if (status) {
        qsi_error error;
        qsi_error_get(&error);
        snprintf(problem, 160, "byte %.0f of it: %.120s", error.byte < 0 ? 0 : error.byte, error.message);
        return false;
    }
    bool good = !dst || take_vector(t, &tree, dst, problem);
    if (good && label) put_label(&tree, key, label);
    qsi_json_tree_close(&tree);
    return good;
}

const qsi_text_kind qsi_text_json = {
    .kind = "json", .sniff = sniff, .end = end, .parse = parse, .is_blank = is_blank};
