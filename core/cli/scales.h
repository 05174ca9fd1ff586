/* The scales that each rule of a calibration chooses for rows or blocks: one for each row or block of a file, which
 * may be more than memory holds. They are listed a few rows at a time. */
#ifndef CLI_SCALES_H
#define CLI_SCALES_H

#include "cli/file.h"

#include <stdbool.h>
#include <stdio.h>

/* Of one rule the numbers of one member ("lo", "scale", ...). */
typedef struct cli_scale_column {
    FILE *spilled;          /* a temporary file of them as text, commas between; NULL: they are not kept */
    double least, greatest; /* where they are not kept */
    bool begun, none;       /* none: null stands in their place */
} cli_scale_column;

typedef struct cli_scales {
    size_t rules;
    cli_scale_column *columns; /* (rules, members); NULL: nothing was listed */
} cli_scales;

/* Lists those of all rows, or says what is wrong; kept: every number, else the least and the greatest alone. */
int cli_scales_list(cli_scales *scales, cli_file *file, qs_range *range, size_t rules, bool kept, bool quiet);
/* The column of a rule's member, NULL for what is no member of scales, or where nothing was listed. */
cli_scale_column *cli_scales_column(const cli_scales *scales, size_t rule, const char *member);
/* Writes a column that is kept to stdout: an array, or null. */
int cli_scales_print(cli_scale_column *column);
void cli_scales_free(cli_scales *scales);

#endif
