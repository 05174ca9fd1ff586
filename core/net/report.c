/* The report of a net, and its progress. */
#include "net/report.h"

#include "net/job.h"
#include "net/rules.h"
#include "plan/ledger.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ------------------------------------------------------------------------------------------------- bytes */

static void add_ledger(qsi_ledger *sum, const qsi_ledger *part)
{
    sum->codes += part->codes;
    sum->scales += part->scales;
    sum->zeros += part->zeros;
    sum->padding += part->padding;
    sum->params += part->params;
    sum->total += part->total;
}

/* What a layer's weights are coded as; of mixed widths what was chosen, in *chosen. */
static const qsi_recipe_code *coded_weights(const qsi_job *job, size_t l, qsi_recipe_code *chosen)
{
    if (!job->mixed) return qsi_recipe_layer_code(&job->recipe, job->chain->layers[l].name, false);
    *chosen = job->recipe.w;
    qsi_mixed_spec(job, l, &chosen->spec);
    return chosen;
}

int qsi_layer_ledger(const qsi_job *job, size_t l, qsi_ledger *out)
{
    const qsi_layer *layer = &job->chain->layers[l];
    qsi_recipe_code chosen;
    const qsi_recipe_code *code = coded_weights(job, l, &chosen);
    const qsi_method *method = job->recipe.method;
    qsi_spec f32;
    if (method && method->signs) { /* packed rows and a float32 scale for each */
        double bytes = (double)((layer->dim * (method == &qsi_method_bwn ? 1 : 2) + 7) / 8 * layer->rows);
        *out = (qsi_ledger){
            .codes = bytes, .scales = 4 * (double)layer->rows, .total = bytes + 4 * (double)layer->rows};
        return QS_OK;
    }
    if (job->kept_bits[l] > 0) {
        double bytes = ceil(job->kept_bits[l] / 8);
        *out = (qsi_ledger){.codes = bytes, .total = bytes};
        return QS_OK;
    }
    if (code->given && !code->plain) return qsi_ledger_make(&code->spec, (double)layer->rows, layer->dim, out);
    int status = qsi_spec_parse("f32", &f32);
    return status ? status : qsi_ledger_make(&f32, (double)layer->rows, layer->dim, out);
}

double qsi_job_bytes(const qsi_job *job, qsi_ledger *weights, double *biases)
{
    *weights = (qsi_ledger){0};
    *biases = 0;
    for (size_t l = 0; l < job->chain->count; l++) {
        qsi_ledger part;
        if (qsi_layer_ledger(job, l, &part)) part = (qsi_ledger){0};
        add_ledger(weights, &part);
        if (job->chain->layers[l].has_bias) *biases += 4 * (double)job->chain->layers[l].rows;
    }
    return weights->total + *biases;
}

static void bytes_json(const qsi_job *job, qsi_json *json)
{
    qsi_ledger sum;
    double biases, total = qsi_job_bytes(job, &sum, &biases);
    const struct {
        const char *key;
        double value;
    } parts[] = {{"codes", sum.codes},   {"scales", sum.scales}, {"zeros", sum.zeros}, {"padding", sum.padding},
                 {"params", sum.params}, {"biases", biases},     {"total", total}};
    qsi_json_key(json, "bytes");
    qsi_json_open(json, '{');
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        qsi_json_key(json, parts[i].key);
        qsi_json_whole(json, parts[i].value);
    }
    qsi_json_key(json, "bits_per_value");
    qsi_json_figure(json, 8 * total / (double)job->chain->values);
    qsi_json_close(json, '}');
}

/* ------------------------------------------------------------------------------------------------- layers */

static void input_json(const qsi_input_code *code, qsi_json *json)
{
    qsi_json_key(json, "a");
    if (!code->bits) {
        qsi_json_null(json);
        return;
    }
    bool known = code->kind == QSI_INPUT_FIXED || code->kind == QSI_INPUT_STEP;
    qsi_json_open(json, '{');
    qsi_json_key(json, "bits");
    qsi_json_whole(json, code->bits);
    const char *const keys[] = {"lo", "hi", "scale"};
    const float values[] = {code->lo, code->hi, code->scale};
    for (int i = 0; i < 3; i++) {
        qsi_json_key(json, keys[i]);
        if (known)
            qsi_json_exact(json, values[i]);
        else
            qsi_json_null(json);
    }
    qsi_json_key(json, "zero");
    if (known)
        qsi_json_whole(json, code->zero);
    else
        qsi_json_null(json);
    qsi_json_close(json, '}');
}

