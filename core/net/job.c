/* A job from its recipe to its figures: the model by its method, outputs of all samples, each layer. */
#include "net/job.h"

#include "base/size.h"
#include "net/integer.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void qsi_job_note(qsi_job *job, const char *format, ...)
{
    size_t at = strlen(job->notes);
    va_list args;
    if (at && at + 1 < sizeof job->notes) job->notes[at++] = '\n';
    va_start(args, format);
    vsnprintf(job->notes + at, sizeof job->notes - at, format, args);
    va_end(args);
}

int qsi_chain_copy(qsi_chain *copy, const qsi_chain *chain)
{
    *copy = *chain;
    copy->layers = qsi_array_zero(chain->count, sizeof *copy->layers);
    if (!copy->layers) return QS_E_MEMORY;
    bool good = true;
    for (size_t l = 0; l < chain->count && good; l++) {
        const qsi_layer *from = &chain->layers[l];
        qsi_layer *to = &copy->layers[l];
        *to = *from;
        to->weight = qsi_array(from->rows * from->dim, sizeof *to->weight);
        to->bias = qsi_array(from->rows, sizeof *to->bias);
        good = to->weight && to->bias;
        if (!good) break;
        memcpy(to->weight, from->weight, from->rows * from->dim * sizeof *to->weight);
        memcpy(to->bias, from->bias, from->rows * sizeof *to->bias);
    }
    if (!good) qsi_chain_close(copy);
    return good ? QS_OK : QS_E_MEMORY;
}

int qsi_job_own_chain(qsi_job *job)
{
    if (job->own.layers) return QS_OK;
    int status = qsi_chain_copy(&job->own, &job->net->chain);
    if (!status) job->chain = &job->own;
    return status;
}

size_t qsi_job_runs(const qsi_job *job)
{
    bool seeds = job->recipe.method && job->recipe.method->takes & QSI_TAKES(QSI_SEEDS);
    return seeds ? (size_t)job->recipe.value[QSI_SEEDS] : 1;
}

int qsi_job_open(qsi_job *job, struct qs_net *net)
{
    size_t outputs = net->sets[QSI_SET_TEST].count * net->chain.classes;
    job->net = net;
    job->chain = &net->chain;
    job->outputs = qsi_array_zero(outputs, sizeof *job->outputs);
    job->run_outputs = qsi_array_zero(outputs, sizeof *job->run_outputs);
    job->runs = qsi_array_zero(qsi_job_runs(job), sizeof *job->runs);
    job->progress_epoch = job->progress_loss = NAN;
    for (size_t l = 0; l < QSI_MOST_LAYERS; l++)
        job->layers[l] = (qsi_layer_figures){NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN};
    return job->outputs && job->run_outputs && job->runs ? QS_OK : QS_E_MEMORY;
}

/* What only the work needs. */
static void close_work(qsi_job *job)
{
    qsi_ptq_close(job);
    qsi_training_close(job);
}

void qsi_job_close(qsi_job *job)
{
    close_work(job);
    qsi_model_close(&job->model);
    qsi_model_close(&job->first);
    if (job->own.layers) qsi_chain_close(&job->own);
    qsi_array_free(job->mixed);
    qsi_array_free(job->outputs);
    qsi_array_free(job->run_outputs);
    qsi_array_free(job->runs);
    *job = (qsi_job){.net = NULL};
}

/* The reference has no recipe: its model is the chain. */
static int model_step(qsi_job *job, double work)
{
    if (job == &job->net->reference) return qsi_model_open(&job->model, job->chain);
    return job->recipe.method->step(job, work);
}

static void next_stage(qsi_job *job)
{
    job->stage++;
    job->at = 0;
}

/* A run is evaluated: the next one, or the layers of the first. */
static void end_run(qsi_job *job)
{
    qsi_job_figures(job);
    bool another = job->run + 1 < qsi_job_runs(job);
    if (job->run == 0 && another) {
        job->first = job->model;
    } else if (job->run > 0) { /* the first run's model is the one that is shown */
        qsi_model_close(&job->model);
        if (!another) {
            job->model = job->first;
            job->first = (qsi_model){.chain = NULL};
        }
    }
    if (another) {
        job->model = (qsi_model){.chain = NULL};
        job->run++;
        job->stage = QSI_JOB_MODEL;
        job->at = 0;
        return;
    }
    job->stage = job == &job->net->reference ? QSI_JOB_DONE : QSI_JOB_LAYERS;
    job->at = 0;
}

static int outputs_step(qsi_job *job, double work)
{
    size_t count = job->net->sets[QSI_SET_TEST].count, some = work < 64 ? 64 : work > 1e9 ? count : (size_t)work;
    size_t n = count - job->at < some ? count - job->at : some;
    int status = qsi_outputs(job, job->at, n, job->run_outputs + job->at * job->net->chain.classes);
    job->at += n;
    if (!status && job->at == count) end_run(job);
    return status;
}

static int batch_step(qsi_job *job)
{
    int status = qsi_batch_range(job, job->at);
    if (++job->at == job->chain->count) next_stage(job);
    return status;
}

static int advance(qsi_job *job, double work)
{
    switch (job->stage) {
    case QSI_JOB_MODEL: {
        int more = model_step(job, work);
        if (!more) next_stage(job);
        return more < 0 ? more : QS_OK;
    }
    case QSI_JOB_BATCH: return batch_step(job);
    case QSI_JOB_OUTPUTS: return outputs_step(job, work);
    default: {
        int status = qsi_layer_figures_step(job);
        if (!status) job->stage = QSI_JOB_DONE;
        return status;
    }
    }
}

int qsi_job_step(qsi_job *job, double work)
{
    int status = advance(job, work);
    if (!status) return job->stage != QSI_JOB_DONE;
    if (status == QS_E_MEMORY) return status;
    qsi_error_get(&job->problem);
    close_work(job);
    job->stage = QSI_JOB_DONE;
    return 0;
}
