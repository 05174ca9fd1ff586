/* The reader of .safetensors: files written here byte by byte, right ones and wrong ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "files.h"
#include "make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The text of a header that must be taken, over data_bytes zeros. */
static char *json_of(const char *header, size_t data_bytes)
{
    uint8_t *zeros = make_room(data_bytes);
    memset(zeros, 0, data_bytes);
    file f = make_safetensors(header, zeros, data_bytes);
    qs_source *source = open_file(f);
    if (!source) check_error(0, header);
    char *text = TEXT_OF(qs_source_json, source);
    qs_source_close(source);
    free(f.bytes);
    free(zeros);
    return text;
}

static void assert_json(const char *header, size_t data_bytes, const char *expected)
{
    char *text = json_of(header, data_bytes);
    assert_string_equal(text, expected);
    free(text);
}

/* Refused as data with these words; byte from the header's start, negative: wherever. */
static void refuse(const char *header, size_t data_bytes, const char *words, int byte)
{
    static const uint8_t zeros[64];
    check_refused(make_safetensors(header, zeros, data_bytes), words, byte < 0 ? byte : byte + 8);
    check_error(QS_E_DATA, "\"byte\":");
}

static const char plain[] = "{\"__metadata__\":{\"format\":\"pt\"},"
                            "\"w\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[4,28]},"
                            "\"b\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}";

/* ------------------------------------------------------------------------------------------- what is taken */

/* The header's order stays, wherever the values lie. */
static void test_order_and_rows(void **state)
{
    (void)state;
    const uint16_t halves[2] = {0x3c00, 0xc000};
    const float values[6] = {1, -2, 0.5F, -0.0F, INFINITY, 3e38F};
    uint8_t data[28];
    float rows[6];
    memcpy(data, halves, 4);
    memcpy(data + 4, values, 24);
    file f = make_safetensors(plain, data, sizeof data);
    qs_source *source = open_file(f);
    assert_non_null(source);
    char *text = TEXT_OF(qs_source_json, source), expected[400];
    size_t begin = 8 + strlen(plain);
    snprintf(
        expected, sizeof expected,
        "{\"kind\":\"safetensors\",\"tensors\":[{\"name\":\"w\",\"dtype\":\"float32\",\"shape\":[2,3],\"rows\":2,"
        "\"dim\":3,\"offset\":%zu,\"row_bytes\":12},{\"name\":\"b\",\"dtype\":\"float16\",\"shape\":[2],"
        "\"rows\":1,\"dim\":2,\"offset\":%zu,\"row_bytes\":4}]}",
        begin + 4, begin);
    assert_string_equal(text, expected);
    assert_int_equal(qs_source_rows(source, 0, 0, f.bytes + begin + 4, 2, rows), QS_OK);
    assert_memory_equal(rows, values, sizeof values);
    assert_int_equal(qs_source_rows(source, 1, 0, f.bytes + begin, 1, rows), QS_OK);
    assert_true(rows[0] == 1 && rows[1] == -2);
    assert_int_equal(qs_source_rows(source, 1, 1, f.bytes + begin, 1, rows), QS_E_OPTION);
    assert_int_equal(qs_source_rows(source, 2, 0, f.bytes + begin, 1, rows), QS_E_OPTION);
    free(text);
    qs_source_close(source);
    free(f.bytes);
}

static void test_bfloat16_all(void **state)
{
    (void)state;
    static uint16_t raw[65536];
    static float row[65536];
    for (uint32_t i = 0; i < 65536; i++) raw[i] = (uint16_t)i;
    file f = make_safetensors("{\"x\":{\"dtype\":\"BF16\",\"shape\":[65536],\"data_offsets\":[0,131072]}}", raw,
                              sizeof raw);
    qs_source *source = open_file(f);
    assert_non_null(source);
    assert_int_equal(qs_source_rows(source, 0, 0, f.bytes + f.length - sizeof raw, 1, row), QS_OK);
    for (uint32_t i = 0; i < 65536; i++) {
        uint32_t bits;
        memcpy(&bits, &row[i], sizeof bits);
        assert_int_equal(bits, i << 16);
    }
    qs_source_close(source);
    free(f.bytes);
}

