/* Principal components of rows: the mean, and the eigenvectors of the covariance, as floats. */
#ifndef QSI_PCA_H
#define QSI_PCA_H

#include "range/observer.h"

/* From what the observer of covariance.h saw: mean (dim) and the first count components (count, dim), the largest
 * variance first. values: (dim) variances in that order, or NULL. Takes 2 rows or more. */
int qsi_pca(const qsi_observer *seen, size_t dim, size_t count, float *mean, float *components, double *values);

#endif
