/* Codecs as JSON text: they come back as they were, and a text that is not right is refused, never followed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 50, DIM = 7 };

static const char *const specs[] = {"f32",
                                    "f16:query=same",
                                    "int8",
                                    "int4:per=block,block=3,scale=f16",
                                    "int8:per=tensor",
                                    "int8:per=dim,levels=full",
                                    "int5:map=affine,per=dim",
                                    "int8:map=affine,per=tensor,codes=unsigned",
                                    "int8:map=affine,per=dim,codes=unsigned,round=stochastic,seed=4294967295",
                                    "int4:map=offset,per=dim",
                                    "int3:map=offset,per=tensor,scale=bf16",
                                    "int8:per=tensor,range=given,s=0.1",
                                    "int8:map=offset,per=dim,range=given,lo=-0.3,hi=0.7",
                                    "binary",
                                    "binary:center=mean",
                                    "binary:center=median,query=f32,rescore=3"};
enum { SPECS = sizeof specs / sizeof *specs };

/* Opens a copy of just that many bytes, so that a sanitizer sees a read beyond them. */
static qs_codec *open_copy(const char *text, size_t bytes)
{
    char *copy = make_room(bytes);
    memcpy(copy, text, bytes);
    qs_codec *codec = qs_codec_open_params(copy, bytes);
    free(copy);
    return codec;
}

static void test_round_trip(void **state)
{
    (void)state;
    float *rows = random_rows(6, ROWS * DIM, 0.37F);
    rows[3] = -0.0F;
    for (size_t s = 0; s < SPECS; s++) {
        qs_codec *codec = fit_codec(specs[s], DIM, rows, ROWS);
        char *text = TEXT_OF(qs_codec_params_json, codec, ROWS);
        qs_codec *again = open_copy(text, strlen(text));
        if (!again) fail_msg("%s: not opened: %s", specs[s], text);
        char *text_again = TEXT_OF(qs_codec_params_json, again, ROWS);
        assert_string_equal(text, text_again);
        assert_int_equal(qs_codec_dim(again), DIM);
        size_t bytes = ROWS * qs_codec_row_bytes(codec);
        assert_int_equal(bytes, ROWS * qs_codec_row_bytes(again));
        uint8_t *codes = make_room(bytes), *codes_again = make_room(bytes);
        assert_int_equal(qs_codec_encode(codec, 9, rows, ROWS, codes), QS_OK);
        assert_int_equal(qs_codec_encode(again, 9, rows, ROWS, codes_again), QS_OK);
        assert_memory_equal(codes, codes_again, bytes);
        float a[ROWS * DIM], b[ROWS * DIM];
        assert_int_equal(qs_codec_decode(codec, codes, ROWS, a), QS_OK);
        assert_int_equal(qs_codec_decode(again, codes, ROWS, b), QS_OK);
        assert_memory_equal(a, b, sizeof a);
        qs_codec_close(codec);
        qs_codec_close(again);
        free(text);
        free(text_again);
        free(codes);
        free(codes_again);
    }
    free(rows);
}

static void test_text(void **state)
{
    (void)state;
    static const float rows[4] = {-1, 0, 3, 5};
    qs_codec *codec = fit_codec("int8:map=offset,per=dim", 2, rows, 2);
    char *text = TEXT_OF(qs_codec_params_json, codec, 12345678901.0);
    assert_string_equal(text, "{\"quantscope\":1,\"spec\":\"int8:map=offset,per=dim\",\"shape\":[12345678901,2],"
                              "\"params\":{\"scale\":[0.0156862754,0.0196078438],\"lo\":[-1,0]}}");
    free(text);
    text = TEXT_OF(qs_codec_params_json, codec, 1e300); /* rows is only told on */
    assert_non_null(strstr(text, ",2],\"params\""));
    free(text);
    qs_codec_close(codec);
}

