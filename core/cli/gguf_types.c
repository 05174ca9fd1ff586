/* Files of types for tensors, as gguf.h says. */
#include "cli/posix.h"

#include "cli/gguf.h"

#include "cli/cli.h"
#include "cli/specs.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* Has all tensors whose names hold the pattern encoded with spec. */
static int choose_matching(cli_gguf *g, const char *path, const char *pattern, const char *spec, char **choice)
{
    regex_t regex;
    if (regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB | REG_ICASE))
        return cli_fail(CLI_DATA, "%s: '%s' is no regular expression", path, pattern);
    for (size_t i = 0; i < g->count; i++) {
        if (choice[i] || !g->list[i].encodes || regexec(&regex, g->list[i].name, 0, NULL, 0)) continue;
        choice[i] = cli_copy(spec);
    }
    regfree(&regex);
    return CLI_DONE;
}

static int take_word(cli_gguf *g, const char *path, char *word, char **choice)
{
    char *equals = strrchr(word, '='), *spec;
    if (!equals) return cli_fail(CLI_DATA, "%s: '%s' is not NAME=TYPE", path, word);
    *equals = 0;
    spec = cli_canonical(equals + 1);
    if (!spec || qs_ggml_type(spec, 0) < 0) {
        free(spec);
        return cli_fail_data(path);
    }
    int status = choose_matching(g, path, word, spec, choice);
    free(spec);
    return status;
}

int cli_gguf_types(cli_gguf *g, const char *path)
{
    char *text, *state = NULL;
    size_t length;
    int status = cli_read_text(path, &text, &length);
    if (status) return status;
    char **choice = cli_alloc((g->count + 1) * sizeof *choice);
    for (char *word = strtok_r(text, " \t\r\n", &state); word && !status; word = strtok_r(NULL, " \t\r\n", &state))
        status = take_word(g, path, word, choice);
    for (size_t i = 0; i < g->count; i++) {
        if (choice[i] && !status) status = cli_gguf_choose(g, i, choice[i]);
        free(choice[i]);
    }
    free(choice);
    free(text);
    return status;
}
