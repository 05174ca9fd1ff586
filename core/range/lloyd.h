/* The codebook of least squared error for a histogram. */
#ifndef QSI_LLOYD_H
#define QSI_LLOYD_H

#include "range/histogram.h"

/* levels (at most QSI_LEVELS_MOST) values, ascending; where fewer do, the last is repeated. The histogram is taken
 * as about cells cells at most, near neighbours together. */
int qsi_lloyd_max(const qsi_cdf *cdf, size_t levels, size_t cells, float *book);

#endif
