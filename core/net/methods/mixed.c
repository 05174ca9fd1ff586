/*
 * Mixed precision: bits for each layer within a budget of bytes, by what each layer alone does to the answers.
 *
 *   rise D_l(b)  of the mean cross-entropy on the calibration samples with layer l alone at b bits
 *   exact        the least sum of D within the budget, over all choices (a table over layers, pruned to the choices
 *                that no other beats in both bytes and loss)
 *   greedy       the lower convex hull of (bytes, D) of each layer; from the least bits, steps by slope, what does
 * not fit is passed over truth        every choice is run on the calibration samples; for at most 300 choices
 *
 * Ties: fewer bytes, then fewer bits in the earlier layer. The recipe's choice is what is measured.
 */
#include "net/net.h"

#include "base/size.h"
#include "net/report.h"
#include "plan/ledger.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST = 2, MOST_TRUTH = 300, MOST_POINTS = 20000 };

static bool has_width(const qsi_job *job, size_t w)
{
    return (uint32_t)job->recipe.value[QSI_WIDTHS] >> (w + LEAST) & 1;
}

/* The recipe's spec of weights with other bits. */
static int width_spec(const qsi_job *job, size_t w, qsi_spec *spec)
{
    char text[QSI_SPEC_TEXT], other[QSI_SPEC_TEXT];
    qsi_spec_text(&job->recipe.w.spec, text);
    snprintf(other, sizeof other, "int%zu%s", w + LEAST, text + strcspn(text, ":"));
    return qsi_spec_parse(other, spec);
}

static int set_width(qsi_job *job, size_t l, size_t w)
{
    qsi_spec spec;
    int status = width_spec(job, w, &spec);
    return status ? status : qsi_model_code_weights(&job->model.layers[l], &job->chain->layers[l], &spec);
}

static void set_plain(qsi_job *job, size_t l)
{
    const qsi_layer *layer = &job->chain->layers[l];
    memcpy(job->model.layers[l].weight, layer->weight, layer->rows * layer->dim * sizeof *layer->weight);
}

static int calibration_loss(const qsi_job *job, double *loss)
{
    const qsi_samples *samples = qsi_net_calibration(job->net);
    double wanted = job->recipe.value[QSI_CALIBRATE];
    size_t n = wanted < (double)samples->labelled ? (size_t)wanted : samples->labelled;
    return qsi_mean_cross_entropy(&job->model, samples, n, loss);
}

/* ------------------------------------------------------------------------------------------------- sensitivity */

static int start(qsi_job *job)
{
    qsi_mixed *mixed = job->mixed = qsi_array_zero(1, sizeof *mixed);
    if (!mixed) return QS_E_MEMORY;
    int status = qsi_model_open(&job->model, job->chain);
    if (!status) status = calibration_loss(job, &mixed->base);
    for (size_t l = 0; l < job->chain->count && !status; l++) {
        const qsi_layer *layer = &job->chain->layers[l];
        qsi_ledger ledger = {.total = 0};
        for (size_t w = 0; w < QSI_MIXED_WIDTHS && !status; w++) {
            qsi_spec spec;
            mixed->rise[l][w] = NAN;
            status = width_spec(job, w, &spec);
            if (!status) status = qsi_ledger_make(&spec, (double)layer->rows, layer->dim, &ledger);
            mixed->bytes[l][w] = ledger.total;
        }
        if (!status) status = qsi_ledger_make(&job->recipe.w.spec, (double)layer->rows, layer->dim, &ledger);
        mixed->budget += ledger.total;
    }
    if (job->recipe.value[QSI_BUDGET] > 0) mixed->budget = job->recipe.value[QSI_BUDGET];
    return status ? status : 1;
}

/* One layer at one width; at: layer * widths + width. */
static int measure_rise(qsi_job *job, size_t at)
{
    size_t l = at / QSI_MIXED_WIDTHS, w = at % QSI_MIXED_WIDTHS;
    double loss = 0;
    if (!has_width(job, w)) return QS_OK;
    int status = set_width(job, l, w);
    if (!status) status = calibration_loss(job, &loss);
    job->mixed->rise[l][w] = loss - job->mixed->base;
    set_plain(job, l);
    return status;
}