static void test_shapes(void **state)
{
    (void)state;
    const struct {
        const char *shape, *json;
        int bytes;
    } cases[] = {
        {"[]", "\"shape\":[],\"rows\":1,\"dim\":1,", 4},
        {"[1]", "\"shape\":[1],\"rows\":1,\"dim\":1,", 4},
        {"[0]", "\"shape\":[0],\"rows\":1,\"dim\":0,", 0},
        {"[0,4]", "\"shape\":[0,4],\"rows\":0,\"dim\":4,", 0},
        {"[4,0]", "\"shape\":[4,0],\"rows\":4,\"dim\":0,", 0},
        {"[2, 1 ,3]", "\"shape\":[2,1,3],\"rows\":2,\"dim\":3,", 24},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char header[120];
        snprintf(header, sizeof header, "{\"x\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[0,%d]}}",
                 cases[i].shape, cases[i].bytes);
        char *text = json_of(header, (size_t)cases[i].bytes);
        if (!strstr(text, cases[i].json)) fail_msg("%s lacks %s", text, cases[i].json);
        free(text);
    }
}

static void test_no_tensors(void **state)
{
    (void)state;
    assert_json("{}", 0, "{\"kind\":\"safetensors\",\"tensors\":[]}");
    assert_json("{\"__metadata__\":{}}   \n", 0, "{\"kind\":\"safetensors\",\"tensors\":[]}");
    refuse("{}", 3, "the tensors end at 0, but 3 bytes follow", 0);
}

