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

enum { QSI_ENGINE_MOST = 32768, QSI_BESIDE = 4 };

typedef enum qsi_engine_pack {
    QSI_PACK_BYTES,
    QSI_PACK_LOW,    /* one after another from the lowest bit of a byte on */
    QSI_PACK_HALVES, /* 4 bits: value i in the upper half of byte i, value i + n/2 in its lower half */
    QSI_PACK_PLANES  /* a bit of each value in a plane of bytes, the first value in the highest bit; the lowest bits
                        in the first plane */
} qsi_engine_pack;

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
    bool is_signed;
    uint8_t most; /* the largest code, where that is not all bits set; else 0 */
    /* Params from the range of the data, or of a dim. */
    void (*fit)(unsigned bits, float lo, float hi, float *first, float *second);
    /* The code of a value x of dim d, in a row of that length, in double; 0 unless by_length. */
    int (*code)(const qs_codec *codec, float x, double length, size_t d);
    bool by_length;
    int (*filler)(const qs_codec *codec); /* the code that fills up a row; NULL: 0 */
    float (*level)(const qs_codec *codec, size_t d, int code);
    /* What is stored beside the codes of a row: written, and read. NULL: nothing */
    void (*put)(const qs_codec *codec, const float *x, const qsi_side *codes, const int *code, uint8_t *row);
    void (*get)(const qs_codec *codec, const uint8_t *row, float beside[QSI_BESIDE]);
    float (*score)(const qsi_pair *pair); /* larger is nearer; NULL: a float query with decoded rows */
} qsi_engine;

/* The families of engines: rows as they are; brought to length 1 for cosine; always coded as if of length 1; signs,
 * whose codes are compared as they are. */
extern const qsi_family qsi_family_engine, qsi_family_engine_cosine, qsi_family_engine_unit,
    qsi_family_engine_signs;
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

/* Codes of a row of dim values, fillers too; the numbers of codes as bytes, whose order their pack says. */
size_t qsi_engine_codes(const qsi_spec *spec, size_t dim);
/* Codes of a coded row, as numbers. */
void qsi_engine_get(const qs_codec *codec, const uint8_t *row, int *codes);
qsi_side qsi_engine_side(const int *codes, size_t n);

#endif
