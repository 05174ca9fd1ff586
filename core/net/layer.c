/*
 * One layer with its real inputs: what recipes do to its outputs, whatever network it is of.
 *
 *   output_rel_err       ||X' W'^T - X W^T|| / ||X W^T|| over the rows of "test", in Frobenius norms
 *   calibration_rel_err  the same over the rows of "calibrate", which ranges and rounding were taken from
 *
 * X' and W' are as coded. SmoothQuant (smooth=): X / s and W * s, s from the calibration rows and the weights;
 * inputs that are 0 in every calibration row have s = 1. The bias plays no part.
 */
#include "net/layer_work.h"

#include "base/size.h"
#include "kernels/kernels.h"
#include "net/smooth.h"
#include "plan/ledger.h"
#include "range/finite.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

qs_layer *qs_layer_open(const float *weights, size_t rows, size_t dim)
{
    size_t values;
    if (qsi_check_dim((double)dim) || rows < 1) {
        if (rows < 1) qsi_fail_option("rows", "a layer has one output at least");
        return NULL;
    }
    if (qsi_check_finite(0, weights, rows, dim)) return NULL;
    qs_layer *layer = qsi_array_zero(1, sizeof *layer);
    if (!layer) return NULL;
    layer->rows = rows;
    layer->dim = dim;
    layer->w = qsi_size_mul(rows, dim, &values) ? qsi_array(values, sizeof *layer->w) : NULL;
    if (layer->w) {
        memcpy(layer->w, weights, values * sizeof *weights);
        return layer;
    }
    qs_layer_close(layer);
    return NULL;
}

void qs_layer_close(qs_layer *layer)
{
    if (!layer) return;
    for (int s = 0; s < 2; s++) qsi_array_free(layer->sets[s].x);
    qsi_array_free(layer->results);
    qsi_array_free(layer->w);
    qsi_array_free(layer);
}

int qs_layer_feed(qs_layer *layer, const char *set, double first, const float *rows, size_t nrows)
{
    qsi_layer_rows *to = !strcmp(set, "test")        ? &layer->sets[0]
                         : !strcmp(set, "calibrate") ? &layer->sets[1]
                                                     : NULL;
    size_t values;
    if (!to) return qsi_fail_option("set", "'%.40s' is no set of inputs: test, calibrate", set);
    if (first != (double)to->n) return qsi_fail(QS_E_STATE, "inputs are fed in order");
    int status = qsi_check_finite(first, rows, nrows, layer->dim);
    if (status) return status;
    if (!qsi_size_mul(to->n + nrows, layer->dim, &values)) return qsi_fail_memory(INFINITY);
    float *grown = qsi_array(values, sizeof *grown);
    if (!grown) return QS_E_MEMORY;
    if (to->n) memcpy(grown, to->x, to->n * layer->dim * sizeof *grown);
    memcpy(grown + to->n * layer->dim, rows, nrows * layer->dim * sizeof *grown);
    qsi_array_free(to->x);
    to->x = grown;
    to->n += nrows;
    return QS_OK;
}

static const qsi_layer_rows *calibration(const qs_layer *layer)
{
    return layer->sets[1].n ? &layer->sets[1] : &layer->sets[0];
}

/* ------------------------------------------------------------------------------------------------- coding */

typedef struct trial {
    const qs_layer *layer;
    const qsi_recipe *recipe;
    qsi_layer_result *result;
    float *s;           /* (dim): of smoothing, or all 1 */
    float *w, *decoded; /* (rows, dim): smoothed, coded */
    float *scale;       /* (rows) */
    float *x;           /* calibration rows, smoothed */
    qsi_input_code input;
} trial;

