/* Products of int8 of the AVX2 backend, where the processor has AVX-VNNI. */
#include "kernels/isa/vec_avx2.h"

#include "kernels/score/dot_i8.inc"

const qsi_dot_i8 qsi_avx2_vnni = {dots_i8, peak_bytes, &dots_i8_packed};
