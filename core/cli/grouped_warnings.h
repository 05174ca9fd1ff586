/* Warnings about many things (tensors of a file): those of one kind become one, with the first names and how many
 * there are. */
#ifndef CLI_GATHER_H
#define CLI_GATHER_H

#include "cli/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct cli_gathered_kind {
    char *text, *first; /* of the first */
    char *json;         /* the finding of the first, as JSON; NULL: there is none */
    char *names, *last; /* the first names, parted by commas; the last one */
    size_t count;       /* of names */
    bool differ;        /* in their numbers */
} cli_gathered_kind;

typedef struct cli_gathered {
    size_t count;
    cli_gathered_kind *kinds; /* in the order of their first */
} cli_gathered;

/* Texts that differ in nothing but numbers that stand by themselves are of one kind. */
void cli_gather(cli_gathered *all, const char *name, const char *text);
/* The same of a finding in a report. */
void cli_gather_finding(cli_gathered *all, const char *name, const cli_json *report, int finding);
/* "name: text", "name, name, name and 4 more: text"; free() it. */
char *cli_gathered_text(const cli_gathered *all, size_t kind);
/* The findings as items of a JSON array, each with its text as above and "tensors", the names of the first. */
void cli_gathered_print(FILE *stream, const cli_gathered *all);
void cli_gathered_free(cli_gathered *all);

#endif
