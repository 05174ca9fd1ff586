/* Decimal numbers as text, as decimal.h says. */
#include "base/decimal.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t qsi_decimal_write(char text[QSI_DECIMAL_TEXT], char kind, int digits, double value)
{
    size_t length = 0;
    snprintf(text, QSI_DECIMAL_TEXT, kind == 'f' ? "%.*f" : "%.*g", digits, value);
    for (const char *c = text; *c; c++) { /* the locale's point may be several bytes */
        bool plain = strchr("+-0123456789einfa", *c);
        if (plain || (length && text[length - 1] != '.')) text[length++] = plain ? *c : '.';
    }
    text[length] = 0;
    return length;
}

bool qsi_decimal_read(const char *text, double *value)
{
    char local[QSI_DECIMAL_TEXT], *end;
    const char *point = localeconv()->decimal_point, *c = text + (*text == '-' || *text == '+');
    size_t length = 0, width = strlen(point);
    if (!strchr("0123456789.", *c) || strspn(text, "+-.0123456789eE") != strlen(text)) return false;
    for (c = text; *c; c++) {
        bool is_point = *c == '.';
        if (length + width + 1 >= sizeof local) return false;
        memcpy(local + length, is_point ? point : c, is_point ? width : 1);
        length += is_point ? width : 1;
    }
    local[length] = 0;
    *value = strtod(local, &end);
    return end != local && !*end;
}
