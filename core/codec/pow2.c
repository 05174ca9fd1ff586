/*
 * Affine integers with levels=pow2: powers of two times the scale, so that a product is a shift.
 *
 *   code 0 is 0; code q is sign(q) * s * 2^(|q| - K), |q| from 1 to K = 2^(b-1) - 1; s = absmax, the largest level
 *
 * A value goes to one of its two neighbours by where it lies between them, whatever their ratio: even to the nearer
 * (half-way to the even code), away to the nearer (half-way outwards), trunc inwards, stochastic outwards as often
 * as it lies further out. Everything else of the family is as for evenly spaced levels, for which these functions
 * are the kernels'.
 */
#include "codec/integer.h"

#include "base/bytes.h"
#include "base/random.h"

#include <math.h>

/* The size of the code of y = |x| / s, and whether the next one is taken. Level 1 is 2^(1 - most), no subnormal, so
 * from it on the bits of y tell where it lies. */
static int32_t code_size(const qsi_grid *grid, float y, uint64_t counter)
{
    int32_t most = grid->qmax;
    if (!(y < 1)) return y != y ? 0 : most;
    uint32_t bits = qsi_float_bits(y);
    int32_t below = most - 127 + (int32_t)(bits >> 23);
    float part = (float)(bits & 0x7fffffU) * 0x1p-23F; /* y = 2^(below - most) * (1 + part) */
    if (below < 1) {
        below = 0;
        part = y * qsi_bits_float((uint32_t)(most - 1 + 127) << 23);
    }
    switch (grid->round) {
    case QSI_EVEN:
        return below + ((part > 0.5F) | ((part == 0.5F) & below)); /* no branch, as data would mislead it */
    case QSI_AWAY: return below + (part >= 0.5F);
    case QSI_TRUNC: return below;
    case QSI_STOCHASTIC: break;
    }
    return below + ((double)part + (double)qsi_random_unit(grid->seed, counter) >= 1);
}

uint32_t qsi_codes_make(const qsi_spec *spec, const qsi_grid *grid, const float *x, size_t n, uint8_t *codes)
{
    if (!qsi_is_pow2(spec)) return qsi_kernels_now()->quantize(grid, x, n, codes);
    for (size_t i = 0, g = 0; i < n; i++) {
        int32_t size = code_size(grid, fabsf(x[i] * grid->inv[g]), grid->counter + i);
        int32_t minus = -(int32_t)(x[i] < 0);
        codes[i] = (uint8_t)((size ^ minus) - minus);
        if (++g == grid->entries) g = 0;
    }
    return qsi_kernels_now()->absmax(x, n);
}

void qsi_codes_read(const qsi_spec *spec, const qsi_grid *grid, const uint8_t *codes, size_t n, float *x)
{
    if (!qsi_is_pow2(spec)) {
        qsi_kernels_now()->dequantize(grid, codes, n, x);
        return;
    }
    for (size_t i = 0, g = 0; i < n; i++) {
        int8_t q = (int8_t)codes[i];
        int32_t size = q < 0 ? -q : q;
        uint32_t level = size ? (uint32_t)(size - grid->qmax + 127) << 23 : 0;
        x[i] = grid->scale[g] * qsi_bits_float(level | (q < 0 ? 0x80000000U : 0));
        if (++g == grid->entries) g = 0;
    }
}

double qsi_pow2_level(int32_t q, int32_t most)
{
    double size = q ? ldexp(1, (q < 0 ? -q : q) - most) : 0;
    return q < 0 ? -size : size;
}