/* ------------------------------------------------------------------------------------------------- choices */

/* Whether a choice is better than another: loss, then bytes, then fewer bits first. */
static int compare(double loss, double bytes, const uint8_t *bits, double other_loss, double other_bytes,
                   const uint8_t *other, size_t layers)
{
    if (loss != other_loss) return loss < other_loss ? -1 : 1;
    if (bytes != other_bytes) return bytes < other_bytes ? -1 : 1;
    return memcmp(bits, other, layers);
}

typedef struct point {
    double loss, bytes;
    uint8_t bits[QSI_MOST_LAYERS];
} point;

static int by_bytes(const void *a, const void *b)
{
    const point *x = a, *y = b;
    if (x->bytes != y->bytes) return x->bytes < y->bytes ? -1 : 1;
    return compare(x->loss, x->bytes, x->bits, y->loss, y->bytes, y->bits, QSI_MOST_LAYERS);
}

/* Drops points that another beats in bytes and loss. */
static size_t prune(point *points, size_t count)
{
    size_t kept = 0;
    qsort(points, count, sizeof *points, by_bytes);
    for (size_t p = 0; p < count; p++)
        if (!kept || points[p].loss < points[kept - 1].loss) points[kept++] = points[p];
    return kept;
}

static int choose_exact(qsi_job *job, qsi_mixed_choice *choice)
{
    const qsi_mixed *mixed = job->mixed;
    size_t count = 1, next;
    point *points = qsi_array_zero(MOST_POINTS, sizeof *points);
    point *grown = qsi_array_zero((size_t)MOST_POINTS * QSI_MIXED_WIDTHS, sizeof *grown);
    if (!points || !grown) count = 0;
    for (size_t l = 0; l < job->chain->count && count; l++, count = next) {
        size_t made = 0;
        for (size_t p = 0; p < count; p++)
            for (size_t w = 0; w < QSI_MIXED_WIDTHS; w++) {
                if (!has_width(job, w) || points[p].bytes + mixed->bytes[l][w] > mixed->budget) continue;
                grown[made] = points[p];
                grown[made].bytes += mixed->bytes[l][w];
                grown[made].loss += mixed->rise[l][w];
                grown[made++].bits[l] = (uint8_t)(w + LEAST);
            }
        next = prune(grown, made);
        if (next > MOST_POINTS) next = MOST_POINTS;
        memcpy(points, grown, next * sizeof *points);
    }
    if (count) { /* the last has the least loss */
        const point *best = &points[count - 1];
        *choice = (qsi_mixed_choice){.there = true, .bytes = best->bytes, .model_loss = mixed->base + best->loss};
        memcpy(choice->bits, best->bits, sizeof choice->bits);
    }
    bool memory = points && grown;
    qsi_array_free(points);
    qsi_array_free(grown);
    return memory ? QS_OK : QS_E_MEMORY;
}

/* The next width up on the lower convex hull of a layer, and the fall of loss a byte; 0 where there is none. */
static size_t hull_step(const qsi_job *job, size_t l, size_t from, double *slope)
{
    const qsi_mixed *mixed = job->mixed;
    size_t best = from;
    *slope = 0;
    for (size_t w = from + 1; w < QSI_MIXED_WIDTHS; w++) {
        double fall = (mixed->rise[l][from] - mixed->rise[l][w]) / (mixed->bytes[l][w] - mixed->bytes[l][from]);
        if (!has_width(job, w) || !(fall > *slope)) continue;
        *slope = fall;
        best = w;
    }
    return best;
}

