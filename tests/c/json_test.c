/* The JSON writer: what it escapes, how it prints numbers, and that it keeps to its cap. */
#define _XOPEN_SOURCE 700
#define _DARWIN_C_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/bytes.h"
#include "make.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void text_is(const char *text, const char *wanted)
{
    char dst[256];
    qsi_json json = qsi_json_start(dst, sizeof dst);
    qsi_json_text(&json, text);
    assert_int_equal(qsi_json_end(&json), strlen(wanted));
    assert_string_equal(dst, wanted);
}

static void test_escapes(void **state)
{
    (void)state;
    text_is("", "\"\"");
    text_is("a/b", "\"a/b\"");
    text_is("\"\\", "\"\\\"\\\\\"");
    text_is("\n\t\x01\x1f\x7f", "\"\\u000a\\u0009\\u0001\\u001f\\u007f\"");
    text_is("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\"");
    text_is("\xc3", "\"\\ufffd\"");                                  /* truncated */
    text_is("\xe2\x82", "\"\\ufffd\\ufffd\"");                       /* truncated */
    text_is("\x80z", "\"\\ufffdz\"");                                /* no lead */
    text_is("\xc0\xaf", "\"\\ufffd\\ufffd\"");                       /* overlong */
    text_is("\xe0\x9f\xbf", "\"\\ufffd\\ufffd\\ufffd\"");            /* overlong */
    text_is("\xf0\x8f\xbf\xbf", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""); /* overlong */
    text_is("\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"");            /* a surrogate */
    text_is("\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\""); /* beyond U+10FFFF */
    text_is("\xf5\x80\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
}

/* Every code point passes as it is, spelled by another encoder than the one that is checked. */
static void test_every_code_point(void **state)
{
    (void)state;
    for (uint32_t point = 0x80; point < 0x110000; point++) {
        char text[5] = "", wanted[8];
        if (point >= 0xd800 && point < 0xe000) continue;
        size_t n = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
        for (size_t i = n; i-- > 1;) text[i] = (char)(0x80 | (point >> 6 * (n - 1 - i) & 0x3f));
        text[0] = (char)((n == 2 ? 0xc0 : n == 3 ? 0xe0 : 0xf0) | point >> 6 * (n - 1));
        char dst[32];
        qsi_json json = qsi_json_start(dst, sizeof dst);
        qsi_json_text(&json, text);
        qsi_json_end(&json);
        snprintf(wanted, sizeof wanted, "\"%s\"", text);
        if (strcmp(dst, wanted)) fail_msg("U+%04X is written %s", point, dst);
    }
}

static void sample(qsi_json *json)
{
    qsi_json_open(json, '{');
    qsi_json_key(json, "whole");
    qsi_json_whole(json, 9007199254740992.0);
    qsi_json_key(json, "list");
    qsi_json_open(json, '[');
    qsi_json_open(json, '[');
    qsi_json_close(json, ']');
    qsi_json_figure(json, 1234567);
    qsi_json_figure(json, 0.1);
    qsi_json_figure(json, -0.0);
    qsi_json_figure(json, INFINITY);
    qsi_json_whole(json, NAN);
    qsi_json_exact(json, 0.1F);
    qsi_json_exact(json, -0.0F);
    qsi_json_exact(json, -INFINITY);
    qsi_json_bool(json, true);
    qsi_json_null(json);
    qsi_json_raw(json, "{\"raw\":1}");
    qsi_json_close(json, ']');
    qsi_json_key(json, "t\"");
    qsi_json_text(json, "x");
    qsi_json_close(json, '}');
}
static const char sample_text[] =
    "{\"whole\":9007199254740992,\"list\":[[],1.23457e+06,0.1,0,null,null,0.100000001,-0.0,null,true,null,"
    "{\"raw\":1}],\"t\\\"\":\"x\"}";

static void test_caps(void **state)
{
    (void)state;
    size_t length = strlen(sample_text);
    for (size_t cap = 0; cap <= length + 3; cap++) {
        char *dst = make_room(cap); /* of just that size: a sanitizer sees a byte more */
        memset(dst, '#', cap);
        qsi_json json = qsi_json_start(dst, cap);
        sample(&json);
        assert_int_equal(qsi_json_end(&json), length);
        if (cap) {
            size_t kept = cap - 1 < length ? cap - 1 : length;
            assert_memory_equal(dst, sample_text, kept);
            assert_int_equal(dst[kept], 0);
            for (size_t i = kept + 1; i < cap; i++) assert_int_equal(dst[i], '#');
        }
        free(dst);
    }
    qsi_json json = qsi_json_start(NULL, 99);
    sample(&json);
    assert_int_equal(qsi_json_end(&json), length);
}

static void whole_is(double value, const char *wanted)
{
    char dst[512];
    qsi_json json = qsi_json_start(dst, sizeof dst);
    qsi_json_whole(&json, value);
    qsi_json_end(&json);
    assert_string_equal(dst, wanted);
}

static void test_whole_numbers(void **state)
{
    (void)state;
    whole_is(0, "0");
    whole_is(-0.0, "0");
    whole_is(-17, "-17");
    whole_is(1e22, "10000000000000000000000");
    char most[400];
    snprintf(most, sizeof most, "%.0f", DBL_MAX);
    assert_int_equal(strlen(most), 309);
    whole_is(DBL_MAX, most);
}

/* Nine digits restore every float32 there is a pattern of. */
static void test_exact_numbers(void **state)
{
    (void)state;
    random_state r = random_from(1);
    for (int i = 0; i < 100000; i++) {
        char dst[64];
        float x = qsi_bits_float((uint32_t)random_bits(&r));
        qsi_json json = qsi_json_start(dst, sizeof dst);
        qsi_json_exact(&json, x);
        qsi_json_end(&json);
        if (!isfinite(x))
            assert_string_equal(dst, "null");
        else if (qsi_float_bits(strtof(dst, NULL)) != qsi_float_bits(x))
            fail_msg("%a is written %s", (double)x, dst);
    }
}

/* Puts numbers into a locale whose decimal point is a comma, where the C library lets a test make one (the format
 * of glibc's LC_NUMERIC files: a magic number, six offsets, six strings). */
static bool use_comma(void)
{
    static const char *const there[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        if (setlocale(LC_NUMERIC, there[i])) return true;
    static const struct {
        uint32_t magic, count, offsets[6];
        char decimal[4], thousands[4], grouping[4];
        uint32_t wide_decimal, wide_thousands;
        char codeset[8];
    } numeric = {0x20031114, 6, {32, 36, 40, 44, 48, 52}, ",", "", "\x7f", ',', 0, "UTF-8"};
    const char *set = getenv("TMPDIR");
    char folder[200], name[210], file[230];
    snprintf(folder, sizeof folder, "%s/quantscope-locale-XXXXXX", set && *set ? set : P_tmpdir);
    if (!mkdtemp(folder)) return false;
    snprintf(name, sizeof name, "%s/comma", folder);
    snprintf(file, sizeof file, "%s/LC_NUMERIC", name);
    mkdir(name, 0700);
    FILE *f = fopen(file, "wb");
    if (f) {
        fwrite(&numeric, sizeof numeric, 1, f);
        fclose(f);
        setenv("LOCPATH", folder, 1);
        setlocale(LC_NUMERIC, "comma");
        unlink(file);
    }
    rmdir(name);
    rmdir(folder);
    return *localeconv()->decimal_point == ',';
}

static void test_locale(void **state)
{
    (void)state;
    char dst[256], half[16];
    float row[2] = {0.25F, -0.5F}, again[2] = {0};
    uint8_t codes[2];
    assert_true(use_comma());
    snprintf(half, sizeof half, "%.1f", 0.5);
    assert_string_equal(half, "0,5"); /* else nothing is shown here */
    qsi_json json = qsi_json_start(dst, sizeof dst);
    sample(&json);
    qsi_json_end(&json);
    char *spec = TEXT_OF(qs_spec_json, "int8:range=given,lo=-0.5,hi=0.75");
    qs_codec *codec = fit_codec("int8:per=tensor,range=given,s=0.125", 2, row, 1);
    assert_non_null(codec);
    char *params = TEXT_OF(qs_codec_params_json, codec, 1);
    qs_codec *opened = qs_codec_open_params(params, strlen(params));
    assert_non_null(opened);
    assert_int_equal(qs_codec_encode(opened, 0, row, 1, codes), QS_OK);
    assert_int_equal(qs_codec_decode(opened, codes, 1, again), QS_OK);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(dst, sample_text);
    assert_non_null(strstr(spec, "{\"spec\":\"int8:range=given,lo=-0.5,hi=0.75\""));
    assert_non_null(strstr(params, "\"spec\":\"int8:per=tensor,range=given,s=0.125\""));
    assert_memory_equal(row, again, sizeof row);
    qs_codec_close(codec);
    qs_codec_close(opened);
    free(spec);
    free(params);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escapes),       cmocka_unit_test(test_every_code_point),
        cmocka_unit_test(test_caps),          cmocka_unit_test(test_whole_numbers),
        cmocka_unit_test(test_exact_numbers), cmocka_unit_test(test_locale),
    };
    return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
