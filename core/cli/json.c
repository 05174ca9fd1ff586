/* The reader of json.h. jsmn finds the pieces and is lenient about what it finds, so no use of a piece here trusts
 * the kind or the count of those around it. */
#include "cli/json.h"

#include "cli/cli.h"
#include "cli/text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define JSMN_STATIC
#define JSMN_PARENT_LINKS
#include <jsmn.h>

struct cli_json {
    char *text; /* strings unescaped in their place; every string and number ends with a NUL */
    char *as_it_stood;
    jsmntok_t *tokens;
    int count;
    int *items; /* what lies right within value v, in order: items[first[v]] to before items[first[v + 1]] */
    int *first; /* (count + 1) */
};

static unsigned hex4(const char *digits)
{
    char four[5] = {digits[0], digits[1], digits[2], digits[3], 0};
    return (unsigned)strtoul(four, NULL, 16);
}

static size_t put_utf8(char *dst, unsigned c)
{
    if (c < 0x80) return (size_t)(dst[0] = (char)c, 1);
    if (c < 0x800) return (size_t)(dst[0] = (char)(0xc0 | c >> 6), dst[1] = (char)(0x80 | (c & 63)), 2);
    dst[0] = (char)(0xe0 | c >> 12);
    dst[1] = (char)(0x80 | (c >> 6 & 63));
    dst[2] = (char)(0x80 | (c & 63));
    return 3;
}

/* Unescapes a string in place: what an escape stands for is never longer than the escape. */
static void unescape(char *text, int start, int end)
{
    static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
    char *to = text + start;
    for (const char *c = text + start; c < text + end; c++) {
        if (*c != '\\') {
            *to++ = *c;
        } else if (*++c == 'u') {
            unsigned code = hex4(c + 1);
            to += put_utf8(to, code ? code : 0xfffd);
            c += 4;
        } else {
            const char *letter = strchr(letters, *c);
            *to++ = letter ? meanings[letter - letters] : *c;
        }
    }
    *to = 0;
}

/* Sorts all pieces by what they lie in: a value behind its key lies in that, a key in its object. */
static void find_items(cli_json *json)
{
    int *end = (json->first = cli_alloc((size_t)(json->count + 2) * sizeof *json->first)) + 1;
    json->items = cli_alloc((size_t)json->count * sizeof *json->items);
    for (int i = 1; i < json->count; i++) end[json->tokens[i].parent + 1]++;
    for (int i = 0; i < json->count; i++) end[i + 1] += end[i];
    for (int i = 1; i < json->count; i++) json->items[end[json->tokens[i].parent]++] = i;
}

cli_json *cli_json_parse(const char *text, size_t length)
{
    cli_json *json = cli_alloc(sizeof *json);
    jsmn_parser parser;
    jsmn_init(&parser);
    json->text = cli_alloc(length + 1);
    memcpy(json->text, text, length);
    json->as_it_stood = cli_copy(json->text);
    int most = length < 1U << 30 ? jsmn_parse(&parser, json->text, length, NULL, 0) : -1;
    if (most > 0) {
        json->tokens = cli_alloc((size_t)most * sizeof *json->tokens);
        jsmn_init(&parser);
        json->count = jsmn_parse(&parser, json->text, length, json->tokens, (unsigned)most);
    }
    bool whole = json->count > 0;
    for (int i = 0; i < json->count; i++) { /* one value alone, and nothing outside it */
        const jsmntok_t *token = &json->tokens[i];
        whole = whole && token->type != JSMN_UNDEFINED &&
                (i == 0 || (token->start < json->tokens[0].end && token->parent >= 0));
    }
    for (int i = 0; whole && i < json->count; i++) {
        const jsmntok_t *token = &json->tokens[i];
        if (token->type == JSMN_STRING) unescape(json->text, token->start, token->end);
        if (token->type == JSMN_PRIMITIVE) json->text[token->end] = 0;
    }
    if (whole) find_items(json);
    if (whole) return json;
    cli_json_free(json);
    return NULL;
}

void cli_json_free(cli_json *json)
{
    if (!json) return;
    free(json->text);
    free(json->as_it_stood);
    free(json->tokens);
    free(json->items);
    free(json->first);
    free(json);
}

