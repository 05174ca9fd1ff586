/* Least and greatest values, as bounds.h says. */
#include "range/bounds.h"

#include "base/bytes.h"
#include "base/status.h"
#include "kernels/kernels.h"
#include "range/finite.h"

#include <math.h>

void qsi_bounds_clear(int32_t *bounds, size_t groups)
{
    for (size_t g = 0; g < groups; g++) {
        bounds[g] = INT32_MAX;
        bounds[groups + g] = INT32_MIN;
    }
}

static void widen(int32_t *lowest, int32_t *highest, int32_t lo, int32_t hi)
{
    if (lo < *lowest) *lowest = lo;
    if (hi > *highest) *highest = hi;
}

static int observe_unmarked(int32_t *bounds, size_t groups, const float *rows, size_t nrows, size_t dim,
                            const uint8_t *marks)
{
    size_t step = groups > 1 ? 1 : 0;
    for (size_t r = 0; r < nrows; r++, rows += dim, marks += dim)
        for (size_t d = 0; d < dim; d++) {
            int32_t x = qsi_ordered(qsi_float_bits(rows[d]));
            if (!marks[d]) widen(&bounds[d * step], &bounds[groups + d * step], x, x);
        }
    return QS_OK;
}

static bool is_finite(int32_t lo, int32_t hi)
{
    return lo > qsi_ordered(0xff800000U) && hi < qsi_ordered(0x7f800000U);
}

int qsi_bounds_observe(int32_t *bounds, size_t groups, double first_row, const float *rows, size_t nrows,
                       size_t dim, const uint8_t *marks)
{
    bool finite = true;
    if (marks) return observe_unmarked(bounds, groups, rows, nrows, dim, marks);
    if (groups > 1) {
        qsi_kernels_now()->minmax_dims(rows, nrows, dim, bounds, bounds + groups);
        for (size_t g = 0; g < groups; g++) finite = finite && is_finite(bounds[g], bounds[groups + g]);
    } else {
        int32_t lo, hi;
        qsi_kernels_now()->minmax(rows, nrows * dim, &lo, &hi);
        widen(bounds, bounds + 1, lo, hi);
        finite = is_finite(lo, hi);
    }
    return finite ? QS_OK : qsi_check_finite(first_row, rows, nrows, dim);
}

void qsi_bounds_save(const int32_t *bounds, size_t groups, uint8_t *dst)
{
    for (size_t i = 0; i < 2 * groups; i++) qsi_put32(dst + 4 * i, (uint32_t)bounds[i]);
}

void qsi_bounds_merge(int32_t *bounds, size_t groups, const uint8_t *bytes)
{
    for (size_t g = 0; g < groups; g++)
        widen(&bounds[g], &bounds[groups + g], (int32_t)qsi_get32(bytes + 4 * g),
              (int32_t)qsi_get32(bytes + 4 * (groups + g)));
}

float qsi_bound_float(int32_t bound)
{
    return qsi_bits_float(qsi_unordered(bound));
}

int qsi_bounds_finish(const int32_t *bounds, size_t groups, float *lo, float *hi)
{
    for (size_t g = 0; g < groups; g++) {
        bool none = bounds[g] == INT32_MAX && bounds[groups + g] == INT32_MIN;
        lo[g] = none ? 0 : qsi_bound_float(bounds[g]);
        hi[g] = none ? 0 : qsi_bound_float(bounds[groups + g]);
        if (!isfinite(lo[g]) || !isfinite(hi[g]) || lo[g] > hi[g])
            return qsi_fail(QS_E_DATA, "the merged minimum and maximum are %.9g and %.9g, which no rows can have",
                            (double)lo[g], (double)hi[g]);
    }
    return QS_OK;
}
