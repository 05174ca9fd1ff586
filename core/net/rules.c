/* The rules about quantized layers, as rules.h says. */
#include "net/rules.h"

#include "net/job.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double SPREAD = 4, OUTLIERS = 4, CLIPPED = 0.01, WEAK_DB = 15, WEAKER_DB = 6, HALF = 0x1p30;

static const qsi_recipe_code *code_of(const qsi_job *job, size_t l, bool input)
{
    return qsi_recipe_layer_code(&job->recipe, job->chain->layers[l].name, input);
}

static bool is_coded(const qsi_recipe_code *code)
{
    return code->given && !code->plain;
}

/* The code that a cure changes: that of the layer by name, if the recipe has one, else that of all. */
static qsi_recipe_code *code_to_change(qsi_recipe *recipe, const char *layer, bool input)
{
    for (size_t i = 0; i < recipe->layers; i++)
        if (recipe->layer[i].input == input && !strcmp(recipe->layer[i].name, layer)) return &recipe->layer[i].code;
    return input ? &recipe->a : &recipe->w;
}

static void set_word(qsi_recipe_code *code, qsi_option option, int word)
{
    code->spec.word[option] = word;
    code->spec.given |= 1U << option;
}

/* ---- channels of unlike size under one scale */

static bool spread_applies(const qsi_job *job, size_t l, double *value)
{
    const qsi_recipe_code *w = code_of(job, l, false);
    *value = job->layers[l].channel_spread;
    return is_coded(w) && qsi_format_option(w->spec.format, QSI_PER) &&
           qsi_word(&w->spec, QSI_PER) == QSI_PER_TENSOR && *value > SPREAD;
}

static bool spread_cure(const qsi_job *job, size_t l, qsi_recipe *recipe)
{
    set_word(code_to_change(recipe, job->chain->layers[l].name, false), QSI_PER, QSI_PER_ROW);
    return true;
}

/* ---- inputs far from the others */

static bool outliers_apply(const qsi_job *job, size_t l, double *value)
{
    const qsi_recipe_code *a = code_of(job, l, true);
    *value = job->layers[l].outlier_ratio;
    return is_coded(a) && job->recipe.method == &qsi_method_static &&
           qsi_word(&a->spec, QSI_RANGE) == QSI_RANGE_MINMAX && *value > OUTLIERS;
}

static bool outliers_cure(const qsi_job *job, size_t l, qsi_recipe *recipe)
{
    set_word(code_to_change(recipe, job->chain->layers[l].name, true), QSI_RANGE, QSI_RANGE_MSE);
    return true;
}

/* ---- inputs beyond the range */

static bool clipped_applies(const qsi_job *job, size_t l, double *value)
{
    *value = job->layers[l].clipped_share;
    return is_coded(code_of(job, l, true)) && *value > CLIPPED;
}

static bool clipped_cure(const qsi_job *job, size_t l, qsi_recipe *recipe)
{
    qsi_recipe_code *a = code_to_change(recipe, job->chain->layers[l].name, true);
    if (qsi_word(&a->spec, QSI_RANGE) == QSI_RANGE_MINMAX || job->recipe.method != &qsi_method_static) return false;
    set_word(a, QSI_RANGE, QSI_RANGE_MINMAX);
    return true;
}

/* ---- the layer that loses most */

static bool weak_applies(const qsi_job *job, size_t l, double *value)
{
    double others = INFINITY;
    *value = job->layers[l].alone_sqnr_db;
    for (size_t i = 0; i < job->chain->count; i++)
        if (i != l) others = fmin(others, job->layers[i].alone_sqnr_db);
    const qsi_recipe_code *w = code_of(job, l, false);
    return is_coded(w) && !job->mixed && w->spec.format->code_bits < 8 && *value < WEAK_DB &&
           *value + WEAKER_DB < others;
}

static bool weak_cure(const qsi_job *job, size_t l, qsi_recipe *recipe)
{
    const char *name = job->chain->layers[l].name;
    qsi_recipe_code *w = code_to_change(recipe, name, false);
    if (job->recipe.method->trains || (w == &recipe->w && recipe->layers == QSI_RECIPE_LAYERS)) return false;
    if (w == &recipe->w) {
        qsi_recipe_layer *layer = &recipe->layer[recipe->layers++];
        *layer = (qsi_recipe_layer){.code = *w};
        snprintf(layer->name, sizeof layer->name, "%s", name);
        w = &layer->code;
    }
    w->spec.format = qsi_format_find("int8", 4);
    return true;
}

