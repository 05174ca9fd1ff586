/* A run of training: its memory, its steps, and the model it ends with. */
#include "net/train.h"

#include "base/random.h"
#include "base/size.h"
#include "net/job.h"
#include "net/ptq.h"

#include <math.h>
#include <string.h>

static const float MOMENTUM = 0.9F, LEAST_SCALE = 1e-7F;

static void close_layer(qsi_train_layer *layer)
{
    bool apart = layer->coded != layer->weight;
    void *const arrays[] = {layer->weight,       layer->bias,       layer->weight_step, layer->bias_step,
                            layer->weight_slope, layer->bias_slope, layer->scale,       layer->scale_step,
                            layer->scale_slope,  layer->x,          layer->entered};
    if (apart) qsi_array_free(layer->coded);
    for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) qsi_array_free(arrays[a]);
}

void qsi_training_close(qsi_job *job)
{
    qsi_training *t = job->training;
    if (!t) return;
    for (size_t l = 0; l < t->chain->count; l++) close_layer(&t->layers[l]);
    void *const arrays[] = {t->order, t->y, t->slope, t->before, t->patches, t->patch_slope, t->codes};
    for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) qsi_array_free(arrays[a]);
    qsi_array_free(t);
    job->training = NULL;
}

/* ------------------------------------------------------------------------------------------------- opening */

static int open_layer(qsi_training *t, size_t l)
{
    const qsi_layer *shape = &t->chain->layers[l];
    qsi_train_layer *layer = &t->layers[l];
    size_t values = shape->rows * shape->dim, in = t->batch * qsi_shape3_size(shape->in);
    const qsi_recipe_code *code = qsi_recipe_layer_code(t->recipe, shape->name, false);
    layer->bits = code->given && !code->plain ? code->spec.format->code_bits : 0;
    layer->weight = qsi_array(values, sizeof(float));
    layer->bias = qsi_array(shape->rows, sizeof(float));
    layer->coded = t->trainer->code ? qsi_array(values, sizeof(float)) : layer->weight;
    layer->weight_step = qsi_array_zero(values, sizeof(float));
    layer->bias_step = qsi_array_zero(shape->rows, sizeof(float));
    layer->weight_slope = qsi_array(values, sizeof(float));
    layer->bias_slope = qsi_array(shape->rows, sizeof(float));
    layer->scale = qsi_array_zero(shape->rows + 1, sizeof(float));
    layer->scale_step = qsi_array_zero(shape->rows + 1, sizeof(float));
    layer->scale_slope = qsi_array_zero(shape->rows + 1, sizeof(double));
    layer->x = qsi_array(in, sizeof(float));
    layer->entered = qsi_array(in, sizeof(float));
    if (!layer->weight || !layer->bias || !layer->coded || !layer->weight_step || !layer->bias_step ||
        !layer->weight_slope || !layer->bias_slope || !layer->scale || !layer->scale_step || !layer->scale_slope ||
        !layer->x || !layer->entered)
        return QS_E_MEMORY;
    memcpy(layer->weight, shape->weight, values * sizeof(float));
    memcpy(layer->bias, shape->bias, shape->rows * sizeof(float));
    return QS_OK;
}

static int open_memory(qsi_training *t)
{
    size_t most = 1;
    for (size_t l = 0; l < t->chain->count; l++) {
        const qsi_layer *shape = &t->chain->layers[l];
        size_t taps = shape->conv ? qsi_layer_positions(shape) * shape->dim : 1;
        most = taps > most ? taps : most;
    }
    size_t values = t->batch * t->chain->widest;
    t->order = qsi_array(t->samples->count, sizeof *t->order);
    t->y = qsi_array(values, sizeof(float));
    t->slope = qsi_array(values, sizeof(float));
    t->before = qsi_array(values, sizeof(float));
    t->patches = qsi_array(most, sizeof(float));
    t->patch_slope = qsi_array(most, sizeof(float));
    t->codes = qsi_array(values, 1);
    if (!t->order || !t->y || !t->slope || !t->before || !t->patches || !t->patch_slope || !t->codes)
        return QS_E_MEMORY;
    int status = QS_OK;
    for (size_t l = 0; l < t->chain->count && !status; l++) status = open_layer(t, l);
    return status;
}

/* The samples keep 8 bits; other inputs begin at their calibrated extremes, or at a learned step. */
static int open_inputs(qsi_job *job, qsi_training *t)
{
    float lo[QSI_MOST_LAYERS], hi[QSI_MOST_LAYERS];
    const qsi_samples *samples = qsi_net_calibration(job->net);
    double wanted = job->recipe.value[QSI_CALIBRATE];
    size_t rows = wanted < (double)samples->count ? (size_t)wanted : samples->count;
    int status = qsi_ranges_extremes(t->chain, samples, rows, lo, hi);
    for (size_t l = 0; l < t->chain->count && !status; l++) {
        const qsi_recipe_code *code = qsi_recipe_layer_code(t->recipe, t->chain->layers[l].name, true);
        if (!code->given || code->plain) continue;
        t->layers[l].input.bits = l ? code->spec.format->code_bits : 8;
        status = qsi_input_from_range(lo[l], hi[l], &t->layers[l].input);
        if (l == 0 && samples->pixels) t->layers[l].input = qsi_input_of_pixels(t->chain);
        if (l && t->trainer->learned_inputs) t->layers[l].input.kind = QSI_INPUT_STEP;
    }
    if (!status && t->trainer->begin) status = t->trainer->begin(t, samples, rows);
    for (size_t l = 0; l < t->chain->count; l++)
        if (t->layers[l].input.kind == QSI_INPUT_STEP) t->layers[l].input.zero = 0;
    return status;
}

