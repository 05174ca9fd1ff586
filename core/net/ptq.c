/* The steps of coding without training, as ptq.h says. */
#include "net/ptq.h"

#include "base/size.h"
#include "net/rounding.h"

#include <math.h>
#include <string.h>

void qsi_ptq_close(qsi_job *job)
{
    qsi_ptq *ptq = job->ptq;
    if (!ptq) return;
    for (size_t l = 0; l < QSI_MOST_LAYERS; l++) qs_fit_close(ptq->fits[l]);
    qsi_array_free(ptq->plain);
    qsi_array_free(ptq->coded);
    qsi_array_free(ptq);
    job->ptq = NULL;
}

static bool corrects(const qsi_job *job, int what)
{
    int word = qsi_recipe_word(&job->recipe, QSI_CORRECT);
    return word == what || word == QSI_CORRECT_BOTH;
}

/* Whether layers are coded with a look at what enters them. */
static bool sees_inputs(const qsi_job *job)
{
    return corrects(job, QSI_CORRECT_BIAS) || qsi_roundings[qsi_recipe_word(&job->recipe, QSI_ROUNDING)]->inputs;
}

/* The chain as it is to be coded. */
static int prepare_chain(qsi_job *job, size_t rows)
{
    double smooth = job->recipe.value[QSI_SMOOTH];
    if (!corrects(job, QSI_CORRECT_CLE) && smooth < 0) return QS_OK;
    int status = qsi_job_own_chain(job);
    if (!status && corrects(job, QSI_CORRECT_CLE)) qsi_equalise(job->chain);
    if (!status && smooth >= 0) status = qsi_smooth(job->chain, qsi_net_calibration(job->net), rows, smooth);
    return status;
}

static int start(qsi_job *job)
{
    qsi_ptq *ptq = job->ptq = qsi_array_zero(1, sizeof *ptq);
    if (!ptq) return QS_E_MEMORY;
    const qsi_samples *samples = qsi_net_calibration(job->net);
    double wanted = job->recipe.value[QSI_CALIBRATE];
    ptq->rows = wanted < (double)samples->count ? (size_t)wanted : samples->count;
    int status = prepare_chain(job, ptq->rows);
    if (!status) status = qsi_model_open(&job->model, job->chain);
    if (!status) status = qsi_ranges_open(job, ptq);
    ptq->phase = QSI_PTQ_RANGES;
    return status ? status : 1;
}

static int start_layers(qsi_job *job)
{
    qsi_ptq *ptq = job->ptq;
    const qsi_chain *chain = job->chain;
    ptq->phase = QSI_PTQ_LAYERS;
    for (size_t l = 0; l < chain->count; l++) job->model.layers[l].input = ptq->codes[l];
    job->model.output = ptq->codes[chain->count];
    if (!sees_inputs(job)) return 1;
    const float *x = qsi_net_calibration(job->net)->values;
    ptq->plain = qsi_array(ptq->rows * chain->widest, sizeof *ptq->plain);
    ptq->coded = qsi_array(ptq->rows * chain->widest, sizeof *ptq->coded);
    if (!ptq->plain || !ptq->coded) return QS_E_MEMORY;
    memcpy(ptq->plain, x, ptq->rows * chain->in * sizeof *x);
    memcpy(ptq->coded, x, ptq->rows * chain->in * sizeof *x);
    return 1;
}

/* ------------------------------------------------------------------------------------------------- a layer */

/* The rows of one group by the recipe's rounding; x: (n, dim) inputs of the group. */
static int round_group(qsi_job *job, const qsi_layer *layer, size_t group, const float *x, size_t n, float *scale)
{
    const qsi_rounding *rounding = qsi_roundings[qsi_recipe_word(&job->recipe, QSI_ROUNDING)];
    size_t each = layer->rows / layer->groups, at = group * each;
    qsi_rounding_work work = {.spec = &qsi_recipe_layer_code(&job->recipe, layer->name, false)->spec,
                              .w = layer->weight + at * layer->dim,
                              .rows = each,
                              .dim = layer->dim,
                              .x = x,
                              .n = n,
                              .damp = job->recipe.value[QSI_DAMP],
                              .decoded = job->model.layers[job->ptq->layer].weight + at * layer->dim,
                              .scale = scale + at};
    int status = rounding->round(&work);
    if (!status && work.dead && group == 0)
        qsi_job_note(job,
                     "%s: %zu of %zu inputs are 0 in all calibration samples; their weights are rounded to the "
                     "nearest",
                     layer->name, work.dead, layer->dim);
    if (!status && rounding == &qsi_rounding_gptq && n < 4 * layer->dim && group == 0)
        qsi_job_note(job, "%s: gptq fits %zu inputs on %zu rows, fewer than 4 times as many; damp=%g is used",
                     layer->name, layer->dim, n, work.damp_used);
    return status;
}