/* ---- whole-number sums */

static bool large_applies(const qsi_job *job, size_t l, double *value)
{
    *value = job->layers[l].peak_sum;
    return *value > HALF;
}

static bool saturated_applies(const qsi_job *job, size_t l, double *value)
{
    *value = job->layers[l].saturated_pairs;
    return qsi_recipe_word(&job->recipe, QSI_ARITHMETIC) == QSI_SATURATE16 && *value > 0;
}

static bool seven_bits(const qsi_job *job, size_t l, qsi_recipe *recipe)
{
    qsi_recipe_code *a = code_to_change(recipe, job->chain->layers[l].name, true);
    const qsi_format *seven = qsi_format_find("int7", 4);
    if (!seven || a->spec.format->code_bits != 8) return false;
    a->spec.format = seven;
    return true;
}

/* ---- few rows for GPTQ */

static size_t calibration_rows(const qsi_job *job)
{
    double samples = (double)qsi_net_calibration(job->net)->count;
    return (size_t)fmin(job->recipe.value[QSI_CALIBRATE], samples);
}

static bool few_apply(const qsi_job *job, size_t l, double *value)
{
    const qsi_layer *layer = &job->chain->layers[l];
    *value = (double)calibration_rows(job) * (double)qsi_layer_positions(layer);
    return is_coded(code_of(job, l, false)) && qsi_recipe_word(&job->recipe, QSI_ROUNDING) == QSI_ROUNDING_GPTQ &&
           *value < 4 * (double)layer->dim;
}

/* More rows if there are some, else more damping. */
static bool few_cure(const qsi_job *job, size_t l, qsi_recipe *recipe)
{
    size_t samples = qsi_net_calibration(job->net)->count;
    bool more = samples > calibration_rows(job);
    (void)l;
    if (!more && job->recipe.value[QSI_DAMP] == 1) return false;
    recipe->value[more ? QSI_CALIBRATE : QSI_DAMP] = more ? (double)samples : 1;
    return true;
}

/* ---- the table */

static const qsi_net_rule spread = {.rule = &qsi_rule_channel_spread,
                                    .evidence = "channel_spread",
                                    .text = "one scale serves channels of unlike size: the largest is more than 4 "
                                            "times the smallest, which loses 2 bits",
                                    .remedy = "give each row its scale",
                                    .applies = spread_applies,
                                    .cure = spread_cure};
static const qsi_net_rule outliers = {
    .rule = &qsi_rule_input_outliers,
    .evidence = "outlier_ratio",
    .text = "the largest input is more than 4 times the 99.9th percentile, so most codes serve few values",
    .remedy = "choose the range of least squared error",
    .applies = outliers_apply,
    .cure = outliers_cure};
static const qsi_net_rule clipped = {.rule = &qsi_rule_inputs_clipped,
                                     .evidence = "clipped_share",
                                     .text = "more than 1 % of the inputs lie beyond the range",
                                     .remedy = "use the range from the least to the greatest value",
                                     .applies = clipped_applies,
                                     .cure = clipped_cure};
static const qsi_net_rule weak = {
    .rule = &qsi_rule_weakest_layer,
    .evidence = "alone_sqnr_db",
    .text = "its outputs alone have less than 15 dB, at least 6 dB below every other layer",
    .remedy = "keep its weights at 8 bits",
    .applies = weak_applies,
    .cure = weak_cure};
static const qsi_net_rule large = {.rule = &qsi_rule_large_sums,
                                   .evidence = "peak_acc",
                                   .text = "a sum passes half of what int32 holds",
                                   .remedy = "code the inputs with 7 bits",
                                   .applies = large_applies,
                                   .cure = seven_bits};
static const qsi_net_rule saturated = {.rule = &qsi_rule_saturated_pairs,
                                       .evidence = "saturated_pairs",
                                       .text = "pairs of products saturate in int16, and their sums are wrong",
                                       .remedy = "code the inputs with 7 bits, so that no pair can",
                                       .applies = saturated_applies,
                                       .cure = seven_bits};
static const qsi_net_rule few = {.rule = &qsi_rule_few_calibration_rows,
                                 .evidence = "rows",
                                 .text = "gptq saw fewer than 4 rows for each input, so it fits the sample",
                                 .remedy = "use more samples, or more damping",
                                 .applies = few_apply,
                                 .cure = few_cure};