static void note(qsi_layer_result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void note(qsi_layer_result *result, const char *format, ...)
{
    size_t at = strlen(result->notes);
    va_list args;
    if (at && at + 1 < sizeof result->notes) result->notes[at++] = '\n';
    va_start(args, format);
    vsnprintf(result->notes + at, sizeof result->notes - at, format, args);
    va_end(args);
}

/* s of every input, from the rows of calibration. */
static void smooth_scales(const trial *t)
{
    const qs_layer *layer = t->layer;
    const qsi_layer_rows *rows = calibration(layer);
    double alpha = t->recipe->value[QSI_SMOOTH];
    for (size_t j = 0; j < layer->dim; j++) {
        double x = 0, w = 0;
        for (size_t i = 0; i < rows->n; i++) x = fmax(x, fabs((double)rows->x[i * layer->dim + j]));
        for (size_t o = 0; o < layer->rows; o++) w = fmax(w, fabs((double)layer->w[o * layer->dim + j]));
        t->s[j] = alpha < 0 ? 1 : (float)qsi_smooth_scale(x, w, alpha);
    }
}

/* Rows divided by s. */
static void smooth_rows(const trial *t, const float *x, size_t n, float *to)
{
    for (size_t k = 0; k < n * t->layer->dim; k++) to[k] = x[k] / t->s[k % t->layer->dim];
}

static int code_weights(trial *t)
{
    const qs_layer *layer = t->layer;
    const qsi_rounding *rounding = qsi_roundings[qsi_recipe_word(t->recipe, QSI_ROUNDING)];
    qsi_rounding_work work = {.spec = &t->recipe->w.spec,
                              .w = t->w,
                              .rows = layer->rows,
                              .dim = layer->dim,
                              .x = t->x,
                              .n = calibration(layer)->n,
                              .damp = t->recipe->value[QSI_DAMP],
                              .decoded = t->decoded,
                              .scale = t->scale};
    if (t->recipe->w.plain) {
        memcpy(t->decoded, t->w, layer->rows * layer->dim * sizeof *t->w);
        return QS_OK;
    }
    int status = rounding->round(&work);
    t->result->dead = (double)work.dead;
    if (rounding == &qsi_rounding_gptq) t->result->damp = work.damp_used;
    if (rounding == &qsi_rounding_awq) t->result->power = work.power;
    if (rounding == &qsi_rounding_hqq) t->result->rounds = work.rounds;
    if (!status && work.dead)
        note(t->result, "%zu of %zu inputs are 0 in all calibration rows; their weights are rounded to the nearest",
             work.dead, layer->dim);
    if (!status && rounding == &qsi_rounding_gptq && work.n < 4 * layer->dim)
        note(t->result, "gptq fits %zu inputs on %zu rows, fewer than 4 times as many: it fits the sample; damp=%g",
             layer->dim, work.n, work.damp_used);
    return status;
}

static int choose_input(trial *t)
{
    const qsi_recipe_code *a = &t->recipe->a;
    const qsi_layer_rows *rows = calibration(t->layer);
    if (!a->given || a->plain) return QS_OK;
    t->input.bits = a->spec.format->code_bits;
    t->input.sym = qsi_word(&a->spec, QSI_MAP) == QSI_MAP_SYM;
    t->input.kind = QSI_INPUT_OWN;
    if (t->recipe->method == &qsi_method_dynamic && qsi_recipe_word(t->recipe, QSI_OWN_RANGE) == QSI_OWN_ROW)
        return QS_OK;
    return qsi_layer_range(&a->spec, t->x, rows->n, t->layer->dim, &t->input);
}

/* ------------------------------------------------------------------------------------------------- errors */

/* Some rows at a time: their outputs, coded and plain. */
static int measure(const trial *t, const qsi_layer_rows *rows, double *error)
{
    enum { SOME = 64 };
    const qsi_kernels *kernels = qsi_kernels_now();
    size_t dim = t->layer->dim, out = t->layer->rows;
    float *x = qsi_array(SOME * dim, sizeof *x), *plain = qsi_array(SOME * out, sizeof *plain);
    float *coded = qsi_array(SOME * out, sizeof *coded);
    uint8_t *codes = qsi_array(SOME * dim, 1);
    double difference = 0, size = 0;
    int status = x && plain && coded && codes ? QS_OK : QS_E_MEMORY;
    for (size_t i = 0, n; i < rows->n && !status; i += n) {
        n = rows->n - i < SOME ? rows->n - i : SOME;
        kernels->dots(rows->x + i * dim, n, t->layer->w, out, dim, plain, out);
        smooth_rows(t, rows->x + i * dim, n, x);
        qsi_input_apply(&t->input, x, n, dim, codes, NULL);
        kernels->dots(x, n, t->decoded, out, dim, coded, out);
        for (size_t k = 0; k < n * out; k++) {
            double d = (double)coded[k] - (double)plain[k];
            difference += d * d;
            size += (double)plain[k] * (double)plain[k];
        }
    }
    *error = sqrt(difference) / sqrt(size);
    qsi_array_free(x);
    qsi_array_free(plain);
    qsi_array_free(coded);
    qsi_array_free(codes);
    return status;
}

static int run_trial(trial *t)
{
    const qs_layer *layer = t->layer;
    const qsi_layer_rows *rows = calibration(layer);
    smooth_scales(t);
    smooth_rows(t, rows->x, rows->n, t->x);
    for (size_t k = 0; k < layer->rows * layer->dim; k++) t->w[k] = layer->w[k] * t->s[k % layer->dim];
    int status = code_weights(t);
    if (!status) status = choose_input(t);
    if (!status) status = measure(t, &layer->sets[0], &t->result->error);
    t->result->calibration_error = NAN;
    if (!status && layer->sets[1].n) status = measure(t, &layer->sets[1], &t->result->calibration_error);
    return status;
}

static int add_result(qs_layer *layer, qsi_layer_result **result)
{
    qsi_layer_result *grown = qsi_array(layer->count + 1, sizeof *grown);
    if (!grown) return QS_E_MEMORY;
    if (layer->count) memcpy(grown, layer->results, layer->count * sizeof *grown);
    qsi_array_free(layer->results);
    layer->results = grown;
    *result = &grown[layer->count++];
    **result = (qsi_layer_result){.damp = NAN, .power = NAN, .rounds = NAN};
    return QS_OK;
}

int qs_layer_measure(qs_layer *layer, const char *recipe)
{
    qsi_layer_result *result = NULL;
    qsi_recipe parsed;
    size_t values = layer->rows * layer->dim;
    int status = qsi_recipe_parse(recipe, &parsed);
    bool fits = !status && (parsed.method == &qsi_method_weights || parsed.method == &qsi_method_static ||
                            parsed.method == &qsi_method_dynamic);
    if (!status && (!fits || parsed.layers || qsi_recipe_word(&parsed, QSI_CORRECT) != QSI_CORRECT_NONE ||
                    qsi_recipe_word(&parsed, QSI_ARITHMETIC) != QSI_FAKE))
        return qsi_fail_option(
            "", "a layer takes weights, static, dynamic and how weights are rounded (rtn, mse, gptq, "
                "awq, hqq, smoothquant), without correct, arithmetic and layers by name");
    if (!status && !layer->sets[0].n) return qsi_fail(QS_E_DATA, "there are no inputs to measure on");
    if (!status) status = add_result(layer, &result);
    if (status) return status;
    result->recipe = parsed;
    trial t = {.layer = layer, .recipe = &result->recipe, .result = result};
    t.s = qsi_array(layer->dim, sizeof *t.s);
    t.w = qsi_array(values, sizeof *t.w);
    t.decoded = qsi_array(values, sizeof *t.decoded);
    t.scale = qsi_array(layer->rows, sizeof *t.scale);
    t.x = qsi_array(calibration(layer)->n * layer->dim, sizeof *t.x);
    status = t.s && t.w && t.decoded && t.scale && t.x ? run_trial(&t) : QS_E_MEMORY;
    if (status) qsi_error_get(&result->problem);
    float *const arrays[] = {t.s, t.w, t.decoded, t.scale, t.x};
    for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) qsi_array_free(arrays[a]);
    return status == QS_E_MEMORY ? status : QS_OK;
}

