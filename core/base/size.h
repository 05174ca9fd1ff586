/* Sizes that cannot wrap, and memory from them. Every product of sizes goes through here. */
#ifndef QSI_SIZE_H
#define QSI_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether a * b (a + b) fits into *out. */
static inline bool qsi_size_mul(size_t a, size_t b, size_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}
static inline bool qsi_size_add(size_t a, size_t b, size_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

/* count * size bytes aligned to 64 (never NULL for 0), or NULL with the error set. qsi_array_zero: cleared. */
void *qsi_array(size_t count, size_t size);
void *qsi_array_zero(size_t count, size_t size);
void qsi_array_free(void *array);

#endif
