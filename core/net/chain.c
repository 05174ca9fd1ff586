/* From a .safetensors file to a chain of layers: the words of the chain, the tensors they name, and the shapes. */
#include "net/chain.h"

#include "base/decimal.h"
#include "base/size.h"
#include "base/status.h"
#include "codec/codec.h"
#include "kernels/kernels.h"
#include "source/metadata.h"
#include "source/source.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LONGEST_CHAIN = 6144, LONGEST_INPUT = 128, LONGEST_NAME = 256, MOST_SIDE = 65536 };
static const char *const WEIGHT = ".weight", *const BIAS = ".bias";

typedef struct reading {
    qsi_chain *chain;
    const qs_source *source;
    const uint8_t *file;
    size_t bytes;
    qsi_shape3 shape; /* of what enters the next layer; c = 0: not known yet */
    bool pictures;    /* the shape has sides that a convolution can slide over */
} reading;

void qsi_chain_close(qsi_chain *chain)
{
    for (size_t l = 0; chain->layers && l < chain->count; l++) {
        qsi_array_free(chain->layers[l].weight);
        qsi_array_free(chain->layers[l].bias);
    }
    qsi_array_free(chain->layers);
    *chain = (qsi_chain){0};
}

double qsi_layer_macs(const qsi_layer *layer)
{
    return (double)qsi_layer_positions(layer) * (double)layer->rows * (double)layer->dim;
}

size_t qsi_chain_find(const qsi_chain *chain, const char *name, size_t length)
{
    size_t l = 0;
    while (l < chain->count &&
           (strlen(chain->layers[l].name) != length || memcmp(chain->layers[l].name, name, length) != 0))
        l++;
    return l;
}

/* ------------------------------------------------------------------------------------------------- tensors */

static const qsi_tensor *find_tensor(const reading *r, const char *layer, const char *suffix, size_t *index)
{
    char name[LONGEST_NAME];
    snprintf(name, sizeof name, "%s%s", layer, suffix);
    for (size_t t = 0; t < r->source->count; t++) {
        if (strcmp(r->source->tensors[t].name, name) != 0) continue;
        *index = t;
        return &r->source->tensors[t];
    }
    return NULL;
}

/* The values of a tensor as floats, all of them finite. */
static int read_values(const reading *r, const qsi_tensor *t, size_t index, float **values)
{
    size_t count, rows = (size_t)t->rows;
    if (!qsi_size_mul(rows, t->dim, &count)) return qsi_fail_memory(t->rows * (double)t->dim * 4);
    *values = qsi_array(count, sizeof **values);
    if (!*values) return QS_E_MEMORY;
    int status = qs_source_rows(r->source, index, 0, r->file + (size_t)t->offset, rows, *values);
    if (status) return status;
    for (size_t i = 0; i < count; i++)
        if (!isfinite((*values)[i]))
            return qsi_fail_cell((double)(i / t->dim), (double)(i % t->dim),
                                 "tensor '%s': row %zu, column %zu is %s; the weights of a network are finite",
                                 t->name, i / t->dim, i % t->dim, isnan((*values)[i]) ? "NaN" : "infinite");
    return QS_OK;
}

static int read_bias(const reading *r, qsi_layer *layer)
{
    size_t index = 0;
    const qsi_tensor *t = find_tensor(r, layer->name, BIAS, &index);
    layer->has_bias = t != NULL;
    if (!t) {
        layer->bias = qsi_array_zero(layer->rows, sizeof *layer->bias);
        return layer->bias ? QS_OK : QS_E_MEMORY;
    }
    if (t->axes != 1 || t->dim != layer->rows)
        return qsi_fail(QS_E_DATA, "layer %s: '%s' has %.0f x %zu values; %s.weight has %zu outputs, one bias each",
                        layer->name, t->name, t->rows, t->dim, layer->name, layer->rows);
    return read_values(r, t, index, &layer->bias);
}

/* --------------------------------------------------------------------------------------------------- shapes */

