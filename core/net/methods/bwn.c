/* Binary weight networks (Rastegari et al. 2016): sign(w) times the mean |w| of the row; 0 counts as +. Gradients
 * pass straight through. */
#include "net/signs.h"

static qsi_sign_row rule(const float *w, size_t n)
{
    return (qsi_sign_row){.scale = (float)qsi_mean_size(w, n)};
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

const qsi_method qsi_method_bwn = {
    .name = "bwn",
    .title = "binary weights",
    .help = "trained with weights of one bit: the sign times the mean magnitude of the row",
    .a = "int8",
    .takes = QSI_TAKES_SCHEDULE | QSI_TAKES(QSI_CALIBRATE) | QSI_TAKES(QSI_ARITHMETIC),
    .trains = true,
    .calibrates = true,
    .signs = true,
    .trainer = &trainer,
    .step = qsi_train_step,
};
