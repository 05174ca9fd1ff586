/*
 * The state of a net as bytes: for each recipe how far it is, and what only its work knows. One function walks over
 * all of it to write, to measure and to read, so that the three agree.
 *
 *   "QSNET1\0\0" | values of the chain, samples, classes (8 bytes each) | recipes: text length, text, bytes, body
 *
 * A body is: stage, place, run, problem, notes, figures, outputs, the model if there is one, training if it is on.
 * Coding without training is done anew after reading, from its first step: it is short and comes out the same.
 */
#include "net/job.h"
#include "net/train.h"

#include "base/bytes.h"
#include "base/size.h"

#include <string.h>

static const char MAGIC[8] = "QSNET1";

typedef struct walker {
    uint8_t *dst;       /* written; NULL: only measured */
    const uint8_t *src; /* read; NULL: writing */
    size_t at, bytes;   /* of src */
    bool broken;
} walker;

static void pass(walker *w, void *data, size_t bytes)
{
    if (w->src && (w->broken || bytes > w->bytes - w->at)) {
        w->broken = true;
        return;
    }
    if (w->src) memcpy(data, w->src + w->at, bytes);
    if (w->dst) memcpy(w->dst + w->at, data, bytes);
    w->at += bytes;
}

static void pass_number(walker *w, double *value)
{
    pass(w, value, sizeof *value);
}

static void pass_size(walker *w, size_t *value)
{
    double number = (double)*value;
    pass_number(w, &number);
    if (w->src && !(number >= 0 && number <= (double)(SIZE_MAX / 2))) w->broken = true;
    if (w->src && !w->broken) *value = (size_t)number;
}

static void pass_flag(walker *w, bool *value)
{
    uint8_t byte = *value;
    pass(w, &byte, 1);
    *value = byte != 0;
}

/* ------------------------------------------------------------------------------------------------- a model */

static bool is_input(const qsi_input_code *code)
{
    return code->kind <= QSI_INPUT_STEP && code->bits <= 8 && code->zero >= 0 && code->zero <= 255;
}

static void pass_model(walker *w, qsi_job *job, qsi_model *model)
{
    bool there = model->layers != NULL;
    pass_flag(w, &there);
    if (!there || w->broken) return;
    if (w->src && !model->layers && qsi_model_open(model, &job->net->chain)) w->broken = true;
    for (size_t l = 0; l < job->net->chain.count && !w->broken; l++) {
        const qsi_layer *shape = &job->net->chain.layers[l];
        qsi_model_layer *m = &model->layers[l];
        bool codes = m->codes != NULL;
        pass(w, m->weight, shape->rows * shape->dim * sizeof *m->weight);
        pass(w, m->bias, shape->rows * sizeof *m->bias);
        pass(w, &m->input, sizeof m->input);
        w->broken = w->broken || !is_input(&m->input);
        pass_flag(w, &codes);
        if (!codes) continue;
        if (w->src && !m->codes) {
            m->codes = qsi_array_zero(shape->rows, shape->dim);
            m->scale = qsi_array_zero(shape->rows, sizeof *m->scale);
            if (!m->codes || !m->scale) w->broken = true;
        }
        if (w->broken) return;
        pass(w, m->codes, shape->rows * shape->dim);
        pass(w, m->scale, shape->rows * sizeof *m->scale);
    }
    pass(w, &model->output, sizeof model->output);
    w->broken = w->broken || !is_input(&model->output);
}

/* The float network that was coded, where it is not the net's. */
static void pass_chain(walker *w, qsi_job *job)
{
    bool own = job->own.layers != NULL;
    pass_flag(w, &own);
    if (!own || w->broken) return;
    if (w->src && qsi_job_own_chain(job)) w->broken = true;
    for (size_t l = 0; l < job->net->chain.count && !w->broken; l++) {
        qsi_layer *layer = &job->own.layers[l];
        pass(w, layer->weight, layer->rows * layer->dim * sizeof *layer->weight);
        pass(w, layer->bias, layer->rows * sizeof *layer->bias);
    }
}