/* Values of the independent program xxhsum 0.8.1, of bytes i * 7 + 3. */
static void test_digest(void **state)
{
    (void)state;
    static const struct {
        size_t bytes;
        const char *text;
    } known[] = {{0, "xxh64:ef46db3751d8e999"},  {1, "xxh64:1f25c8d0bc1f4bb6"},   {3, "xxh64:31d2363f52e564c9"},
                 {4, "xxh64:9bb64b7d66ee9fda"},  {5, "xxh64:c7608efddb7051fe"},   {8, "xxh64:dab99d95c6f90092"},
                 {12, "xxh64:d52e407833af5133"}, {31, "xxh64:a2aa5f33cc4a6119"},  {32, "xxh64:23c3c17ef790fd97"},
                 {33, "xxh64:50a7cfc7ba588784"}, {63, "xxh64:5e3e54b431c7493c"},  {64, "xxh64:0eb64b3ef6eeb01f"},
                 {65, "xxh64:a383b724b2bd12f1"}, {100, "xxh64:a61f8d4c170fe531"}, {1000, "xxh64:5f235fa033f1a3fb"}};
    uint8_t bytes[1000];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 7 + 3);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        for (size_t part = 1; part <= 100; part++) { /* the parts that they come in do not matter */
            qs_digest *digest = qs_digest_open();
            assert_non_null(digest);
            for (size_t at = 0, n; at < known[k].bytes; at += n) {
                n = known[k].bytes - at < part ? known[k].bytes - at : part;
                qs_digest_add(digest, bytes + at, n);
            }
            char *text = TEXT_OF(qs_digest_text, digest);
            assert_string_equal(text, known[k].text);
            free(text);
            qs_digest_close(digest);
        }
    }
}

static void test_sidecar(void **state)
{
    (void)state;
    static const float rows[8] = {-1, 0, 3, 5, 1, 2, 3, 4};
    static const double shapes[][3] = {{2, 4, 1}, {2, 2, 2}, {1, 4, 1}};
    static const char *const digest = "xxh64:0123456789abcdef";
    qs_codec *codec = fit_codec("int8:per=tensor", 4, rows, 2);
    char *text = TEXT_OF(qs_codec_sidecar_json, codec, shapes[1], 3, digest);
    static const char wanted[] =
        "{\"quantscope\":1,\"spec\":\"int8:per=tensor\",\"shape\":[2,2,2],\"params\":{\"scale\":[0.0393700786]},"
        "\"codes\":{\"bytes\":8,\"row_bytes\":4,\"digest\":\"xxh64:0123456789abcdef\"},\"digest\":\"xxh64:";
    assert_memory_equal(text, wanted, sizeof wanted - 1);
    size_t length = strlen(text);
    assert_int_equal(qs_codec_sidecar_check(text, length), QS_OK);
    for (size_t at = 0; at < length; at++) { /* any byte that is changed is noticed, and any cut */
        text[at] ^= 1;
        assert_int_equal(qs_codec_sidecar_check(text, length), QS_E_DATA);
        text[at] ^= 1;
        assert_int_equal(qs_codec_sidecar_check(text, at), QS_E_DATA);
    }
    qs_codec *again = open_copy(text, length);
    assert_non_null(again);
    assert_int_equal(qs_codec_dim(again), 4);
    free(text);
    text = TEXT_OF(qs_codec_sidecar_json, again, shapes[0], 2, digest);
    assert_non_null(strstr(text, "\"shape\":[2,4],"));
    free(text);
    text = TEXT_OF(qs_codec_sidecar_json, again, shapes[2] + 1, 1, digest); /* one axis: one row */
    assert_non_null(strstr(text, "\"shape\":[4],"));
    assert_non_null(strstr(text, "\"bytes\":4,"));
    free(text);
    assert_int_equal(qs_codec_sidecar_json(codec, shapes[0] + 1, 2, digest, NULL, 0), 0);
    check_error(QS_E_OPTION, "the shape is of 4 rows of dim 1; the codec's dim is 4");
    assert_int_equal(qs_codec_sidecar_json(codec, shapes[0], 0, digest, NULL, 0), 0);
    qs_codec_close(codec);
    qs_codec_close(again);
}

