/* The tables of table.h. */
#include "cli/table.h"

#include "cli/cli.h"
#include "cli/text.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 64 };

struct cli_table {
    size_t columns, count, room; /* count: cells, the headings included */
    char **cells;
    bool right[MOST_COLUMNS];
    size_t widths[MOST_COLUMNS]; /* of all cells that were measured */
};

cli_table *cli_table_open(const char *headings)
{
    cli_table *table = cli_alloc(sizeof *table);
    while (*headings && table->columns < MOST_COLUMNS) {
        bool right = *headings == '>';
        size_t length = strcspn(headings += right, "|");
        char *heading = cli_alloc(length + 1);
        memcpy(heading, headings, length);
        cli_table_add(table, heading);
        free(heading);
        table->right[table->columns++] = right;
        headings += length + (headings[length] == '|');
    }
    return table;
}

void cli_table_add(cli_table *table, const char *text)
{
    if (table->count == table->room) {
        size_t room = table->room ? table->room * 2 : 64;
        char **cells = cli_alloc(room * sizeof *cells);
        if (table->count) memcpy(cells, table->cells, table->count * sizeof *cells);
        free(table->cells);
        table->cells = cells;
        table->room = room;
    }
    size_t length = cli_printable(text, NULL, 0);
    table->cells[table->count] = cli_alloc(length + 1);
    cli_printable(text, table->cells[table->count++], length + 1);
}

void cli_table_format(cli_table *table, const char *format, ...)
{
    char text[400];
    va_list words;
    va_start(words, format);
    vsnprintf(text, sizeof text, format, words);
    va_end(words);
    cli_table_add(table, text);
}

void cli_table_figure(cli_table *table, const char *format, double value)
{
    char text[40];
    snprintf(text, sizeof text, format, value);
    bool none = *text == '-' && !strpbrk(text, "123456789"); /* nothing is left of it: 0 has no sign */
    cli_table_add(table, isfinite(value) ? text + none : "-");
}

void cli_table_whole(cli_table *table, double value)
{
    char text[40];
    cli_table_add(table, isfinite(value) ? cli_grouped(value, text) : "-");
}

/* Characters, not bytes: those that do not continue a UTF-8 sequence. */
static size_t width_of(const char *text)
{
    size_t width = 0;
    for (; *text; text++) width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

static void measure(cli_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t width = width_of(table->cells[i]), *widest = &table->widths[i % table->columns];
        if (width > *widest) *widest = width;
    }
}

/* Forgets the cells from first on. */
static void forget(cli_table *table, size_t first)
{
    for (size_t i = first; i < table->count; i++) free(table->cells[i]);
    table->count = first;
}

void cli_table_measure(cli_table *table)
{
    measure(table);
    forget(table, table->columns);
}

static void print_padded(const char *text, size_t width, bool right, bool last)
{
    int pad = (int)(width - width_of(text));
    if (right)
        printf("%*s%s", pad, "", text);
    else
        printf("%s%*s", text, last ? 0 : pad, "");
}

static void print_aligned(const cli_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->columns;
        bool last = column + 1 == table->columns;
        print_padded(table->cells[i], table->widths[column], table->right[column], last);
        fputs(last ? "\n" : "  ", stdout);
    }
}

void cli_table_flush(cli_table *table)
{
    print_aligned(table);
    forget(table, 0);
}

/* What Markdown takes for its own has a backslash before it. */
static void escape_markdown(char **cell)
{
    static const char marks[] = "\\|`*<";
    char *escaped = cli_alloc(2 * strlen(*cell) + 1), *to = escaped;
    for (const char *c = *cell; *c; c++) {
        if (strchr(marks, *c)) *to++ = '\\';
        *to++ = *c;
    }
    free(*cell);
    *cell = escaped;
}

static void print_markdown(const cli_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        size_t column = i % table->columns;
        fputs(column ? " | " : "| ", stdout);
        print_padded(table->cells[i], table->widths[column], table->right[column], false);
        if (column + 1 < table->columns) continue;
        puts(" |");
        for (size_t c = 0; i == column && c < table->columns; c++) { /* the rule below the headings */
            printf("|%s", table->right[c] ? " " : " :");
            for (size_t n = 1; n < table->widths[c]; n++) putchar('-');
            fputs(table->right[c] ? ": " : " ", stdout);
        }
        if (i == column) puts("|");
    }
}

static void print_csv(const cli_table *table)
{
    for (size_t i = 0; i < table->count; i++) {
        const char *text = table->cells[i];
        bool quoted = text[strcspn(text, ",\"\r\n")];
        if (quoted) putchar('"');
        for (; *text; text++) {
            if (*text == '"') putchar('"');
            putchar(*text);
        }
        if (quoted) putchar('"');
        putchar((i + 1) % table->columns ? ',' : '\n');
    }
}

void cli_table_print(cli_table *table, cli_style style)
{
    assert(table->columns);
    for (size_t i = 0; style == CLI_MARKDOWN && i < table->count; i++) escape_markdown(&table->cells[i]);
    measure(table);
    if (style == CLI_CSV)
        print_csv(table);
    else if (style == CLI_MARKDOWN)
        print_markdown(table);
    else
        print_aligned(table);
    forget(table, 0);
    free(table->cells);
    free(table);
}

const char *cli_grouped(double value, char text[40])
{
    char digits[40];
    int n = snprintf(digits, sizeof digits, "%.0f", value), length = 0, first = digits[0] == '-';
    for (int i = 0; i < n && length < 38; i++) {
        if (i > first && (n - i) % 3 == 0) text[length++] = ',';
        text[length++] = digits[i];
    }
    text[length] = 0;
    return text;
}
