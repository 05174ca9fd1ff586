/* Inference on whole numbers, as integer.h says. */
#include "net/integer.h"

#include "base/bytes.h"
#include "base/size.h"
#include "kernels/kernels.h"
#include "net/taps.h"

#include <math.h>
#include <string.h>

static const double LIMIT = 2147483647.0;

void qsi_integer_close(qsi_integer_model *integers)
{
    for (size_t l = 0; integers->layers && l < integers->chain->count; l++) {
        qsi_integer_layer *i = &integers->layers[l];
        void *const arrays[] = {i->codes, i->scale, i->bias, i->sums, i->multiplier, i->fixed, i->shift};
        for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) qsi_array_free(arrays[a]);
    }
    qsi_array_free(integers->layers);
    *integers = (qsi_integer_model){0};
}

/* ------------------------------------------------------------------------------------------------- opening */

void qsi_fixed_multiplier(double m, int32_t *fixed, int32_t *shift)
{
    int e = 0;
    double f = frexp(m, &e), whole = floor(f * 0x1p31 + 0.5);
    if (whole == 0x1p31) {
        whole /= 2;
        e++;
    }
    *fixed = (int32_t)whole;
    *shift = e;
}

static double sum_of_sizes(const int8_t *codes, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += codes[i] < 0 ? -codes[i] : codes[i];
    return sum;
}

/* The row's scale, such that its bias fits beside its sum; its codes are made anew where it was raised. */
static void fit_scale(const qsi_integer_layer *to, const float *w, float bias, size_t dim, float *scale,
                      int8_t *codes)
{
    double size = fabs((double)bias), reach = fmax(to->from.zero, qsi_input_most(&to->from) - to->from.zero);
    if (*scale == 0) *scale = size > 0 ? (float)(size / ((double)to->from.scale * 0x1p24)) : 1;
    for (;;) {
        double room = LIMIT - reach * sum_of_sizes(codes, dim) - 1;
        double wanted = size / ((double)to->from.scale * (double)*scale);
        if (wanted <= room || room <= 0) return;
        *scale = (float)(*scale * fmax(wanted / room, 1) * (1 + 0x1p-20));
        for (size_t j = 0; j < dim; j++) codes[j] = (int8_t)nearbyintf(fmaxf(-127, fminf(127, w[j] / *scale)));
    }
}

static int open_row(const qsi_layer *layer, const qsi_model_layer *m, qsi_integer_layer *to, size_t o)
{
    int8_t *codes = to->codes + o * layer->dim;
    fit_scale(to, m->weight + o * layer->dim, m->bias[o], layer->dim, &to->scale[o], codes);
    double product = (double)to->from.scale * (double)to->scale[o];
    double bias = nearbyint((double)m->bias[o] / product);
    double reach = fmax(to->from.zero, qsi_input_most(&to->from) - to->from.zero) * sum_of_sizes(codes, layer->dim);
    if (!(fabs(bias) + reach <= LIMIT))
        return qsi_fail(QS_E_DATA,
                        "layer %s: output %zu could sum up to %.0f, beyond int32 (2,147,483,647); arithmetic=fake "
                        "has no such limit",
                        layer->name, o, fabs(bias) + reach);
    to->bias[o] = (int32_t)bias;
    for (size_t j = 0; j < layer->dim; j++) to->sums[o] += codes[j];
    bool last = to->to.kind == QSI_INPUT_FLOAT;
    to->multiplier[o] = last ? product : product / (double)to->to.scale;
    qsi_fixed_multiplier(to->multiplier[o], &to->fixed[o], &to->shift[o]);
    return QS_OK;
}

