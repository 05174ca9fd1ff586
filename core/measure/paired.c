/* Paired differences, as paired.h says. Sums of counts are of whole numbers, so exact. */
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
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int qsi_paired_differences(const double *differences, size_t nq, double unit, uint64_t seed, qsi_paired *out)
{
    double *sums = qsi_array_zero(RESAMPLES, sizeof *sums), all = 0, whole = (double)nq * unit, squares = 0;
    if (!sums) return QS_E_MEMORY;
    for (size_t q = 0; q < nq; q++) all += differences[q];
    double mean = all / (double)nq;
    for (size_t q = 0; q < nq; q++) squares += (differences[q] - mean) * (differences[q] - mean);
    for (size_t s = 0; s < RESAMPLES; s++)
        for (size_t i = 0; i < nq; i++) sums[s] += differences[qsi_random_below(seed, s * nq + i, (uint32_t)nq)];
    qsort(sums, RESAMPLES, sizeof *sums, by_number);
    double sd = nq > 1 ? sqrt(squares / (double)(nq - 1)) / unit : 0, difference = all / whole;
    *out = (qsi_paired){.difference = difference,
                        .low = sums[LOW - 1] / whole,
                        .high = sums[HIGH - 1] / whole,
                        .shown = fmax(fabs(difference), LEAST_SHOWN)};
    double wanted = 1.96 * sd / out->shown;
    out->queries = sd > 0 ? ceil(wanted * wanted) : (double)NAN;
    qsi_array_free(sums);
    return QS_OK;
}

int qsi_paired_measure(const uint32_t *a, const uint32_t *b, size_t nq, double k, uint64_t seed, qsi_paired *out)
{
    double *differences = qsi_array(nq, sizeof *differences);
    if (!differences) return QS_E_MEMORY;
    for (size_t q = 0; q < nq; q++) differences[q] = (double)a[q] - (double)b[q];
    int status = qsi_paired_differences(differences, nq, k, seed, out);
    qsi_array_free(differences);
    return status;
}
