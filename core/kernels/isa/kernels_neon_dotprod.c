/* Products of int8 of the NEON backend, where the processor has its dot product. */
#include "kernels/isa/vec_neon.h"

#include "kernels/score/dot_i8.inc"

const qsi_dot_i8 qsi_neon_dotprod = {dots_i8, peak_bytes, &dots_i8_packed};
