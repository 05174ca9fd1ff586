/* The public face of a net: open, feed, recipes, steps. */
#include "net/job.h"

#include "base/size.h"
#include "range/finite.h"

#include <math.h>
#include <string.h>

qs_net *qs_net_open(const uint8_t *file, double bytes, const char *chain, const char *input)
{
    if (!(bytes >= 0 && bytes <= (double)(SIZE_MAX / 2))) {
        qsi_fail_memory(bytes);
        return NULL;
    }
    qs_net *net = qsi_array_zero(1, sizeof *net);
    if (!net) return NULL;
    net->shards = 1;
    if (!qsi_chain_open(&net->chain, file, (size_t)bytes, chain, input)) return net;
    qsi_array_free(net);
    return NULL;
}

static void close_jobs(qs_net *net)
{
    for (size_t j = 0; j < net->jobs; j++) qsi_job_close(&net->job[j]);
    qsi_array_free(net->job);
    net->job = NULL;
    net->jobs = 0;
}

void qs_net_close(qs_net *net)
{
    if (!net) return;
    close_jobs(net);
    qsi_job_close(&net->reference);
    for (int s = 0; s < QSI_SETS; s++) {
        qsi_array_free(net->sets[s].values);
        qsi_array_free(net->sets[s].labels);
    }
    qsi_chain_close(&net->chain);
    qsi_array_free(net);
}

/* ------------------------------------------------------------------------------------------------- samples */

static const char *const set_names[QSI_SETS] = {"test", "calibrate", "train"};

static int find_set(qs_net *net, const char *name, double first, qsi_samples **set)
{
    for (int s = 0; s < QSI_SETS; s++) {
        if (!name || strcmp(name, set_names[s]) != 0) continue;
        *set = &net->sets[s];
        if (net->started) return qsi_fail(QS_E_STATE, "samples are fed before the first step");
        if (!(first >= 0 && first < 4294967295.0) || first != floor(first))
            return qsi_fail_option("first", "first=%.15g: samples are numbered from 0 to 2^32 - 2", first);
        return QS_OK;
    }
    return qsi_fail_option("set", "'%.40s' is no set of samples: test, calibrate, train", name ? name : "");
}

static int make_room(qsi_samples *set, size_t dim, size_t count)
{
    size_t room = set->room ? set->room : 256, values;
    if (count <= set->room) return QS_OK;
    while (room < count)
        if (!qsi_size_mul(room, 2, &room)) return qsi_fail_memory(INFINITY);
    if (!qsi_size_mul(room, dim, &values)) return qsi_fail_memory(INFINITY);
    float *moved = qsi_array(values, sizeof *moved);
    uint32_t *labels = qsi_array_zero(room, sizeof *labels);
    if (!moved || !labels) {
        qsi_array_free(moved);
        qsi_array_free(labels);
        return QS_E_MEMORY;
    }
    if (set->values) memcpy(moved, set->values, set->count * dim * sizeof *moved);
    if (set->labels) memcpy(labels, set->labels, set->room * sizeof *labels);
    qsi_array_free(set->values);
    qsi_array_free(set->labels);
    set->values = moved;
    set->labels = labels;
    set->room = room;
    return QS_OK;
}

int qs_net_feed(qs_net *net, const char *name, double first, const float *rows, size_t nrows, size_t dim,
                int pixels)
{
    qsi_samples *set = NULL;
    int status = find_set(net, name, first, &set);
    if (status || !set) return status;
    if (dim != net->chain.in)
        return qsi_fail(QS_E_DATA, "samples of %zu values: the network's first layer, %s, takes %zu", dim,
                        net->chain.layers[0].name, net->chain.in);
    if (first != (double)set->count)
        return qsi_fail(QS_E_STATE, "sample %.0f of set %s comes after %zu: samples are fed in order", first, name,
                        set->count);
    status = qsi_check_finite(first, rows, nrows, dim);
    if (!status) status = make_room(set, dim, set->count + nrows);
    if (status) return status;
    float *to = set->values + set->count * dim, divisor = (float)net->chain.divisor;
    for (size_t i = 0; i < nrows * dim; i++) to[i] = pixels ? rows[i] / divisor : rows[i];
    set->pixels = pixels;
    set->count += nrows;
    return QS_OK;
}

int qs_net_labels(qs_net *net, const char *name, double first, const uint32_t *labels, size_t n)
{
    qsi_samples *set = NULL;
    int status = find_set(net, name, first, &set);
    if (status || !set) return status;
    if (first != (double)set->labelled || (double)n > (double)set->count - first)
        return qsi_fail(QS_E_DATA, "%.0f labels for the %zu samples of set %s; each sample has one",
                        first + (double)n, set->count, name);
    for (size_t i = 0; i < n; i++)
        if (labels[i] >= net->chain.classes)
            return qsi_fail_cell(
                first + (double)i, -1,
                "the label of sample %.0f is %u; the network's last layer, %s, has classes 0 to %zu",
                first + (double)i, labels[i], net->chain.layers[net->chain.count - 1].name, net->chain.classes - 1);
    if (n) memcpy(set->labels + set->labelled, labels, n * sizeof *labels);
    set->labelled += n;
    return QS_OK;
}