/* All groups of a layer, each with its inputs: of a convolution the taps of all positions. */
static int round_layer(qsi_job *job, const qsi_layer *layer, const float *x, size_t n)
{
    size_t positions = qsi_layer_positions(layer), count = 0;
    float *scale = qsi_array(layer->rows, sizeof *scale), *taps = NULL;
    int status = scale ? QS_OK : QS_E_MEMORY;
    if (layer->conv && !status) {
        bool fits = qsi_size_mul(n * positions, layer->dim, &count);
        taps = fits ? qsi_array(count, sizeof *taps) : NULL;
        if (!taps) status = fits ? QS_E_MEMORY : qsi_fail_memory(INFINITY);
    }
    for (size_t g = 0; g < layer->groups && !status; g++) {
        for (size_t i = 0; layer->conv && i < n; i++)
            qsi_patches(layer, x + i * qsi_shape3_size(layer->in), g, taps + i * positions * layer->dim);
        status = round_group(job, layer, g, layer->conv ? taps : x, n * positions, scale);
    }
    if (!status) status = qsi_model_take_codes(&job->model.layers[job->ptq->layer], layer, scale);
    qsi_array_free(scale);
    qsi_array_free(taps);
    return status;
}

static int code_weights(qsi_job *job, const qsi_layer *layer, const float *x, size_t n)
{
    const qsi_recipe_code *code = qsi_recipe_layer_code(&job->recipe, layer->name, false);
    if (!code->given || code->plain) return QS_OK;
    if (qsi_recipe_word(&job->recipe, QSI_ROUNDING) == QSI_ROUNDING_RTN)
        return qsi_model_code_weights(&job->model.layers[job->ptq->layer], layer, &code->spec);
    return round_layer(job, layer, x, n);
}

/* The code of an input that takes its range from the batch: here from the calibration samples. */
static int batch_code(const qsi_input_code *code, const float *x, size_t n, qsi_input_code *out)
{
    *out = *code;
    if (code->kind != QSI_INPUT_FLOAT || !code->bits) return QS_OK;
    float lo = 0, hi = 0;
    for (size_t i = 0; i < n; i++) lo = fminf(lo, x[i]), hi = fmaxf(hi, x[i]);
    return qsi_input_from_range(lo, hi, out);
}

/* Some samples at a time, as the taps of a convolution take room. */
static int pass_on(const qsi_layer *layer, const float *weight, const float *bias, float *x, size_t n, float **y)
{
    size_t out = qsi_shape3_size(layer->out);
    float *patches = qsi_array(qsi_layer_positions(layer) * layer->dim, sizeof *patches);
    *y = qsi_array(n * out, sizeof **y);
    int status = patches && *y ? QS_OK : QS_E_MEMORY;
    if (!status) qsi_layer_sums(layer, weight, bias, x, n, patches, *y);
    qsi_array_free(patches);
    return status;
}

static int layer_step(qsi_job *job)
{
    qsi_ptq *ptq = job->ptq;
    size_t l = ptq->layer, n = ptq->rows;
    const qsi_layer *layer = &job->chain->layers[l];
    qsi_model_layer *m = &job->model.layers[l];
    size_t in = n * qsi_shape3_size(layer->in), out = n * qsi_shape3_size(layer->out);
    if (!sees_inputs(job)) return code_weights(job, layer, NULL, 0);
    float *plain = NULL, *coded = NULL;
    qsi_input_code code;
    uint8_t *codes = qsi_array(in, 1);
    int status = codes ? batch_code(&ptq->codes[l], ptq->coded, in, &code) : QS_E_MEMORY;
    if (!status) {
        qsi_input_apply(&code, ptq->coded, n, in / n, codes, NULL);
        status = code_weights(job, layer, ptq->plain, n); /* inputs of the float network */
    }
    if (!status) status = pass_on(layer, layer->weight, layer->bias, ptq->plain, n, &plain);
    if (!status) status = pass_on(layer, m->weight, m->bias, ptq->coded, n, &coded);
    if (!status && corrects(job, QSI_CORRECT_BIAS)) qsi_correct_bias(layer, plain, coded, n, m->bias);
    if (!status && layer->relu) qsi_relu(plain, out), qsi_relu(coded, out);
    if (!status) memcpy(ptq->plain, plain, out * sizeof *plain), memcpy(ptq->coded, coded, out * sizeof *coded);
    qsi_array_free(plain);
    qsi_array_free(coded);
    qsi_array_free(codes);
    return status;
}

int qsi_ptq_step(qsi_job *job)
{
    qsi_ptq *ptq = job->ptq;
    if (!ptq) return start(job);
    job->progress_done = (double)(ptq->phase + ptq->layer);
    job->progress_total = (double)(QSI_PTQ_LAYERS + job->chain->count);
    if (ptq->phase == QSI_PTQ_RANGES) {
        int more = qsi_ranges_pass(job, ptq);
        return more ? more : start_layers(job);
    }
    int status = layer_step(job);
    if (status) return status;
    if (++ptq->layer < job->chain->count) return 1;
    qsi_ptq_close(job);
    return 0;
}
