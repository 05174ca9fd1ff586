/* The observer of covariance.h. */
#include "transform/covariance.h"

#include "base/bytes.h"
#include "base/fixed_sum.h"
#include "base/size.h"
#include "base/status.h"
#include "base/threads.h"
#include "kernels/kernels.h"

typedef struct state {
    size_t dim;
    bool adds;                     /* in the second pass */
    double rows;                   /* of this pass */
    int32_t *ends;                 /* (2, dim): of each dim, as ordered integers */
    double *center, *scale, *most; /* (dim) each: c, 2^(bits - e), and what t stays within */
    int64_t *sums;                 /* (dim): of t */
    int64_t *products;             /* (dim, dim), those with the second index not below the first */
    double *t;                     /* (QS_CHUNK_ROWS, dim) */
    double *result;                /* as covariance.h says */
} state;

static int clear(void *context)
{
    state *s = context;
    s->rows = 0;
    for (size_t d = 0; d < s->dim && !s->adds; d++) {
        s->ends[d] = INT32_MAX;
        s->ends[s->dim + d] = INT32_MIN;
    }
    if (s->sums) memset(s->sums, 0, s->dim * sizeof *s->sums);
    if (s->products) memset(s->products, 0, s->dim * s->dim * sizeof *s->products);
    return QS_OK;
}

static int open(void *context, size_t dim, bool dims)
{
    state *s = context;
    (void)dims;
    s->dim = dim;
    s->ends = qsi_array(dim, 2 * sizeof *s->ends);
    s->center = qsi_array(dim, sizeof *s->center);
    s->scale = qsi_array(dim, sizeof *s->scale);
    s->most = qsi_array(dim, sizeof *s->most);
    return s->ends && s->center && s->scale && s->most ? clear(s) : QS_E_MEMORY;
}

