/* The WebAssembly backend. A module that uses SIMD128 at all does not load where it is missing. */
#include "kernels/isa/vec_wasm.h"

#include <stdbool.h>

static bool available(void)
{
    return true;
}

#define QSI_BACKEND qsi_backend_wasm
#define QSI_NAME "wasm"
#define QSI_TITLE "WebAssembly SIMD128, 4 floats at a time"
#include "kernels/isa/kernels.inc"