/* ------------------------------------------------------------------------------------------------- report */

static void figure(qsi_json *json, const char *key, double value)
{
    qsi_json_key(json, key);
    qsi_json_figure(json, value);
}

static void bytes_json(const qs_layer *layer, const qsi_recipe *recipe, qsi_json *json)
{
    qsi_ledger ledger = {.total = 4 * (double)layer->rows * (double)layer->dim};
    qsi_json_key(json, "bytes");
    if (!recipe->w.plain && qsi_ledger_make(&recipe->w.spec, (double)layer->rows, layer->dim, &ledger)) {
        qsi_json_null(json);
        return;
    }
    qsi_json_open(json, '{');
    qsi_ledger_json(&ledger, json);
    qsi_json_close(json, '}');
}

static void result_json(const qs_layer *layer, const qsi_layer_result *r, qsi_json *json)
{
    char text[QSI_RECIPE_TEXT], copy[sizeof r->notes];
    qsi_recipe_text(&r->recipe, text);
    qsi_json_open(json, '{');
    qsi_json_key(json, "recipe");
    qsi_json_text(json, text);
    if (r->problem.code) {
        qsi_json_key(json, "problem");
        qsi_json_text(json, r->problem.message);
        qsi_json_close(json, '}');
        return;
    }
    bytes_json(layer, &r->recipe, json);
    figure(json, "output_rel_err", r->error);
    figure(json, "calibration_rel_err", r->calibration_error);
    qsi_json_key(json, "dead_inputs");
    qsi_json_whole(json, r->dead);
    figure(json, "damp", r->damp);
    figure(json, "awq_r", r->power);
    figure(json, "hqq_rounds", r->rounds);
    qsi_json_key(json, "notes");
    qsi_json_open(json, '[');
    strcpy(copy, r->notes);
    for (char *line = copy; *line;) {
        size_t length = strcspn(line, "\n");
        bool last = !line[length];
        line[length] = 0;
        qsi_json_text(json, line);
        line += length + !last;
    }
    qsi_json_close(json, ']');
    qsi_json_close(json, '}');
}

size_t qs_layer_json(const qs_layer *layer, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    const struct {
        const char *key;
        size_t value;
    } counts[] = {{"rows", layer->rows},
                  {"dim", layer->dim},
                  {"inputs", layer->sets[0].n},
                  {"calibration", layer->sets[1].n}};
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "quantscope");
    qsi_json_text(&json, qs_version());
    qsi_json_key(&json, "layer");
    qsi_json_open(&json, '{');
    for (int i = 0; i < 4; i++) {
        qsi_json_key(&json, counts[i].key);
        qsi_json_whole(&json, (double)counts[i].value);
    }
    qsi_json_close(&json, '}');
    qsi_json_key(&json, "results");
    qsi_json_open(&json, '[');
    for (size_t r = 0; r < layer->count; r++) result_json(layer, &layer->results[r], &json);
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
