/* The known word nearest to a misspelled one. */
#include "cli/cli.h"

#include <string.h>

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
