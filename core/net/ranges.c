/* The ranges of layer inputs, observed on the float network by the rules of range=. */
#include "net/layer_work.h"
#include "net/ptq.h"

#include "base/size.h"
#include "codec/codec.h"
#include "codec/range_rule.h"
#include "kernels/kernels.h"

#include <math.h>
#include <string.h>

/* Pictures of uint8 over 255 are their own codes. */
static bool is_lossless(const qsi_job *job, const qsi_recipe_code *code)
{
    return job->net->sets[QSI_SET_TEST].pixels && job->net->chain.divisor == 255 &&
           code->spec.format->code_bits == 8 && qsi_word(&code->spec, QSI_RANGE) != QSI_RANGE_GIVEN;
}

static int open_input(qsi_job *job, qsi_ptq *ptq, size_t l)
{
    const qsi_layer *layer = &job->chain->layers[l];
    const qsi_recipe_code *code = qsi_recipe_layer_code(&job->recipe, layer->name, true);
    qsi_input_code *to = &ptq->codes[l];
    if (!code->given || code->plain) return QS_OK;
    to->bits = code->spec.format->code_bits;
    to->sym = qsi_word(&code->spec, QSI_MAP) == QSI_MAP_SYM;
    to->lo = INFINITY;
    to->hi = -INFINITY;
    if (l == 0 && is_lossless(job, code)) {
        *to = qsi_input_of_pixels(&job->net->chain);
        return QS_OK;
    }
    if (job->recipe.method == &qsi_method_dynamic) {
        if (qsi_recipe_word(&job->recipe, QSI_OWN_RANGE) == QSI_OWN_ROW) to->kind = QSI_INPUT_OWN;
        return QS_OK;
    }
    to->kind = QSI_INPUT_FIXED;
    if (qsi_word(&code->spec, QSI_RANGE) == QSI_RANGE_MINMAX) return QS_OK;
    char text[QSI_SPEC_TEXT];
    qsi_spec_text(&code->spec, text);
    ptq->fits[l] = qs_fit_open(text, qsi_shape3_size(layer->in));
    return ptq->fits[l] ? QS_OK : qsi_error_code();
}

int qsi_ranges_open(qsi_job *job, qsi_ptq *ptq)
{
    int status = QS_OK;
    for (size_t l = 0; l < job->chain->count && !status; l++) status = open_input(job, ptq, l);
    if (qsi_recipe_word(&job->recipe, QSI_OUTPUT) == QSI_OUTPUT_INT8)
        ptq->codes[job->chain->count] =
            (qsi_input_code){.kind = QSI_INPUT_FIXED, .bits = 8, .lo = INFINITY, .hi = -INFINITY};
    return status;
}

static void widen(qsi_input_code *code, const float *x, size_t n)
{
    int32_t low, high;
    qsi_kernels_now()->minmax(x, n, &low, &high);
    code->lo = fminf(code->lo, qsi_bits_float(qsi_unordered(low)));
    code->hi = fmaxf(code->hi, qsi_bits_float(qsi_unordered(high)));
}

/* One chunk through the float network, every input looked at. */
static int observe(const qsi_chain *chain, const float *x, size_t first, size_t n, qsi_passage *p, qs_fit **fits,
                   qsi_input_code *codes)
{
    int status = QS_OK;
    memcpy(p->from, x, n * chain->in * sizeof *x);
    for (size_t l = 0; l <= chain->count && !status; l++) {
        size_t dim = l < chain->count ? qsi_shape3_size(chain->layers[l].in) : chain->classes;
        if (fits && fits[l]) status = qs_fit_observe(fits[l], (double)first, p->from, n);
        widen(&codes[l], p->from, n * dim);
        if (l == chain->count || status) break;
        const qsi_layer *layer = &chain->layers[l];
        qsi_layer_sums(layer, layer->weight, layer->bias, p->from, n, p->patches, p->to);
        if (layer->relu) qsi_relu(p->to, n * qsi_shape3_size(layer->out));
        float *left = p->from;
        p->from = p->to;
        p->to = left;
    }
    return status;
}

static int observe_all(const qsi_chain *chain, const qsi_samples *samples, size_t rows, qs_fit **fits,
                       qsi_input_code *codes)
{
    qsi_passage passage;
    int status = qsi_passage_open(&passage, chain, rows < QS_CHUNK_ROWS ? rows : QS_CHUNK_ROWS);
    for (size_t first = 0, n; first < rows && !status; first += n) {
        n = rows - first < QS_CHUNK_ROWS ? rows - first : QS_CHUNK_ROWS;
        status = observe(chain, samples->values + first * chain->in, first, n, &passage, fits, codes);
    }
    qsi_passage_close(&passage);
    return status;
}