static void test_names(void **state)
{
    (void)state;
    const char *names[][2] = {
        {"", "\"\""},
        {"a.b/c", "\"a.b/c\""},
        {"\\u00e9\\n\\\"\\\\\\/\\t\\b\\f\\r", "\"\xc3\xa9\\u000a\\\"\\\\/\\u0009\\u0008\\u000c\\u000d\""},
        {"\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\""},
        {"\\uD83D\\uDE00\\u20ac\\u007A", "\"\xf0\x9f\x98\x80\xe2\x82\xacz\""},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char header[200];
        snprintf(header, sizeof header, "{\"%s\":{\"shape\":[1],\"data_offsets\":[0,4],\"dtype\":\"F32\"}}",
                 names[i][0]);
        char *text = json_of(header, 4);
        if (!strstr(text, names[i][1])) fail_msg("%s lacks %s", text, names[i][1]);
        free(text);
    }
    enum { LONG = 100000 };
    char *header = make_room(LONG + 100);
    strcpy(header, "{\"");
    memset(header + 2, 'n', LONG);
    strcpy(header + 2 + LONG, "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
    char *text = json_of(header, 4);
    assert_true(strlen(text) > LONG);
    free(text);
    strcpy(header + 2 + LONG, "\":{\"dtype\":\"F31\",\"shape\":[1],\"data_offsets\":[0,4]}}");
    refuse(header, 4, "nnn...': its dtype 'F31' is not known", -1);
    free(header);
}

/* Every other type that holds numbers; complex ones are listed, and refused when they are read. */
static void test_types(void **state)
{
    (void)state;
    const struct {
        const char *code, *name;
        int bytes;
        uint8_t raw[8];
        float value;
    } types[] = {{"BOOL", "bool", 1, {7}, 1},
                 {"U8", "uint8", 1, {200}, 200},
                 {"I8", "int8", 1, {200}, -56},
                 {"F8_E5M2", "float8_e5m2", 1, {0xbd}, -1.25F},
                 {"F8_E4M3", "float8_e4m3", 1, {0xfe}, -448},
                 {"F8_E8M0", "float8_e8m0", 1, {130}, 8},
                 {"U16", "uint16", 2, {1, 0xff}, 0xff01},
                 {"I16", "int16", 2, {1, 0xff}, -255},
                 {"U32", "uint32", 4, {0, 0, 0, 0xff}, 0xff000000},
                 {"I32", "int32", 4, {0, 0, 0, 0xff}, -16777216},
                 {"U64", "uint64", 8, {0, 0, 0, 0, 0, 0, 0, 0x80}, 0x1p63F},
                 {"I64", "int64", 8, {0, 0, 0, 0, 0, 0, 0, 0x80}, -0x1p63F},
                 {"F64", "float64", 8, {0, 0, 0, 0, 0, 0, 0xf8, 0x3f}, 1.5F},
                 {"C64", "C64", 8, {0}, 0}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        char header[120], words[80];
        float row = 0;
        snprintf(header, sizeof header, "{\"x\":{\"dtype\":\"%s\",\"shape\":[1,1],\"data_offsets\":[0,%d]}}",
                 types[i].code, types[i].bytes);
        file f = make_safetensors(header, types[i].raw, (size_t)types[i].bytes);
        qs_source *source = open_file(f);
        assert_non_null(source);
        char *text = TEXT_OF(qs_source_json, source);
        snprintf(words, sizeof words, "\"dtype\":\"%s\"", types[i].name);
        assert_non_null(strstr(text, words));
        int status = qs_source_rows(source, 0, 0, types[i].raw, 1, &row);
        if (!strcmp(types[i].code, "C64")) {
            assert_int_equal(status, QS_E_DATA);
            check_error(QS_E_DATA, "tensor 'x': C64 is not read");
        } else {
            assert_int_equal(status, QS_OK);
            assert_true(row == types[i].value);
        }
        free(text);
        qs_source_close(source);
        free(f.bytes);
    }
}

/* Every code of the two float8, against the formula of minifloat.h written out here. */
static void test_float8(void **state)
{
    (void)state;
    const struct {
        const char *code;
        int mantissa, bias;
    } types[] = {{"F8_E4M3", 3, 7}, {"F8_E5M2", 2, 15}};
    uint8_t raw[256];
    float row[256];
    for (int i = 0; i < 256; i++) raw[i] = (uint8_t)i;
    for (size_t t = 0; t < 2; t++) {
        char header[120];
        snprintf(header, sizeof header, "{\"x\":{\"dtype\":\"%s\",\"shape\":[1,256],\"data_offsets\":[0,256]}}",
                 types[t].code);
        file f = make_safetensors(header, raw, sizeof raw);
        qs_source *source = open_file(f);
        assert_int_equal(qs_source_rows(source, 0, 0, raw, 1, row), QS_OK);
        for (int i = 0; i < 256; i++) {
            int m = types[t].mantissa, exponent = (i & 127) >> m, fraction = i & ((1 << m) - 1);
            bool last = exponent == (127 >> m), infinite = t == 1 && last && !fraction;
            bool nan = t == 1 ? last && fraction : (i & 127) == 127;
            double value = exponent ? ldexp((1 << m) + fraction, exponent - types[t].bias - m)
                                    : ldexp(fraction, 1 - types[t].bias - m);
            if (nan)
                assert_true(isnan(row[i]));
            else
                assert_true(row[i] == (float)((i & 128 ? -1 : 1) * (infinite ? (double)INFINITY : value)));
        }
        qs_source_close(source);
        free(f.bytes);
    }
}

/* ------------------------------------------------------------------------------------------ what is refused */

static void test_every_prefix(void **state)
{
    (void)state;
    const uint8_t data[28] = {0};
    file f = make_safetensors(plain, data, sizeof data);
    check_prefixes(f);
    f.length--; /* more than promised is wrong too */
    assert_null(open_part(f, f.length, (double)f.length + 2));
    free(f.bytes);
}

static void test_every_byte_changed(void **state)
{
    (void)state;
    const uint8_t data[28] = {0};
    file f = make_safetensors(plain, data, sizeof data);
    check_changed(f, 8 + strlen(plain));
    free(f.bytes);
}

static void test_lying_length(void **state)
{
    (void)state;
    const uint8_t data[28] = {0};
    file f = make_safetensors(plain, data, sizeof data);
    f.bytes[3] = 0x05; /* 83,886,080 and some */
    assert_null(open_file(f));
    check_error(QS_E_DATA, "the file is truncated\",\"byte\":0}");
    f.bytes[3] = 0x06; /* 100,663,296 and some: beyond the bound, whatever the file has */
    assert_null(open_part(f, f.length, 1e12));
    check_error(QS_E_DATA, "more than 100000000 is not believed\",\"byte\":0}");
    f.bytes[6] = 0xff;
    assert_null(open_part(f, f.length, 1e12));
    check_error(QS_E_DATA, "is not believed");
    f.bytes[7] = 0xff;
    assert_null(open_part(f, f.length, 1e12));
    check_error(QS_E_DATA, "no file of vectors or weights that is known");
    free(f.bytes);
}

static void refuse_tensor(const char *tensor, size_t data_bytes, const char *words)
{
    char header[1000];
    snprintf(header, sizeof header, "{\"x\":%s}", tensor);
    refuse(header, data_bytes, words, -1);
}

static void test_offsets(void **state)
{
    (void)state;
    const struct {
        const char *tensor, *words;
        size_t bytes;
    } cases[] = {
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}",
         "tensor 'x': its data_offsets end at 8, but only 7", 7},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", "the tensors end at 8, but 9 bytes follow", 9},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}", "tensor 'x': its data_offsets end before", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}", "bytes from 0 on belong to none", 12},
        {"{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}",
         "tensor 'x': its shape promises 12 bytes, its data_offsets hold 8", 8},
        {"{\"dtype\":\"F16\",\"shape\":[3],\"data_offsets\":[0,8]}", "its shape promises 6 bytes", 8},
        {"{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,8]}", "its shape promises 4 bytes", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}", "not two whole numbers", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8,8]}", "not two whole numbers", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-0,8]}", "not two whole numbers", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8.0]}", "not two whole numbers", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8e0]}", "not two whole numbers", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,\"8\"]}", "not two whole numbers", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[[0],8]}", "not two whole numbers", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":{\"0\":8}}", "not two whole numbers", 8},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,18446744073709551624]}", "not two whole numbers", 8},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        refuse_tensor(cases[i].tensor, cases[i].bytes, cases[i].words);
}

