/* Inside the family of affine integers: the parameters that a row keeps of its own (row_scales.c), and error
 * feedback. */
#ifndef QSI_INTEGER_H
#define QSI_INTEGER_H

#include "codec/affine.h"
#include "codec/outliers.h"
#include "codec/scaled.h"

/* Groups whose parameters are made, or read, before their codes, as the one need not wait for the other then. */
enum { QSI_GROUPS_AT_ONCE = 16 };

/* Points a grid at the parameters of one group. */
void qsi_grid_set_group(qsi_grid *grid, const qsi_affine *a, const float *inv);
/* The parameters of a group, read from a row. */
void qsi_group_get(const qs_codec *codec, const uint8_t *row, size_t group, size_t groups, qsi_affine *a);
/* The scales of n groups from group on, and with map=offset their lows; not for map=affine. */
void qsi_groups_get(const qs_codec *codec, const uint8_t *row, size_t group, size_t groups, size_t n, float *scale,
                    float *low);

/* The parameters of a group of values, from their own range by the rule of the spec. */
int qsi_group_choose(const qs_codec *codec, const float *x, size_t n, qsi_affine *a);
void qsi_group_put(const qs_codec *codec, uint8_t *row, size_t group, size_t groups, const qsi_affine *a);
/* Why a group has none, with the status of the attempt: x is its row. */
int qsi_group_fail(const qs_codec *codec, int status, double number, const float *x, size_t begin);

/* Encodes rows with error feedback (error_feedback.c); grid is the one that they share, inliers as below. */
int qsi_feedback_encode(const qs_codec *codec, qsi_grid grid, double first_row, const float *rows, size_t nrows,
                        const qsi_inliers *inliers, uint8_t *codes);

/* Encodes rows that hold their own scales; inliers: what those are taken from, NULL for all the values of a row;
 * scratch: room for the padded codes of a row. */
int qsi_row_scales_encode(const qs_codec *codec, qsi_grid grid, double first_row, const float *rows, size_t nrows,
                          const qsi_inliers *inliers, uint8_t *codes, uint8_t *scratch);

/* What a row is made of, as codec.h says (inspect.c). */
qsi_role qsi_integer_role(const qs_codec *codec, size_t bit);
const char *qsi_integer_formula(const qsi_spec *spec);
qsi_number qsi_integer_number(const qs_codec *codec, qsi_role_kind kind);

#endif
