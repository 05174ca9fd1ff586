/*
 * Small floats, microscaling, nvfp4 and codebooks against vectors made from the formats' definitions and by
 * bitsandbytes: codes equal, decoded floats equal in bits. tests/golden/float8.md says where they come from.
 *
 * Not in the data, for these reasons: the fnuz variants, e4m3 with infinities and e3m4 are no formats here; NaN
 * goes into no format of 6 or 4 bits; infinity into those only by the definition (saturate), as the codecs refuse
 * it; the floor of e8m0 is how microscaling finds its scales, which those cases show. Codes by bitsandbytes' tree
 * for GPUs differ from those of its tensor functions only in which of the two zeros of fp4 is meant: their values
 * are compared.
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
    return golden_open("float8");
}

static int close_golden(void **state)
{
    (void)state;
    golden_close();
    return 0;
}

static void tables(void **state)
{
    (void)state;
    assert_int_equal(golden_check("table"), 6);
    assert_int_equal(golden_check("book"), 3);
}

static void definition(void **state)
{
    (void)state;
    assert_int_equal(golden_check("saturate"), 5);
    assert_int_equal(golden_check("overflow"), 2);
}

/* 6 encodings, 30 of microscaling, 3 of nvfp4, 17 of codebooks */
static void cases(void **state)
{
    (void)state;
    assert_int_equal(golden_check("case"), 6 + 30 + 3 + 17);
    assert_int_equal(golden_check("scale"), 3);
    assert_int_equal(golden_check("tree"), 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables),
        cmocka_unit_test(definition),
        cmocka_unit_test(cases),
    };
    return cmocka_run_group_tests_name("golden_float8", tests, open_golden, close_golden);
}