static int take_codec(qs_fit *fit, qsi_input_code *code)
{
    qs_codec *codec = qs_fit_finish(fit);
    if (!codec) return qsi_error_code();
    code->scale = qsi_codec_param(codec, "scale")[0];
    code->zero = code->sym ? (1 << (code->bits - 1)) - 1 : (int32_t)qsi_codec_param(codec, "zero")[0];
    code->lo = (float)-code->zero * code->scale;
    code->hi = (float)(qsi_input_most(code) - code->zero) * code->scale;
    qs_codec_close(codec);
    return QS_OK;
}

/* The code of an input from its finished fit; kl that saw too little falls back to the least and greatest value. */
static int take_fit(qsi_job *job, qs_fit *fit, size_t l, qsi_input_code *code)
{
    if (qsi_fit_sparse(fit) > 0) {
        qsi_job_note(
            job,
            "%s: rule kl needs values that lie close together, and the inputs fill fewer than %d of its %d "
            "bins; range=minmax is used",
            job->chain->layers[l].name, QSI_KL_FEW, QSI_KL_BINS);
        return qsi_input_from_range(code->lo, code->hi, code);
    }
    return take_codec(fit, code);
}

int qsi_ranges_pass(qsi_job *job, qsi_ptq *ptq)
{
    const qsi_chain *chain = job->chain;
    bool needed = false, more = false;
    qsi_input_code seen[QSI_MOST_LAYERS + 1];
    for (size_t l = 0; l <= chain->count; l++) {
        seen[l] = (qsi_input_code){.lo = INFINITY, .hi = -INFINITY};
        needed = needed || (ptq->codes[l].kind == QSI_INPUT_FIXED && ptq->codes[l].scale == 0);
    }
    if (!needed) return 0;
    int status = observe_all(chain, qsi_net_calibration(job->net), ptq->rows, ptq->fits, seen);
    for (size_t l = 0; l <= chain->count && !status; l++) {
        qsi_input_code *code = &ptq->codes[l];
        if (code->kind != QSI_INPUT_FIXED || code->scale != 0) continue;
        code->lo = seen[l].lo;
        code->hi = seen[l].hi;
        int another = ptq->fits[l] ? qs_fit_next_pass(ptq->fits[l]) : 0;
        if (another < 0) return another;
        more = more || another;
        if (ptq->fits[l] && another) continue;
        status =
            ptq->fits[l] ? take_fit(job, ptq->fits[l], l, code) : qsi_input_from_range(code->lo, code->hi, code);
        qs_fit_close(ptq->fits[l]);
        ptq->fits[l] = NULL;
    }
    return status ? status : more;
}

int qsi_ranges_extremes(const qsi_chain *chain, const qsi_samples *samples, size_t rows, float *lo, float *hi)
{
    qsi_input_code seen[QSI_MOST_LAYERS + 1];
    for (size_t l = 0; l <= chain->count; l++) seen[l] = (qsi_input_code){.lo = INFINITY, .hi = -INFINITY};
    int status = observe_all(chain, samples, rows, NULL, seen);
    for (size_t l = 0; l < chain->count; l++) {
        lo[l] = fminf(seen[l].lo, 0);
        hi[l] = fmaxf(seen[l].hi, 0);
    }
    return status;
}

int qsi_layer_range(const qsi_spec *spec, const float *x, size_t n, size_t dim, qsi_input_code *code)
{
    char text[QSI_SPEC_TEXT];
    qsi_input_code seen = {.lo = INFINITY, .hi = -INFINITY};
    widen(&seen, x, n * dim);
    if (qsi_word(spec, QSI_RANGE) == QSI_RANGE_MINMAX) return qsi_input_from_range(seen.lo, seen.hi, code);
    qsi_spec_text(spec, text);
    qs_fit *fit = qs_fit_open(text, dim);
    int more = fit ? 1 : qsi_error_code();
    while (more == 1) {
        for (size_t i = 0, some; i < n && more == 1; i += some) {
            some = n - i < QS_CHUNK_ROWS ? n - i : QS_CHUNK_ROWS;
            int status = qs_fit_observe(fit, (double)i, x + i * dim, some);
            if (status) more = status;
        }
        if (more == 1) more = qs_fit_next_pass(fit);
    }
    code->kind = QSI_INPUT_FIXED;
    int status = more < 0 ? more : take_codec(fit, code);
    qs_fit_close(fit);
    return status;
}
