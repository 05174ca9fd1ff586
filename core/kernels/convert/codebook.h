/* A codebook of up to 256 values, for kernels that look them up: by code, what has no value being 0. */
#ifndef QSI_CODEBOOK_LOOKUP_H
#define QSI_CODEBOOK_LOOKUP_H

#include "base/bytes.h"

#include <stddef.h>

typedef struct qsi_codebook_lookup {
    float value[256];
    uint8_t part[4][256]; /* byte k of each, the lowest first, as vectors of bytes look them up */
} qsi_codebook_lookup;

/* Makes the rest of value. */
static inline void qsi_codebook_make(qsi_codebook_lookup *codebook)
{
    for (size_t c = 0; c < 256; c++)
        for (size_t k = 0; k < 4; k++)
            codebook->part[k][c] = (uint8_t)(qsi_float_bits(codebook->value[c]) >> 8 * k);
}

#endif