const qsi_samples *qsi_net_calibration(const struct qs_net *net)
{
    if (net->sets[QSI_SET_CALIBRATE].count) return &net->sets[QSI_SET_CALIBRATE];
    return net->sets[QSI_SET_TRAIN].count ? &net->sets[QSI_SET_TRAIN] : &net->sets[QSI_SET_TEST];
}

/* ------------------------------------------------------------------------------------------------- recipes */

static int add_recipe(qs_net *net, const char *line, size_t length)
{
    char text[QSI_RECIPE_TEXT];
    if (length >= sizeof text) return qsi_fail_option("", "a recipe of %zu characters is too long", length);
    memcpy(text, line, length);
    text[length] = 0;
    qsi_job *job = &net->job[net->jobs];
    int status = qsi_recipe_parse(text, &job->recipe);
    if (!status) status = qsi_recipe_check_layers(&job->recipe, &net->chain);
    if (!status) net->jobs++;
    return status;
}

/* The float network trained on as long, once for each schedule, unless it is asked for already. */
static int add_control(qs_net *net, const qsi_recipe *of)
{
    char text[QSI_RECIPE_TEXT], other[QSI_RECIPE_TEXT];
    qsi_recipe *control = &net->job[net->jobs].recipe; /* large: made where it goes */
    memset(control, 0, sizeof *control);
    control->method = &qsi_method_float;
    memcpy(control->value, of->value, sizeof control->value);
    qsi_recipe_text(control, text);
    for (size_t j = 0; j < net->jobs; j++) {
        qsi_recipe_text(&net->job[j].recipe, other);
        if (!strcmp(text, other)) return QS_OK;
    }
    net->job[net->jobs].control = true;
    return add_recipe(net, text, strlen(text));
}

int qs_net_recipes(qs_net *net, const char *recipes)
{
    size_t lines = 1;
    if (net->started) return qsi_fail(QS_E_STATE, "recipes are given before the first step");
    close_jobs(net);
    for (const char *c = recipes; *c; c++) lines += *c == '\n';
    net->job_room = 2 * lines + QSI_MOST_TRIES;
    net->job = qsi_array_zero(net->job_room, sizeof *net->job);
    int status = net->job ? QS_OK : QS_E_MEMORY;
    for (const char *line = recipes; *line && !status;) {
        size_t length = strcspn(line, "\n");
        if (length) status = add_recipe(net, line, length);
        line += length + (line[length] == '\n');
    }
    for (size_t j = 0, given = net->jobs; j < given && !status; j++)
        if (net->job[j].recipe.method->trains && net->job[j].recipe.method != &qsi_method_float)
            status = add_control(net, &net->job[j].recipe);
    if (status) close_jobs(net);
    return status;
}

int qs_net_shard(qs_net *net, size_t shard, size_t shards)
{
    if (net->started || shards < 1 || shard >= shards)
        return qsi_fail_option("shard",
                               "shard %zu of %zu: shards are numbered from 0, and chosen before the first step",
                               shard, shards);
    net->shard = shard;
    net->shards = shards;
    return QS_OK;
}

/* ------------------------------------------------------------------------------------------------- steps */

static int check_samples(const qs_net *net)
{
    const qsi_samples *test = &net->sets[QSI_SET_TEST], *train = &net->sets[QSI_SET_TRAIN];
    if (!test->count) return qsi_fail(QS_E_DATA, "there are no samples to measure on");
    for (int s = 0; s < QSI_SETS; s++)
        if (net->sets[s].labelled && net->sets[s].labelled != net->sets[s].count)
            return qsi_fail(QS_E_DATA, "set %s has %zu samples and %zu labels", set_names[s], net->sets[s].count,
                            net->sets[s].labelled);
    for (size_t j = 0; j < net->jobs; j++) {
        const qsi_method *method = net->job[j].recipe.method;
        if (method->trains && (!train->count || !train->labelled))
            return qsi_fail_option("train", "%s trains: it needs training samples with labels", method->name);
        if (method->chooses && !qsi_net_calibration(net)->labelled)
            return qsi_fail_option("calibrate", "%s compares answers: it needs calibration samples with labels",
                                   method->name);
    }
    return QS_OK;
}

int qsi_net_start(qs_net *net)
{
    if (net->started) return QS_OK;
    int status = check_samples(net);
    if (!status) status = qsi_job_open(&net->reference, net);
    for (size_t j = 0; j < net->jobs && !status; j++) status = qsi_job_open(&net->job[j], net);
    net->started = !status;
    return status;
}

static bool is_ours(const qs_net *net, size_t j)
{
    return j % net->shards == net->shard;
}

int qs_net_step(qs_net *net, double work)
{
    int status = qsi_net_start(net);
    if (status) return status;
    if (net->reference.stage != QSI_JOB_DONE) {
        int more = qsi_job_step(&net->reference, work);
        if (more < 0) return more;
        if (net->reference.problem.code) {
            qsi_error_set(&net->reference.problem);
            return net->reference.problem.code;
        }
        return more || net->jobs ? 1 : 0;
    }
    while (net->at < net->jobs && (!is_ours(net, net->at) || net->job[net->at].stage == QSI_JOB_DONE)) net->at++;
    if (net->at == net->jobs) return 0;
    int more = qsi_job_step(&net->job[net->at], work);
    return more < 0 ? more : 1;
}
