/* The public functions that measure the limits of this machine: bytes moved and operations in registers. */
#include "kernels/kernels.h"

#include "base/status.h"
#include "quantscope.h"

#include <string.h>

int qs_limit_move(const uint8_t *from, size_t from_row, uint8_t *to, size_t to_row, size_t rows, int stream)
{
    if ((uintptr_t)to % 64) stream = 0;
    return (int)(qsi_kernels_now()->move(from, from_row, to, to_row, rows, stream) & 1);
}

double qs_limit_peak(const char *kind, size_t steps)
{
    static const char *const kinds[] = {[QSI_PEAK_F32] = "f32", [QSI_PEAK_I8] = "int8", [QSI_PEAK_BITS] = "bits"};
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (kind && !strcmp(kind, kinds[k])) return qsi_kernels_now()->peak((qsi_peak_kind)k, steps);
    return qsi_fail_option("kind", "kind=%.20s: limits are of f32, int8 or bits", kind ? kind : "");
}
