/*
 * The best choice there is, where it can be had: by dynamic programming over bytes, in steps of the largest number
 * that divides all differences between options. best[s] is the least noise of the tensors so far that take at most
 * s steps more than their smallest options; pick holds the option that each tensor takes there.
 */
#include "cli/budget.h"

#include "cli/cli.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_CELLS = 1 << 25 };

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static uint64_t more_than_least(const cli_budget_tensor *t, size_t option)
{
    return (uint64_t)(t->options[option].bytes - t->options[0].bytes); /* the first is the smallest */
}

/* Takes one more tensor: next[s] is the least of best[s - steps] + noise. */
static void add_tensor(const cli_budget_tensor *t, uint64_t step, size_t states, const double *best, double *next,
                       uint8_t *pick)
{
    for (size_t s = 0; s < states; s++) {
        next[s] = best[s] + t->options[0].noise;
        pick[s] = 0;
    }
    for (size_t o = 1; o < t->count; o++) {
        uint64_t steps = more_than_least(t, o) / step;
        for (size_t s = steps < states ? (size_t)steps : states; s < states; s++) {
            double noise = best[s - (size_t)steps] + t->options[o].noise;
            if (noise >= next[s]) continue;
            next[s] = noise;
            pick[s] = (uint8_t)o;
        }
    }
}

bool cli_budget_exact(cli_budget *b)
{
    uint64_t step = 0, largest = 0;
    double room = b->most - b->kept;
    for (size_t i = 0; i < b->count; i++) {
        const cli_budget_tensor *t = &b->list[i];
        room -= t->options[0].bytes;
        for (size_t o = 1; o < t->count; o++) step = greatest_divisor(step, more_than_least(t, o));
        largest += more_than_least(t, t->count - 1);
    }
    if (!step || room < 0) return false;
    double steps = floor((room < (double)largest ? room : (double)largest) / (double)step) + 1;
    if (steps * (double)b->count > MOST_CELLS) return false;
    size_t states = (size_t)steps;
    uint8_t *pick = cli_alloc(states * b->count);
    double *best = cli_alloc(states * sizeof *best), *next = cli_alloc(states * sizeof *next);
    for (size_t i = 0; i < b->count; i++) {
        add_tensor(&b->list[i], step, states, best, next, pick + i * states);
        double *swap = best;
        best = next;
        next = swap;
    }
    size_t s = states - 1;
    for (size_t i = b->count; i-- > 0;) {
        b->list[i].chosen = pick[i * states + s];
        s -= (size_t)(more_than_least(&b->list[i], b->list[i].chosen) / step);
    }
    free(pick);
    free(best);
    free(next);
    return true;
}
