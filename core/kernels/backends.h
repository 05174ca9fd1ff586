/* The backends compiled in, one constant table each. For the kernels themselves: the rest of core asks kernels.h.
 */
#ifndef QSI_BACKENDS_H
#define QSI_BACKENDS_H

#include "kernels/kernels.h"

extern const qsi_kernels qsi_backend_ref; /* plain C, on every machine; the others hand it their tails */

#if defined(__x86_64__)
extern const qsi_kernels qsi_backend_avx2, qsi_backend_avx512;
#elif defined(__aarch64__)
extern const qsi_kernels qsi_backend_neon;
#elif defined(__wasm_simd128__)
extern const qsi_kernels qsi_backend_wasm;
extern const int32_t qsi_wasm_zero; /* 0 */
#endif

#endif