static void choose_greedy(qsi_job *job, qsi_mixed_choice *choice)
{
    const qsi_mixed *mixed = job->mixed;
    size_t layers = job->chain->count, width[QSI_MOST_LAYERS];
    bool closed[QSI_MOST_LAYERS] = {false};
    size_t least = 0;
    while (!has_width(job, least)) least++;
    double bytes = 0, loss = mixed->base;
    for (size_t l = 0; l < layers; l++) {
        width[l] = least;
        bytes += mixed->bytes[l][least];
    }
    if (bytes > mixed->budget) return;
    for (;;) {
        size_t best = layers, to = 0;
        double steepest = 0;
        for (size_t l = 0; l < layers; l++) {
            double slope;
            size_t next = hull_step(job, l, width[l], &slope);
            if (closed[l] || next == width[l] || slope <= steepest) continue;
            best = l;
            to = next;
            steepest = slope;
        }
        if (best == layers) break;
        double more = mixed->bytes[best][to] - mixed->bytes[best][width[best]];
        closed[best] = bytes + more > mixed->budget;
        if (closed[best]) continue;
        bytes += more;
        width[best] = to;
    }
    *choice = (qsi_mixed_choice){.there = true, .bytes = bytes};
    for (size_t l = 0; l < layers; l++) {
        choice->bits[l] = (uint8_t)(width[l] + LEAST);
        loss += mixed->rise[l][width[l]];
    }
    choice->model_loss = loss;
}

static int run_choice(qsi_job *job, const uint8_t *bits, double *loss)
{
    int status = QS_OK;
    for (size_t l = 0; l < job->chain->count && !status; l++) status = set_width(job, l, bits[l] - LEAST);
    return status ? status : calibration_loss(job, loss);
}

/* ------------------------------------------------------------------------------------------------- truth */

/* How many choices there are; more than MOST_TRUTH: they are not run. */
static size_t count_choices(const qsi_job *job)
{
    size_t widths = 0, count = 1;
    for (size_t w = 0; w < QSI_MIXED_WIDTHS; w++) widths += has_width(job, w);
    for (size_t l = 0; l < job->chain->count && count <= MOST_TRUTH; l++) count *= widths;
    return count;
}

static int try_choice(qsi_job *job, size_t number)
{
    const qsi_mixed *mixed = job->mixed;
    qsi_mixed_choice *best = &job->mixed->choices[QSI_CHOOSE_TRUTH], choice = {.there = true};
    size_t layers = job->chain->count;
    for (size_t l = layers; l-- > 0;) {
        size_t widths[QSI_MIXED_WIDTHS], count = 0;
        for (size_t w = 0; w < QSI_MIXED_WIDTHS; w++)
            if (has_width(job, w)) widths[count++] = w;
        size_t w = widths[number % count];
        number /= count;
        choice.bits[l] = (uint8_t)(w + LEAST);
        choice.bytes += mixed->bytes[l][w];
        choice.model_loss += mixed->rise[l][w];
    }
    if (choice.bytes > mixed->budget) return QS_OK;
    choice.model_loss += mixed->base;
    int status = run_choice(job, choice.bits, &choice.cross_entropy);
    if (!status && (!best->there || compare(choice.cross_entropy, choice.bytes, choice.bits, best->cross_entropy,
                                            best->bytes, best->bits, layers) < 0))
        *best = choice;
    return status;
}

/* ------------------------------------------------------------------------------------------------- the end */

static int finish(qsi_job *job)
{
    qsi_mixed *mixed = job->mixed;
    int chosen = qsi_recipe_word(&job->recipe, QSI_CHOOSE), status = QS_OK;
    for (int c = 0; c < QSI_CHOOSE_TRUTH && !status; c++)
        if (mixed->choices[c].there)
            status = run_choice(job, mixed->choices[c].bits, &mixed->choices[c].cross_entropy);
    const qsi_mixed_choice *choice = &mixed->choices[chosen];
    if (status) return status;
    if (!choice->there && chosen == QSI_CHOOSE_TRUTH && count_choices(job) > MOST_TRUTH)
        return qsi_fail_option("choose", "choose=truth runs at most %d choices; use fewer widths, or choose=exact",
                               MOST_TRUTH);
    if (!choice->there)
        return qsi_fail_option("budget", "budget=%.0f: no choice of widths takes so few bytes", mixed->budget);
    double loss;
    status = run_choice(job, choice->bits, &loss);
    return status;
}

