/* The table of rounding methods, and what several of them ask of the inputs. */
#include "net/rounding.h"

#include "base/size.h"
#include "base/status.h"
#include "kernels/kernels.h"

#include <math.h>

const qsi_rounding *const qsi_roundings[] = {[QSI_ROUNDING_RTN] = &qsi_rounding_rtn,
                                             [QSI_ROUNDING_GPTQ] = &qsi_rounding_gptq,
                                             [QSI_ROUNDING_AWQ] = &qsi_rounding_awq,
                                             [QSI_ROUNDING_HQQ] = &qsi_rounding_hqq};

size_t qsi_dead_columns(const float *x, size_t n, size_t dim, bool *dead)
{
    size_t count = 0;
    for (size_t j = 0; j < dim; j++) dead[j] = true;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < dim; j++) dead[j] = dead[j] && x[i * dim + j] == 0;
    for (size_t j = 0; j < dim; j++) count += dead[j];
    return count;
}

/* Some rows of x at a time, their outputs side by side. */
int qsi_output_error(const float *x, size_t n, const float *coded, const float *w, size_t rows, size_t dim,
                     double *error)
{
    enum { SOME = 32 };
    const qsi_kernels *kernels = qsi_kernels_now();
    float *plain = qsi_array(SOME * rows, sizeof *plain), *other = qsi_array(SOME * rows, sizeof *other);
    double difference = 0, size = 0;
    int status = plain && other ? QS_OK : QS_E_MEMORY;
    for (size_t i = 0, some; i < n && !status; i += some) {
        some = n - i < SOME ? n - i : SOME;
        kernels->dots(x + i * dim, some, w, rows, dim, plain, rows);
        kernels->dots(x + i * dim, some, coded, rows, dim, other, rows);
        for (size_t k = 0; k < some * rows; k++) {
            double d = (double)other[k] - (double)plain[k];
            difference += d * d;
            size += (double)plain[k] * (double)plain[k];
        }
    }
    qsi_array_free(plain);
    qsi_array_free(other);
    *error = sqrt(difference) / sqrt(size);
    return status;
}
