/*
 * Family: rabitq, codes of the direction that is nearest to a row's among those of a grid.
 *
 * A value r_i is coded by its sign and u_i = min(floor(t |r_i|), 2^(bits-1) - 1), and stands for +-(u_i + 1/2):
 * code = 2^(bits-1) + u_i, or 2^(bits-1) - 1 - u_i where r_i < 0, less (2^bits - 1) / 2. One bit: 1 where r_i > 0.
 * The step 1 / t of a row is the one whose levels have the largest cosine with it, among
 *
 *   41 values t = 2^(bits-1) / max |r_i| * 2^a (1 + b/8), a from -1, b from 0 to 7; the first of the largest
 * cosine; then all between its neighbours at which a code changes, k / |r_i| ordered by size and then by i
 *
 * with sums in double. Gao et al. 2024, arXiv:2409.09913 (RaBitQ with more bits); there t is searched upwards.
 */
#include "codec/rabitq/estimate.h"

#include "base/size.h"
#include "base/tree_sum.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>

enum { TRIED = 41 };

/* Where the code of a value goes up by one. */
typedef struct step {
    double t;
    size_t i;
} step;

static int by_size(const void *a, const void *b)
{
    const step *x = a, *y = b;
    if (x->t < y->t || x->t > y->t) return x->t < y->t ? -1 : 1;
    return (x->i > y->i) - (x->i < y->i);
}

/* t times the largest magnitude is at most 4096: far from what an int takes. */
static double code_at(float r, double t, double top)
{
    double u = (double)(int)(t * fabs((double)r));
    return u < top ? u : top;
}

/* Sums of |r| v and of v^2, v = u + 1/2. */
typedef struct sums {
    double product, square;
} sums;

static double cosine(const sums *s)
{
    return s->product * s->product / s->square;
}

static sums sums_at(const float *r, size_t n, double t, double top)
{
    double product[QSI_LANES] = {0}, square[QSI_LANES] = {0};
    for (size_t i = 0; i < n; i++) {
        double v = code_at(r[i], t, top) + 0.5;
        product[i % QSI_LANES] += fabs((double)r[i]) * v;
        square[i % QSI_LANES] += v * v;
    }
    return (sums){qsi_fold(product), qsi_fold(square)};
}

static double tried(double first, int j)
{
    return ldexp(first, j / 8 - 1) * (1 + j % 8 / 8.0);
}

/* The steps after low up to high, counted; written where to is there. */
static size_t list_steps(const float *r, size_t n, double low, double high, double top, step *to)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        for (double k = code_at(r[i], low, top) + 1, o = fabs((double)r[i]); k <= top && k / o <= high; k++) {
            if (to) to[count] = (step){k / o, i};
            count++;
        }
    return count;
}

/* Sets codes to those of low, then takes the steps up to the best of them. */
static void take_steps(const float *r, size_t n, double low, double top, const step *steps, size_t count,
                       uint8_t *u)
{
    sums s = sums_at(r, n, low, top);
    double best = cosine(&s);
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) u[i] = (uint8_t)code_at(r[i], low, top);
    for (size_t c = 0; c < count; c++) {
        size_t i = steps[c].i;
        u[i]++;
        s.product += fabs((double)r[i]);
        s.square += 2.0 * u[i];
        if (cosine(&s) <= best) continue;
        best = cosine(&s);
        taken = c + 1;
    }
    for (size_t c = taken; c < count; c++) u[steps[c].i]--;
}

/* Magnitudes of codes. */
static int search(const float *r, size_t n, unsigned bits, uint8_t *u)
{
    double half = ldexp(1, (int)bits - 1), top = half - 1, most = 0, best = -1;
    int at = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, fabs((double)r[i]));
    double first = half / most;
    for (int j = 0; j < TRIED; j++) {
        sums s = sums_at(r, n, tried(first, j), top);
        if (cosine(&s) <= best) continue;
        best = cosine(&s);
        at = j;
    }
    double low = at ? tried(first, at - 1) : 0;
    double high = at + 1 < TRIED ? tried(first, at + 1) : 2 * tried(first, at);
    size_t count = list_steps(r, n, low, high, top, NULL);
    step *steps = qsi_array(count + 1, sizeof *steps);
    if (!steps) return QS_E_MEMORY;
    list_steps(r, n, low, high, top, steps);
    qsort(steps, count, sizeof *steps, by_size);
    take_steps(r, n, low, top, steps, count, u);
    qsi_array_free(steps);
    return QS_OK;
}

static int code_row(const float *r, size_t n, unsigned bits, uint8_t *codes)
{
    unsigned half = 1U << (bits - 1);
    int status = bits > 1 ? search(r, n, bits, codes) : QS_OK;
    for (size_t i = 0; i < n && !status; i++)
        codes[i] = (uint8_t)(bits == 1 ? r[i] > 0 : r[i] < 0 ? half - 1 - codes[i] : half + codes[i]);
    return status;
}

static float level_of(unsigned bits, uint32_t code)
{
    return (float)code - (float)((1U << bits) - 1) / 2;
}

const qsi_estimate qsi_estimate_rabitq = {level_of, code_row};
