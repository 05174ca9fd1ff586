/*
 * Family: engine, codes as a vector database or library makes them and scores as it takes them. Each engine is a
 * file here, which says its rule and names its source; what they share is in engine.c and scores.c.
 *
 * Row layout: head bytes, codes, tail bytes. A code is a whole number of the engine, in a byte of its own (two's
 * complement where it is signed) or packed as qsi_engine.pack says; rows may have more codes than values, so many
 * that they fill up a multiple. Rows of more than QSI_ENGINE_MOST values are refused: sums of codes are int32.
 */
#ifndef QSI_ENGINE_H
#define QSI_ENGINE_H

#include "codec/codec.h"
#include "engines/pack.h"

enum { QSI_ENGINE_MOST = 32768, QSI_BESIDE = 4 };

/* One side of a score: what is known of a row's codes, and the numbers stored beside them. */
typedef struct qsi_side {
    double sum, square; /* of codes */
    float beside[QSI_BESIDE];
} qsi_side;

typedef struct qsi_pair {
    const qs_codec *codec;
    qsi_metric metric;
    size_t n;            /* codes of a row */
    double dot, squared; /* of codes: sum of products, sum of squared differences */
    float add;           /* what left-out dims add */
    const qsi_side *query, *row;
} qsi_pair;

typedef struct qsi_engine {
    qsi_statistic needs;
    const char *params[2]; /* one number each, or one for each dim, as needs says */
    uint8_t head, tail;    /* bytes: numbers of 4 each */
    const char *beside;    /* the float format of those; NULL: whole */
    bool big_endian;       /* their bytes */
    uint8_t multiple;
    qsi_engine_pack pack;
    qsi_engine_pack (*packs)(const qsi_spec *spec); /* where options choose it, else NULL */
    bool is_signed;
    uint8_t most;                       /* the largest code, where that is not all bits set; else 0 */
    bool (*fits)(const qsi_spec *spec); /* whether there are params with these options; NULL: yes */
    /* All params of a codec, with room for them, from what was observed; else from the range of the data, or of a
     * dim.
     */
    void (*fit_all)(qs_codec *codec, const qsi_observer *seen);
    void (*fit)(unsigned bits, float lo, float hi, float *first, float *second);
    /* The code of a value x of dim d, in a row of that length, in double; 0 unless by_length. */
    int (*code)(const qs_codec *codec, float x, double length, size_t d);
    bool by_length;
    int (*filler)(const qs_codec *codec); /* the code that fills up a row; NULL: 0 */
    float (*level)(const qs_codec *codec, size_t d, int code);
    /* What is stored beside the codes of a row: written, and read. NULL: nothing */
    void (*put)(const qs_codec *codec, const float *x, const qsi_side *codes, const int *code, uint8_t *row);
    void (*get)(const qs_codec *codec, const uint8_t *row, float beside[QSI_BESIDE]);
    /* Of query i of a set: its codes, values on the scale of decoded rows (of a float query, whose codes stay), and
     * what is beside them. NULL: it is encoded as rows are. */
    int (*query)(const qsi_query_set *set, size_t i, int *codes, float *values, float beside[QSI_BESIDE]);
    bool (*float_query)(const qsi_spec *spec); /* with query */
    float (*score)(const qsi_pair *pair);      /* larger is nearer; NULL: a float query with decoded rows */
} qsi_engine;

/* The range that Lucene 99 chooses, and the row that Lucene makes of one for cosine. */
extern const qsi_observer_kind qsi_lucene_quantiles;
void qsi_lucene_unit(const float *x, size_t n, float *out);

/* The families of engines: rows as they are; brought to length 1 for cosine; always coded as if of length 1; signs,
 * whose codes are compared as they are. */
extern const qsi_family qsi_family_engine, qsi_family_engine_cosine, qsi_family_engine_unit,
    qsi_family_engine_signs, qsi_family_engine_bits, qsi_family_engine_lucene;
extern const qsi_scorer qsi_engine_scorer;

static inline const qsi_engine *qsi_engine_of(const qs_codec *codec)
{
    return codec->spec.format->engine;
}

/* A param of value d. */
static inline float qsi_engine_param(const qs_codec *codec, size_t p, size_t d)
{
    const qsi_param *param = &codec->params[p];
    return param->values[param->count > 1 ? d : 0];
}

/* Bits of a code, or planes of them; how they lie; codes of a row of dim values, fillers too. */
unsigned qsi_engine_bits(const qsi_spec *spec);
qsi_engine_pack qsi_engine_packs(const qsi_spec *spec);
size_t qsi_engine_codes(const qsi_spec *spec, size_t dim);
/* What a family of engines that codes rows by itself takes from engine.c. */
int qsi_engine_layout(const qsi_spec *spec, size_t dim, qsi_layout *out);
void qsi_engine_params(const qsi_spec *spec, size_t dim, qsi_param out[QSI_PARAMS]);
qsi_statistic qsi_engine_needs(const qsi_spec *spec);
int qsi_engine_fit(qs_codec *codec, const qsi_observer *seen);
int qsi_engine_usage(const qs_codec *codec, const uint8_t *from, size_t nrows, qsi_usage *seen);
qsi_role qsi_engine_role(const qs_codec *codec, size_t bit);

/* Codes of a coded row, as numbers. */
void qsi_engine_get(const qs_codec *codec, const uint8_t *row, int *codes);
qsi_side qsi_engine_side(const int *codes, size_t n);

#endif
