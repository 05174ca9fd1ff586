/* The quantscope command: finds the subcommand, reads its arguments, sets what all share, and runs it. */
#include "cli/posix.h"

#include "cli/cli.h"
#include "cli/file.h"

#include "cli/output.h"
#include "quantscope.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_COMMANDS = 32 };

static const cli_command *find_command(const char *name)
{
    for (const cli_command *const *c = cli_commands; *c; c++)
        if (!strcmp((*c)->name, name)) return *c;
    return NULL;
}

static int fail_unknown(const char *name)
{
    const char *names[MOST_COMMANDS] = {NULL};
    char known[400] = "";
    for (size_t i = 0, at = 0; cli_commands[i]; i++) {
        names[i] = cli_commands[i]->name;
        at += (size_t)snprintf(known + at, sizeof known - at, " %s", names[i]);
    }
    if (*name == '-') {
        static const char *const own[] = {"--help", "--version", NULL};
        const char *meant = cli_nearest(name, own);
        return cli_fail_usage(
            NULL, "there is no option '%s'%s%s; only -h, --help and --version may come before a command", name,
            meant ? "; did you mean " : "", meant ? meant : "");
    }
    const char *nearest = cli_nearest(name, names);
    if (nearest)
        return cli_fail_usage(NULL, "there is no command '%s'; did you mean %s? Commands:%s", name, nearest, known);
    return cli_fail_usage(NULL, "there is no command '%s'; commands:%s", name, known);
}

/* The options that every subcommand shares and that take effect before it runs. */
static int use_common(const cli_args *args)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    double threads, seed;
    int status = cli_whole(args, CLI_THREADS, 1, 1024, processors > 1 ? (double)processors : 1, &threads);
    if (!status) status = cli_whole(args, CLI_SEED, 0, 4294967295.0, 0, &seed);
    if (status) return status;
    qs_threads((int)threads);
    if (qs_backend_use(cli_last(args, CLI_BACKEND)) < 0) return cli_fail_core(NULL);
    return CLI_DONE;
}

static int run(const cli_command *command, int argc, char **argv)
{
    cli_args *args;
    int status = cli_args_read(command, argc, argv, &args);
    if (status) return status;
    if (cli_last(args, CLI_HELP))
        cli_help(command);
    else if (cli_last(args, CLI_VERSION))
        printf("quantscope %s\n", qs_version());
    else if (!(status = use_common(args)) && !(status = cli_file_raw(args)))
        status = command->run(args);
    cli_args_free(args);
    return status;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        cli_help_all(true);
        return CLI_USAGE;
    }
    const char *name = argv[1];
    const cli_command *command = find_command(name);
    if (command) return run(command, argc - 1, argv + 1);
    if (!strcmp(name, "--version")) {
        printf("quantscope %s\n", qs_version());
        return CLI_DONE;
    }
    if (strcmp(name, "--help") != 0 && strcmp(name, "-h") != 0) return fail_unknown(name);
    cli_help_all(false);
    return CLI_DONE;
}

static bool ended; /* by main() itself */

/* Where the system gives no more threads, their runtime ends the program by exit(1); here 1 means that an assert
 * did not hold. All that the command ends early itself is for want of memory. */
static void end_early(void)
{
    if (ended) return;
    fflush(stdout);
    _exit(CLI_MEMORY);
}

int main(int argc, char **argv)
{
    atexit(end_early); /* runs last, when the temporary files are gone */
    cli_output_guard();
    int status = dispatch(argc, argv);
    errno = 0;
    if (fflush(stdout) || ferror(stdout)) {
        if (!errno) { /* it failed earlier: once more, for the reason */
            putchar('\n');
            fflush(stdout);
        }
        int failed = cli_fail(CLI_OUTPUT, "standard output cannot be written: %s",
                              errno ? strerror(errno) : "the disk may be full");
        if (!status) status = failed;
    }
    ended = true;
    return status;
}