static int open_layer(const qsi_model *model, size_t l, qsi_integer_layer *to)
{
    const qsi_layer *layer = &model->chain->layers[l];
    const qsi_model_layer *m = &model->layers[l];
    bool last = l + 1 == model->chain->count;
    to->from = m->input;
    to->to = last ? model->output : model->layers[l + 1].input;
    if (!m->codes)
        return qsi_fail(
            QS_E_DATA,
            "layer %s: whole-number arithmetic takes weights of int2 to int8 with map=sym and one scale "
            "a row or tensor",
            layer->name);
    bool coded = to->from.kind == QSI_INPUT_FIXED || to->from.kind == QSI_INPUT_STEP;
    if (!coded || (!last && to->to.kind == QSI_INPUT_FLOAT))
        return qsi_fail(QS_E_DATA, "layer %s: whole-number arithmetic takes inputs coded by one range, a=int8",
                        coded ? model->chain->layers[l + 1].name : layer->name);
    size_t rows = layer->rows;
    to->codes = qsi_array(rows, layer->dim);
    to->scale = qsi_array(rows, sizeof *to->scale);
    to->bias = qsi_array(rows, sizeof *to->bias);
    to->sums = qsi_array_zero(rows, sizeof *to->sums);
    to->multiplier = qsi_array(rows, sizeof *to->multiplier);
    to->fixed = qsi_array(rows, sizeof *to->fixed);
    to->shift = qsi_array(rows, sizeof *to->shift);
    if (!to->codes || !to->scale || !to->bias || !to->sums || !to->multiplier || !to->fixed || !to->shift)
        return QS_E_MEMORY;
    memcpy(to->codes, m->codes, rows * layer->dim);
    memcpy(to->scale, m->scale, rows * sizeof *to->scale);
    int status = QS_OK;
    for (size_t o = 0; o < rows && !status; o++) status = open_row(layer, m, to, o);
    return status;
}

int qsi_integer_open(qsi_integer_model *integers, const qsi_model *model, int arithmetic)
{
    *integers = (qsi_integer_model){.chain = model->chain, .arithmetic = arithmetic};
    integers->layers = qsi_array_zero(model->chain->count, sizeof *integers->layers);
    int status = integers->layers ? QS_OK : QS_E_MEMORY;
    for (size_t l = 0; l < model->chain->count && !status; l++) status = open_layer(model, l, &integers->layers[l]);
    if (status) qsi_integer_close(integers);
    return status;
}

/* ------------------------------------------------------------------------------------------------- one sum */

/* The high half of twice the product, rounded to the nearest; -2^31 by itself saturates. */
static int32_t doubling_high(int32_t a, int32_t m)
{
    int64_t product = (int64_t)a * m, nudge = product >= 0 ? 1 << 30 : 1 - (1 << 30);
    if (a == INT32_MIN && m == INT32_MIN) return INT32_MAX;
    return (int32_t)((product + nudge) / ((int64_t)1 << 31));
}

/* v / 2^n to the nearest, ties away from zero. */
static int32_t rounding_shift(int32_t v, int32_t n)
{
    if (n > 31) return 0; /* nothing of it is left */
    int32_t mask = (int32_t)(((int64_t)1 << n) - 1), rest = v & mask;
    return (v >> n) + (rest > (mask >> 1) + (v < 0));
}

int32_t qsi_fixed_apply(int32_t acc, int32_t fixed, int32_t shift)
{
    int64_t wide = shift > 0 ? (int64_t)acc * ((int64_t)1 << (shift > 31 ? 31 : shift)) : acc;
    wide = wide > INT32_MAX ? INT32_MAX : wide < INT32_MIN ? INT32_MIN : wide;
    return rounding_shift(doubling_high((int32_t)wide, fixed), shift < 0 ? -shift : 0);
}

