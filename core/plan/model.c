/*
 * What a model takes in each spec, before anything is downloaded: weights, KV cache, what is to spare on devices,
 * load time, tokens a second at most, energy, and the asker's own prices. All is computed.
 *
 *   weights     params * bytes of a row of row_length values / row_length, or the ledger of each layer, out rows of
 * in values, with its biases: as the weights are where those are floats of 16 bits or more, else 4 bytes cache 2 *
 * kv_layers * kv_heads * context * batch rows of head_dim values (keys and values) tokens/s    at most bandwidth /
 * (weights + cache): each token reads all of both once load        weights / load energy      of a token: params
 * multiplications, each with its addition, and 8 bytes of memory at 1300 to 2600 pJ (Horowitz, ISSCC 2014, 45 nm:
 * fp32 3.7 + 0.9 pJ, fp16 1.1 + 0.4, int8 0.2 and int32 addition 0.1). What has no arithmetic of its own counts as
 * fp16; less than 8 bits count as 8 price       of the weights and the cache of all copies in a month; paid back
 * when what is saved against the other spec has made up for what was spent once; an hour's price over the tokens of
 * an hour
 *
 * A GB is 1,000,000,000 bytes.
 */
#include "plan/ledger.h"
#include "plan/question.h"

#include "base/status.h"

#include <math.h>
#include <string.h>

#define GB 1e9
#define PJ 1e-12

typedef struct sums {
    double weights, biases, cache, bits, arithmetic_j, memory_j[2];
} sums;

/* Picojoules of a multiplication and an addition. */
static double operation_pj(const qsi_spec *spec)
{
    const qsi_format *format = spec->format;
    if (format->code_bits == 32) return 3.7 + 0.9;
    if (format->code_bits == 8 && !strncmp(format->name, "int", 3)) return 0.2 + 0.1;
    return 1.1 + 0.4;
}

static bool is_float(const qsi_spec *spec)
{
    return spec->format->code_bits >= 16;
}

static int layer_sums(const qsi_question *q, const qsi_spec *spec, sums *s)
{
    for (size_t i = 0; i + 1 < q->widths; i++) {
        qsi_ledger ledger;
        int status = qsi_ledger_make(spec, q->width[i + 1], (size_t)q->width[i], &ledger);
        if (status) return status;
        s->weights += ledger.total;
        s->biases += q->width[i + 1] * (is_float(spec) ? spec->format->code_bits / 8.0 : 4);
    }
    return QS_OK;
}

static int weight_sums(const qsi_question *q, const qsi_spec *spec, sums *s)
{
    qsi_ledger row;
    int status = qsi_ledger_make(spec, 1, (size_t)q->row_length, &row);
    if (!status) s->weights = ceil(q->params * (row.total - row.params) / q->row_length) + row.params;
    return status;
}

static int cache_bytes(const qsi_question *q, const qsi_spec *spec, double context, double *bytes)
{
    double rows = 2 * q->kv_layers * q->kv_heads * context * q->batch;
    qsi_ledger ledger;
    *bytes = 0;
    if (!(rows > 0) || !(q->head_dim > 0)) return QS_OK;
    int status = qsi_ledger_make(spec, rows, (size_t)q->head_dim, &ledger);
    if (!status) *bytes = ledger.total;
    return status;
}

static int add_up(const qsi_question *q, const char *text, char canonical[QSI_SPEC_TEXT], sums *s)
{
    qsi_spec spec, cache;
    *s = (sums){0};
    int status = qsi_spec_parse(text, &spec);
    if (!status) status = qsi_spec_parse(q->cache, &cache);
    if (!status) status = q->widths ? layer_sums(q, &spec, s) : weight_sums(q, &spec, s);
    if (!status) status = cache_bytes(q, &cache, q->context, &s->cache);
    if (status) return status;
    qsi_spec_text(&spec, canonical);
    double values = q->params, all = s->weights + s->biases;
    s->bits = 8 * all / values;
    s->arithmetic_j = values * operation_pj(&spec) * PJ;
    s->memory_j[0] = (all + s->cache) / 8 * 1300 * PJ;
    s->memory_j[1] = (all + s->cache) / 8 * 2600 * PJ;
    return QS_OK;
}

static void figure(qsi_json *json, const char *key, double value)
{
    qsi_json_key(json, key);
    qsi_json_figure(json, value);
}
static void whole(qsi_json *json, const char *key, double value)
{
    qsi_json_key(json, key);
    qsi_json_whole(json, value);
}

static double per_month(const qsi_question *q, const sums *s)
{
    return (s->weights + s->biases + s->cache) / GB * q->price * q->copies;
}

