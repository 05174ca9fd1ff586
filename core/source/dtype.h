/* What the values of a file are: a type's name, its bytes, and how it becomes float32. Every reader takes its types
 * from here; the names that a file kind gives them stay with its reader. */
#ifndef QSI_DTYPE_H
#define QSI_DTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct qsi_format; /* format/format.h */

typedef struct qsi_dtype {
    const char *name;
    size_t bytes; /* of a value, or of a block of values */
    /* Converts n little-endian values, at any alignment. Returns how many became floats: fewer than n when the next
     * is finite and beyond float32. NaN becomes the quiet NaN of its sign (float32 and bfloat16 keep its bits).
     * NULL: a block type, or one whose values are not read. */
    size_t (*convert)(const uint8_t *raw, size_t n, float *dst);
    size_t (*rest)(const uint8_t *raw, size_t n, float *dst); /* what float32 leaves out; NULL: nothing */
    bool whole;                      /* integers: indices, masks or codes when they lie among weights */
    size_t block;                    /* values in a block; 0: each value stands alone */
    const struct qsi_format *format; /* of block types: what decodes a block; NULL: nothing here does */
} qsi_dtype;

extern const qsi_dtype qsi_dtype_float32, qsi_dtype_float64, qsi_dtype_float16, qsi_dtype_bfloat16,
    qsi_dtype_float8_e4m3, qsi_dtype_float8_e5m2, qsi_dtype_float8_e8m0, qsi_dtype_bool, qsi_dtype_uint8,
    qsi_dtype_int8, qsi_dtype_uint16, qsi_dtype_int16, qsi_dtype_uint32, qsi_dtype_int32, qsi_dtype_uint64,
    qsi_dtype_int64;

/* The type with this name, NULL if there is none. */
const qsi_dtype *qsi_dtype_find(const char *name);

/* n values, of which n is a multiple of the block, to floats; swap: their bytes are big-endian. Returns as convert
 * does, and SIZE_MAX for a type whose values are not read. */
size_t qsi_dtype_floats(const qsi_dtype *dtype, bool swap, const uint8_t *raw, size_t n, float *dst);

static inline bool qsi_dtype_is_read(const qsi_dtype *dtype)
{
    return dtype->convert || dtype->format;
}

/* Bytes of n values; n is a multiple of the block. */
static inline double qsi_dtype_bytes(const qsi_dtype *dtype, double n)
{
    return (dtype->block ? n / (double)dtype->block : n) * (double)dtype->bytes;
}

#endif
