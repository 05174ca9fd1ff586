/* Texts of files, names above all, on a terminal: nothing in them may act on it. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <stddef.h>

/* The length of the well-formed UTF-8 sequence at c, 0 if there is none. */
size_t cli_utf8_length(const char *c);
/* Writes text for a line of a terminal: control characters, what is no UTF-8, ends of lines and marks that turn the
 * direction of writing as \x1b, one for each byte. At most cap bytes with a final NUL; returns the length. */
size_t cli_printable(const char *text, char *dst, size_t cap);
/* The same to stdout. */
void cli_print(const char *text);

#endif
