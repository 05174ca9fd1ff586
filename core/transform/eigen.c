/* Eigenvectors, as eigen.h says. */
#include "transform/eigen.h"

#include "base/fixed_sum.h"
#include "base/size.h"
#include "base/status.h"
#include "base/threads.h"
#include "base/tree_sum.h"

#include <stdbool.h>
#include <string.h>

enum { PANEL = 16, MOST_STEPS = 200, BATCH = 1 << 15 };

/* Row i of the rotated rows becomes c * z[i] - s * z[i+1], and row i + 1 s * z[i] + c * z[i+1]. */
typedef struct rotation {
    size_t row;
    double c, s;
} rotation;

typedef struct work {
    size_t dim, panels;
    double *a;       /* (dim, dim); row k holds reflection k in its columns k + 1 .. dim - 1 */
    double *beta;    /* (dim): reflection k is 1 - beta[k] * v * v' */
    double *w, *e;   /* (dim): diagonal, and the entries beside it */
    double *p;       /* (dim) */
    double *z;       /* (panels, dim, PANEL): rows become the eigenvectors */
    rotation *turns; /* (BATCH) not applied yet */
    size_t count;
} work;

static double dot(const double *a, const double *b, size_t n)
{
    double lanes[QSI_LANES] = {0};
    size_t i = 0;
    for (; i + QSI_LANES <= n; i += QSI_LANES)
        for (size_t l = 0; l < QSI_LANES; l++) lanes[l] += a[i + l] * b[i + l];
    for (size_t l = 0; i + l < n; l++) lanes[l] += a[i + l] * b[i + l];
    return qsi_fold(lanes);
}

/* ---- reduction */

/* Makes reflection k of a row, which takes it to a multiple of its first value; returns that multiple. */
static double reflect(double *v, size_t n, double *beta)
{
    double most = 0;
    for (size_t i = 1; i < n; i++) most = fabs(v[i]) > most ? fabs(v[i]) : most;
    *beta = 0;
    if (most < 0x1p-960) return v[0]; /* nothing beside what rounding left: its scale would be infinite */
    most = fabs(v[0]) > most ? fabs(v[0]) : most;
    double scale = ldexp(1, -qsi_fixed_exponent(most)), back = 1 / scale;
    for (size_t i = 0; i < n; i++) v[i] *= scale;
    double length = sqrt(dot(v, v, n)), to = v[0] > 0 ? -length : length;
    *beta = 1 / (length * (length + fabs(v[0])));
    v[0] -= to;
    return to * back;
}

/* The rows below k, of the matrix that is left: A -= v q' + q v', q = p - (beta / 2 * p . v) v, p = beta * A v. */
typedef struct update {
    const work *k;
    const double *v;
    double *p, beta;
    size_t first, n;
} update;

enum { BAND = 64 };

static int multiply_band(void *context, size_t band)
{
    const update *u = context;
    size_t dim = u->k->dim, end = (band + 1) * BAND < u->n ? (band + 1) * BAND : u->n;
    for (size_t i = band * BAND; i < end; i++)
        u->p[i] = u->beta * dot(u->k->a + (u->first + i) * dim + u->first, u->v, u->n);
    return QS_OK;
}

static int update_band(void *context, size_t band)
{
    const update *u = context;
    size_t dim = u->k->dim, end = (band + 1) * BAND < u->n ? (band + 1) * BAND : u->n;
    for (size_t i = band * BAND; i < end; i++) {
        double *row = u->k->a + (u->first + i) * dim + u->first, vi = u->v[i], qi = u->p[i];
        for (size_t j = 0; j < u->n; j++) row[j] -= vi * u->p[j] + qi * u->v[j];
    }
    return QS_OK;
}

static void reduce(work *k)
{
    size_t dim = k->dim;
    for (size_t c = 0; c + 1 < dim; c++) {
        double *v = k->a + c * dim + c + 1;
        size_t n = dim - c - 1;
        k->w[c] = k->a[c * dim + c];
        k->e[c] = reflect(v, n, &k->beta[c]);
        if (k->beta[c] == 0) continue;
        update u = {k, v, k->p, k->beta[c], c + 1, n};
        size_t bands = (n + BAND - 1) / BAND;
        int threads = n < (size_t)16 * BAND ? 1 : qs_threads(0);
        if (threads > 1)
            qsi_each(threads, bands, multiply_band, &u);
        else
            for (size_t b = 0; b < bands; b++) multiply_band(&u, b);
        double half = u.beta / 2 * dot(u.p, v, n);
        for (size_t i = 0; i < n; i++) u.p[i] -= half * v[i];
        if (threads > 1)
            qsi_each(threads, bands, update_band, &u);
        else
            for (size_t b = 0; b < bands; b++) update_band(&u, b);
    }
    k->w[dim - 1] = k->a[dim * dim - 1];
    k->e[dim - 1] = 0;
}

/* ---- rows of the basis, a panel of columns at a time */

static int start_panel(void *context, size_t panel)
{
    const work *k = context;
    size_t dim = k->dim, first = panel * PANEL;
    double *z = k->z + panel * dim * PANEL;
    memset(z, 0, dim * PANEL * sizeof *z);
    for (size_t i = 0; i < PANEL && first + i < dim; i++) z[(first + i) * PANEL + i] = 1;
    for (size_t c = 0; c + 1 < dim; c++) {
        const double *v = k->a + c * dim + c + 1;
        double sum[PANEL] = {0}, *rows = z + (c + 1) * PANEL;
        if (k->beta[c] == 0) continue;
        for (size_t i = 0; i < dim - c - 1; i++)
            for (size_t l = 0; l < PANEL; l++) sum[l] += v[i] * rows[i * PANEL + l];
        for (size_t l = 0; l < PANEL; l++) sum[l] *= k->beta[c];
        for (size_t i = 0; i < dim - c - 1; i++)
            for (size_t l = 0; l < PANEL; l++) rows[i * PANEL + l] -= v[i] * sum[l];
    }
    return QS_OK;
}

