/* Sums of rows by weight, and networks, by every backend against the reference, bit for bit. */
#define _DEFAULT_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "nets.h"
#include "parity.h"

/* count rows of n values whose weights lie apart from each other; every fifth weight is 0. */
static void check(size_t count, size_t apart, size_t n, int kind, size_t shift)
{
    float *weights = floats(0, kind, count * apart, 0);
    const float *x = floats(1, kind, count * n, shift), *before = floats(2, NORMAL, n, 0);
    for (size_t k = 0; k < count; k += 5) weights[k * apart] = 0;
    ABOUT("%zu rows, apart %zu, n %zu, kind %d", count, apart, n, kind);
    memcpy(expected, before, 4 * n);
    ref->combine(weights, count, apart, x, n, (float *)expected);
    EACH_BACKEND(k)
    {
        float *got = guard_output(&out, 4 * n, 4 * shift);
        memcpy(got, before, 4 * n);
        k->combine(weights, count, apart, x, n, got);
        same_floats(k, "combine", got, n);
    }
}

static void combine(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 70; n++)
        for (int kind = 0; kind < KINDS; kind++) check(n % 33, 1 + n % 3, n, kind, n % 4);
    check(300, 2, 67, NORMAL, 1); /* more rows than are taken at a time */
    check(0, 1, 40, NORMAL, 0);
    check(3, 1, 1027, SPECIAL, 3);
}

/* The report of a few recipes, training among them, with a backend and so many threads; free() it. */
static char *report(const char *backend, int threads)
{
    assert_true(qs_backend_use(backend) >= 0);
    qs_threads(threads);
    qs_net *net = nets_open("digits-mlp", 200);
    assert_int_equal(qs_net_recipes(net,
                                    "static:w=int4,a=int8,correct=bias+cle\nlsq:w=int2,a=int4,epochs=2\n"
                                    "static:w=int8,a=int8,arithmetic=saturate16\nweights:w=int3,rounding=gptq"),
                     QS_OK);
    nets_run(net);
    size_t length = qs_net_json(net, NULL, 0);
    char *text = malloc(length + 1);
    qs_net_json(net, text, length + 1);
    qs_net_close(net);
    return text;
}

static void networks(void **state)
{
    char *whole = report("ref", 1);
    (void)state;
    EACH_BACKEND(k)
    {
        char *other = report(k->name, k == ref ? 5 : 2);
        assert_string_equal(other, whole);
        free(other);
    }
    free(whole);
    qs_backend_use("auto");
}

/* A state saved after any number of steps and given to another net: the same bytes at the end. */
static void resumed(void **state)
{
    static const char recipes[] =
        "qat:w=int2,a=int8,epochs=2,seeds=2\nstatic:w=int4,a=int4\nmixed:w=int3,calibrate=100";
    char *texts[8];
    (void)state;
    for (size_t turn = 0; turn < 8; turn++) {
        qs_net *net = nets_open("digits-mlp", 100);
        assert_int_equal(qs_net_recipes(net, recipes), QS_OK);
        for (size_t i = 0; i < turn * 3; i++) qs_net_step(net, 32);
        if (turn) {
            size_t bytes = qs_net_save(net, NULL, 0);
            uint8_t *saved = malloc(bytes);
            assert_int_equal(qs_net_save(net, saved, bytes), bytes);
            qs_net_close(net);
            net = nets_open("digits-mlp", 100);
            assert_int_equal(qs_net_recipes(net, recipes), QS_OK);
            assert_int_equal(qs_net_merge(net, saved, bytes), QS_OK);
            for (size_t cut = 1; cut < bytes; cut += bytes / 7) { /* no prefix is taken for a state */
                qs_net *broken = nets_open("digits-mlp", 100);
                qs_net_recipes(broken, recipes);
                assert_true(qs_net_merge(broken, saved, bytes - cut) < 0);
                qs_net_close(broken);
            }
            free(saved);
        }
        nets_run(net);
        size_t length = qs_net_json(net, NULL, 0);
        texts[turn] = malloc(length + 1);
        qs_net_json(net, texts[turn], length + 1);
        qs_net_close(net);
        assert_string_equal(texts[turn], texts[0]);
    }
    for (size_t turn = 0; turn < 8; turn++) free(texts[turn]);
}

int main(void)
{
    parity_start();
    const struct CMUnitTest tests[] = {cmocka_unit_test(combine), cmocka_unit_test(networks),
                                       cmocka_unit_test(resumed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
