/* A model on samples: its outputs by threads, and what they come to. */
#include "net/net.h"

#include "base/random.h"
#include "base/size.h"
#include "base/threads.h"
#include "kernels/kernels.h"
#include "net/integer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { AT_ONCE = 64, RESAMPLES = 1000, LOW = 25, HIGH = 975 };

double qsi_exp(double x)
{
    const double log2_e = 1.4426950408889634, ln2_hi = 0x1.62e42feep-1, ln2_lo = 0x1.a39ef35793c76p-33;
    if (x < -708) return 0;
    if (x > 709) return INFINITY;
    double k = floor(x * log2_e + 0.5), r = x - k * ln2_hi - k * ln2_lo, sum = 1;
    for (int i = 11; i > 0; i--) sum = 1 + sum * r / i;
    uint64_t bits = (uint64_t)(1023 + (int64_t)k) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return sum * power;
}

size_t qsi_answer(const float *outputs, size_t classes)
{
    size_t best = 0;
    for (size_t c = 1; c < classes; c++)
        if (outputs[c] > outputs[best]) best = c;
    return best;
}

double qsi_cross_entropy(const float *outputs, size_t classes, size_t label)
{
    double sum = 0, most = (double)outputs[qsi_answer(outputs, classes)];
    for (size_t c = 0; c < classes; c++) sum += qsi_exp((double)outputs[c] - most);
    return log(sum) + most - (double)outputs[label];
}

/* ------------------------------------------------------------------------------------------------- outputs */

typedef struct outputs_work {
    const qsi_model *model;
    const qsi_integer_model *integers; /* NULL: fake */
    const float *x;
    size_t n;
    float *outputs;
    qsi_integer_counts *counts; /* of each part */
} outputs_work;

static void fake_part(const outputs_work *w, const float *x, size_t n, float *to, qsi_passage *passage)
{
    const qsi_chain *chain = w->model->chain;
    size_t values = n * chain->classes;
    qsi_model_forward(w->model, x, n, 0, chain->count, passage);
    if (chain->layers[chain->count - 1].relu) qsi_relu(passage->to, values);
    memcpy(to, passage->to, values * sizeof *to);
    qsi_input_apply(&w->model->output, to, n, chain->classes, passage->codes, NULL);
}

static int outputs_part(void *context, size_t part)
{
    const outputs_work *w = context;
    const qsi_chain *chain = w->model->chain;
    size_t first = part * AT_ONCE, n = w->n - first < AT_ONCE ? w->n - first : AT_ONCE;
    const float *x = w->x + first * chain->in;
    float *to = w->outputs + first * chain->classes;
    if (w->integers) return qsi_integer_forward(w->integers, x, n, to, &w->counts[part], NULL);
    qsi_passage passage;
    int status = qsi_passage_open(&passage, chain, n);
    if (!status) fake_part(w, x, n, to, &passage);
    qsi_passage_close(&passage);
    return status;
}

static int all_parts(outputs_work *w, qsi_integer_counts *sum)
{
    size_t parts = (w->n + AT_ONCE - 1) / AT_ONCE;
    w->counts = w->integers ? qsi_array_zero(parts, sizeof *w->counts) : NULL;
    if (w->integers && !w->counts) return QS_E_MEMORY;
    int status = qsi_each(qs_threads(0), parts, outputs_part, w);
    for (size_t p = 0; sum && w->counts && p < parts; p++)
        for (size_t l = 0; l < w->model->chain->count; l++) {
            if (w->counts[p].peak[l] > sum->peak[l]) sum->peak[l] = w->counts[p].peak[l];
            sum->saturated[l] += w->counts[p].saturated[l];
        }
    qsi_array_free(w->counts);
    return status;
}

int qsi_outputs(qsi_job *job, size_t first, size_t n, float *outputs)
{
    const qsi_samples *test = &job->net->sets[QSI_SET_TEST];
    int arithmetic = qsi_recipe_word(&job->recipe, QSI_ARITHMETIC);
    outputs_work w = {
        .model = &job->model, .x = test->values + first * job->net->chain.in, .n = n, .outputs = outputs};
    if (arithmetic == QSI_FAKE) return all_parts(&w, NULL);
    qsi_integer_model integers;
    qsi_integer_counts counts = {.peak = {0}};
    int status = qsi_integer_open(&integers, &job->model, arithmetic);
    w.integers = &integers;
    if (!status) status = all_parts(&w, &counts);
    for (size_t l = 0; !status && job->run == 0 && l < job->chain->count; l++) {
        qsi_layer_figures *f = &job->layers[l];
        f->peak_sum = fmax(f->peak_sum, (double)counts.peak[l]);
        f->saturated_pairs = (first ? f->saturated_pairs : 0) + counts.saturated[l];
    }
    if (!status || integers.layers) qsi_integer_close(&integers);
    return status;
}

int qsi_mean_cross_entropy(const qsi_model *model, const qsi_samples *samples, size_t n, double *mean)
{
    size_t classes = model->chain->classes;
    float *outputs = qsi_array(n * classes, sizeof *outputs);
    outputs_work w = {.model = model, .x = samples->values, .n = n, .outputs = outputs};
    double sum = 0;
    int status = outputs ? all_parts(&w, NULL) : QS_E_MEMORY;
    for (size_t i = 0; i < n && !status; i++)
        sum += qsi_cross_entropy(outputs + i * classes, classes, samples->labels[i]);
    *mean = sum / (double)n;
    qsi_array_free(outputs);
    return status;
}

