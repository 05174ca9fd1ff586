/* Integer inference against independent figures: biases, multipliers, codes and sums of the first 20 pictures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "make.h"
#include "nets.h"

#include "base/size.h"
#include "net/integer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURES = 20, MOST_NUMBERS = 4096 };

typedef struct golden {
    FILE *file;
    char kind[16];
    int layer, count;
    long numbers[MOST_NUMBERS];
} golden;

typedef struct trial {
    qs_net *net;
    qsi_integer_model integers;
    int arithmetic;
    uint8_t *codes[QSI_MOST_LAYERS];
    int32_t *sums;
    size_t checked;
} trial;

static void read_numbers(golden *g)
{
    assert_int_equal(fscanf(g->file, "%d %d", &g->layer, &g->count), 2);
    assert_in_range(g->count, 1, MOST_NUMBERS);
    for (int i = 0; i < g->count; i++) assert_int_equal(fscanf(g->file, "%ld", &g->numbers[i]), 1);
}

static void close_trial(trial *t)
{
    if (!t->net) return;
    for (size_t l = 0; l < QSI_MOST_LAYERS; l++) free(t->codes[l]);
    free(t->sums);
    qsi_integer_close(&t->integers);
    qs_net_close(t->net);
    *t = (trial){.net = NULL};
}

static void open_trial(trial *t, const char *network, const char *recipe)
{
    t->net = nets_open(network, 512);
    assert_int_equal(qs_net_recipes(t->net, recipe), QS_OK);
    nets_run(t->net);
    assert_int_equal(qsi_integer_open(&t->integers, &t->net->job[0].model, QSI_INTEGER), QS_OK);
}

/* The first pictures by one arithmetic. */
static void infer(trial *t, int arithmetic)
{
    const qsi_chain *chain = &t->net->chain;
    qsi_integer_counts counts = {.peak = {0}};
    qsi_integer_trace trace = {.codes = {NULL}};
    float *logits = malloc(PICTURES * chain->classes * sizeof *logits);
    t->integers.arithmetic = arithmetic;
    free(t->sums);
    t->sums = trace.sums[chain->count - 1] = malloc(PICTURES * chain->widest * sizeof *t->sums);
    for (size_t l = 0; l < chain->count; l++) {
        free(t->codes[l]);
        t->codes[l] = trace.codes[l] = malloc(PICTURES * chain->widest);
    }
    assert_int_equal(
        qsi_integer_forward(&t->integers, t->net->sets[QSI_SET_TEST].values, PICTURES, logits, &counts, &trace),
        QS_OK);
    free(logits);
}

static void check_line(trial *t, const golden *g)
{
    const qsi_chain *chain = &t->net->chain;
    const qsi_integer_layer *layer = &t->integers.layers[g->layer];
    bool is_codes = !strcmp(g->kind, "codes"), is_totals = !strcmp(g->kind, "totals");
    size_t in = qsi_shape3_size(chain->layers[g->layer].in);
    if (!strcmp(g->kind, "integer")) infer(t, QSI_INTEGER);
    if (!strcmp(g->kind, "fixed")) infer(t, QSI_FIXED);
    for (int i = 0; i < g->count; i++) {
        long want = g->numbers[i], got = 0;
        if (!strcmp(g->kind, "bias"))
            got = layer->bias[i];
        else if (!strcmp(g->kind, "multiplier"))
            got = i % 2 ? layer->shift[i / 2] : layer->fixed[i / 2];
        else if (!strcmp(g->kind, "peak"))
            got = (long)t->net->job[0].layers[i].peak_sum;
        else if (is_codes)
            got = t->codes[g->layer][i];
        else if (is_totals)
            for (size_t k = 0; k < in; k++) got += t->codes[g->layer][(size_t)i * in + k];
        else
            got = t->sums[i];
        assert_int_equal(got, want);
        t->checked++;
    }
}

static void test_figures(void **state)
{
    golden *g = calloc(1, sizeof *g);
    trial t = {.net = NULL};
    size_t cases = 0, checked = 0;
    char network[32], recipe[128];
    (void)state;
    g->file = fopen("tests/golden/net.txt", "r");
    assert_non_null(g->file);
    while (fscanf(g->file, "%15s", g->kind) == 1) {
        if (!strcmp(g->kind, "case")) {
            checked += t.checked;
            close_trial(&t);
            assert_int_equal(fscanf(g->file, "%31s %127s", network, recipe), 2);
            if (is_tested(cases++)) open_trial(&t, network, recipe);
        } else {
            read_numbers(g);
            if (t.net) check_line(&t, g);
        }
    }
    checked += t.checked;
    close_trial(&t);
    fclose(g->file);
    free(g);
    assert_int_equal(cases, 12);
    assert_true(checked > (is_tested(1) ? 10000 : 1000));
}

/* The fixed-point multiplier, by hand. */
static void test_fixed(void **state)
{
    int32_t m, e;
    (void)state;
    qsi_fixed_multiplier(0.5, &m, &e);
    assert_int_equal(m, 1 << 30);
    assert_int_equal(e, 0);
    qsi_fixed_multiplier(1 - 0x1p-40, &m, &e); /* rounds up to 2^31, which int32 does not hold */
    assert_int_equal(m, 1 << 30);
    assert_int_equal(e, 1);
    assert_int_equal(qsi_fixed_apply(3, 1 << 30, 0), 2);   /* 1.5: ties away from zero */
    assert_int_equal(qsi_fixed_apply(-3, 1 << 30, 0), -1); /* the high half first: -1.5 + 0.5 toward zero */
    assert_int_equal(qsi_fixed_apply(6, 1 << 30, -1), 2);
    assert_int_equal(qsi_fixed_apply(-6, 1 << 30, -1), -2);
    assert_int_equal(qsi_fixed_apply(INT32_MAX, INT32_MAX, 31), INT32_MAX - 1);
    assert_int_equal(qsi_fixed_apply(1 << 20, 1 << 30, -40), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_figures), cmocka_unit_test(test_fixed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
