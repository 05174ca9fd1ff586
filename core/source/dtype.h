/* What one value of a file is: its name, its bytes, and the way to float32. Every reader takes its types from here;
 * the names that a file kind gives them stay with its reader. */
#ifndef QSI_DTYPE_H
#define QSI_DTYPE_H

#include <stddef.h>
#include <stdint.h>

typedef struct qsi_dtype {
    const char *name;
    size_t bytes;
    /* Converts n little-endian values, at any alignment. Returns how many became floats: fewer than n when the next
     * is finite and beyond float32. NaN becomes the quiet NaN of its sign (float32 and bfloat16 keep its bits).
     * NULL: values of this type are not read. */
    size_t (*convert)(const uint8_t *raw, size_t n, float *dst);
} qsi_dtype;

extern const qsi_dtype qsi_dtype_float32, qsi_dtype_float64, qsi_dtype_float16, qsi_dtype_bfloat16, qsi_dtype_uint8,
    qsi_dtype_int8;

#endif
