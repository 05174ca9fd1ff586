/*
 * Affine integers: error feedback along a row.
 *
 *   v = x[i] + e;  code = round(v);  e = v - decoded, kept within a step either way;  e = 0 before a row's first
 * value
 *
 * What rounding takes from one value is given to the next, so sums over neighbours stay within half a step of the
 * truth however long they are, while each value alone errs more: by white noise twice the squared error. Beyond a
 * step e is clipping, which the next values cannot make up for.
 */
#include "codec/integer.h"

uint32_t qsi_row_quantize(const qsi_spec *spec, const qsi_grid *grid, const float *x, size_t n, float *carry,
                          uint8_t *codes)
{
    if (spec->value[QSI_FEEDBACK] == 0) return qsi_codes_make(spec, grid, x, n, codes);
    qsi_grid one = *grid;
    one.entries = 1;
    for (size_t i = 0; i < n; i++) {
        float v = x[i] + *carry, decoded;
        qsi_codes_make(spec, &one, &v, 1, &codes[i]);
        qsi_codes_read(spec, &one, &codes[i], 1, &decoded);
        float left = v - decoded, step = *one.scale;
        *carry = left > step ? step : left < -step ? -step : left;
        one.counter++;
        if (grid->entries == 1) continue;
        one.scale++;
        one.inv++;
        one.lo++;
        one.zero++;
    }
    return qsi_kernels_now()->absmax(x, n);
}