/* ------------------------------------------------------------------------------------------------- batch ranges */

typedef struct range_work {
    const qsi_job *job;
    size_t layer;
    int32_t *lo, *hi; /* of each part */
} range_work;

static int range_part(void *context, size_t part)
{
    const range_work *w = context;
    const qsi_model *model = &w->job->model;
    const qsi_chain *chain = model->chain;
    const qsi_samples *test = &w->job->net->sets[QSI_SET_TEST];
    size_t first = part * AT_ONCE, n = test->count - first < AT_ONCE ? test->count - first : AT_ONCE;
    const float *x = test->values + first * chain->in;
    if (!w->layer) {
        qsi_kernels_now()->minmax(x, n * chain->in, &w->lo[part], &w->hi[part]);
        return QS_OK;
    }
    qsi_passage passage;
    int status = qsi_passage_open(&passage, chain, n);
    if (!status) {
        size_t values = n * qsi_shape3_size(chain->layers[w->layer].in);
        qsi_model_forward(model, x, n, 0, w->layer, &passage);
        if (chain->layers[w->layer - 1].relu) qsi_relu(passage.to, values);
        qsi_kernels_now()->minmax(passage.to, values, &w->lo[part], &w->hi[part]);
    }
    qsi_passage_close(&passage);
    return status;
}

int qsi_batch_range(qsi_job *job, size_t layer)
{
    qsi_input_code *code = &job->model.layers[layer].input;
    if (code->kind != QSI_INPUT_FLOAT || !code->bits) return QS_OK;
    size_t parts = (job->net->sets[QSI_SET_TEST].count + AT_ONCE - 1) / AT_ONCE;
    range_work w = {.job = job, .layer = layer};
    w.lo = qsi_array(parts, sizeof *w.lo);
    w.hi = qsi_array(parts, sizeof *w.hi);
    int status = w.lo && w.hi ? qsi_each(qs_threads(0), parts, range_part, &w) : QS_E_MEMORY;
    int32_t lo = INT32_MAX, hi = INT32_MIN;
    for (size_t p = 0; p < parts && !status; p++) {
        lo = w.lo[p] < lo ? w.lo[p] : lo;
        hi = w.hi[p] > hi ? w.hi[p] : hi;
    }
    if (!status)
        status = qsi_input_from_range(qsi_bits_float(qsi_unordered(lo)), qsi_bits_float(qsi_unordered(hi)), code);
    qsi_array_free(w.lo);
    qsi_array_free(w.hi);
    return status;
}

/* ------------------------------------------------------------------------------------------------- figures */

static int by_number(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* 1,000 resamples of the samples: the 2.5 and 97.5 percentiles of the mean change, by nearest rank. */
static void resample(qsi_job *job, const int8_t *change, size_t n)
{
    double sums[RESAMPLES];
    for (size_t s = 0; s < RESAMPLES; s++) {
        sums[s] = 0;
        for (size_t i = 0; i < n; i++) sums[s] += change[qsi_random_below(0, s * n + i, (uint32_t)n)];
    }
    qsort(sums, RESAMPLES, sizeof *sums, by_number);
    job->change_low = sums[LOW - 1] / (double)n;
    job->change_high = sums[HIGH - 1] / (double)n;
}

/* Against the float network, sample by sample. */
static void compare(qsi_job *job, const qsi_samples *test, int8_t *change)
{
    size_t classes = job->net->chain.classes;
    job->lost = job->gained = job->agree = 0;
    for (size_t i = 0; i < test->count; i++) {
        size_t before = qsi_answer(job->net->reference.outputs + i * classes, classes);
        size_t after = qsi_answer(job->outputs + i * classes, classes);
        bool labelled = i < test->labelled;
        bool was = labelled && before == test->labels[i], is = labelled && after == test->labels[i];
        job->agree += before == after;
        job->lost += was && !is;
        job->gained += is && !was;
        change[i] = (int8_t)(is - was);
    }
}

void qsi_job_figures(qsi_job *job)
{
    const qsi_samples *test = &job->net->sets[QSI_SET_TEST];
    size_t classes = job->net->chain.classes;
    qsi_run_figures *run = &job->runs[job->run];
    run->right = run->cross_entropy = 0;
    for (size_t i = 0; i < test->labelled; i++) {
        const float *outputs = job->run_outputs + i * classes;
        run->right += qsi_answer(outputs, classes) == test->labels[i];
        run->cross_entropy += qsi_cross_entropy(outputs, classes, test->labels[i]);
    }
    run->cross_entropy /= (double)test->labelled;
    if (job->run) return;
    memcpy(job->outputs, job->run_outputs, test->count * classes * sizeof *job->outputs);
    if (job == &job->net->reference) return;
    int8_t *change = qsi_array(test->count, 1);
    if (!change) return; /* the interval alone is missing, and the next step fails for the same reason */
    compare(job, test, change);
    resample(job, change, test->count);
    qsi_array_free(change);
}
