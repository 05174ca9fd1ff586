/* Polar factors, as polar.h says. */
#include "transform/polar.h"

#include "base/size.h"
#include "base/threads.h"
#include "base/tree_sum.h"
#include "quantscope.h"

#include <math.h>
#include <string.h>

enum { MOST_STEPS = 30, BAND = 32, WORTH_THREADS = 1024 };

static double norm(const double *x, size_t n)
{
    double lanes[QSI_LANES] = {0};
    size_t i = 0;
    for (; i + QSI_LANES <= n; i += QSI_LANES)
        for (size_t l = 0; l < QSI_LANES; l++) lanes[l] += x[i + l] * x[i + l];
    for (size_t l = 0; i + l < n; l++) lanes[l] += x[i + l] * x[i + l];
    return sqrt(qsi_fold(lanes));
}

/* ---- the inverse, in place */

typedef struct elimination {
    double *a;
    size_t dim, pivot;
} elimination;

/* Takes the pivot's row from others, each times what that row has in the pivot's column. */
static int eliminate_band(void *context, size_t band)
{
    const elimination *e = context;
    const double *from = e->a + e->pivot * e->dim;
    size_t end = (band + 1) * BAND < e->dim ? (band + 1) * BAND : e->dim;
    for (size_t r = band * BAND; r < end; r++) {
        double *row = e->a + r * e->dim, times = row[e->pivot];
        if (r == e->pivot || times == 0) continue;
        row[e->pivot] = 0;
        for (size_t c = 0; c < e->dim; c++) row[c] -= times * from[c];
    }
    return QS_OK;
}

static void swap_rows(double *a, size_t dim, size_t r, size_t s)
{
    for (size_t c = 0; c < dim && r != s; c++) {
        double kept = a[r * dim + c];
        a[r * dim + c] = a[s * dim + c];
        a[s * dim + c] = kept;
    }
}

/* swaps (dim): which row was exchanged with the pivot's. */
static bool invert(double *a, size_t dim, size_t *swaps)
{
    int threads = dim < WORTH_THREADS ? 1 : qs_threads(0);
    size_t bands = (dim + BAND - 1) / BAND;
    for (size_t p = 0; p < dim; p++) {
        size_t best = p;
        for (size_t r = p + 1; r < dim; r++)
            if (fabs(a[r * dim + p]) > fabs(a[best * dim + p])) best = r;
        double pivot = a[best * dim + p];
        if (!(fabs(pivot) > 0) || isinf(pivot)) return false;
        swap_rows(a, dim, p, best);
        swaps[p] = best;
        a[p * dim + p] = 1;
        for (size_t c = 0; c < dim; c++) a[p * dim + c] /= pivot;
        elimination e = {a, dim, p};
        if (threads > 1)
            qsi_each(threads, bands, eliminate_band, &e);
        else
            for (size_t b = 0; b < bands; b++) eliminate_band(&e, b);
    }
    for (size_t p = dim; p-- > 0;)
        for (size_t r = 0; r < dim && swaps[p] != p; r++) {
            double kept = a[r * dim + p];
            a[r * dim + p] = a[r * dim + swaps[p]];
            a[r * dim + swaps[p]] = kept;
        }
    return true;
}

/* One step; the greatest change of an entry, infinite where x has no inverse. */
static double step(double *x, double *inverse, size_t dim, size_t *swaps)
{
    double most = 0;
    memcpy(inverse, x, dim * dim * sizeof *x);
    if (!invert(inverse, dim, swaps)) return INFINITY;
    double g = sqrt(norm(inverse, dim * dim) / norm(x, dim * dim));
    if (fabs(g - 1) < 0.01) g = 1;
    for (size_t r = 0; r < dim; r++)
        for (size_t c = 0; c < dim; c++) {
            double now = (g * x[r * dim + c] + inverse[c * dim + r] / g) / 2, change = fabs(now - x[r * dim + c]);
            if (!(change <= most)) most = change;
            x[r * dim + c] = now;
        }
    return isnan(most) ? INFINITY : most;
}

int qsi_polar(double *m, size_t dim, bool *found)
{
    double size = norm(m, dim * dim), change = INFINITY;
    double *inverse = qsi_array(dim, dim * sizeof *inverse);
    size_t *swaps = qsi_array(dim, sizeof *swaps);
    *found = size > 0 && isfinite(size);
    if (inverse && swaps && *found) {
        for (size_t i = 0; i < dim * dim; i++) m[i] /= size;
        for (int s = 0; s < MOST_STEPS && (s == 0 || (change >= 1e-7 && isfinite(change))); s++)
            change = step(m, inverse, dim, swaps);
        *found = isfinite(change);
    }
    int status = inverse && swaps ? QS_OK : QS_E_MEMORY;
    qsi_array_free(inverse);
    qsi_array_free(swaps);
    return status;
}
