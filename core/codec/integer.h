/* Inside the family of affine integers: the parameters that a row keeps of its own (own.c), and error feedback. */
#ifndef QSI_INTEGER_H
#define QSI_INTEGER_H

#include "codec/affine.h"
#include "codec/outliers.h"
#include "codec/scaled.h"

/* Values to codes and back, n under one grid: the kernels', or those of levels=pow2 (pow2.c). Making codes returns
 * the absmax of the values, as kernels do. */
uint32_t qsi_codes_make(const qsi_spec *spec, const qsi_grid *grid, const float *x, size_t n, uint8_t *codes);
void qsi_codes_read(const qsi_spec *spec, const qsi_grid *grid, const uint8_t *codes, size_t n, float *x);

/* Points a grid at the parameters of one group. */
void qsi_grid_aim(qsi_grid *grid, const qsi_affine *a, const float *inv);
/* The parameters of a group, read from a row. */
void qsi_group_get(const qs_codec *codec, const uint8_t *row, size_t group, size_t groups, qsi_affine *a);

/* Quantizes n values of a row in turn (feedback.c). carry: 0 before the first of the row, kept between its groups.
 */
uint32_t qsi_row_quantize(const qsi_spec *spec, const qsi_grid *grid, const float *x, size_t n, float *carry,
                          uint8_t *codes);

/* Codes rows whose scales are their own; rest: what those are taken from, NULL for all the values of a row;
 * scratch: room for the padded codes of a row. */
int qsi_own_encode(const qs_codec *codec, qsi_grid grid, double first_row, const float *rows, size_t nrows,
                   const qsi_rest *rest, uint8_t *codes, uint8_t *scratch);

/* What a row is made of, as codec.h says (integer_look.c). */
qsi_role qsi_integer_role(const qs_codec *codec, size_t bit);
const char *qsi_integer_formula(const qsi_spec *spec);
qsi_number qsi_integer_number(const qs_codec *codec, qsi_role_kind kind);

#endif
