/* Reads the arguments of a subcommand by its table of options. What parses as a number is a value even with a minus
 * before it, so `bits -1.5` needs no `--`. */
#include "cli/cli.h"

#include "cli/value.h"

#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const cli_option cli_common[] = {
    {CLI_THREADS, "threads", "N", "threads to work with, 1 to 1024 (default: one for each processor)"},
    {CLI_BACKEND, "backend", "NAME", "the kernels to use, see `quantscope backends` (default: the fastest)"},
    {CLI_SEED, "seed", "N",
     "seed of what is drawn at random: sweep's queries, resamples and calibration rows (default 0)"},
    {CLI_QUIET, "quiet", NULL, "no progress bar on stderr"},
    {CLI_VERSION, "version", NULL, "print the version"},
    {CLI_HELP, "help", NULL, "print this help"},
    {0, NULL, NULL, NULL},
};

struct cli_args {
    const cli_command *command;
    size_t count;
    struct {
        char id;
        const char *value;
    } given[]; /* in the order given */
};

enum { MOST_OPTIONS = 32, NAME_BYTES = 24 };

/* The tables of a subcommand's options as getopt_long() and an error want them. */
typedef struct reader {
    size_t count, longs;
    struct option table[MOST_OPTIONS + 1];
    char letters[2 * MOST_OPTIONS + 3];   /* + : stop at a positional; : : tell what lacks its value */
    char names[MOST_OPTIONS][NAME_BYTES]; /* with their dashes */
    const char *name_list[MOST_OPTIONS + 1];
} reader;

static void name_of(const cli_option *option, char name[NAME_BYTES])
{
    if (option->name)
        snprintf(name, NAME_BYTES, "--%s", option->name);
    else
        snprintf(name, NAME_BYTES, "-%c", option->id);
}

static void add_options(reader *r, const cli_option *options)
{
    for (const cli_option *o = options; o->id; o++) {
        int takes = o->value ? required_argument : no_argument;
        if (o->name) r->table[r->longs++] = (struct option){o->name, takes, NULL, o->id};
        if (o->id >= 'A') {
            size_t length = strlen(r->letters);
            snprintf(r->letters + length, sizeof r->letters - length, "%c%s", o->id, takes ? ":" : "");
        }
        name_of(o, r->names[r->count]);
        r->name_list[r->count] = r->names[r->count];
        r->count++;
    }
}

static int fail_unknown(const cli_command *command, const reader *r, const char *argument)
{
    char word[NAME_BYTES], known[MOST_OPTIONS * (NAME_BYTES + 1)] = "";
    snprintf(word, sizeof word, "%.*s", (int)strcspn(argument, "="), argument);
    for (size_t i = 0, at = 0; i < r->count; i++)
        at += (size_t)snprintf(known + at, sizeof known - at, " %s", r->names[i]);
    const char *nearest = cli_nearest(word, r->name_list);
    if (nearest)
        return cli_fail_usage(command, "%s: there is no option %s; did you mean %s? It takes%s", command->name,
                              word, nearest, known);
    return cli_fail_usage(command, "%s: there is no option %s; it takes%s", command->name, word, known);
}

static const cli_option *find_option(const cli_command *command, char id)
{
    const cli_option *o = command->options;
    while (o->id && o->id != id) o++;
    for (o = o->id ? o : cli_common; o->id && o->id != id;) o++;
    return o;
}

/* An option without its value: next is what stands in its place, NULL for nothing. */
static int fail_value(const cli_command *command, char id, const char *next)
{
    char name[NAME_BYTES];
    const cli_option *o = find_option(command, id);
    name_of(o, name);
    if (next)
        return cli_fail_usage(command, "%s: %s lacks its value %s: '%s' behind it is an option", command->name,
                              name, o->value, next);
    return cli_fail_usage(command, "%s: %s lacks its value %s", command->name, name, o->value);
}

/* What getopt_long() did not take, in words. */
static int fail_option(const cli_command *command, const reader *r, const char *argument)
{
    for (const struct option *o = r->table; o->name; o++) {
        size_t length = strlen(o->name);
        if (!strncmp(argument, "--", 2) && !strncmp(argument + 2, o->name, length) && argument[2 + length] == '=')
            return cli_fail_usage(command, "%s: --%s takes no value", command->name, o->name);
    }
    return fail_unknown(command, r, argument);
}

static int check_positionals(const cli_args *args)
{
    const cli_command *c = args->command;
    size_t there = cli_count(args, CLI_POSITIONAL), wanted = (size_t)c->positionals;
    if (c->positionals < 0 || there == wanted) return CLI_DONE;
    if (there > wanted)
        return cli_fail_usage(c, "%s: '%s' is one argument too many; usage: quantscope %s %s", c->name,
                              cli_nth(args, CLI_POSITIONAL, wanted), c->name, c->usage);
    return cli_fail_usage(c, "%s: an argument is missing; usage: quantscope %s %s", c->name, c->name, c->usage);
}

