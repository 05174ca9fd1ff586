/* The help texts, made from the tables that the arguments are read by. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

void cli_help_all(bool to_stderr)
{
    FILE *to = to_stderr ? stderr : stdout;
    fputs("quantscope: what quantization saves and what it costs, measured on your own data\n\n"
          "Usage: quantscope COMMAND [ARGUMENTS]\n\n"
          "Commands (--help after a command lists its options):\n",
          to);
    for (const cli_command *const *c = cli_commands; *c; c++) fprintf(to, "  %-9s %s\n", (*c)->name, (*c)->summary);
    fputs("\n"
          "A SPEC names a format and its options, FORMAT[:OPTION=VALUE,...]: int8, f16,\n"
          "int4:map=offset,per=dim, binary:rescore=4. A FILE holds rows of numbers: .npy,\n"
          ".npz, .safetensors, GGUF, .fvecs and .fbin and their like, CSV, JSON, GloVe\n"
          "text, each also packed by gzip, HDF5, or values alone (--dtype and\n"
          "--dim); a folder of .safetensors or GGUF is one model. info tells what is in it.\n\n"
          "Examples:\n"
          "  quantscope bits 0.7265                 one value in every format, bit by bit\n"
          "  quantscope sweep base.npy --metric ip  recall, error and bytes of many specs\n"
          "  quantscope encode base.npy -s int8 -o base.int8\n\n"
          "Exit: 0 done, 1 an --assert did not hold or check found something, 2 wrong\n"
          "usage or spec, 3 data that cannot be read or is not what it claims, 4 out of\n"
          "memory, 5 output that cannot be written.\n",
          to);
}

/* "  -s, --spec SPEC      help", the help broken at words so that lines stay within 78 columns. */
static void print_option(const cli_option *o)
{
    enum { INDENT = 26, WIDTH = 78 };
    char left[60];
    int letter = o->id >= 'A' ? snprintf(left, sizeof left, "  -%c%s", o->id, o->name ? ", " : "")
                              : snprintf(left, sizeof left, "      ");
    snprintf(left + letter, sizeof left - (size_t)letter, "%s%s%s%s", o->name ? "--" : "", o->name ? o->name : "",
             o->value ? " " : "", o->value ? o->value : "");
    int column = printf("%-*s", INDENT - 2, left);
    for (const char *word = o->help; *word;) {
        int length = (int)strcspn(word, " ");
        if (column + 2 + length > WIDTH) column = printf("\n%*s", INDENT - 2, "") - 1;
        column += printf("%s%.*s", column == INDENT - 2 ? "  " : " ", length, word);
        word += length + (word[length] == ' ');
    }
    putchar('\n');
}

static bool takes_spec(const cli_command *command)
{
    const cli_option *o = command->options;
    while (o->id && o->id != 's') o++;
    return o->id;
}

void cli_help(const cli_command *command)
{
    printf("quantscope %s: %s\n\nUsage: quantscope %s %s\n\n%s\n", command->name, command->summary, command->name,
           command->usage, command->about);
    if (command->options->id) printf("Options:\n");
    for (const cli_option *o = command->options; o->id; o++) print_option(o);
    printf("%sCommon options:\n", command->options->id ? "\n" : "");
    for (const cli_option *o = cli_common; o->id; o++) print_option(o);
    if (takes_spec(command))
        printf("\nA SPEC is FORMAT[:OPTION=VALUE,...], as int8 or int4:map=offset,per=dim.\n"
               "quantscope formats lists formats, quantscope formats int4 the options of one.\n");
    printf("\nExamples:\n%s", command->examples);
}
