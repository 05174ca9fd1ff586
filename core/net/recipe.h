/*
 * A recipe: what is done to a network, METHOD:OPTION=VALUE,... as a spec is for vectors. A spec with options stands
 * in brackets, and a layer apart has its own weights or inputs:
 *
 *   static:w=(int4:per=row,range=mse),a=int8,fc1.w=int8,correct=bias
 *
 * Parsed here and nowhere else. Canonical text: w and a first, then layers in the order given, then the options of
 * the table in its order, defaults left out. The rounding methods are words too: gptq:w=int4 is
 * weights:w=int4,rounding=gptq, and with a= it is static:w=int4,a=...,rounding=gptq.
 */
#ifndef QSI_RECIPE_H
#define QSI_RECIPE_H

#include "base/json.h"
#include "net/chain.h"
#include "spec/spec.h"

typedef enum qsi_recipe_option {
    QSI_ROUNDING,
    QSI_DAMP,
    QSI_SMOOTH,
    QSI_CORRECT,
    QSI_OWN_RANGE, /* "range": of dynamic */
    QSI_CALIBRATE,
    QSI_ARITHMETIC,
    QSI_OUTPUT,
    QSI_WEIGHT_BITS, /* "bits": of prune */
    QSI_SCOPE,
    QSI_BUDGET,
    QSI_WIDTHS,
    QSI_CHOOSE,
    QSI_EPOCHS,
    QSI_SEEDS,
    QSI_RUN_SEED, /* "seed" */
    QSI_LR,
    QSI_BATCH,
    QSI_RECIPE_OPTIONS
} qsi_recipe_option;

enum { QSI_ROUNDING_RTN, QSI_ROUNDING_GPTQ, QSI_ROUNDING_AWQ, QSI_ROUNDING_HQQ };
enum { QSI_CORRECT_NONE, QSI_CORRECT_BIAS, QSI_CORRECT_CLE, QSI_CORRECT_BOTH };
enum { QSI_OWN_ROW, QSI_OWN_BATCH };
enum { QSI_FAKE, QSI_INTEGER, QSI_FIXED, QSI_SATURATE16 };
enum { QSI_OUTPUT_FLOAT, QSI_OUTPUT_INT8 };
enum { QSI_SCOPE_ALL, QSI_SCOPE_LAYER };
enum { QSI_CHOOSE_EXACT, QSI_CHOOSE_GREEDY, QSI_CHOOSE_TRUTH };

/* Weights or inputs of one layer, or of all. */
typedef struct qsi_recipe_code {
    bool given, plain; /* plain: they stay float32 */
    qsi_spec spec;
} qsi_recipe_code;

typedef struct qsi_recipe_layer {
    char name[QSI_LAYER_NAME];
    bool input; /* .a, else .w */
    qsi_recipe_code code;
} qsi_recipe_layer;

struct qsi_method; /* net/method.h */

enum { QSI_RECIPE_LAYERS = 32, QSI_RECIPE_TEXT = 2048 };

typedef struct qsi_recipe {
    const struct qsi_method *method;
    qsi_recipe_code w, a;
    size_t layers;
    qsi_recipe_layer layer[QSI_RECIPE_LAYERS];
    double value[QSI_RECIPE_OPTIONS]; /* a number, the number of a word, or (widths) a set of bits */
} qsi_recipe;

int qsi_recipe_parse(const char *text, qsi_recipe *recipe);
void qsi_recipe_text(const qsi_recipe *recipe, char text[QSI_RECIPE_TEXT]);
/* That every layer it names is in the chain. */
int qsi_recipe_check_layers(const qsi_recipe *recipe, const qsi_chain *chain);

static inline int qsi_recipe_word(const qsi_recipe *recipe, qsi_recipe_option option)
{
    return (int)recipe->value[option];
}
/* What a layer's weights (input false) or input are coded as. */
const qsi_recipe_code *qsi_recipe_layer_code(const qsi_recipe *recipe, const char *layer, bool input);
/* "f32", or the canonical spec; of an input without what every input's code has. */
void qsi_recipe_code_text(const qsi_recipe_code *code, bool input, char text[QSI_SPEC_TEXT]);

/* ---- options.c */

typedef struct qsi_recipe_option_row {
    const char *name, *help;
    const char *words[5]; /* none: a number */
    double first, low, high;
    bool whole;
} qsi_recipe_option_row;
extern const qsi_recipe_option_row qsi_recipe_option_rows[QSI_RECIPE_OPTIONS];

#endif