static int step(qsi_job *job, double work)
{
    size_t rises = job->chain->count * QSI_MIXED_WIDTHS, choices = count_choices(job), at = job->at;
    (void)work; /* one choice of widths at a time */
    if (!job->mixed) return start(job);
    if (choices > MOST_TRUTH) choices = 0;
    job->progress_done = (double)at;
    job->progress_total = (double)(rises + choices + 1);
    job->at++;
    if (at < rises) {
        int status = measure_rise(job, at);
        return status ? status : 1;
    }
    if (at == rises) {
        int status = choose_exact(job, &job->mixed->choices[QSI_CHOOSE_EXACT]);
        choose_greedy(job, &job->mixed->choices[QSI_CHOOSE_GREEDY]);
        return status ? status : 1;
    }
    if (at - rises - 1 < choices) {
        int status = try_choice(job, at - rises - 1);
        return status ? status : 1;
    }
    return finish(job);
}

/* ------------------------------------------------------------------------------------------------- report */

void qsi_mixed_spec(const qsi_job *job, size_t l, qsi_spec *spec)
{
    const qsi_mixed_choice *choice = &job->mixed->choices[qsi_recipe_word(&job->recipe, QSI_CHOOSE)];
    *spec = job->recipe.w.spec;
    if (choice->there) width_spec(job, choice->bits[l] - LEAST, spec);
}

static void choice_json(const qsi_job *job, int c, qsi_json *json)
{
    const qsi_mixed_choice *choice = &job->mixed->choices[c];
    qsi_json_key(json, qsi_recipe_option_rows[QSI_CHOOSE].words[c]);
    if (!choice->there) {
        qsi_json_null(json);
        return;
    }
    qsi_json_open(json, '{');
    qsi_json_key(json, "bits");
    qsi_json_open(json, '[');
    for (size_t l = 0; l < job->chain->count; l++) qsi_json_whole(json, choice->bits[l]);
    qsi_json_close(json, ']');
    qsi_json_key(json, "bytes");
    qsi_json_whole(json, choice->bytes);
    qsi_json_key(json, "model_loss");
    qsi_json_figure(json, choice->model_loss);
    qsi_json_key(json, "cross_entropy");
    qsi_json_figure(json, choice->cross_entropy);
    qsi_json_close(json, '}');
}

void qsi_mixed_json(const qsi_job *job, qsi_json *json)
{
    const qsi_mixed *mixed = job->mixed;
    qsi_json_key(json, "mixed");
    qsi_json_open(json, '{');
    qsi_json_key(json, "base_cross_entropy");
    qsi_json_figure(json, mixed->base);
    qsi_json_key(json, "budget");
    qsi_json_whole(json, mixed->budget);
    qsi_json_key(json, "sensitivity");
    qsi_json_open(json, '[');
    for (size_t l = 0; l < job->chain->count; l++) {
        qsi_json_open(json, '{');
        qsi_json_key(json, "layer");
        qsi_json_text(json, job->chain->layers[l].name);
        qsi_json_key(json, "widths");
        qsi_json_open(json, '[');
        for (size_t w = 0; w < QSI_MIXED_WIDTHS; w++) {
            if (!has_width(job, w)) continue;
            qsi_json_open(json, '{');
            qsi_json_key(json, "bits");
            qsi_json_whole(json, (double)(w + LEAST));
            qsi_json_key(json, "bytes");
            qsi_json_whole(json, mixed->bytes[l][w]);
            qsi_json_key(json, "rise");
            qsi_json_figure(json, mixed->rise[l][w]);
            qsi_json_close(json, '}');
        }
        qsi_json_close(json, ']');
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
    for (int c = 0; c < QSI_MIXED_CHOICES; c++) choice_json(job, c, json);
    qsi_json_close(json, '}');
}

const qsi_method qsi_method_mixed = {
    .name = "mixed",
    .title = "bits mixed over layers",
    .help =
        "bits for each layer within a budget, by what each layer alone does to the answers on calibration samples",
    .w = "int4",
    .takes = QSI_TAKES(QSI_BUDGET) | QSI_TAKES(QSI_WIDTHS) | QSI_TAKES(QSI_CHOOSE) | QSI_TAKES(QSI_CALIBRATE),
    .chooses = true,
    .step = step,
};
