/* What everything stands on: sums that come out the same for any split, sizes that cannot wrap, random numbers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/random.h"
#include "base/size.h"
#include "base/status.h"
#include "base/tree_sum.h"
#include "make.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 3, CHUNKS = 45 };

static void leaf(size_t chunk, double values[WIDTH])
{
    random_state r = random_from(chunk + 100);
    for (size_t i = 0; i < WIDTH; i++)
        values[i] = ((double)random_normal(&r)) * pow(10, (double)random_below(&r, 12));
}

/* The definition: the sum of the leaves [first, first + count) of a tree, count a power of two. */
static bool tree(size_t first, size_t count, size_t end, double sum[WIDTH])
{
    double right[WIDTH];
    if (first >= end) return false;
    if (count == 1) {
        leaf(first, sum);
        return true;
    }
    tree(first, count / 2, end, sum);
    if (!tree(first + count / 2, count / 2, end, right)) return true;
    for (size_t i = 0; i < WIDTH; i++) sum[i] += right[i];
    return true;
}

static qsi_tree_sum *open_sum(void)
{
    qsi_tree_sum *sum = qsi_tree_sum_open(WIDTH);
    assert_non_null(sum);
    return sum;
}

static int merge(qsi_tree_sum *into, const qsi_tree_sum *from)
{
    size_t bytes = qsi_tree_sum_save(from, NULL, 0), used = 0;
    uint8_t *state = make_room(bytes);
    assert_int_equal(qsi_tree_sum_save(from, state, bytes), bytes);
    int status = qsi_tree_sum_merge(into, state, bytes, &used);
    if (!status) assert_int_equal(used, bytes);
    free(state);
    return status;
}

/* Any number of parts, chunks added in any order, parts merged in any order: the same bits. */
static void test_any_split(void **state)
{
    (void)state;
    random_state r = random_from(3);
    double wanted[WIDTH], values[WIDTH], in_order[WIDTH] = {0};
    assert_true(tree(0, 64, CHUNKS, wanted));
    for (size_t c = 0; c < CHUNKS; c++) {
        leaf(c, values);
        for (size_t i = 0; i < WIDTH; i++) in_order[i] += values[i];
    }
    assert_memory_not_equal(in_order, wanted, sizeof wanted); /* else the order would not matter to begin with */
    for (int round = 0; round < 300; round++) {
        size_t parts = 1 + random_below(&r, 7), *order = random_order(&r, CHUNKS), *joins = random_order(&r, parts);
        qsi_tree_sum *sums[8];
        for (size_t p = 0; p < parts; p++) sums[p] = open_sum();
        for (size_t c = 0; c < CHUNKS; c++) {
            leaf(order[c], values);
            assert_int_equal(qsi_tree_sum_add(sums[random_below(&r, parts)], (double)order[c], values), QS_OK);
        }
        for (size_t p = 1; p < parts; p++) assert_int_equal(merge(sums[joins[0]], sums[joins[p]]), QS_OK);
        qsi_tree_sum_total(sums[joins[0]], values);
        assert_memory_equal(values, wanted, sizeof wanted);
        for (size_t p = 0; p < parts; p++) qsi_tree_sum_close(sums[p]);
        free(order);
        free(joins);
    }
}

/* At rest there are as many nodes as ones in the binary number of chunks. */
static void test_space(void **state)
{
    (void)state;
    double values[WIDTH] = {1, 2, 3};
    qsi_tree_sum *sum = open_sum();
    qsi_tree_sum_total(sum, values);
    assert_true(values[0] == 0 && values[1] == 0 && values[2] == 0);
    for (size_t c = 0; c < 10000; c++) assert_int_equal(qsi_tree_sum_add(sum, (double)c, values), QS_OK);
    assert_int_equal(qsi_tree_sum_save(sum, NULL, 0), 8 + (size_t)__builtin_popcount(10000) * (12 + 8 * WIDTH));
    qsi_tree_sum_close(sum);
}

