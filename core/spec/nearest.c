/* The format that a name that is none most likely means: the least edit distance to a name of the registry, after
 * spellings that are common elsewhere (float16, fp8, uint4, half) are written as they are here. */
#include "spec/spec.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum {
    LONGEST = 32, /* characters compared; every name is shorter */
    SHIFT = 2,    /* the cost of a letter more or less, */
    CHANGE = 3,   /* of another letter, */
    DIGIT = 4,    /* and of another digit, which is another width */
};

/* How a spelling begins, and how the registry writes it: before a digit, or alone. */
static const struct {
    const char *text, *here;
    int is_whole;
} spellings[] = {
    {"bfloat", "bf", 0},   {"float", "f", 0},     {"fp", "f", 0},        {"f", "f", 0},
    {"uint", "int", 0},    {"integer", "int", 0}, {"i", "int", 0},       {"u", "int", 0},
    {"s", "int", 0},       {"half", "f16", 1},    {"single", "f32", 1},  {"float", "f32", 1},
    {"bool", "binary", 1}, {"bit", "binary", 1},  {"1bit", "binary", 1}, {"sign", "binary", 1},
    {"int1", "binary", 1}, {"double", "f32", 1},  {"float64", "f32", 1},
};

/* Letters and digits alone, in lower case. */
static void plain(const char *name, char text[LONGEST + 1])
{
    size_t n = 0;
    for (; *name && n < LONGEST; name++)
        if (isalnum((unsigned char)*name)) text[n++] = (char)tolower((unsigned char)*name);
    text[n] = 0;
}

static void respell(char text[LONGEST + 1])
{
    char rest[LONGEST + 1];
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
        size_t length = strlen(spellings[i].text);
        if (strncmp(text, spellings[i].text, length) != 0) continue;
        if (spellings[i].is_whole ? text[length] != 0 : !isdigit((unsigned char)text[length])) continue;
        memcpy(rest, text + length, strlen(text + length) + 1);
        snprintf(text, LONGEST + 1, "%s%.24s", spellings[i].here, rest);
        return;
    }
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

static unsigned distance(const char *from, const char *to)
{
    unsigned row[LONGEST + 1];
    size_t width = strlen(to);
    for (size_t j = 0; j <= width; j++) row[j] = SHIFT * (unsigned)j;
    for (size_t i = 0; from[i]; i++) {
        unsigned before = row[0]; /* of the row above, one to the left */
        row[0] = SHIFT * ((unsigned)i + 1);
        for (size_t j = 0; j < width; j++) {
            int both = isdigit((unsigned char)from[i]) && isdigit((unsigned char)to[j]);
            unsigned changed = before + (from[i] == to[j] ? 0 : both ? DIGIT : CHANGE);
            before = row[j + 1];
            row[j + 1] = least(changed, least(row[j], row[j + 1]) + SHIFT);
        }
    }
    /* a part of a name is near it: q4 begins q4_0, e4m3 is within f8_e4m3 */
    const char *part = *from ? strstr(to, from) : NULL;
    return part ? least(row[width], part == to ? 1 : 2) : row[width];
}

const char *qsi_format_nearest(const char *name)
{
    char wanted[LONGEST + 1] = "", known[LONGEST + 1] = "";
    const char *best = qsi_format_at(0)->name;
    unsigned nearest = ~0u;
    plain(name, wanted);
    const qsi_format *format;
    for (int is_respelled = 0; is_respelled < 2; is_respelled++) {
        for (size_t i = 0; (format = qsi_format_at(i)); i++) {
            plain(format->name, known);
            unsigned far = distance(wanted, known);
            if (far < nearest) nearest = far, best = format->name;
        }
        respell(wanted);
    }
    return best;
}