uint8_t qsi_integer_requantize(const qsi_integer_model *integers, size_t layer, size_t row, int32_t acc)
{
    const qsi_integer_layer *i = &integers->layers[layer];
    int32_t zero = i->to.zero, most = qsi_input_most(&i->to), y;
    if (integers->arithmetic == QSI_FIXED) {
        int64_t sum = (int64_t)qsi_fixed_apply(acc, i->fixed[row], i->shift[row]) + zero;
        y = sum > most ? most : sum < 0 ? 0 : (int32_t)sum;
    } else {
        float v = (float)acc * (float)i->multiplier[row];
        v = v > 1024 ? 1024 : v < -1024 ? -1024 : v; /* beyond any code */
        y = qsi_nearest_even(v) + zero;
    }
    int32_t lowest = integers->chain->layers[layer].relu ? zero : 0;
    return (uint8_t)(y < lowest ? lowest : y > most ? most : y);
}

/* ------------------------------------------------------------------------------------------------- a layer */

typedef struct work {
    size_t n;
    uint8_t *from, *to, *patches; /* codes that enter and leave (n, widest); the taps of a sample's positions */
    int32_t *sums;                /* (n, widest) */
    qsi_integer_counts *counts;
} work;

/* Exact products of codes less 128, in pieces that the kernel takes. out[q * stride + r]. */
enum { PIECE = 65536 };
static void exact(const int8_t *q, size_t nq, const int8_t *x, size_t rows, size_t n, int32_t *out, size_t stride)
{
    if (n <= PIECE) {
        qsi_kernels_now()->dots_i8(q, nq, x, rows, n, out, stride);
        return;
    }
    for (size_t i = 0; i < nq; i++)
        for (size_t r = 0; r < rows; r++) {
            int64_t sum = 0; /* fits: the layer was checked */
            for (size_t at = 0, some; at < n; at += some) {
                int32_t part;
                some = n - at < PIECE ? n - at : PIECE;
                qsi_kernels_now()->dots_i8(q + i * n + at, 1, x + r * n + at, 1, some, &part, 1);
                sum += part;
            }
            out[i * stride + r] = (int32_t)sum;
        }
}

/* The sum of pairs of products, each pair saturated; x: codes as they are. */
static int32_t saturating(const uint8_t *x, const int8_t *w, size_t n, double *saturated)
{
    int32_t sum = 0;
    for (size_t j = 0; j < n; j += 2) {
        int32_t pair = x[j] * w[j] + (j + 1 < n ? x[j + 1] * w[j + 1] : 0);
        int32_t kept = pair > INT16_MAX ? INT16_MAX : pair < INT16_MIN ? INT16_MIN : pair;
        *saturated += pair != kept;
        sum += kept;
    }
    return sum;
}

/* Products of rows [first, first + each) with vectors of codes: out[r * stride_row + v * stride_vector], without
 * bias, x - z in place of x. vectors are left with 128 taken off. */
static void products(const qsi_integer_model *integers, size_t l, work *w, size_t first, size_t each,
                     uint8_t *vectors, size_t count, bool rows_first, int32_t *out)
{
    const qsi_layer *layer = &integers->chain->layers[l];
    const qsi_integer_layer *i = &integers->layers[l];
    const int8_t *codes = i->codes + first * layer->dim;
    size_t row = rows_first ? count : 1, vector = rows_first ? 1 : each;
    const bool saturates = integers->arithmetic == QSI_SATURATE16;
    for (size_t v = 0; saturates && v < count; v++)
        for (size_t r = 0; r < each; r++)
            out[r * row + v * vector] =
                saturating(vectors + v * layer->dim, codes + r * layer->dim, layer->dim, &w->counts->saturated[l]);
    if (!saturates) {
        for (size_t k = 0; k < count * layer->dim; k++) vectors[k] ^= 0x80;
        const int8_t *x = (const int8_t *)vectors;
        if (rows_first)
            exact(codes, each, x, count, layer->dim, out, count);
        else
            exact(x, count, codes, each, layer->dim, out, each);
    }
    int32_t shift = (saturates ? 0 : 128) - i->from.zero;
    for (size_t r = 0; r < each; r++) {
        int64_t add = (int64_t)i->bias[first + r] + (int64_t)shift * i->sums[first + r];
        for (size_t v = 0; v < count; v++) out[r * row + v * vector] = (int32_t)(out[r * row + v * vector] + add);
    }
}

