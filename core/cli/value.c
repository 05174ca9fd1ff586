/* The reader of value.h. */
#include "cli/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_word(const char *text)
{
    return !strcasecmp(text, "inf") || !strcasecmp(text, "infinity") || !strcasecmp(text, "nan");
}

static bool is_decimal(const char *text)
{
    char *end;
    if (!*text || strspn(text, "+-.0123456789eE") != strlen(text)) return false;
    strtod(text, &end);
    return !*end;
}

bool cli_is_number(const char *text)
{
    uint32_t bits;
    return is_decimal(text) || is_word(text + (*text == '-' || *text == '+')) || !cli_read_value(text, &bits);
}

static const char *read_bits(const char *digits, uint32_t *bits)
{
    size_t length = strlen(digits);
    if (!length || length > 8 || strspn(digits, "0123456789abcdefABCDEF") != length)
        return "bits are 0x and 1 to 8 hexadecimal digits, as 0x3f39fbe7";
    *bits = (uint32_t)strtoul(digits, NULL, 16);
    return NULL;
}

const char *cli_read_value(const char *text, uint32_t *f32_bits)
{
    if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) return read_bits(text + 2, f32_bits);
    bool word = is_word(text + (*text == '-' || *text == '+'));
    if (!word && !is_decimal(text))
        return strchr(text, ',') ? "it is no number; the decimal mark is a point"
                                 : "it is no number; write 0.7265, -1.5, 1e-3, 0x3f39fbe7 (bits), inf, -0 or nan";
    float value = strtof(text, NULL);
    if (isinf(value) && !word)
        return "it is beyond float32, whose largest value is 3.40282347e38; write inf for infinity";
    memcpy(f32_bits, &value, sizeof value);
    return NULL;
}
