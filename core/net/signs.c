/* Weights of one or two bits while they are trained, as signs.h says. */
#include "net/signs.h"

#include "base/size.h"

#include <math.h>

double qsi_mean_size(const float *w, size_t n)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++) sum += fabs((double)w[k]);
    return sum / (double)n;
}

int qsi_signs_code(qsi_training *t, size_t l, qsi_sign_row (*rule)(const float *w, size_t n))
{
    const qsi_layer *shape = &t->chain->layers[l];
    for (size_t o = 0; o < shape->rows; o++) {
        const float *w = t->layers[l].weight + o * shape->dim;
        float *coded = t->layers[l].coded + o * shape->dim;
        qsi_sign_row row = rule(w, shape->dim);
        for (size_t k = 0; k < shape->dim; k++) {
            bool counts = row.threshold == 0 || fabsf(w[k]) > row.threshold;
            coded[k] = !counts ? 0 : w[k] < 0 ? -row.scale : row.scale;
        }
    }
    return QS_OK;
}

int qsi_signs_finish(qsi_training *t, size_t l, qsi_model_layer *m, qsi_sign_row (*rule)(const float *w, size_t n))
{
    const qsi_layer *shape = &t->chain->layers[l];
    float *scale = qsi_array(shape->rows, sizeof *scale);
    if (!scale) return QS_E_MEMORY;
    for (size_t o = 0; o < shape->rows; o++)
        scale[o] = rule(t->layers[l].weight + o * shape->dim, shape->dim).scale;
    int status = qsi_model_take_codes(m, shape, scale);
    qsi_array_free(scale);
    return status;
}
