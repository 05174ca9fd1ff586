/* The specs of a subcommand: those given by -s, or those worth comparing first. */
#ifndef CLI_SPECS_H
#define CLI_SPECS_H

#include "cli/cli.h"

typedef struct cli_specs {
    size_t count;
    char **text; /* (count) canonical */
} cli_specs;

/* All of -s, checked and canonical, in the order given; without any, the default list (plain: one a format). */
int cli_specs_read(const cli_args *args, bool plain, cli_specs *specs);
void cli_specs_free(cli_specs *specs);

/* The canonical text of a spec, to be freed; NULL when it is wrong (the core's error tells). */
char *cli_canonical(const char *spec);
/* The same of any text by the call that describes it, and the key of its canonical form there. */
char *cli_canonical_of(const char *given, size_t (*json_of)(const char *, char *, size_t), const char *key);
/* Says the core's last error, about a spec as it was given. */
int cli_fail_spec(const char *spec);

#endif