static int turn_panel(void *context, size_t panel)
{
    const work *k = context;
    double *z = k->z + panel * k->dim * PANEL;
    for (size_t t = 0; t < k->count; t++) {
        double *a = z + k->turns[t].row * PANEL, *b = a + PANEL, c = k->turns[t].c, s = k->turns[t].s;
        for (size_t l = 0; l < PANEL; l++) {
            double x = a[l], y = b[l];
            b[l] = s * x + c * y;
            a[l] = c * x - s * y;
        }
    }
    return QS_OK;
}

static void apply_turns(work *k)
{
    qsi_each(qs_threads(0), k->panels, turn_panel, k);
    k->count = 0;
}

/* ---- QL steps */

static double hypotenuse(double a, double b)
{
    double x = fabs(a), y = fabs(b), most = x > y ? x : y, least = x > y ? y : x;
    if (most == 0) return 0;
    return most * sqrt(1 + (least / most) * (least / most));
}

/* One step on the block l .. m. */
static void step(work *k, size_t l, size_t m)
{
    double *w = k->w, *e = k->e, g = (w[l + 1] - w[l]) / (2 * e[l]), r = hypotenuse(g, 1), s = 1, c = 1, p = 0;
    g = w[m] - w[l] + e[l] / (g + (g < 0 ? -r : r));
    for (size_t i = m; i-- > l;) {
        double f = s * e[i], b = c * e[i];
        r = hypotenuse(f, g);
        e[i + 1] = r;
        if (r == 0) {
            w[i + 1] -= p;
            e[m] = 0;
            return;
        }
        s = f / r;
        c = g / r;
        g = w[i + 1] - p;
        r = (w[i] - g) * s + 2 * c * b;
        p = s * r;
        w[i + 1] = g + p;
        g = c * r - b;
        if (k->count == BATCH) apply_turns(k);
        k->turns[k->count++] = (rotation){i, c, s};
    }
    w[l] -= p;
    e[l] = g;
    e[m] = 0;
}

static int diagonalize(work *k)
{
    size_t dim = k->dim;
    double norm = 0;
    for (size_t i = 0; i < dim; i++) norm = fmax(norm, fabs(k->w[i]) + fabs(k->e[i]));
    for (size_t l = 0; l < dim; l++)
        for (int steps = 0;; steps++) {
            size_t m = l;
            while (m + 1 < dim && fabs(k->e[m]) > 0x1p-53 * fmax(fabs(k->w[m]) + fabs(k->w[m + 1]), norm)) m++;
            if (m + 1 < dim) k->e[m] = 0;
            if (m == l) break;
            if (steps == MOST_STEPS)
                return qsi_fail(QS_E_DATA, "the principal components of these rows do not converge");
            step(k, l, m);
        }
    apply_turns(k);
    return QS_OK;
}

/* ---- the result */

static void take_vector(const work *k, size_t row, double *to)
{
    size_t largest = 0;
    for (size_t i = 0; i < k->dim; i++) {
        to[i] = k->z[(i / PANEL * k->dim + row) * PANEL + i % PANEL];
        if (fabs(to[i]) > fabs(to[largest])) largest = i;
    }
    if (to[largest] >= 0) return;
    for (size_t i = 0; i < k->dim; i++) to[i] = -to[i];
}

static void order(const work *k, size_t count, double *values, double *vectors)
{
    bool *taken = (bool *)(void *)k->p; /* (dim): room enough */
    memset(taken, 0, k->dim * sizeof *taken);
    for (size_t i = 0; i < k->dim; i++) {
        size_t best = k->dim;
        for (size_t j = 0; j < k->dim; j++)
            if (!taken[j] && (best == k->dim || k->w[j] > k->w[best])) best = j;
        taken[best] = true;
        values[i] = k->w[best];
        if (i < count) take_vector(k, best, vectors + i * k->dim);
    }
}

int qsi_eigen(double *a, size_t dim, size_t count, double *values, double *vectors)
{
    work k = {.dim = dim,
              .panels = (dim + PANEL - 1) / PANEL,
              .a = a,
              .beta = qsi_array(dim, sizeof *k.beta),
              .w = qsi_array(dim, sizeof *k.w),
              .e = qsi_array(dim, sizeof *k.e),
              .p = qsi_array(dim, sizeof *k.p),
              .turns = qsi_array(BATCH, sizeof *k.turns)};
    k.z = qsi_array(k.panels, dim * PANEL * sizeof *k.z);
    int status = k.beta && k.w && k.e && k.p && k.z && k.turns ? QS_OK : QS_E_MEMORY;
    if (!status) {
        reduce(&k);
        qsi_each(qs_threads(0), k.panels, start_panel, &k);
        status = diagonalize(&k);
    }
    if (!status) order(&k, count, values, vectors);
    void *const arrays[] = {k.beta, k.w, k.e, k.p, k.z, k.turns};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) qsi_array_free(arrays[i]);
    return status;
}
