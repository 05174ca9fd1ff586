/* A table of texts, printed for people (aligned), as CSV, or as Markdown. */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

#include <stddef.h>

typedef enum cli_style { CLI_ALIGNED, CLI_CSV, CLI_MARKDOWN } cli_style;

typedef struct cli_table cli_table;

/* headings: one text, parted by |; a > before a heading has its column of numbers aligned right. */
cli_table *cli_table_open(const char *headings);
void cli_table_add(cli_table *table, const char *text); /* the next cell, row by row; as cli_print() has it */
void cli_table_format(cli_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* A figure by a format of one double, and a whole number with commas; - where it is not finite. */
void cli_table_figure(cli_table *table, const char *format, double value);
void cli_table_whole(cli_table *table, double value);
/* For a table of very many rows that are made twice, some at a time: first how wide their columns are, then, from
 * the same headings on, the rows themselves, aligned. Each forgets the rows that there are. */
void cli_table_measure(cli_table *table);
void cli_table_flush(cli_table *table);
/* Prints on stdout, and closes. */
void cli_table_print(cli_table *table, cli_style style);

/* A whole number with commas between groups of three, in text. */
const char *cli_grouped(double value, char text[40]);

#endif