/* What the asker's own prices come to; null where they are 0. */
static void prices_json(const qsi_question *q, const sums *s, const sums *against, double tokens, qsi_json *json)
{
    double month = per_month(q, s), saved = per_month(q, against) - month, none = (double)NAN;
    bool priced = q->price > 0;
    figure(json, "month", priced ? month : none);
    figure(json, "saved_month", priced ? saved : none);
    figure(json, "payback_months", priced && saved > 0 && q->once > 0 ? q->once / saved : none);
    figure(json, "after_36_months", priced && q->once > 0 ? 36 * saved - q->once : none);
    figure(json, "million_tokens", q->hour > 0 ? q->hour / 3600 / tokens * 1e6 : none);
}

static int spec_json(const qsi_question *q, const char *text, const sums *against, qsi_json *json)
{
    char canonical[QSI_SPEC_TEXT];
    sums s;
    int status = add_up(q, text, canonical, &s);
    if (status) return status;
    double all = s.weights + s.biases, total = all + s.cache, tokens = q->bandwidth * GB / total;
    qsi_json_open(json, '{');
    qsi_json_key(json, "spec");
    qsi_json_text(json, canonical);
    figure(json, "bits_per_value", s.bits);
    whole(json, "weights", s.weights);
    whole(json, "biases", s.biases);
    whole(json, "cache", s.cache);
    whole(json, "total", total);
    figure(json, "times_smaller", (against->weights + against->biases) / all);
    qsi_json_key(json, "spare");
    qsi_json_open(json, '[');
    for (size_t d = 0; d < q->devices; d++) qsi_json_whole(json, q->device[d] * GB - total);
    qsi_json_close(json, ']');
    figure(json, "load_s", all / (q->load * GB));
    figure(json, "tokens_per_s", tokens);
    figure(json, "arithmetic_j", s.arithmetic_j);
    qsi_json_key(json, "memory_j");
    qsi_json_open(json, '[');
    for (size_t i = 0; i < 2; i++) qsi_json_figure(json, s.memory_j[i]);
    qsi_json_close(json, ']');
    prices_json(q, &s, against, tokens, json);
    qsi_json_close(json, '}');
    return QS_OK;
}

/* The cache by context, in the formats that engines keep it in. */
static int cache_json(const qsi_question *q, qsi_json *json)
{
    static const char *const specs[] = {"f16", "int8", "q4_0"};
    static const double contexts[] = {2048, 8192, 32768, 131072};
    qsi_json_key(json, "cache");
    qsi_json_open(json, '[');
    for (size_t c = 0; c < sizeof contexts / sizeof *contexts; c++) {
        qsi_json_open(json, '{');
        whole(json, "context", contexts[c]);
        for (size_t i = 0; i < sizeof specs / sizeof *specs; i++) {
            qsi_spec spec;
            double bytes;
            int status = qsi_spec_parse(specs[i], &spec);
            if (!status) status = cache_bytes(q, &spec, contexts[c], &bytes);
            if (status) return status;
            whole(json, specs[i], bytes);
        }
        qsi_json_close(json, '}');
    }
    qsi_json_close(json, ']');
    return QS_OK;
}

size_t qs_plan_model_json(const char *question, const char *specs, char *dst, size_t cap)
{
    static const char *const usual = "f32\nf16\nq8_0\nint8\nq6_k\nq5_k\nq4_k\nmxfp4\n"
                                     "int4:per=block,block=128,scale=f16\nq3_k\nq2_k\ntq1_0";
    qsi_json json = qsi_json_start(dst, cap);
    qsi_question q;
    sums against;
    char canonical[QSI_SPEC_TEXT];
    if (qsi_question_read(question ? question : "", &q)) return 0;
    if (add_up(&q, q.against, canonical, &against)) return 0;
    qsi_json_open(&json, '{');
    qsi_question_json(&q, &json);
    qsi_json_key(&json, "results");
    qsi_json_open(&json, '[');
    for (specs = specs && *specs ? specs : usual; *specs;) {
        char text[QSI_SPEC_TEXT + 1];
        size_t length = strcspn(specs, "\n"), room = length < sizeof text ? length : sizeof text - 1;
        memcpy(text, specs, room);
        text[room] = 0;
        if (length && spec_json(&q, text, &against, &json)) return 0;
        specs += length + (specs[length] == '\n');
    }
    qsi_json_close(&json, ']');
    if (cache_json(&q, &json)) return 0;
    qsi_json_close(&json, '}');
    return qsi_json_end(&json);
}
