/*
 * What is measured of each layer, on the first 512 samples:
 *
 *   alone_sqnr_db        of its outputs before the ReLU, float inputs coded as the layer codes them
 *   accumulated_sqnr_db  of the same outputs where all layers before it are coded too
 *   clipped_share        of the values that enter it in the coded network: more than half a step beyond the range
 *   outlier_ratio        of the values that enter it in the float network: largest magnitude / 99.9th percentile
 *   input_spread         of its input channels' largest magnitudes there: largest / median
 *   channel_spread       of the float weights: largest of the rows' absolute maxima / smallest above 0
 *   peak_sum             largest magnitude of an int32 sum, over all samples
 *
 * SQNR = 10 log10(sum y^2 / sum (y' - y)^2), sums in double.
 */
#include "net/net.h"

#include "base/size.h"
#include "net/integer.h"
#include "range/quickselect.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SAMPLES = 512 };

typedef struct walk {
    float *plain, *coded; /* what enters the layer at work (n, widest) */
    float *sums, *others; /* what leaves it */
    float *patches;
    uint8_t *codes;
} walk;

static double decibels(double signal, double noise)
{
    return 10 * (log(signal / noise) / log(10.0));
}

static double sqnr(const float *y, const float *coded, size_t n)
{
    double signal = 0, noise = 0;
    for (size_t i = 0; i < n; i++) {
        double d = (double)coded[i] - (double)y[i];
        signal += (double)y[i] * (double)y[i];
        noise += d * d;
    }
    return decibels(signal, noise);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Of the layer's weights. */
static void weight_figures(const qsi_layer *layer, const qsi_model_layer *m, qsi_layer_figures *f)
{
    double largest = 0, smallest = INFINITY;
    bool seen[256] = {false};
    for (size_t o = 0; o < layer->rows; o++) {
        double most = 0;
        for (size_t j = 0; j < layer->dim; j++) most = fmax(most, fabs((double)layer->weight[o * layer->dim + j]));
        largest = fmax(largest, most);
        if (most > 0) smallest = fmin(smallest, most);
    }
    f->channel_spread = largest / smallest;
    f->weight_sqnr_db = sqnr(layer->weight, m->weight, layer->rows * layer->dim);
    if (!m->codes) return;
    f->used_levels = 0;
    for (size_t k = 0; k < layer->rows * layer->dim; k++) seen[(uint8_t)m->codes[k]] = true;
    for (size_t k = 0; k < 256; k++) f->used_levels += seen[k];
}

/* Of what enters the layer in the float network. */
static int input_figures(const qsi_layer *layer, const float *x, size_t n, qsi_layer_figures *f)
{
    size_t values = n * qsi_shape3_size(layer->in), sides = layer->in.h * layer->in.w, rank = values / 1000 + 1;
    float *sizes = qsi_array(values, sizeof *sizes);
    double *channels = qsi_array_zero(layer->in.c, sizeof *channels);
    if (sizes && channels) {
        for (size_t i = 0; i < values; i++) {
            double *most = &channels[i / sides % layer->in.c];
            sizes[i] = fabsf(x[i]);
            *most = fmax(*most, (double)sizes[i]);
        }
        f->outlier_ratio = (double)qsi_quickselect(sizes, values, 1) / (double)qsi_quickselect(sizes, values, rank);
        qsort(channels, layer->in.c, sizeof *channels, by_size);
        f->input_spread = channels[layer->in.c - 1] / channels[layer->in.c / 2];
    }
    int status = sizes && channels ? QS_OK : QS_E_MEMORY;
    qsi_array_free(sizes);
    qsi_array_free(channels);
    return status;
}

static void close_walk(walk *w)
{
    qsi_array_free(w->plain);
    qsi_array_free(w->coded);
    qsi_array_free(w->sums);
    qsi_array_free(w->others);
    qsi_array_free(w->patches);
    qsi_array_free(w->codes);
}

static int open_walk(walk *w, const qsi_chain *chain, size_t n)
{
    size_t values, taps = 1;
    for (size_t l = 0; l < chain->count; l++) {
        size_t some = chain->layers[l].conv ? qsi_layer_positions(&chain->layers[l]) * chain->layers[l].dim : 1;
        taps = some > taps ? some : taps;
    }
    if (!qsi_size_mul(n, chain->widest, &values)) return qsi_fail_memory(INFINITY);
    w->plain = qsi_array(values, sizeof *w->plain);
    w->coded = qsi_array(values, sizeof *w->coded);
    w->sums = qsi_array(values, sizeof *w->sums);
    w->others = qsi_array(values, sizeof *w->others);
    w->patches = qsi_array(taps, sizeof *w->patches);
    w->codes = qsi_array(values, 1);
    return w->plain && w->coded && w->sums && w->others && w->patches && w->codes ? QS_OK : QS_E_MEMORY;
}

/* One layer: what enters is there, and is replaced by what enters the next. plain_layer: of the float network. */
static int measure(const qsi_layer *layer, const qsi_model_layer *m, size_t n, walk *w, qsi_layer_figures *f)
{
    size_t in = qsi_shape3_size(layer->in), out = n * qsi_shape3_size(layer->out);
    double clipped = 0;
    int status = input_figures(layer, w->plain, n, f);
    weight_figures(layer, m, f);
    qsi_layer_sums(layer, layer->weight, layer->bias, w->plain, n, w->patches, w->sums);
    qsi_input_apply(&m->input, w->plain, n, in, w->codes, NULL);
    qsi_layer_sums(layer, m->weight, m->bias, w->plain, n, w->patches, w->others);
    f->alone_sqnr_db = sqnr(w->sums, w->others, out);
    qsi_input_apply(&m->input, w->coded, n, in, w->codes, &clipped);
    if (m->input.kind != QSI_INPUT_FLOAT) f->clipped_share = clipped / (double)(n * in);
    qsi_layer_sums(layer, m->weight, m->bias, w->coded, n, w->patches, w->others);
    f->accumulated_sqnr_db = sqnr(w->sums, w->others, out);
    if (layer->relu) qsi_relu(w->sums, out), qsi_relu(w->others, out);
    memcpy(w->plain, w->sums, out * sizeof *w->plain);
    memcpy(w->coded, w->others, out * sizeof *w->coded);
    return status;
}

/* Sums in int32, where the recipe asked for fakes but could have them. */
static int measure_sums(qsi_job *job)
{
    qsi_integer_model probe;
    if (qsi_recipe_word(&job->recipe, QSI_ARITHMETIC) != QSI_FAKE) return QS_OK;
    if (qsi_integer_open(&probe, &job->model, QSI_INTEGER)) return QS_OK; /* there are none */
    qsi_integer_close(&probe);
    double fake = job->recipe.value[QSI_ARITHMETIC];
    size_t n = job->net->sets[QSI_SET_TEST].count, run = job->run;
    float *outputs = qsi_array(n * job->net->chain.classes, sizeof *outputs);
    job->recipe.value[QSI_ARITHMETIC] = QSI_INTEGER;
    job->run = 0;
    int status = outputs ? qsi_outputs(job, 0, n, outputs) : QS_E_MEMORY;
    job->recipe.value[QSI_ARITHMETIC] = fake;
    job->run = run;
    for (size_t l = 0; l < job->chain->count; l++) job->layers[l].saturated_pairs = NAN;
    qsi_array_free(outputs);
    return status;
}

int qsi_layer_figures_step(qsi_job *job)
{
    const qsi_samples *test = &job->net->sets[QSI_SET_TEST];
    size_t n = test->count < MOST_SAMPLES ? test->count : MOST_SAMPLES;
    walk w = {.plain = NULL};
    int status = open_walk(&w, job->chain, n);
    if (!status) {
        assert(w.plain && w.coded && test->values);
        memcpy(w.plain, test->values, n * job->chain->in * sizeof *w.plain);
        memcpy(w.coded, test->values, n * job->chain->in * sizeof *w.coded);
    }
    for (size_t l = 0; l < job->chain->count && !status; l++)
        status = measure(&job->chain->layers[l], &job->model.layers[l], n, &w, &job->layers[l]);
    close_walk(&w);
    if (!status) status = measure_sums(job);
    return status;
}
