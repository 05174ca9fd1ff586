/*
 * Vectors in text. A text is records, one after another; a kind of text (csv.c, words.c, json.c) says where a
 * record ends, which of its fields are the vector and which are its label.
 *
 * All of a text is read once, to count its rows and check that each has as many values; where every so many records
 * begin is noted, so that any rows can then be read without those before them.
 */
#ifndef QSI_TEXT_H
#define QSI_TEXT_H

#include "source/source.h"

enum { QSI_TEXT_LONGEST = 1 << 26 }; /* bytes of a record; a longer one is not believed */

typedef struct qsi_span {
    const char *at, *end;
} qsi_span;

typedef struct qsi_text qsi_text;

typedef struct qsi_text_kind {
    const char *kind;
    /* Looks at the start of a text, or all of it (whole), from its first byte that is no mark. 1: it is of this
     * kind, and begin, dim and what the kind keeps are set; 0: it is not; 2: more of it must be seen. */
    int (*sniff)(qsi_text *t, qsi_span head, bool whole);
    /* Where the record at the start of bytes ends, with what parts it from the next; NULL: not in these bytes.
     * last: nothing follows them. An empty record (from blanks) has no values and no row. */
    const char *(*end)(const qsi_text *t, qsi_span bytes, bool last);
    /* The values (dim) and the label of a record; either may be NULL. A false return has set problem. */
    bool (*parse)(const qsi_text *t, qsi_span record, float *dst, qsi_json *label, char problem[160]);
    bool (*is_blank)(const qsi_text *t, qsi_span record);
} qsi_text_kind;

extern const qsi_text_kind qsi_text_csv, qsi_text_words, qsi_text_json;

enum { QSI_TEXT_COLUMNS = 1 << 21, QSI_PATH = 8 };

struct qsi_text {
    const qsi_text_kind *kind;
    size_t begin; /* byte of the first record, from the start of the file */
    size_t dim;
    bool labels;
    /* csv: */
    char delimiter;
    uint8_t *roles; /* (columns) */
    size_t columns;
    /* json: records are lines, items of an array, or members of an object; the keys that lead to the vector */
    char form;
    char path[QSI_PATH][64];
    size_t depth;
    bool base64;
    /* the index, made while all is read */
    double at, line, rows, file_bytes; /* where the next record begins */
    size_t block;                      /* bytes wanted at a time */
    double *starts;                    /* where every step-th record begins, and the end of all */
    size_t step, count;
    float *row;
    bool over; /* what follows the last record does not matter */
};

/* A number, or NaN or infinity by name, from *at on; *at then stands behind it. */
bool qsi_text_number(const char **at, const char *end, double *value);
/* The same of a whole field, blanks around it passed over, as float32. */
bool qsi_text_float(qsi_span field, float *value);
/* Numbers in brackets or without, parted by commas or blanks: how many, SIZE_MAX where it is no such list. At most
 * cap are written. */
size_t qsi_text_list(qsi_span list, float *values, size_t cap);

static inline bool qsi_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline qsi_span qsi_trim(qsi_span s)
{
    while (s.at < s.end && qsi_is_blank(*s.at)) s.at++;
    while (s.at < s.end && qsi_is_blank(s.end[-1])) s.end--;
    return s;
}

/* Adds a part of a label to a text of at most cap bytes, behind a separator; returns the length then. */
size_t qsi_label_add(char *label, size_t length, size_t cap, const char *part, size_t bytes);

#endif
