/* The usual mixes of llama.cpp (llama_tensor_get_type_impl in src/llama-quant.cpp), for models whose tensors have
 * its names. What they do for single architectures and for numbers of experts is left out. */
#include "cli/posix.h"

#include "cli/budget.h"

#include <stdio.h>
#include <string.h>

typedef enum part { OTHER, OUTPUT, ATTN_V, ATTN_OUTPUT, FFN_DOWN } part;

/* A rule gives a type to a part in layers of a kind; the first that applies counts. */
typedef enum layers { ALL, FIRST_TWO, FIRST_FOUR, FIRST_EIGHTH, FIRST_SIXTEENTH, SPREAD } layers;
static const struct {
    const char *mix;
    part part;
    layers layers;
    const char *type;
} rules[] = {
    {"q2_k", ATTN_V, ALL, "q3_k"},          {"q2_k", FFN_DOWN, ALL, "q3_k"},
    {"q2_k", ATTN_OUTPUT, ALL, "q3_k"},     {"q3_k_m", ATTN_V, FIRST_TWO, "q5_k"},
    {"q3_k_m", ATTN_V, ALL, "q4_k"},        {"q3_k_m", FFN_DOWN, FIRST_SIXTEENTH, "q5_k"},
    {"q3_k_m", FFN_DOWN, ALL, "q4_k"},      {"q3_k_m", ATTN_OUTPUT, ALL, "q4_k"},
    {"q4_k_s", ATTN_V, FIRST_FOUR, "q5_k"}, {"q4_k_s", FFN_DOWN, FIRST_EIGHTH, "q5_k"},
    {"q4_k_m", ATTN_V, SPREAD, "q6_k"},     {"q4_k_m", FFN_DOWN, SPREAD, "q6_k"},
    {"q5_k_m", ATTN_V, SPREAD, "q6_k"},     {"q5_k_m", FFN_DOWN, SPREAD, "q6_k"},
};

static const struct {
    const char *name, *type;
} mixes[] = {{"q2_k", "q2_k"}, {"q3_k_m", "q3_k"}, {"q4_k_s", "q4_k"}, {"q4_k_m", "q4_k"}, {"q5_k_m", "q5_k"}};

const char *cli_budget_mix_name(size_t mix)
{
    return mix < sizeof mixes / sizeof *mixes ? mixes[mix].name : NULL;
}

static const char *name_of(const cli_budget *b, size_t tensor)
{
    return b->gguf.list[tensor].name;
}

static int layer_of(const char *name)
{
    int layer;
    return sscanf(name, "blk.%d.", &layer) == 1 ? layer : -1;
}

static bool has_output(const cli_budget *b)
{
    for (size_t i = 0; i < b->gguf.count; i++)
        if (!strcmp(name_of(b, i), "output.weight")) return true;
    return false;
}

static part part_of(const cli_budget *b, const char *name)
{
    if (!strcmp(name, "output.weight")) return OUTPUT;
    if (!strcmp(name, "token_embd.weight")) return has_output(b) ? OTHER : OUTPUT; /* it is both */
    if (strstr(name, "attn_v.weight") || strstr(name, "attn_qkv.weight") || strstr(name, "attn_kv_b.weight"))
        return ATTN_V;
    if (strstr(name, "attn_output.weight")) return ATTN_OUTPUT;
    return strstr(name, "ffn_down") ? FFN_DOWN : OTHER;
}

static bool applies(layers which, int layer, int count)
{
    switch (which) {
    case FIRST_TWO: return layer < 2;
    case FIRST_FOUR: return layer < 4;
    case FIRST_EIGHTH: return layer < count / 8;
    case FIRST_SIXTEENTH: return layer < count / 16;
    case SPREAD: return layer < count / 8 || layer >= 7 * count / 8 || (layer - count / 8) % 3 == 2;
    default: return true;
    }
}

const char *cli_budget_mix_type(const cli_budget *b, size_t mix, size_t tensor)
{
    const char *name = name_of(b, tensor);
    part p = part_of(b, name);
    int layer = layer_of(name), count = 0;
    for (size_t i = 0; i < b->gguf.count; i++)
        if (layer_of(name_of(b, i)) >= count) count = layer_of(name_of(b, i)) + 1;
    if (!count) return NULL; /* not a model of such names */
    if (p == OUTPUT) return "q6_k";
    for (size_t r = 0; r < sizeof rules / sizeof *rules; r++)
        if (rules[r].part == p && !strcmp(rules[r].mix, mixes[mix].name) && applies(rules[r].layers, layer, count))
            return rules[r].type;
    return mixes[mix].type;
}

bool cli_budget_stays(const char *name)
{
    static const char ending[] = "weight";
    static const char *const words[] = {
        "_norm.weight",  "ffn_gate_inp.weight", "ssm_conv1d",        "shortconv.conv.weight",
        "position_embd", "token_types.weight",  "attn_rel_b.weight", "time_mix_"};
    size_t length = strlen(name), end = sizeof ending - 1;
    if (length < end || strcmp(name + length - end, ending) != 0) return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strstr(name, words[i])) return true;
    return false;
}
