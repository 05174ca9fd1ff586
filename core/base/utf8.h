/* Which bytes are UTF-8. */
#ifndef QSI_UTF8_H
#define QSI_UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* The bytes of the character that text begins with, 1 to 4; 0 where the bytes at hand are no UTF-8: a stray or
 * missing byte, a character written longer than it need be, a surrogate, one beyond U+10FFFF. */
static inline size_t qsi_utf8_length(const unsigned char *text, size_t bytes)
{
    static const struct {
        unsigned char mask, lead;
        unsigned least;
    } kinds[] = {{0x80, 0, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};
    size_t kind = 0;
    while (kind < 4 && (text[0] & kinds[kind].mask) != kinds[kind].lead) kind++;
    if (kind == 4 || kind >= bytes) return 0;
    unsigned point = text[0] & ~kinds[kind].mask & 0xffU;
    for (size_t i = 1; i <= kind; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
        point = point << 6 | (text[i] & 0x3fU);
    }
    bool surrogate = point >= 0xd800 && point < 0xe000;
    return point < kinds[kind].least || surrogate || point > 0x10ffff ? 0 : kind + 1;
}

#endif
