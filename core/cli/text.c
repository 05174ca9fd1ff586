/* The texts of text.h. */
#include "cli/text.h"

#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
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

size_t cli_printable(const char *text, char *dst, size_t cap)
{
    size_t at = 0;
    while (*text) {
        char piece[20] = "";
        size_t length = cli_utf8_length(text), bytes = length ? length : 1, n = length;
        if (length && !acts((const unsigned char *)text)) {
            memcpy(piece, text, length);
        } else {
            n = 4 * bytes;
            for (size_t i = 0; i < bytes; i++) snprintf(piece + 4 * i, 5, "\\x%02x", (unsigned char)text[i]);
        }
        if (at + n < cap)
            memcpy(dst + at, piece, n + 1);
        else
            cap = 0;
        at += n;
        text += bytes;
    }
    if (!at && cap) *dst = 0;
    return at;
}

void cli_print(const char *text)
{
    size_t length = cli_printable(text, NULL, 0);
    char *printable = cli_alloc(length + 1);
    cli_printable(text, printable, length + 1);
    fputs(printable, stdout);
    free(printable);
}
