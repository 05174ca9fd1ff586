/* What every part of the command line shares: exit codes, errors, memory, and what a subcommand is. */
#ifndef CLI_H
#define CLI_H

#include <stdbool.h>
#include <stddef.h>

typedef enum cli_exit {
    CLI_DONE = 0,
    CLI_ASSERT = 1, /* an --assert did not hold */
    CLI_USAGE = 2,  /* wrong options, or a wrong spec */
    CLI_DATA = 3,   /* data that cannot be read, or is not what it claims */
    CLI_MEMORY = 4,
    CLI_OUTPUT = 5 /* output that cannot be written */
} cli_exit;

enum { CLI_DIM_MOST = 1048576 }; /* the core takes rows of no more values */

/* ---- options.c */

typedef struct cli_option {
    char id;           /* its letter; for one without, a number that is no letter */
    const char *name;  /* without the dashes; NULL: a letter alone */
    const char *value; /* what its value is called; NULL: it takes none */
    const char *help;
} cli_option;

enum {
    CLI_POSITIONAL = 0,
    CLI_JSON = 1,
    CLI_THREADS,
    CLI_BACKEND,
    CLI_SEED,
    CLI_QUIET,
    CLI_VERSION,
    CLI_DTYPE,
    CLI_DIM,
    CLI_OFFSET,
    CLI_FIRST_OPTION, /* from here on a subcommand's own */
    CLI_HELP = 'h'
};

typedef struct cli_args cli_args;

typedef struct cli_command {
    const char *name;
    const char *summary;       /* one line: what it does */
    const char *usage;         /* what stands behind its name */
    const char *about;         /* paragraphs for --help, lines of at most 78 */
    const cli_option *options; /* its own, ended by an option with id 0 */
    const char *examples;      /* lines */
    int positionals;           /* how many; -1: any number */
    int (*run)(const cli_args *args);
} cli_command;

extern const cli_command cli_formats, cli_backends, cli_bits, cli_info, cli_encode, cli_decode, cli_sweep_command,
    cli_engines, cli_tensors_command, cli_range, cli_plan, cli_bench, cli_check, cli_net, cli_layer;

/* Every subcommand, in the order of the help; NULL ends it. */
extern const cli_command *const cli_commands[];

/* Reads the arguments behind the subcommand's name. CLI_DONE, or CLI_USAGE when it has said what is wrong. */
int cli_args_read(const cli_command *command, int argc, char **argv, cli_args **args);
void cli_args_free(cli_args *args);

size_t cli_count(const cli_args *args, char id);
const char *cli_nth(const cli_args *args, char id, size_t n); /* in the order given */
const char *cli_last(const cli_args *args, char id);          /* NULL: not given */
/* A whole number from low to high, `otherwise` where it is not given. */
int cli_whole(const cli_args *args, char id, double low, double high, double otherwise, double *value);
/* Bytes: a whole number, or one with K, M or G (1,024, its square and its cube) behind it; 0 where it is not given.
 */
int cli_bytes(const cli_args *args, char id, double *value);

/* An option that has to be given. */
int cli_need(const cli_args *args, char id, const char **value);

/* Common options that every subcommand shares: the text of --help lists them. Ended by an option with id 0. */
extern const cli_option cli_common[];

/* ---- help.c */

void cli_help_all(bool to_stderr);
void cli_help(const cli_command *command);

/* ---- fail.c */

/* Says "quantscope: ..." on stderr and returns code. */
int cli_fail(cli_exit code, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Says "quantscope: warning: ..." on stderr; the work goes on. */
void cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* As cli_fail(), with where to find help behind it. */
int cli_fail_usage(const cli_command *command, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* ---- core_error.c */

/* Prints the last error of the core, about a thing (a file, a spec; NULL: none), and returns its exit code. */
int cli_fail_core(const char *about);
/* The same where the options cannot be wrong: CLI_DATA in place of CLI_USAGE. */
int cli_fail_data(const char *about);

/* ---- nearest.c */

/* The word of a list (ended by NULL) that is nearest to a misspelled one; NULL if none is close. */
const char *cli_nearest(const char *word, const char *const *words);

/* ---- memory.c: cleared memory; where there is none, the program ends with exit code 4 */

void *cli_alloc(size_t bytes);
char *cli_copy(const char *text);

#endif