/* ------------------------------------------------------------------------------------------------- training */

static void pass_training(walker *w, qsi_job *job)
{
    bool there = job->training != NULL;
    pass_flag(w, &there);
    if (!there || w->broken) return;
    if (w->src && (!job->recipe.method->trains || qsi_training_open(job))) w->broken = true;
    qsi_training *t = job->training;
    if (w->broken) return;
    pass_size(w, &t->epoch);
    pass_size(w, &t->at);
    pass_number(w, &t->taken);
    pass_number(w, &t->loss);
    pass_number(w, &t->mean_loss);
    if (w->src && (t->epoch >= t->epochs || t->at >= t->samples->count)) w->broken = true;
    for (size_t l = 0; l < t->chain->count && !w->broken; l++) {
        const qsi_layer *shape = &t->chain->layers[l];
        qsi_train_layer *layer = &t->layers[l];
        size_t weights = shape->rows * shape->dim * sizeof(float), biases = shape->rows * sizeof(float);
        pass(w, layer->weight, weights);
        pass(w, layer->bias, biases);
        pass(w, layer->weight_step, weights);
        pass(w, layer->bias_step, biases);
        pass(w, layer->scale, biases + sizeof(float));
        pass(w, layer->scale_step, biases + sizeof(float));
        pass(w, &layer->input, sizeof layer->input);
        w->broken = w->broken || !is_input(&layer->input);
    }
    if (w->src && !w->broken && t->at) qsi_training_shuffle(t);
}

/* ------------------------------------------------------------------------------------------------- a job */

static void pass_body(walker *w, qsi_job *job)
{
    size_t stage = job->stage, outputs = job->net->sets[QSI_SET_TEST].count * job->net->chain.classes;
    size_t runs = qsi_job_runs(job);
    bool coding = job->stage == QSI_JOB_MODEL && !job->training, mixed = job->mixed != NULL && !coding;
    pass_size(w, &stage);
    pass_size(w, &job->at);
    pass_size(w, &job->run);
    if (w->broken || stage > QSI_JOB_DONE || job->run >= runs) {
        w->broken = true;
        return;
    }
    job->stage = (qsi_job_stage)stage;
    pass(w, &job->problem, sizeof job->problem);
    pass(w, job->notes, sizeof job->notes);
    pass(w, job->layers, sizeof job->layers);
    pass(w, job->runs, runs * sizeof *job->runs);
    double *const figures[] = {&job->lost, &job->gained, &job->agree, &job->change_low, &job->change_high};
    for (size_t f = 0; f < sizeof figures / sizeof *figures; f++) pass_number(w, figures[f]);
    pass(w, job->kept_bits, sizeof job->kept_bits);
    pass(w, job->outputs, outputs * sizeof *job->outputs);
    pass(w, job->run_outputs, outputs * sizeof *job->run_outputs);
    pass_flag(w, &mixed);
    if (mixed && w->src && !job->mixed) job->mixed = qsi_array_zero(1, sizeof *job->mixed);
    if (mixed && job->mixed) pass(w, job->mixed, sizeof *job->mixed);
    if (job != &job->net->reference) pass_chain(w, job);
    pass_model(w, job, &job->first);
    qsi_model none = {.chain = NULL};
    pass_model(w, job, coding && !w->src ? &none : &job->model);
    if (job != &job->net->reference) pass_training(w, job);
    job->problem.message[sizeof job->problem.message - 1] = 0;
    job->notes[sizeof job->notes - 1] = 0;
    if (w->src && job->stage == QSI_JOB_MODEL && !job->training) job->at = 0;
}

/* How far a job is, to choose between two holders of it. */
static double progress_of(const qsi_job *job)
{
    double trained = job->training ? (double)job->training->epoch + 0.5 : 0;
    return ((double)job->run * 8 + (double)job->stage) * 1e6 + trained;
}

