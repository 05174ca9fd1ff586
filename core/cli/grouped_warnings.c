/* The warnings of grouped_warnings.h. */
#include "cli/posix.h"

#include "cli/grouped_warnings.h"

#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_NAMES = 3 };

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The length of a number that stands by itself: behind a space, not in a word such as int4 nor an option's value.
 * It ends with a digit: what follows is the sentence's. */
static size_t number_length(const char *text, const char *at)
{
    bool begins = is_digit(at[*at == '-']) && (at == text || at[-1] == ' ');
    size_t length = begins ? strspn(at, "0123456789.,e+-") : 0;
    while (length && !is_digit(at[length - 1])) length--;
    return length;
}

/* Whether two texts are of one kind; differ: they are not the same. */
static bool is_kind(const char *a, const char *b, bool *differ)
{
    const char *x = a, *y = b;
    *differ = strcmp(a, b) != 0;
    while (*x || *y) {
        size_t m = number_length(a, x), n = number_length(b, y);
        if (!m != !n || (!m && *x != *y)) return false;
        x += m ? m : 1;
        y += n ? n : 1;
    }
    return true;
}

static cli_gathered_kind *add_kind(cli_gathered *all, const char *name, const char *text)
{
    cli_gathered_kind *kinds = cli_alloc((all->count + 1) * sizeof *kinds);
    if (all->count) memcpy(kinds, all->kinds, all->count * sizeof *kinds);
    free(all->kinds);
    all->kinds = kinds;
    kinds[all->count] = (cli_gathered_kind){.text = cli_copy(text),
                                            .first = cli_copy(name),
                                            .names = cli_copy(name),
                                            .last = cli_copy(name),
                                            .count = 1};
    return &kinds[all->count++];
}

static void add_name(cli_gathered_kind *kind, const char *name)
{
    if (!strcmp(kind->last, name)) return;
    free(kind->last);
    kind->last = cli_copy(name);
    if (kind->count++ >= FIRST_NAMES) return;
    char *names = cli_alloc(strlen(kind->names) + strlen(name) + 3);
    sprintf(names, "%s, %s", kind->names, name);
    free(kind->names);
    kind->names = names;
}

/* The kind of a text, where it is a new one. */
static cli_gathered_kind *gather(cli_gathered *all, const char *name, const char *text)
{
    for (size_t i = 0; i < all->count; i++) {
        bool differ;
        cli_gathered_kind *kind = &all->kinds[i];
        if (!is_kind(kind->text, text, &differ)) continue;
        kind->differ |= differ;
        add_name(kind, name);
        return NULL;
    }
    return add_kind(all, name, text);
}

void cli_gather(cli_gathered *all, const char *name, const char *text)
{
    gather(all, name, text);
}

void cli_gather_finding(cli_gathered *all, const char *name, const cli_json *report, int finding)
{
    size_t bytes;
    cli_gathered_kind *kind = gather(all, name, cli_json_string(report, cli_json_get(report, finding, "text")));
    FILE *stream = kind ? open_memstream(&kind->json, &bytes) : NULL;
    if (!stream) return;
    cli_json_print(stream, report, finding);
    if (fclose(stream)) exit(cli_fail(CLI_MEMORY, "out of memory for the report"));
}

void cli_gathered_print(FILE *stream, const cli_gathered *all)
{
    const char *comma = "", *key;
    int value;
    for (size_t i = 0; i < all->count; i++) {
        const cli_gathered_kind *kind = &all->kinds[i];
        if (!kind->json) continue;
        cli_json *json = cli_json_parse(kind->json, strlen(kind->json));
        char *text = cli_gathered_text(all, i);
        fprintf(stream, "%s{", comma);
        for (size_t n = 0; (key = cli_json_key(json, 0, n, &value)); n++) {
            fprintf(stream, "\"%s\":", key);
            if (strcmp(key, "text") != 0)
                cli_json_print(stream, json, value);
            else
                cli_json_print_text(stream, text);
            fputc(',', stream);
        }
        fputs("\"tensors\":", stream);
        cli_json_print_text(stream, kind->names);
        fprintf(stream, ",\"count\":%zu}", kind->count);
        comma = ",";
        free(text);
        cli_json_free(json);
    }
}

char *cli_gathered_text(const cli_gathered *all, size_t i)
{
    static const char of_first[] = " (the numbers are those of the first)";
    const cli_gathered_kind *kind = &all->kinds[i];
    char more[60] = "";
    if (kind->count > FIRST_NAMES) snprintf(more, sizeof more, " and %zu more", kind->count - FIRST_NAMES);
    char *text = cli_alloc(strlen(kind->names) + strlen(kind->text) + sizeof more + sizeof of_first + 3);
    sprintf(text, "%s%s: %s%s", kind->names, more, kind->text, kind->differ ? of_first : "");
    return text;
}

void cli_gathered_free(cli_gathered *all)
{
    for (size_t i = 0; i < all->count; i++) {
        free(all->kinds[i].text);
        free(all->kinds[i].json);
        free(all->kinds[i].first);
        free(all->kinds[i].names);
        free(all->kinds[i].last);
    }
    free(all->kinds);
    *all = (cli_gathered){.count = 0};
}