static const char *shape_text(qsi_shape3 s, char text[80])
{
    if (s.h * s.w == 1)
        snprintf(text, 80, "%zu values", s.c);
    else
        snprintf(text, 80, "%zu x %zu x %zu values", s.c, s.h, s.w);
    return text;
}

static int shape_linear(reading *r, qsi_layer *layer, const qsi_tensor *t)
{
    char text[80];
    size_t enters = qsi_shape3_size(r->shape);
    layer->rows = (size_t)t->rows;
    layer->dim = t->dim;
    if (!enters) enters = t->dim, r->shape = (qsi_shape3){t->dim, 1, 1};
    if (enters != t->dim)
        return qsi_fail(QS_E_DATA, "layer %s: '%s' is %zu x %zu and takes %zu values, but %s enter it", layer->name,
                        t->name, layer->rows, layer->dim, layer->dim, shape_text(r->shape, text));
    layer->in = (qsi_shape3){enters, 1, 1};
    layer->out = (qsi_shape3){layer->rows, 1, 1};
    layer->kh = layer->kw = layer->stride = layer->groups = 1;
    r->pictures = false;
    return QS_OK;
}

static int shape_conv(reading *r, qsi_layer *layer, const qsi_tensor *t)
{
    char text[80];
    size_t each = (size_t)t->shape[1];
    layer->conv = true;
    layer->rows = (size_t)t->rows;
    layer->dim = t->dim;
    layer->kh = (size_t)t->shape[2];
    layer->kw = (size_t)t->shape[3];
    layer->in = r->shape;
    if (!r->pictures)
        return qsi_fail(QS_E_DATA,
                        "layer %s: '%s' is a convolution, but the size of the pictures that enter it is not known; "
                        "give the input as CHANNELSxROWSxCOLUMNS/DIVISOR",
                        layer->name, t->name);
    if (!layer->groups || layer->rows % layer->groups || each * layer->groups != r->shape.c)
        return qsi_fail(QS_E_DATA,
                        "layer %s: '%s' takes %zu channels in each of %zu groups and gives %zu, but %s enter it; "
                        "groups divide both",
                        layer->name, t->name, each, layer->groups, layer->rows, shape_text(r->shape, text));
    size_t high = r->shape.h + 2 * layer->pad, wide = r->shape.w + 2 * layer->pad;
    if (high < layer->kh || wide < layer->kw)
        return qsi_fail(QS_E_DATA, "layer %s: '%s' slides %zu x %zu taps over %s with pad=%zu: they do not fit",
                        layer->name, t->name, layer->kh, layer->kw, shape_text(r->shape, text), layer->pad);
    layer->out =
        (qsi_shape3){layer->rows, (high - layer->kh) / layer->stride + 1, (wide - layer->kw) / layer->stride + 1};
    r->shape = layer->out;
    return QS_OK;
}

static int add_layer(reading *r, qsi_layer *layer)
{
    size_t index = 0;
    const qsi_tensor *t = find_tensor(r, layer->name, WEIGHT, &index);
    if (!t) return qsi_fail(QS_E_DATA, "layer %s: the file has no tensor '%s%s'", layer->name, layer->name, WEIGHT);
    if (t->axes != 2 && t->axes != 4)
        return qsi_fail(QS_E_DATA,
                        "layer %s: '%s' has %zu dimensions; a linear layer has 2 (out, in), a convolution 4 (out, "
                        "in / groups, rows, columns)",
                        layer->name, t->name, t->axes);
    if (t->rows < 1 || t->dim < 1 || t->rows > QSI_MOST_CLASSES)
        return qsi_fail(QS_E_DATA,
                        "layer %s: '%s' is %.0f x %zu; a layer has from 1 to %d outputs, of 1 value or more",
                        layer->name, t->name, t->rows, t->dim, QSI_MOST_CLASSES);
    int status = qsi_check_dim((double)t->dim);
    if (!status) status = t->axes == 2 ? shape_linear(r, layer, t) : shape_conv(r, layer, t);
    if (!status && qsi_shape3_size(layer->out) > QSI_DIM_MOST)
        status = qsi_fail(QS_E_DATA, "layer %s: it gives more than %d values", layer->name, QSI_DIM_MOST);
    if (!status) status = read_values(r, t, index, &layer->weight);
    if (!status) status = read_bias(r, layer);
    r->shape = layer->out;
    return status;
}