static void test_hostile_sums(void **state)
{
    (void)state;
    random_state r = random_from(4);
    qsi_tree_sum *sum = open_sum(), *other = open_sum();
    double values[WIDTH] = {1, 2, 3};
    size_t used;
    for (size_t c = 0; c < 11; c++) qsi_tree_sum_add(sum, (double)c, values);
    size_t bytes = qsi_tree_sum_save(sum, NULL, 0), node = 8;
    uint8_t *saved = make_room(bytes);
    qsi_tree_sum_save(sum, saved, bytes);
    for (size_t n = 0; n < bytes; n++) {
        uint8_t *cut = make_room(n);
        memcpy(cut, saved, n);
        assert_int_equal(qsi_tree_sum_merge(other, cut, n, &used), QS_E_DATA);
        free(cut);
    }
    const double wrong[] = {-1, 0.5, 0x1p53, INFINITY, NAN};
    for (size_t i = 0; i < 5; i++) {
        uint8_t bad[8 + 12 + 8 * WIDTH];
        memcpy(bad, saved, sizeof bad);
        qsi_put32(bad + 4, 1);
        qsi_put_double(bad + node, wrong[i]);
        assert_int_equal(qsi_tree_sum_merge(other, bad, sizeof bad, &used), QS_E_DATA);
        qsi_put_double(bad + node, 0);
        qsi_put32(bad + node + 8, 53 + (uint32_t)i * 100000000);
        assert_int_equal(qsi_tree_sum_merge(other, bad, sizeof bad, &used), QS_E_DATA);
    }
    for (int i = 0; i < 20000; i++) { /* whatever comes of it: no crash */
        uint8_t *bad = make_room(bytes);
        memcpy(bad, saved, bytes);
        for (size_t n = 1 + random_below(&r, 4); n; n--)
            bad[random_below(&r, bytes)] ^= (uint8_t)(1 << random_below(&r, 8));
        qsi_tree_sum *victim = open_sum();
        qsi_tree_sum_add(victim, 3, values);
        qsi_tree_sum_merge(victim, bad, bytes, &used);
        qsi_tree_sum_total(victim, values);
        qsi_tree_sum_close(victim);
        free(bad);
    }
    qsi_tree_sum *wide = qsi_tree_sum_open(WIDTH + 1);
    assert_int_equal(qsi_tree_sum_merge(wide, saved, bytes, &used), QS_E_DATA);
    check_error(QS_E_DATA, "is truncated or belongs to another fit");
    qsi_tree_sum_close(wide);
    qsi_tree_sum_close(sum);
    qsi_tree_sum_close(other);
    free(saved);
}

static void test_sizes(void **state)
{
    (void)state;
    size_t out;
    assert_true(qsi_size_mul(SIZE_MAX / 3, 3, &out));
    assert_int_equal(out, SIZE_MAX / 3 * 3);
    assert_false(qsi_size_mul(SIZE_MAX / 3 + 1, 3, &out));
    assert_false(qsi_size_add(SIZE_MAX, 1, &out));
    assert_null(qsi_array(SIZE_MAX / 2, 3));
    check_error(QS_E_MEMORY, "out of memory: ");
    assert_null(qsi_array_zero(SIZE_MAX, SIZE_MAX));
    assert_null(qs_alloc(SIZE_MAX - 63));
    for (size_t bytes = 0; bytes < 300; bytes += 7) {
        uint8_t *memory = qs_alloc(bytes);
        assert_non_null(memory);
        assert_int_equal((uintptr_t)memory % 64, 0);
        memset(memory, 1, bytes);
        qs_free(memory);
    }
    qs_free(NULL);
}

