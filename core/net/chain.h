/*
 * A network as a chain of layers: linear or convolution, each with a bias and perhaps a ReLU behind it. There are
 * no branches, no batch normalization (it is folded into the weights before) and no softmax.
 *
 *   linear  y[o] = dot(x, W[o]) + b[o]
 *   conv    the same for each position: x is the patch in the order of the weights (channel, row, column), taps
 *           outside the picture are 0
 *   relu    v > 0 ? v : 0
 *
 * dot is the f32 kernel of kernels.h (16 partial sums); the bias is one float addition. Activations of a sample are
 * (channel, row, column), row-major, so that flatten changes nothing.
 */
#ifndef QSI_CHAIN_H
#define QSI_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { QSI_LAYER_NAME = 64, QSI_MOST_LAYERS = 64, QSI_MOST_CLASSES = 65536 };

typedef struct qsi_shape3 {
    size_t c, h, w;
} qsi_shape3;

static inline size_t qsi_shape3_size(qsi_shape3 s)
{
    return s.c * s.h * s.w;
}

typedef struct qsi_layer {
    char name[QSI_LAYER_NAME];
    bool conv, relu, has_bias; /* relu: behind it */
    bool given_shape;          /* the size of the picture is known, so that a convolution may follow */
    qsi_shape3 in, out;
    size_t kh, kw, stride, pad, groups;
    size_t rows, dim; /* of the weights: outputs (channels), and the values that make one of them */
    float *weight;    /* (rows, dim) */
    float *bias;      /* (rows); zeros where there is none */
} qsi_layer;

typedef struct qsi_chain {
    size_t count;
    qsi_layer *layers; /* (count) */
    size_t in, classes, values;
    size_t widest;  /* the most values that pass between two layers, or enter */
    double divisor; /* a pixel p of uint8 enters as (float)p / divisor */
} qsi_chain;

/* Reads the whole bytes of a .safetensors file. chain: the words of the chain, NULL or empty: those of the file's
 * metadata "net", or without it the 2-dimensional *.weight in the file's order with a ReLU between. input: "SHAPE /
 * DIVISOR", NULL or empty: the metadata's. Errors name the layer and its tensor. */
int qsi_chain_open(qsi_chain *chain, const uint8_t *file, size_t bytes, const char *words, const char *input);
void qsi_chain_close(qsi_chain *chain);

/* Multiplications of one sample in a layer. */
double qsi_layer_macs(const qsi_layer *layer);
/* Positions of a layer's output: 1 where it is linear. */
static inline size_t qsi_layer_positions(const qsi_layer *layer)
{
    return layer->out.h * layer->out.w;
}
/* The layer called name, chain->count if there is none. */
size_t qsi_chain_find(const qsi_chain *chain, const char *name, size_t length);

#endif