/* --------------------------------------------------------------------------------------------------- words */

static int fail_word(const char *word, const char *why)
{
    return qsi_fail(QS_E_DATA,
                    "the chain's word '%.60s': %s; words are NAME[:stride=N,pad=N,groups=N], relu and flatten",
                    word, why);
}

/* NAME:stride=2,pad=1 */
static int read_word(char *word, qsi_layer *layer)
{
    char whole[LONGEST_NAME], *options = strchr(word, ':');
    snprintf(whole, sizeof whole, "%s", word);
    if (options) *options++ = 0;
    if (!*word || strlen(word) >= QSI_LAYER_NAME) return fail_word(whole, "a name has from 1 to 63 characters");
    snprintf(layer->name, sizeof layer->name, "%s", word);
    layer->stride = layer->groups = 1;
    for (char *next; options; options = next) {
        next = strchr(options, ',');
        if (next) *next++ = 0;
        char *value = strchr(options, '=');
        double number;
        if (value) *value++ = 0;
        bool whole_number = value && qsi_decimal_read(value, &number) && number == floor(number);
        size_t *to = !strcmp(options, "stride")   ? &layer->stride
                     : !strcmp(options, "pad")    ? &layer->pad
                     : !strcmp(options, "groups") ? &layer->groups
                                                  : NULL;
        if (!to) return fail_word(whole, "there is no such option");
        if (!whole_number || number < (to != &layer->pad) || number > MOST_SIDE)
            return fail_word(whole, "stride and groups are whole numbers from 1, pad from 0");
        *to = (size_t)number;
    }
    return QS_OK;
}

static int take_word(reading *r, char *word)
{
    qsi_chain *chain = r->chain;
    if (!strcmp(word, "flatten")) {
        r->pictures = false;
        return QS_OK;
    }
    if (!strcmp(word, "relu")) {
        if (!chain->count) return fail_word(word, "it stands before the first layer");
        if (chain->layers[chain->count - 1].relu) return fail_word(word, "it stands there twice");
        chain->layers[chain->count - 1].relu = true;
        return QS_OK;
    }
    qsi_layer layer = {.kh = 1};
    int status = read_word(word, &layer);
    if (status) return status;
    if (qsi_chain_find(chain, layer.name, strlen(layer.name)) < chain->count)
        return fail_word(word, "there are two layers of this name");
    if (chain->count == QSI_MOST_LAYERS)
        return qsi_fail(QS_E_DATA, "the chain has more than %d layers", QSI_MOST_LAYERS);
    qsi_layer *to = &chain->layers[chain->count++];
    *to = layer;
    return add_layer(r, to);
}

static int read_words(reading *r, const char *words)
{
    char copy[LONGEST_CHAIN];
    if (strlen(words) >= sizeof copy)
        return qsi_fail(QS_E_DATA, "the chain has more than %d characters", LONGEST_CHAIN - 1);
    snprintf(copy, sizeof copy, "%s", words);
    int status = QS_OK;
    for (char *at = copy, *end; *at && !status; at = end) {
        while (isspace((unsigned char)*at)) at++;
        for (end = at; *end && !isspace((unsigned char)*end);) end++;
        if (*end) *end++ = 0;
        if (*at) status = take_word(r, at);
    }
    if (!status && !r->chain->count) status = qsi_fail(QS_E_DATA, "the chain names no layer");
    return status;
}

/* Without words: the weights of 2 dimensions in the file's order, a ReLU between them. */
static int read_linear_layers(reading *r)
{
    int status = QS_OK;
    size_t suffix = strlen(WEIGHT);
    for (size_t t = 0; t < r->source->count && !status; t++) {
        const qsi_tensor *tensor = &r->source->tensors[t];
        size_t length = strlen(tensor->name);
        char word[LONGEST_NAME] = "relu";
        if (tensor->axes != 2 || length <= suffix || length - suffix >= QSI_LAYER_NAME ||
            strcmp(tensor->name + length - suffix, WEIGHT) != 0)
            continue;
        if (r->chain->count) status = take_word(r, word);
        memcpy(word, tensor->name, length - suffix);
        word[length - suffix] = 0;
        if (!status) status = take_word(r, word);
    }
    if (!status && !r->chain->count)
        status = qsi_fail(QS_E_DATA, "the file names no chain, and has no tensor NAME.weight of 2 dimensions; give "
                                     "the chain, as 'fc1 relu fc2'");
    return status;
}

