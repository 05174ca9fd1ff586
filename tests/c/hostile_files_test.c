/* Small valid files of every kind, cut anywhere and with any byte wrong: refused or read, within their own bytes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../fuzz/whole_file.h"
#include "make.h"

#include <stdio.h>

typedef struct sample {
    const char *path, *name;
} sample;

static const sample samples[] = {
    {"npy/f4-2x3.npy", "x.npy"},  {"npy/fortran.npy", "x.npy"},    {"gguf/two", "x.gguf"},
    {"gguf/unread", "x.gguf"},    {"npz/stored", "x.npz"},         {"npz/deflated", "x.npz"},
    {"vecs/fvecs", "x.fvecs"},    {"vecs/bvecs", "x.bvecs"},       {"vecs/fbin", "x.fbin"},
    {"vecs/fbin64", ""},          {"vecs/i8bin", "x.i8bin"},       {"csv/list", "x.csv"},
    {"csv/pandas", "x.csv"},      {"json/openai.json", "x.json"},  {"json/pretty.json", "x.json"},
    {"json/dict.json", "x.json"}, {"json/batch.jsonl", "x.jsonl"}, {"json/base64", "x.jsonl"},
    {"words/glove.txt", "x.txt"}, {"words/w2v.txt", "x.txt"},      {"files/index", "x.index.json"},
    {"files/files", "x.json"},    {"files/tensors", "x.json"},
};

enum { MOST = 4096, CHANGED = 400 };

static size_t read_sample(const sample *s, uint8_t bytes[MOST])
{
    char path[200];
    snprintf(path, sizeof path, "tests/fuzz/corpus/%s", s->path);
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("%s cannot be read", path);
    size_t length = fread(bytes, 1, MOST, file);
    fclose(file);
    return length;
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    uint8_t bytes[MOST];
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        size_t length = read_sample(&samples[i], bytes);
        if (!whole_file(samples[i].name, bytes, length)) fail_msg("%s is refused", samples[i].path);
        for (size_t cut = 0; cut < length; cut++) whole_file(samples[i].name, bytes, cut);
    }
}

static void test_any_byte_wrong(void **state)
{
    (void)state;
    static const uint8_t values[] = {0, 1, 0x20, '"', ',', '9', 0x7f, 0x80, 0xff};
    uint8_t bytes[MOST];
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        size_t length = read_sample(&samples[i], bytes);
        for (size_t at = 0; at < length && at < CHANGED; at++) {
            uint8_t kept = bytes[at];
            for (size_t v = 0; v < sizeof values; v++) {
                bytes[at] = values[v];
                whole_file(samples[i].name, bytes, length);
            }
            bytes[at] = kept;
        }
    }
}

/* Counts of 2^63 and the like, wherever eight bytes may be one. */
static void test_huge_counts(void **state)
{
    (void)state;
    static const uint64_t counts[] = {1ULL << 63, UINT64_MAX, 1ULL << 32, 1ULL << 53};
    uint8_t bytes[MOST];
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        size_t length = read_sample(&samples[i], bytes);
        for (size_t at = 0; at + 8 <= length && at < CHANGED; at++) {
            uint8_t kept[8];
            memcpy(kept, bytes + at, 8);
            for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
                memcpy(bytes + at, &counts[c], 8);
                whole_file(samples[i].name, bytes, length);
            }
            memcpy(bytes + at, kept, 8);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_any_byte_wrong),
        cmocka_unit_test(test_huge_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
