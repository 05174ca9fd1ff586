/* The reader: files written here byte by byte, right ones and wrong ones, read as a caller reads them. */
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

static void assert_source_json(qs_source *source, const char *expected)
{
    char text[1000];
    assert_non_null(source);
    size_t length = qs_source_json(source, NULL, 0);
    assert_int_equal(qs_source_json(source, text, sizeof text), length);
    assert_string_equal(text, expected);
}

/* ------------------------------------------------------------------------------------------- what is taken */

static void test_versions(void **state)
{
    (void)state;
    const float values[6] = {1, -2, 0.5F, -0.0F, INFINITY, 3e38F};
    for (int version = 1; version <= 3; version++) {
        file f =
            make_npy(version, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", values, sizeof values);
        qs_source *source = open_file(f);
        assert_source_json(source, "{\"kind\":\"npy\",\"tensors\":[{\"name\":\"data\",\"dtype\":\"float32\","
                                   "\"shape\":[2,3],\"rows\":2,\"dim\":3,\"offset\":128,\"row_bytes\":12}]}");
        float rows[6];
        assert_int_equal(qs_source_rows(source, 0, 0, f.bytes + 128, 2, rows), QS_OK);
        assert_memory_equal(rows, values, sizeof values);
        assert_int_equal(qs_source_rows(source, 0, 1, f.bytes + 140, 1, rows), QS_OK);
        assert_memory_equal(rows, values + 3, 12);
        qs_source_close(source);
        free(f.bytes);
    }
}

static void test_headers_written_otherwise(void **state)
{
    (void)state;
    const char *headers[] = {
        "{\"shape\":(2,3),\"fortran_order\":False,\"descr\":\"<f4\"}",
        "{ 'shape' : ( 2 , 3 , ) , 'descr':'<f4' , 'fortran_order'\t:\nFalse }",
    };
    const float values[6] = {0};
    for (size_t i = 0; i < 2; i++) {
        file f = make_npy(1, headers[i], values, sizeof values);
        qs_source *source = open_file(f);
        assert_non_null(source);
        qs_source_close(source);
        free(f.bytes);
    }
}

static void test_shapes(void **state)
{
    (void)state;
    const struct {
        const char *shape, *json;
    } cases[] = {
        {"(12,)", "\"shape\":[12],\"rows\":1,\"dim\":12,"},
        {"(12, 1)", "\"shape\":[12,1],\"rows\":12,\"dim\":1,"},
        {"(1, 12)", "\"shape\":[1,12],\"rows\":1,\"dim\":12,"},
        {"(2, 2, 3)", "\"shape\":[2,2,3],\"rows\":2,\"dim\":6,"},
    };
    const uint8_t values[12] = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char header[100], text[1000];
        snprintf(header, sizeof header, "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }", cases[i].shape);
        file f = make_npy(1, header, values, sizeof values);
        qs_source *source = open_file(f);
        assert_non_null(source);
        qs_source_json(source, text, sizeof text);
        assert_non_null(strstr(text, cases[i].json));
        qs_source_close(source);
        free(f.bytes);
    }
}

/* Opens one row of the type and converts it. */
static int read_row(const char *descr, const void *raw, size_t bytes, size_t dim, float *row)
{
    char header[100];
    snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (1, %zu), }", descr, dim);
    file f = make_npy(1, header, raw, bytes);
    qs_source *source = open_file(f);
    assert_non_null(source);
    uint8_t *unaligned = malloc(bytes + 1);
    assert_non_null(unaligned);
    memcpy(unaligned + 1, raw, bytes);
    int status = qs_source_rows(source, 0, 0, unaligned + 1, 1, row);
    free(unaligned);
    qs_source_close(source);
    free(f.bytes);
    return status;
}

static uint32_t bits(float x)
{
    uint32_t b;
    memcpy(&b, &x, sizeof b);
    return b;
}

static void test_small_types(void **state)
{
    (void)state;
    float row[4];
    const uint8_t bytes[4] = {0, 127, 128, 255};
    const float as_uint8[4] = {0, 127, 128, 255}, as_int8[4] = {0, 127, -128, -1};
    assert_int_equal(read_row("|u1", bytes, 4, 4, row), QS_OK);
    assert_memory_equal(row, as_uint8, sizeof row);
    assert_int_equal(read_row("|i1", bytes, 4, 4, row), QS_OK);
    assert_memory_equal(row, as_int8, sizeof row);
}

