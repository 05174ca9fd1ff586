/*
 * A spec: one configuration, FORMAT[:OPTION=VALUE,...]. Parsed here and nowhere else.
 *
 * Canonical text is lower case, options in the order of qsi_option, defaults left out; the canonical text of two
 * specs is equal exactly when they mean the same.
 */
#ifndef QSI_SPEC_H
#define QSI_SPEC_H

#include "format/format.h"

typedef struct qsi_spec {
    const qsi_format *format;
    /* What each option is, the default where not given: a word, by its number as in format.h, or a number. */
    int word[QSI_OPTIONS];
    double value[QSI_OPTIONS];
    uint32_t given; /* bit o: option o was given (also if it is the default) */
} qsi_spec;

#define QSI_SPEC_TEXT 256 /* room for any canonical text */

int qsi_spec_parse(const char *text, qsi_spec *spec);
void qsi_spec_text(const qsi_spec *spec, char text[QSI_SPEC_TEXT]);

/* What bits=... says, of formats that offer it. */
double qsi_spec_bits(const qsi_spec *spec);

static inline int qsi_word(const qsi_spec *spec, qsi_option option)
{
    return spec->word[option];
}

/* ---- nearest.c */

/* The format that a name that is none most likely means: float16 is f16, q4_k_m is q4_k. */
const char *qsi_format_nearest(const char *name);

/* ---- options.c: the table of options */

typedef struct qsi_option_row {
    const char *name, *help;
    const char *words[10]; /* names of the words, in the order of the enums in format.h; none for a number */
    bool whole;            /* a number without a fraction */
    qsi_option needs;      /* applies only where this option has one of these words; itself: always applies */
    uint32_t needs_words;  /* bit w: word w */
    qsi_option also;       /* or where this one has one of those; also_words 0: there is none */
    uint32_t also_words;
    bool always_with; /* or for formats that offer this one: with */
    qsi_option with;
} qsi_option_row;

extern const qsi_option_row qsi_option_rows[QSI_OPTIONS];

/* Whether option is of use with the other values of the spec. */
bool qsi_option_applies(const qsi_spec *spec, qsi_option option);

#endif
