/* The texts of findings.h. */
#include "cli/findings.h"

#include "cli/cli.h"
#include "cli/text.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {"", "note", "warning", "error"};
static const char *const titles[] = {"", "Note", "Warning", "Error"};

cli_level cli_level_of(const char *word)
{
    cli_level level = CLI_GRAVE;
    while (level > CLI_NO_FINDING && (!word || strcmp(word, words[level]) != 0)) level--;
    return level;
}

static const char *text_of(const cli_json *report, int object, const char *key)
{
    return cli_json_string(report, cli_json_get(report, object, key));
}

cli_level cli_findings_worst(const cli_json *report, int object)
{
    int findings = cli_json_get(report, object, "findings");
    cli_level worst = CLI_NO_FINDING;
    for (size_t i = 0; i < cli_json_size(report, findings); i++) {
        cli_level level = cli_level_of(text_of(report, cli_json_at(report, findings, i), "level"));
        if (level > worst) worst = level;
    }
    return worst;
}

char *cli_findings_remedy(const cli_json *report, int finding)
{
    static const char *const keys[] = {"spec", "option", "command"};
    int remedy = cli_json_get(report, finding, "remedy");
    const char *text = text_of(report, remedy, "text");
    if (!text) return cli_copy("");
    size_t room = strlen(text) + 1;
    for (size_t i = 0; i < 3; i++) {
        const char *tried = text_of(report, remedy, keys[i]);
        room += tried ? strlen(tried) + 8 : 0;
    }
    char *line = cli_copy(text), *all = cli_alloc(room);
    strcpy(all, line);
    free(line);
    for (size_t i = 0; i < 3; i++) {
        const char *tried = text_of(report, remedy, keys[i]);
        if (tried) sprintf(all + strlen(all), ": %s%s", i ? "" : "-s ", tried);
    }
    return all;
}

static void print_line(const char *before, const char *text)
{
    fputs(before, stdout);
    cli_print(text);
    putchar('\n');
}

void cli_findings_print(const cli_json *report, int object)
{
    int findings = cli_json_get(report, object, "findings");
    for (size_t i = 0; i < cli_json_size(report, findings); i++) {
        int finding = cli_json_at(report, findings, i);
        const char *damage = text_of(report, finding, "damage");
        char *remedy = cli_findings_remedy(report, finding);
        printf("\n%s: ", titles[cli_level_of(text_of(report, finding, "level"))]);
        print_line("", text_of(report, finding, "text"));
        if (damage) print_line("  Damage: ", damage);
        if (*remedy) print_line("  Remedy: ", remedy);
        free(remedy);
    }
}
