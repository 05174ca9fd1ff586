/* Large outputs take another way to memory than small ones: the bytes are the same, wherever they begin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "make.h"
#include "quantscope.h"

enum { DIM = 251, ROWS = 34000, SOME = 7, BEYOND = 64 };

static void check(const char *spec, const float *rows, size_t shift)
{
    qs_codec *codec = fit_codec(spec, DIM, rows, ROWS);
    assert_non_null(codec);
    size_t row = qs_codec_row_bytes(codec), values = (size_t)DIM * sizeof(float);
    uint8_t *codes = qs_alloc(ROWS * row + BEYOND), *same = qs_alloc(ROWS * row);
    uint8_t *decoded = qs_alloc(ROWS * values + BEYOND), *again = qs_alloc(SOME * values);
    memset(codes, 0xaa, ROWS * row + BEYOND);
    memset(decoded, 0xaa, ROWS * values + BEYOND);
    float *to = (float *)(void *)(decoded + shift / 4 * 4);
    assert_int_equal(qs_codec_encode(codec, 0, rows, ROWS, codes + shift), QS_OK);
    assert_int_equal(qs_codec_decode(codec, codes + shift, ROWS, to), QS_OK);
    assert_int_equal(codes[shift + ROWS * row], 0xaa);
    assert_int_equal(*((uint8_t *)to + ROWS * values), 0xaa);
    for (size_t r = 0; r < ROWS; r += SOME) {
        size_t n = ROWS - r < SOME ? ROWS - r : SOME;
        assert_int_equal(qs_codec_encode(codec, (double)r, rows + r * DIM, n, same + r * row), QS_OK);
        assert_int_equal(qs_codec_decode(codec, same + r * row, n, (float *)(void *)again), QS_OK);
        assert_memory_equal(to + r * DIM, again, n * values);
    }
    assert_memory_equal(codes + shift, same, ROWS * row);
    qs_codec_close(codec);
    qs_free(codes);
    qs_free(same);
    qs_free(decoded);
    qs_free(again);
}

static void large_outputs(void **state)
{
    (void)state;
    static const char *const specs[] = {"f32", "int8", "f16", "int5:per=dim", "bf16", "q8_0", "int8:per=tensor"};
    float *rows = random_rows(1, (size_t)ROWS * DIM, 1);
    for (size_t s = 0; s < sizeof specs / sizeof *specs; s++) check(specs[s], rows, s * 7);
    free(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(large_outputs)};
    return cmocka_run_group_tests_name("pieces", tests, NULL, NULL);
}
