/* The inside of a qs_layer: a layer's weights, its inputs, and the results so far. */
#ifndef QSI_LAYER_WORK_H
#define QSI_LAYER_WORK_H

#include "base/status.h"
#include "net/method.h"
#include "net/net.h"
#include "net/rounding.h"

typedef struct qsi_layer_rows {
    size_t n;
    float *x; /* (n, dim) */
} qsi_layer_rows;

typedef struct qsi_layer_result {
    qsi_recipe recipe;
    qsi_error problem; /* code 0: none */
    double error, calibration_error, dead, damp, power, rounds;
    char notes[QSI_NOTES];
} qsi_layer_result;

struct qs_layer {
    size_t rows, dim, count;
    float *w;               /* (rows, dim) */
    qsi_layer_rows sets[2]; /* test, calibrate */
    qsi_layer_result *results;
};

/* ranges.c: the code of inputs whose bits and sym are there, by the range rule of a spec over n rows. */
int qsi_layer_range(const qsi_spec *spec, const float *x, size_t n, size_t dim, qsi_input_code *code);

#endif