/* "1x28x28/255": the shape, which may be left out, and the divisor; text behind a comma is passed over. */
static int read_input(reading *r, const char *input)
{
    char copy[LONGEST_INPUT];
    r->chain->divisor = 1;
    snprintf(copy, sizeof copy, "%s", input);
    copy[strcspn(copy, ",")] = 0;
    char *divisor = strchr(copy, '/');
    if (divisor) *divisor++ = 0;
    if (divisor && (!qsi_decimal_read(divisor, &r->chain->divisor) || !(r->chain->divisor > 0)))
        return qsi_fail(QS_E_DATA, "the input '%.80s': behind / stands a number above 0, as 1x28x28/255", input);
    double sides[3] = {1, 1, 1};
    size_t count = 0;
    bool good = true;
    if (!isdigit((unsigned char)*copy)) return QS_OK; /* a word, as "pixel", or nothing */
    for (char *side = copy, *next; side && good; side = next) {
        next = strchr(side, 'x');
        if (next) *next++ = 0;
        good = count < 3 && qsi_decimal_read(side, &sides[count]) && sides[count] >= 1 &&
               sides[count] <= QSI_DIM_MOST && sides[count] == floor(sides[count]);
        count++;
    }
    if (!good || count == 2)
        return qsi_fail(QS_E_DATA,
                        "the input '%.80s': write VALUES/DIVISOR, or CHANNELSxROWSxCOLUMNS/DIVISOR as "
                        "1x28x28/255",
                        input);
    r->pictures = count == 3;
    r->shape = (qsi_shape3){(size_t)sides[0], (size_t)sides[1], (size_t)sides[2]};
    return qsi_check_dim(sides[0] * sides[1] * sides[2]);
}

static void add_up(qsi_chain *chain)
{
    chain->in = qsi_shape3_size(chain->layers[0].in);
    chain->classes = qsi_shape3_size(chain->layers[chain->count - 1].out);
    chain->widest = chain->in;
    for (size_t l = 0; l < chain->count; l++) {
        const qsi_layer *layer = &chain->layers[l];
        size_t out = qsi_shape3_size(layer->out);
        if (out > chain->widest) chain->widest = out;
        chain->values += layer->rows * layer->dim + (layer->has_bias ? layer->rows : 0);
    }
}

static int read_chain(reading *r, const char *words, const char *input)
{
    char chain_text[LONGEST_CHAIN] = "", input_text[LONGEST_INPUT] = "";
    bool named = words && *words;
    if (!named) named = qsi_metadata(r->file, r->bytes, "net", chain_text, sizeof chain_text);
    if (!input || !*input) qsi_metadata(r->file, r->bytes, "input", input_text, sizeof input_text);
    int status = read_input(r, input && *input ? input : input_text);
    if (!status) status = named ? read_words(r, words && *words ? words : chain_text) : read_linear_layers(r);
    if (!status) add_up(r->chain);
    return status;
}

int qsi_chain_open(qsi_chain *chain, const uint8_t *file, size_t bytes, const char *words, const char *input)
{
    *chain = (qsi_chain){.divisor = 1};
    qs_source *source = qs_source_open(file, bytes, (double)bytes);
    if (!source) return qsi_error_code();
    reading r = {.chain = chain, .source = source, .file = file, .bytes = bytes};
    chain->layers = qsi_array_zero(QSI_MOST_LAYERS, sizeof *chain->layers);
    int status = chain->layers ? read_chain(&r, words, input) : QS_E_MEMORY;
    qs_source_close(source);
    if (status) qsi_chain_close(chain);
    return status;
}
