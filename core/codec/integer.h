/* Inside the family of affine integers: how a row is cut into groups, and the parameters that a row keeps of its
 * own (own.c). */
#ifndef QSI_INTEGER_H
#define QSI_INTEGER_H

#include "codec/affine.h"
#include "codec/codec.h"

/* Groups of length values (the last one shorter), padded codes in all. */
typedef struct qsi_cut {
    size_t groups, length, padded;
} qsi_cut;

qsi_cut qsi_cut_row(const qsi_spec *spec, size_t dim);
/* Whether a row holds its scales (per=row, per=block). */
bool qsi_own_scales(const qsi_spec *spec);

static inline float qsi_inverse(float scale)
{
    return scale == 0 ? 0 : 1 / scale;
}

/* Points a grid at the parameters of one group. */
void qsi_grid_aim(qsi_grid *grid, const qsi_affine *a, const float *inv);
/* The parameters of a group, read from a row. */
void qsi_group_get(const qs_codec *codec, const uint8_t *row, size_t group, size_t groups, qsi_affine *a);

/* Room for one row: its codes, unpacked and padded, and the values of a group. */
typedef struct qsi_row_scratch {
    uint8_t *codes;
    float *values;
} qsi_row_scratch;

/* Codes row number, whose scales are its own. */
int qsi_own_encode(const qs_codec *codec, qsi_grid grid, double number, const float *x, uint8_t *row,
                   const qsi_row_scratch *scratch);

#endif
