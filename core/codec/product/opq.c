/*
 * The rotation of optimized product quantization (Ge, He, Ke, Sun 2013): where it starts, and how it is made anew
 * from decoded rows, which is an orthogonal Procrustes problem.
 */
#include "codec/product/product.h"

#include "base/size.h"
#include "base/status.h"
#include "transform/pca.h"
#include "transform/polar.h"

#include <math.h>
#include <string.h>

/* A product of eigenvalues as mantissa * 2^exponent, which cannot overflow. */
typedef struct share {
    double mantissa;
    int exponent;
    size_t count; /* of components dealt to a piece */
} share;

static bool is_less(const share *a, const share *b)
{
    return a->exponent != b->exponent ? a->exponent < b->exponent : a->mantissa < b->mantissa;
}

static void multiply(share *s, double by)
{
    int e;
    s->mantissa = frexp(s->mantissa * by, &e);
    s->exponent += e;
    s->count++;
}

/* Deals components, the largest first, each to the piece of the smallest product that has room, of equals the lower
 * one. Eigenvalues are divided by the smallest, which counts as 1e-9 of the largest at least, so that a component
 * more never makes a product smaller. */
static int deal(const qsi_pieces *p, const double *eigenvalues, const float *components, float *rotation)
{
    double least = fmax(eigenvalues[p->dim - 1], 1e-9 * eigenvalues[0]);
    share *shares = qsi_array_zero(p->m, sizeof *shares);
    if (!shares) return QS_E_MEMORY;
    for (size_t j = 0; j < p->m; j++) shares[j].mantissa = 0.5, shares[j].exponent = 1;
    for (size_t i = 0; i < p->dim; i++) {
        size_t best = p->m;
        for (size_t j = 0; j < p->m; j++)
            if (shares[j].count < qsi_piece_length(p, j) && (best == p->m || is_less(&shares[j], &shares[best])))
                best = j;
        memcpy(rotation + (qsi_piece_first(p, best) + shares[best].count) * p->dim, components + i * p->dim,
               p->dim * sizeof *rotation);
        multiply(&shares[best], least > 0 ? fmax(1, eigenvalues[i] / least) : 1);
    }
    qsi_array_free(shares);
    return QS_OK;
}

int qsi_opq_start(const qsi_observer *covariance, const qsi_pieces *pieces, float *rotation)
{
    size_t dim = pieces->dim;
    float *mean = qsi_array(dim, sizeof *mean), *components = qsi_array(dim, dim * sizeof *components);
    double *values = qsi_array(dim, sizeof *values);
    int status = mean && components && values ? QS_OK : QS_E_MEMORY;
    if (!status) status = qsi_pca(covariance, dim, dim, mean, components, values);
    if (!status) status = deal(pieces, values, components, rotation);
    qsi_array_free(mean);
    qsi_array_free(components);
    qsi_array_free(values);
    return status;
}

/* The polar factor of M + 2^-20 * |M| / sqrt(dim) * R: M is singular with constant dims, or fewer rows than dims.
 */
int qsi_opq_turn(const int64_t *products, size_t dim, float *rotation)
{
    double *m = qsi_array(dim, dim * sizeof *m), square = 0;
    if (!m) return QS_E_MEMORY;
    for (size_t i = 0; i < dim * dim; i++) {
        m[i] = (double)products[i];
        square += m[i] * m[i];
    }
    double old = 0x1p-20 * sqrt(square) / sqrt((double)dim);
    for (size_t i = 0; i < dim * dim; i++) m[i] += old * (double)rotation[i];
    bool found;
    int status = qsi_polar(m, dim, &found);
    for (size_t i = 0; i < dim * dim && !status && found; i++) rotation[i] = (float)m[i];
    qsi_array_free(m);
    return status;
}