static void refused(const char *text, int code, const char *words)
{
    qs_codec *codec = open_copy(text, strlen(text));
    if (codec) fail_msg("taken: %s", text);
    check_error(code, words);
}

static void test_hostile(void **state)
{
    (void)state;
#define HEAD "{\"quantscope\":1,\"spec\":\"int8:map=affine,per=dim\",\"shape\":[9,2],"
    static const char right[] = HEAD "\"params\":{\"scale\":[1,2],\"zero\":[0,-5]}}";
    qs_codec *codec = open_copy(right, strlen(right));
    assert_non_null(codec);
    qs_codec_close(codec);
    refused("", QS_E_DATA, "no JSON");
    refused("{}", QS_E_DATA, "no params of Quantscope");
    refused("[]", QS_E_DATA, "no params of Quantscope");
    refused("{\"quantscope\":2,\"spec\":\"f32\",\"shape\":[1,1]}", QS_E_DATA, "no params of Quantscope");
    refused("{\"quantscope\":\"1\",\"spec\":\"f32\",\"shape\":[1,1]}", QS_E_DATA, "no params of Quantscope");
    refused("{\"quantscope\":1,\"shape\":[1,1]}", QS_E_DATA, "\\\"spec\\\" is missing");
    refused("{\"quantscope\":1,\"spec\":7,\"shape\":[1,1]}", QS_E_DATA, "\\\"spec\\\" is missing");
    refused("{\"quantscope\":1,\"spec\":\"f33\",\"shape\":[1,1]}", QS_E_OPTION, "f33 is no format");
    refused("{\"quantscope\":1,\"spec\":\"f32\",\"spec\":\"f16\",\"shape\":[1,1]}", QS_E_DATA, "spec");
    refused("{\"quantscope\":1,\"spec\":\"f32\"}", QS_E_DATA, "\\\"shape\\\" is missing");
    refused("{\"quantscope\":1,\"spec\":\"f32\",\"shape\":[]}", QS_E_DATA, "\\\"shape\\\" is missing");
    char many[300] = "{\"quantscope\":1,\"spec\":\"f32\",\"shape\":[1";
    for (int i = 0; i < 64; i++) strcat(many, ",1");
    refused(strcat(many, "]}"), QS_E_DATA, "\\\"shape\\\" is missing");
    refused("{\"quantscope\":1,\"spec\":\"f32\",\"shape\":[[1,2],3]}", QS_E_DATA, "\\\"shape\\\" is missing");
    refused("{\"quantscope\":1,\"spec\":\"f32\",\"shape\":[1,\"1\"]}", QS_E_DATA, "\\\"shape\\\" is missing");
    refused("{\"quantscope\":1,\"spec\":\"f32\",\"shape\":{\"1\":1,\"2\":2}}", QS_E_DATA,
            "\\\"shape\\\" is missing");
    refused("{\"quantscope\":1,\"spec\":\"f32\",\"shape\":[1,0]}", QS_E_OPTION, "from 1 to");
    refused("{\"quantscope\":1,\"spec\":\"f32\",\"shape\":[1,-3]}", QS_E_OPTION, "from 1 to");
    refused("{\"quantscope\":1,\"spec\":\"f32\",\"shape\":[1,1.5]}", QS_E_OPTION, "from 1 to");
    refused("{\"quantscope\":1,\"spec\":\"f32\",\"shape\":[1,1e99]}", QS_E_OPTION, "from 1 to");
    refused(HEAD "\"params\":{\"scale\":[1,2]}}", QS_E_DATA, "\\\"zero\\\" is missing");
    refused(HEAD "\"params\":[]}", QS_E_DATA, "\\\"scale\\\" is missing");
    refused(HEAD "\"params\":null}", QS_E_DATA, "\\\"scale\\\" is missing");
    refused(HEAD "\"scale\":[1,2],\"zero\":[0,0]}", QS_E_DATA, "\\\"scale\\\" is missing");
    refused(HEAD "\"params\":{\"scale\":3,\"zero\":[0,0]}}", QS_E_DATA, "\\\"scale\\\" is missing");
    refused(HEAD "\"params\":{\"scale\":[1],\"zero\":[0,0]}}", QS_E_DATA,
            "holds 1 numbers; this spec and dim take 2");
    refused(HEAD "\"params\":{\"scale\":[1,2,3],\"zero\":[0,0]}}", QS_E_DATA, "holds 3 numbers");
    refused(HEAD "\"params\":{\"scale\":[1,\"2\"],\"zero\":[0,0]}}", QS_E_DATA, "scale[1] is no float32");
    refused(HEAD "\"params\":{\"scale\":[1,null],\"zero\":[0,0]}}", QS_E_DATA, "scale[1] is no float32");
    refused(HEAD "\"params\":{\"scale\":[[1,2],1],\"zero\":[0,0]}}", QS_E_DATA, "scale[0] is no float32");
    refused(HEAD "\"params\":{\"scale\":[1,1e39],\"zero\":[0,0]}}", QS_E_DATA, "scale[1] is no float32");
    refused(HEAD "\"params\":{\"scale\":[1,-1],\"zero\":[0,0]}}", QS_E_DATA, "scale[1] is -1, which is no scale");
    refused(HEAD "\"params\":{\"scale\":[1e-39,1],\"zero\":[0,0]}}", QS_E_DATA,
            "scale[0] is 1.00000022e-39, which is no scale");
    refused(HEAD "\"params\":{\"scale\":[1,1],\"zero\":[0,0.5]}}", QS_E_DATA,
            "zero[1] is 0.5, which is no zero point");
    refused(HEAD "\"params\":{\"scale\":[1,1],\"zero\":[128,0]}}", QS_E_DATA,
            "zero[0] is 128, which is no zero point");
    refused(HEAD "\"params\":{\"scale\":[1,1],\"zero\":[0,NaN]}}", QS_E_DATA, "no JSON");
    refused("{\"quantscope\":1,\"spec\":\"binary:center=mean\",\"shape\":[9,1],\"params\":{\"threshold\":[1e39]}}",
            QS_E_DATA, "threshold[0] is no float32");
}

