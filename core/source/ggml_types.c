/* The types of ggml's tensors: their numbers in a GGUF, their blocks, and which of them the registry decodes. */
#include "source/source.h"

#include "base/status.h"
#include "codec/block.h"
#include "codec/codec.h"
#include "format/format.h"
#include "spec/spec.h"

#include <string.h>

/* ggml's numbers of its types. Blocks of 0 values are of the registry row with that name, if there is one. */
static const struct {
    uint16_t number, block, bytes;
    const char *name;
} types[] = {
    {0, 1, 4, "float32"},       {1, 1, 2, "float16"},    {30, 1, 2, "bfloat16"},   {28, 1, 8, "float64"},
    {24, 1, 1, "int8"},         {25, 1, 2, "int16"},     {26, 1, 4, "int32"},      {27, 1, 8, "int64"},
    {2, 32, 18, "q4_0"},        {3, 32, 20, "q4_1"},     {6, 32, 22, "q5_0"},      {7, 32, 24, "q5_1"},
    {8, 32, 34, "q8_0"},        {9, 32, 36, "q8_1"},     {10, 256, 84, "q2_k"},    {11, 256, 110, "q3_k"},
    {12, 256, 144, "q4_k"},     {13, 256, 176, "q5_k"},  {14, 256, 210, "q6_k"},   {15, 256, 292, "q8_k"},
    {16, 256, 66, "iq2_xxs"},   {17, 256, 74, "iq2_xs"}, {18, 256, 98, "iq3_xxs"}, {19, 256, 50, "iq1_s"},
    {20, 32, 18, "iq4_nl"},     {21, 256, 110, "iq3_s"}, {22, 256, 82, "iq2_s"},   {23, 256, 136, "iq4_xs"},
    {29, 256, 56, "iq1_m"},     {34, 256, 54, "tq1_0"},  {35, 256, 66, "tq2_0"},   {39, 32, 17, "ggml_mxfp4"},
    {40, 64, 36, "ggml_nvfp4"}, {41, 128, 18, "q1_0"},   {42, 64, 18, "q2_0"}};

enum { TYPES = sizeof types / sizeof *types };

/* The type at this place of the table; a block type is made for the source. */
const qsi_dtype *qsi_ggml_at(qs_source *source, size_t place)
{
    if (types[place].block == 1) return qsi_dtype_find(types[place].name);
    if (!source->ggml) source->ggml = qsi_own(source, TYPES, sizeof *source->ggml);
    qsi_dtype *dtype = source->ggml ? &source->ggml[place] : NULL;
    if (!dtype || dtype->name) return dtype;
    const qsi_format *format = qsi_format_find(types[place].name, strlen(types[place].name));
    *dtype = (qsi_dtype){.name = types[place].name, .bytes = types[place].bytes, .block = types[place].block};
    if (format && format->coder && format->block == dtype->block && format->coder->bytes == dtype->bytes &&
        !format->coder->shared_scale)
        dtype->format = format;
    return dtype;
}

bool qsi_ggml_find(uint32_t number, size_t *place)
{
    for (*place = 0; *place < TYPES && types[*place].number != number;) ++*place;
    return *place < TYPES;
}

const qsi_dtype *qsi_ggml_dtype(qs_source *source, const char *name)
{
    for (size_t i = 0; i < TYPES; i++)
        if (types[i].block > 1 && !strcmp(types[i].name, name)) return qsi_ggml_at(source, i);
    return NULL;
}

/* Types of whole numbers have names that are other things as specs. */
int qs_ggml_type(const char *name, int stored)
{
    static const char *const plain[][2] = {{"f32", "float32"}, {"f16", "float16"}, {"bf16", "bfloat16"}};
    qsi_spec parsed;
    char text[QSI_SPEC_TEXT];
    const char *type = name;
    if (!stored && qsi_spec_parse(name, &parsed) < 0) return QS_E_OPTION;
    if (!stored) {
        qsi_spec_text(&parsed, text); /* with options it is none of ggml's types */
        type = text;
    }
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (!strcmp(plain[i][0], type)) type = plain[i][1];
    for (size_t i = 0; i < TYPES; i++)
        if (!strcmp(types[i].name, type) && (stored || types[i].block > 1 || type != text)) return types[i].number;
    return qsi_fail_option("spec",
                           "%.200s is no type of a GGUF, which holds f32, f16, bf16, q4_0 to q6_k, iq4_nl and "
                           "the like, without options",
                           name);
}
