/* The warnings of gather.h. */
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

static void add_kind(cli_gathered *all, const char *name, const char *text)
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
    all->count++;
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

void cli_gather(cli_gathered *all, const char *name, const char *text)
{
    for (size_t i = 0; i < all->count; i++) {
        bool differ;
        cli_gathered_kind *kind = &all->kinds[i];
        if (!is_kind(kind->text, text, &differ)) continue;
        kind->differ |= differ;
        add_name(kind, name);
        return;
    }
    add_kind(all, name, text);
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
        free(all->kinds[i].first);
        free(all->kinds[i].names);
        free(all->kinds[i].last);
    }
    free(all->kinds);
    *all = (cli_gathered){.count = 0};
}
