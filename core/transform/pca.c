/* Principal components, as pca.h says. */
#include "transform/pca.h"

#include "base/size.h"
#include "base/status.h"
#include "transform/eigen.h"

#include <math.h>
#include <string.h>

int qsi_pca(const qsi_observer *seen, size_t dim, size_t count, float *mean, float *components, double *values)
{
    const double *sums = qsi_observer_sums(seen);
    if (sums[0] < 2)
        return qsi_fail(QS_E_DATA, "1 row has no principal components; rotate=pca takes 2 rows or more");
    double *covariance = qsi_array(dim, dim * sizeof *covariance),
           *vectors = qsi_array(count, dim * sizeof *vectors), *own = qsi_array(dim, sizeof *own);
    int status = covariance && vectors && own ? QS_OK : QS_E_MEMORY;
    if (!status) {
        memcpy(covariance, sums + 1 + dim, dim * dim * sizeof *covariance);
        status = qsi_eigen(covariance, dim, count, values ? values : own, vectors);
    }
    for (size_t d = 0; d < dim && !status; d++) mean[d] = (float)sums[1 + d];
    for (size_t i = 0; i < count * dim && !status; i++) components[i] = (float)vectors[i];
    for (size_t i = 0; i < count * dim && !status; i++)
        if (!isfinite(components[i]) || !isfinite(mean[i % dim]))
            status = qsi_fail(QS_E_DATA, "the principal components of these rows are no finite numbers");
    qsi_array_free(covariance);
    qsi_array_free(vectors);
    qsi_array_free(own);
    return status;
}
