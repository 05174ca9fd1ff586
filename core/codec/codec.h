/*
 * Codecs: a spec fitted to data, which turns rows into bytes and back.
 *
 * A family is a table of functions for all formats that are laid out alike; the registry row points to it. The
 * family's plain code is its reference; loops over values go through the kernel table.
 */
#ifndef QSI_CODEC_H
#define QSI_CODEC_H

#include "codec/role.h"
#include "quantscope.h"
#include "range/histogram.h"
#include "range/observer.h"
#include "spec/spec.h"

/* What one row's bytes are made of, and what the rows share. row_bytes is the sum of the first five. */
typedef struct qsi_layout {
    size_t code_bytes, scale_bytes, zero_bytes, padding_bytes, outlier_bytes, row_bytes;
    double params_bytes; /* of all rows together */
} qsi_layout;

/* What all rows share: named arrays of floats (whole numbers among them are exact). */
enum { QSI_PARAMS = 4, QSI_TRANSFORM_PARAMS = 2 };
typedef struct qsi_param {
    const char *name;
    size_t count;
    float *values; /* NULL until fitted or read */
} qsi_param;

enum { QSI_MOST_CODES = 256 };

/* What encoding made, counted while comparing. */
typedef struct qsi_usage {
    double floored;               /* scales that were raised to the least that can be used */
    uint8_t seen[QSI_MOST_CODES]; /* 1: this code occurs */
} qsi_usage;

static inline void qsi_usage_add(qsi_usage *usage, const uint8_t *codes, size_t n)
{
    for (size_t i = 0; i < n; i++) usage->seen[codes[i]] = 1;
}

/* Rows as whole numbers: x' = scale * (code - zero), for integer scores. */
typedef struct qsi_integers {
    int8_t *codes; /* (rows, dim) */
    float *scale;  /* (rows) */
    int32_t *zero; /* (rows) */
    int64_t *sum;  /* (rows): of codes, where there are zero points */
} qsi_integers;

struct qsi_affine; /* codec/affine.h */

typedef enum qsi_metric { QSI_COSINE, QSI_IP, QSI_L2 } qsi_metric;

/* Queries as a family that scores codes by itself takes them: in the space in which rows are encoded. */
typedef struct qsi_query_set {
    const qs_codec *codec;
    qsi_metric metric;
    size_t nq;
    const float *values;  /* (nq, codec->dim): transformed, the mean not taken from them */
    const float *inverse; /* (nq): 1 / length of the whole query, 0 for 0; of cosine, else NULL */
    const float *add;     /* (nq): what the dims that are left out add to a dot product, or to a squared distance;
                             NULL: nothing */
} qsi_query_set;

/* How a family scores codes by itself. The set stays the caller's, and stays as long as the state. */
typedef struct qsi_scorer {
    bool (*applies)(const qs_codec *codec, qsi_metric metric);
    int (*open)(const qsi_query_set *queries, void **state);
    void (*close)(void *state);
    size_t (*scratch_bytes)(const void *state); /* of one thread */
    /* scores[i * stride + j] of query i and row j, as search/scores.h has them; threads share the state. */
    int (*scores)(const void *state, void *scratch, const uint8_t *codes, size_t nrows, float *scores,
                  size_t stride);
} qsi_scorer;

