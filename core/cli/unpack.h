/* What is packed by deflate or gzip, unpacked into a file without a name as far as it is asked for. */
#ifndef CLI_UNPACK_H
#define CLI_UNPACK_H

#include <stdbool.h>

typedef struct cli_unpack cli_unpack;

/* bytes of a file from offset on. length: what they must unpack to; negative: unknown. about: for errors. Its
 * result is for cli_unpack_close(); the descriptor of the unpacked file goes to *descriptor. */
int cli_unpack_open(cli_unpack **unpack, const char *about, int from, double offset, double bytes, bool gzip,
                    double length, int *descriptor);
/* Unpacks until there are upto bytes, or all (upto < 0). *there: how many there are then. */
int cli_unpack_until(cli_unpack *unpack, double upto, double *there);
void cli_unpack_close(cli_unpack *unpack);

#endif
