/* The escapes of JSON, as unescape.h says. */
#include "base/unescape.h"

#include "base/utf8.h"

#include <string.h>

static unsigned hex4(const char *digits)
{
    static const char known[] = "0123456789abcdef0123456789ABCDEF";
    unsigned value = 0;
    for (int i = 0; i < 4; i++) value = value << 4 | ((unsigned)(strchr(known, digits[i]) - known) & 15U);
    return value;
}

static size_t put_point(char *dst, unsigned point)
{
    size_t more = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    static const unsigned leads[] = {0, 0xc0, 0xe0, 0xf0};
    dst[0] = (char)(leads[more] | point >> 6 * more);
    for (size_t i = 1; i <= more; i++) dst[i] = (char)(0x80U | (point >> 6 * (more - i) & 0x3fU));
    return more + 1;
}

/* The character of the \u at *at, which goes behind it, and behind the second half of a pair; 0: there is none. */
static unsigned take_point(const char *string, size_t bytes, size_t *at)
{
    unsigned point = hex4(string + *at + 2);
    *at += 6;
    if (point < 0xd800 || point > 0xdfff) return point;
    if (point > 0xdbff || bytes - *at < 6 || memcmp(string + *at, "\\u", 2) != 0) return 0;
    unsigned low = hex4(string + *at + 2);
    *at += 6;
    return low < 0xdc00 || low > 0xdfff ? 0 : 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
}

bool qsi_unescape(const char *string, size_t bytes, char *dst, size_t *length)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    *length = 0;
    for (size_t at = 0; at < bytes;) {
        if (string[at] != '\\') {
            size_t n = qsi_utf8_length((const unsigned char *)string + at, bytes - at);
            if (!n || !string[at]) return false;
            memcpy(dst + *length, string + at, n);
            *length += n;
            at += n;
        } else if (string[at + 1] == 'u') {
            unsigned point = take_point(string, bytes, &at);
            if (!point) return false;
            *length += put_point(dst + *length, point);
        } else {
            dst[(*length)++] = meanings[strchr(letters, string[at + 1]) - letters];
            at += 2;
        }
    }
    return true;
}