static void layer_json(const qsi_job *job, size_t l, qsi_json *json)
{
    const qsi_layer_figures *f = &job->layers[l];
    qsi_recipe_code chosen;
    const qsi_recipe_code *code = coded_weights(job, l, &chosen);
    char text[QSI_SPEC_TEXT] = "f32";
    qsi_ledger ledger = {0};
    qsi_json_open(json, '{');
    qsi_json_key(json, "name");
    qsi_json_text(json, job->chain->layers[l].name);
    if (code->given) qsi_recipe_code_text(code, false, text);
    qsi_json_key(json, "w");
    qsi_json_text(json, job->recipe.method->signs ? job->recipe.method->name : text);
    input_json(&job->model.layers[l].input, json);
    qsi_json_key(json, "bytes");
    qsi_json_whole(json, qsi_layer_ledger(job, l, &ledger) ? NAN : ledger.total);
    const struct {
        const char *key;
        double value;
    } figures[] = {{"clipped_share", f->clipped_share},
                   {"weight_sqnr_db", f->weight_sqnr_db},
                   {"alone_sqnr_db", f->alone_sqnr_db},
                   {"accumulated_sqnr_db", f->accumulated_sqnr_db}};
    const struct {
        const char *key;
        double value;
    } counts[] = {
        {"peak_acc", f->peak_sum}, {"saturated_pairs", f->saturated_pairs}, {"used_levels", f->used_levels}};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++)
        qsi_report_figure(json, figures[i].key, figures[i].value);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        qsi_json_key(json, counts[i].key);
        if (isfinite(counts[i].value))
            qsi_json_whole(json, counts[i].value);
        else
            qsi_json_null(json);
    }
    qsi_report_figure(json, "channel_spread", f->channel_spread);
    qsi_report_figure(json, "outlier_ratio", f->outlier_ratio);
    qsi_report_figure(json, "input_spread", f->input_spread);
    qsi_json_close(json, '}');
}

/* ------------------------------------------------------------------------------------------------- energy */

/* Picojoules at 45 nm (Horowitz, ISSCC 2014): a multiplication with its addition in float32, and of int8 into
 * int32; 32 bits from DRAM. Below 8 bits there is no source: null. */
static void energy_json(const qsi_job *job, qsi_json *json)
{
    const double float_pj = 4.6, int8_pj = 0.3, dram_pj = 640;
    double arithmetic = 0, biases;
    qsi_ledger weights;
    for (size_t l = 0; l < job->chain->count; l++) {
        const qsi_model_layer *m = &job->model.layers[l];
        const qsi_recipe_code *w = qsi_recipe_layer_code(&job->recipe, job->chain->layers[l].name, false);
        bool eight = m->codes && m->input.bits == 8 && w->given && !w->plain && w->spec.format->code_bits == 8;
        bool floats = !m->input.bits;
        arithmetic += qsi_layer_macs(&job->chain->layers[l]) * (eight ? int8_pj : floats ? float_pj : NAN);
    }
    qsi_json_key(json, "energy");
    qsi_json_open(json, '{');
    qsi_report_figure(json, "arithmetic_pj", arithmetic);
    qsi_report_figure(json, "weights_dram_pj", qsi_job_bytes(job, &weights, &biases) / 4 * dram_pj);
    qsi_json_key(json, "source");
    qsi_json_text(json, "Horowitz, ISSCC 2014, 45 nm: computed, not measured");
    qsi_json_close(json, '}');
}

/* ------------------------------------------------------------------------------------------------- a result */

