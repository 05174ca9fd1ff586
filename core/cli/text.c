/* The texts of text.h. */
#include "cli/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

size_t cli_utf8_length(const char *text)
{
    const unsigned char *c = (const unsigned char *)text;
    size_t length = c[0] < 0x80 ? 1 : c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : c[0] < 0xf5 ? 4 : 0;
    for (size_t i = 1; i < length; i++)
        if ((c[i] & 0xc0) != 0x80) return 0;
    bool overlong = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90);
    bool outside = (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf4 && c[1] > 0x8f);
    return overlong || outside ? 0 : length;
}

/* U+0000 to U+001F, U+007F to U+009F; U+2028 to U+202E, which end lines and turn directions, as do U+2066 to
 * U+2069. */
static bool acts(const unsigned char *c)
{
    if (c[0] < 0x20 || c[0] == 0x7f) return true;
    if (c[0] == 0xc2) return c[1] < 0xa0;
    if (c[0] != 0xe2) return false;
    return (c[1] == 0x80 && c[2] >= 0xa8 && c[2] <= 0xae) || (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9);
}

enum { PIECE = 20 };

/* The first character of text as it is printed, and its bytes in text. */
static size_t print_piece(const char *text, char piece[PIECE])
{
    size_t length = cli_utf8_length(text), bytes = length ? length : 1;
    bool printable = length && !acts((const unsigned char *)text);
    memset(piece, 0, PIECE);
    if (printable) memcpy(piece, text, length);
    for (size_t i = 0; i < bytes && !printable; i++) snprintf(piece + 4 * i, 5, "\\x%02x", (unsigned char)text[i]);
    return bytes;
}

size_t cli_printable(const char *text, char *dst, size_t cap)
{
    size_t at = 0;
    char piece[PIECE];
    while (*text) {
        text += print_piece(text, piece);
        size_t n = strlen(piece);
        if (at + n < cap)
            memcpy(dst + at, piece, n + 1);
        else
            cap = 0;
        at += n;
    }
    if (!at && cap) *dst = 0;
    return at;
}

void cli_print(const char *text)
{
    char piece[PIECE];
    while (*text) {
        text += print_piece(text, piece);
        fputs(piece, stdout);
    }
}
