/* Paired differences, as paired.h says. Sums are of whole numbers, so exact. */
#include "measure/paired.h"

#include "base/random.h"
#include "base/size.h"
#include "quantscope.h"

#include <math.h>
#include <stdlib.h>

enum { RESAMPLES = 1000, LOW = 25, HIGH = 975 };

static const double LEAST_SHOWN = 0.005;

static int by_number(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int qsi_paired_measure(const uint32_t *a, const uint32_t *b, size_t nq, double k, uint64_t seed, qsi_paired *out)
{
    int64_t *sums = qsi_array_zero(RESAMPLES, sizeof *sums), all = 0;
    double whole = (double)nq * k, squares = 0;
    if (!sums) return QS_E_MEMORY;
    for (size_t q = 0; q < nq; q++) all += (int64_t)a[q] - (int64_t)b[q];
    double mean = (double)all / (double)nq;
    for (size_t q = 0; q < nq; q++) {
        double away = (double)a[q] - (double)b[q] - mean;
        squares += away * away;
    }
    for (size_t s = 0; s < RESAMPLES; s++)
        for (size_t i = 0; i < nq; i++) {
            uint32_t q = qsi_random_below(seed, s * nq + i, (uint32_t)nq);
            sums[s] += (int64_t)a[q] - (int64_t)b[q];
        }
    qsort(sums, RESAMPLES, sizeof *sums, by_number);
    double sd = nq > 1 ? sqrt(squares / (double)(nq - 1)) / k : 0, difference = (double)all / whole;
    *out = (qsi_paired){.difference = difference,
                        .low = (double)sums[LOW - 1] / whole,
                        .high = (double)sums[HIGH - 1] / whole,
                        .shown = fmax(fabs(difference), LEAST_SHOWN)};
    double wanted = 1.96 * sd / out->shown;
    out->queries = sd > 0 ? ceil(wanted * wanted) : (double)NAN;
    qsi_array_free(sums);
    return QS_OK;
}