static void notes_json(const qsi_job *job, qsi_json *json)
{
    char copy[QSI_NOTES];
    strcpy(copy, job->notes);
    qsi_json_key(json, "notes");
    qsi_json_open(json, '[');
    for (char *line = copy; *line;) {
        size_t length = strcspn(line, "\n");
        bool last = !line[length];
        line[length] = 0;
        qsi_json_text(json, line);
        line += length + !last;
    }
    qsi_json_close(json, ']');
}

static void head_json(const qsi_job *job, qsi_json *json)
{
    char text[QSI_RECIPE_TEXT], code[QSI_SPEC_TEXT];
    const qsi_recipe *recipe = &job->recipe;
    qsi_recipe_text(recipe, text);
    qsi_json_key(json, "recipe");
    qsi_json_text(json, text);
    if (job->problem.code) {
        qsi_json_key(json, "problem");
        qsi_json_text(json, job->problem.message);
        return;
    }
    const struct {
        const char *key;
        const qsi_recipe_code *code;
    } codes[] = {{"w", &recipe->w}, {"a", &recipe->a}};
    for (int i = 0; i < 2; i++) {
        qsi_json_key(json, codes[i].key);
        if (codes[i].code->given)
            qsi_recipe_code_text(codes[i].code, i == 1, code);
        else
            strcpy(code, "f32");
        qsi_json_text(json, code);
    }
    qsi_json_key(json, "method");
    qsi_json_text(json, recipe->method->name);
    qsi_json_key(json, "control");
    qsi_json_bool(json, job->control);
    qsi_json_key(json, "arithmetic");
    qsi_json_text(json, qsi_recipe_option_rows[QSI_ARITHMETIC].words[qsi_recipe_word(recipe, QSI_ARITHMETIC)]);
}

static void result_json(const qsi_job *job, qsi_json *json)
{
    qsi_json_open(json, '{');
    head_json(job, json);
    if (!job->problem.code) {
        bytes_json(job, json);
        qsi_accuracy_json(job, json);
        qsi_change_json(job, json);
        qsi_json_key(json, "layers");
        qsi_json_open(json, '[');
        for (size_t l = 0; l < job->chain->count; l++) layer_json(job, l, json);
        qsi_json_close(json, ']');
        if (job->recipe.method->trains) qsi_runs_json(job, json);
        if (job->mixed) qsi_mixed_json(job, json);
        energy_json(job, json);
        notes_json(job, json);
        qsi_net_findings_json(job, json);
    }
    qsi_json_close(json, '}');
}

/* ------------------------------------------------------------------------------------------------- the network */