static void test_float32_keeps_bits(void **state)
{
    (void)state;
    const uint32_t raw[5] = {0x7fa00001, 0xffc12345, 0x7f800000, 0x00000001, 0x80000000};
    float row[5];
    assert_int_equal(read_row("<f4", raw, sizeof raw, 5, row), QS_OK);
    assert_memory_equal(row, raw, sizeof raw);
}

static void test_float16_all(void **state)
{
    (void)state;
    static uint16_t raw[65536];
    static float row[65536];
    for (uint32_t i = 0; i < 65536; i++) raw[i] = (uint16_t)i;
    assert_int_equal(read_row("<f2", raw, sizeof raw, 65536, row), QS_OK);
    for (uint32_t i = 0; i < 65536; i++) {
        int exponent = (int)(i >> 10 & 31), mantissa = (int)(i & 1023);
        double value = exponent ? ldexp(1024 + mantissa, exponent - 25) : ldexp(mantissa, -24);
        if (exponent == 31 && mantissa) {
            assert_true(isnan(row[i]));
            assert_int_equal(bits(row[i]) >> 31, i >> 15);
        } else {
            if (exponent == 31) value = (double)INFINITY;
            assert_int_equal(bits(row[i]), bits((float)(i & 0x8000 ? -value : value)));
        }
    }
}

static void test_float64(void **state)
{
    (void)state;
    const double values[8] = {0.1,         -0.0, 1e-46, (double)INFINITY, -(double)INFINITY, 0x1.fffffep127,
                              1 + 0x1p-24, 1e-40};
    float row[8];
    assert_int_equal(read_row("<f8", values, sizeof values, 8, row), QS_OK);
    for (size_t i = 0; i < 8; i++) assert_int_equal(bits(row[i]), bits((float)values[i]));

    const uint64_t nans[2] = {0x7ff0000000000001, 0xfff8000000000001};
    assert_int_equal(read_row("<f8", nans, sizeof nans, 2, row), QS_OK);
    assert_int_equal(bits(row[0]), 0x7fc00000);
    assert_int_equal(bits(row[1]), 0xffc00000);

    const double large[3] = {1, 3.5e38, 1};
    assert_int_equal(read_row("<f8", large, sizeof large, 3, row), QS_E_DATA);
    check_error(QS_E_DATA, "\"row\":0,\"column\":1}");
}

static void test_rows_beyond(void **state)
{
    (void)state;
    const float values[6] = {0};
    float row[6];
    file f = make_npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", values, sizeof values);
    qs_source *source = open_file(f);
    assert_non_null(source);
    assert_int_equal(qs_source_rows(source, 1, 0, f.bytes + 128, 1, row), QS_E_OPTION);
    assert_int_equal(qs_source_rows(source, 0, 1, f.bytes + 128, 2, row), QS_E_OPTION);
    assert_int_equal(qs_source_rows(source, 0, -1, f.bytes + 128, 1, row), QS_E_OPTION);
    assert_int_equal(qs_source_rows(source, 0, (double)NAN, f.bytes + 128, 1, row), QS_E_OPTION);
    qs_source_close(source);
    qs_source_close(NULL);
    free(f.bytes);
}

/* ------------------------------------------------------------------------------------------ what is refused */

