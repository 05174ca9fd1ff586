/* The forward pass in float32: plain, and fake quantized. */
#include "net/model.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/affine.h"
#include "kernels/kernels.h"
#include "net/taps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

int qsi_model_open(qsi_model *model, const qsi_chain *chain)
{
    *model = (qsi_model){.chain = chain};
    model->layers = qsi_array_zero(chain->count, sizeof *model->layers);
    if (!model->layers) return QS_E_MEMORY;
    for (size_t l = 0; l < chain->count; l++) {
        const qsi_layer *layer = &chain->layers[l];
        qsi_model_layer *m = &model->layers[l];
        size_t values = layer->rows * layer->dim;
        m->weight = qsi_array(values, sizeof *m->weight);
        m->bias = qsi_array(layer->rows, sizeof *m->bias);
        if (!m->weight || !m->bias) {
            qsi_model_close(model);
            return QS_E_MEMORY;
        }
        memcpy(m->weight, layer->weight, values * sizeof *m->weight);
        memcpy(m->bias, layer->bias, layer->rows * sizeof *m->bias);
    }
    return QS_OK;
}

void qsi_model_close(qsi_model *model)
{
    for (size_t l = 0; model->layers && l < model->chain->count; l++) {
        qsi_array_free(model->layers[l].weight);
        qsi_array_free(model->layers[l].bias);
        qsi_array_free(model->layers[l].codes);
        qsi_array_free(model->layers[l].scale);
    }
    qsi_array_free(model->layers);
    *model = (qsi_model){0};
}

int qsi_passage_open(qsi_passage *passage, const qsi_chain *chain, size_t samples)
{
    size_t most = 1, values;
    *passage = (qsi_passage){.samples = samples};
    for (size_t l = 0; l < chain->count; l++) {
        const qsi_layer *layer = &chain->layers[l];
        size_t taps;
        if (!layer->conv) continue;
        if (!qsi_size_mul(qsi_layer_positions(layer), layer->dim, &taps)) return qsi_fail_memory(INFINITY);
        most = taps > most ? taps : most;
    }
    if (!qsi_size_mul(samples, chain->widest, &values)) return qsi_fail_memory(INFINITY);
    passage->from = qsi_array(values, sizeof *passage->from);
    passage->to = qsi_array(values, sizeof *passage->to);
    passage->patches = qsi_array(most, sizeof *passage->patches);
    passage->codes = qsi_array(values, 1);
    if (passage->from && passage->to && passage->patches && passage->codes) return QS_OK;
    qsi_passage_close(passage);
    return QS_E_MEMORY;
}

void qsi_passage_close(qsi_passage *passage)
{
    qsi_array_free(passage->from);
    qsi_array_free(passage->to);
    qsi_array_free(passage->patches);
    qsi_array_free(passage->codes);
    *passage = (qsi_passage){0};
}

void qsi_patches(const qsi_layer *layer, const float *x, size_t group, float *patches)
{
    qsi_taps(layer, x, sizeof *x, group, 0, patches);
}

static void add_bias(const qsi_layer *layer, const float *bias, size_t n, float *y)
{
    size_t positions = qsi_layer_positions(layer);
    for (size_t i = 0; i < n; i++)
        for (size_t o = 0; o < layer->rows; o++)
            for (size_t p = 0; p < positions; p++) *y++ += bias[o];
}

void qsi_layer_sums(const qsi_layer *layer, const float *weight, const float *bias, const float *x, size_t n,
                    float *patches, float *y)
{
    const qsi_kernels *kernels = qsi_kernels_now();
    size_t positions = qsi_layer_positions(layer), each = layer->rows / layer->groups;
    if (!layer->conv) kernels->dots(x, n, weight, layer->rows, layer->dim, y, layer->rows);
    for (size_t i = 0; layer->conv && i < n; i++)
        for (size_t g = 0; g < layer->groups; g++) {
            qsi_patches(layer, x + i * qsi_shape3_size(layer->in), g, patches);
            kernels->dots(weight + g * each * layer->dim, each, patches, positions, layer->dim,
                          y + (i * layer->rows + g * each) * positions, positions);
        }
    add_bias(layer, bias, n, y);
}

void qsi_relu(float *y, size_t n)
{
    for (size_t i = 0; i < n; i++) y[i] = y[i] > 0 ? y[i] : 0.0F;
}

