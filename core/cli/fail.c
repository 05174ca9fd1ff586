/* How the command line says what is wrong: one line on stderr, and an exit code. */
#include "cli/cli.h"

#include "cli/json.h"
#include "cli/text.h"
#include "quantscope.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Without asking for memory, of which there may be none. */
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

static cli_exit exit_of(int code)
{
    return code == QS_E_OPTION ? CLI_USAGE : code == QS_E_MEMORY ? CLI_MEMORY : CLI_DATA;
}

int cli_fail_core(const char *about)
{
    char *text;
    CLI_TEXT(text, qs_error_json(dst, cap));
    cli_json *error = cli_json_parse(text, strlen(text));
    double code = QS_E_DATA, byte;
    char place[40] = "";
    if (!error) return cli_fail(CLI_DATA, "%s", text);
    cli_json_number(error, cli_json_get(error, 0, "code"), &code);
    if (cli_json_number(error, cli_json_get(error, 0, "byte"), &byte)) /* a row stands in the message itself */
        snprintf(place, sizeof place, "byte %.0f: ", byte);
    const char *message = cli_json_string(error, cli_json_get(error, 0, "message"));
    int result = cli_fail(exit_of((int)code), "%s%s%s%s", about ? about : "", about ? ": " : "", place,
                          message ? message : "");
    cli_json_free(error);
    free(text);
    return result;
}

int cli_fail_data(const char *about)
{
    int code = cli_fail_core(about);
    return code == CLI_USAGE ? CLI_DATA : code;
}

/* How many letters must be changed, added or left out to make b of a; words beyond 30 letters are far. */
static size_t distance(const char *a, const char *b)
{
    size_t row[32], m = strlen(a), n = strlen(b);
    if (m > 30 || n > 30) return 30;
    for (size_t j = 0; j <= n; j++) row[j] = j;
    for (size_t i = 1; i <= m; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

const char *cli_nearest(const char *word, const char *const *words)
{
    const char *nearest = NULL;
    word += strspn(word, "-");           /* the dashes of options say nothing */
    size_t least = strlen(word) / 3 + 2; /* two changes for most words, fewer letters than stay */
    for (; *words; words++) {
        const char *other = *words + strspn(*words, "-");
        size_t d = distance(word, other);
        if (d < least && d < strlen(other)) {
            least = d;
            nearest = *words;
        }
    }
    return nearest;
}

void *cli_alloc(size_t bytes)
{
    void *memory = calloc(1, bytes ? bytes : 1);
    if (memory) return memory;
    exit(cli_fail(CLI_MEMORY, "there is no memory for %zu more bytes", bytes));
}

char *cli_copy(const char *text)
{
    size_t bytes = strlen(text) + 1;
    return memcpy(cli_alloc(bytes), text, bytes);
}