int qsi_training_open(qsi_job *job)
{
    qsi_training *t = job->training = qsi_array_zero(1, sizeof *t);
    if (!t) return QS_E_MEMORY;
    t->trainer = job->recipe.method->trainer;
    t->chain = &job->net->chain;
    t->samples = &job->net->sets[QSI_SET_TRAIN];
    t->recipe = &job->recipe;
    t->batch = (size_t)job->recipe.value[QSI_BATCH];
    t->epochs = (size_t)job->recipe.value[QSI_EPOCHS];
    t->lr = job->recipe.value[QSI_LR];
    t->seed = (uint64_t)job->recipe.value[QSI_RUN_SEED] + job->run;
    t->steps = (double)t->epochs * ceil((double)t->samples->count / (double)t->batch);
    t->mean_loss = NAN;
    job->runs[job->run].seed = (double)t->seed;
    int status = open_memory(t);
    return status ? status : open_inputs(job, t);
}

/* ------------------------------------------------------------------------------------------------- steps */

void qsi_training_shuffle(qsi_training *t)
{
    size_t n = t->samples->count;
    for (size_t i = 0; i < n; i++) t->order[i] = (uint32_t)i;
    for (size_t i = n - 1; i > 0; i--) {
        uint32_t j = qsi_random_below(t->seed, (uint64_t)t->epoch * n + i, (uint32_t)(i + 1)), left = t->order[i];
        t->order[i] = t->order[j];
        t->order[j] = left;
    }
}

static void descend(float *p, float *v, const float *slope, size_t n, float lr)
{
    for (size_t i = 0; i < n; i++) {
        v[i] = MOMENTUM * v[i] + slope[i];
        p[i] -= lr * v[i];
    }
}

static void descend_layer(qsi_train_layer *layer, const qsi_layer *shape, float lr)
{
    descend(layer->weight, layer->weight_step, layer->weight_slope, shape->rows * shape->dim, lr);
    descend(layer->bias, layer->bias_step, layer->bias_slope, shape->rows, lr);
    bool learned = layer->input.kind == QSI_INPUT_STEP;
    for (size_t s = 0; s < layer->steps + learned; s++) {
        float slope = (float)layer->scale_slope[s];
        descend(&layer->scale[s], &layer->scale_step[s], &slope, 1, lr);
        layer->scale[s] = fmaxf(layer->scale[s], LEAST_SCALE);
    }
    if (learned) layer->input.scale = layer->scale[layer->steps];
}

static int take_batch(qsi_training *t, size_t *done)
{
    size_t left = t->samples->count - t->at, n = left < t->batch ? left : t->batch;
    double loss;
    if (t->at == 0) qsi_training_shuffle(t);
    int status = qsi_train_forward(t, t->order + t->at, n, &loss);
    if (status) return status;
    qsi_train_backward(t, n);
    float lr = (float)(t->lr * (1 - t->taken / t->steps));
    for (size_t l = 0; l < t->chain->count; l++) descend_layer(&t->layers[l], &t->chain->layers[l], lr);
    t->taken++;
    t->loss += loss;
    t->at += n;
    *done += n;
    if (t->at < t->samples->count) return QS_OK;
    t->mean_loss = t->loss / (double)t->samples->count;
    t->loss = 0;
    t->at = 0;
    t->epoch++;
    return QS_OK;
}

/* ------------------------------------------------------------------------------------------------- the end */

static int finish_layer(qsi_training *t, size_t l, qsi_model_layer *m, qsi_layer *own)
{
    const qsi_layer *shape = &t->chain->layers[l];
    qsi_train_layer *layer = &t->layers[l];
    size_t bytes = shape->rows * shape->dim * sizeof(float);
    int status = t->trainer->code ? t->trainer->code(t, l) : QS_OK;
    memcpy(m->weight, layer->coded, bytes);
    memcpy(m->bias, layer->bias, shape->rows * sizeof(float));
    m->input = layer->input;
    if (m->input.kind == QSI_INPUT_STEP) {
        m->input.lo = 0;
        m->input.hi = m->input.scale * (float)((1U << m->input.bits) - 1);
    }
    if (!status && t->trainer->finish) status = t->trainer->finish(t, l, m);
    if (!own) return status;
    memcpy(own->weight, layer->weight, bytes);
    memcpy(own->bias, layer->bias, shape->rows * sizeof(float));
    return status;
}

/* The first run's trained network is the one whose layers are measured. */
static int finish(qsi_job *job)
{
    qsi_training *t = job->training;
    int status = qsi_model_open(&job->model, &job->net->chain);
    if (!status && job->run == 0) status = qsi_job_own_chain(job);
    for (size_t l = 0; l < t->chain->count && !status; l++)
        status = finish_layer(t, l, &job->model.layers[l], job->run ? NULL : &job->own.layers[l]);
    job->runs[job->run].loss = t->mean_loss;
    qsi_training_close(job);
    return status;
}

int qsi_train_step(qsi_job *job, double work)
{
    size_t done = 0;
    int status = job->training ? QS_OK : qsi_training_open(job);
    qsi_training *t = job->training;
    while (!status && t->epoch < t->epochs && (double)done < fmax(work, 1)) status = take_batch(t, &done);
    if (status) return status;
    job->progress_epoch = (double)t->epoch;
    job->progress_loss = t->mean_loss;
    job->progress_done = (double)t->epoch * (double)t->samples->count + (double)t->at;
    job->progress_total = (double)t->epochs * (double)t->samples->count;
    if (t->epoch < t->epochs) return 1;
    return finish(job);
}
