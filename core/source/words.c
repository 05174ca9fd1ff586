/*
 * Lines of a word and its numbers, parted by blanks, as GloVe and word2vec write them, or of numbers alone. A word
 * may hold blanks itself: the numbers are the last dim fields. A first line of two counts, rows and dim, is passed
 * over.
 */
#include "source/text.h"

#include <stdio.h>
#include <string.h>

enum { SAMPLED = 50 };

static const char *end(const qsi_text *t, qsi_span bytes, bool last)
{
    (void)t;
    const char *line = memchr(bytes.at, '\n', (size_t)(bytes.end - bytes.at));
    return line ? line + 1 : last ? bytes.end : NULL;
}

static bool is_blank(const qsi_text *t, qsi_span record)
{
    (void)t;
    record = qsi_trim(record);
    return record.at == record.end;
}

/* The last field of a line, which then ends before it; false where there is none. */
static bool last_field(qsi_span *line, qsi_span *field)
{
    while (line->end > line->at && qsi_is_blank(line->end[-1])) line->end--;
    field->end = field->at = line->end;
    while (field->at > line->at && !qsi_is_blank(field->at[-1])) field->at--;
    line->end = field->at;
    return field->at < field->end;
}

/* How many of the last fields are numbers; whole: nothing stands before them. */
static size_t count_numbers(qsi_span line, bool *whole)
{
    qsi_span field;
    float value;
    size_t count = 0;
    *whole = true;
    while (last_field(&line, &field)) {
        *whole = qsi_text_float(field, &value);
        if (!*whole) break;
        count++;
    }
    return count;
}

/* The count that most lines have; of several the least. */
static size_t most_common(const size_t *counts, size_t n)
{
    size_t best = 0, votes = 0;
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        for (size_t k = 0; k < n; k++) same += counts[k] == counts[i];
        if (same < votes || (same == votes && counts[i] >= best)) continue;
        votes = same;
        best = counts[i];
    }
    return best;
}

static int sniff(qsi_text *t, qsi_span head, bool whole)
{
    qsi_span bytes = head;
    size_t lines = 0, first = 0, counts[SAMPLED], seen = 0, least = SIZE_MAX, most = 0;
    bool numbers = true, header = false;
    const char *next;
    for (; lines < SAMPLED && bytes.at < bytes.end && (next = end(t, bytes, whole)); bytes.at = next) {
        bool alone;
        qsi_span line = {bytes.at, next};
        if (is_blank(t, line)) continue;
        size_t count = count_numbers(line, &alone);
        if (lines++ == 0) {
            first = count;
            header = alone && count == 2;
            if (header) continue;
        }
        numbers = numbers && alone;
        counts[seen++] = count;
        least = count < least ? count : least;
        most = count > most ? count : most;
    }
    if (lines == 0 && !whole) return 2;
    if (header && lines > 1 && !(numbers && least == 2)) { /* two counts above rows of other lengths */
        t->begin = (size_t)(end(t, (qsi_span){head.at, bytes.end}, true) - head.at);
    } else if (header) {
        least = most = first;
        numbers = true;
    }
    if (most == 0) return 0;
    /* A word that is a number makes its line longer by one; lines of numbers alone are all of one length. */
    t->labels = !numbers;
    t->dim = seen ? most_common(counts, seen) : least;
    return t->dim ? 1 : 0;
}

static bool parse(const qsi_text *t, qsi_span record, float *dst, qsi_json *label, char problem[160])
{
    qsi_span line = record, field;
    for (size_t i = t->dim; i-- > 0;) {
        float unused;
        bool there = last_field(&line, &field);
        if (there && qsi_text_float(field, dst ? &dst[i] : &unused)) continue;
        int shown = (int)(field.end - field.at < 40 ? field.end - field.at : 40);
        if (there)
            snprintf(problem, 160, "'%.*s' stands where value %zu of %zu should, a number that float32 can hold",
                     shown, field.at, i + 1, t->dim);
        else
            snprintf(problem, 160, "it has %zu values, where the first rows have %zu", t->dim - 1 - i, t->dim);
        return false;
    }
    line = qsi_trim(line);
    if (!t->labels && line.at < line.end) {
        snprintf(problem, 160, "it has more than the %zu values of the first rows", t->dim);
        return false;
    }
    if (label) {
        char text[400] = "";
        qsi_label_add(text, 0, sizeof text, line.at, (size_t)(line.end - line.at));
        qsi_json_text(label, text);
    }
    return true;
}

const qsi_text_kind qsi_text_words = {
    .kind = "text", .sniff = sniff, .end = end, .parse = parse, .is_blank = is_blank};
