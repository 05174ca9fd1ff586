/* What a JSON string says: its escapes as the characters they stand for, in UTF-8. */
#ifndef QSI_UNESCAPE_H
#define QSI_UNESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* string: bytes between the quotes, escapes complete (a tree's token). Writes at most as many bytes, without a NUL,
 * and their number. False where it is no text a C string can hold: it has a NUL, half of a surrogate pair, or bytes
 * that are no UTF-8. */
bool qsi_unescape(const char *string, size_t bytes, char *dst, size_t *length);

#endif
