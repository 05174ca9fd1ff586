/* The factors of scaling.h. */
#include "search/scaling.h"

#include "base/bytes.h"

#include <math.h>

/* 1, or what brings a value of these bits to [1, 2). */
static float factor_of(uint32_t bits)
{
    float largest = qsi_bits_float(bits);
    int exponent;
    if (largest == 0 || (largest >= 0x1p-20F && largest <= 0x1p40F)) return 1;
    frexp((double)largest, &exponent);
    return (float)ldexp(1, exponent - 1 < -126 ? 126 : exponent - 1 > 126 ? -126 : 1 - exponent);
}

qsi_scaling qsi_scaling_of(qsi_metric metric, uint32_t rows, uint32_t queries)
{
    if (metric != QSI_L2) return (qsi_scaling){factor_of(rows), factor_of(queries)};
    float both = factor_of(rows > queries ? rows : queries);
    return (qsi_scaling){both, both};
}

double qsi_scaling_factor(const qsi_scaling *scaling, qsi_metric metric)
{
    return metric == QSI_COSINE ? 1 : (double)scaling->rows * (double)scaling->queries;
}

void qsi_scale_values(float *x, size_t n, float by)
{
    if (by == 1) return;
    for (size_t i = 0; i < n; i++) x[i] *= by;
}
