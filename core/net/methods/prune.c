/*
 * Pruning: the largest weights stay, the others are 0. What is stored is a mask of one bit a weight and the values
 * of those that stay, 32 bits each, or coded by w: bits = 1 + keep * value bits, keep the share that stays.
 *
 * Of n weights keep * n stay, rounded to the nearest; ties with the last of them stay too, and bytes are of what
 * really stays. scope=all looks at all weights together, scope=layer at those of each layer.
 */
#include "net/net.h"

#include "base/size.h"
#include "kernels/kernels.h"
#include "range/quickselect.h"

#include <math.h>
#include <string.h>

static double value_bits(const qsi_job *job, const qsi_layer *layer)
{
    const qsi_recipe_code *code = qsi_recipe_layer_code(&job->recipe, layer->name, false);
    return code->plain ? 32 : code->spec.format->code_bits;
}

/* The least magnitude that stays: of so many values, in memory of the caller's. */
static float threshold(const float *sizes, size_t n, double keep)
{
    double count = floor(keep * (double)n + 0.5);
    if (count < 1) return INFINITY;
    return qsi_quickselect(sizes, n, count < (double)n ? (size_t)count : n);
}

static void prune_layer(qsi_job *job, size_t l, float least)
{
    const qsi_layer *layer = &job->chain->layers[l];
    qsi_model_layer *m = &job->model.layers[l];
    double kept = 0, n = (double)layer->rows * (double)layer->dim;
    for (size_t k = 0; k < layer->rows * layer->dim; k++) {
        bool stays = fabsf(layer->weight[k]) >= least;
        kept += stays;
        if (!stays) m->weight[k] = 0;
    }
    job->kept_bits[l] = n + kept * value_bits(job, layer);
}

/* What stays is coded with the scales of what stays. */
static int code_layer(qsi_job *job, size_t l)
{
    const qsi_layer *layer = &job->chain->layers[l];
    qsi_model_layer *m = &job->model.layers[l];
    const qsi_recipe_code *code = qsi_recipe_layer_code(&job->recipe, layer->name, false);
    qsi_layer pruned = *layer;
    if (code->plain) return QS_OK;
    size_t bytes = layer->rows * layer->dim * sizeof(float);
    pruned.weight = qsi_array(layer->rows * layer->dim, sizeof(float));
    if (!pruned.weight) return QS_E_MEMORY;
    memcpy(pruned.weight, m->weight, bytes);
    int status = qsi_model_code_weights(m, &pruned, &code->spec);
    qsi_array_free(pruned.weight);
    return status;
}

static double keep_share(const qsi_job *job, const qsi_layer *layer)
{
    return fmin((job->recipe.value[QSI_WEIGHT_BITS] - 1) / value_bits(job, layer), 1);
}

/* The magnitudes of layers first to last - 1, one after another. */
static float *gather(const qsi_chain *chain, size_t first, size_t last, size_t *n)
{
    *n = 0;
    for (size_t l = first; l < last; l++) *n += chain->layers[l].rows * chain->layers[l].dim;
    float *sizes = qsi_array(*n, sizeof *sizes), *to = sizes;
    for (size_t l = first; sizes && l < last; l++)
        for (size_t k = 0; k < chain->layers[l].rows * chain->layers[l].dim; k++)
            *to++ = fabsf(chain->layers[l].weight[k]);
    return sizes;
}

static int prune_layers(qsi_job *job, size_t first, size_t last)
{
    size_t n;
    float *sizes = gather(job->chain, first, last, &n);
    if (!sizes) return QS_E_MEMORY;
    float least = threshold(sizes, n, keep_share(job, &job->chain->layers[first]));
    int status = QS_OK;
    for (size_t l = first; l < last && !status; l++) {
        prune_layer(job, l, least);
        status = code_layer(job, l);
    }
    qsi_array_free(sizes);
    return status;
}

static int step(qsi_job *job, double work)
{
    (void)work; /* selecting is fast */
    int status = qsi_model_open(&job->model, job->chain);
    if (!status && qsi_recipe_word(&job->recipe, QSI_SCOPE) == QSI_SCOPE_ALL)
        return prune_layers(job, 0, job->chain->count);
    for (size_t l = 0; l < job->chain->count && !status; l++) status = prune_layers(job, l, l + 1);
    return status;
}

const qsi_method qsi_method_prune = {
    .name = "prune",
    .title = "pruned",
    .help = "the largest weights stay, the others are 0: a mask of one bit each, and the values that stay",
    .w = "f32",
    .takes = QSI_TAKES(QSI_WEIGHT_BITS) | QSI_TAKES(QSI_SCOPE),
    .step = step,
};
