/* A text file line by line. */
#ifndef CLI_LINES_H
#define CLI_LINES_H

#include <stddef.h>
#include <stdio.h>

typedef struct cli_lines {
    const char *path;
    FILE *stream;
    char *text; /* the line without its end */
    size_t room;
    double number; /* of the line, from 1 */
} cli_lines;

/* Returns an exit code. */
int cli_lines_open(cli_lines *lines, const char *path);
/* 1: there is one more line; 0: there is none; negative: an exit code, negated. Blank lines are passed over. */
int cli_lines_next(cli_lines *lines);
void cli_lines_close(cli_lines *lines);

#endif
