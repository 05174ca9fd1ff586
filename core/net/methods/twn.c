/* Ternary weight networks (Li et al. 2016): |w| > 0.7 * mean|w| keeps its sign times the mean of those kept, the
 * rest is 0. Gradients pass straight through. */
#include "net/signs.h"

#include <math.h>

static qsi_sign_row rule(const float *w, size_t n)
{
    qsi_sign_row row = {.threshold = (float)(0.7 * qsi_mean_size(w, n))};
    double sum = 0, kept = 0;
    for (size_t k = 0; k < n; k++) {
        bool counts = fabsf(w[k]) > row.threshold;
        sum += counts ? fabs((double)w[k]) : 0;
        kept += counts;
    }
    row.scale = kept > 0 ? (float)(sum / kept) : 0;
    return row;
}

static int code(qsi_training *t, size_t layer)
{
    return qsi_signs_code(t, layer, rule);
}

static int finish(qsi_training *t, size_t layer, qsi_model_layer *m)
{
    return qsi_signs_finish(t, layer, m, rule);
}

static const qsi_trainer trainer = {.code = code, .finish = finish};

const qsi_method qsi_method_twn = {
    .name = "twn",
    .title = "ternary weights",
    .help = "trained with weights of -1, 0 and 1 times a scale of the row",
    .a = "int8",
    .takes = QSI_TAKES_SCHEDULE | QSI_TAKES(QSI_CALIBRATE) | QSI_TAKES(QSI_ARITHMETIC),
    .trains = true,
    .calibrates = true,
    .signs = true,
    .trainer = &trainer,
    .step = qsi_train_step,
};
