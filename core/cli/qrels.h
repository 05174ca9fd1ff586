/*
 * People's judgements of documents for queries, from a file in one of two forms, known by the number of columns:
 *
 *   trec   query iteration document grade, parted by blanks or tabs, as trec_eval reads them
 *   tsv    query, document and grade, parted by tabs or blanks, with or without a line of headings
 */
#ifndef CLI_QRELS_H
#define CLI_QRELS_H

#include "cli/ids.h"

typedef struct cli_qrels {
    const char *path;
    size_t count;          /* judgements of queries that are there */
    uint32_t *query, *row; /* (count); row: CLI_NO_ROW: the document is not in the base */
    int *grade;            /* (count) */
    size_t unknown;        /* queries of the file that are not there */
} cli_qrels;

/* Returns an exit code. */
int cli_qrels_read(cli_qrels *qrels, const char *path, const cli_ids *base, const cli_ids *queries);
void cli_qrels_free(cli_qrels *qrels);

#endif