/* Cut off at any byte, or with bytes changed: refused, or a codec that can be used. */
static void test_damage(void **state)
{
    (void)state;
    random_state r = random_from(7);
    float *rows = random_rows(8, ROWS * DIM, 1);
    for (size_t s = 0; s < SPECS; s++) {
        qs_codec *codec = fit_codec(specs[s], DIM, rows, ROWS);
        char *text = TEXT_OF(qs_codec_params_json, codec, ROWS);
        size_t bytes = strlen(text);
        qs_codec_close(codec);
        for (size_t n = 0; n < bytes; n++)
            if (open_copy(text, n)) fail_msg("%s: taken: the first %zu bytes", specs[s], n);
        for (int i = 0; i < 1500; i++) {
            char *bad = make_room(bytes);
            memcpy(bad, text, bytes);
            for (size_t n = 1 + random_below(&r, 3); n; n--)
                bad[random_below(&r, bytes)] = "0123456789-+.e,:[]{}\"\\ ans"[random_below(&r, 26)];
            codec = open_copy(bad, bytes);
            if (codec && qs_codec_dim(codec) <= DIM) {
                uint8_t *codes = make_room(qs_codec_row_bytes(codec));
                float back[DIM];
                qs_codec_encode(codec, 0, rows, 1, codes);
                assert_int_equal(qs_codec_decode(codec, codes, 1, back), QS_OK);
                free(codes);
            }
            qs_codec_close(codec);
            free(bad);
        }
        free(text);
    }
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_text),    cmocka_unit_test(test_digest),
        cmocka_unit_test(test_sidecar),    cmocka_unit_test(test_hostile), cmocka_unit_test(test_damage),
    };
    return cmocka_run_group_tests_name("params", tests, NULL, NULL);
}
