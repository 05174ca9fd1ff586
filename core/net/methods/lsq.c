/*
 * Learned step sizes (Esser et al. 2020): scales are trained like weights. v = x / s, codes from -Qn to Qp:
 *
 *   weights  Qn = Qp = 2^(b-1) - 1, a scale for each row, or one (per=tensor)
 *   inputs   Qn = 0, Qp = 2^b - 1 (after a ReLU)
 *   start    s = 2 * mean|x| / sqrt(Qp), of inputs over the calibration samples
 *   ds       sum of g * (v <= -Qn ? -Qn : v >= Qp ? Qp : even(v) - v), times 1 / sqrt(N * Qp), N the weights under
 * s, or the features of the input; in double. dx = g inside, 0 outside. s is at least 1e-7.
 */
#include "net/train.h"

#include "base/bytes.h"
#include "base/size.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

static float highest(const qsi_train_layer *layer)
{
    return (float)((1 << (layer->bits - 1)) - 1);
}

static size_t under_one_scale(const qsi_training *t, size_t l)
{
    const qsi_layer *shape = &t->chain->layers[l];
    return shape->rows * shape->dim / t->layers[l].steps;
}

static int begin_weights(qsi_training *t, size_t l)
{
    const qsi_layer *shape = &t->chain->layers[l];
    const qsi_recipe_code *code = qsi_recipe_layer_code(t->recipe, shape->name, false);
    qsi_train_layer *layer = &t->layers[l];
    if (code->plain) return QS_OK;
    bool sym = qsi_format_option(code->spec.format, QSI_MAP) && qsi_word(&code->spec, QSI_MAP) == QSI_MAP_SYM;
    int per = qsi_word(&code->spec, QSI_PER);
    if (!sym || (per != QSI_PER_ROW && per != QSI_PER_TENSOR))
        return qsi_fail_option("w", "lsq learns steps of int2 to int8 with map=sym, per=row or per=tensor");
    layer->steps = per == QSI_PER_ROW ? shape->rows : 1;
    size_t n = under_one_scale(t, l);
    for (size_t s = 0; s < layer->steps; s++) {
        double sum = 0;
        for (size_t k = 0; k < n; k++) sum += fabs((double)layer->weight[s * n + k]);
        layer->scale[s] = fmaxf((float)(2 * sum / (double)n / sqrt((double)highest(layer))), 1e-7F);
    }
    return QS_OK;
}

/* The mean magnitude of every input of the float network. */
static int begin_inputs(qsi_training *t, const qsi_samples *samples, size_t rows)
{
    enum { SOME = 64 };
    double sums[QSI_MOST_LAYERS] = {0};
    qsi_passage passage;
    qsi_model model;
    int status = qsi_model_open(&model, t->chain);
    if (!status) status = qsi_passage_open(&passage, t->chain, SOME);
    for (size_t l = 1; l < t->chain->count && !status; l++)
        for (size_t first = 0, n; first < rows; first += n) {
            size_t in = qsi_shape3_size(t->chain->layers[l].in);
            n = rows - first < SOME ? rows - first : SOME;
            qsi_model_forward(&model, samples->values + first * t->chain->in, n, 0, l, &passage);
            if (t->chain->layers[l - 1].relu) qsi_relu(passage.to, n * in);
            for (size_t i = 0; i < n * in; i++) sums[l] += fabs((double)passage.to[i]);
        }
    for (size_t l = 1; l < t->chain->count && !status; l++) {
        qsi_train_layer *layer = &t->layers[l];
        double mean = sums[l] / ((double)rows * (double)qsi_shape3_size(t->chain->layers[l].in));
        double most = (double)((1U << layer->input.bits) - 1);
        if (layer->input.kind != QSI_INPUT_STEP) continue;
        layer->scale[layer->steps] = layer->input.scale = fmaxf((float)(2 * mean / sqrt(most)), 1e-7F);
    }
    if (!status) qsi_passage_close(&passage);
    qsi_model_close(&model);
    return status;
}

static int begin(qsi_training *t, const qsi_samples *samples, size_t rows)
{
    int status = QS_OK;
    for (size_t l = 0; l < t->chain->count && !status; l++) status = begin_weights(t, l);
    return status ? status : begin_inputs(t, samples, rows);
}

static int code(qsi_training *t, size_t l)
{
    qsi_train_layer *layer = &t->layers[l];
    size_t values = t->chain->layers[l].rows * t->chain->layers[l].dim,
           n = layer->steps ? under_one_scale(t, l) : 0;
    if (!layer->steps) memcpy(layer->coded, layer->weight, values * sizeof(float));
    for (size_t k = 0; layer->steps && k < values; k++) {
        float scale = layer->scale[k / n], most = highest(layer), v = layer->weight[k] / scale;
        v = v < -most ? -most : v > most ? most : v;
        layer->coded[k] = (float)qsi_nearest_even(v) * scale;
    }
    return QS_OK;
}

static void back(qsi_training *t, size_t l)
{
    qsi_train_layer *layer = &t->layers[l];
    size_t n = layer->steps ? under_one_scale(t, l) : 0;
    float most = layer->steps ? highest(layer) : 0;
    for (size_t s = 0; s < layer->steps; s++) {
        double sum = 0;
        for (size_t k = s * n; k < (s + 1) * n; k++) {
            float v = layer->weight[k] / layer->scale[s], g = layer->weight_slope[k];
            float slope = v <= -most ? -most : v >= most ? most : (float)qsi_nearest_even(v) - v;
            sum += (double)g * (double)slope;
            if (!(v > -most && v < most)) layer->weight_slope[k] = 0;
        }
        layer->scale_slope[s] = sum / sqrt((double)n * (double)most);
    }
}

static int finish(qsi_training *t, size_t l, qsi_model_layer *m)
{
    const qsi_layer *shape = &t->chain->layers[l];
    qsi_train_layer *layer = &t->layers[l];
    if (!layer->steps) return QS_OK;
    float *scale = qsi_array(shape->rows, sizeof *scale);
    if (!scale) return QS_E_MEMORY;
    for (size_t o = 0; o < shape->rows; o++) scale[o] = layer->scale[layer->steps > 1 ? o : 0];
    int status = qsi_model_take_codes(m, shape, scale);
    qsi_array_free(scale);
    return status;
}

static const qsi_trainer trainer = {
    .begin = begin, .code = code, .back = back, .learned_inputs = true, .finish = finish};

const qsi_method qsi_method_lsq = {
    .name = "lsq",
    .title = "trained, learned steps",
    .help = "trained with scales that are learned too (learned step sizes)",
    .w = "int8",
    .a = "int8",
    .takes = QSI_TAKES_SCHEDULE | QSI_TAKES(QSI_CALIBRATE) | QSI_TAKES(QSI_ARITHMETIC),
    .trains = true,
    .calibrates = true,
    .trainer = &trainer,
    .step = qsi_train_step,
};