static void pass_head(walker *w, const qs_net *net, double head[3])
{
    const double own[3] = {(double)net->chain.values, (double)net->sets[QSI_SET_TEST].count,
                           (double)net->chain.classes};
    char magic[sizeof MAGIC];
    memcpy(magic, MAGIC, sizeof magic);
    memcpy(head, own, sizeof own);
    pass(w, magic, sizeof magic);
    for (int i = 0; i < 3; i++) pass_number(w, &head[i]);
    w->broken = w->broken || memcmp(magic, MAGIC, sizeof magic) != 0;
    for (int i = 0; i < 3; i++) w->broken = w->broken || head[i] != own[i];
}

static void write_job(walker *w, qsi_job *job, const char *text)
{
    size_t length = strlen(text), bytes = 0;
    walker measure = {.dst = NULL};
    pass_body(&measure, job);
    bytes = measure.at;
    double progress = progress_of(job);
    pass_size(w, &length);
    pass(w, (void *)text, length);
    pass_number(w, &progress);
    pass_size(w, &bytes);
    pass_body(w, job);
}

static void write_all(walker *w, qs_net *net)
{
    double head[3];
    char text[QSI_RECIPE_TEXT];
    pass_head(w, net, head);
    if (!net->started) return;
    write_job(w, &net->reference, "float32");
    for (size_t j = 0; j < net->jobs; j++) {
        qsi_recipe_text(&net->job[j].recipe, text);
        write_job(w, &net->job[j], text);
    }
}

size_t qs_net_save(const qs_net *net, uint8_t *dst, size_t cap)
{
    walker measure = {.dst = NULL}, write = {.dst = dst};
    write_all(&measure, (qs_net *)net); /* writing changes nothing */
    if (dst && cap >= measure.at) write_all(&write, (qs_net *)net);
    return measure.at;
}

/* ------------------------------------------------------------------------------------------------- reading */

/* A job starts over: what it had is less. Apart from its callers, as it holds a recipe on the stack. */
__attribute__((noinline)) static int reopen(qsi_job *job)
{
    qs_net *net = job->net;
    qsi_recipe recipe = job->recipe;
    bool control = job->control;
    qsi_job_close(job);
    job->recipe = recipe;
    job->control = control;
    return qsi_job_open(job, net);
}

static qsi_job *find_job(qs_net *net, const char *text)
{
    char own[QSI_RECIPE_TEXT];
    if (!strcmp(text, "float32")) return &net->reference;
    for (size_t j = 0; j < net->jobs; j++) {
        qsi_recipe_text(&net->job[j].recipe, own);
        if (!strcmp(own, text)) return &net->job[j];
    }
    return NULL;
}

/* One recipe of the state: taken over where it is further on than here, else passed over. */
static int read_job(walker *w, qs_net *net)
{
    char text[QSI_RECIPE_TEXT] = "";
    size_t length = 0, bytes = 0;
    double progress = 0;
    pass_size(w, &length);
    if (length >= sizeof text) w->broken = true;
    pass(w, text, w->broken ? 0 : length);
    pass_number(w, &progress);
    pass_size(w, &bytes);
    if (w->broken || bytes > w->bytes - w->at) return qsi_fail_byte((double)w->at, "the state is truncated here");
    size_t end = w->at + bytes;
    qsi_job *job = find_job(net, text);
    if (job && progress > progress_of(job)) {
        int status = reopen(job);
        if (status) return status;
        pass_body(w, job);
        if (w->broken || w->at != end) {
            reopen(job);
            return qsi_fail_byte((double)w->at, "the state of '%.60s' is not whole, or of another version", text);
        }
    }
    w->at = end;
    return QS_OK;
}

int qs_net_merge(qs_net *net, const uint8_t *state, size_t bytes)
{
    walker w = {.src = state, .bytes = bytes};
    double head[3];
    int status = qsi_net_start(net);
    if (status) return status;
    pass_head(&w, net, head);
    if (w.broken)
        return qsi_fail_byte(0,
                             "this is no state of this network on these samples; it has another size or version");
    while (w.at < bytes && !status) status = read_job(&w, net);
    net->at = 0;
    return status;
}
