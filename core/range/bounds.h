/*
 * The least and greatest values of groups, as ordered integers (qsi_ordered), so that minima and maxima are exact
 * and merge in any order. bounds[2 * groups]: the lows, then the highs. groups is dim or 1.
 */
#ifndef QSI_BOUNDS_H
#define QSI_BOUNDS_H

#include <stddef.h>
#include <stdint.h>

enum { QSI_BOUND_BYTES = 8 }; /* of a saved group */

void qsi_bounds_clear(int32_t *bounds, size_t groups);
/* marks: 1 for values to leave out, (nrows, dim), none of which is checked; NULL: none, and NaN or infinity is an
 * error that names the row and the column. */
int qsi_bounds_observe(int32_t *bounds, size_t groups, double first_row, const float *rows, size_t nrows,
                       size_t dim, const uint8_t *marks);
/* dst, bytes: QSI_BOUND_BYTES * groups. */
void qsi_bounds_save(const int32_t *bounds, size_t groups, uint8_t *dst);
void qsi_bounds_merge(int32_t *bounds, size_t groups, const uint8_t *bytes);
/* A bound as a float. */
float qsi_bound_float(int32_t bound);
/* lo[groups], hi[groups]: 0 for a group without values. Fails for bounds that no values have. */
int qsi_bounds_finish(const int32_t *bounds, size_t groups, float *lo, float *hi);

#endif
