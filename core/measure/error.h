/*
 * Error figures of decoded values x' against originals x, over all values of all rows.
 *
 *   mse          sum (x - x')^2 / n                  rmse    sqrt(mse)
 *   max_abs      largest |x - x'|
 *   sqnr_db      10 log10(sum x^2 / sum (x - x')^2)  undefined (null) where nothing was lost
 *   cosine_mean  mean over rows of x.x' / (|x| |x'|); a pair of zero rows counts 1, one zero row 0
 *   cosine_min   the smallest of them
 *   clipped_share   values beyond the outermost level of their scale by more than half the step there, of all
 *                   (codec/outer_levels.h says it exactly, for every format alike)
 *   levels_used     different codes that occur; null where codes are not counted
 *   rounding_mse    sum (x - x')^2 / n, the sum over the values that were not clipped
 *   clipping_mse    the same over those that were: the two add up to mse
 *   bias            sum (x' - x) / n
 *   length_ratio    mean over rows, those of zeros left out, of |x'| / |x|: below 1 they have shrunk
 *   overshoot       how far the furthest of the clipped values lies beyond the outermost level, as a share of the
 *                   distance between the two outermost levels of its scale: 0 where none was clipped, infinite
 *                   (null) where all levels are one
 *   prefix_sum_rmse  sqrt(sum S^2 / n), S of a value being the sum of x' - x from its row's first value up to it:
 *                    how far running sums (cumulative sums) of a decoded row are off. Errors that know nothing of
 *                    each other give about rmse * sqrt((dim + 1) / 2); error feedback keeps S within half a step.
 *                    Dot products with smooth signals are off by as much as S is large
 *   sign_size        the size that signs were given; null where decoded values have sizes of their own
 *   worst_dim        the dim that carries most of the squared error, of equals the first
 *   worst_dim_share  its share of the sum of (x - x')^2: 1 / dim where all dims err alike
 *   half_error_dims  how few dims carry half of that sum together; these three are null where nothing was lost
 *   why_null         why figures are null: some value is no finite number; else null
 *
 * Codes of one bit say on which side of a threshold a value lies and are decoded to -1 and 1, which have no size to
 * be held against the originals. So x' is the threshold -+ the one size for all values that errs least
 * (codec/signs.h); a value is clipped where it lies more than twice that size from its threshold.
 *
 * With a transform, values that are clipped are told of rows as they are coded: clipping_mse is their squared error
 * there, which a rotation keeps, and rounding_mse the rest, what is lost of dims that are left out included.
 *
 * Where rows are brought to length 1 before they are coded (codec/unit.h), x' is what is decoded times the length
 * of its row.
 *
 * All sums are in double: 16 partial sums a row (element i in sum i mod 16, folded 8, 4, 2, 1), rows one after
 * another in a chunk (a dim's values likewise), chunks by a tree. A figure that a NaN or an infinity among the
 * values makes undefined or infinite is null.
 */
#ifndef QSI_ERROR_H
#define QSI_ERROR_H

#include "base/json.h"
#include "codec/outer_levels.h"
#include "measure/lost.h"

#include <stddef.h>
#include <stdint.h>

/* What is summed over rows; behind these stand the squared errors of each dim. */
typedef enum qsi_error_sum {
    QSI_SUM_SQUARED_ERROR,
    QSI_SUM_SQUARE,
    QSI_SUM_COSINE,
    QSI_SUM_ROWS,
    QSI_SUM_VALUES,
    QSI_SUM_ROUNDING,
    QSI_SUM_CLIPPING,
    QSI_SUM_DRIFT,
    QSI_SUM_LENGTHS,
    QSI_SUM_LONG_ROWS,
    QSI_SUM_PREFIXES,
    QSI_ERROR_SUMS
} qsi_error_sum;

typedef struct qsi_errors {
    size_t dim;
    struct qsi_tree_sum *sums; /* of chunks */
    double *totals;            /* (QSI_ERROR_SUMS + dim), room for them, and (dim), for sorting */
    double max_abs, cosine_min;
    float sign_size; /* for the caller to set; NaN, as opened: these are no signs */
    qsi_clipping clipping;
    qsi_usage usage;
    qsi_lost lost;
} qsi_errors;

/* What one chunk adds; made by threads, folded in one. */
typedef struct qsi_chunk_errors {
    double *sums; /* (QSI_ERROR_SUMS + dim), to be freed by qsi_array_free() */
    double max_abs, cosine_min;
    qsi_clipping clipping;
    qsi_usage usage;
    qsi_lost lost;
} qsi_chunk_errors;

int qsi_errors_open(qsi_errors *errors, size_t dim);
void qsi_errors_close(qsi_errors *errors);

/* Compares nrows rows of a chunk with the codes that the codec of ends made of them. */
int qsi_errors_measure(const qsi_outer_levels *outer, const float *rows, const uint8_t *codes, size_t nrows,
                       qsi_chunk_errors *out);
/* Whether every error is a number; a NaN or an infinity, stored or decoded, makes them undefined. */
bool qsi_errors_defined(const qsi_errors *errors);
int qsi_errors_add(qsi_errors *errors, double chunk, const qsi_chunk_errors *part);

size_t qsi_errors_save(const qsi_errors *errors, uint8_t *dst, size_t cap);
int qsi_errors_merge(qsi_errors *errors, const uint8_t *state, size_t bytes, size_t *used);

/* The sums so far, in memory of errors. */
const double *qsi_errors_totals(const qsi_errors *errors);

/* Which dims carry the error: squared errors of each; room: dim doubles. */
typedef struct qsi_worst {
    double dim, share, half; /* NaN where there is no error, or one that is not finite */
} qsi_worst;
qsi_worst qsi_worst_dims(const double *squared, size_t dim, double *room);
qsi_worst qsi_errors_worst(const qsi_errors *errors);
/* "worst_dim", "worst_dim_share" and "half_error_dims". */
void qsi_worst_json(const qsi_worst *worst, qsi_json *json);

/* The share of each dim in the squared error, an array; null where shares mean nothing. */
void qsi_errors_shares_json(const qsi_errors *errors, qsi_json *json);

/* The members of "error". */
void qsi_errors_json(const qsi_errors *errors, const qsi_family *family, qsi_json *json);

#endif
