/* What methods of one- and two-bit weights share: a code of -1, 0 or 1 and one scale a row. */
#ifndef QSI_SIGNS_H
#define QSI_SIGNS_H

#include "net/train.h"

/* The scale of one row of n weights, and where |w| begins to count (0: everywhere). */
typedef struct qsi_sign_row {
    float scale, threshold;
} qsi_sign_row;

/* Encodes rows with a rule for one of them; and the codes for whole-number arithmetic. */
int qsi_signs_code(qsi_training *t, size_t layer, qsi_sign_row (*rule)(const float *w, size_t n));
int qsi_signs_finish(qsi_training *t, size_t layer, qsi_model_layer *m,
                     qsi_sign_row (*rule)(const float *w, size_t n));
double qsi_mean_size(const float *w, size_t n);

#endif
