/*
 * Coding without training, in steps: equalise (if asked), take the ranges of layer inputs from the float network,
 * then layer by layer code the weights and correct the bias.
 */
#ifndef QSI_PTQ_H
#define QSI_PTQ_H

#include "net/net.h"

typedef enum qsi_ptq_phase { QSI_PTQ_START, QSI_PTQ_RANGES, QSI_PTQ_LAYERS } qsi_ptq_phase;

typedef struct qsi_ptq {
    qsi_ptq_phase phase;
    size_t layer, rows;                        /* the layer at work; calibration samples in use */
    qs_fit *fits[QSI_MOST_LAYERS];             /* of inputs whose range is not from the least to the greatest */
    qsi_input_code codes[QSI_MOST_LAYERS + 1]; /* of every layer's input, the last of the outputs */
    float *plain, *coded; /* (rows, widest): what enters the layer in the float and in the coded network */
} qsi_ptq;

/* ---- ranges.c: the codes of inputs, from the float network over the calibration samples */

/* Codes that need no data, and fits for those that do; how: by the recipe's word for the method. */
int qsi_ranges_open(qsi_job *job, qsi_ptq *ptq);
/* One pass over the calibration samples. 1: another one; 0: ptq->codes are there. */
int qsi_ranges_pass(qsi_job *job, qsi_ptq *ptq);

/* The calibrated ranges of all inputs by least and greatest value, for training. */
int qsi_ranges_extremes(const qsi_chain *chain, const qsi_samples *samples, size_t rows, float *lo, float *hi);

/* ---- methods/correct_bias.c, methods/equalise.c, methods/smooth.c */

/* Adds to the bias of layer l what coding takes from its outputs on average: the means over samples and positions
 * of plain - coded (before the ReLU). coded is corrected too. */
void qsi_correct_bias(const qsi_layer *layer, const float *plain, float *coded, size_t n, float *bias);
/* Cross-layer equalisation of the chain's weights; returns the sweeps it took. */
size_t qsi_equalise(qsi_chain *chain);
/* SmoothQuant: moves the differences of input channels into the weights, from the calibration samples. */
int qsi_smooth(qsi_chain *chain, const qsi_samples *samples, size_t rows, double alpha);

#endif
