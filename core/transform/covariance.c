/* The observer of covariance.h. */
#include "transform/covariance.h"

#include "base/bytes.h"
#include "base/fixed_sum.h"
#include "base/size.h"
#include "base/status.h"
#include "base/threads.h"
#include "kernels/kernels.h"
#include "range/bounds.h"
#include "range/finite.h"

typedef struct state {
    qsi_observed base;             /* sums: as covariance.h says */
    bool adds;                     /* in the second pass */
    double rows;                   /* of this pass */
    int32_t *bounds;               /* (2, dim): of each dim, as ordered integers */
    double *center, *scale, *most; /* (dim) each: c, 2^(bits - e), and what t stays within */
    int64_t *sums;                 /* (dim): of t */
    int64_t *products;             /* (dim, dim), those with the second index not below the first */
    double *t;                     /* (QS_CHUNK_ROWS, dim) */
} state;

static void clear(void *context)
{
    state *s = context;
    s->rows = 0;
    if (!s->adds) qsi_bounds_clear(s->bounds, s->base.dim);
    if (s->sums) memset(s->sums, 0, s->base.dim * sizeof *s->sums);
    if (s->products) memset(s->products, 0, s->base.dim * s->base.dim * sizeof *s->products);
}

static int open(void *context)
{
    state *s = context;
    size_t dim = s->base.dim;
    s->bounds = qsi_array(dim, 2 * sizeof *s->bounds);
    s->center = qsi_array(dim, sizeof *s->center);
    s->scale = qsi_array(dim, sizeof *s->scale);
    s->most = qsi_array(dim, sizeof *s->most);
    return s->bounds && s->center && s->scale && s->most ? QS_OK : QS_E_MEMORY;
}

static void close(void *context)
{
    state *s = context;
    void *const arrays[] = {s->bounds, s->center, s->scale, s->most, s->sums, s->products, s->t};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) qsi_array_free(arrays[i]);
}

/* ---- sums of products, a tile at a time */

enum { TILE = 64, ROWS = 4 };

typedef struct product {
    const double *a, *b;
    size_t nrows, dim, other;
    int upper;
    int64_t *sums;
} product;

/* Adds four rows at once to a tile's sums, which then are loaded and stored a quarter as often. */
static inline void add_rows(double *restrict tile, const double *a, const double *restrict b, size_t as, size_t bs,
                            size_t count)
{
    const double *b1 = b + bs, *b2 = b1 + bs, *b3 = b2 + bs;
    for (size_t i = 0; i < count; i++) {
        double a0 = a[i], a1 = a[as + i], a2 = a[2 * as + i], a3 = a[3 * as + i], *to = tile + i * TILE;
        for (size_t j = 0; j < TILE; j++) to[j] += a0 * b[j] + a1 * b1[j] + (a2 * b2[j] + a3 * b3[j]);
    }
}

static void add_row(double *tile, const double *a, const double *b, size_t count, size_t width)
{
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < width; j++) tile[i * TILE + j] += a[i] * b[j];
}

static void add_tile(const product *p, double *tile, size_t i, size_t j)
{
    size_t count = p->dim - i < TILE ? p->dim - i : TILE, width = p->other - j < TILE ? p->other - j : TILE, r = 0;
    memset(tile, 0, sizeof *tile * TILE * TILE);
    for (; width == TILE && r + ROWS <= p->nrows; r += ROWS)
        add_rows(tile, p->a + r * p->dim + i, p->b + r * p->other + j, p->dim, p->other, count);
    for (; r < p->nrows; r++) add_row(tile, p->a + r * p->dim + i, p->b + r * p->other + j, count, width);
    for (size_t y = 0; y < count; y++)
        for (size_t x = 0; x < width; x++) p->sums[(i + y) * p->other + j + x] += (int64_t)tile[y * TILE + x];
}

static int add_band(void *context, size_t band)
{
    const product *p = context;
    size_t i = band * TILE;
    double *tile = qsi_array((size_t)TILE * TILE, sizeof *tile); /* too large for a stack */
    if (!tile) return QS_E_MEMORY;
    for (size_t j = p->upper ? i : 0; j < p->other; j += TILE) add_tile(p, tile, i, j);
    qsi_array_free(tile);
    return QS_OK;
}

int qsi_add_products(const double *a, const double *b, size_t nrows, size_t dim, size_t other, int upper,
                     int64_t *sums)
{
    product p = {a, b, nrows, dim, other, upper, sums};
    return qsi_each(qs_threads(0), (dim + TILE - 1) / TILE, add_band, &p);
}

/* ---- the passes */

static void to_whole(const state *s, const float *x, double *t)
{
    for (size_t d = 0; d < s->base.dim; d++) {
        double v = qsi_nearest_whole(((double)x[d] - s->center[d]) * s->scale[d]);
        t[d] = v > s->most[d] ? s->most[d] : v < -s->most[d] ? -s->most[d] : v;
    }
}

