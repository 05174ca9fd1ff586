/* The random rotation of random_rotation.h. */
#include "transform/random_rotation.h"

#include "base/random.h"
#include "base/size.h"
#include "base/tree_sum.h"
#include "quantscope.h"

#include <math.h>

enum { STREAM = 1200, UNIFORMS = 12, TIMES = 2 };

static double draw(uint64_t seed, uint64_t entry)
{
    double sum = 0;
    for (uint64_t u = 0; u < UNIFORMS; u++)
        sum += (double)(qsi_random_stream(seed, STREAM, entry * UNIFORMS + u) >> 11) * 0x1p-53;
    return sum - UNIFORMS / 2.0;
}

static double dot(const double *a, const double *b, size_t n)
{
    double lanes[QSI_LANES] = {0};
    size_t i = 0;
    for (; i + QSI_LANES <= n; i += QSI_LANES)
        for (size_t l = 0; l < QSI_LANES; l++) lanes[l] += a[i + l] * b[i + l];
    for (size_t l = 0; i + l < n; l++) lanes[l] += a[i + l] * b[i + l];
    return qsi_fold(lanes);
}

static void subtract(double *restrict a, const double *restrict b, double times, size_t n)
{
    for (size_t i = 0; i < n; i++) a[i] -= times * b[i];
}

int qsi_random_rotation(uint64_t seed, size_t dim, size_t rows, float *rotation)
{
    double *q = qsi_array(rows, dim * sizeof *q);
    if (!q) return QS_E_MEMORY;
    for (size_t r = 0; r < rows; r++) {
        double *row = q + r * dim;
        for (size_t i = 0; i < dim; i++) row[i] = draw(seed, (uint64_t)r * dim + i);
        for (int t = 0; t < TIMES; t++)
            for (size_t s = 0; s < r; s++) subtract(row, q + s * dim, dot(row, q + s * dim, dim), dim);
        double length = sqrt(dot(row, row, dim));
        for (size_t i = 0; i < dim; i++) row[i] /= length;
        for (size_t i = 0; i < dim; i++) rotation[r * dim + i] = (float)row[i];
    }
    qsi_array_free(q);
    return QS_OK;
}
