/* Products of int8 of the AVX-512 backend, where the processor has VNNI. */
#include "kernels/isa/vec_avx512.h"

#include "kernels/score/dot_i8.inc"

const qsi_dot_i8 qsi_avx512_vnni = {dots_i8, peak_bytes, &dots_i8_packed};