static void close(void *context)
{
    state *s = context;
    void *const arrays[] = {s->ends, s->center, s->scale, s->most, s->sums, s->products, s->t, s->result};
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

static void add_tile(const product *p, size_t i, size_t j)
{
    double tile[TILE * TILE] = {0};
    size_t count = p->dim - i < TILE ? p->dim - i : TILE, width = p->other - j < TILE ? p->other - j : TILE, r = 0;
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
    for (size_t j = p->upper ? i : 0; j < p->other; j += TILE) add_tile(p, i, j);
    return QS_OK;
}

void qsi_add_products(const double *a, const double *b, size_t nrows, size_t dim, size_t other, int upper,
                      int64_t *sums)
{
    product p = {a, b, nrows, dim, other, upper, sums};
    qsi_each(qs_threads(0), (dim + TILE - 1) / TILE, add_band, &p);
}

/* ---- the passes */

static void to_whole(const state *s, const float *x, double *t)
{
    for (size_t d = 0; d < s->dim; d++) {
        double v = qsi_nearest_whole(((double)x[d] - s->center[d]) * s->scale[d]);
        t[d] = v > s->most[d] ? s->most[d] : v < -s->most[d] ? -s->most[d] : v;
    }
}

static int observe(void *context, double first_row, const float *rows, size_t nrows, const uint8_t *marks)
{
    state *s = context;
    (void)marks;
    int status = qsi_check_finite(first_row, rows, nrows, s->dim);
    if (status) return status;
    s->rows += (double)nrows;
    if (!s->adds) {
        qsi_kernels_now()->minmax_dims(rows, nrows, s->dim, s->ends, s->ends + s->dim);
        return QS_OK;
    }
    for (size_t r = 0, n; r < nrows; r += n) {
        n = nrows - r < QS_CHUNK_ROWS ? nrows - r : QS_CHUNK_ROWS;
        for (size_t i = 0; i < n; i++) {
            double *t = s->t + i * s->dim;
            to_whole(s, rows + (r + i) * s->dim, t);
            for (size_t d = 0; d < s->dim; d++) s->sums[d] += (int64_t)t[d];
        }
        qsi_add_products(s->t, s->t, n, s->dim, s->dim, 1, s->products);
    }
    return QS_OK;
}

/* The ends are known: the grid of each dim. */
static int begin_sums(state *s)
{
    int bits = qsi_fixed_product_bits(s->rows);
    for (size_t d = 0; d < s->dim; d++) {
        double lo = (double)qsi_bits_float(qsi_unordered(s->ends[d]));
        double hi = (double)qsi_bits_float(qsi_unordered(s->ends[s->dim + d]));
        s->center[d] = (double)(float)((lo + hi) / 2);
        s->scale[d] = ldexp(1, bits - qsi_fixed_exponent(fmax(hi - s->center[d], s->center[d] - lo)));
        s->most[d] = ldexp(1, bits);
    }
    s->adds = true;
    s->sums = qsi_array(s->dim, sizeof *s->sums);
    s->products = qsi_array(s->dim, s->dim * sizeof *s->products);
    s->t = qsi_array(QS_CHUNK_ROWS, s->dim * sizeof *s->t);
    if (!s->sums || !s->products || !s->t) return QS_E_MEMORY;
    return clear(s) ? QS_E_MEMORY : 1;
}

static int finish(state *s)
{
    size_t dim = s->dim;
    double n = s->rows;
    s->result = qsi_array(1 + dim + dim * dim, sizeof *s->result);
    if (!s->result) return QS_E_MEMORY;
    double *mean = s->result + 1, *covariance = mean + dim;
    s->result[0] = n;
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
    size_t dim = s->dim, bytes = 8 + (s->adds ? 8 * (dim + dim * (dim + 1) / 2) : 8 * dim);
    if (!dst || cap < bytes) return bytes;
    qsi_put_double(dst, s->rows);
    dst += 8;
    for (size_t i = 0; i < 2 * dim && !s->adds; i++) qsi_put32(dst + 4 * i, (uint32_t)s->ends[i]);
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
static bool are_ends(const state *s, const uint8_t *from)
{
    for (size_t i = 0; i < s->dim; i++) {
        int32_t lo = (int32_t)qsi_get32(from + 4 * i), hi = (int32_t)qsi_get32(from + 4 * (s->dim + i));
        bool none = lo == INT32_MAX && hi == INT32_MIN;
        if (!none && (lo > hi || !isfinite(qsi_bits_float(qsi_unordered(lo))) ||
                      !isfinite(qsi_bits_float(qsi_unordered(hi)))))
            return false;
    }
    return true;
}

static int merge(void *context, const uint8_t *from, size_t nbytes)
{
    state *s = context;
    size_t dim = s->dim;
    if (nbytes != save(s, NULL, 0)) return qsi_fail(QS_E_DATA, "the saved state of a covariance is cut off");
    if (!s->adds && !are_ends(s, from + 8)) return qsi_fail(QS_E_DATA, "the saved state holds ends that cannot be");
    if (!(qsi_get_double(from) >= 0 && qsi_get_double(from) < 0x1p53))
        return qsi_fail(QS_E_DATA, "the saved state counts rows that cannot be");
    s->rows += qsi_get_double(from);
    from += 8;
    for (size_t i = 0; i < dim && !s->adds; i++) {
        int32_t lo = (int32_t)qsi_get32(from + 4 * i), hi = (int32_t)qsi_get32(from + 4 * (dim + i));
        if (lo < s->ends[i]) s->ends[i] = lo;
        if (hi > s->ends[dim + i]) s->ends[dim + i] = hi;
    }
    for (size_t i = 0; i < dim && s->adds; i++, from += 8) add64(&s->sums[i], from);
    for (size_t i = 0; i < dim && s->adds; i++)
        for (size_t j = i; j < dim; j++, from += 8) add64(&s->products[i * dim + j], from);
    return QS_OK;
}

static const double *sums(const void *context)
{
    return ((const state *)context)->result;
}

const qsi_observer_kind qsi_covariance = {.state_bytes = sizeof(state),
                                          .open = open,
                                          .observe = observe,
                                          .next_pass = next_pass,
                                          .save = save,
                                          .merge = merge,
                                          .clear = clear,
                                          .close = close,
                                          .sums = sums,
                                          .mark = QSI_OWN_MARK};
