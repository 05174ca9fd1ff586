/*
 * ggml's formats against what ggml makes of the same floats: encoded bytes equal, decoded floats equal in bits, but
 * that a NaN equals any NaN. tests/golden/ggml.md says where the data comes from and how it is packed.
 *
 * Not in the data, for these reasons: cases in which ggml converts a float to an integer that cannot hold it, or
 * stores a NaN whose sign depends on the processor (they are no rule); IQ4_NL_REF, Q8_1 and Q8_K, which are parts
 * of ggml's own products and no formats here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/bytes.h"
#include "codec/codec.h"
#include "make.h"

enum { LINES = 400, LEAST_BLOCK = 32, WORD = 24 };

/* Lines of each kind in the index, so that none is passed over. */
enum { CASES = 277, OVERFLOWS = 24, DECODES = 18 };

/* A line of the index. input: offset and count are of floats of an input; else of blocks of a format. */
typedef struct line {
    char kind[WORD], format[WORD], input[WORD];
    size_t count, offset, hashes;
} line;

static line lines[LINES];
static size_t line_count;
static uint8_t *data;
static size_t data_bytes;

static uint8_t *read_file(const char *path, size_t *bytes)
{
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("cannot open %s; tests run from the project's root", path);
    fseek(f, 0, SEEK_END);
    *bytes = (size_t)ftell(f);
    rewind(f);
    uint8_t *bytes_read = make_room(*bytes + 1);
    assert_int_equal(fread(bytes_read, 1, *bytes, f), *bytes);
    bytes_read[*bytes] = 0;
    fclose(f);
    return bytes_read;
}

static int read_golden(void **state)
{
    size_t bytes;
    (void)state;
    data = read_file("tests/golden/ggml.bin", &data_bytes);
    char *text = (char *)read_file("tests/golden/ggml.txt", &bytes);
    for (char *at = strtok(text, "\n"); at; at = strtok(NULL, "\n")) {
        assert_true(line_count < LINES);
        line *l = &lines[line_count++];
        if (sscanf(at, "input %23s %zu %zu", l->input, &l->count, &l->offset) == 3)
            strcpy(l->kind, "input");
        else
            assert_int_equal(sscanf(at, "%23s %23s %23s %zu %zu %zu", l->kind, l->format, l->input, &l->count,
                                    &l->offset, &l->hashes),
                             6);
    }
    free(text);
    return 0;
}

static int free_golden(void **state)
{
    (void)state;
    free(data);
    return 0;
}

static const line *find_input(const char *name)
{
    for (size_t i = 0; i < line_count; i++)
        if (!strcmp(lines[i].kind, "input") && !strcmp(lines[i].input, name)) return &lines[i];
    fail_msg("no input %s", name);
    return NULL;
}

/* FNV-1a over the bits of floats; any NaN counts as 0x7fc00000. */
static uint64_t hash(const float *x, size_t n)
{
    uint64_t h = 0xcbf29ce484222325U;
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = x[i] == x[i] ? qsi_float_bits(x[i]) : 0x7fc00000U;
        for (unsigned shift = 0; shift < 32; shift += 8) h = (h ^ (bits >> shift & 255)) * 0x100000001b3U;
    }
    return h;
}

/* A block of the format as a row. Blocks of less than 32 values are taken together. */
static qs_codec *open_block(const line *l)
{
    const qsi_format *format = qsi_format_find(l->format, strlen(l->format));
    if (!format) fail_msg("no format %s", l->format);
    qs_codec *codec = fit_codec(format->name, format->block < LEAST_BLOCK ? LEAST_BLOCK : format->block, NULL, 0);
    assert_non_null(codec);
    return codec;
}

static void check_decoding(const line *l, const qs_codec *codec)
{
    size_t dim = qs_codec_dim(codec), row_bytes = qs_codec_row_bytes(codec);
    float *x = make_room(dim * sizeof *x);
    for (size_t b = 0; b < l->count; b++) {
        assert_int_equal(qs_codec_decode(codec, data + l->offset + b * row_bytes, 1, x), QS_OK);
        if (hash(x, dim) != qsi_get64(data + l->hashes + 8 * b))
            fail_msg("%s of %s: block %zu decodes to other floats", l->format, l->input, b);
    }
    free(x);
}

static void check_encoding(const line *l, const qs_codec *codec)
{
    const line *input = find_input(l->input);
    size_t dim = qs_codec_dim(codec), row_bytes = qs_codec_row_bytes(codec);
    assert_int_equal(input->count, l->count * dim);
    float *x = make_room(dim * sizeof *x);
    uint8_t *row = make_room(row_bytes);
    for (size_t b = 0; b < l->count; b++) {
        const uint8_t *expected = data + l->offset + b * row_bytes;
        memcpy(x, data + input->offset + b * dim * sizeof *x, dim * sizeof *x);
        assert_int_equal(qs_codec_encode(codec, 0, x, 1, row), QS_OK);
        for (size_t i = 0; i < row_bytes; i++)
            if (row[i] != expected[i])
                fail_msg("%s of %s: block %zu, byte %zu is %02x, not %02x", l->format, l->input, b, i, row[i],
                         expected[i]);
    }
    free(row);
    free(x);
}

/* How many lines of this kind were checked. */
static size_t check_all(const char *kind)
{
    size_t checked = 0;
    for (size_t i = 0; i < line_count; i++) {
        if (strcmp(lines[i].kind, kind) != 0) continue;
        qs_codec *codec = open_block(&lines[i]);
        if (strcmp(kind, "decode") != 0) check_encoding(&lines[i], codec);
        check_decoding(&lines[i], codec);
        qs_codec_close(codec);
        checked++;
    }
    return checked;
}

static void cases(void **state)
{
    (void)state;
    assert_int_equal(check_all("case"), CASES);
}

/* Scales beyond half floats, sums beyond float32: deterministic by the rules of infinities and NaN. */
static void overflowing_cases(void **state)
{
    (void)state;
    assert_int_equal(check_all("overflow"), OVERFLOWS);
}

/* Random bytes, codes that no encoder gives among them. */
static void random_blocks(void **state)
{
    (void)state;
    assert_int_equal(check_all("decode"), DECODES);
}

/* Every format of ggml in the registry has its cases. */
static void every_format(void **state)
{
    (void)state;
    for (size_t f = 0; f < qsi_format_count(); f++) {
        const qsi_format *format = qsi_format_at(f);
        size_t found = 0;
        if (strncmp(format->source, "ggml", 4) != 0) continue;
        for (size_t i = 0; i < line_count; i++) found += !strcmp(lines[i].format, format->name);
        if (found < 15) fail_msg("%s has only %zu cases", format->name, found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases),
        cmocka_unit_test(overflowing_cases),
        cmocka_unit_test(random_blocks),
        cmocka_unit_test(every_format),
    };
    return cmocka_run_group_tests(tests, read_golden, free_golden);
}