const qsi_net_rule *const qsi_net_rules[] = {&spread, &outliers, &clipped, &weak, &large, &saturated, &few, NULL};

/* ------------------------------------------------------------------------------------------------- report */

static const qsi_job *job_of(const qs_net *net, const char *recipe)
{
    char text[QSI_RECIPE_TEXT];
    for (size_t j = 0; j < net->jobs; j++) {
        qsi_recipe_text(&net->job[j].recipe, text);
        if (!strcmp(text, recipe)) return &net->job[j];
    }
    return NULL;
}

/* Whether a rule finds something in a layer; the cure's recipe in text, empty: there is none. Apart from its
 * callers, as it holds a recipe on the stack. */
__attribute__((noinline)) static bool find(const qsi_net_rule *rule, const qsi_job *job, size_t l, double *value,
                                           char text[QSI_RECIPE_TEXT])
{
    qsi_recipe cured = job->recipe;
    text[0] = 0;
    if (!rule->applies(job, l, value)) return false;
    if (rule->cure(job, l, &cured)) qsi_recipe_text(&cured, text);
    return true;
}

static void remedy_json(const qsi_net_rule *rule, const qsi_job *job, const char *recipe, qsi_json *json)
{
    qsi_json_key(json, "remedy");
    qsi_json_open(json, '{');
    qsi_json_key(json, "text");
    qsi_json_text(json, rule->remedy);
    if (*recipe) {
        const qsi_job *tried = job_of(job->net, recipe);
        bool measured = tried && tried->stage == QSI_JOB_DONE && !tried->problem.code;
        double n = (double)job->net->sets[QSI_SET_TEST].labelled;
        qsi_json_key(json, "recipe");
        qsi_json_text(json, recipe);
        qsi_json_key(json, "accuracy");
        qsi_json_figure(json, measured ? tried->runs[0].right / n : NAN);
        qsi_json_key(json, "agree");
        qsi_json_figure(json, measured ? tried->agree / (double)job->net->sets[QSI_SET_TEST].count : NAN);
    }
    qsi_json_close(json, '}');
}

void qsi_net_findings_json(const qsi_job *job, qsi_json *json)
{
    char text[QSI_RECIPE_TEXT];
    double value;
    qsi_json_key(json, "findings");
    qsi_json_open(json, '[');
    for (const qsi_net_rule *const *rule = qsi_net_rules; *rule; rule++)
        for (size_t l = 0; l < job->chain->count; l++) {
            if (!find(*rule, job, l, &value, text)) continue;
            qsi_json_open(json, '{');
            qsi_json_key(json, "id");
            qsi_json_text(json, (*rule)->rule->id);
            qsi_json_key(json, "level");
            qsi_json_text(json, qsi_level_name((*rule)->rule->level));
            qsi_json_key(json, "layer");
            qsi_json_text(json, job->chain->layers[l].name);
            qsi_json_key(json, "text");
            qsi_json_text(json, (*rule)->text);
            qsi_json_key(json, "evidence");
            qsi_json_open(json, '{');
            qsi_json_key(json, (*rule)->evidence);
            qsi_json_figure(json, value);
            qsi_json_close(json, '}');
            remedy_json(*rule, job, text, json);
            qsi_json_close(json, '}');
        }
    qsi_json_close(json, ']');
}

/* ------------------------------------------------------------------------------------------------- trying */

int qs_net_try(qs_net *net)
{
    char text[QSI_RECIPE_TEXT];
    double value;
    int added = 0;
    if (!net->started) return qsi_fail(QS_E_STATE, "there is nothing to try before recipes are done");
    for (size_t j = 0, jobs = net->jobs; j < jobs; j++)
        for (const qsi_net_rule *const *rule = qsi_net_rules; *rule && net->job[j].stage == QSI_JOB_DONE; rule++)
            for (size_t l = 0; l < net->chain.count && !net->job[j].problem.code; l++) {
                if (!find(*rule, &net->job[j], l, &value, text) || !*text || job_of(net, text)) continue;
                if (net->jobs == net->job_room) return added;
                qsi_job *job = &net->job[net->jobs];
                int status = qsi_recipe_parse(text, &job->recipe);
                if (!status) status = qsi_job_open(job, net);
                if (status) return status;
                net->jobs++;
                added++;
            }
    net->at = 0;
    return added;
}
