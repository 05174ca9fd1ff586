/*
 * A model: how a chain is computed once it is quantized. Each layer has its weights and bias as they are used, what
 * codes its input, and where arithmetic is on whole numbers the codes of its weights.
 *
 * Fake quantization is the forward pass over decoded weights and decoded inputs; with no coding of inputs and the
 * chain's own weights it is the float network. Whole numbers are integer.h.
 */
#ifndef QSI_MODEL_H
#define QSI_MODEL_H

#include "net/chain.h"

typedef enum qsi_input_kind {
    QSI_INPUT_FLOAT, /* not coded */
    QSI_INPUT_FIXED, /* one range, known before */
    QSI_INPUT_OWN,   /* each sample by its own range */
    QSI_INPUT_STEP   /* fixed, a learned step: codes 0 .. 2^bits - 1 of x / scale, without a zero point */
} qsi_input_kind;

/* Codes of a layer's input: q = clamp(even(x * (1 / scale)) + zero, 0, most), most = 2^bits - 1. sym: as many codes
 * on either side of 0, scale = largest magnitude / (2^(bits-1) - 1), zero = 2^(bits-1) - 1, most = 2 * zero. */
typedef struct qsi_input_code {
    qsi_input_kind kind;
    uint32_t bits;
    bool sym;
    int32_t zero;
    float scale, lo, hi; /* lo, hi: the range that the scale is of */
} qsi_input_code;

static inline int32_t qsi_input_most(const qsi_input_code *code)
{
    return (int32_t)(1U << code->bits) - 1 - code->sym;
}

typedef struct qsi_model_layer {
    float *weight, *bias; /* (rows, dim), (rows): as used, decoded */
    int8_t *codes;        /* (rows, dim); NULL where weights are no whole numbers */
    float *scale;         /* (rows) of codes: weight = scale * code */
    qsi_input_code input;
} qsi_model_layer;

typedef struct qsi_model {
    const qsi_chain *chain;
    qsi_model_layer *layers; /* (chain->count) */
    qsi_input_code output;   /* of the outputs of the last layer; QSI_INPUT_FLOAT: they stay floats */
} qsi_model;

/* A copy of the chain's weights, nothing coded. */
int qsi_model_open(qsi_model *model, const qsi_chain *chain);
void qsi_model_close(qsi_model *model);

/* Memory for the passage of at most samples samples through a chain. */
typedef struct qsi_passage {
    size_t samples;
    float *from, *to, *patches; /* what enters a layer, what leaves it; the taps of a sample's positions */
    uint8_t *codes;             /* of what enters it */
} qsi_passage;
int qsi_passage_open(qsi_passage *passage, const qsi_chain *chain, size_t samples);
void qsi_passage_close(qsi_passage *passage);

/* The taps of every position in one group of a sample: (positions, dim), absent taps 0. */
void qsi_patches(const qsi_layer *layer, const float *x, size_t group, float *patches);

/* The outputs of a layer before its ReLU: n samples. patches: (positions, dim) floats, where it is a convolution.
 */
void qsi_layer_sums(const qsi_layer *layer, const float *weight, const float *bias, const float *x, size_t n,
                    float *patches, float *y);
void qsi_relu(float *y, size_t n);

/* Codes n samples of dim values each and decodes them in place; codes: room for n * dim. clipped (or NULL): how
 * many values lay more than half a step beyond the range is added. */
void qsi_input_apply(const qsi_input_code *code, float *x, size_t n, size_t dim, uint8_t *codes, double *clipped);
/* Their codes alone, of a fixed code. */
void qsi_input_encode(const qsi_input_code *code, const float *x, size_t n, uint8_t *codes);
/* Fills in the fixed code for values from lo to hi; bits and sym are there. The rules are those of a codec. */
int qsi_input_from_range(float lo, float hi, qsi_input_code *code);

/* Pixels of uint8 are their own codes: 8 bits, scale 1 / divisor. */
qsi_input_code qsi_input_of_pixels(const qsi_chain *chain);

/* n samples through the layers from first up to but not including last. The outputs, before the ReLU of the last of
 * them, are in passage->to. x: (n, size of what enters first). */
void qsi_model_forward(const qsi_model *model, const float *x, size_t n, size_t first, size_t last,
                       qsi_passage *passage);

#endif
