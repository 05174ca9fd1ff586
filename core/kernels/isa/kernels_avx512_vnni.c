/* Products of int8 of the AVX-512 backend, where the processor has VNNI. */
#include "kernels/vec_avx512.h"

#include "kernels/products.inc"

const qsi_products qsi_avx512_vnni = {dots_i8, peak_bytes};