void qsi_chain_json(const qsi_chain *chain, qsi_json *json)
{
    double macs = 0;
    qsi_json_open(json, '{');
    qsi_json_key(json, "layers");
    qsi_json_open(json, '[');
    for (size_t l = 0; l < chain->count; l++) {
        const qsi_layer *layer = &chain->layers[l];
        const qsi_shape3 shapes[] = {layer->in, layer->out};
        macs += qsi_layer_macs(layer);
        qsi_json_open(json, '{');
        qsi_json_key(json, "name");
        qsi_json_text(json, layer->name);
        qsi_json_key(json, "kind");
        qsi_json_text(json, layer->conv ? "conv" : "linear");
        for (int s = 0; s < 2; s++) {
            qsi_json_key(json, s ? "out" : "in");
            qsi_json_open(json, '[');
            qsi_json_whole(json, (double)shapes[s].c);
            if (layer->conv) qsi_json_whole(json, (double)shapes[s].h), qsi_json_whole(json, (double)shapes[s].w);
            qsi_json_close(json, ']');
        }
        qsi_json_key(json, "weights");
        qsi_json_open(json, '[');
        qsi_json_whole(json, (double)layer->rows);
        qsi_json_whole(json, (double)layer->dim);
        qsi_json_close(json, ']');
        qsi_json_key(json, "relu");
        qsi_json_bool(json, layer->relu);
        qsi_json_key(json, "macs");
        qsi_json_whole(json, qsi_layer_macs(layer));
        qsi_json_key(json, "values");
        qsi_json_whole(json, (double)(layer->rows * layer->dim + (layer->has_bias ? layer->rows : 0)));
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
    qsi_json_key(json, "macs");
    qsi_json_whole(json, macs);
    qsi_json_key(json, "values");
    qsi_json_whole(json, (double)chain->values);
    qsi_json_key(json, "inputs");
    qsi_json_whole(json, (double)chain->in);
    qsi_json_key(json, "classes");
    qsi_json_whole(json, (double)chain->classes);
    qsi_json_key(json, "divisor");
    qsi_json_figure(json, chain->divisor);
    qsi_json_close(json, '}');
}

size_t qs_net_chain_json(const qs_net *net, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_chain_json(&net->chain, &json);
    return qsi_json_end(&json);
}

static void data_json(const qs_net *net, qsi_json *json)
{
    qsi_json_key(json, "data");
    qsi_json_open(json, '{');
    qsi_json_key(json, "samples");
    qsi_json_whole(json, (double)net->sets[QSI_SET_TEST].count);
    qsi_json_key(json, "calibration");
    qsi_json_whole(json, (double)net->sets[QSI_SET_CALIBRATE].count);
    qsi_json_key(json, "training");
    qsi_json_whole(json, (double)net->sets[QSI_SET_TRAIN].count);
    qsi_json_close(json, '}');
}

size_t qs_net_json(const qs_net *net, char *dst, size_t cap)
{
    qsi_json json = qsi_json_start(dst, cap);
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "quantscope");
    qsi_json_text(&json, qs_version());
    qsi_json_key(&json, "net");
    qsi_chain_json(&net->chain, &json);
    data_json(net, &json);
    qsi_json_key(&json, "float");
    if (net->started && net->reference.stage == QSI_JOB_DONE) {
        qsi_json_open(&json, '{');
        qsi_accuracy_json(&net->reference, &json);
        qsi_json_key(&json, "bytes");
        qsi_json_whole(&json, 4 * (double)net->chain.values);
        qsi_json_close(&json, '}');
    } else {
        qsi_json_null(&json);
    }
    qsi_json_key(&json, "results");
    qsi_json_open(&json, '[');
    for (size_t j = 0; j < net->jobs; j++)
        if (net->job[j].stage == QSI_JOB_DONE) result_json(&net->job[j], &json);
    qsi_json_close(&json, ']');
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}

size_t qs_net_progress_json(const qs_net *net, char *dst, size_t cap)
{
    static const char *const stages[] = {"code", "ranges", "measure", "layers", "done"};
    qsi_json json = qsi_json_start(dst, cap);
    const qsi_job *job = net->reference.stage == QSI_JOB_DONE && net->at < net->jobs ? &net->job[net->at] : NULL;
    char text[QSI_RECIPE_TEXT] = "float32";
    double done = 0, total = 1;
    if (job) {
        qsi_recipe_text(&job->recipe, text);
        bool coding = job->stage == QSI_JOB_MODEL, measuring = job->stage == QSI_JOB_OUTPUTS;
        done = coding ? job->progress_done : (double)job->at;
        total = coding ? job->progress_total : measuring ? (double)net->sets[QSI_SET_TEST].count : 1;
    }
    bool over = net->started && net->reference.stage == QSI_JOB_DONE && net->at >= net->jobs;
    qsi_json_open(&json, '{');
    qsi_json_key(&json, "result");
    qsi_json_whole(&json, (double)net->at);
    qsi_json_key(&json, "results");
    qsi_json_whole(&json, (double)net->jobs);
    qsi_json_key(&json, "recipe");
    qsi_json_text(&json, text);
    qsi_json_key(&json, "stage");
    qsi_json_text(&json, over                                           ? "done"
                         : !job                                         ? "measure"
                         : job->training && job->stage == QSI_JOB_MODEL ? "train"
                                                                        : stages[job->stage]);
    qsi_report_figure(&json, "done", done);
    qsi_report_figure(&json, "total", total);
    qsi_json_key(&json, "run");
    qsi_json_whole(&json, job ? (double)job->run : 0);
    qsi_report_figure(&json, "epoch", job ? job->progress_epoch : NAN);
    qsi_report_figure(&json, "loss", job ? job->progress_loss : NAN);
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
