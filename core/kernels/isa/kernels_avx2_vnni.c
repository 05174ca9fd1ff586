/* Products of int8 of the AVX2 backend, where the processor has AVX-VNNI. */
#include "kernels/vec_avx2.h"

#include "kernels/products.inc"

const qsi_products qsi_avx2_vnni = {dots_i8, peak_bytes};
