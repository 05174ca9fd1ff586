/* What a page shows of a net beside its report: answers that changed, one sample, one output's integer product, and
 * what enters a layer. */
#include "net/job.h"

#include "base/size.h"
#include "kernels/kernels.h"
#include "net/integer.h"
#include "net/ptq.h"

#include <math.h>
#include <string.h>

static const qsi_job *finished(const qs_net *net, size_t result)
{
    if (result < net->jobs && net->job[result].stage == QSI_JOB_DONE && !net->job[result].problem.code)
        return &net->job[result];
    qsi_fail(QS_E_STATE, "there is no finished result %zu; the net has %zu recipes", result, net->jobs);
    return NULL;
}

static void key_whole(qsi_json *json, const char *key, double value)
{
    qsi_json_key(json, key);
    qsi_json_whole(json, value);
}

static void recipe_json(const qsi_job *job, qsi_json *json)
{
    char text[QSI_RECIPE_TEXT];
    qsi_recipe_text(&job->recipe, text);
    qsi_json_key(json, "recipe");
    qsi_json_text(json, text);
}

/* ------------------------------------------------------------------------------------------------- changes */

typedef enum change { SAME, LOST, GAINED, WRONG } change;

static change change_of(const qsi_job *job, size_t i)
{
    const qsi_samples *test = &job->net->sets[QSI_SET_TEST];
    size_t classes = job->net->chain.classes;
    size_t before = qsi_answer(job->net->reference.outputs + i * classes, classes);
    size_t after = qsi_answer(job->outputs + i * classes, classes);
    if (before == after) return SAME;
    if (test->labelled && before == test->labels[i]) return LOST;
    return test->labelled && after == test->labels[i] ? GAINED : WRONG;
}

