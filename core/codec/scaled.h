/*
 * Rows of codes and scales: how a row is cut into groups of values that share one, and where its bytes lie.
 *
 *   | codes of the whole row, packed as its format says | scale of group 0 | scale of group 1 | ...
 *
 * per=row has one group, per=block one for each block in order. Where the scales are shared by rows (per=tensor,
 * per=dim) or there are none (per=none), a row is codes alone.
 */
#ifndef QSI_SCALED_H
#define QSI_SCALED_H

#include "codec/codec.h"

/* Groups of length values (the last one shorter), padded codes in all. */
typedef struct qsi_cut {
    size_t groups, length, padded;
} qsi_cut;

qsi_cut qsi_cut_row(const qsi_spec *spec, size_t dim);
/* Whether a row holds its scales (per=row, per=block). */
bool qsi_row_scales(const qsi_spec *spec);
/* The number of scales that are a param: 1 per tensor, dim per dim, else 0. */
size_t qsi_shared_scales(const qsi_spec *spec, size_t dim);

static inline float qsi_inverse(float scale)
{
    return scale == 0 ? 0 : 1 / scale;
}

/* The layout of rows whose dim codes take code_bytes and those of whole blocks padded_bytes. */
void qsi_scaled_layout(const qsi_spec *spec, size_t dim, size_t code_bytes, size_t padded_bytes, qsi_layout *out);
/* The scales of n groups in a row, from group on. */
void qsi_scaled_get(const qs_codec *codec, const uint8_t *row, size_t group, size_t n, float *scale);
void qsi_scaled_put(const qs_codec *codec, uint8_t *row, size_t group, size_t n, const float *scale);
/* How the scales, and what else a row keeps of their type, are read. */
qsi_number qsi_scaled_number(const qs_codec *codec);
/* What a bit is that lies behind the codes. */
qsi_role qsi_scaled_role(const qs_codec *codec, size_t bit);

/* The role of a bit of a row of codes alone, packed low bits first, with the scales behind them where it has any.
 */
qsi_role qsi_packed_role(const qs_codec *codec, size_t bit, bool scales);

/* How many of the scales that are the first param were raised to the least that can be used. */
size_t qsi_scaled_floored(const qs_codec *codec);

/* Adds to the last error of which row it is, and from which column on, if status says that data are at fault. */
int qsi_fail_group(int status, double number, size_t begin);

#endif