static void test_bytes(void **state)
{
    (void)state;
    uint8_t bytes[9];
    qsi_put64(bytes + 1, 0x0123456789abcdefU);
    static const uint8_t wanted[] = {0xef, 0xcd, 0xab, 0x89, 0x67, 0x45, 0x23, 0x01};
    assert_memory_equal(bytes + 1, wanted, 8);
    assert_true(qsi_get64(bytes + 1) == 0x0123456789abcdefU);
    assert_int_equal(qsi_get32(bytes + 1), 0x89abcdef);
    assert_int_equal(qsi_get16(bytes + 1), 0xcdef);
    qsi_put_double(bytes + 1, -1.5);
    assert_true(qsi_get_double(bytes + 1) == -1.5);
    qsi_put_float(bytes + 1, 0x1p-149F);
    assert_int_equal(qsi_get32(bytes + 1), 1);
    assert_true(qsi_get_float(bytes + 1) == 0x1p-149F);
}

/* Each of 16 equal parts is drawn as often as chance allows: chi squared with 15 degrees of freedom below 50. */
static void check_uniform(const uint32_t counts[16], double draws, const char *what)
{
    double chi = 0;
    for (size_t i = 0; i < 16; i++) chi += pow(counts[i] - draws / 16, 2) / (draws / 16);
    if (chi > 50) fail_msg("%s: chi squared is %g", what, chi);
}

static void test_random_numbers(void **state)
{
    (void)state;
    enum { DRAWS = 160000 };
    uint32_t by_counter[16] = {0}, by_seed[16] = {0}, units[16] = {0}, below[16] = {0}, pairs[16] = {0};
    double changed = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        by_counter[qsi_random(7, i) & 15]++;
        by_seed[qsi_random(i, 7) >> 60]++;
        float unit = qsi_random_unit(1, i);
        assert_true(unit >= 0 && unit < 1 && unit * 0x1p24F == floorf(unit * 0x1p24F));
        units[(int)(unit * 16)]++;
        below[qsi_random_below(2, i, 16)]++;
        pairs[(qsi_random(0, i) >> 62) * 4 + (qsi_random(0, i + 1) >> 62)]++;
        changed += __builtin_popcountll(qsi_random(i, 0) ^ qsi_random(i + 1, 0));
        assert_true(qsi_random_below(i, 5, 1) == 0);
        assert_true(qsi_random_below(3, i, 3) < 3);
    }
    check_uniform(by_counter, DRAWS, "low bits by counter");
    check_uniform(by_seed, DRAWS, "high bits by seed");
    check_uniform(units, DRAWS, "units");
    check_uniform(below, DRAWS, "below");
    check_uniform(pairs, DRAWS, "pairs");
    assert_true(fabs(changed / DRAWS - 32) < 0.1);
}

static void test_errors(void **state)
{
    (void)state;
    char text[1024], small[8];
    qsi_error kept;
    assert_int_equal(qsi_fail_cell(3, 5, "row %d \"%s\"", 3, "x"), QS_E_DATA);
    qs_error_json(text, sizeof text);
    assert_string_equal(text, "{\"code\":-3,\"message\":\"row 3 \\\"x\\\"\",\"row\":3,\"column\":5}");
    assert_int_equal(qs_error_json(small, sizeof small), strlen(text));
    assert_string_equal(small, "{\"code\"");
    qsi_error_get(&kept);
    assert_int_equal(qsi_fail_option("per", "p"), QS_E_OPTION);
    qs_error_json(text, sizeof text);
    assert_string_equal(text, "{\"code\":-2,\"message\":\"p\",\"option\":\"per\"}");
    qsi_fail_byte(9, "b");
    qs_error_json(text, sizeof text);
    assert_string_equal(text, "{\"code\":-3,\"message\":\"b\",\"byte\":9}");
    qsi_error_set(&kept);
    check_error(QS_E_DATA, "\"column\":5}");
}

int main(void)
{
    char text[64];
    qs_error_json(text, sizeof text);
    if (strcmp(text, "{\"code\":0,\"message\":\"\"}")) return 1; /* there was none yet */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_split), cmocka_unit_test(test_space), cmocka_unit_test(test_hostile_sums),
        cmocka_unit_test(test_sizes),     cmocka_unit_test(test_bytes), cmocka_unit_test(test_random_numbers),
        cmocka_unit_test(test_errors),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
