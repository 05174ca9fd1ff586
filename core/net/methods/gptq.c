/*
 * GPTQ (Frantar et al. 2022): columns are rounded one after another, and what rounding takes from a column is made
 * up for by those after it, as the inputs allow.
 *
 *   H = (2 / n) sum x x^T in double; H_ii = 1 where that is 0: of a column that is 0 in every sample. Such columns
 *   count as 0 in all of this, and then are rounded to the nearest as the codec of the spec does
 *   H_ii += damp * mean of the diagonal;  U upper triangular, U^T U = H^-1
 *   for i = 0 ..: q = code(w_i), e = (w_i - q) / U_ii, w_j -= e * U_ij for j > i
 *
 * A row's scale is of the original weights, a block's of the updated ones at its first column. With fewer rows than
 * four times the inputs H fits the sample more than the layer: damp is then chosen from 0.01, 0.1 and 1 by the
 * output error on the last third of the rows, fitted on the others.
 */
#include "net/rounding.h"

#include "base/size.h"
#include "base/status.h"
#include "codec/affine.h"
#include "codec/range_rule.h"
#include "codec/scaled.h"
#include "net/net.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static const double DAMPS[] = {0.01, 0.1, 1};

/* ------------------------------------------------------------------------------------------------- matrices */

/* The sum of products in four partial sums. */
static double dot(const double *a, const double *b, size_t n)
{
    double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    size_t i = 0;
    for (; i + 4 <= n; i += 4) {
        s0 += a[i] * b[i];
        s1 += a[i + 1] * b[i + 1];
        s2 += a[i + 2] * b[i + 2];
        s3 += a[i + 3] * b[i + 3];
    }
    for (; i < n; i++) s0 += a[i] * b[i];
    return (s0 + s2) + (s1 + s3);
}

/* The upper half of H, from n rows of x. */
static void make_h(const float *x, size_t n, size_t dim, double *h)
{
    assert(h);
    memset(h, 0, dim * dim * sizeof *h);
    for (size_t r = 0; r < n; r++)
        for (size_t i = 0; i < dim; i++) {
            double xi = (double)x[r * dim + i];
            for (size_t j = i; xi != 0 && j < dim; j++) h[i * dim + j] += xi * (double)x[r * dim + j];
        }
    for (size_t i = 0; i < dim * dim; i++) h[i] *= 2 / (double)n;
}

static void add_damp(double *h, size_t dim, double damp)
{
    double mean = 0;
    for (size_t i = 0; i < dim; i++) {
        if (h[i * dim + i] == 0) h[i * dim + i] = 1;
        mean += h[i * dim + i] / (double)dim;
    }
    for (size_t i = 0; i < dim; i++) h[i * dim + i] += damp * mean;
}

/* H = R R^T with R upper triangular, in place of H; then U = R^-1, whose rows go to u. False: H is not positive. */
static bool factor(double *h, size_t dim, double *u)
{
    for (size_t j = dim; j-- > 0;)
        for (size_t i = j + 1; i-- > 0;) {
            size_t after = dim - j - 1;
            double v = h[i * dim + j] - dot(h + i * dim + j + 1, h + j * dim + j + 1, after);
            if (i == j && !(v > 0)) return false;
            h[i * dim + j] = i == j ? sqrt(v) : v / h[j * dim + j];
        }
    for (size_t j = 0; j < dim; j++) /* the columns of U, each a row of u for now */
        for (size_t i = j + 1; i-- > 0;) {
            double v = i == j ? 1 : -dot(h + i * dim + i + 1, u + j * dim + i + 1, j - i);
            u[j * dim + i] = v / h[i * dim + i];
        }
    for (size_t i = 0; i < dim; i++)
        for (size_t j = i; j < dim; j++) h[i * dim + j] = u[j * dim + i];
    return true;
}

/* ------------------------------------------------------------------------------------------------- rows */

typedef struct coding {
    const qsi_spec *spec;
    qsi_affine a;
    float inverse;
    int32_t qmin, qmax;
} coding;

static int take_range(coding *c, const float *w, size_t n)
{
    qsi_range range;
    int status = qsi_range_rule_one_scale(c->spec, w, n, &range);
    if (!status) status = qsi_affine_from_range(c->spec, range.lo, range.hi, &c->a);
    c->inverse = qsi_inverse(c->a.scale);
    return status;
}

static float code(const coding *c, float w)
{
    float q = nearbyintf((w - c->a.low) * c->inverse) + (float)c->a.zero;
    q = fminf(fmaxf(q, (float)c->qmin), (float)c->qmax);
    return c->a.low + c->a.scale * (q - (float)c->a.zero);
}

/* One row in memory of doubles; left: room for a block of floats. u: rows of U. */
static int round_row(coding *c, const double *u, double *w, size_t dim, size_t block, float *left, float *decoded)
{
    int status = QS_OK;
    for (size_t i = 0; i < dim && !status; i++) {
        if (block && i % block == 0) {
            size_t n = dim - i < block ? dim - i : block;
            for (size_t k = 0; k < n; k++) left[k] = (float)w[i + k];
            status = take_range(c, left, n);
        }
        decoded[i] = code(c, (float)w[i]);
        double error = (w[i] - (double)decoded[i]) / u[i * dim + i];
        for (size_t j = i + 1; j < dim; j++) w[j] -= error * u[i * dim + j];
    }
    return status;
}

