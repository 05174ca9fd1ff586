/*
 * A moving average of ranges, as PyTorch's MovingAverage observers take it: the first batch sets the range, each
 * later one moves it by 0.01 of the way to its own, all in float32.
 *
 * The average depends on the order of batches, so each batch's range is kept under its number and the fold is done
 * at the end. Parts of a batch and whole batches may come in any order, and from other states, with the same
 * result.
 */
#ifndef QSI_MOVING_AVERAGE_H
#define QSI_MOVING_AVERAGE_H

#include <stddef.h>
#include <stdint.h>

typedef struct qsi_moving_average qsi_moving_average;

/* groups: 1 for one range of all values, dim for one of each dim. */
qsi_moving_average *qsi_moving_average_open(size_t dim, size_t groups);
/* Rows of a batch; batch is a whole number from 0. NaN and infinity are refused by row (of this call) and column.
 */
int qsi_moving_average_observe(qsi_moving_average *m, double batch, const float *rows, size_t nrows);
size_t qsi_moving_average_save(const qsi_moving_average *m, uint8_t *dst, size_t cap);
int qsi_moving_average_merge(qsi_moving_average *m, const uint8_t *bytes, size_t nbytes);
/* lo[groups], hi[groups]. Fails when there was no batch. */
int qsi_moving_average_finish(const qsi_moving_average *m, float *lo, float *hi);
void qsi_moving_average_close(qsi_moving_average *m);

#endif
