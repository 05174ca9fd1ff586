/*
 * How the weights of a layer become codes when its inputs are known: a file each in methods/ and a row in
 * roundings.c. One call sees the rows of one group of a layer, and the inputs of that group: of a convolution the
 * taps of every position.
 */
#ifndef QSI_ROUNDING_H
#define QSI_ROUNDING_H

#include "net/recipe.h"

typedef struct qsi_rounding_work {
    const qsi_spec *spec;
    const float *w; /* (rows, dim) */
    size_t rows, dim;
    const float *x; /* (n, dim) */
    size_t n;
    double damp; /* of gptq; 0: to be chosen */

    float *decoded;   /* (rows, dim): what is used in their place */
    float *scale;     /* (rows): of the codes, NaN where weights are not scale * whole number */
    size_t dead;      /* inputs that are 0 in every sample */
    double damp_used; /* of gptq */
    double power;     /* of awq: r */
    double rounds;    /* of hqq */
} qsi_rounding_work;

typedef struct qsi_rounding {
    const char *name;
    bool inputs; /* looks at x */
    int (*round)(qsi_rounding_work *work);
} qsi_rounding;

/* By QSI_ROUNDING_...; rtn's is the codec itself. */
extern const qsi_rounding *const qsi_roundings[];
extern const qsi_rounding qsi_rounding_rtn, qsi_rounding_gptq, qsi_rounding_awq, qsi_rounding_hqq;

/* Whether input j is 0 in all n rows: dead[j], and how many are. */
size_t qsi_dead_columns(const float *x, size_t n, size_t dim, bool *dead);

/* ||X A^T - X B^T|| / ||X B^T|| over rows of x, in Frobenius norms, sums in double. */
int qsi_output_error(const float *x, size_t n, const float *coded, const float *w, size_t rows, size_t dim,
                     double *error);

#endif
