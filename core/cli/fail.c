/* How the command line says what is wrong: one line on stderr, and an exit code. */
#include "cli/cli.h"

#include "cli/text.h"

#include <stdarg.h>
#include <stdio.h>

/* Allocates nothing: there may be no memory. */
static void say(const char *what, const char *format, va_list words)
{
    static char text[5000], printable[4 * sizeof text];
    vsnprintf(text, sizeof text, format, words);
    cli_printable(text, printable, sizeof printable);
    fprintf(stderr, "quantscope: %s%s\n", what, printable);
}

int cli_fail(cli_exit code, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    say("", format, words);
    va_end(words);
    return code;
}

void cli_warn(const char *format, ...)
{
    va_list words;
    va_start(words, format);
    say("warning: ", format, words);
    va_end(words);
}

int cli_fail_usage(const cli_command *command, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    say("", format, words);
    va_end(words);
    fprintf(stderr, "See: quantscope %s%s--help\n", command ? command->name : "", command ? " " : "");
    return CLI_USAGE;
}
