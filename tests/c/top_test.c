/* Lists of the best k against sorting: scores of many values or of few, so that most are equal, with NaN and
 * infinities among them, offered in pieces of any length. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "make.h"
#include "search/top.h"

enum { MOST = 700 };

typedef struct pair {
    float score;
    uint32_t row;
} pair;

static int by_rank(const void *a, const void *b)
{
    const pair *x = a, *y = b;
    int nan = isnan(x->score) - isnan(y->score);
    if (nan) return nan;
    if (x->score != y->score && !isnan(x->score)) return x->score > y->score ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static float score_of(random_state *r, int kind)
{
    static const float odd[] = {NAN, -INFINITY, INFINITY, 0, -0.0F, 1, -1, 1e-45F};
    if (kind == 0) return random_normal(r);
    if (kind == 1) return (float)random_below(r, 5) - 2;
    if (kind == 2) return odd[random_below(r, sizeof odd / sizeof *odd)];
    return random_below(r, 50) ? (float)random_below(r, 20) : NAN;
}

static void lists(void **state)
{
    (void)state;
    random_state r = random_from(11);
    for (int turn = 0; turn < 4000; turn++) {
        float scores[MOST];
        uint32_t rows[MOST];
        pair hits[MOST];
        qsi_top top;
        size_t n = random_below(&r, turn % 3 ? 200 : MOST), k = 1 + random_below(&r, turn % 5 ? 12 : 40);
        for (size_t i = 0; i < n; i++) {
            scores[i] = score_of(&r, turn % 4);
            rows[i] = (i ? rows[i - 1] : 0) + 1 + (uint32_t)random_below(&r, 3);
            hits[i] = (pair){.score = scores[i], .row = rows[i]};
        }
        assert_int_equal(qsi_top_open(&top, 2, k), 0);
        for (size_t i = 0, some; i < n; i += some) {
            some = 1 + random_below(&r, turn % 2 ? 300 : 40);
            if (some > n - i) some = n - i;
            qsi_top_push_tile(&top, 1, 1, scores + i, 0, some, rows + i);
        }
        qsi_top_sort(&top);
        qsort(hits, n, sizeof *hits, by_rank);
        assert_int_equal(top.count[0], 0);
        assert_int_equal(top.count[1], n < k ? n : k);
        for (size_t i = 0; i < top.count[1]; i++) {
            uint32_t row = qsi_hit_row(&top.hits[k + i]);
            float score = qsi_hit_score(&top.hits[k + i]);
            if (row != hits[i].row || !(score == hits[i].score || (isnan(score) && isnan(hits[i].score))))
                fail_msg("turn %d: %zu of %zu, place %zu is row %u of %g, not %u of %g", turn, k, n, i, row,
                         (double)score, hits[i].row, (double)hits[i].score);
        }
        qsi_top_close(&top);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists)};
    return cmocka_run_group_tests_name("top", tests, NULL, NULL);
}
