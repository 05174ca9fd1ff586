/* Hamming distances of the AVX-512 backend, where the processor has VPOPCNTDQ. */
#include "kernels/isa/vec_avx512.h"

#include "kernels/score/hamming.inc"

const qsi_hamming qsi_avx512_vpopcntdq = {hammings, peak_bits, &hammings_packed};
