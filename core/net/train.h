/*
 * Training with coded weights and inputs, in float32, in one fixed order.
 *
 *   samples   epoch e takes them in the order of a Fisher-Yates shuffle from the last down: j =
 *             qsi_random_below(seed, e * n + i, i + 1) on 0, 1, 2, ...; batches in that order, the last one shorter
 *   loss      mean cross-entropy of the batch; e^x is qsi_exp()
 *   backward  dW[o,:] += dy[n,o] * x[n,:] for n ascending, dx[n,:] += dy[n,o] * W'[o,:] for o ascending (the kernel
 *             combine), W' and x as coded. Through a coding of inputs where lo <= x <= hi, else 0 (the
 *             straight-through estimator with clipping); through that of weights unchanged
 *   step      v = 0.9 * v + g, p -= lr * v, lr falling to 0 over all steps of the run; no weight decay
 *   inputs    hi (and lo) begin at the calibrated extremes, then hi += 0.01 * (the batch's - hi) before the batch
 * is coded; samples of uint8 are their own codes, others stay at 8 bits by their calibrated range
 *
 * A trainer is what differs between methods: how weights (and learned inputs) are coded, and how gradients come
 * back through that.
 */
#ifndef QSI_TRAIN_H
#define QSI_TRAIN_H

#include "net/net.h"

typedef struct qsi_train_layer {
    float *weight, *bias;             /* trained (rows, dim), (rows) */
    float *coded;                     /* (rows, dim): as used; weight itself where nothing is coded */
    float *weight_step, *bias_step;   /* momenta */
    float *weight_slope, *bias_slope; /* gradients of the batch, of coded weights */
    size_t steps;                     /* learned scales of weights: rows, 1, or 0 */
    float *scale, *scale_step;        /* (steps + 1): those, and the last of the input */
    double *scale_slope;
    uint32_t bits; /* of weights */
    qsi_input_code input;
    float *x, *entered; /* (batch, in): what enters, before and after coding */
} qsi_train_layer;

typedef struct qsi_trainer qsi_trainer;

typedef struct qsi_training {
    const qsi_trainer *trainer;
    const qsi_chain *chain; /* shapes */
    const qsi_samples *samples;
    size_t batch, epochs;
    size_t epoch, at;        /* samples of this epoch that are done */
    double taken, steps, lr; /* steps taken and in all */
    double loss, mean_loss;  /* the sum over samples of this epoch; the mean of the last whole one */
    uint64_t seed;
    uint32_t *order; /* (samples) */
    qsi_train_layer layers[QSI_MOST_LAYERS];
    float *y, *slope, *before; /* (batch, widest): outputs, gradients of outputs, of inputs */
    float *patches, *patch_slope;
    uint8_t *codes;
    const qsi_recipe *recipe;
} qsi_training;

struct qsi_trainer {
    /* Learned scales begin; NULL: there are none. calibration: rows samples. */
    int (*begin)(qsi_training *t, const qsi_samples *calibration, size_t rows);
    /* coded from weight; NULL: nothing is coded. */
    int (*code)(qsi_training *t, size_t layer);
    /* Turns the gradient of coded weights into that of weights; NULL: it is the same. */
    void (*back)(qsi_training *t, size_t layer);
    bool learned_inputs; /* inputs but for the samples by a learned step */
    /* The codes and row scales of the trained weights, for whole-number arithmetic. */
    int (*finish)(qsi_training *t, size_t layer, qsi_model_layer *m);
};

/* Some of a run's work: batches until about work samples are done. 1: more; 0: job->model is there. */
int qsi_train_step(qsi_job *job, double work);

/* Opens the run at work by its method's trainer; draws the order of its epoch. */
int qsi_training_open(qsi_job *job);
void qsi_training_shuffle(qsi_training *t);

/* ---- train_pass.c */

/* The outputs of a batch, drawn by its order; returns its loss, summed, and leaves the gradient in t->slope. */
int qsi_train_forward(qsi_training *t, const uint32_t *drawn, size_t n, double *loss);
/* All gradients from t->slope. */
void qsi_train_backward(qsi_training *t, size_t n);

#endif