static void test_tensors_refused(void **state)
{
    (void)state;
    const char *cases[][2] = {
        {"7", "it is no object"},
        {"{}", "dtype, shape and data_offsets, once each"},
        {"{\"dtype\":\"F32\",\"shape\":[2]}", "once each"},
        {"{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}", "once each"},
        {"{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"strides\":[1]}", "more than dtype, shape and"},
        {"{\"dtype\":\"f32\",\"shape\":[2],\"data_offsets\":[0,8]}", "its dtype 'f32' is not known"},
        {"{\"dtype\":\"\",\"shape\":[2],\"data_offsets\":[0,8]}", "its dtype '' is not known"},
        {"{\"dtype\":32,\"shape\":[2],\"data_offsets\":[0,8]}", "is not known"},
        {"{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}", "its shape is no array"},
        {"{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}", "a whole number of the shape"},
        {"{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}", "a whole number of the shape"},
        {"{\"dtype\":\"F32\",\"shape\":[\"2\"],\"data_offsets\":[0,8]}", "a whole number of the shape"},
        {"{\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,8]}", "a whole number of the shape"},
        {"{\"dtype\":\"F32\",\"shape\":[[2]],\"data_offsets\":[0,8]}", "a whole number of the shape"},
        {"{\"dtype\":\"F32\",\"shape\":[9007199254740992],\"data_offsets\":[0,8]}", "a whole number of the shape"},
        {"{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}", "more values than a file"},
        {"{\"dtype\":\"F32\",\"shape\":[4611686018427387905,4],\"data_offsets\":[0,8]}", "a whole number"},
        {"{\"dtype\":\"F32\",\"shape\":[0,4294967296,4294967296],\"data_offsets\":[0,0]}",
         "more values than a file"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) refuse_tensor(cases[i][0], 8, cases[i][1]);
    char many[400] = "{\"dtype\":\"F32\",\"data_offsets\":[0,4],\"shape\":[1";
    for (int i = 0; i < 64; i++) strcat(many, ",1");
    refuse_tensor(strcat(many, "]}"), 4, "more than 64 axes");
}

#define TENSOR(name, begin, end) \
    "\"" name "\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" begin "," end "]}"

static void test_together(void **state)
{
    (void)state;
    refuse("{" TENSOR("a", "0", "8") "," TENSOR("b", "4", "12") "}", 12,
           "tensor 'b' begins at 4, inside another, which ends at 8", 55);
    refuse("{" TENSOR("a", "0", "8") "," TENSOR("b", "0", "8") "}", 8, "inside another", -1);
    refuse("{" TENSOR("a", "0", "8") "," TENSOR("b", "12", "20") "}", 20,
           "tensor 'b' begins at 12, and bytes from 8 on belong to none", 55);
    refuse("{" TENSOR("a", "0", "8") "," TENSOR("\\u0061", "8", "16") "}", 16, "there are two tensors 'a'", -1);
    refuse("{" TENSOR("a", "0", "8") ",\"e\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[4,4]}}", 8,
           "tensor 'e' begins at 4, inside another", -1);
    char *text =
        json_of("{" TENSOR("a", "0", "8") ",\"e\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[8,8]},"
                                          "\"f\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}",
                8);
    free(text);
}

static void test_headers_refused(void **state)
{
    (void)state;
    refuse("{\"a\"", 0, "no JSON from here on", 4);
    refuse("{" TENSOR("a", "0", "8") ",}", 8, "no JSON from here on", -1);
    refuse("{" TENSOR("a", "0", "8") "} {}", 8, "no JSON from here on", -1);
    refuse("{'a':1}", 8, "no JSON from here on", 1);
    refuse("{\"__metadata__\":{\"a\":1}}", 0, "__metadata__ is not one object of texts", 16);
    refuse("{\"__metadata__\":[\"a\"]}", 0, "__metadata__", 16);
    refuse("{\"__metadata__\":{\"a\":{}}}", 0, "__metadata__", 16);
    refuse("{\"__metadata__\":{\"a\":\"b\"},\"__metadata__\":{}}", 0, "__metadata__", -1);
    const char *names[] = {"\\u0000", "\\ud83d",  "\\ud83d.",     "\\ud83d\\u0041",   "\\ude00", "\xff",
                           "\xc3",    "\xc0\x80", "\xed\xa0\x80", "\xf5\x80\x80\x80", "a\x80"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char header[120];
        snprintf(header, sizeof header, "{\"%s\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                 names[i]);
        refuse(header, 4, "this name is no UTF-8 text, or holds a NUL", 2);
    }
}

/* Only as much of a tensor is read as one can be, so that no text takes memory for what it cannot be. */
static void test_long_tensor(void **state)
{
    (void)state;
    enum { LONG = 70000 };
    char *header = make_room(LONG + 100), *at = header;
    at += sprintf(at, "{\"long\":{\"dtype\":\"F32\",\"data_offsets\":[0,4],\"shape\":[1");
    while (at < header + LONG) at += sprintf(at, ",1");
    strcpy(at, "]}}");
    refuse(header, 4, "tensor 'long': its text is too long for a tensor's", 8);
    free(header);
}

/* Many tensors take time in proportion. */
static void test_many(void **state)
{
    (void)state;
    enum { MANY = 50000 };
    char *header = make_room(MANY * 80), *at = header;
    for (int i = 0; i < MANY; i++)
        at += sprintf(at, "%c\"layer.%d\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[%d,%d]}",
                      i ? ',' : '{', i, 4 * i, 4 * i + 4);
    strcpy(at, "}");
    char *text = json_of(header, MANY * 4);
    assert_non_null(strstr(text, "\"layer.49999\""));
    free(text);
    free(header);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_and_rows),  cmocka_unit_test(test_bfloat16_all),
        cmocka_unit_test(test_shapes),          cmocka_unit_test(test_no_tensors),
        cmocka_unit_test(test_names),           cmocka_unit_test(test_types),
        cmocka_unit_test(test_float8),          cmocka_unit_test(test_long_tensor),
        cmocka_unit_test(test_every_prefix),    cmocka_unit_test(test_every_byte_changed),
        cmocka_unit_test(test_lying_length),    cmocka_unit_test(test_offsets),
        cmocka_unit_test(test_tensors_refused), cmocka_unit_test(test_together),
        cmocka_unit_test(test_headers_refused), cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