static void layer_sums(const qsi_integer_model *integers, size_t l, work *w)
{
    const qsi_layer *layer = &integers->chain->layers[l];
    size_t positions = qsi_layer_positions(layer), each = layer->rows / layer->groups;
    if (!layer->conv) products(integers, l, w, 0, layer->rows, w->from, w->n, false, w->sums);
    for (size_t s = 0; layer->conv && s < w->n; s++)
        for (size_t g = 0; g < layer->groups; g++) {
            qsi_taps(layer, w->from + s * qsi_shape3_size(layer->in), 1, g, (uint8_t)integers->layers[l].from.zero,
                     w->patches);
            products(integers, l, w, g * each, each, w->patches, positions, true,
                     w->sums + (s * layer->rows + g * each) * positions);
        }
    for (size_t k = 0; k < w->n * qsi_shape3_size(layer->out); k++) {
        int64_t size = w->sums[k] < 0 ? -(int64_t)w->sums[k] : w->sums[k];
        if (size > w->counts->peak[l]) w->counts->peak[l] = size;
    }
}

static void leave(const qsi_integer_model *integers, size_t l, work *w, float *logits)
{
    const qsi_layer *layer = &integers->chain->layers[l];
    const qsi_integer_layer *i = &integers->layers[l];
    size_t positions = qsi_layer_positions(layer), out = qsi_shape3_size(layer->out);
    for (size_t k = 0; k < w->n * out; k++) {
        size_t row = k % out / positions;
        if (logits && i->to.kind == QSI_INPUT_FLOAT) {
            float v = (float)((double)w->sums[k] * i->multiplier[row]);
            logits[k] = layer->relu && !(v > 0) ? 0.0F : v;
            continue;
        }
        w->to[k] = qsi_integer_requantize(integers, l, row, w->sums[k]);
        if (logits) logits[k] = (float)((int32_t)w->to[k] - i->to.zero) * i->to.scale;
    }
    uint8_t *left = w->from;
    w->from = w->to;
    w->to = left;
}

static int open_work(const qsi_chain *chain, size_t n, work *w)
{
    size_t most = 1;
    for (size_t l = 0; l < chain->count; l++) {
        size_t taps = chain->layers[l].conv ? qsi_layer_positions(&chain->layers[l]) * chain->layers[l].dim : 1;
        most = taps > most ? taps : most;
    }
    w->n = n;
    w->from = qsi_array(n, chain->widest);
    w->to = qsi_array(n, chain->widest);
    w->patches = qsi_array(most, 1);
    w->sums = qsi_array(n * chain->widest, sizeof *w->sums);
    return w->from && w->to && w->patches && w->sums ? QS_OK : QS_E_MEMORY;
}

int qsi_integer_forward(const qsi_integer_model *integers, const float *x, size_t n, float *logits,
                        qsi_integer_counts *counts, qsi_integer_trace *trace)
{
    const qsi_chain *chain = integers->chain;
    work w = {.counts = counts};
    int status = open_work(chain, n, &w);
    if (!status) qsi_input_encode(&integers->layers[0].from, x, n * chain->in, w.from);
    for (size_t l = 0; l < chain->count && !status; l++) {
        size_t in = n * qsi_shape3_size(chain->layers[l].in), out = n * qsi_shape3_size(chain->layers[l].out);
        if (trace && trace->codes[l]) memcpy(trace->codes[l], w.from, in);
        layer_sums(integers, l, &w);
        if (trace && trace->sums[l]) memcpy(trace->sums[l], w.sums, out * sizeof *w.sums);
        leave(integers, l, &w, l + 1 == chain->count ? logits : NULL);
    }
    qsi_array_free(w.from);
    qsi_array_free(w.to);
    qsi_array_free(w.patches);
    qsi_array_free(w.sums);
    return status;
}
