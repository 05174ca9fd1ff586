/* Products of int8 of the NEON backend, where the processor has its dot product. */
#include "kernels/vec_neon.h"

#include "kernels/products.inc"

const qsi_products qsi_neon_dotprod = {dots_i8, peak_bytes};