static bool is_kind(const cli_json *json, int value, jsmntype_t type)
{
    return value >= 0 && value < json->count && json->tokens[value].type == type;
}

static size_t count_items(const cli_json *json, int value)
{
    return (size_t)(json->first[value + 1] - json->first[value]);
}

static int item(const cli_json *json, int value, size_t n)
{
    return n < count_items(json, value) ? json->items[(size_t)json->first[value] + n] : -1;
}

const char *cli_json_key(const cli_json *json, int object, size_t n, int *value)
{
    int key = is_kind(json, object, JSMN_OBJECT) ? item(json, object, n) : -1;
    if (!is_kind(json, key, JSMN_STRING) || count_items(json, key) != 1) return NULL;
    *value = item(json, key, 0);
    return json->text + json->tokens[key].start;
}

int cli_json_get(const cli_json *json, int object, const char *key)
{
    const char *name;
    int value;
    for (size_t n = 0; (name = cli_json_key(json, object, n, &value)); n++)
        if (!strcmp(name, key)) return value;
    return -1;
}

size_t cli_json_size(const cli_json *json, int value)
{
    bool container = is_kind(json, value, JSMN_OBJECT) || is_kind(json, value, JSMN_ARRAY);
    return container ? count_items(json, value) : 0;
}

int cli_json_at(const cli_json *json, int array, size_t n)
{
    return is_kind(json, array, JSMN_ARRAY) ? item(json, array, n) : -1;
}

bool cli_json_is_object(const cli_json *json, int value)
{
    return is_kind(json, value, JSMN_OBJECT);
}

bool cli_json_number(const cli_json *json, int value, double *number)
{
    if (!is_kind(json, value, JSMN_PRIMITIVE)) return false;
    const char *text = json->text + json->tokens[value].start;
    char *end;
    if (!*text || strspn(text, "+-.0123456789eE") != strlen(text)) return false;
    double read = strtod(text, &end);
    if (*end || !isfinite(read)) return false;
    *number = read;
    return true;
}

const char *cli_json_string(const cli_json *json, int value)
{
    return is_kind(json, value, JSMN_STRING) ? json->text + json->tokens[value].start : NULL;
}

const char *cli_json_plain(const cli_json *json, int value)
{
    double number;
    return cli_json_number(json, value, &number) ? json->text + json->tokens[value].start
                                                 : cli_json_string(json, value);
}

double cli_json_figure(const cli_json *json, int object, const char *key)
{
    double value;
    return cli_json_number(json, cli_json_get(json, object, key), &value) ? value : (double)NAN;
}

char *cli_json_text(const cli_json *json, int value)
{
    if (value < 0) return cli_copy("");
    const jsmntok_t *token = &json->tokens[value];
    size_t quote = token->type == JSMN_STRING;
    size_t length = (size_t)(token->end - token->start) + 2 * quote;
    char *text = cli_alloc(length + 1);
    return memcpy(text, json->as_it_stood + token->start - quote, length);
}

void cli_json_print(FILE *stream, const cli_json *json, int value)
{
    char *text = cli_json_text(json, value);
    fputs(text, stream);
    free(text);
}

bool cli_json_true(const cli_json *json, int value)
{
    return is_kind(json, value, JSMN_PRIMITIVE) && !strcmp(json->text + json->tokens[value].start, "true");
}

void cli_json_print_text(FILE *stream, const char *text)
{
    fputc('"', stream);
    for (const char *c = text; *c;) {
        size_t length = cli_utf8_length(c);
        unsigned char first = (unsigned char)*c;
        if (first == '"' || first == '\\')
            fprintf(stream, "\\%c", first);
        else if (first < 0x20 || first == 0x7f)
            fprintf(stream, "\\u%04x", first);
        else if (!length)
            fputs("\\ufffd", stream);
        else
            fwrite(c, 1, length, stream);
        c += length ? length : 1;
    }
    fputc('"', stream);
}

void cli_json_print_figure(FILE *stream, double figure)
{
    if (isfinite(figure))
        fprintf(stream, "%.6g", figure);
    else
        fputs("null", stream);
}