static void test_every_prefix(void **state)
{
    (void)state;
    const float values[6] = {0};
    for (int version = 1; version <= 3; version++) {
        file f =
            make_npy(version, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", values, sizeof values);
        check_prefixes(f);
        free(f.bytes);
    }
}

static void test_lying_length(void **state)
{
    (void)state;
    static const float values[2304000] = {0};
    const char *header = "{'descr': '<f4', 'fortran_order': False, 'shape': (10000, 384), }";
    check_refused(make_npy(1, header, values, 9216000),
                  "its header promises 10,000 rows of 384 float32, 15,360,000 bytes; 9,216,000 follow: ", 9216128);
    header = "{'descr': '|i1', 'fortran_order': False, 'shape': (1, 3), }";
    check_refused(make_npy(1, header, values, 4), "promises 1 row of 3 int8, 3 bytes; 4 follow: ", 131);

    file f = make_npy(2, header, values, 3);
    f.bytes[11] = 0x7f;
    check_refused(f, "more than 1 MiB", 8);
    f = make_npy(1, header, values, 3);
    f.bytes[9] = 0x7f;
    check_refused(f, "the file is truncated", 8);
    f = make_npy(1, header, values, 3);
    f.bytes[6] = 4;
    check_refused(f, "version 4.0 is not known", 6);
    f = make_npy(1, header, values, 3);
    f.bytes[7] = 1;
    check_refused(f, "version 1.1 is not known", 6);
}

static void refuse_header(const char *header, const char *words, int byte)
{
    const uint8_t data[16] = {0};
    check_refused(make_npy(1, header, data, sizeof data), words, byte);
}

static void test_dtypes_refused(void **state)
{
    (void)state;
    const struct {
        const char *descr, *words;
    } cases[] = {
        {"'|O'", "Python objects (a pickle), which are never loaded: np.save(f, np.stack(a))"},
        {"[('x', '<f4'), ('y', '<f4')]", "structured dtype"},
        {"'<i3'", "dtype '<i3' is not one of those read, which are floats of 16, 32 and 64 bits, integers"},
        {"'<c8'", "save np.stack([a.real, a.imag], -1)"},
        {"'|V2'", "bytes without a type"},
        {"'<U8'", "the array holds text"},
        {"'<M8[ns]'", "dates: save a.astype('int64')"},
        {"'|i2'", "dtype '|i2'"},
        {"'f4'", "dtype 'f4'"},
        {"'|f4'", "dtype '|f4'"},
        {"''", "dtype ''"},
        {"'\x1b[31m'", "dtype '?[31m'"},
        {"'<f4<f4<f4<f4<f4<f4<f4<f4<f4'", "dtype '<f4<f4"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char header[120];
        snprintf(header, sizeof header, "{'descr': %s, 'fortran_order': False, 'shape': (2, 2), }", cases[i].descr);
        refuse_header(header, cases[i].words, 20);
    }
}

static void test_shapes_refused(void **state)
{
    (void)state;
    const struct {
        const char *shape, *words;
    } cases[] = {
        {"(0, 4)", "zero rows"},
        {"(4, 0)", "dim 0"},
        {"(0,)", "dim 0"},
        {"(0, 0)", "dim 0"},
        {"()", "a single number"},
        {"(9007199254740993, 1)", "9.0072e+15 or more: it asks for more values than a file holds"},
        {"(99999999999999999999999999999999, 4)", "more values than a file holds"},
        {"(4294967296, 4294967296)", "4,294,967,296 rows of 4.29497e+09 values or more, asks for more values than"},
        {"(4611686018427387905, 4)", "more values than a file holds"},
        {"(2, 3037000500, 3037000500)", "more values than a file holds"},
        {"(9007199254740992,)", "more values than a file holds"},
        {"(4)", "(n,)"},
        {"(-1, 4)", "a whole number of the shape"},
        {"(2L, 4L)", "a comma or the )"},
        {"(2.0, 4)", "a comma or the )"},
        {"(02, 4)", "begins with 0"},
        {"(2 4)", "a comma or the )"},
        {"(,)", "a whole number"},
        {"(2,,4)", "a whole number"},
        {"[2, 4]", "the shape, as (rows, dim)"},
        {"((2, 4))", "a whole number"},
        {"2", "the shape, as (rows, dim)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char header[160];
        snprintf(header, sizeof header, "{'descr': '|u1', 'fortran_order': False, 'shape': %s, }", cases[i].shape);
        refuse_header(header, cases[i].words, -1);
    }
    char many[400] = "{'descr': '|u1', 'fortran_order': False, 'shape': (";
    for (int i = 0; i < 65; i++) strcat(many, "1,");
    strcat(many, ")}");
    refuse_header(many, "more than 64 axes", -1);
}

static void test_headers_refused(void **state)
{
    (void)state;
    refuse_header("{'descr': '<f4', 'fortran_order': 0, 'shape': (2, 2), }", "True or False", 44);
    refuse_header("{'descr': '<f4', 'shape': (2, 2), }", "lacks the key 'fortran_order'", 10);
    refuse_header("{}", "lacks the key 'descr'", 10);
    refuse_header("{'descr': '<f4', 'fortran_order': False}", "lacks the key 'shape'", 10);
    refuse_header("{'descr': '<f4', 'descr': '<f4'}", "the key 'descr' twice", 27);
    refuse_header("{'descr': '<f4', 'more': 1}", "the key 'more'", 27);
    refuse_header("{'descr': '<f4", "inside the quotes", 20);
    refuse_header("{'descr' '<f4'}", "a colon", 19);
    refuse_header("{'descr': '<f4' 'shape': (2,)}", "a comma or a }", 26);
    refuse_header("{descr: '<f4'}", "a key in quotes", 11);
    refuse_header("['<f4']", "a { is expected here", 10);
    refuse_header("", "ends where a {", -1);
    refuse_header("{", "ends where a key", -1);
    refuse_header("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2)} x", "behind its closing }", 68);
    refuse_header("{,}", "a key in quotes", 11);
}

/* A NUL is no end of the header, whatever stands behind it; NumPy refuses it too. */
static void test_nul_refused(void **state)
{
    (void)state;
    static const char header[] = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }   ";
    const uint8_t data[16] = {0};
    for (size_t at = 0; at < sizeof header; at++) {
        file f = make_npy(1, header, data, sizeof data);
        f.bytes[10 + at] = 0;
        check_refused(f, "", -1);
    }
    file f = make_npy(1, header, data, sizeof data);
    f.bytes[10 + 59] = 0;
    check_refused(f, "goes on behind its closing }", 69);
}

static void test_other_files(void **state)
{
    (void)state;
    const struct {
        const char *bytes, *words;
        size_t length;
    } cases[] = {
        {"", "the file is empty", 0},
        {"PK\x03\x04 and more, much more", "the zip archive is truncated", 20},
        {"\x89HDF\r\n\x1a\n-------------", "it is HDF5", 20},
        {"some words in lines\nand others", "it is text, but not of vectors", 30},
        {"\x93", "truncated", 1},
        {"\x93NUMPX\x01\x00 something else", "no file of vectors or weights that is known: .npy", 20},
        {"\x00\x00\x00\x00", "no file of vectors or weights", 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        file f = {malloc(cases[i].length + 1), cases[i].length};
        assert_non_null(f.bytes);
        memcpy(f.bytes, cases[i].bytes, cases[i].length);
        check_refused(f, cases[i].words, -1);
    }
}

static void test_every_byte_changed(void **state)
{
    (void)state;
    const uint8_t data[16] = {0};
    file f = make_npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", data, sizeof data);
    check_changed(f, 128);
    free(f.bytes);
}

static void test_head_out_of_order(void **state)
{
    (void)state;
    const uint8_t data[16] = {0};
    file f = make_npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", data, sizeof data);
    assert_null(qs_source_open(f.bytes, 20, (double)f.length));
    check_error(QS_E_STATE, "");
    assert_int_equal(qs_source_check(f.bytes, f.length, 10), QS_E_STATE);
    assert_int_equal(qs_source_check(f.bytes, f.length, (double)NAN), QS_E_STATE);
    assert_int_equal(qs_source_check(f.bytes, f.length, (double)INFINITY), QS_E_STATE);
    free(f.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_versions),
        cmocka_unit_test(test_headers_written_otherwise),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_small_types),
        cmocka_unit_test(test_float32_keeps_bits),
        cmocka_unit_test(test_float16_all),
        cmocka_unit_test(test_float64),
        cmocka_unit_test(test_rows_beyond),
        cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_lying_length),
        cmocka_unit_test(test_dtypes_refused),
        cmocka_unit_test(test_shapes_refused),
        cmocka_unit_test(test_headers_refused),
        cmocka_unit_test(test_nul_refused),
        cmocka_unit_test(test_other_files),
        cmocka_unit_test(test_every_byte_changed),
        cmocka_unit_test(test_head_out_of_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