typedef struct qsi_family {
    const char *name;
    bool whole; /* passes over rows once, large outputs past the caches: it takes all rows at once */
    bool (*single_pass)(
        const qs_codec *codec); /* passes over rows once, so that small outputs need no pieces; NULL: no */
    size_t (*parallel_rows)(const qsi_spec *spec); /* rows that it takes side by side; NULL: one after another */
    bool estimates;   /* decoded rows estimate dot products: cosine is that of rows brought to length 1 (unit.h) */
    bool unit_length; /* whatever the metric, decoded rows are those of length 1 */
    /* How a row is brought to length 1 before it is encoded; NULL: as unit.h says. */
    void (*unit)(const float *x, size_t n, float *out);
    bool signs_only; /* decoded values are -1 and +1 about a threshold: errors are told as signs.h says */

    /* Sizes, from spec and dim alone. Fails where a size cannot be had. */
    int (*layout)(const qsi_spec *spec, size_t dim, qsi_layout *layout);
    /* Names and counts of the params; values stay NULL. */
    void (*params)(const qsi_spec *spec, size_t dim, qsi_param params[QSI_PARAMS]);
    qsi_statistic (*needs)(const qsi_spec *spec);               /* what a fit observes; NULL: nothing */
    const qsi_observer_kind *(*observer)(const qsi_spec *spec); /* or by an observer of the family's own, which is
                                                                   given a digest whose context is the spec */
    /* What becomes of the histograms that needs() asked for: width, mirrored and take, whose context is the spec.
     */
    void (*digest)(const qsi_spec *spec, qsi_digest *digest);
    /* The scale (zero point, low) for values from lo to hi; for formats with the option range, as the next two. */
    int (*from_range)(const qsi_spec *spec, float lo, float hi, struct qsi_affine *out);
    /* The levels that values from lo to hi are given, with thresholds exactly where encoding has them
     * (thresholds.h) or, as to try many, where they are nominally; and the sum of squared errors of n values on
     * them. */
    int (*levels)(const qsi_spec *spec, float lo, float hi, bool exact, qsi_levels *levels);
    /* What these cost on a histogram; once that is most or more, only in part. */
    int (*cost)(const qsi_spec *spec, float lo, float hi, bool exact, const qsi_cdf *cdf, double most,
                qsi_cost *cost);
    double (*squared)(const qsi_spec *spec, float lo, float hi, const float *x, size_t n);
    /* Fills the params from what was observed (values are allocated). NULL: there are none. */
    int (*fit)(qs_codec *codec, const qsi_observer *seen);
    /* Checks params and derives what coding needs from them; state goes to codec->derived. May be NULL. */
    int (*ready)(qs_codec *codec);
    void (*close)(qs_codec *codec); /* frees what codec->derived (not NULL) points to; may be NULL */

    int (*encode)(const qs_codec *codec, double first_row, const float *rows, size_t nrows, uint8_t *codes);
    int (*decode)(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows);
    /* Adds to usage, from coded rows. NULL: neither levels nor scales are counted. */
    int (*usage)(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_usage *usage);
    size_t (*floored)(const qs_codec *codec); /* params that are scales raised to the least; may be NULL */
    /* Fills out for nrows rows. NULL, or integers_apply() false: scores go through decoded rows. */
    bool (*integers_apply)(const qsi_spec *spec);
    int (*integers)(const qs_codec *codec, const uint8_t *codes, size_t nrows, qsi_integers *out);
    /* What bit b (b % 8 of byte b / 8) of a coded row is. */
    qsi_role (*role)(const qs_codec *codec, size_t bit);
    /* NULL, or the code that a value is in where several share one: the index of its role. */
    size_t (*code_of)(const qs_codec *codec, size_t value);
    /* NULL, or what a value is in one of the codes whose levels add up to it: that of a role's index. */
    float (*level_in)(const qs_codec *codec, size_t value, size_t index, uint32_t code);
    /* What a value is, as "q * s + m": evaluated in float32 from left to right, products first, it is what decode
     * gives. Letters are numbers of its row or of the params: q its code; s, m, z the scale, the minimum or low and
     * the zero point of its group; d and e the scales of scales and of minima; g a scale of all rows besides s. */
    const char *formula; /* NULL: formula_of() gives it */
    const char *(*formula_of)(const qsi_spec *spec);
    qsi_number (*number)(const qs_codec *codec, qsi_role_kind kind);
    const qsi_digits *(*digits)(const qs_codec *codec); /* NULL, or returns NULL: no codes share bytes */
    const qsi_scorer *scorer;                           /* NULL: scores go through decoded rows, integers or bits */
    /* NULL, or what a float query is turned into before its score with decoded rows (binary: minus thresholds). */
    void (*query)(const qs_codec *codec, const float *query, float *out);
} qsi_family;

struct qsi_transform; /* transform/transform.h */

/* The functions that every family has, each under the name of its field. */
#define QSI_FAMILY(called) \
    .name = called, .layout = layout, .encode = encode, .decode = decode, .role = role, .number = number

struct qs_codec {
    qsi_spec spec;
    const qsi_family *family;
    size_t dim;        /* values of a row as the family codes it */
    size_t row_dim;    /* values of a row of the data: as many, or more where a transform keeps some of them */
    bool unit;         /* rows are brought to length 1 before all else */
    qsi_metric metric; /* that it was fitted for; without one, QSI_IP */
    struct qsi_transform *transform; /* what is done to rows before; NULL: nothing */
    qsi_layout layout;
    qsi_param params[QSI_PARAMS];                     /* of the family; the first without a name ends them */
    qsi_param transform_params[QSI_TRANSFORM_PARAMS]; /* likewise */
    void *derived;
};

/* dim is bounded so that row sizes, chunk sizes and integer sums stay within 32 bits. */
#define QSI_DIM_MOST 1048576
int qsi_check_dim(double dim);

/* The layout of a row of dim values of the data, whatever transform comes before. */
int qsi_codec_layout(const qsi_spec *spec, size_t dim, qsi_layout *layout);
/* A codec without its params, for rows of dim values of the data. */
qs_codec *qsi_codec_open(const qsi_spec *spec, size_t dim);
/* Params are there: what coding derives from them. */
int qsi_codec_ready(qs_codec *codec);
/* Rows as the family has them: decoded without undoing the transform, (nrows, codec->dim). */
int qsi_codec_decode_coded(const qs_codec *codec, const uint8_t *codes, size_t nrows, float *rows);
/* The values of a param by name, NULL when the spec has no such param. */
const float *qsi_codec_param(const qs_codec *codec, const char *name);

static inline const char *qsi_codec_formula(const qs_codec *codec)
{
    const qsi_family *family = codec->family;
    return family->formula ? family->formula : family->formula_of(&codec->spec);
}

/* Takes a merged state in place of the fit's own. */
int qsi_fit_replace(qs_fit *fit, const uint8_t *state, size_t bytes);
/* A fit, opened just now, of rows that are scored by metric: where scores are estimates it minds which. */
void qsi_fit_for_metric(qs_fit *fit, qsi_metric metric);
/* The number of scales for which rule kl saw too little to choose by, once no pass is left. */
double qsi_fit_sparse(const qs_fit *fit);
/* Whether no pass is left. */
bool qsi_fit_complete(const qs_fit *fit);

#endif
