/* One batch forward and back, as train.h says. */
#include "net/train.h"

#include "base/size.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

static const float MOVE = 0.01F; /* of a range toward the batch's */

/* The range of an input moves toward the batch's before it is used. */
static int move_range(qsi_input_code *code, const float *x, size_t n)
{
    int32_t low, high;
    qsi_kernels_now()->minmax(x, n, &low, &high);
    float least = fminf(qsi_bits_float(qsi_unordered(low)), 0),
          most = fmaxf(qsi_bits_float(qsi_unordered(high)), 0);
    return qsi_input_from_range(code->lo + MOVE * (least - code->lo), code->hi + MOVE * (most - code->hi), code);
}

static int code_input(qsi_training *t, size_t l, size_t n)
{
    qsi_train_layer *layer = &t->layers[l];
    size_t in = qsi_shape3_size(t->chain->layers[l].in);
    int status = QS_OK;
    if (l > 0 && layer->input.kind == QSI_INPUT_FIXED) status = move_range(&layer->input, layer->x, n * in);
    memcpy(layer->entered, layer->x, n * in * sizeof *layer->x);
    if (l > 0 || !t->samples->pixels) qsi_input_apply(&layer->input, layer->entered, n, in, t->codes, NULL);
    return status;
}

/* The softmax, its loss, and its gradient over n samples. */
static double softmax(qsi_training *t, const uint32_t *drawn, size_t n)
{
    size_t classes = t->chain->classes;
    double loss = 0;
    for (size_t i = 0; i < n; i++) {
        const float *y = t->y + i * classes;
        float *slope = t->slope + i * classes;
        uint32_t label = t->samples->labels[drawn[i]];
        double most = (double)y[qsi_answer(y, classes)], sum = 0;
        for (size_t c = 0; c < classes; c++) sum += qsi_exp((double)y[c] - most);
        loss += log(sum) + most - (double)y[label];
        for (size_t c = 0; c < classes; c++)
            slope[c] = (float)((qsi_exp((double)y[c] - most) / sum - (c == label)) / (double)n);
    }
    return loss;
}

int qsi_train_forward(qsi_training *t, const uint32_t *drawn, size_t n, double *loss)
{
    const qsi_chain *chain = t->chain;
    int status = QS_OK;
    for (size_t i = 0; i < n; i++)
        memcpy(t->layers[0].x + i * chain->in, t->samples->values + drawn[i] * chain->in,
               chain->in * sizeof(float));
    for (size_t l = 0; l < chain->count && !status; l++) {
        const qsi_layer *shape = &chain->layers[l];
        qsi_train_layer *layer = &t->layers[l];
        size_t out = n * qsi_shape3_size(shape->out);
        status = code_input(t, l, n);
        if (!status && t->trainer->code) status = t->trainer->code(t, l);
        qsi_layer_sums(shape, layer->coded, layer->bias, layer->entered, n, t->patches, t->y);
        if (shape->relu) qsi_relu(t->y, out);
        if (l + 1 < chain->count) memcpy(t->layers[l + 1].x, t->y, out * sizeof *t->y);
    }
    *loss = status ? 0 : softmax(t, drawn, n);
    return status;
}

/* ------------------------------------------------------------------------------------------------- back */

static void bias_slopes(qsi_train_layer *layer, const qsi_layer *shape, const float *slope, size_t n)
{
    size_t positions = qsi_layer_positions(shape);
    memset(layer->bias_slope, 0, shape->rows * sizeof *layer->bias_slope);
    for (size_t i = 0; i < n; i++)
        for (size_t o = 0; o < shape->rows; o++)
            for (size_t p = 0; p < positions; p++)
                layer->bias_slope[o] += slope[(i * shape->rows + o) * positions + p];
}

static void back_linear(qsi_training *t, size_t l, size_t n)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const qsi_layer *shape = &t->chain->layers[l];
    qsi_train_layer *layer = &t->layers[l];
    for (size_t o = 0; o < shape->rows; o++)
        kernels->combine(t->slope + o, n, shape->rows, layer->entered, shape->dim,
                         layer->weight_slope + o * shape->dim);
    for (size_t i = 0; l > 0 && i < n; i++)
        kernels->combine(t->slope + i * shape->rows, shape->rows, 1, layer->coded, shape->dim,
                         t->before + i * shape->dim);
}

