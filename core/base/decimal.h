/* Decimal numbers as text with a decimal point, whatever locale the program that holds the library has chosen. */
#ifndef QSI_DECIMAL_H
#define QSI_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>

#define QSI_DECIMAL_TEXT 400 /* room for any double, all digits of a whole one too */

/* Writes value with so many significant digits as printf's %g does, or with kind 'f' so many after the point.
 * Returns the length. */
size_t qsi_decimal_write(char text[QSI_DECIMAL_TEXT], char kind, int digits, double value);

/* Reads text that is a decimal number from end to end: digits, a point, an exponent; no blanks, names or
 * hexadecimals. */
bool qsi_decimal_read(const char *text, double *value);

#endif
