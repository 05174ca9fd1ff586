/* What fuzzers share: the bytes they are given, taken a few at a time, and memory of just the size that is asked
 * for, so that a sanitizer sees a step beyond it. */
#ifndef QS_FUZZ_INPUT_H
#define QS_FUZZ_INPUT_H

#include "quantscope.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct input {
    const uint8_t *at;
    size_t left;
} input;

static inline void *fuzz_room(size_t bytes)
{
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory) abort();
    return memory;
}

/* The next byte, 0 at the end. */
static inline unsigned fuzz_byte(input *in)
{
    if (!in->left) return 0;
    in->left--;
    return *in->at++;
}

static inline uint32_t fuzz_word(input *in)
{
    uint32_t word = 0;
    for (int i = 0; i < 4; i++) word = word << 8 | fuzz_byte(in);
    return word;
}

/* n values: the bits of float32 while there are bytes, then small steps. */
static inline float *fuzz_values(input *in, size_t n)
{
    float *values = fuzz_room(n * sizeof *values);
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = fuzz_word(in);
        if (in->left)
            memcpy(&values[i], &bits, sizeof bits);
        else
            values[i] = (float)(i % 17) - 8.0F;
    }
    return values;
}

/* All up to a line's end, or to the end, as text. */
static inline char *fuzz_line(input *in)
{
    size_t length = 0;
    while (length < in->left && in->at[length] != '\n') length++;
    char *text = fuzz_room(length + 1);
    memcpy(text, in->at, length);
    text[length] = 0;
    size_t used = length < in->left ? length + 1 : length;
    in->at += used;
    in->left -= used;
    return text;
}

/* A text by the rule of snprintf, whose second call must say what the first said; NULL: an error. */
#define FUZZ_TEXT(function, ...)                                                                                  \
    ({                                                                                                            \
        size_t length_ = function(__VA_ARGS__, NULL, 0);                                                          \
        char *text_ = length_ ? fuzz_room(length_ + 1) : NULL;                                                    \
        if (text_ && (function(__VA_ARGS__, text_, length_ + 1) != length_ || strlen(text_) != length_)) abort(); \
        text_;                                                                                                    \
    })

/* Specs of every family and way of choosing, one of which a byte of input chooses. */
static const char *const fuzz_specs[] = {"f32",
                                         "f16",
                                         "bf16",
                                         "f8_e4m3",
                                         "f4_e2m1:per=block,block=16",
                                         "int8",
                                         "int4:per=block,block=32,scale=f16",
                                         "int8:per=tensor",
                                         "int4:map=affine,per=row",
                                         "int5:map=offset,per=dim",
                                         "int3:range=mse",
                                         "int8:per=tensor,range=kl",
                                         "int8:per=dim,range=percentile",
                                         "int4:outliers=1",
                                         "int6:feedback=1",
                                         "binary",
                                         "binary:center=median,rescore=2",
                                         "ternary",
                                         "nf4",
                                         "fp4",
                                         "dynamic8",
                                         "lloyd4",
                                         "mxfp8_e4m3",
                                         "mxfp4",
                                         "mxint8",
                                         "nvfp4",
                                         "q4_0",
                                         "q4_1",
                                         "q5_0",
                                         "q8_0",
                                         "q2_k",
                                         "q3_k",
                                         "q4_k",
                                         "q5_k",
                                         "q6_k",
                                         "iq4_nl",
                                         "iq4_xs",
                                         "tq1_0",
                                         "tq2_0",
                                         "q1_0",
                                         "q2_0",
                                         "ggml_mxfp4",
                                         "ggml_nvfp4"};

static inline const char *fuzz_spec(input *in)
{
    return fuzz_specs[fuzz_byte(in) % (sizeof fuzz_specs / sizeof *fuzz_specs)];
}

#endif
