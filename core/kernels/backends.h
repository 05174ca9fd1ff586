/* The backends compiled in, one constant table each. For the kernels themselves: the rest of core asks kernels.h.
 */
#ifndef QSI_BACKENDS_H
#define QSI_BACKENDS_H

#include "kernels/kernels.h"

/* What a processor with a feature of features.h does otherwise than the others of its backend; peaks are those of
 * its arithmetic, as qsi_kernels has them. */
typedef struct qsi_dot_i8 {
    void (*dots_i8)(const int8_t *q, size_t nq, const int8_t *x, size_t rows, size_t n, int32_t *out,
                    size_t stride);
    double (*peak)(size_t steps);
    const qsi_packed_scores *packed;
} qsi_dot_i8;
typedef struct qsi_hamming {
    void (*hammings)(const uint8_t *q, size_t nq, const uint8_t *x, size_t rows, size_t n, uint32_t *out,
                     size_t stride);
    double (*peak)(size_t steps);
    const qsi_packed_scores *packed; /* or NULL */
} qsi_hamming;

typedef struct qsi_codebooks {
    void (*decode)(const qsi_codebook_lookup *book, const uint8_t *codes, size_t groups, size_t length,
                   const float *scale, float *x);
} qsi_codebooks;

extern const qsi_kernels qsi_backend_ref; /* plain C, on every machine; the others hand it their tails */

#if defined(__x86_64__)
extern const qsi_kernels qsi_backend_avx2, qsi_backend_avx512;
extern const qsi_dot_i8 qsi_avx2_vnni, qsi_avx512_vnni;
extern const qsi_hamming qsi_avx512_vpopcntdq;
extern const qsi_codebooks qsi_avx512_vbmi;
#elif defined(__aarch64__)
extern const qsi_kernels qsi_backend_neon;
extern const qsi_dot_i8 qsi_neon_dotprod;
#elif defined(__wasm_simd128__)
extern const qsi_kernels qsi_backend_wasm;
extern const int32_t qsi_wasm_zero; /* 0 */
#endif

#endif