/* Whether a word is one of the options; as the value of another it would be swallowed. */
static bool is_option(const reader *r, const char *word)
{
    bool letter = word[0] == '-' && word[1] && !word[2] && word[1] != ':' && strchr(r->letters + 2, word[1]);
    return letter || !strncmp(word, "--", 2);
}

/* Reads the argument at optind, and its value, into args. */
static int read_one(cli_args *args, const reader *r, int argc, char **argv, bool positional)
{
    char *argument = argv[optind];
    int found = CLI_POSITIONAL;
    if (positional || argument[0] != '-' || !argument[1] || cli_is_number(argument))
        optind++;
    else
        found = getopt_long(argc, argv, r->letters, r->table, NULL);
    if (found == ':') return fail_value(args->command, (char)optopt, NULL);
    if (found == '?') return fail_option(args->command, r, argument);
    if (found != CLI_POSITIONAL && optarg && optarg == argv[optind - 1] && is_option(r, optarg))
        return fail_value(args->command, (char)found, optarg);
    args->given[args->count].id = (char)found;
    args->given[args->count++].value = found == CLI_POSITIONAL ? argument : optarg ? optarg : "";
    return CLI_DONE;
}

int cli_args_read(const cli_command *command, int argc, char **argv, cli_args **args)
{
    size_t most = (size_t)argc; /* a word may be several letters: -hh */
    for (int i = 1; i < argc; i++) most += strlen(argv[i]);
    cli_args *read = cli_alloc(sizeof *read + most * sizeof read->given[0]);
    reader *r = cli_alloc(sizeof *r);
    bool positionals = false;
    int status = CLI_DONE;
    read->command = command;
    strcpy(r->letters, "+:");
    add_options(r, command->options);
    add_options(r, cli_common);
    opterr = 0;
    optind = 1;
    while (!status && optind < argc) {
        if (!positionals && !strcmp(argv[optind], "--")) {
            positionals = true;
            optind++;
        } else {
            status = read_one(read, r, argc, argv, positionals);
        }
    }
    if (!status && !cli_last(read, CLI_HELP) && !cli_last(read, CLI_VERSION)) status = check_positionals(read);
    free(r);
    if (status) {
        cli_args_free(read);
        read = NULL;
    }
    *args = read;
    return status;
}

void cli_args_free(cli_args *args)
{
    free(args);
}

size_t cli_count(const cli_args *args, char id)
{
    size_t count = 0;
    for (size_t i = 0; i < args->count; i++) count += args->given[i].id == id;
    return count;
}

const char *cli_nth(const cli_args *args, char id, size_t n)
{
    for (size_t i = 0; i < args->count; i++)
        if (args->given[i].id == id && n-- == 0) return args->given[i].value;
    return NULL;
}

const char *cli_last(const cli_args *args, char id)
{
    size_t count = cli_count(args, id);
    return count ? cli_nth(args, id, count - 1) : NULL;
}

int cli_whole(const cli_args *args, char id, double low, double high, double otherwise, double *value)
{
    const char *text = cli_last(args, id);
    char name[NAME_BYTES], *end;
    *value = otherwise;
    if (!text) return CLI_DONE;
    *value = strtod(text, &end);
    if (*text && strspn(text, "0123456789") == strlen(text) && *value >= low && *value <= high) return CLI_DONE;
    name_of(find_option(args->command, id), name);
    return cli_fail_usage(args->command, "%s: %s takes a whole number from %.0f to %.0f, not '%s'",
                          args->command->name, name, low, high, text);
}

/* What K, M and G stand for, 1 for no letter; 0: another text. */
static double unit_of(const char *text)
{
    static const char units[] = "kmg";
    const char *at = strchr(units, *text | 32);
    double unit = 1;
    if (!*text) return 1;
    for (int i = 0; at && i <= at - units; i++) unit *= 1024;
    return at && !text[1] ? unit : 0;
}

int cli_bytes(const cli_args *args, char id, double *value)
{
    const char *text = cli_last(args, id);
    char name[NAME_BYTES], *end;
    *value = 0;
    if (!text) return CLI_DONE;
    double number = strtod(text, &end) * unit_of(end);
    bool plain = text + strspn(text, "0123456789.") == end; /* neither of base 16 nor with an exponent */
    if (plain && number >= 1 && number < 0x1p53 && floor(number) == number) {
        *value = number;
        return CLI_DONE;
    }
    name_of(find_option(args->command, id), name);
    return cli_fail(CLI_USAGE, "%s %s: write a whole number of bytes, such as 50000000, 64M or 2G", name, text);
}

int cli_need(const cli_args *args, char id, const char **value)
{
    char name[NAME_BYTES];
    *value = cli_last(args, id);
    if (*value) return CLI_DONE;
    const cli_option *option = find_option(args->command, id);
    name_of(option, name);
    return cli_fail_usage(args->command, "%s: %s %s is missing; usage: quantscope %s %s", args->command->name, name,
                          option->value, args->command->name, args->command->usage);
}
