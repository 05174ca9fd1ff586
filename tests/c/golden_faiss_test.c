/*
 * Half floats, bytes, signs and exact search against FAISS's: codes and ids equal. tests/golden/faiss.md says where
 * the data comes from.
 *
 * Not in the data, for these reasons: the codes of QT_8bit_uniform, which come of 255 * ((x - low) / width), and
 * one of 8,192 is another where x - low is multiplied by the inverse of the scale; product quantization,
 * which golden_search_test.c has. Sign bits of FAISS are 1 from 0 on, here above 0: no value of the data is 0.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "golden.h"

static int open_golden(void **state)
{
    (void)state;
    return golden_open("faiss");
}

static int close_golden(void **state)
{
    (void)state;
    golden_close();
    return 0;
}

/* QT_fp16, QT_8bit_direct, sign bits */
static void codes(void **state)
{
    (void)state;
    assert_int_equal(golden_check("case"), 3);
}

/* QT_8bit, QT_6bit, QT_4bit, QT_4bit_uniform, by the ranges that FAISS found: codes alone */
static void codes_cut_off(void **state)
{
    (void)state;
    assert_int_equal(golden_check("params"), 4);
}

/* The same quantizers as faiss_sq has them: codes and decoded floats */
static void twins(void **state)
{
    (void)state;
    assert_int_equal(golden_check("decoded"), 3);
}

/* QT_fp16, and the floats themselves by both metrics */
static void searches(void **state)
{
    (void)state;
    assert_int_equal(golden_check("search"), 3);
}

static void hamming(void **state)
{
    (void)state;
    assert_int_equal(golden_check("hamming"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes),    cmocka_unit_test(codes_cut_off), cmocka_unit_test(twins),
        cmocka_unit_test(searches), cmocka_unit_test(hamming),
    };
    return cmocka_run_group_tests_name("golden_faiss", tests, open_golden, close_golden);
}
