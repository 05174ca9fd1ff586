/* The rotation of hadamard.h. */
#include "transform/hadamard.h"

#include "base/random.h"
#include "base/size.h"
#include "quantscope.h"

#include <math.h>

enum { ROUNDS = 3, STREAM_FIRST = 1000, STREAM_LAST = 1100 };

static void draw_signs(float *signs, size_t dim, uint64_t seed, uint64_t stream)
{
    for (size_t i = 0; i < dim; i++) signs[i] = qsi_random_stream(seed, stream, i) >> 63 ? -1 : 1;
}

int qsi_hadamard_open(qsi_hadamard *h, size_t dim, uint64_t seed)
{
    *h = (qsi_hadamard){.dim = dim, .width = 1, .signs = qsi_array((size_t)2 * ROUNDS, dim * sizeof(float))};
    if (!h->signs) return QS_E_MEMORY;
    while (2 * h->width <= dim) h->width *= 2;
    h->scale = (float)(1 / sqrt((double)h->width));
    for (size_t r = 0; r < ROUNDS; r++) {
        draw_signs(h->signs + 2 * r * dim, dim, seed, STREAM_FIRST + r);
        draw_signs(h->signs + (2 * r + 1) * dim, dim, seed, STREAM_LAST + r);
    }
    return QS_OK;
}

void qsi_hadamard_close(qsi_hadamard *h)
{
    qsi_array_free(h->signs);
    h->signs = NULL;
}

static void multiply(float *restrict x, const float *restrict by, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] *= by[i];
}

/* Butterflies of distance h and 2 h, h a constant of the loop where it is short. */
static inline void butterflies(float *x, size_t n, size_t h)
{
    for (size_t i = 0; i < n; i += 2 * h)
        for (size_t j = i; j < i + h; j++) {
            float a = x[j], b = x[j + h];
            x[j] = a + b;
            x[j + h] = a - b;
        }
}

static void transform(float *x, size_t n, float scale)
{
    for (size_t h = 1; h < n; h *= 2) butterflies(x, n, h);
    for (size_t i = 0; i < n; i++) x[i] *= scale;
}

void qsi_hadamard_apply(const qsi_hadamard *h, float *rows, size_t nrows)
{
    size_t dim = h->dim, w = h->width;
    for (float *x = rows, *end = rows + nrows * dim; x < end; x += dim)
        for (size_t r = 0; r < ROUNDS; r++) {
            multiply(x, h->signs + 2 * r * dim, dim);
            transform(x, w, h->scale);
            if (w == dim) continue;
            multiply(x, h->signs + (2 * r + 1) * dim, dim);
            transform(x + dim - w, w, h->scale);
        }
}

void qsi_hadamard_undo(const qsi_hadamard *h, float *rows, size_t nrows)
{
    size_t dim = h->dim, w = h->width;
    for (float *x = rows, *end = rows + nrows * dim; x < end; x += dim)
        for (size_t r = ROUNDS; r-- > 0;) {
            if (w < dim) {
                transform(x + dim - w, w, h->scale);
                multiply(x, h->signs + (2 * r + 1) * dim, dim);
            }
            transform(x, w, h->scale);
            multiply(x, h->signs + 2 * r * dim, dim);
        }
}