static int observe(void *context, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    state *s = context;
    (void)marks;
    int status = qsi_check_finite(first_row, rows, nrows, s->base.dim);
    if (status) return status;
    s->rows += (double)nrows;
    if (!s->adds) {
        qsi_kernels_now()->minmax_dims(rows, nrows, s->base.dim, s->bounds, s->bounds + s->base.dim);
        return QS_OK;
    }
    for (size_t r = 0; r < nrows; r++) {
        double *t = s->t + r * s->base.dim;
        to_whole(s, rows + r * s->base.dim, t);
        for (size_t d = 0; d < s->base.dim; d++) s->sums[d] += (int64_t)t[d];
    }
    return qsi_add_products(s->t, s->t, nrows, s->base.dim, s->base.dim, 1, s->products);
}

/* The ends are known: the grid of each dim. */
static int begin_sums(state *s)
{
    int bits = qsi_fixed_product_bits(s->rows);
    for (size_t d = 0; d < s->base.dim; d++) {
        double lo = (double)qsi_bound_float(s->bounds[d]);
        double hi = (double)qsi_bound_float(s->bounds[s->base.dim + d]);
        s->center[d] = (double)(float)((lo + hi) / 2);
        s->scale[d] = ldexp(1, bits - qsi_fixed_exponent(fmax(hi - s->center[d], s->center[d] - lo)));
        s->most[d] = ldexp(1, bits);
    }
    s->adds = true;
    s->sums = qsi_array(s->base.dim, sizeof *s->sums);
    s->products = qsi_array(s->base.dim, s->base.dim * sizeof *s->products);
    s->t = qsi_array(QS_CHUNK_ROWS, s->base.dim * sizeof *s->t);
    if (!s->sums || !s->products || !s->t) return QS_E_MEMORY;
    clear(s);
    return 1;
}

static int finish(state *s)
{
    size_t dim = s->base.dim;
    double n = s->rows;
    s->base.sums = qsi_array(1 + dim + dim * dim, sizeof *s->base.sums);
    if (!s->base.sums) return QS_E_MEMORY;
    double *mean = s->base.sums + 1, *covariance = mean + dim;
    s->base.sums[0] = n;
    for (size_t i = 0; i < dim; i++) {
        mean[i] = s->center[i] + (double)s->sums[i] / n / s->scale[i];
        for (size_t j = i; j < dim; j++) {
            double c = ((double)s->products[i * dim + j] - (double)s->sums[i] * (double)s->sums[j] / n) / n;
            c = c / s->scale[i] / s->scale[j];
            covariance[i * dim + j] = c;
            covariance[j * dim + i] = c;
        }
    }
    return 0;
}

static int next_pass(void *context)
{
    state *s = context;
    return s->adds ? finish(s) : begin_sums(s);
}

/* ---- states: the rows, then the ends; or the rows, the sums, and the products of one triangle */

static size_t save(const void *context, uint8_t *dst, size_t cap)
{
    const state *s = context;
    size_t dim = s->base.dim, bytes = 8 + (s->adds ? 8 * (dim + dim * (dim + 1) / 2) : 8 * dim);
    if (!dst || cap < bytes) return bytes;
    qsi_put_double(dst, s->rows);
    dst += 8;
    if (!s->adds) qsi_bounds_save(s->bounds, dim, dst);
    for (size_t i = 0; i < dim && s->adds; i++, dst += 8) qsi_put64(dst, (uint64_t)s->sums[i]);
    for (size_t i = 0; i < dim && s->adds; i++)
        for (size_t j = i; j < dim; j++, dst += 8) qsi_put64(dst, (uint64_t)s->products[i * dim + j]);
    return bytes;
}

/* Sums of a state that is no state may wrap; they are added as unsigned. */
static void add64(int64_t *sum, const uint8_t *from)
{
    *sum = (int64_t)((uint64_t)*sum + qsi_get64(from));
}

/* Whether saved ends are those of finite values, or of none. */
static bool are_bounds(const state *s, const uint8_t *from)
{
    for (size_t i = 0; i < s->base.dim; i++) {
        int32_t lo = (int32_t)qsi_get32(from + 4 * i), hi = (int32_t)qsi_get32(from + 4 * (s->base.dim + i));
        bool none = lo == INT32_MAX && hi == INT32_MIN;
        if (!none && (lo > hi || !isfinite(qsi_bound_float(lo)) || !isfinite(qsi_bound_float(hi)))) return false;
    }
    return true;
}

static int merge(void *context, const uint8_t *from, size_t nbytes)
{
    state *s = context;
    size_t dim = s->base.dim;
    if (nbytes != save(s, NULL, 0)) return qsi_fail(QS_E_DATA, "the saved state of a covariance is truncated");
    if (!s->adds && !are_bounds(s, from + 8)) return qsi_fail(QS_E_DATA, "the saved state holds impossible bounds");
    if (!(qsi_get_double(from) >= 0 && qsi_get_double(from) < 0x1p53))
        return qsi_fail(QS_E_DATA, "the saved state has an impossible row count");
    s->rows += qsi_get_double(from);
    from += 8;
    if (!s->adds) qsi_bounds_merge(s->bounds, dim, from);
    for (size_t i = 0; i < dim && s->adds; i++, from += 8) add64(&s->sums[i], from);
    for (size_t i = 0; i < dim && s->adds; i++)
        for (size_t j = i; j < dim; j++, from += 8) add64(&s->products[i * dim + j], from);
    return QS_OK;
}

const qsi_observer_kind qsi_covariance = {QSI_OBSERVER(state), .mark = QSI_FAMILY_MARK};
