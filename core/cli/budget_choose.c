/*
 * Which type each tensor gets, so that all together fit the budget with the least noise: a knapsack with one choice
 * for each tensor. A price of a byte (the Lagrange multiplier) makes tensors independent of each other: each takes
 * the option of least noise + price * bytes. The lowest price whose choice fits is found by halving; it also gives
 * a bound that no choice beats. What is left of the budget is then spent by the changes of one tensor, or of two at
 * a time, that lower the noise most.
 */
#include "cli/budget.h"

#include "cli/cli.h"
#include "cli/table.h"

#include <math.h>

double cli_budget_bytes(const cli_budget *b, double bytes)
{
    return b->aligned ? ceil(bytes / b->gguf.alignment) * b->gguf.alignment : bytes;
}

static void add_up(cli_budget *b)
{
    b->bytes = b->kept;
    b->noise = 0;
    for (size_t i = 0; i < b->count; i++) {
        const cli_budget_option *o = &b->list[i].options[b->list[i].chosen];
        b->bytes += o->bytes;
        b->noise += o->noise;
    }
}

/* Each tensor takes what is cheapest at this price, the fewer bytes where two are alike; returns the bound. */
static double choose_at(cli_budget *b, double price)
{
    double bound = -price * (b->most - b->kept);
    for (size_t i = 0; i < b->count; i++) {
        cli_budget_tensor *t = &b->list[i];
        t->chosen = 0;
        for (size_t o = 1; o < t->count; o++) /* by bytes */
            if (t->options[o].noise + price * t->options[o].bytes <
                t->options[t->chosen].noise + price * t->options[t->chosen].bytes)
                t->chosen = o;
        bound += t->options[t->chosen].noise + price * t->options[t->chosen].bytes;
    }
    add_up(b);
    return bound;
}

/* A change of one tensor: what it adds to the bytes, and takes from the noise. */
typedef struct change {
    size_t tensor, option;
    double bytes, gain;
} change;

static change change_to(const cli_budget *b, size_t tensor, size_t option)
{
    const cli_budget_tensor *t = &b->list[tensor];
    const cli_budget_option *now = &t->options[t->chosen], *then = &t->options[option];
    return (change){tensor, option, then->bytes - now->bytes, now->noise - then->noise};
}

/* The change of one tensor other than `but` with the largest gain that fits into so many bytes. */
static change best_change(const cli_budget *b, double room, size_t but)
{
    change best = {0, 0, 0, 0};
    for (size_t i = 0; i < b->count; i++)
        for (size_t o = 0; i != but && o < b->list[i].count; o++) {
            change c = change_to(b, i, o);
            if (c.bytes <= room &&
                (c.gain > best.gain || (c.gain == best.gain && c.gain > 0 && c.bytes < best.bytes)))
                best = c;
        }
    return best;
}

static void apply(cli_budget *b, change c)
{
    b->list[c.tensor].chosen = c.option;
    add_up(b);
}

/* One tensor gives up bytes so that another gains more than that costs. */
static bool swap_two(cli_budget *b)
{
    double room = b->most - b->bytes, gain = 0;
    change less = {0}, more = {0};
    for (size_t i = 0; i < b->count; i++)
        for (size_t o = 0; o < b->list[i].chosen; o++) {
            change down = change_to(b, i, o), up = best_change(b, room - down.bytes, i);
            if (up.gain + down.gain <= gain) continue;
            gain = up.gain + down.gain;
            less = down;
            more = up;
        }
    if (!(gain > 1e-12 * b->noise)) return false;
    apply(b, less);
    apply(b, more);
    return true;
}

static void repair(cli_budget *b)
{
    enum { SWAPS = 64, MOST_TENSORS = 2000 }; /* a swap looks at all pairs of changes */
    for (int swaps = 0;; swaps++) {
        for (change c; (c = best_change(b, b->most - b->bytes, b->count)).gain > 0;) apply(b, c);
        if (swaps == SWAPS || b->count > MOST_TENSORS || !swap_two(b)) return;
    }
}

int cli_budget_choose(cli_budget *b)
{
    char least[40], most[40];
    enum { HALVINGS = 200 };
    b->bound = choose_at(b, 0);
    if (b->bytes <= b->most) return CLI_DONE; /* each tensor has the least noise there is */
    double low = 0, high = 1;
    for (size_t i = 0; i < b->count; i++) b->list[i].chosen = 0;
    add_up(b);
    if (b->bytes > b->most)
        return cli_fail(CLI_USAGE,
                        "--budget: these tensors take at least %s bytes in these types, the budget is %s",
                        cli_grouped(b->bytes, least), cli_grouped(b->most, most));
    while (choose_at(b, high), b->bytes > b->most) high *= 2;
    for (int i = 0; i < HALVINGS; i++) {
        double price = low + (high - low) / 2, bound = choose_at(b, price);
        if (bound > b->bound) b->bound = bound;
        if (b->bytes > b->most)
            low = price;
        else
            high = price;
    }
    double bound = choose_at(b, high);
    if (bound > b->bound) b->bound = bound;
    if (!cli_budget_exact(b)) {
        repair(b);
        return CLI_DONE;
    }
    add_up(b);
    b->bound = b->noise;
    return CLI_DONE;
}