/* Adds what came back to the taps of every position to the values they are. */
static void add_patches(const qsi_layer *layer, size_t group, const float *patches, float *x)
{
    size_t channels = layer->in.c / layer->groups, first = group * channels;
    for (size_t p = 0; p < qsi_layer_positions(layer); p++)
        for (size_t k = 0; k < layer->dim; k++, patches++) {
            size_t c = first + k / (layer->kh * layer->kw), tap = k % (layer->kh * layer->kw);
            size_t iy = p / layer->out.w * layer->stride + tap / layer->kw;
            size_t ix = p % layer->out.w * layer->stride + tap % layer->kw;
            if (iy >= layer->pad && iy - layer->pad < layer->in.h && ix >= layer->pad &&
                ix - layer->pad < layer->in.w)
                x[(c * layer->in.h + iy - layer->pad) * layer->in.w + ix - layer->pad] += *patches;
        }
}

static void back_group(qsi_training *t, size_t l, size_t sample, size_t group)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    const qsi_layer *shape = &t->chain->layers[l];
    qsi_train_layer *layer = &t->layers[l];
    size_t positions = qsi_layer_positions(shape), each = shape->rows / shape->groups, first = group * each;
    const float *slope = t->slope + (sample * shape->rows + first) * positions;
    qsi_patches(shape, layer->entered + sample * qsi_shape3_size(shape->in), group, t->patches);
    for (size_t o = 0; o < each; o++)
        kernels->combine(slope + o * positions, positions, 1, t->patches, shape->dim,
                         layer->weight_slope + (first + o) * shape->dim);
    if (!l) return;
    memset(t->patch_slope, 0, positions * shape->dim * sizeof *t->patch_slope);
    for (size_t p = 0; p < positions; p++)
        kernels->combine(slope + p, each, positions, layer->coded + first * shape->dim, shape->dim,
                         t->patch_slope + p * shape->dim);
    add_patches(shape, group, t->patch_slope, t->before + sample * qsi_shape3_size(shape->in));
}

/* Through the coding of the input: where it was inside the range. Of a learned step its own gradient too. */
static void back_input(qsi_training *t, size_t l, size_t n)
{
    qsi_train_layer *layer = &t->layers[l];
    size_t in = qsi_shape3_size(t->chain->layers[l].in);
    float *before = t->before, most = (float)((1U << layer->input.bits) - 1);
    double sum = 0;
    for (size_t i = 0; i < n * in && layer->input.kind == QSI_INPUT_FIXED; i++)
        if (!(layer->x[i] >= layer->input.lo && layer->x[i] <= layer->input.hi)) before[i] = 0;
    if (layer->input.kind != QSI_INPUT_STEP) return;
    for (size_t i = 0; i < n * in; i++) {
        float v = layer->x[i] / layer->input.scale;
        float slope = v <= 0 ? 0 : v >= most ? most : (float)qsi_nearest_even(v) - v;
        sum += (double)before[i] * (double)slope;
        if (!(v > 0 && v < most)) before[i] = 0;
    }
    layer->scale_slope[layer->steps] = sum / sqrt((double)in * (double)most);
}

void qsi_train_backward(qsi_training *t, size_t n)
{
    for (size_t l = t->chain->count; l-- > 0;) {
        const qsi_layer *shape = &t->chain->layers[l];
        qsi_train_layer *layer = &t->layers[l];
        size_t in = n * qsi_shape3_size(shape->in);
        memset(layer->weight_slope, 0, shape->rows * shape->dim * sizeof *layer->weight_slope);
        memset(t->before, 0, in * sizeof *t->before);
        bias_slopes(layer, shape, t->slope, n);
        if (!shape->conv) back_linear(t, l, n);
        for (size_t i = 0; shape->conv && i < n; i++)
            for (size_t g = 0; g < shape->groups; g++) back_group(t, l, i, g);
        if (t->trainer->back) t->trainer->back(t, l);
        if (!l) return;
        back_input(t, l, n);
        for (size_t i = 0; t->chain->layers[l - 1].relu && i < in; i++)
            if (!(layer->x[i] > 0)) t->before[i] = 0;
        float *left = t->slope;
        t->slope = t->before;
        t->before = left;
    }
}
