/* Quantization-aware training by the straight-through estimator (Jacob et al. 2018): the forward pass on coded
 * weights and inputs, gradients as if coding were not there. A scale follows from the weights of each step. */
#include "net/train.h"

static int code(qsi_training *t, size_t l)
{
    const qsi_layer *shape = &t->chain->layers[l];
    const qsi_recipe_code *code = qsi_recipe_layer_code(t->recipe, shape->name, false);
    qsi_train_layer *layer = &t->layers[l];
    if (code->plain) {
        for (size_t k = 0; k < shape->rows * shape->dim; k++) layer->coded[k] = layer->weight[k];
        return QS_OK;
    }
    return qsi_weights_code(&code->spec, layer->weight, shape->rows, shape->dim, layer->coded, NULL, NULL, NULL);
}

/* As weights without training are coded. */
static int finish(qsi_training *t, size_t l, qsi_model_layer *m)
{
    const qsi_recipe_code *code = qsi_recipe_layer_code(t->recipe, t->chain->layers[l].name, false);
    qsi_layer layer = t->chain->layers[l];
    layer.weight = t->layers[l].weight;
    return code->plain ? QS_OK : qsi_model_code_weights(m, &layer, &code->spec);
}

static const qsi_trainer trainer = {.code = code, .finish = finish};

const qsi_method qsi_method_qat = {
    .name = "qat",
    .title = "trained, straight through",
    .help = "trained on coded weights and inputs, gradients pass as if they were not coded",
    .w = "int8",
    .a = "int8",
    .takes = QSI_TAKES_SCHEDULE | QSI_TAKES(QSI_CALIBRATE) | QSI_TAKES(QSI_ARITHMETIC),
    .trains = true,
    .calibrates = true,
    .trainer = &trainer,
    .step = qsi_train_step,
};
