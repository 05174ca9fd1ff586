/*
 * Findings: what is noticed about data, queries, codes or a spec, that a person must know to read the figures.
 *
 * A finding has an id, a level, a text, its evidence in numbers, the damage where it is measured or computed, and a
 * remedy that can be tried. A rule decides whether there is one; it looks at facts that were folded over chunks
 * (facts.h) and at what was measured of each spec. Rules are rows of one table (table.c), a file each in rules/.
 */
#ifndef QSI_FINDINGS_H
#define QSI_FINDINGS_H

#include "base/json.h"
#include "codec/codec.h"
#include "findings/facts.h"
#include "measure/error.h"
#include "measure/given.h"
#include "measure/recall.h"
#include "search/scores.h"

/* A note is worth knowing; a warning says that a figure may mislead; an error that it means nothing. */
typedef enum qsi_level { QSI_NOTE, QSI_WARNING, QSI_GRAVE } qsi_level;

enum { QSI_EVIDENCE = 10 };

typedef struct qsi_finding {
    const struct qsi_rule *rule;
    qsi_level level;
    char spec[QSI_SPEC_TEXT]; /* which spec it is about; empty: the data */
    char text[800];
    size_t numbers;
    struct {
        const char *key;
        double value;
        bool whole; /* a count; else a figure */
    } evidence[QSI_EVIDENCE];
    char damage[300]; /* empty: not known */
    struct {
        char text[300]; /* empty: there is no remedy */
        char spec[QSI_SPEC_TEXT], option[80], command[200];
    } remedy;
} qsi_finding;

typedef struct qsi_findings {
    qsi_finding *list;
    size_t count, room;
    qsi_finding spare; /* where there is no memory for one more */
} qsi_findings;

/* One spec as it was measured. Members that are not known are NULL, or 0. */
typedef struct qsi_measured {
    const qsi_spec *spec;
    const qs_codec *codec;
    double values;  /* that were compared with what they decode to; 0: none */
    bool undefined; /* errors have no number */
    qsi_lost lost;
    qsi_clipping clipping;
    double bytes; /* of all codes and what they share */
    const qsi_recall *recall;
    double candidates; /* rows that its codes choose for each query, before any rescoring */
    double floored;    /* scales raised to the least, shared and own */
    double sparse;     /* scales of which rule kl saw too little to choose by */
    bool elsewhere;    /* what rows share was fitted on other rows */
} qsi_measured;

/* What rules look at. Members that are not known are NULL, or 0: a plan has neither rows nor queries to look at. */
typedef struct qsi_subject {
    size_t dim;
    double rows;
    const qsi_facts *facts;
    const char *dtype;    /* of the file's values, as its reader says it */
    double row_bytes;     /* of a row of them */
    const double *shape;  /* (3) of the file's array; NULL: it has not three axes */
    const float *queries; /* (nq, dim) */
    size_t nq, k;
    const uint32_t *drawn; /* (nq): rows of the file that the queries are; NULL: they come from elsewhere */
    qsi_metric metric;
    bool searched;          /* queries are searched for, so metric and k count */
    const qsi_given *given; /* neighbours that came with the set */
    size_t tied;            /* queries whose k-th and next true scores are equal */
    qsi_scaling scaling;
    const qsi_measured *specs;
    size_t count;
} qsi_subject;

typedef struct qsi_rule {
    const char *id;
    qsi_level level;
    const char *title;   /* a few words */
    const char *meaning; /* what it means for a person */
    const char *decided; /* how it is decided: the condition, with its numbers */
    /* One of them: for the data, or for each spec. */
    void (*data)(const struct qsi_rule *rule, const qsi_subject *subject, qsi_findings *out);
    void (*spec)(const struct qsi_rule *rule, const qsi_subject *subject, const qsi_measured *measured,
                 qsi_findings *out);
} qsi_rule;

/* Every rule, in the order of reports; NULL ends it. */
extern const qsi_rule *const qsi_rules[];

/* All rules: of the data first, then spec after spec. */
void qsi_find(const qsi_subject *subject, qsi_findings *out);
/* The rules for specs alone, of one spec. */
void qsi_find_spec(const qsi_subject *subject, const qsi_measured *measured, qsi_findings *out);

/* ---- list.c: one more finding, and what it is made of */

qsi_finding *qsi_finding_add(qsi_findings *out, const qsi_rule *rule, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same about a spec, whose canonical text begins the text. */
qsi_finding *qsi_finding_add_spec(qsi_findings *out, const qsi_rule *rule, const qsi_spec *spec, const char *format,
                                  ...) __attribute__((format(printf, 4, 5)));
void qsi_finding_count(qsi_finding *f, const char *key, double value);
void qsi_finding_figure(qsi_finding *f, const char *key, double value);
void qsi_finding_damage(qsi_finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
void qsi_finding_remedy(qsi_finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* What of the remedy can be tried: another spec, an option of the command line, a command. */
void qsi_finding_try_spec(qsi_finding *f, const qsi_spec *spec);
void qsi_finding_try_text(qsi_finding *f, const char *spec);
void qsi_finding_try_option(qsi_finding *f, const char *option);
void qsi_finding_try_command(qsi_finding *f, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The members "warnings" (the texts of those that are more than notes) and "findings". */
void qsi_findings_json(const qsi_findings *all, qsi_json *json);
/* One of them alone. */
void qsi_finding_json(const qsi_finding *f, qsi_json *json);
void qsi_findings_close(qsi_findings *all);
const char *qsi_level_name(qsi_level level);

#endif
