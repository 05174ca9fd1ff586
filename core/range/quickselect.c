/* Values by rank, as quickselect.h says. Nothing is sorted: what lies between two bounds, floats in their order, is
 * halved 32 times at most, until as many values as are wanted reach one. So kernels compare whole vectors. */
#include "range/quickselect.h"

#include "base/bytes.h"
#include "kernels/kernels.h"

#include <math.h>

static float at(int64_t ordered)
{
    return qsi_bits_float(qsi_unordered((int32_t)ordered));
}

static size_t count_reaching(const float *x, size_t n, float bound)
{
    enum { WORDS = 16, SOME = 64 * WORDS };
    uint64_t bits[WORDS];
    size_t count = 0;
    for (size_t some; n > 0; n -= some, x += some) {
        some = n < SOME ? n : SOME;
        qsi_kernels_now()->not_below(x, some, bound, bits);
        for (size_t w = 0; w < (some + 63) / 64; w++) count += (size_t)__builtin_popcountll(bits[w]);
    }
    return count;
}

size_t qsi_quickselect_bound(const float *x, size_t n, size_t count, float *bound)
{
    int32_t lowest, highest;
    qsi_kernels_now()->minmax(x, n, &lowest, &highest);
    int64_t low = lowest, high = highest; /* the bound is one of these, or lies between */
    size_t reach = n;
    for (int64_t middle = high; low < high && reach != count; middle = high - (high - low) / 2) {
        size_t some = count_reaching(x, n, at(middle));
        if (some < count) {
            high = middle - 1;
        } else {
            low = middle;
            reach = some;
        }
    }
    *bound = at(low);
    return reach;
}

float qsi_quickselect(const float *x, size_t n, size_t count)
{
    float bound, least = INFINITY;
    if (qsi_quickselect_bound(x, n, count, &bound) != count || count == 1 || count == n) return bound;
    for (size_t i = 0; i < n; i++) {
        float v = x[i] >= bound ? x[i] : INFINITY;
        least = v < least ? v : least;
    }
    return least;
}
