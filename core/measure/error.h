/*
 * Error figures of decoded values x' against originals x, over all values of all rows.
 *
 *   mse          sum (x - x')^2 / n                  rmse    sqrt(mse)
 *   max_abs      largest |x - x'|
 *   sqnr_db      10 log10(sum x^2 / sum (x - x')^2)  undefined (null) where nothing was lost
 *   cosine_mean  mean over rows of x.x' / (|x| |x'|); a pair of zero rows counts 1, one zero row 0
 *   cosine_min   the smallest of them
 *   clipped_share   values that lay more than half a step beyond the outermost level (floats: overflowed), of all
 *   levels_used     different codes that occur
 *   rounding_mse    sum (x - x')^2 / n, the sum over the values that were not clipped
 *   clipping_mse    the same over those that were: the two add up to mse
 *   bias            sum (x' - x) / n
 *   length_ratio    mean over rows, those of zeros left out, of |x'| / |x|: below 1 they have shrunk
 *   overshoot       how far the furthest of the clipped values lies beyond the outermost level, as a share of the
 *                   distance between the two outermost levels of its scale: 0 where none was clipped, infinite
 *                   (null) where all levels are one. Formats whose clipping is not counted have none (null)
 *
 * All sums are in double: 16 partial sums a row (element i in sum i mod 16, folded 8, 4, 2, 1), rows one after
 * another in a chunk, chunks by a tree. A figure that a NaN or an infinity among the values makes undefined or
 * infinite is null.
 */
#ifndef QSI_ERROR_H
#define QSI_ERROR_H

#include "base/json.h"
#include "codec/codec.h"

#include <stddef.h>
#include <stdint.h>

typedef struct qsi_errors {
    struct qsi_treesum *sums; /* of chunks: see error.c */
    double max_abs, cosine_min;
    qsi_audit audit;
} qsi_errors;

/* What one chunk adds; made by threads, folded in one. */
enum { QSI_ERROR_SUMS = 10 };
typedef struct qsi_chunk_errors {
    double sums[QSI_ERROR_SUMS];
    double max_abs, cosine_min;
    qsi_audit audit;
} qsi_chunk_errors;

int qsi_errors_open(qsi_errors *errors);
void qsi_errors_close(qsi_errors *errors);

/* Compares nrows rows of a chunk with their codes. decoded: room for nrows * dim values. */
int qsi_errors_measure(const qs_codec *codec, const float *rows, const uint8_t *codes, size_t nrows, float *decoded,
                       qsi_chunk_errors *out);
/* Whether every error is a number; a NaN or an infinity, stored or decoded, makes them undefined. */
bool qsi_errors_defined(const qsi_errors *errors);
int qsi_errors_add(qsi_errors *errors, double chunk, const qsi_chunk_errors *part);

size_t qsi_errors_save(const qsi_errors *errors, uint8_t *dst, size_t cap);
int qsi_errors_merge(qsi_errors *errors, const uint8_t *state, size_t bytes, size_t *used);

/* The members of "error". */
void qsi_errors_json(const qsi_errors *errors, const qsi_family *family, qsi_json *json);

#endif
