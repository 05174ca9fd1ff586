/*
 * Inference on whole numbers, as integer hardware does it.
 *
 *   acc[o] = bq[o] + sum_j w[o,j] * (x[j] - z)          exact in int32
 *   bq[o]  = even( b[o] / (s_x * s_w[o]) )              in double
 *   M[o]   = s_x * s_w[o] / s_y                         s_y: the scale of the next layer's input
 *   float  y = clamp( even( (float)acc * (float)M ) + z_y, lowest, 2^b - 1 ), lowest = z_y after a ReLU, else 0
 *   fixed  M = m * 2^(e - 31), 2^30 <= m < 2^31 (Jacob et al. 2018, as gemmlowp: doubling high multiplication, then
 *          a rounding shift, ties away from zero)
 *   last   logit = (float)( acc * (s_x * s_w[o]) )
 *
 * Sums of u8 times s8 are dots_i8 of the codes less 128, and 128 - z times the row's sum of weights. Absent taps of
 * a convolution are code z. saturate16: pairs of products (columns 0 and 1, 2 and 3, ...) are added in int16 with
 * saturation, as vpmaddubsw does, before they are summed.
 *
 * Traps: a row of zeros takes s_w = |b| / (s_x * 2^24), or 1 if b is 0; where bq would not leave room for the sum,
 * s_w is raised until |bq| + 255 * (sum of |w|) < 2^31, and the row's codes follow.
 */
#ifndef QSI_INTEGER_H
#define QSI_INTEGER_H

#include "net/net.h"

typedef struct qsi_integer_layer {
    int8_t *codes;           /* (rows, dim) */
    float *scale;            /* (rows): s_w */
    int32_t *bias;           /* (rows): bq */
    int32_t *sums;           /* (rows): of codes */
    double *multiplier;      /* (rows): M; of the last layer with float outputs, s_x * s_w */
    int32_t *fixed;          /* (rows): m */
    int32_t *shift;          /* (rows): e */
    qsi_input_code from, to; /* what enters, and what the next layer takes (QSI_INPUT_FLOAT: logits) */
} qsi_integer_layer;

typedef struct qsi_integer_model {
    const qsi_chain *chain;
    int arithmetic; /* QSI_INTEGER, QSI_FIXED, QSI_SATURATE16 */
    qsi_integer_layer *layers;
} qsi_integer_model;

/* Fails where weights have no whole codes, an input is not coded by one range, or a sum could pass int32. */
int qsi_integer_open(qsi_integer_model *integers, const qsi_model *model, int arithmetic);
void qsi_integer_close(qsi_integer_model *integers);

/* What is counted on the way, for each layer. */
typedef struct qsi_integer_counts {
    int64_t peak[QSI_MOST_LAYERS]; /* the largest |acc| */
    double saturated[QSI_MOST_LAYERS];
} qsi_integer_counts;

/* Where one pass stores the codes that enter layers and the sums that leave them, to be shown; NULL: nowhere. Of
 * layer l codes[l] has (n, size of its input), sums[l] (n, size of its output). */
typedef struct qsi_integer_trace {
    uint8_t *codes[QSI_MOST_LAYERS];
    int32_t *sums[QSI_MOST_LAYERS];
} qsi_integer_trace;

/* n samples to n * classes logits; of coded outputs those that codes stand for. */
int qsi_integer_forward(const qsi_integer_model *integers, const float *x, size_t n, float *logits,
                        qsi_integer_counts *counts, qsi_integer_trace *trace);

/* The fixed-point multiplier: m and e of M, and its use on a sum. */
void qsi_fixed_multiplier(double m, int32_t *fixed, int32_t *shift);
int32_t qsi_fixed_apply(int32_t acc, int32_t fixed, int32_t shift);
/* A layer's output code from its sum. */
uint8_t qsi_integer_requantize(const qsi_integer_model *integers, size_t layer, size_t row, int32_t acc);

#endif
