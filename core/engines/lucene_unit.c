/* Rows as Lucene brings them to length 1 for cosine: in float32, unless the length squared is within 1e-4 of 1. */
#include "engines/engine.h"

#include <math.h>
#include <string.h>

void qsi_lucene_unit(const float *x, size_t n, float *out)
{
    float sums[4] = {0}, square = 0;
    size_t i = 0;
    memcpy(out, x, n * sizeof *out);
    for (; n > 32 && i < n / 4 * 4; i++) sums[i % 4] += x[i] * x[i];
    square += sums[0] + sums[1] + sums[2] + sums[3];
    for (; i < n; i++) square += x[i] * x[i];
    if (square == 0 || !isfinite(square) || fabs((double)square - 1) <= (double)1e-4F) return;
    float length = (float)sqrt((double)square);
    for (i = 0; i < n; i++) out[i] /= length;
}
