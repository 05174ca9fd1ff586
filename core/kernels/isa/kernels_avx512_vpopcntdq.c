/* Hamming distances of the AVX-512 backend, where the processor has VPOPCNTDQ. */
#include "kernels/vec_avx512.h"

#include "kernels/differences.inc"

const qsi_differences qsi_avx512_vpopcntdq = {hammings, peak_bits};
