/*
 * The family of codebooks: a value divided by the largest magnitude of its block becomes the index of the nearest
 * of up to 256 fixed values. A format of this family is a registry row and a codebook.
 */
#ifndef QSI_CODEBOOK_H
#define QSI_CODEBOOK_H

#include <stdbool.h>
#include <stddef.h>

typedef struct qsi_codebook {
    size_t count;        /* of codes, a power of two up to 256 */
    const float *values; /* (count), by code; mirrored: the count / 2 + 1 from 0 up, code count / 2 - 1 is 0 */
    bool mirrored;
} qsi_codebook;

extern const qsi_codebook qsi_codebook_nf4, qsi_codebook_fp4, qsi_codebook_dynamic8;

static inline float qsi_codebook_value(const qsi_codebook *codebook, size_t code)
{
    size_t zero = codebook->count / 2 - 1;
    if (!codebook->mirrored) return codebook->values[code];
    return code >= zero ? codebook->values[code - zero] : -codebook->values[zero - code];
}

#endif