size_t qs_net_changes_json(const qs_net *net, size_t result, char *dst, size_t cap)
{
    static const char *const keys[] = {[LOST] = "lost", [GAINED] = "gained", [WRONG] = "wrong"};
    const qsi_job *job = finished(net, result);
    qsi_json json = qsi_json_start(dst, cap);
    if (!job) return 0;
    qsi_json_open(&json, '{');
    recipe_json(job, &json);
    for (change c = LOST; c <= WRONG; c++) {
        qsi_json_key(&json, keys[c]);
        qsi_json_open(&json, '[');
        for (size_t i = 0; i < net->sets[QSI_SET_TEST].count; i++)
            if (change_of(job, i) == c) qsi_json_whole(&json, (double)i);
        qsi_json_close(&json, ']');
    }
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

/* ------------------------------------------------------------------------------------------------- a sample */

static void outputs_json(const float *outputs, size_t classes, qsi_json *json)
{
    key_whole(json, "answer", (double)qsi_answer(outputs, classes));
    qsi_json_key(json, "outputs");
    qsi_json_open(json, '[');
    for (size_t c = 0; c < classes; c++) qsi_json_figure(json, (double)outputs[c]);
    qsi_json_close(json, ']');
}

static int check_sample(const qs_net *net, size_t sample)
{
    if (net->started && net->reference.stage == QSI_JOB_DONE && sample < net->sets[QSI_SET_TEST].count)
        return QS_OK;
    return qsi_fail_option("sample", "sample %zu: %zu samples were measured", sample,
                           net->sets[QSI_SET_TEST].count);
}

size_t qs_net_sample_json(const qs_net *net, size_t sample, char *dst, size_t cap)
{
    const qsi_samples *test = &net->sets[QSI_SET_TEST];
    size_t classes = net->chain.classes;
    qsi_json json = qsi_json_start(dst, cap);
    if (check_sample(net, sample)) return 0;
    qsi_json_open(&json, '{');
    key_whole(&json, "sample", (double)sample);
    qsi_json_key(&json, "label");
    if (sample < test->labelled)
        qsi_json_whole(&json, test->labels[sample]);
    else
        qsi_json_null(&json);
    qsi_json_key(&json, "float");
    qsi_json_open(&json, '{');
    outputs_json(net->reference.outputs + sample * classes, classes, &json);
    qsi_json_close(&json, '}');
    qsi_json_key(&json, "results");
    qsi_json_open(&json, '[');
    for (size_t j = 0; j < net->jobs; j++) {
        const qsi_job *job = &net->job[j];
        if (job->stage != QSI_JOB_DONE || job->problem.code) continue;
        qsi_json_open(&json, '{');
        recipe_json(job, &json);
        outputs_json(job->outputs + sample * classes, classes, &json);
        qsi_json_close(&json, '}');
    }
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

/* ------------------------------------------------------------------------------------------------- a product */

typedef struct product {
    const qsi_integer_model *integers;
    size_t layer, sample, output, most;
    uint8_t *codes; /* that enter the layer */
    int32_t *sums;
    float plain; /* the float network's output */
} product;

/* The code at tap k of an output's position; code zero outside. */
static uint8_t tap(const qsi_layer *layer, const uint8_t *x, size_t row, size_t position, size_t k, uint8_t zero)
{
    if (!layer->conv) return x[k];
    size_t group = row / (layer->rows / layer->groups), span = layer->kh * layer->kw;
    size_t c = group * (layer->in.c / layer->groups) + k / span, at = k % span;
    size_t iy = position / layer->out.w * layer->stride + at / layer->kw;
    size_t ix = position % layer->out.w * layer->stride + at % layer->kw;
    bool there =
        iy >= layer->pad && iy - layer->pad < layer->in.h && ix >= layer->pad && ix - layer->pad < layer->in.w;
    return there ? x[(c * layer->in.h + iy - layer->pad) * layer->in.w + ix - layer->pad] : zero;
}

static void products_json(const product *p, size_t row, size_t position, qsi_json *json)
{
    const qsi_layer *layer = &p->integers->chain->layers[p->layer];
    const qsi_integer_layer *i = &p->integers->layers[p->layer];
    int64_t wx = 0;
    size_t shown = p->most && p->most < layer->dim ? p->most : layer->dim;
    qsi_json_key(json, "products");
    qsi_json_open(json, '[');
    for (size_t k = 0; k < layer->dim; k++) {
        int32_t x = tap(layer, p->codes, row, position, k, (uint8_t)i->from.zero);
        int32_t w = (int32_t)i->codes[row * layer->dim + k];
        wx += (int64_t)x * w;
        if (k >= shown) continue;
        qsi_json_open(json, '{');
        key_whole(json, "x", x);
        key_whole(json, "w", w);
        key_whole(json, "product", w * (x - i->from.zero));
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
    key_whole(json, "bias", i->bias[row]);
    key_whole(json, "sum", p->sums[p->output]);
    qsi_json_key(json, "terms");
    qsi_json_open(json, '{');
    key_whole(json, "wx", (double)wx);
    key_whole(json, "zero_w", (double)i->from.zero * (double)i->sums[row]);
    key_whole(json, "bias", i->bias[row]);
    qsi_json_close(json, '}');
}

static void multiplier_json(const product *p, size_t row, qsi_json *json)
{
    const qsi_integer_layer *i = &p->integers->layers[p->layer];
    bool coded = i->to.kind != QSI_INPUT_FLOAT;
    int32_t sum = p->sums[p->output];
    qsi_json_key(json, "multiplier");
    qsi_json_exact(json, (float)i->multiplier[row]);
    qsi_json_key(json, "fixed");
    qsi_json_open(json, '[');
    qsi_json_whole(json, i->fixed[row]);
    qsi_json_whole(json, i->shift[row]);
    qsi_json_close(json, ']');
    qsi_json_key(json, "output_scale");
    qsi_json_exact(json, coded ? i->to.scale : NAN);
    qsi_json_key(json, "output_zero");
    if (coded)
        qsi_json_whole(json, i->to.zero);
    else
        qsi_json_null(json);
    qsi_json_key(json, "code");
    uint8_t code = coded ? qsi_integer_requantize(p->integers, p->layer, row, sum) : 0;
    if (coded)
        qsi_json_whole(json, code);
    else
        qsi_json_null(json);
    qsi_json_key(json, "value");
    qsi_json_exact(json,
                   coded ? (float)(code - i->to.zero) * i->to.scale : (float)((double)sum * i->multiplier[row]));
    qsi_json_key(json, "float");
    qsi_json_exact(json, p->plain);
}

static void product_json(const product *p, qsi_json *json)
{
    const qsi_layer *layer = &p->integers->chain->layers[p->layer];
    const qsi_integer_layer *i = &p->integers->layers[p->layer];
    size_t positions = qsi_layer_positions(layer), row = p->output / positions, position = p->output % positions;
    qsi_json_open(json, '{');
    qsi_json_key(json, "layer");
    qsi_json_text(json, layer->name);
    key_whole(json, "output", (double)p->output);
    key_whole(json, "row", (double)row);
    qsi_json_key(json, "scale_x");
    qsi_json_exact(json, i->from.scale);
    key_whole(json, "zero", i->from.zero);
    qsi_json_key(json, "scale_w");
    qsi_json_exact(json, i->scale[row]);
    products_json(p, row, position, json);
    multiplier_json(p, row, json);
    qsi_json_close(json, '}');
}

/* The float network's output of the layer before its coding, after its ReLU. */
static int plain_output(const qsi_job *job, const float *x, product *p)
{
    const qsi_layer *layer = &job->chain->layers[p->layer];
    qsi_passage passage;
    qsi_model model;
    int status = qsi_model_open(&model, job->chain);
    if (status) return status;
    status = qsi_passage_open(&passage, job->chain, 1);
    if (!status) {
        qsi_model_forward(&model, x, 1, 0, p->layer + 1, &passage);
        p->plain = layer->relu && !(passage.to[p->output] > 0) ? 0 : passage.to[p->output];
    }
    qsi_passage_close(&passage);
    qsi_model_close(&model);
    return status;
}

static int trace(const qsi_job *job, product *p, float *logits)
{
    const qsi_chain *chain = p->integers->chain;
    const float *x = job->net->sets[QSI_SET_TEST].values + p->sample * chain->in;
    qsi_integer_counts counts = {.peak = {0}};
    qsi_integer_trace trace = {.codes = {NULL}};
    trace.codes[p->layer] = p->codes;
    trace.sums[p->layer] = p->sums;
    int status = qsi_integer_forward(p->integers, x, 1, logits, &counts, &trace);
    return status ? status : plain_output(job, x, p);
}

size_t qs_net_product_json(const qs_net *net, size_t result, size_t layer, size_t sample, size_t output,
                           size_t most, char *dst, size_t cap)
{
    const qsi_job *job = finished(net, result);
    qsi_integer_model integers;
    if (!job || check_sample(net, sample)) return 0;
    if (layer >= net->chain.count || output >= qsi_shape3_size(net->chain.layers[layer].out)) {
        qsi_fail_option("output", "there is no output %zu of layer %zu", output, layer);
        return 0;
    }
    int arithmetic = qsi_recipe_word(&job->recipe, QSI_ARITHMETIC);
    if (qsi_integer_open(&integers, &job->model, arithmetic == QSI_FAKE ? QSI_INTEGER : arithmetic)) return 0;
    product p = {.integers = &integers, .layer = layer, .sample = sample, .output = output, .most = most};
    p.codes = qsi_array(net->chain.widest, 1);
    p.sums = qsi_array(net->chain.widest, sizeof *p.sums);
    float *logits = qsi_array(net->chain.classes, sizeof *logits);
    qsi_json json = qsi_json_start(dst, cap);
    int status = p.codes && p.sums && logits ? trace(job, &p, logits) : QS_E_MEMORY;
    if (!status) product_json(&p, &json);
    qsi_array_free(p.codes);
    qsi_array_free(p.sums);
    qsi_array_free(logits);
    qsi_integer_close(&integers);
    return status ? 0 : qsi_json_end(&json);
}

/* ------------------------------------------------------------------------------------------------- activations */

enum { MOST_ACTIVATIONS = 512 };

static void histogram_json(const qsi_job *job, size_t layer, const float *x, size_t n, size_t bins, double *counts,
                           qsi_json *json)
{
    const qsi_input_code *code = &job->model.layers[layer].input;
    bool fixed = code->kind == QSI_INPUT_FIXED || code->kind == QSI_INPUT_STEP;
    int32_t low, high;
    double below = 0, above = 0;
    qsi_kernels_now()->minmax(x, n, &low, &high);
    double min = (double)qsi_bits_float(qsi_unordered(low)), max = (double)qsi_bits_float(qsi_unordered(high));
    for (size_t i = 0; i < n; i++) {
        double at = max > min ? ((double)x[i] - min) / (max - min) * (double)bins : 0;
        counts[at < (double)bins ? (size_t)at : bins - 1]++;
        below += fixed && x[i] < code->lo;
        above += fixed && x[i] > code->hi;
    }
    qsi_json_open(json, '{');
    qsi_json_key(json, "layer");
    qsi_json_text(json, job->chain->layers[layer].name);
    const struct {
        const char *key;
        float value;
    } ends[] = {{"min", (float)min},
                {"max", (float)max},
                {"lo", fixed ? code->lo : NAN},
                {"hi", fixed ? code->hi : NAN},
                {"scale", fixed ? code->scale : NAN},
                {"zero", fixed ? (float)code->zero : NAN}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        qsi_json_key(json, ends[i].key);
        qsi_json_exact(json, ends[i].value);
    }
    key_whole(json, "bits", code->bits);
    key_whole(json, "values", (double)n);
    key_whole(json, "below", below);
    key_whole(json, "above", above);
    qsi_json_key(json, "counts");
    qsi_json_open(json, '[');
    for (size_t b = 0; b < bins; b++) qsi_json_whole(json, counts[b]);
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

/* What enters a layer of the float network: (n, in), to be freed. */
static float *entering(const qsi_job *job, size_t layer, size_t n)
{
    const qsi_chain *chain = job->chain;
    const float *x = qsi_net_calibration(job->net)->values;
    size_t in = n * qsi_shape3_size(chain->layers[layer].in);
    float *values = qsi_array(in, sizeof *values);
    qsi_passage passage;
    qsi_model model;
    if (!values || qsi_model_open(&model, chain)) return values;
    int status = qsi_passage_open(&passage, chain, n);
    if (!status && layer) {
        qsi_model_forward(&model, x, n, 0, layer, &passage);
        if (chain->layers[layer - 1].relu) qsi_relu(passage.to, in);
    }
    if (!status) memcpy(values, layer ? passage.to : x, in * sizeof *values);
    qsi_passage_close(&passage);
    qsi_model_close(&model);
    if (!status) return values;
    qsi_array_free(values);
    return NULL;
}

size_t qs_net_activations_json(const qs_net *net, size_t result, size_t layer, size_t bins, char *dst, size_t cap)
{
    const qsi_job *job = finished(net, result);
    if (!job) return 0;
    if (layer >= net->chain.count || bins < 1 || bins > 4096) {
        qsi_fail_option("bins", "layer %zu, %zu bins: layers are numbered from 0, bins are from 1 to 4,096", layer,
                        bins);
        return 0;
    }
    size_t count = qsi_net_calibration(net)->count, n = count < MOST_ACTIVATIONS ? count : MOST_ACTIVATIONS;
    double *counts = qsi_array_zero(bins, sizeof *counts);
    float *x = counts ? entering(job, layer, n) : NULL;
    qsi_json json = qsi_json_start(dst, cap);
    if (x) histogram_json(job, layer, x, n * qsi_shape3_size(net->chain.layers[layer].in), bins, counts, &json);
    bool good = counts && x;
    qsi_array_free(counts);
    qsi_array_free(x);
    return good ? qsi_json_end(&json) : 0;
}
