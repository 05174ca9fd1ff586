/* The JSON reader: takes what RFC 8259 allows, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/json_read.h"
#include "base/status.h"
#include "make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Opens a copy of just that many bytes, so that a sanitizer sees a read beyond them. */
static int open_copy(const char *text, size_t bytes)
{
    qsi_json_tree tree;
    char *copy = make_room(bytes);
    memcpy(copy, text, bytes);
    int status = qsi_json_tree_open(&tree, copy, bytes);
    if (!status) qsi_json_tree_close(&tree);
    free(copy);
    return status;
}

static const char sample[] =
    " {\"a\": [1, -2.5e+3, 0, \"\\u00e9\\n\\\"\", true, false, null, {}, []] ,\r\n\t\"b\":{\"c\":{\"a\":7}},"
    "\"text\":\"plain\"}";

static void test_takes(void **state)
{
    (void)state;
    static const char *const texts[] = {
        sample,   "{}",      "[]",   "[[],[[]],{}]",    "[0]",      "[-0.0]", "[1e5]",
        "[1E-5]", "[10.25]", "\"\"", "[\"\\/\\b\\f\"]", "[ null ]", "\n[]\n"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (open_copy(texts[i], strlen(texts[i]))) fail_msg("refused: %s", texts[i]);
}

static void test_refuses(void **state)
{
    (void)state;
    static const char *const texts[] = {"",
                                        " ",
                                        "{",
                                        "}",
                                        "]",
                                        "[1,]",
                                        "[,1]",
                                        "[1,,2]",
                                        "[1 2]",
                                        "{\"a\"}",
                                        "{\"a\":}",
                                        "{\"a\":1,}",
                                        "{,\"a\":1}",
                                        "{\"a\" 1}",
                                        "{\"a\":1 \"b\":2}",
                                        "{\"a\":1:2}",
                                        "[1:2]",
                                        "{1:2}",
                                        "{a:1}",
                                        "{'a':1}",
                                        "[truth]",
                                        "[nul]",
                                        "[True]",
                                        "[NaN]",
                                        "[Infinity]",
                                        "[-]",
                                        "[+1]",
                                        "[.5]",
                                        "[1.]",
                                        "[01]",
                                        "[1e]",
                                        "[1e+]",
                                        "[0x10]",
                                        "[1.2.3]",
                                        "[--1]",
                                        "[1]]",
                                        "[1] [2]",
                                        "{} x",
                                        "[1}",
                                        "{\"a\":1]",
                                        "[\"\\x\"]",
                                        "[\"\\u12\"]",
                                        "[\"\\u12g4\"]",
                                        "[\"a\nb\"]",
                                        "[\"a]",
                                        "\"a\" \"b\"",
                                        "[\"a\"\"b\"]",
                                        "[1]//",
                                        "[[1]",
                                        "[{]}",
                                        "[\v1]",
                                        "\xef\xbb\xbf[]",
                                        "[1\"a\"]",
                                        "[[]1]",
                                        "[true1]"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        int status = open_copy(texts[i], strlen(texts[i]));
        if (status != QS_E_DATA) fail_msg("taken (%d): %s", status, texts[i]);
        check_error(QS_E_DATA, "\"byte\":");
    }
    assert_int_equal(open_copy("[1]\0", 4), QS_E_DATA);
    assert_int_equal(open_copy("[\"\0\"]", 5), QS_E_DATA);
}

static void test_every_prefix(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < strlen(sample); bytes++)
        if (open_copy(sample, bytes) != QS_E_DATA) fail_msg("taken: the first %zu bytes", bytes);
}

static void test_depth(void **state)
{
    (void)state;
    enum { DEEP = 1000000 };
    char *text = make_room(2 * DEEP);
    memset(text, '[', DEEP);
    memset(text + DEEP, ']', DEEP);
    assert_int_equal(open_copy(text + DEEP - 32, 64), QS_OK);
    assert_int_equal(open_copy(text, 2 * DEEP), QS_E_DATA);
    free(text);
}

static void test_members(void **state)
{
    (void)state;
    qsi_json_tree tree;
    char text[16];
    double number;
    assert_int_equal(qsi_json_tree_open(&tree, sample, strlen(sample)), QS_OK);
    size_t a = qsi_json_tree_member(&tree, 0, "a"), b = qsi_json_tree_member(&tree, 0, "b");
    assert_int_equal(tree.tokens[a].type, JSMN_ARRAY);
    assert_int_equal(tree.tokens[a].size, 9);
    assert_true(qsi_json_tree_number(&tree, a + 1, &number) && number == 1);
    assert_true(qsi_json_tree_number(&tree, a + 2, &number) && number == -2500);
    assert_false(qsi_json_tree_number(&tree, a + 4, &number));           /* text */
    assert_false(qsi_json_tree_number(&tree, a + 5, &number));           /* true */
    assert_false(qsi_json_tree_number(&tree, a, &number));               /* an array */
    assert_false(qsi_json_tree_string(&tree, a + 4, text, sizeof text)); /* escapes */
    assert_int_equal(qsi_json_tree_member(&tree, 0, "c"), 0);            /* a member of a member */
    assert_int_equal(qsi_json_tree_member(&tree, 0, "plain"), 0);        /* a value, no key */
    assert_int_equal(qsi_json_tree_member(&tree, a, "a"), 0);            /* an array has none */
    size_t c = qsi_json_tree_member(&tree, b, "c"), plain = qsi_json_tree_member(&tree, 0, "text");
    assert_true(qsi_json_tree_number(&tree, qsi_json_tree_member(&tree, c, "a"), &number) && number == 7);
    assert_true(qsi_json_tree_string(&tree, plain, text, 6));
    assert_string_equal(text, "plain");
    assert_false(qsi_json_tree_string(&tree, plain, text, 5));
    assert_int_equal(qsi_json_tree_skip(&tree, 0), tree.count);
    assert_int_equal(qsi_json_tree_skip(&tree, a), b - 1);
    qsi_json_tree_close(&tree);
}

/* A name given twice leaves open which one counts. */
static void test_duplicates(void **state)
{
    (void)state;
    qsi_json_tree tree;
    static const char text[] = "{\"a\":1,\"b\":{\"a\":2},\"a\":3}";
    assert_int_equal(qsi_json_tree_open(&tree, text, strlen(text)), QS_OK);
    assert_int_equal(qsi_json_tree_member(&tree, 0, "a"), 0);
    assert_int_not_equal(qsi_json_tree_member(&tree, 0, "b"), 0);
    qsi_json_tree_close(&tree);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes), cmocka_unit_test(test_refuses), cmocka_unit_test(test_every_prefix),
        cmocka_unit_test(test_depth), cmocka_unit_test(test_members), cmocka_unit_test(test_duplicates),
    };
    return cmocka_run_group_tests_name("jsonread", tests, NULL, NULL);
}
