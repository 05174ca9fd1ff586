/* Output files that are never half written: all goes to a temporary name beside the target, which takes the
 * target's name when it is whole. A device or a pipe (/dev/full, /dev/stdout) is written as it is. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

typedef struct cli_output {
    char *target, *temporary; /* temporary is NULL for a device */
    FILE *stream;
} cli_output;

/* Has a signal or an exit remove temporary files, a full quota be an error of writing, and no file take the place
 * of a standard stream that is closed. */
void cli_output_guard(void);

/* Each returns an exit code: CLI_DONE, or CLI_OUTPUT when it has said what is wrong. */
int cli_output_open(cli_output *output, const char *path);
int cli_output_write(cli_output *output, const void *data, size_t bytes);
int cli_output_write_at(cli_output *output, double offset, const void *data, size_t bytes); /* not of a device */
int cli_output_close(cli_output *output);  /* all is on the disk, still under the temporary name */
int cli_output_rename(cli_output *output); /* done */
/* Removes what has the target's name, before another file takes its own: where both belong together there is none
 * to be mistaken for this one, whenever the program is killed. */
int cli_output_remove(cli_output *output);
void cli_output_discard(cli_output *output);

/* Whether path is a device or a pipe, beside which nothing else can be written. */
bool cli_output_is_device(const char *path);

#endif