/* All rows by U, from weights in which dead columns are 0; scale: that of each row, NaN where it has several or a
 * zero point. */
static int round_rows(const qsi_rounding_work *work, const float *alive, const double *u)
{
    const qsi_spec *spec = work->spec;
    size_t dim = work->dim, block = qsi_word(spec, QSI_PER) == QSI_PER_BLOCK ? (size_t)spec->value[QSI_BLOCK] : 0;
    bool tensor = qsi_word(spec, QSI_PER) == QSI_PER_TENSOR;
    bool whole = !block && qsi_word(spec, QSI_MAP) == QSI_MAP_SYM;
    coding c = {.spec = spec};
    qsi_affine_codes(spec, &c.qmin, &c.qmax);
    assert(alive);
    double *w = qsi_array(dim, sizeof *w);
    float *left = qsi_array(block ? block : 1, sizeof *left);
    int status = w && left ? QS_OK : QS_E_MEMORY;
    if (!status && tensor) status = take_range(&c, alive, work->rows * dim);
    for (size_t o = 0; o < work->rows && !status; o++) {
        const float *from = alive + o * dim;
        for (size_t j = 0; j < dim; j++) w[j] = (double)from[j];
        if (!block && !tensor) status = take_range(&c, from, dim);
        if (!status) status = round_row(&c, u, w, dim, block, left, work->decoded + o * dim);
        work->scale[o] = whole ? c.a.scale : NAN;
    }
    qsi_array_free(w);
    qsi_array_free(left);
    return status;
}

/* ------------------------------------------------------------------------------------------------- the whole */

typedef struct room {
    double *h, *u;       /* (dim, dim) */
    float *alive, *near; /* (rows, dim): weights without dead columns; rounded to the nearest */
    bool *dead;          /* (dim) */
} room;

/* Fits on n rows of x, by a damp. */
static int fit(const qsi_rounding_work *work, const room *r, size_t n, double damp)
{
    assert(r->dead && r->alive && r->near);
    make_h(work->x, n, work->dim, r->h);
    add_damp(r->h, work->dim, damp);
    if (!factor(r->h, work->dim, r->u))
        return qsi_fail(QS_E_DATA, "gptq: the inputs' products are not positive definite; use a greater damp");
    int status = round_rows(work, r->alive, r->h);
    for (size_t o = 0; !status && o < work->rows * work->dim; o += work->dim)
        for (size_t j = 0; j < work->dim; j++)
            if (r->dead[j]) work->decoded[o + j] = r->near[o + j];
    return status;
}

static int choose_damp(qsi_rounding_work *work, const room *r)
{
    size_t fitted = work->n - work->n / 3;
    double least = INFINITY;
    int status = QS_OK;
    work->damp_used = DAMPS[0];
    if (work->n >= 4 * work->dim || work->n < 3) return QS_OK;
    for (size_t d = 0; d < sizeof DAMPS / sizeof *DAMPS && !status; d++) {
        double error = 0;
        status = fit(work, r, fitted, DAMPS[d]);
        if (!status)
            status = qsi_output_error(work->x + fitted * work->dim, work->n - fitted, work->decoded, work->w,
                                      work->rows, work->dim, &error);
        if (!status && error < least) {
            least = error;
            work->damp_used = DAMPS[d];
        }
    }
    return status;
}

static int open_room(room *r, qsi_rounding_work *work)
{
    size_t count, values = work->rows * work->dim;
    if (!qsi_size_mul(work->dim, work->dim, &count)) return qsi_fail_memory(INFINITY);
    r->h = qsi_array(count, sizeof *r->h);
    r->u = qsi_array_zero(count, sizeof *r->u);
    r->alive = qsi_array(values, sizeof *r->alive);
    r->near = qsi_array(values, sizeof *r->near);
    r->dead = qsi_array(work->dim, sizeof *r->dead);
    if (!r->h || !r->u || !r->alive || !r->near || !r->dead) return QS_E_MEMORY;
    work->dead = qsi_dead_columns(work->x, work->n, work->dim, r->dead);
    for (size_t k = 0; k < values; k++) r->alive[k] = r->dead[k % work->dim] ? 0 : work->w[k];
    return qsi_weights_code(work->spec, work->w, work->rows, work->dim, r->near, NULL, NULL, NULL);
}

static int round_weights(qsi_rounding_work *work)
{
    room r = {.h = NULL};
    if (qsi_word(work->spec, QSI_PER) == QSI_PER_DIM || qsi_is_pow2(work->spec))
        return qsi_fail_option("w", "gptq takes per=row, per=block or per=tensor, and levels in equal steps");
    int status = open_room(&r, work);
    work->damp_used = work->damp;
    if (!status && work->damp == 0) status = choose_damp(work, &r);
    if (!status) status = fit(work, &r, work->n, work->damp_used);
    void *const arrays[] = {r.h, r.u, r.alive, r.near, r.dead};
    for (size_t a = 0; a < sizeof arrays / sizeof *arrays; a++) qsi_array_free(arrays[a]);
    return status;
}

const qsi_rounding qsi_rounding_gptq = {"gptq", true, round_weights};