int qsi_input_from_range(float lo, float hi, qsi_input_code *code)
{
    qsi_spec spec;
    qsi_affine a;
    char text[64];
    snprintf(text, sizeof text, "int%u:per=tensor%s", code->bits, code->sym ? "" : ",map=affine,codes=unsigned");
    int status = qsi_spec_parse(text, &spec);
    if (!status) status = qsi_affine_from_range(&spec, lo, hi, &a);
    if (status) return status;
    float most = fmaxf(-lo, hi);
    code->kind = QSI_INPUT_FIXED;
    code->scale = a.scale;
    code->zero = code->sym ? (1 << (code->bits - 1)) - 1 : a.zero;
    code->lo = code->sym ? -most : fminf(lo, 0);
    code->hi = code->sym ? most : fmaxf(hi, 0);
    return QS_OK;
}

qsi_input_code qsi_input_of_pixels(const qsi_chain *chain)
{
    float scale = (float)(1 / chain->divisor);
    return (qsi_input_code){
        .kind = QSI_INPUT_FIXED, .bits = 8, .scale = scale, .hi = (float)(255 / chain->divisor)};
}

static void apply_step(const qsi_input_code *code, float *x, size_t n)
{
    const float most = (float)qsi_input_most(code);
    for (size_t i = 0; i < n; i++) {
        float v = x[i] / code->scale;
        v = v < 0 ? 0 : v > most ? most : v;
        x[i] = (float)qsi_nearest_even(v) * code->scale;
    }
}

static qsi_grid grid_of(const qsi_input_code *code, const float *inverse)
{
    static const float low = 0;
    return (qsi_grid){.scale = &code->scale,
                      .inv = inverse,
                      .lo = &low,
                      .zero = &code->zero,
                      .entries = 1,
                      .qmax = qsi_input_most(code)};
}

void qsi_input_encode(const qsi_input_code *code, const float *x, size_t n, uint8_t *codes)
{
    float inverse = code->scale == 0 ? 0 : 1 / code->scale;
    qsi_grid grid = grid_of(code, &inverse);
    qsi_kernels_now()->quantize(&grid, x, n, codes);
}

static void apply_fixed(const qsi_input_code *code, float *x, size_t n, uint8_t *codes)
{
    qsi_grid grid = grid_of(code, &code->scale); /* decoding does not look at the inverse */
    qsi_input_encode(code, x, n, codes);
    qsi_kernels_now()->dequantize(&grid, codes, n, x);
}

static double count_clipped(const qsi_input_code *code, const float *x, size_t n)
{
    float half = code->scale / 2, low = (float)-code->zero * code->scale - half;
    float high = (float)(qsi_input_most(code) - code->zero) * code->scale + half;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) count += x[i] < low || x[i] > high;
    return (double)count;
}

void qsi_input_apply(const qsi_input_code *code, float *x, size_t n, size_t dim, uint8_t *codes, double *clipped)
{
    if (clipped && (code->kind == QSI_INPUT_FIXED || code->kind == QSI_INPUT_STEP))
        *clipped += count_clipped(code, x, n * dim);
    if (code->kind == QSI_INPUT_FIXED) apply_fixed(code, x, n * dim, codes);
    if (code->kind == QSI_INPUT_STEP) apply_step(code, x, n * dim);
    for (size_t i = 0; code->kind == QSI_INPUT_OWN && i < n; i++) {
        qsi_input_code own = *code;
        int32_t low, high;
        qsi_kernels_now()->minmax(x + i * dim, dim, &low, &high);
        /* Values whose range overflows float32 stay as they are. */
        if (!qsi_input_from_range(qsi_bits_float(qsi_unordered(low)), qsi_bits_float(qsi_unordered(high)), &own))
            apply_fixed(&own, x + i * dim, dim, codes);
    }
}

void qsi_model_forward(const qsi_model *model, const float *x, size_t n, size_t first, size_t last,
                       qsi_passage *passage)
{
    const qsi_chain *chain = model->chain;
    memcpy(passage->from, x, n * qsi_shape3_size(chain->layers[first].in) * sizeof *x);
    for (size_t l = first; l < last; l++) {
        const qsi_layer *layer = &chain->layers[l];
        const qsi_model_layer *m = &model->layers[l];
        if (l > first) {
            float *left = passage->to;
            passage->to = passage->from;
            passage->from = left;
        }
        if (l > first && chain->layers[l - 1].relu) qsi_relu(passage->from, n * qsi_shape3_size(layer->in));
        qsi_input_apply(&m->input, passage->from, n, qsi_shape3_size(layer->in), passage->codes, NULL);
        qsi_layer_sums(layer, m->weight, m->bias, passage->from, n, passage->patches, passage->to);
    }
}
